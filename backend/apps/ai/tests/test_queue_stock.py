"""A slot that goes on with the next runs: in order, not for ever, and never past a person."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from apps.ai import tasks
from apps.ai.models import AIProcessingLog, AIQueueState
from apps.ai.models.processing import Priority, Status
from apps.ai.services import queue_stock, queue_window
from apps.ai.services.submission import submit
from apps.products.models import Product

pytestmark = pytest.mark.django_db
MakeProduct = Callable[..., Product]


@pytest.fixture(autouse=True)
def chain(settings: Any) -> Iterator[None]:
    settings.AI_CONFIG = {**settings.AI_CONFIG, "CHAIN_SECONDS": 15.0}
    yield
    queue_stock.give_back()


def _waiting(make_product: MakeProduct, number: int) -> list[int]:
    products = [make_product(title=f"Ибупрофен {100 + index} мг, 20 таблеток") for index in range(number)]
    return [submit(product.pk, send=False).run.pk for product in products]


def test_the_oldest_run_is_next_and_counts_as_told(make_product: MakeProduct) -> None:
    first, second = _waiting(make_product, 2)
    assert queue_stock.more(since=time.monotonic()) == first
    assert AIProcessingLog.objects.get(pk=first).message_sent_at is not None
    assert AIProcessingLog.objects.get(pk=first).status == Status.PENDING
    assert queue_stock.more(since=time.monotonic()) == second
    assert queue_stock.more(since=time.monotonic()) is None


def test_after_its_time_the_slot_takes_a_message(make_product: MakeProduct) -> None:
    [run_id] = _waiting(make_product, 1)
    assert queue_stock.more(since=time.monotonic() - 15.0) is None
    assert AIProcessingLog.objects.get(pk=run_id).message_sent_at is None


def test_zero_seconds_mean_one_run_a_message(make_product: MakeProduct, settings: Any) -> None:
    settings.AI_CONFIG = {**settings.AI_CONFIG, "CHAIN_SECONDS": 0.0}
    _waiting(make_product, 1)
    assert queue_stock.more(since=time.monotonic()) is None


def test_a_person_who_waits_comes_first(make_product: MakeProduct) -> None:
    _waiting(make_product, 1)
    product = make_product(title="Парацетамол 500 мг, 10 таблеток")
    run = submit(product.pk, send=False, priority=Priority.PERSON).run
    run.message_sent_at = run.created_at
    run.save(update_fields=["message_sent_at"])
    assert queue_stock.more(since=time.monotonic()) is None


def test_a_paused_queue_gives_nothing(make_product: MakeProduct) -> None:
    _waiting(make_product, 1)
    AIQueueState.objects.update_or_create(name="queue", defaults={"paused": True})
    assert queue_stock.more(since=time.monotonic()) is None


def test_what_is_given_back_can_be_told_again(make_product: MakeProduct) -> None:
    [run_id] = _waiting(make_product, 1)
    queue_stock._fill(queue_stock._of_this_process(), 8)
    assert AIProcessingLog.objects.get(pk=run_id).message_sent_at is not None
    assert queue_stock.give_back() == 1
    assert AIProcessingLog.objects.get(pk=run_id).message_sent_at is None


def test_the_last_slot_whose_time_is_over_leaves_nothing_in_stock(make_product: MakeProduct) -> None:
    [run_id] = _waiting(make_product, 1)
    queue_stock._fill(queue_stock._of_this_process(), 8)
    assert queue_stock.more(since=time.monotonic() - 15.0) is None
    assert AIProcessingLog.objects.get(pk=run_id).message_sent_at is None


def test_one_message_ends_several_runs(make_product: MakeProduct, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue_window, "_ended", 0)  # every so many ends the window is filled with messages
    run_ids = _waiting(make_product, 3)
    first = AIProcessingLog.objects.get(pk=run_ids[0])
    assert tasks.process_product_ai(first.product_id, run_id=first.pk) == first.pk
    assert not AIProcessingLog.objects.open().exists()
