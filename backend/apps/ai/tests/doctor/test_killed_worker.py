"""Real processes: the AI worker is killed with -9, readiness and an alert say so; it returns, and both say so."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from django.conf import settings
from django.db import connection
from django.utils import timezone

from apps.ai.models import ProcessSign, Trouble
from apps.ai.tests.support.inbox import Inbox, inbox
from apps.ai.tests.support.processes import Shop, until
from apps.products.models import Category

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL is shared by processes"),
    pytest.mark.skipif(not os.environ.get("REDIS_URL"), reason="the processes share a broker"),
]
#: Seconds. The consumer's loop turns every two, so four signs must last longer.
SIGN, WATCH = 1.5, 2.0


@pytest.fixture
def alerts() -> Iterator[Inbox]:
    with inbox() as receiver:
        yield receiver


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def _ready(port: int) -> int:
    try:
        return requests.get(f"http://127.0.0.1:{port}/health/ready", timeout=20).status_code
    except requests.ConnectionError:
        return 0


def test_a_worker_killed_and_started_again(tmp_path: Path, tree: dict[str, Category], alerts: Inbox) -> None:
    shop = Shop(
        tmp_path,
        {
            "REDIS_URL": f"{os.environ['REDIS_URL'].rpartition('/')[0]}/8",
            "AI_ALERT_WEBHOOK": f"{alerts.url}/hook",
            "AI_SIGN_SECONDS": str(SIGN),
            "AI_WATCH_SECONDS": str(WATCH),
            "AI_SWEEP_SECONDS": "2",
        },
    )
    assert shop.manage_all(("init_qdrant",), ("sync_categories",)).returncode == 0
    port = _free_port()
    with ExitStack() as others:
        others.enter_context(shop.module("django", "runserver", "--noreload", f"127.0.0.1:{port}"))
        others.enter_context(
            shop.module("celery", "-A", "config", "beat", "--schedule", str(tmp_path / "beat"))
        )
        others.enter_context(shop.worker("-n", "watcher@test", "--concurrency", "1", queue="celery"))
        with shop.worker("-n", "ai@test", "--concurrency", "1") as worker:
            assert until(lambda: _ready(port) == 200, seconds=90), shop.log[-3000:]
            assert until(lambda: not _open_troubles(), seconds=60)
            alerts.received.clear()
            killed = time.monotonic()
            worker.kill()
            assert until(lambda: _ready(port) == 503, seconds=60)
            assert until(lambda: bool(alerts.received), seconds=60), shop.log[-3000:]
            assert time.monotonic() - killed < 120
        [(path, told)] = alerts.received
        assert path == "/hook"
        assert "Нет исполнителя очереди ai" in told["subject"]
        assert "celery -A config worker" in told["text"]
        with shop.worker("-n", "ai@test", "--concurrency", "1"):
            assert until(lambda: _ready(port) == 200, seconds=60), shop.log[-3000:]
            assert until(lambda: len(alerts.received) > 1, seconds=60), shop.log[-3000:]
    _, over = alerts.received[1]
    assert "устранено" in over["subject"]


def test_a_worker_that_lives_long_goes_on_leaving_signs(tmp_path: Path, tree: dict[str, Category]) -> None:
    redis = {"REDIS_URL": f"{os.environ['REDIS_URL'].rpartition('/')[0]}/8"}
    shop = Shop(tmp_path, redis | {"AI_SIGN_SECONDS": str(SIGN)})
    with shop.worker("-n", "ai@test", "--concurrency", "1"):
        assert until(lambda: ProcessSign.objects.exists()), shop.log[-3000:]
        time.sleep(8 * SIGN)  # twice as long as a process is believed without a turn of its loop
        [sign] = ProcessSign.objects.filter(name="ai@test")
        assert timezone.now() - sign.at < timedelta(seconds=3 * SIGN)


def _open_troubles() -> bool:
    return Trouble.objects.open().exists()


def test_the_intervals_of_production_add_up_to_less_than_two_minutes() -> None:
    silence = 4 * settings.AI_SIGN_SECONDS  # no sign
    looks = 2 * settings.AI_WATCH_SECONDS  # the first finds it, the second tells
    assert silence + looks + settings.AI_SWEEP_SECONDS < 120
