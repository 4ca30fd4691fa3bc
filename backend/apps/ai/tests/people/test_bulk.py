"""Many cards by one order: the same rules as for one, in the background, restartable, stale ones left and listed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from apps.ai.models import AIAudit, AIBulkDecision, AIBulkItem, AIModerationQueue, AIProcessingLog
from apps.ai.models.bulk import BulkItemState, BulkState
from apps.ai.models.processing import Status
from apps.ai.services.people import bulk, moderation
from apps.ai.tests.support.cards import TITLE, waiting_card
from apps.products.models import Category, Product
from apps.users.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def cards(make_product: Callable[..., Product], tree: dict[str, Category]) -> list[AIProcessingLog]:
    return [waiting_card(make_product(), tree["pain"]) for _ in range(5)]


def _order(by: User, decision: str = "approve", **values: Any) -> AIBulkDecision:
    entries = AIModerationQueue.objects.waiting().select_related("log_entry")
    order = bulk.draft(entries, decision=decision, by=by, **values)
    assert order is not None
    return order


def _statuses() -> list[str]:
    return list(AIProcessingLog.objects.order_by("pk").values_list("status", flat=True))


def _left(order: AIBulkDecision) -> dict[int, str]:
    return dict(order.items.filter(state=BulkItemState.LEFT).values_list("run_id", "why"))


def test_nothing_is_decided_before_the_order_is_confirmed(
    cards: list[AIProcessingLog], moderator: User
) -> None:
    order = _order(moderator)
    assert bulk.work(order.pk) is False
    assert (order.total, set(_statuses())) == (5, {"moderation"})


def test_all_are_approved_and_the_shop_has_their_texts(
    cards: list[AIProcessingLog], moderator: User, messages: Any, django_capture_on_commit_callbacks: Any
) -> None:
    order = _order(moderator, notes="пачкой")
    with django_capture_on_commit_callbacks(execute=True):
        assert bulk.confirm(order)
    assert [(sent["task"], sent["args"]) for sent in messages()] == [(bulk.TASK_NAME, [order.pk])]
    bulk.work(order.pk)
    order.refresh_from_db()
    assert (order.state, bulk.progress(order).done, bulk.progress(order).left) == ("finished", 5, 0)
    assert set(_statuses()) == {"approved"}
    assert set(Product.objects.values_list("title_ru", flat=True)) == {TITLE}
    assert not AIModerationQueue.objects.waiting().exists()
    run = AIProcessingLog.objects.all()[0]
    assert (run.processed_by, run.moderation_notes) == (moderator, "пачкой")


def test_all_are_rejected_and_the_shop_stays_as_it_was(cards: list[AIProcessingLog], moderator: User) -> None:
    order = _order(moderator, "reject")
    bulk.confirm(order)
    bulk.work(order.pk)
    assert set(_statuses()) == {"rejected"}
    assert set(Product.objects.values_list("title_ru", flat=True)) == {None}


def test_what_became_stale_changed_or_is_held_is_left_and_listed(
    cards: list[AIProcessingLog], moderator: User
) -> None:
    stale, edited, held, decided, fine = cards
    colleague = User.objects.create_user("colleague", is_staff=True)
    order = _order(moderator)
    Product.objects.filter(pk=stale.product_id).update(description="Совсем другое описание товара.")
    moderation.edit(edited, {"generated_title": "Парацетамол 500 мг, таблетки, 20 шт."}, by=colleague)
    moderation.assign(held.moderation_queue, to=colleague)
    moderation.reject(decided, by=colleague)
    bulk.confirm(order)
    bulk.work(order.pk)
    left = _left(order)
    assert set(left) == {stale.pk, edited.pk, held.pk, decided.pk}
    assert all(why for why in left.values())
    fine.refresh_from_db()
    assert fine.status == Status.APPROVED
    # The stale one is worked on anew, as after a single approval; nobody lost its order with the refusal.
    stale.refresh_from_db()
    assert stale.superseded_by is not None
    assert stale.superseded_by.status == Status.PENDING
    assert AIProcessingLog.objects.get(pk=held.pk).status == Status.MODERATION


def test_a_killed_worker_loses_nothing_and_decides_nothing_twice(
    cards: list[AIProcessingLog], moderator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second card's transaction dies with the process: the first stays decided, the rest goes on later."""
    approve, calls = moderation.approve, []

    def dies(run: AIProcessingLog, **values: Any) -> AIProcessingLog:
        calls.append(run.pk)
        done = approve(run, **values)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return done

    order = _order(moderator)
    bulk.confirm(order)
    monkeypatch.setattr(moderation, "approve", dies)
    with pytest.raises(KeyboardInterrupt):
        bulk.work(order.pk)
    assert sorted(_statuses()) == ["approved"] + ["moderation"] * 4
    bulk.work(order.pk)
    assert set(_statuses()) == {"approved"}
    assert len(calls) == 6  # the interrupted one twice, as its first decision was never committed
    assert AIProcessingLog.objects.filter(applied_changes__isnull=False).count() == 5


def test_an_order_that_lost_its_task_gets_another_one(
    cards: list[AIProcessingLog], moderator: User, messages: Any
) -> None:
    order = _order(moderator)
    bulk.confirm(order)
    messages()
    assert bulk.send_again() == 0
    AIBulkDecision.objects.update(updated_at=timezone.now() - timedelta(minutes=5))
    assert (bulk.send_again(), bulk.send_again()) == (1, 0)
    assert [sent["args"] for sent in messages()] == [[order.pk]]


def test_cancelled_midway_the_rest_waits_as_before(
    cards: list[AIProcessingLog], moderator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = _order(moderator)
    bulk.confirm(order)
    monkeypatch.setattr(bulk, "CHUNK", 2)
    monkeypatch.setattr(bulk, "send", lambda bulk_id: True)
    assert bulk.work(order.pk, seconds=0.0) is True
    assert bulk.cancel(order)
    assert bulk.work(order.pk) is False
    assert sorted(_statuses()) == ["approved"] * 2 + ["moderation"] * 3
    assert not bulk.confirm(order)


def test_who_lost_the_right_meanwhile_decides_nothing(cards: list[AIProcessingLog], moderator: User) -> None:
    order = _order(moderator)
    bulk.confirm(order)
    moderator.groups.clear()
    bulk.work(order.pk)
    assert set(_statuses()) == {"moderation"}
    assert len(_left(order)) == 5
    assert AIBulkDecision.objects.get().state == BulkState.FINISHED


def test_a_decision_on_many_says_nothing_of_how_right_the_system_was(
    cards: list[AIProcessingLog], moderator: User
) -> None:
    AIAudit.objects.create(
        run=cards[0], category_id=cards[0].suggested_category_id, confidence=0.9, share=0.1
    )
    order = _order(moderator)
    bulk.confirm(order)
    bulk.work(order.pk)
    assert AIAudit.objects.get().outcome == "unjudged"


def test_a_draft_can_lose_a_card_and_too_many_are_refused(
    cards: list[AIProcessingLog], moderator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = _order(moderator)
    assert bulk.drop(order, AIBulkItem.objects.all()[0].pk)
    order.refresh_from_db()
    assert order.total == 4
    bulk.confirm(order)
    assert not bulk.drop(order, AIBulkItem.objects.all()[0].pk)
    monkeypatch.setattr(bulk, "MOST", 3)
    with pytest.raises(ValidationError):
        _order(moderator)
    with pytest.raises(ValidationError):
        _order(moderator, "delete")
