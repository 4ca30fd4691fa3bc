"""A slot that goes on with the next runs: in order, not for ever, and never past a person."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone

from apps.ai import tasks
from apps.ai.exceptions import ProductMissing, TransientAIError
from apps.ai.models import AIProcessingLog, AIQueueState
from apps.ai.models.processing import ENDED_STATUSES, Priority, Status
from apps.ai.services.media_processor import ImageBatch, ImageFailure, R2MediaProcessor
from apps.ai.services.queue import leases, window
from apps.ai.services.runs import pipeline, reading
from apps.ai.services.runs.reading import Preparation
from apps.ai.services.runs.submission import submit
from apps.ai.services.worker import prefetch
from apps.ai.services.worker.prefetch import Prefetched
from apps.ai.types import Mode
from apps.products.models import Product, ProductImage

pytestmark = pytest.mark.django_db
MakeProduct = Callable[..., Product]


@pytest.fixture(autouse=True)
def chain(settings: Any) -> None:
    settings.AI_CONFIG = {**settings.AI_CONFIG, "CHAIN_SECONDS": 15.0}


@pytest.fixture
def stock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Prefetched]:
    """A stock of one slot that is at work."""
    fresh = Prefetched()
    monkeypatch.setattr(prefetch, "_prefetched", fresh)
    monkeypatch.setattr(window, "_ended", 0)  # every so many ends the window is filled with messages
    with fresh.at_work():
        yield fresh
    leases._process.runs.clear()


def _waiting(make_product: MakeProduct, number: int) -> list[int]:
    products = [make_product(title=f"Ибупрофен {100 + index} мг, 20 таблеток") for index in range(number)]
    return [submit(product.pk, send=False).run.pk for product in products]


def _next(stock: Prefetched, *, ago: float = 0.0) -> int | None:
    prepared = prefetch._next(stock, time.monotonic() + 15.0 - ago)
    return None if prepared is None else prepared.run.pk


def test_the_oldest_run_is_next_and_is_held(make_product: MakeProduct, stock: Prefetched) -> None:
    first, second = _waiting(make_product, 2)
    assert _next(stock) == first
    run = AIProcessingLog.objects.get(pk=first)
    assert (run.status, run.attempts, run.message_sent_at) == (Status.PROCESSING, 1, None)
    assert run.lease_owner
    assert first in leases._process.runs
    assert _next(stock) == second
    assert _next(stock) is None


def test_a_run_that_failed_twice_comes_alone(make_product: MakeProduct, stock: Prefetched) -> None:
    """Should it be what kills the worker, those beside it would lose their attempts with it."""
    first, second = _waiting(make_product, 2)
    AIProcessingLog.objects.filter(pk=first).update(attempts=2)
    with stock.at_work():
        assert _next(stock) == second
    assert not stock.runs
    assert AIProcessingLog.objects.get(pk=first).status == Status.PENDING


def test_as_many_are_taken_as_slots_are_at_work(make_product: MakeProduct, stock: Prefetched) -> None:
    run_ids = _waiting(make_product, 5)
    with stock.at_work(), stock.at_work():
        assert _next(stock) == run_ids[0]
        assert [prepared.run.pk for prepared in stock.runs] == run_ids[1:3]


def test_after_its_time_the_slot_takes_a_message(make_product: MakeProduct, stock: Prefetched) -> None:
    [run_id] = _waiting(make_product, 1)
    assert _next(stock, ago=15.0) is None
    assert AIProcessingLog.objects.get(pk=run_id).status == Status.PENDING


def test_zero_seconds_mean_one_run_a_message(
    make_product: MakeProduct, stock: Prefetched, settings: Any
) -> None:
    settings.AI_CONFIG = {**settings.AI_CONFIG, "CHAIN_SECONDS": 0.0}
    first, second = _waiting(make_product, 2)
    prefetch.work(first)
    assert AIProcessingLog.objects.get(pk=first).status in ENDED_STATUSES
    assert AIProcessingLog.objects.get(pk=second).status == Status.PENDING


def test_a_person_who_waits_comes_first(make_product: MakeProduct, stock: Prefetched) -> None:
    _waiting(make_product, 1)
    product = make_product(title="Парацетамол 500 мг, 10 таблеток")
    run = submit(product.pk, send=False, priority=Priority.PERSON).run
    run.message_sent_at = run.created_at
    run.save(update_fields=["message_sent_at"])
    assert _next(stock) is None


def test_when_all_have_been_told_the_last_ones_are_taken(
    make_product: MakeProduct, stock: Prefetched
) -> None:
    """Their messages come late, and find nothing to do."""
    first, second = _waiting(make_product, 2)
    now = timezone.now()
    for run_id, age in ((first, 2), (second, 1)):
        told = AIProcessingLog.objects.filter(pk=run_id)
        told.update(message_sent_at=now - timedelta(seconds=age))
    assert _next(stock) == second
    assert pipeline.run(second) is False


def test_a_paused_queue_gives_nothing(make_product: MakeProduct, stock: Prefetched) -> None:
    _waiting(make_product, 1)
    AIQueueState.objects.update_or_create(name="queue", defaults={"paused": True})
    assert _next(stock) is None


def test_the_last_slot_that_leaves_gives_the_rest_back(make_product: MakeProduct, stock: Prefetched) -> None:
    run_ids = _waiting(make_product, 2)
    with stock.at_work():
        assert _next(stock) == run_ids[0]
        assert len(stock.runs) == 1
    assert len(stock.runs) == 1  # another slot is at work still
    stock.give_back()
    run = AIProcessingLog.objects.get(pk=run_ids[1])
    assert (run.status, run.attempts, run.lease_owner) == (Status.PENDING, 0, "")
    assert run_ids[1] not in leases._process.runs


def test_a_stopping_process_gives_its_stock_back(make_product: MakeProduct, stock: Prefetched) -> None:
    run_ids = _waiting(make_product, 2)
    leases.stop(patience=3600)
    try:
        with stock.at_work():
            stock.runs.extend(prefetch._claimed(2))
    finally:
        leases._process.stopping = False
    assert not stock.runs
    runs = AIProcessingLog.objects.filter(pk__in=run_ids)
    assert {(run.status, run.attempts) for run in runs} == {("pending", 0)}


def test_what_cannot_be_prepared_goes_back_without_the_attempt(
    make_product: MakeProduct, stock: Prefetched, monkeypatch: pytest.MonkeyPatch
) -> None:
    [run_id] = _waiting(make_product, 1)

    def broken(*_: Any, **__: Any) -> None:
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr(reading, "prepare", broken)
    with pytest.raises(OperationalError):
        _next(stock)
    run = AIProcessingLog.objects.get(pk=run_id)
    assert (run.status, run.attempts, run.lease_owner) == (Status.PENDING, 0, "")


def _away(*_: Any, **__: Any) -> None:
    raise OperationalError("the server closed the connection")


def test_what_cannot_be_given_back_is_held_no_longer(
    make_product: MakeProduct, stock: Prefetched, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the database is away: else its lease would be renewed for AI_RUN_SECONDS, and nobody work on it."""
    run_ids = _waiting(make_product, 2)
    stock.runs.extend(prefetch._claimed(2))
    monkeypatch.setattr(leases, "_give_back", _away)
    with pytest.raises(OperationalError):
        stock.give_back()
    assert not leases._process.runs.keys() & set(run_ids)


def test_one_that_cannot_be_put_off_takes_none_along(
    make_product: MakeProduct, stock: Prefetched, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The request for vectors failed, and then the database: its lease runs out, and the others go on."""
    run_ids = _waiting(make_product, 3)
    prepare = reading.prepare

    def first_fails(claimed: Any, *, owner: str) -> Any:
        first, *others = prepare(claimed, owner=owner).ready
        return Preparation(others, [(first.run, TransientAIError("503"))])

    monkeypatch.setattr(reading, "prepare", first_fails)
    monkeypatch.setattr(pipeline, "_postpone", _away)
    assert [one.run.pk for one in prefetch._claimed(3)] == run_ids[1:]
    assert leases._process.runs.keys() & set(run_ids) == set(run_ids[1:])


def test_a_run_that_is_held_anew_is_not_let_go_by_its_former_slot(stock: Prefetched) -> None:
    """A slot that comes back late ends the hold that it had, not the one that another slot has now."""
    with leases.renewed(7, "first"):
        leases.register([7], "second")
    assert leases._process.runs[7][0] == "second"


def test_a_product_that_is_gone_harms_no_other(make_product: MakeProduct) -> None:
    gone, there = _waiting(make_product, 2)
    claimed = window.claim(2, owner="stock")
    Product.objects.filter(ai_logs=gone).delete()
    preparation = reading.prepare(claimed, owner="stock")
    [(lost, error)] = preparation.held_up
    assert (lost.pk, type(error)) == (gone, ProductMissing)
    assert pipeline.end_attempt(lost, "stock", error)
    [second] = preparation.ready
    assert pipeline.go_on(second)
    assert AIProcessingLog.objects.get(pk=there).status in ENDED_STATUSES


def test_pictures_come_while_runs_wait(make_product: MakeProduct, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are fetched once, by other threads, and the image stage finds them."""
    asked: list[tuple[str, str]] = []

    def fetch(self: R2MediaProcessor, urls: list[str], max_images: int | None = None) -> ImageBatch:
        asked.append((urls[0], threading.current_thread().name))
        return ImageBatch((), (ImageFailure(urls[0], "not a picture"),))

    monkeypatch.setattr(R2MediaProcessor, "get_product_images_batch", fetch)
    for index in range(2):
        product = make_product(title=f"Ибупрофен {index} мг")
        ProductImage.objects.create(product=product, url=f"https://shop.example/{index}.jpg")
        submit(product.pk, send=False, mode=Mode.IMAGES)
    prepared = reading.prepare(window.claim(2, owner="stock"), owner="stock")
    for one in prepared.ready:
        assert pipeline.go_on(one)
        one.run.refresh_from_db()
        assert one.run.image_analysis["failures"] == [f"{one.run.input_images_urls[0]}: not a picture"]
    assert sorted(url for url, _ in asked) == ["https://shop.example/0.jpg", "https://shop.example/1.jpg"]
    assert all(name.startswith("ai-pictures") for _, name in asked)


def test_one_message_ends_several_runs(make_product: MakeProduct, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window, "_ended", 0)  # every so many ends the window is filled with messages
    monkeypatch.setattr(prefetch, "_prefetched", Prefetched())
    run_ids = _waiting(make_product, 3)
    first = AIProcessingLog.objects.get(pk=run_ids[0])
    assert tasks.process_product_ai(first.product_id, run_id=first.pk) == first.pk
    assert not AIProcessingLog.objects.open().exists()
    assert not leases._process.runs.keys() & set(run_ids)


def test_one_product_that_cannot_be_read_takes_none_along(
    make_product: MakeProduct,
    stock: Prefetched,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Of sixteen runs one has data that reading stumbles over: it fails with its reason, the others go on."""
    run_ids = _waiting(make_product, 16)
    bad = AIProcessingLog.objects.get(pk=run_ids[6])
    Product.objects.filter(pk=bad.product_id).update(attributes=["not", "a", "mapping"])
    ready = {one.run.pk for one in prefetch._claimed(16)}
    assert ready == set(run_ids) - {bad.pk}
    bad.refresh_from_db()
    assert (bad.status, bad.error_code, bad.attempts) == ("failed", "internal", 1)
    assert "could not be prepared" in caplog.text


def test_a_lease_is_renewed_after_any_error(
    make_product: MakeProduct, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """The thread that renews met something that is no database error: the next beat comes all the same."""
    settings.AI_CONFIG = {**settings.AI_CONFIG, "LEASE_SECONDS": 0.15}
    monkeypatch.setattr(leases, "MISSED_BEAT", 0.01)
    beats: list[int] = []

    def renew() -> int:
        beats.append(1)
        if len(beats) % 2:
            raise [ValueError("odd"), RuntimeError("can't start new thread"), MemoryError()][
                len(beats) // 2 % 3
            ]
        return 0

    monkeypatch.setattr(leases, "renew", renew)
    monkeypatch.setattr(leases, "_process", leases._Process())
    leases.register([1], "mine")
    deadline = time.monotonic() + 10
    while len(beats) < 6 and time.monotonic() < deadline:
        time.sleep(0.02)
    leases.unregister(1, "mine")
    assert len(beats) >= 6


def test_a_heart_that_died_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    process = leases._Process()
    monkeypatch.setattr(leases, "_process", process)
    process.heart = threading.Thread(target=lambda: None)
    process.heart.start()
    process.heart.join()
    leases.register([1], "mine")
    assert process.heart.is_alive()
    leases.unregister(1, "mine")
