"""Mass runs: submitted in chunks, paused, resumed, cancelled, counted, limited."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from apps.ai import tasks
from apps.ai.models import AIMassChunk, AIMassRun, AIProcessingLog
from apps.ai.services.runs import pipeline
from apps.ai.services.worker import control as queue_control
from apps.ai.services.worker import mass_runs
from apps.products.models import Product
from apps.users.models import User

pytestmark = pytest.mark.django_db
Messages = Callable[[], list[dict[str, Any]]]
MakeProduct = Callable[..., Product]


@pytest.fixture(autouse=True)
def after_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests run in a transaction: what is due after commit happens at once."""
    monkeypatch.setattr(transaction, "on_commit", lambda step, **kwargs: step())


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mass_runs, "CHUNK", 2)


def _ids(make_product: MakeProduct, count: int) -> list[int]:
    return [make_product().pk for _ in range(count)]


def _start(ids: list[int], **options: Any) -> AIMassRun:
    mass = mass_runs.start(ids, **options)
    assert mass is not None
    return mass


def _submitted(ids: list[int], **options: Any) -> AIMassRun:
    mass = _start(ids, **options)
    mass_runs.submit_chunks(mass.pk)
    mass.refresh_from_db()
    return mass


def _progress(mass: AIMassRun) -> queue_control.MassProgress:
    mass.refresh_from_db()
    return queue_control.progress([mass])[mass.pk]


def test_each_product_gets_one_run_and_what_cannot_is_counted(make_product: MakeProduct) -> None:
    first, second, gone = _ids(make_product, 3)
    AIProcessingLog.objects.create(product_id=second)
    Product.objects.filter(pk=gone).delete()
    mass_id = tasks.batch_process_products(
        [first, first, second, gone, 999_999], {"generate_description": False}
    )
    assert mass_id is not None
    tasks.submit_mass_run(mass_id)
    mass = AIMassRun.objects.get()
    assert (mass.total, mass.submitted, mass.skipped, mass.mode) == (4, 1, 3, "categorization_only")
    run = mass.runs.get()
    assert (run.product_id, run.processing_type, run.priority, run.source) == (
        first,
        "categorization_only",
        6,
        "mass",
    )
    assert run.options == {"analyze_images": True, "language": "ru", "force": False, "hint": ""}


def test_chunks_chain_and_a_second_delivery_is_harmless(
    make_product: MakeProduct, messages: Messages, small_chunks: None
) -> None:
    mass = _start(_ids(make_product, 5))
    assert [(m["task"], m["args"], m["priority"]) for m in messages()] == [
        ("apps.ai.tasks.submit_mass_run", [mass.pk], 0)
    ]
    assert mass_runs.submit_chunks(mass.pk, seconds=0.0) is True
    assert mass.runs.count() == 2
    sent = [message["task"].rpartition(".")[2] for message in messages()]
    assert sorted(sent) == ["process_product_ai", "process_product_ai", "submit_mass_run"]
    assert tasks.submit_mass_run(mass.pk) is False
    assert tasks.submit_mass_run(mass.pk) is False
    assert mass.runs.count() == 5
    assert AIMassChunk.objects.count() == 0
    assert (_progress(mass).submitted, _progress(mass).skipped) == (5, 0)


def test_a_chunk_that_died_midway_is_there_again(
    make_product: MakeProduct, small_chunks: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    mass = _start(_ids(make_product, 3))

    def die(*args: Any, **kwargs: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(AIMassChunk, "delete", die)
        with pytest.raises(KeyboardInterrupt):
            mass_runs.submit_chunk(mass.pk)
    assert (mass.runs.count(), AIMassChunk.objects.count(), _progress(mass).submitted) == (0, 2, 0)
    mass_runs.submit_chunks(mass.pk)
    assert (mass.runs.count(), _progress(mass).submitted) == (3, 3)


def test_the_sweep_goes_on_with_a_mass_run_whose_task_is_lost(
    make_product: MakeProduct, messages: Messages, small_chunks: None
) -> None:
    ids = _ids(make_product, 3)
    Product.objects.update(source=Product.Source.MANUAL)
    mass = _start(ids)
    messages()
    tasks.sweep()
    assert messages() == []
    AIMassRun.objects.update(updated_at=timezone.now() - timedelta(minutes=1))
    tasks.sweep()
    assert [message["task"] for message in messages()] == ["apps.ai.tasks.submit_mass_run"]
    tasks.sweep()
    assert messages() == []
    mass_runs.submit_chunks(mass.pk)
    assert mass.runs.count() == 3


@pytest.mark.parametrize(
    ("ids", "options", "error"),
    [
        ([1], {"generate_description": False, "categorize": False, "analyze_images": False}, ValueError),
        ([1], {"mode": "everything"}, ValueError),
        ([1], {"cost_limit": "much"}, ValueError),
        ([1], {"cost_limit": "0"}, ValueError),
        ([1], {"cost_limit": "NaN"}, ValueError),
        ([1], {"priority": 77}, ValueError),
        (["one"], {}, ValueError),
        ([1], {"colour": "red"}, TypeError),
    ],
)
def test_nonsense_is_refused_and_leaves_nothing(
    ids: list[Any], options: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        tasks.batch_process_products(ids, options)
    assert AIMassRun.objects.count() == 0


def test_no_products_are_no_mass_run(db: None) -> None:
    assert tasks.batch_process_products([]) is None
    assert AIMassRun.objects.count() == 0


def test_who_ordered_it_and_what_it_may_cost_is_kept(
    make_product: MakeProduct, moderator: User, settings: Any
) -> None:
    settings.OPENAI_API_KEY = "sk-test"
    settings.AI_CONFIG = {**settings.AI_CONFIG, "ENGINE": "openai", "MODEL": "unknown"}
    mass = _start(_ids(make_product, 1), by=moderator, selection="Всё", cost_limit="1.50")
    mass.refresh_from_db()
    assert (mass.started_by, mass.selection, mass.cost_limit_usd) == (moderator, "Всё", Decimal("1.5"))
    assert mass.forecast_usd is None


def test_the_offline_engine_costs_nothing(make_product: MakeProduct) -> None:
    assert _start(_ids(make_product, 1)).forecast_usd == 0


def test_a_paused_mass_run_begins_nothing_and_resumes(make_product: MakeProduct, messages: Messages) -> None:
    mass = _submitted(_ids(make_product, 2))
    assert mass.runs.filter(message_sent_at__isnull=False).count() == 2
    messages()
    assert queue_control.pause(mass)
    assert not queue_control.pause(mass)
    assert mass.runs.filter(message_sent_at__isnull=False).count() == 0
    assert tasks.sweep()["woken"] == 0
    run = mass.runs.first()
    assert run is not None
    assert pipeline.run(run.pk) is False  # its message arrives late
    run.refresh_from_db()
    assert (run.status, run.attempts) == ("pending", 0)
    assert queue_control.resume(mass)
    assert not queue_control.resume(mass)
    woken = {m["kwargs"]["run_id"] for m in messages() if m["task"].endswith("process_product_ai")}
    assert woken == set(mass.runs.values_list("pk", flat=True))


def test_a_paused_mass_run_submits_nothing(make_product: MakeProduct, small_chunks: None) -> None:
    mass = _start(_ids(make_product, 3))
    mass_runs.submit_chunk(mass.pk)
    queue_control.pause(mass)
    assert mass_runs.submit_chunks(mass.pk) is False
    assert mass.runs.count() == 2
    queue_control.resume(mass)
    mass_runs.submit_chunks(mass.pk)
    assert mass.runs.count() == 3


def test_cancelling_ends_what_waits_and_nothing_else(make_product: MakeProduct, small_chunks: None) -> None:
    ids = _ids(make_product, 5)
    mass, other = _start(ids[:3]), _submitted(ids[3:])
    mass_runs.submit_chunk(mass.pk)
    busy = mass.runs.order_by("pk")[0]
    assert AIProcessingLog.objects.claim(busy.pk, owner="worker", lease=timedelta(minutes=1)) is not None
    assert queue_control.cancel(mass)
    assert not queue_control.cancel(mass)
    assert not queue_control.resume(mass)
    assert tasks.close_cancelled_runs() == 1
    assert tasks.close_cancelled_runs() == 0
    assert mass_runs.submit_chunks(mass.pk) is False
    states = list(mass.runs.order_by("pk").values_list("status", "error_code"))
    assert states == [("processing", ""), ("failed", "cancelled")]
    assert set(other.runs.values_list("status", flat=True)) == {"pending"}
    assert tasks.retry_failed_processing() == 0


def test_the_sweep_closes_a_cancelled_mass_run(make_product: MakeProduct) -> None:
    mass = _submitted(_ids(make_product, 2))
    queue_control.cancel(mass)
    tasks.sweep()
    assert set(mass.runs.values_list("status", "error_code")) == {("failed", "cancelled")}


def test_a_cancelled_run_that_is_retried_goes_its_own_way(
    make_product: MakeProduct, messages: Messages
) -> None:
    mass = _submitted(_ids(make_product, 1))
    queue_control.cancel(mass)
    queue_control.close_cancelled()
    messages()
    run = mass.runs.get()
    assert mass_runs.retry(run)
    assert queue_control.close_cancelled() == 0
    run.refresh_from_db()
    assert (run.status, run.mass) == ("pending", None)
    assert [message["kwargs"] for message in messages()] == [{"run_id": run.pk}]


def test_progress_and_cost(make_product: MakeProduct) -> None:
    mass = _submitted([*_ids(make_product, 4), 999_999])
    runs = list(mass.runs.order_by("pk"))
    for run, status in zip(runs, ("approved", "moderation", "failed"), strict=False):
        AIProcessingLog.objects.filter(pk=run.pk).update(status=status, cost_usd=Decimal("0.001500"))
    done = _progress(mass)
    assert dict(done.by_status) == {"approved": 1, "moderation": 1, "failed": 1, "pending": 1}
    assert (done.total, done.ended, done.open, done.percent) == (5, 4, 1, 80)
    assert done.cost_usd == Decimal("0.0045")


def test_progress_of_many_is_one_query(make_product: MakeProduct, django_assert_num_queries: Any) -> None:
    masses = [_submitted(_ids(make_product, 1)) for _ in range(3)]
    with django_assert_num_queries(1):
        done = queue_control.progress(masses)
    assert [done[mass.pk].open for mass in masses] == [1, 1, 1]


def test_the_sweep_finishes_and_a_retry_reopens(make_product: MakeProduct) -> None:
    mass = _submitted(_ids(make_product, 2))
    tasks.sweep()
    mass.refresh_from_db()
    assert mass.state == "running"
    mass.runs.update(status="failed")
    tasks.sweep()
    mass.refresh_from_db()
    assert mass.state == "finished"
    assert mass.finished_at is not None
    assert mass_runs.retry_failed(limit=1, mass=mass) == 1
    reopened = AIMassRun.objects.get()
    assert (reopened.state, reopened.finished_at) == ("running", None)


def test_the_cost_limit_pauses_and_says_so(make_product: MakeProduct) -> None:
    mass = _submitted(_ids(make_product, 2), cost_limit="0.01")
    run = mass.runs.order_by("pk")[0]
    AIProcessingLog.objects.filter(pk=run.pk).update(status="approved", cost_usd=Decimal("0.009999"))
    tasks.sweep()
    mass.refresh_from_db()
    assert mass.state == "running"
    AIProcessingLog.objects.filter(pk=run.pk).update(cost_usd=Decimal("0.010000"))
    tasks.sweep()
    mass.refresh_from_db()
    assert (mass.state, mass.note) == ("paused", "Предел расходов достигнут: 0.010000 $")
