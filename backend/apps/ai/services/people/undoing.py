"""A person's last decision taken back, as long as nothing was built on it: the card waits again, as it was."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.ai.exceptions import NothingToUndo
from apps.ai.host import person_key
from apps.ai.models import AIModerationQueue, AIProcessingLog
from apps.ai.models.processing import CANCELLED, Actor, Status
from apps.ai.services.audit import blind
from apps.ai.services.outside import events
from apps.ai.services.people import deciding, lessons
from apps.ai.services.people.card_leases import LEASE
from apps.ai.services.runs import applying

DECISIONS = frozenset({"approve", "reject", "reprocess"})


def undo(run: AIProcessingLog, *, by: Any) -> None:
    """Take the person's own last decision on this card back, in one transaction; they hold the card then.

    Raises NothingToUndo, StaleProductError (a field was changed in the shop since), ProductMissing.
    """
    with transaction.atomic():
        deciding.lock(run)
        last = run.history[-1] if run.history else {}
        if last.get("what") not in DECISIONS or last.get("by") != person_key(by):
            raise NothingToUndo(_("Последнее, что случилось с карточкой, — не ваше решение."))
        _check_place(run)
        _take_back(run, str(last["what"]), by=by, ordered=last.get("before", {}).get("ordered", True))
        entry = AIModerationQueue.objects.filter(log_entry=run)
        back = Status.MODERATION if entry.exists() else Status.COMPLETED
        run.note("undo", by=by, at=timezone.now())
        run.advance(back, actor=Actor.UNDO, **_as_before(run, last))
        entry.update(resolved_at=None, assigned_to=by, taken_until=timezone.now() + LEASE)
        blind.reopen(run)
        events.card("card_ready", run, by=by)
        lessons.order(run)


def _check_place(run: AIProcessingLog) -> None:
    """A product has one waiting card: a newer one stays."""
    others = AIProcessingLog.objects.undecided().filter(product_id=run.product_id).exclude(pk=run.pk)
    newer = others.filter(Q(pk__gt=run.pk) | Q(status=Status.MODERATION)).order_by("-pk").first()
    if newer is not None:
        raise NothingToUndo(_("У товара уже есть более новая карточка: запуск №%(run)s.") % {"run": newer.pk})


def _take_back(run: AIProcessingLog, what: str, *, by: Any, ordered: bool) -> None:
    """`ordered`: whether sending round again made the new run, which is then cancelled."""
    if what == "approve":
        change = run.applied_changes.filter(reverted_at__isnull=True).first()
        if change is not None:
            applying.revert(change, by=by)
            events.rolled_back(change, by=by)
    elif what == "reprocess":
        fresh = run.superseded_by
        if fresh is None or fresh.status != Status.PENDING:
            raise NothingToUndo(_("Новая обработка уже началась: дождитесь её карточки."))
        if ordered:
            fresh.advance(
                Status.FAILED,
                actor=Actor.QUEUE,
                error_code=CANCELLED,
                error_message="Отменено модератором",
                completed_at=timezone.now(),
            )


def _as_before(run: AIProcessingLog, last: dict[str, Any]) -> dict[str, Any]:
    """The columns that the decision wrote, emptied or put back."""
    before = {name: value for name, value in last.get("before", {}).items() if name != "ordered"}
    return {
        "processed_by": None,
        "moderation_date": None,
        "moderation_notes": "",
        "reject_reason": "",
        "superseded_by_id": None,
        "error_code": "",
        "error_message": None,
        "history": run.history,
        **before,
    }
