"""Messages that come twice, late, out of order, or for what is gone: one run, one apply, nothing paid twice."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections

from apps.ai import tasks
from apps.ai.models import AIMassRun, AIProcessingLog, AppliedChange
from apps.ai.models.processing import Priority
from apps.ai.services.queue import window
from apps.ai.services.runs.submission import submit
from apps.ai.services.worker import mass_runs
from apps.ai.tests.support.scripted import ScriptedModel
from apps.products.models import Product

Scripted = Callable[..., ScriptedModel]
MakeProduct = Callable[..., Product]
CALLS = ["category", "draft"]
on_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite has one writer at a time"
)


@pytest.fixture
def sure(settings: Any) -> None:
    settings.AI_CONFIG = {**settings.AI_CONFIG, "AUTO_APPLY_THRESHOLD": 0.0}


def _deliver(run: AIProcessingLog, *, product_id: int | None = None) -> None:
    tasks.process_product_ai(run.product_id if product_id is None else product_id, run_id=run.pk)


@pytest.mark.django_db
def test_a_message_twice_and_a_week_late(scripted: Scripted, sure: None, product: Product) -> None:
    model = scripted()
    run = submit(product.pk).run
    for _ in range(3):
        _deliver(run)
    assert AIProcessingLog.objects.get().status == "approved"
    assert AIProcessingLog.objects.get().attempts == 1
    assert model.asked == CALLS
    assert AppliedChange.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "status", ["completed", "failed", "moderation", "approved", "rejected", "processing"]
)
def test_a_message_for_a_run_that_is_not_pending(scripted: Scripted, product: Product, status: str) -> None:
    model = scripted()
    run = AIProcessingLog.objects.create(product=product, status=status, lease_owner="somebody")
    _deliver(run)
    after = AIProcessingLog.objects.get()
    assert (after.status, after.attempts, after.lease_owner) == (status, 0, "somebody")
    assert model.asked == []


@pytest.mark.django_db
def test_out_of_order(scripted: Scripted, sure: None, product: Product) -> None:
    """The message of the old run comes after a new run was made: each does its own work, or none."""
    model = scripted()
    old = submit(product.pk).run
    AIProcessingLog.objects.filter(pk=old.pk).update(status="failed")
    new = submit(product.pk).run
    assert new.pk != old.pk
    _deliver(new)
    _deliver(old)
    states = dict(AIProcessingLog.objects.values_list("pk", "status"))
    assert states == {old.pk: "failed", new.pk: "approved"}
    assert model.asked == CALLS


@pytest.mark.django_db
def test_a_deleted_product(scripted: Scripted, product: Product) -> None:
    model = scripted()
    run = submit(product.pk).run
    run_id, product_id = run.pk, product.pk
    product.delete()
    assert tasks.process_product_ai(product_id, run_id=run_id) == run_id
    assert AIProcessingLog.objects.count() == 0
    assert model.asked == []


@pytest.mark.django_db
def test_a_wrong_product_id(
    scripted: Scripted, sure: None, product: Product, make_product: MakeProduct
) -> None:
    """The row says whose run it is; the other product is not touched."""
    scripted()
    other = make_product(title="Платье летнее")
    run = submit(product.pk).run
    _deliver(run, product_id=other.pk)
    other.refresh_from_db()
    assert other.title_ru is None
    assert AppliedChange.objects.get().product_id == product.pk
    assert set(AIProcessingLog.objects.values_list("product_id", flat=True)) == {product.pk}


@pytest.mark.django_db
def test_a_message_without_a_run_makes_one_however_often_it_comes(
    scripted: Scripted, sure: None, product: Product
) -> None:
    """A worker that died between the end of the run and its acknowledgement gets the same message again."""
    model = scripted()
    message, product_id = str(uuid.uuid4()), product.pk

    def deliver() -> int | None:
        result: int | None = tasks.process_product_ai.apply(
            args=(product_id,), task_id=message, throw=True
        ).get()
        return result

    first, second = deliver(), deliver()
    assert first == second == AIProcessingLog.objects.get().pk
    assert model.asked == CALLS


@pytest.mark.django_db
def test_a_run_taken_back_in_time_is_claimed_once(product: Product) -> None:
    """The window forgot a message that arrives after all: two messages, one claim."""
    run = submit(product.pk).run
    window.fill()
    window.forget_messages(AIProcessingLog.objects.all())
    window.fill()
    claims = [
        AIProcessingLog.objects.claim(run.pk, owner=name, lease=timedelta(minutes=1)) for name in ("a", "b")
    ]
    assert [claim is not None for claim in claims] == [True, False]


def _at_once(*steps: Callable[[], Any]) -> list[Any]:
    """Run the steps in threads that start together; their results, errors included, in order."""
    barrier = threading.Barrier(len(steps))
    results: list[Any] = [None] * len(steps)

    def work(number: int) -> None:
        try:
            barrier.wait(timeout=10)
            results[number] = steps[number]()
        except Exception as error:
            results[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(len(steps))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_many_submits_at_once_make_one_run(product: Product) -> None:
    found = _at_once(*[lambda: submit(product.pk) for _ in range(8)])
    run = AIProcessingLog.objects.get()
    assert {submission.run.pk for submission in found} == {run.pk}
    assert [submission.created for submission in found].count(True) == 1


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_two_mass_runs_over_the_same_products_at_once(make_product: MakeProduct) -> None:
    ids = [make_product().pk for _ in range(40)]
    masses = [mass_runs.start(ids), mass_runs.start(reversed(ids))]
    results = _at_once(*[lambda pk=mass.pk: mass_runs.submit_chunks(pk) for mass in masses if mass])
    assert results == [False, False], results
    assert AIProcessingLog.objects.count() == 40
    counted = AIMassRun.objects.values_list("submitted", "skipped")
    assert sum(submitted for submitted, _ in counted) == 40
    assert [submitted + skipped for submitted, skipped in counted] == [40, 40]


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_the_same_chunk_task_twice_at_once(
    make_product: MakeProduct, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mass_runs, "CHUNK", 5)
    mass = mass_runs.start([make_product().pk for _ in range(30)])
    assert mass is not None
    results = _at_once(*[lambda: mass_runs.submit_chunks(mass.pk) for _ in range(4)])
    assert results == [False] * 4, results
    mass.refresh_from_db()
    assert (mass.submitted, mass.skipped, mass.runs.count(), mass.chunks.count()) == (30, 0, 30, 0)


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_many_fills_at_once_never_pass_the_window(
    make_product: MakeProduct, messages: Callable[[], list[dict[str, Any]]], settings: Any
) -> None:
    settings.AI_CONFIG = {**settings.AI_CONFIG, "MESSAGE_WINDOW": 10}
    AIProcessingLog.objects.bulk_create(
        AIProcessingLog(product=make_product(), priority=Priority.MASS) for _ in range(40)
    )
    results = _at_once(*[window.fill for _ in range(6)])
    assert sum(results) == 10
    assert len({message["kwargs"]["run_id"] for message in messages()}) == 10
