"""Heartbeat and soft shutdown: a living worker keeps its runs, a stopping one gives them back."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from apps.ai.exceptions import TransientAIError
from apps.ai.models import AICall, AIProcessingLog
from apps.ai.services.money.prices import load_prices
from apps.ai.services.queue import leases
from apps.ai.services.runs import pipeline
from apps.ai.services.runs.submission import submit
from apps.ai.tests.support.openai_server import OpenAIServer
from apps.ai.tests.support.processes import Shop, until
from apps.ai.tests.support.shop_answers import answer
from apps.products.models import Category, Product


def _claimed(product: Product, owner: str, *, attempts: int = 0) -> AIProcessingLog:
    run = AIProcessingLog.objects.create(product=product, attempts=attempts)
    claimed = AIProcessingLog.objects.claim(run.pk, owner=owner, lease=timedelta(seconds=1))
    assert claimed is not None
    return claimed


@pytest.fixture
def stopped() -> Iterator[None]:
    """The process has been told to stop, until the test is over."""
    leases.stop(patience=3600)
    yield
    leases._process.stopping = False


@pytest.mark.django_db
def test_a_beat_renews_what_this_process_holds_and_nothing_else(make_product: Any) -> None:
    mine, lost, foreign = (_claimed(make_product(), owner) for owner in ("mine", "lost", "foreign"))
    with leases.renewed(mine.pk, "mine"), leases.renewed(lost.pk, "lost"):
        AIProcessingLog.objects.filter(pk=lost.pk).update(lease_owner="another")
        assert leases.renew() == 1
    soon = timezone.now() + timedelta(seconds=60)
    renewed = AIProcessingLog.objects.filter(lease_expires_at__gt=soon).values_list("pk", flat=True)
    assert list(renewed) == [mine.pk]
    assert foreign.pk not in renewed
    assert leases.renew() == 0


@pytest.mark.django_db
def test_a_run_that_hangs_is_not_renewed(product: Product, settings: Any) -> None:
    run = _claimed(product, "mine")
    settings.AI_CONFIG = {**settings.AI_CONFIG, "RUN_SECONDS": 0}
    with leases.renewed(run.pk, "mine"):
        time.sleep(0.01)
        assert leases.renew() == 0


@pytest.mark.django_db
def test_giving_back_burns_no_attempt_and_keeps_stages(product: Product) -> None:
    run = _claimed(product, "mine", attempts=2)
    AIProcessingLog.objects.filter(pk=run.pk).update(
        stage_results={"category": {}}, message_sent_at=timezone.now()
    )
    with leases.renewed(run.pk, "mine"):
        assert leases.give_back_all() == 1
        assert leases.give_back_all() == 0
    run.refresh_from_db()
    assert (run.status, run.attempts, run.lease_owner) == ("pending", 2, "")
    assert (run.message_sent_at, run.stage_results) == (None, {"category": {}})


@pytest.mark.django_db
def test_a_stopping_worker_begins_nothing(product: Product, stopped: None) -> None:
    run = submit(product.pk).run
    AIProcessingLog.objects.update(message_sent_at=timezone.now())
    assert pipeline.run(run.pk) is False
    run.refresh_from_db()
    assert (run.status, run.attempts, run.message_sent_at) == ("pending", 0, None)


@pytest.mark.django_db
def test_a_stop_between_two_stages(scripted: Any, product: Product) -> None:
    """The stage that was under way is saved, the next is not begun, and later nothing is asked twice."""

    def stop(content: Any) -> Any:
        leases._process.stopping = True
        return content

    model = scripted(category=stop)
    run = submit(product.pk).run
    try:
        assert pipeline.run(run.pk) is False
    finally:
        leases._process.stopping = False
    run.refresh_from_db()
    assert (run.status, run.attempts, list(run.stage_results)) == ("pending", 0, ["category"])
    assert pipeline.run(run.pk) is True
    assert model.asked == ["category", "draft"]


@pytest.mark.django_db
def test_a_database_that_breaks_midway_costs_no_attempt(scripted: Any, product: Product) -> None:
    scripted(draft=OperationalError("the server closed the connection"))
    run = submit(product.pk).run
    assert pipeline.run(run.pk) is False
    run.refresh_from_db()
    assert (run.status, run.attempts, run.error_code) == ("pending", 0, "transient")


@pytest.mark.django_db
def test_what_failed_says_what_it_cost(scripted: Any, product: Product, settings: Any) -> None:
    load_prices()
    settings.AI_CONFIG = {**settings.AI_CONFIG, "MAX_ATTEMPTS": 1}
    scripted(draft=TransientAIError("no"))
    run = submit(product.pk).run
    assert pipeline.run(run.pk) is True
    run.refresh_from_db()
    assert run.status == "failed"
    assert run.cost_usd is not None
    assert run.cost_usd > 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="a thread shares no SQLite in memory")
def test_the_thread_really_beats(product: Product, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two leases long, and still held."""
    settings.AI_CONFIG = {**settings.AI_CONFIG, "LEASE_SECONDS": 1}
    monkeypatch.setattr(leases, "_process", leases._Process())
    run = _claimed(product, "mine")
    with leases.renewed(run.pk, "mine"):
        time.sleep(2.2)
        assert not AIProcessingLog.objects.lease_expired(now=timezone.now()).exists()
    assert until(lambda: AIProcessingLog.objects.lease_expired(now=timezone.now()).exists(), seconds=5)
    assert [thread.name for thread in threading.enumerate()].count("ai-leases") >= 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL is shared by processes")
def test_a_redeploy_in_the_middle_of_a_run(
    tmp_path: Path, tree: dict[str, Category], product: Product
) -> None:
    """SIGTERM while the category is asked: its answer is kept, another worker asks for the draft only."""
    load_prices()
    asked: list[str] = []

    def slow(schema: dict[str, Any], request: dict[str, Any]) -> Any:
        asked.append("category" if "choice" in schema["properties"] else "draft")
        time.sleep(2.0)
        return answer(schema, request)

    with OpenAIServer(script=slow) as server:
        extra = {
            "OPENAI_BASE_URL": server.url,
            "OPENAI_API_KEY": "sk-test",
            "AI_AUTO_APPLY_THRESHOLD": "0",
            "AI_AUDIT_SHARE": "0",
            "AI_EMBEDDING_DIMENSIONS": "256",
            "AI_SWEEP_SECONDS": "1",
        }
        shop = Shop(tmp_path, extra)
        done = shop.manage_all(("init_qdrant",), ("sync_categories",))
        assert done.returncode == 0, done.stderr
        run = submit(product.pk, send=False).run
        with shop.worker("--concurrency", "2", "-B") as worker:
            assert until(lambda: asked == ["category"], seconds=40), shop.log[-3000:]
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(timeout=20) == 0
        run.refresh_from_db()
        assert (run.status, run.attempts, list(run.stage_results)) == ("pending", 0, ["category"]), shop.log[
            -3000:
        ]
        with shop.worker("--concurrency", "2", "-B"):
            assert until(lambda: not AIProcessingLog.objects.open().exists(), seconds=60), shop.log[-3000:]
        run.refresh_from_db()
        assert (run.status, run.attempts) == ("approved", 1), (run.reasons, run.error_message)
        assert asked[:2] == ["category", "draft"]
        assert asked.count("category") == 1
        assert AICall.objects.exclude(status="ok").count() == 0
