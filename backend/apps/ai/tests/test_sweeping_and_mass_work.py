from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.ai import tasks
from apps.ai.models import AIModerationQueue, AIProcessingLog
from apps.ai.services import mass_work
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
    assert tasks.process_uncategorized(limit=10) == 3
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
    assert tasks.process_without_description(limit=10) == 2
    runs = AIProcessingLog.objects.open()
    assert {run.product_id for run in runs} == {bare.pk, empty.pk}
    assert {run.processing_type for run in runs} == {"description_only"}


def test_a_batch_names_each_product_once(make_product: MakeProduct) -> None:
    first, second = make_product(), make_product()
    _run(second, "pending")
    assert tasks.batch_process_products([first.pk, first.pk, second.pk, 999_999]) == 1
    assert AIProcessingLog.objects.count() == 2


def test_retry_takes_the_latest_failure_and_keeps_the_mode(
    make_product: MakeProduct, messages: Messages, django_capture_on_commit_callbacks: Any
) -> None:
    twice, solved, old = make_product(), make_product(), make_product()
    _run(twice, "failed", processing_type="full")
    latest = _run(twice, "failed", processing_type="categorization_only", attempts=5, error_code="transient")
    _run(solved, "failed")
    _run(solved, "approved")
    _run(old, "failed", age=timedelta(days=8))
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
    assert mass_work.retry(failed) is False
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
