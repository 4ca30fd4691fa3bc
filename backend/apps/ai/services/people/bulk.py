"""Many cards decided by one order: chosen, shown, confirmed, and then decided in the background one by one.

Each card goes through the same door as a single decision, in a transaction of its own that also closes its place in
the order: a worker that is killed has decided a card or has not, and the next task goes on with the rest. What has
become stale, was decided by others or is held by a colleague is left as it is, and listed with the reason.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from celery import current_app
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from apps.ai.exceptions import AIError
from apps.ai.models import AIAudit, AIBulkDecision, AIBulkItem, AIModerationQueue, AIProcessingLog
from apps.ai.models.audits import AuditOutcome
from apps.ai.models.bulk import BulkDecision, BulkItemState, BulkState
from apps.ai.models.processing import MODERATE
from apps.ai.services.people import moderation, refusals

logger = logging.getLogger(__name__)

TASK_NAME = "apps.ai.tasks.decide_bulk"
#: Cards of one order: what one person can answer for.
MOST = 5000
#: For about so many seconds one task decides before it sends the next one.
SECONDS = 20.0
#: An order that nobody has worked on for so long has lost its task.
STALLED = timedelta(seconds=60)
#: Orders that were never confirmed are forgotten after this.
DRAFTS_KEPT = timedelta(days=1)
CHUNK = 50


@dataclass(frozen=True, slots=True)
class BulkProgress:
    total: int
    done: int
    left: int

    @property
    def ended(self) -> int:
        return self.done + self.left

    @property
    def percent(self) -> int:
        return 100 * self.ended // self.total if self.total else 100


def draft(
    entries: Iterable[AIModerationQueue], *, decision: str, by: Any, notes: str = "", selection: str = ""
) -> AIBulkDecision | None:
    """Write down which cards, as they are now; nothing is decided before `confirm`. None: no cards.

    `entries` with `log_entry` loaded. Raises ValidationError for more than MOST cards and an unknown decision.
    """
    if decision not in BulkDecision.values:
        raise ValidationError(_("Такого решения нет."))
    seen = {entry.log_entry_id: entry.log_entry.version for entry in entries}
    if len(seen) > MOST:
        raise ValidationError(
            _("За один раз решают не больше %(most)d карточек. Сузьте отбор.") % {"most": MOST}
        )
    if not seen:
        return None
    with transaction.atomic():
        bulk = AIBulkDecision.objects.create(
            decision=decision, started_by=by, notes=notes, selection=selection[:300], total=len(seen)
        )
        AIBulkItem.objects.bulk_create(
            (AIBulkItem(bulk=bulk, run_id=run_id, version=version) for run_id, version in seen.items()),
            batch_size=1000,
        )
    return bulk


def confirm(bulk: AIBulkDecision) -> bool:
    """The person has seen what will change. False when it was confirmed or given up already."""
    with transaction.atomic():
        if not bulk.step(BulkState.RUNNING):
            return False
        transaction.on_commit(lambda: send(bulk.pk), robust=True)
    return True


def drop(bulk: AIBulkDecision, item_id: int) -> bool:
    """Leave a card out before the order is confirmed; false when it was not in it, or it is too late."""
    with transaction.atomic():
        drafts = AIBulkDecision.objects.select_for_update().filter(pk=bulk.pk, state=BulkState.DRAFT)
        if not drafts.exists() or not bulk.items.filter(pk=item_id).delete()[0]:
            return False
        drafts.update(total=bulk.items.count())
    return True


def cancel(bulk: AIBulkDecision) -> bool:
    """What is decided stays decided; the rest is left. False when it has ended already."""
    return bulk.step(BulkState.CANCELLED)


def work(bulk_id: int, *, seconds: float = SECONDS) -> bool:
    """Decide the next cards for about so long; true when a further task was sent for the rest."""
    deadline = time.monotonic() + seconds
    while (bulk := _running(bulk_id)) is not None:
        items = list(bulk.items.filter(state=BulkItemState.WAITING).order_by("pk")[:CHUNK])
        if not items:
            bulk.step(BulkState.FINISHED)
            return False
        if not _may(bulk):
            _leave_all(bulk, _("У того, кто начал, больше нет права модерировать."))
            continue
        for item in items:
            _decide(bulk, item)
        AIBulkDecision.objects.filter(pk=bulk_id).update(updated_at=timezone.now())
        if time.monotonic() >= deadline:
            send(bulk_id)
            return True
    return False


def progress(bulk: AIBulkDecision) -> BulkProgress:
    rows = bulk.items.order_by().values_list("state").annotate(count=Count("pk"))
    counts = dict(rows)
    return BulkProgress(bulk.total, counts.get(BulkItemState.DONE, 0), counts.get(BulkItemState.LEFT, 0))


def send(bulk_id: int) -> bool:
    try:
        current_app.send_task(TASK_NAME, args=[bulk_id], queue="ai", priority=0)
    except (OperationalError, OSError) as error:
        logger.warning("The broker takes no messages: %s", error)
        return False
    return True


def send_again() -> int:
    """Send the tasks of orders that stand still, and forget drafts that nobody confirmed; returns how many."""
    now = timezone.now()
    AIBulkDecision.objects.filter(state=BulkState.DRAFT, created_at__lt=now - DRAFTS_KEPT).delete()
    sent = 0
    stalled = AIBulkDecision.objects.filter(state=BulkState.RUNNING, updated_at__lt=now - STALLED)
    for bulk in stalled.order_by("updated_at"):
        mine = AIBulkDecision.objects.filter(pk=bulk.pk, updated_at=bulk.updated_at).update(updated_at=now)
        sent += bool(mine) and send(bulk.pk)
    return sent


def _running(bulk_id: int) -> AIBulkDecision | None:
    running = AIBulkDecision.objects.filter(pk=bulk_id, state=BulkState.RUNNING)
    return running.select_related("started_by").first()


def _may(bulk: AIBulkDecision) -> bool:
    by = bulk.started_by
    return by is not None and by.is_active and by.is_staff and by.has_perm(MODERATE)


def _decide(bulk: AIBulkDecision, item: AIBulkItem) -> None:
    """One card. Two tasks at the same order never decide the same one: the item is locked, and then done.

    A refusal is written in the same transaction, which keeps what it ordered: the new run of a stale card.
    """
    try:
        with transaction.atomic():
            mine = AIBulkItem.objects.select_for_update(skip_locked=True, of=("self",))
            if mine.filter(pk=item.pk, state=BulkItemState.WAITING).first() is None:
                return
            why = _refusal(bulk, item)
            AIBulkItem.objects.filter(pk=item.pk).update(
                state=BulkItemState.LEFT if why else BulkItemState.DONE, why=why, decided_at=timezone.now()
            )
    except DatabaseError:
        logger.exception("Bulk decision %s could not decide run %s.", bulk.pk, item.run_id)
        waiting = AIBulkItem.objects.filter(pk=item.pk, state=BulkItemState.WAITING)
        why = _("Ошибка базы данных: решите карточку отдельно.")
        waiting.update(state=BulkItemState.LEFT, why=why, decided_at=timezone.now())


def _refusal(bulk: AIBulkDecision, item: AIBulkItem) -> str:
    """Why the card could not be decided; "" when it was."""
    try:
        _decide_run(bulk, item)
    except AIError as error:
        return refusals.sentence(error)
    except ValidationError as error:
        return " ".join(error.messages)
    except AIProcessingLog.DoesNotExist:
        return _("Карточки больше нет.")
    return ""


def _decide_run(bulk: AIBulkDecision, item: AIBulkItem) -> None:
    run = AIProcessingLog.objects.get(pk=item.run_id)
    version = str(item.version)
    if bulk.decision == BulkDecision.APPROVE:
        moderation.approve(run, by=bulk.started_by, notes=bulk.notes, version=version)
    else:
        moderation.reject(run, by=bulk.started_by, notes=bulk.notes, version=version)
    # Nobody looked at this card alone: it says nothing of how right the system was.
    AIAudit.objects.filter(run=run).update(outcome=AuditOutcome.UNJUDGED)


def _leave_all(bulk: AIBulkDecision, why: str) -> None:
    waiting = bulk.items.filter(state=BulkItemState.WAITING)
    waiting.update(state=BulkItemState.LEFT, why=why, decided_at=timezone.now())
