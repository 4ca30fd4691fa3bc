"""Who works on a waiting card: taken for a while, given back, taken over with a word of why."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from apps.ai.exceptions import CardHeld, DecidedAlready, ProductMissing
from apps.ai.models import AIModerationQueue, AIProcessingLog
from apps.ai.services.people import deciding

#: How long a card stays taken after its holder last took it or edited it.
LEASE = timedelta(minutes=30)
LONGEST_NOTE = 500


def assign(entry: AIModerationQueue, *, to: Any, note: str = "") -> None:
    """Take a waiting card, or prolong one's own lease.

    With `note` a card that a colleague holds is taken over, and the note stands in the run's history. Raises CardHeld,
    DecidedAlready, ValidationError for a note that is too long.
    """
    with transaction.atomic():
        run = _lock(entry)
        held = entry.is_held() and entry.assigned_to_id != to.pk
        if held and entry.taken_until is not None and not note.strip():
            raise CardHeld(
                f"The card is taken by {entry.assigned_to} until {entry.taken_until:%H:%M}.",
                holder=str(entry.assigned_to),
                until=entry.taken_until,
            )
        if held:
            _write_note(run, by=to, what="take_over", note=note.strip())
        entry.assigned_to, entry.taken_until = to, timezone.now() + LEASE
        entry.save(update_fields=["assigned_to", "taken_until"])


def release(entry: AIModerationQueue, *, by: Any) -> None:
    """Give a card back to all; nothing happens when nobody holds it. Raises CardHeld, DecidedAlready."""
    with transaction.atomic():
        run = _lock(entry)
        deciding.check_holder(run, by=by, overrule=False)
        entry.assigned_to = entry.taken_until = None
        entry.save(update_fields=["assigned_to", "taken_until"])


def prolong(run: AIProcessingLog, *, by: Any) -> None:
    """Whoever edits a card that they hold keeps it for longer."""
    mine = AIModerationQueue.objects.held_by(by).filter(log_entry=run)
    mine.update(taken_until=timezone.now() + LEASE)


def _lock(entry: AIModerationQueue) -> AIProcessingLog:
    run: AIProcessingLog = entry.log_entry
    deciding.lock(run)
    entry.refresh_from_db()
    if entry.resolved_at is not None:
        last = run.history[-1] if run.history else {}
        raise DecidedAlready(
            f"Run {run.pk} is '{run.status}'.",
            status=run.status,
            name=last.get("name", ""),
            at=last.get("at", ""),
        )
    return run


def _write_note(run: AIProcessingLog, *, by: Any, what: str, note: str) -> None:
    if len(note) > LONGEST_NOTE:
        raise ValidationError({"note": f"Длиннее {LONGEST_NOTE} символов."})
    run.note(what, by=by, at=timezone.now(), note=note)
    AIProcessingLog.objects.filter(pk=run.pk).update(history=run.history)


def take_next(user: Any, *, passed_over: Collection[int] = ()) -> AIModerationQueue | None:
    """Take the first card of the queue that nobody else holds; None when there is none.

    `passed_over`: runs that the person has skipped. Two who ask at once get two cards.
    """
    tried = set(passed_over)
    while True:
        free = AIModerationQueue.objects.free_for(user).exclude(log_entry_id__in=tried)
        entry = free.in_order().select_related("log_entry").first()
        if entry is None:
            return None
        try:
            assign(entry, to=user)
        except (CardHeld, DecidedAlready, ProductMissing, AIProcessingLog.DoesNotExist):
            tried.add(entry.log_entry_id)
            continue
        return entry
