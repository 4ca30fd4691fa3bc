"""What a decision teaches is learned in the end, whatever becomes of the message that says so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from kombu.exceptions import OperationalError

from apps.ai import tasks
from apps.ai.models import AIProcessingLog, AppliedChange
from apps.ai.services.people import lessons, moderation
from apps.ai.tests.support.cards import waiting_card
from apps.products.models import Category, Product
from apps.users.models import User

Messages = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def card(product: Product, shop: dict[str, Category]) -> AIProcessingLog:
    return waiting_card(product, shop["pain"])


@pytest.fixture
def broker_is_down(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    def refuse(*args: Any, **options: Any) -> None:
        raise OperationalError("no connection")

    monkeypatch.setattr("celery.current_app.send_task", refuse)
    return monkeypatch


def overdue() -> None:
    AIProcessingLog.objects.update(lesson_due_at=timezone.now() - timedelta(seconds=1))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("decide", [moderation.approve, moderation.reject])
def test_a_lesson_that_the_broker_lost_is_sent_by_the_sweep(
    card: AIProcessingLog,
    moderator: User,
    messages: Messages,
    broker_is_down: pytest.MonkeyPatch,
    decide: Callable[..., Any],
) -> None:
    decide(card, by=moderator)
    assert messages() == []
    tasks.sweep()
    assert messages() == []  # there is time yet
    overdue()
    tasks.sweep()
    broker_is_down.undo()
    tasks.sweep()
    assert [(one["task"], one["args"]) for one in messages()] == [("apps.ai.tasks.learn_decision", [card.pk])]
    tasks.sweep()
    assert messages() == []  # not with every sweep
    tasks.learn_decision(card.pk)
    stored = AIProcessingLog.objects.get()
    assert stored.lesson_due_at is None
    assert stored.taught_at is not None
    overdue_rows = AIProcessingLog.objects.filter(lesson_due_at__isnull=False)
    assert (overdue_rows.count(), lessons.send_again()) == (0, 0)


@pytest.mark.django_db
def test_a_lesson_that_failed_is_not_learned(card: AIProcessingLog, moderator: User) -> None:
    moderation.approve(card, by=moderator)

    def fail(run_id: int) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        lessons.finish(card.pk, fail)
    assert AIProcessingLog.objects.get().lesson_due_at is not None


@pytest.mark.django_db
def test_what_was_decided_while_the_former_lesson_was_learned_is_learned_too(
    card: AIProcessingLog, moderator: User
) -> None:
    moderation.approve(card, by=moderator)

    def roll_back_meanwhile(run_id: int) -> None:
        moderation.roll_back(AppliedChange.objects.get(), by=moderator)

    lessons.finish(card.pk, roll_back_meanwhile)
    stored = AIProcessingLog.objects.get()
    assert stored.lesson_due_at is not None
    assert stored.taught_at is None


@pytest.mark.django_db
def test_a_decision_that_was_undone_with_its_transaction_teaches_nothing(
    card: AIProcessingLog, moderator: User
) -> None:
    with pytest.raises(Exception, match="seo_title"):
        moderation.approve(card, by=moderator, edits={"generated_seo_title": "я" * 71})
    assert AIProcessingLog.objects.get().lesson_due_at is None
