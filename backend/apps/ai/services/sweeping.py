"""Every AI_SWEEP_SECONDS: bring back what died, wake what is due, submit what no run was ever made for."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db.models import F
from django.utils import timezone

from apps.ai import catalog, conf
from apps.ai.exceptions import BudgetExceeded, TransitionError
from apps.ai.models import AIProcessingLog
from apps.ai.models.processing import RunQuerySet, Status
from apps.ai.services import breaker, budgets, spending
from apps.ai.services.mass_work import PAUSE_CODES
from apps.ai.services.submission import submit, wake

logger = logging.getLogger(__name__)

#: A pending run whose message is older than this is woken again; a second message is harmless.
SILENCE = timedelta(hours=1)
#: Rows one sweep looks at, so that it ends before the next begins.
BATCH = 500


def sweep() -> dict[str, int]:
    """Returns how many runs were brought back, given up, woken and newly submitted."""
    brought_back, given_up = _recover()
    spending.sweep_lost()
    return {
        "brought_back": brought_back,
        "given_up": given_up,
        "woken": _wake_due(),
        "submitted": _submit_forgotten(),
    }


def _recover() -> tuple[int, int]:
    """Runs whose worker died go back to the queue, or fail after the last attempt."""
    brought_back = given_up = 0
    now = timezone.now()
    for run in AIProcessingLog.objects.lease_expired(now=now)[:BATCH]:
        dead = run.lease_owner
        try:
            if run.attempts >= conf.get().max_attempts:
                run.advance(
                    Status.FAILED,
                    owner=dead,
                    completed_at=now,
                    error_code="worker_lost",
                    error_message=f"Исполнитель пропал {run.attempts} раз подряд.",
                )
                given_up += 1
            else:
                run.advance(Status.PENDING, owner=dead, message_sent_at=None, next_attempt_at=None)
                brought_back += 1
        except TransitionError:
            logger.info("Run %s came back by itself.", run.pk)
    return brought_back, given_up


def _wake_due() -> int:
    """Those that wait for the provider's pause sleep on until it is over; then one of them is the probe."""
    _end_waits_for_budgets()
    callers = breaker.callers()
    due = _due()
    if callers is not None:
        due = due.exclude(error_code__in=PAUSE_CODES)
    runs = list(due.order_by("priority", "pk")[:BATCH])
    if callers:
        runs += _due().filter(error_code__in=PAUSE_CODES).order_by("priority", "pk")[:callers]
    for run in runs:
        wake(run)
    return len(runs)


def _due() -> RunQuerySet:
    """Pending, due, and without a message that may still arrive.

    A message older than the time the run waits for was used up: a sender notes the time after sending, and a
    quick worker may have put the run back by then.
    """
    now = timezone.now()
    used_up = AIProcessingLog.objects.filter(
        status=Status.PENDING, next_attempt_at__lte=now, message_sent_at__lt=F("next_attempt_at")
    )
    return AIProcessingLog.objects.without_message(now=now, silence=SILENCE) | used_up


def _end_waits_for_budgets() -> None:
    now = timezone.now()
    if budgets.lifted(now=now):
        AIProcessingLog.objects.filter(
            status=Status.PENDING, error_code=BudgetExceeded.code, next_attempt_at__gt=now
        ).update(next_attempt_at=now)


def _submit_forgotten() -> int:
    """`bulk_create` sends no signal."""
    return sum(
        submit(product_id, source="sweeper").created
        for product_id in catalog.get().never_submitted(limit=BATCH)
    )
