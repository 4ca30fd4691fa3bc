from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from apps.ai.exceptions import StaleProductError, TransitionError
from apps.ai.models import AIModerationQueue, AIProcessingLog, AppliedChange
from apps.ai.services.people import moderation
from apps.ai.services.runs import pipeline
from apps.ai.services.runs.submission import submit
from apps.products.models import Category, Product
from apps.users.models import User

pytestmark = pytest.mark.django_db
Messages = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def waiting(shop: dict[str, Category], settings: Any, product: Product) -> AIProcessingLog:
    """A card in moderation, because no category is sure enough."""
    settings.AI_CONFIG = {**settings.AI_CONFIG, "AUTO_APPLY_THRESHOLD": 1.0}
    run = submit(product.pk, send=False).run
    pipeline.run(run.pk)
    run.refresh_from_db()
    assert (run.status, run.error_message) == ("moderation", None)
    return run


def test_approve_applies_closes_and_teaches(
    waiting: AIProcessingLog,
    moderator: User,
    messages: Messages,
    django_capture_on_commit_callbacks: Any,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        moderation.approve(waiting, by=moderator, notes="хорошо")
    waiting.refresh_from_db()
    product = Product.objects.get()
    assert (waiting.status, waiting.processed_by, waiting.moderation_notes) == (
        "approved",
        moderator,
        "хорошо",
    )
    assert (product.title_ru, product.category) == (waiting.generated_title, waiting.suggested_category)
    assert AIModerationQueue.objects.get().resolved_at is not None
    assert AppliedChange.objects.get().applied_by == moderator
    assert [(message["task"], message["args"]) for message in messages()] == [
        ("apps.ai.tasks.learn_decision", [waiting.pk])
    ]


def test_edits_are_applied_and_remembered(
    waiting: AIProcessingLog, moderator: User, shop: dict[str, Category]
) -> None:
    moderation.approve(
        waiting,
        by=moderator,
        edits={
            "generated_title": "Парацетамол 500 мг, 20 таблеток, Atabay",
            "generated_description": "<p>Хорошо</p><script>alert(1)</script>",
            "suggested_category": shop["vitamins"],
        },
    )
    product = Product.objects.get()
    assert product.title_ru == "Парацетамол 500 мг, 20 таблеток, Atabay"
    assert product.description_ru == "<p>Хорошо</p>"
    assert product.category == shop["vitamins"]
    assert AIProcessingLog.objects.get().edited_by_moderator == [
        "generated_description",
        "generated_title",
        "suggested_category",
    ]


@pytest.mark.parametrize(
    "edits",
    [
        {"status": "approved"},
        {"generated_title": "я" * 256},
        {"generated_seo_title": "я" * 71},
    ],
)
def test_an_impossible_edit_changes_nothing(
    waiting: AIProcessingLog, moderator: User, edits: dict[str, Any]
) -> None:
    with pytest.raises(ValidationError):
        moderation.approve(waiting, by=moderator, edits=edits)
    stored = AIProcessingLog.objects.get()
    assert stored.status == "moderation"
    assert Product.objects.get().title_ru is None


def test_only_an_active_leaf_can_be_approved(
    waiting: AIProcessingLog, moderator: User, shop: dict[str, Category]
) -> None:
    with pytest.raises(ValidationError):
        moderation.approve(waiting, by=moderator, edits={"suggested_category": shop["pharmacy"]})
    with pytest.raises(ValidationError):
        moderation.approve(waiting, by=moderator, edits={"suggested_category": None})
    assert AIProcessingLog.objects.get().status == "moderation"


def test_a_decision_is_made_once(waiting: AIProcessingLog, moderator: User) -> None:
    other = AIProcessingLog.objects.get()
    moderation.reject(waiting, by=moderator, notes="не то")
    with pytest.raises(TransitionError):
        moderation.approve(other, by=moderator)
    with pytest.raises(TransitionError):
        moderation.reject(other, by=moderator)
    stored = AIProcessingLog.objects.get()
    assert (stored.status, stored.moderation_notes) == ("rejected", "не то")
    assert Product.objects.get().title_ru is None


def test_new_supplier_data_stops_an_approval(waiting: AIProcessingLog, moderator: User) -> None:
    Product.objects.update(title="Парацетамол 250 мг, 10 таблеток")
    with pytest.raises(StaleProductError) as refused:
        moderation.approve(waiting, by=moderator)
    fresh = AIProcessingLog.objects.open().get()
    assert refused.value.fresh_run == fresh.pk
    waiting.refresh_from_db()
    assert (waiting.status, waiting.superseded_by, waiting.processed_by) == ("rejected", fresh, None)
    assert AIModerationQueue.objects.waiting().count() == 0


def test_reprocess_keeps_the_mode_and_closes_the_old_card(
    waiting: AIProcessingLog,
    moderator: User,
    messages: Messages,
    django_capture_on_commit_callbacks: Any,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        submission = moderation.reprocess(waiting, by=moderator)
    waiting.refresh_from_db()
    assert (submission.created, submission.run.processing_type, submission.run.options["force"]) == (
        True,
        "full",
        True,
    )
    assert (waiting.status, AIModerationQueue.objects.waiting().count()) == ("rejected", 0)
    assert [message["priority"] for message in messages()] == [0]


def test_roll_back_restores_every_field(waiting: AIProcessingLog, moderator: User) -> None:
    moderation.approve(waiting, by=moderator)
    change = AppliedChange.objects.get()
    moderation.roll_back(change, by=moderator)
    product = Product.objects.get()
    assert (product.title_ru, product.description_ru, product.category, product.seo_keywords) == (
        None,
        None,
        None,
        [],
    )
    assert AIProcessingLog.objects.get().status == "rejected"
    with pytest.raises(TransitionError):
        moderation.roll_back(change, by=moderator)


def test_roll_back_does_not_destroy_later_work(waiting: AIProcessingLog, moderator: User) -> None:
    moderation.approve(waiting, by=moderator)
    Product.objects.update(title_ru="Исправлено позже")
    with pytest.raises(StaleProductError):
        moderation.roll_back(AppliedChange.objects.get(), by=moderator)
    product = Product.objects.get()
    assert product.title_ru == "Исправлено позже"
    assert product.description_ru
    assert AppliedChange.objects.get().reverted_at is None


def test_a_card_is_taken_by_one(waiting: AIProcessingLog, moderator: User) -> None:
    entry = AIModerationQueue.objects.get()
    moderation.assign(entry, to=moderator)
    moderation.assign(entry, to=moderator)
    with pytest.raises(TransitionError):
        moderation.assign(entry, to=User.objects.create_user("other", is_staff=True))
    assert AIModerationQueue.objects.get().assigned_to == moderator
