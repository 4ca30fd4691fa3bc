"""What decisions teach is noted on the run, so that a broker that is down loses no lesson: the sweep sends it again."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from celery import current_app
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from apps.ai.models import AIProcessingLog
from apps.ai.types import Mode

logger = logging.getLogger(__name__)

TASK_NAME = "apps.ai.tasks.learn_decision"
#: A lesson that is not learned after so long is sent again. The task's own retries take about as long.
PATIENCE = timedelta(minutes=10)
#: Lessons that one sweep sends.
BATCH = 200


def order(run: AIProcessingLog) -> None:
    """Note, in the caller's transaction, that the decision on this run is to be learned, and send the task after it."""
    mode = Mode(run.processing_type)
    if not (mode.chooses_category or mode.writes_text):
        return
    run.lesson_due_at, run.taught_at = timezone.now() + PATIENCE, None
    AIProcessingLog.objects.filter(pk=run.pk).update(lesson_due_at=run.lesson_due_at, taught_at=None)
    transaction.on_commit(lambda: _send(run.pk), robust=True)


def finish(run_id: int, learn: Callable[[int], None]) -> None:
    """Learn, then note it, unless another decision on the run came meanwhile: that one is learned by its own task."""
    row = AIProcessingLog.objects.filter(pk=run_id)
    due = row.values_list("lesson_due_at", flat=True).first()
    learn(run_id)
    if due is not None:
        row.filter(lesson_due_at=due).update(lesson_due_at=None, taught_at=timezone.now())


def send_again() -> int:
    """Send the tasks of lessons that nobody has learned; returns how many. Nothing while the broker is down."""
    now = timezone.now()
    overdue = AIProcessingLog.objects.filter(lesson_due_at__lte=now).order_by("lesson_due_at")
    sent = 0
    for run_id in list(overdue.values_list("pk", flat=True)[:BATCH]):
        taken = AIProcessingLog.objects.filter(pk=run_id, lesson_due_at__lte=now)
        if not taken.update(lesson_due_at=now + PATIENCE):
            continue
        if not _send(run_id):
            AIProcessingLog.objects.filter(pk=run_id).update(lesson_due_at=now)
            break
        sent += 1
    return sent


def _send(run_id: int) -> bool:
    try:
        current_app.send_task(TASK_NAME, args=[run_id], queue="ai")
    except (OperationalError, OSError) as error:
        logger.warning("The broker takes no messages: %s", error)
        return False
    return True
