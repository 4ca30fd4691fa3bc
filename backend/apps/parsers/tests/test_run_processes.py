"""An import in a real worker process that is killed: it is found dead and taken up again, and nothing is lost."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import connection
from django.test import override_settings

from apps.ai.tests.support.processes import Shop, until
from apps.parsers.models import ParserRun
from apps.parsers.services.runs import control
from apps.products.models import Product

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="processes share a database server"),
]
COUNT = 12_000


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    extra = {
        "PARSER_FILES_DIR": str(settings.PARSER_FILES_DIR),
        "PARSER_DEAD_SECONDS": "4",
        "DJANGO_SECRET_KEY": settings.SECRET_KEY,
        "AI_AUTO_PROCESS": "off",
        "PARSER_TICK_SECONDS": "1",
    }
    return Shop(tmp_path, extra)


def state(run: ParserRun) -> str:
    run.refresh_from_db()
    return run.status


def test_killed_in_the_middle_and_taken_up_again_by_the_next_worker(shop: Shop) -> None:
    records = [
        {"id": f"p{n}", "title": f"Товар {n}", "price": n + 1, "currency": "TRY"} for n in range(COUNT)
    ]
    run = control.prepare("supplier", upload=ContentFile(json.dumps(records).encode(), name="feed.json"))
    assert control.enqueue(run, send=False)
    arguments = ("--concurrency", "1", "-B", "-Q", "parsers")
    with override_settings(PARSER_DEAD_SECONDS=4), shop.worker(*arguments) as worker:
        assert until(lambda: 0 < Product.objects.count() < COUNT, seconds=60), shop.log[-2000:]
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
    assert state(run) == "running"
    assert 0 < Product.objects.count() < COUNT
    with shop.worker(*arguments):
        assert until(lambda: state(run) == "finished", seconds=120), shop.log[-2000:]
    assert (run.takeups, run.position, run.total) == (1, COUNT, COUNT)
    assert run.created_count + run.unchanged_count == COUNT
    assert Product.objects.count() == COUNT


def test_paused_and_cancelled_while_a_worker_is_at_it(shop: Shop) -> None:
    records = [
        {"id": f"p{n}", "title": f"Товар {n}", "price": n + 1, "currency": "TRY"} for n in range(COUNT)
    ]
    run = control.prepare("supplier", upload=ContentFile(json.dumps(records).encode(), name="feed.json"))
    control.enqueue(run, send=False)
    with shop.worker("--concurrency", "1", "-B", "-Q", "parsers"):
        assert until(lambda: Product.objects.exists(), seconds=60), shop.log[-2000:]
        assert control.pause(run)
        assert until(lambda: _stands_still(run), seconds=20)
        assert 0 < Product.objects.count() < COUNT
        assert control.enqueue(run, send=False)  # this process's broker is not the worker's
        assert until(lambda: state(run) == "running" and run.position > 0, seconds=30), shop.log[-2000:]
        assert control.cancel(run)
        assert until(lambda: _stands_still(run), seconds=20)
    assert state(run) == "cancelled"
    assert Product.objects.count() < COUNT


def _stands_still(run: ParserRun) -> bool:
    """Longer than a chunk and the look before the next one take."""
    before = Product.objects.count()
    time.sleep(4)
    run.refresh_from_db()
    return 0 < Product.objects.count() == before
