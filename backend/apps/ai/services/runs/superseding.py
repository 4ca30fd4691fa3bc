"""One live card per product: a newer run closes the undecided cards of older ones and is named on them."""

from __future__ import annotations

from django.utils import timezone

from apps.ai.models import AIModerationQueue, AIProcessingLog
from apps.ai.models.processing import SUPERSEDED, Actor, RunQuerySet, Status
from apps.ai.services.audit import blind
from apps.ai.types import Mode


def close_outdated(newer: AIProcessingLog, *, fingerprint: str) -> int:
    """Close the product's cards that were made from other inputs; returns how many.

    Nobody could approve them any more: `newer`, which has just been ordered, brings the card that can be.
    """
    outdated = _older(newer).exclude(input_fingerprint=fingerprint)
    return _close(list(outdated), newer)


def close_replaced(newer: AIProcessingLog, *, waits: bool) -> int:
    """Close the product's cards that the result of `newer` replaces; returns how many.

    Those are the cards with no field that `newer` lacks; when it `waits` for a person itself, every waiting one, as a
    person is shown one card a product.
    """
    fields = set(Mode(newer.processing_type).card_fields)
    if not fields or not newer.may_meet_cards:
        return 0
    replaced = [
        card
        for card in _older(newer)
        if set(Mode(card.processing_type).card_fields) <= fields
        or (waits and card.status == Status.MODERATION)
    ]
    return _close(replaced, newer)


def close(card: AIProcessingLog, newer: AIProcessingLog) -> None:
    """Close one undecided card in favour of `newer`, in the caller's transaction. Raises TransitionError."""
    card.advance(
        Status.REJECTED,
        actor=Actor.NEWER_RUN,
        superseded_by_id=newer.pk,
        error_code=SUPERSEDED,
        error_message=f"Заменена более новой карточкой: запуск №{newer.pk}.",
        history=card.history,
    )
    AIModerationQueue.objects.waiting().filter(log_entry=card).update(resolved_at=timezone.now())
    blind.close(card, by=None, judged=False)


def _older(newer: AIProcessingLog) -> RunQuerySet:
    cards = AIProcessingLog.objects.undecided().filter(product_id=newer.product_id).exclude(pk=newer.pk)
    return cards.select_for_update(of=("self",)).order_by("pk")


def _close(cards: list[AIProcessingLog], newer: AIProcessingLog) -> int:
    for card in cards:
        close(card, newer)
    return len(cards)
