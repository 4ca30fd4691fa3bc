"""Cards like one that was just decided: variants of one product, and others with the same reason in the same branch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from apps.ai.models import AIModerationQueue
from apps.ai.models.moderation import ModerationQuerySet

#: Alike cards that are counted: more are "more than that".
COUNTED = 1000


@dataclass(frozen=True, slots=True)
class Similar:
    """How many other free cards wait; each number is at most COUNTED."""

    variants: int
    same_reason: int


def variants_of(entry: AIModerationQueue, *, user: Any) -> ModerationQuerySet:
    """Other waiting cards of variants of the same product: nearly the same text, other size, colour or count."""
    if not entry.variant_key:
        return AIModerationQueue.objects.none()
    free = AIModerationQueue.objects.free_for(user)
    return free.filter(variant_key=entry.variant_key).exclude(pk=entry.pk)


def same_reason(entry: AIModerationQueue, *, user: Any) -> ModerationQuerySet:
    """Other waiting cards with the same gravest reason in the same branch."""
    free = AIModerationQueue.objects.free_for(user)
    return free.filter(reason=entry.reason, branch_id=entry.branch_id).exclude(pk=entry.pk)


def of(entry: AIModerationQueue, *, user: Any) -> Similar:
    """What to offer after a decision on the entry. Two short queries."""
    return Similar(
        variants=variants_of(entry, user=user)[:COUNTED].count(),
        same_reason=same_reason(entry, user=user)[:COUNTED].count(),
    )


def of_run(run_id: int, *, user: Any) -> Similar | None:
    """The same by the card's run; None when it was never in the queue."""
    entry = AIModerationQueue.objects.filter(log_entry_id=run_id).first()
    return None if entry is None else of(entry, user=user)
