from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.ai import tasks
from apps.ai.models import AICall, AIMassRun, AIModerationQueue, AIProcessingLog, AIQueueState
from apps.ai.services.worker import mass_runs, sweeping
from apps.products.models import Category, Product

pytestmark = pytest.mark.django_db
Messages = Callable[[], list[dict[str, Any]]]
MakeProduct = Callable[..., Product]


def _run(product: Product, status: str, **fields: Any) -> AIProcessingLog:
    age = fields.pop("age", timedelta())
    run = AIProcessingLog.objects.create(product=product, status=status, **fields)
    AIProcessingLog.objects.filter(pk=run.pk).update(created_at=timezone.now() - age)
    return run


def test_the_work_of_a_dead_worker_goes_back(product: Product, messages: Messages) -> None:
    run = _run(
        product,
        "processing",
        attempts=1,
        lease_owner="dead",
        lease_expires_at=timezone.now() - timedelta(seconds=1),
        stage_results={"category": {}},
    )
    assert tasks.sweep() == {"brought_back": 1, "given_up": 0, "submitted": 0, "woken": 1}
    run.refresh_from_db()
    assert (run.status, run.lease_owner, run.stage_results) == ("pending", "", {"category": {}})
    assert [message["kwargs"] for message in messages()] == [{"run_id": run.pk}]


def test_a_worker_that_lives_is_left_alone(product: Product, messages: Messages) -> None:
    _run(product, "processing", lease_owner="busy", lease_expires_at=timezone.now() + timedelta(seconds=60))
    assert tasks.sweep() == {"brought_back": 0, "given_up": 0, "submitted": 0, "woken": 0}
    assert messages() == []


def test_a_product_that_kills_workers_is_given_up(product: Product) -> None:
    run = _run(
        product,
        "processing",
        attempts=5,
        lease_owner="dead",
        lease_expires_at=timezone.now() - timedelta(seconds=1),
    )
    assert tasks.sweep()["given_up"] == 1
    run.refresh_from_db()
    assert (run.status, run.error_code) == ("failed", "worker_lost")


def test_pending_runs_are_woken_when_they_are_due(make_product: MakeProduct, messages: Messages) -> None:
    now = timezone.now()
    lost = _run(make_product(), "pending")
    _run(make_product(), "pending", message_sent_at=now)
    _run(make_product(), "pending", next_attempt_at=now + timedelta(minutes=5))
    silent = _run(make_product(), "pending", message_sent_at=now - timedelta(hours=2))
    assert tasks.sweep()["woken"] == 2
    assert sorted(message["kwargs"]["run_id"] for message in messages()) == [lost.pk, silent.pk]
    assert tasks.sweep()["woken"] == 0


def test_bulk_created_products_are_found(
    make_product: MakeProduct, messages: Messages, django_capture_on_commit_callbacks: Any
) -> None:
    product = make_product()
    Product.objects.create(title="Свой товар", slug="own", source=Product.Source.MANUAL)
    with django_capture_on_commit_callbacks(execute=True):
        assert tasks.sweep()["submitted"] == 1
    assert [message["args"] for message in messages()] == [[product.pk]]
    assert tasks.sweep()["submitted"] == 0


def test_uncategorised_means_null_dead_or_not_a_leaf(
    make_product: MakeProduct, tree: dict[str, Category]
) -> None:
    Category.objects.create(name="Старое", slug="dead", is_active=False)
    nowhere = make_product()
    in_branch = make_product(category=tree["pharmacy"])
    in_dead = make_product(category=Category.objects.get(slug="dead"))
    make_product(category=tree["pain"])
    _run(make_product(), "rejected")
    mass_id = tasks.process_uncategorized(limit=10)
    assert mass_id is not None
    tasks.submit_mass_run(mass_id)
    runs = AIProcessingLog.objects.open()
    assert {run.product_id for run in runs} == {nowhere.pk, in_branch.pk, in_dead.pk}
    assert {(run.processing_type, run.priority) for run in runs} == {("categorization_only", 6)}


def test_undescribed_products_must_have_a_category(
    make_product: MakeProduct, tree: dict[str, Category]
) -> None:
    bare = make_product(category=tree["pain"])
    empty = make_product(category=tree["pain"], description_ru="")
    make_product(category=tree["pain"], description_ru="<p>Есть.</p>")
    make_product()
    mass_id = tasks.process_without_description(limit=10)
    assert mass_id is not None
    tasks.submit_mass_run(mass_id)
    runs = AIProcessingLog.objects.open()
    assert {run.product_id for run in runs} == {bare.pk, empty.pk}
    assert {run.processing_type for run in runs} == {"description_only"}


def test_nothing_to_do_orders_nothing(db: None) -> None:
    assert tasks.process_uncategorized() is None
    assert tasks.process_without_description() is None
    assert AIMassRun.objects.count() == 0


def test_retry_takes_the_latest_failure_and_keeps_the_mode(
    make_product: MakeProduct, messages: Messages, django_capture_on_commit_callbacks: Any
) -> None:
    twice, solved, old = make_product(), make_product(), make_product()
    _run(twice, "failed", processing_type="full")
    latest = _run(twice, "failed", processing_type="categorization_only", attempts=5, error_code="transient")
    _run(solved, "failed")
    _run(solved, "approved")
    _run(old, "failed", age=timedelta(days=8))
    _run(make_product(), "failed", error_code="cancelled")
    with django_capture_on_commit_callbacks(execute=True):
        assert tasks.retry_failed_processing(limit=10) == 1
    latest.refresh_from_db()
    assert (latest.status, latest.processing_type, latest.attempts, latest.error_code) == (
        "pending",
        "categorization_only",
        0,
        "",
    )
    assert [message["kwargs"] for message in messages()] == [{"run_id": latest.pk}]


def test_retry_beside_an_open_run_is_refused(product: Product) -> None:
    failed = _run(product, "failed")
    _run(product, "pending")
    assert mass_runs.retry(failed) is False
    failed.refresh_from_db()
    assert failed.status == "failed"


def test_cleanup_keeps_unreviewed_work_and_the_last_word(make_product: MakeProduct) -> None:
    old = timedelta(days=100)
    busy, single = make_product(), make_product()
    gone = [_run(busy, status, age=old) for status in ("completed", "approved", "rejected", "failed")]
    waiting = _run(busy, "moderation", age=old)
    AIModerationQueue.objects.create(log_entry=waiting, reason="low_confidence")
    young = _run(busy, "failed", age=timedelta(days=10))
    last = _run(single, "approved", age=old)
    assert tasks.cleanup_old_ai_logs(days=90) == len(gone)
    assert set(AIProcessingLog.objects.values_list("pk", flat=True)) == {waiting.pk, young.pk, last.pk}


def test_cleanup_keeps_a_result_that_nobody_saw_and_the_ledger(product: Product) -> None:
    old = timedelta(days=100)
    unseen = _run(product, "completed", age=old)
    pictures = _run(product, "completed", processing_type="image_analysis", age=old)
    failed = _run(product, "failed", age=old)
    AICall.objects.create(
        run_id=failed.pk,
        stage="draft",
        operation="chat",
        model="m",
        created_at=timezone.now(),
        expires_at=timezone.now(),
    )
    last = _run(product, "failed")
    assert tasks.cleanup_old_ai_logs(days=90) == 2
    left = set(AIProcessingLog.objects.values_list("pk", flat=True))
    assert left == {unseen.pk, last.pk}
    assert pictures.pk not in left
    assert AICall.objects.get().run_id == failed.pk
    _run(product, "approved")
    assert tasks.cleanup_old_ai_logs(days=90) == 1
    assert tasks.cleanup_old_ai_logs(days=90) == 0


def test_cleanup_takes_the_mass_runs_that_have_no_runs_any_more(product: Product) -> None:
    long_ago = timezone.now() - timedelta(days=100)
    ended = {"mode": "full", "priority": 6, "state": "finished", "finished_at": long_ago}
    kept = AIMassRun.objects.create(**ended)
    _run(product, "approved", mass=kept)
    AIMassRun.objects.create(**ended)
    young = AIMassRun.objects.create(**ended | {"finished_at": timezone.now()})
    tasks.cleanup_old_ai_logs(days=90)
    assert set(AIMassRun.objects.all()) == {kept, young}


def test_two_sweeps_never_run_at_the_same_time(product: Product) -> None:
    turn = AIQueueState.take_turn("sweep", lasting=timedelta(seconds=60))
    assert turn is not None
    assert tasks.sweep() == {}
    AIQueueState.end_turn("sweep", until=turn)
    assert tasks.sweep()["submitted"] == 1


def test_a_sweep_that_died_is_forgotten(product: Product) -> None:
    AIQueueState.objects.create(name="sweep", held_until=timezone.now() - timedelta(seconds=1))
    assert tasks.sweep()["submitted"] == 1


def test_an_ended_turn_does_not_end_another(db: None) -> None:
    first = AIQueueState.take_turn("sweep", lasting=timedelta(seconds=-1))
    second = AIQueueState.take_turn("sweep", lasting=timedelta(seconds=60))
    assert first is not None
    assert second is not None
    AIQueueState.end_turn("sweep", until=first)
    assert AIQueueState.take_turn("sweep", lasting=timedelta(seconds=60)) is None


def test_forgotten_products_are_found_on_rounds(
    make_product: MakeProduct, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the newest nor all at once: every sweep looks at some more, and then begins again."""
    monkeypatch.setattr(sweeping, "ROUND", 2)
    monkeypatch.setattr(sweeping, "NEWEST", 1)
    products = [make_product() for _ in range(5)]
    submitted = []
    for _ in range(4):
        tasks.sweep()
        submitted.append(set(AIProcessingLog.objects.values_list("product_id", flat=True)))
    ids = [product.pk for product in products]
    assert submitted[:2] == [{ids[0], ids[1], ids[4]}, set(ids)]
    assert AIProcessingLog.objects.count() == 5


def test_the_schedule_is_off_until_it_is_turned_on(settings: Any) -> None:
    assert {name for name in settings.CELERY_BEAT_SCHEDULE if name.startswith("ai-")} == {
        "ai-sweep",
        "ai-watch",
        "ai-pictures",
        "ai-webhooks",
        "ai-desk",
        "ai-count-figures",
        "ai-rank-queue",
    }
