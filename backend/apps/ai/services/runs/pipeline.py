"""claim → read → think → settle. The only place where a run's fate is decided."""

from __future__ import annotations

import logging
import os
import random
import socket
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone
from structlog.contextvars import bound_contextvars

from apps.ai import conf
from apps.ai.exceptions import (
    PauseError,
    PermanentAIError,
    ProductMissing,
    ProviderTrouble,
    TransientAIError,
    TransitionError,
    WorkerStops,
)
from apps.ai.models import AIProcessingLog
from apps.ai.models.database import Write
from apps.ai.models.processing import Status
from apps.ai.services import composition
from apps.ai.services.money import alerts, blame
from apps.ai.services.money.ledger import RunTotals, run_totals
from apps.ai.services.money.meter import AttemptMeter, Unsaved
from apps.ai.services.outside import events
from apps.ai.services.queue import leases, window
from apps.ai.services.runs import reading, settling, twins, work
from apps.ai.services.runs.reading import Prepared
from apps.ai.services.runs.work import RecordingModel, Work

logger = logging.getLogger(__name__)

#: Seconds before the second attempt are AI_CONFIG["RETRY_SECONDS"]; they double with each further one, up to this.
BACKOFF_LIMIT = 3600.0
#: Seconds after which a prefetched run is asked whether it is still ours before anything is paid for it.
STALE = 10.0
#: Seconds that a pause lasts when nobody said how long.
PAUSE_DEFAULT = 60.0


def run(run_id: int) -> bool:
    """Work on a run until it ends (true), waits, or is found to be somebody else's. Only bugs are raised."""
    with bound_contextvars(run_id=run_id):
        return _run(run_id)


def _run(run_id: int) -> bool:
    owner = f"{socket.gethostname()}:{os.getpid()}:{threading.get_ident()}:{time.monotonic_ns()}"[:100]
    if leases.stopping():
        window.forget_messages(AIProcessingLog.objects.filter(pk=run_id))
        return False
    lease = timedelta(seconds=conf.get().lease_seconds)
    claimed = AIProcessingLog.objects.claim(run_id, owner=owner, lease=lease)
    if claimed is None:
        logger.info("Run %s is not ours to take.", run_id)
        return False
    with leases.renewed(run_id, owner):
        try:
            prepared = reading.prepare_one(claimed, owner=owner)
        except Exception as error:
            return end_attempt(claimed, owner, error)
        return _attempt(prepared)


def go_on(prepared: Prepared) -> bool:
    """The same for a run that this process has claimed and prepared already."""
    with leases.renewed(prepared.run.pk, prepared.owner):
        if time.monotonic() - prepared.at > STALE:
            try:
                prepared.run.write_while_held(owner=prepared.owner)
            except TransitionError:
                logger.warning("Run %s was taken from us while it was prefetched.", prepared.run.pk)
                return True
        return _attempt(prepared)


def _attempt(prepared: Prepared) -> bool:
    """One attempt and what follows from it; true when the run has ended."""
    claimed, owner = prepared.run, prepared.owner
    meter = AttemptMeter(
        claimed.pk,
        claimed.product_id,
        claimed.source,
        claimed.processing_type,
        Unsaved(_holding(claimed, owner), dict(prepared.inputs)),
    )
    model = RecordingModel(composition.language_model())
    attempt = Work(claimed, owner, prepared.product, model, meter, prepared.pictures)
    with bound_contextvars(run_id=claimed.pk, product_id=claimed.product_id):
        try:
            _think_and_settle(attempt, spent=prepared.spent)
        except Exception as error:
            return end_attempt(claimed, owner, _once_saved(attempt, error))
    return True


def _holding(run: AIProcessingLog, owner: str) -> Callable[[Mapping[str, Any]], Write]:
    def hold(fields: Mapping[str, Any]) -> Write:
        lease = timezone.now() + timedelta(seconds=conf.get().lease_seconds)
        return run.held_write({**fields, "lease_expires_at": lease}, owner=owner)

    return hold


def _once_saved(attempt: Work, error: Exception) -> Exception:
    """`error`, when what the attempt paid for before it is saved; otherwise what kept it from that."""
    try:
        attempt.meter.unsaved.flush()
    except Exception as worse:
        return worse
    return error


def _think_and_settle(attempt: Work, *, spent: RunTotals) -> None:
    """`spent`: by the attempts before this one."""
    findings = work.look(attempt)
    twin = twins.twin_of(attempt, findings)
    twins.take_category(attempt, twin)
    choice = work.categorize(attempt, findings)
    twins.take_texts(attempt, twin, choice)
    draft, report = work.write(attempt, choice, findings)
    settling.settle(
        attempt.run,
        owner=attempt.owner,
        product=attempt.product,
        findings=findings,
        choice=choice,
        draft=draft,
        report=report,
        raw=attempt.llm.raw,
        elapsed_ms=int((time.monotonic() - attempt.started) * 1000),
        unsaved=attempt.meter.unsaved,
        spent=attempt.meter.totals(spent),
        unanswered=attempt.unanswered,
    )
    attempt.meter.unsaved.forget()
    if attempt.unanswered:
        alerts.many_failures()


def end_attempt(run: AIProcessingLog, owner: str, error: Exception) -> bool:
    """What an error means for its run; true when the run has ended. A bug is raised again."""
    match error:
        case TransitionError():
            logger.warning("Run %s was taken from us: %s", run.pk, error)
            return False
        case WorkerStops():
            attempts = run.attempts - 1
            _step(run, Status.PENDING, owner=owner, attempts=attempts, message_sent_at=None)
            return False
        case TransientAIError():
            return _retry(run, owner, error)
        case OperationalError() | InterfaceError():
            away = TransientAIError(f"Database: {error}")
            away.costs_attempt = False
            return _retry(run, owner, away)
        case SoftTimeLimitExceeded():
            slow = TransientAIError("The attempt took longer than AI_RUN_SECONDS.")
            return _retry(run, owner, slow)
        case PermanentAIError() | ProductMissing():
            _fail(run, owner, code=error.code, message=str(error))
            return True
    trace = "".join(traceback.format_exception(error))
    _fail(run, owner, code="internal", message=repr(error), trace=trace)
    raise error


def _retry(run: AIProcessingLog, owner: str, error: TransientAIError) -> bool:
    """Back into the queue, or to its end after the last attempt (true)."""
    if not _costs_attempt(run, error):
        _postpone(run, owner, error, seconds=_wait_outside(error), attempts=run.attempts - 1)
        return False
    if run.attempts >= conf.get().max_attempts:
        message = f"Попытки исчерпаны ({run.attempts}): {error}"
        _fail(run, owner, code=error.code, message=message)
        return True
    seconds = _wait(run.attempts, error.retry_after)
    _postpone(run, owner, error, seconds=seconds, attempts=run.attempts)
    return False


def _costs_attempt(run: AIProcessingLog, error: TransientAIError) -> bool:
    """Only what may be the product's own fault is counted: not a wait, not an outage that others have too."""
    if isinstance(error, ProviderTrouble):
        return blame.is_products_own(run.pk)
    return error.costs_attempt


def _wait(attempts: int, retry_after: float | None) -> float:
    """Seconds until the next attempt: 15, 30, 60, 120 … plus up to a fifth at random.

    So runs that failed together do not retry together.
    """
    backoff = min(conf.get().retry_seconds * 2.0 ** (attempts - 1), BACKOFF_LIMIT)
    return max(backoff, retry_after or 0.0) * random.uniform(1.0, 1.2)  # noqa: S311


def _wait_outside(error: TransientAIError) -> float:
    """Seconds until one asks again for what is not the run's matter; the breaker knows better how long it lasts."""
    if isinstance(error, PauseError):
        return error.retry_after or PAUSE_DEFAULT
    return _wait(1, error.retry_after)


def _postpone(
    run: AIProcessingLog,
    owner: str,
    error: TransientAIError,
    *,
    seconds: float,
    attempts: int,
) -> None:
    """The sweeper wakes the run when its time has come."""
    _step(
        run,
        Status.PENDING,
        owner=owner,
        attempts=max(0, attempts),
        next_attempt_at=timezone.now() + timedelta(seconds=seconds),
        message_sent_at=None,
        error_code=error.code,
        error_message=str(error),
    )


def _fail(
    run: AIProcessingLog,
    owner: str,
    *,
    code: str,
    message: str,
    trace: str | None = None,
) -> None:
    with transaction.atomic():
        _step(
            run,
            Status.FAILED,
            owner=owner,
            completed_at=timezone.now(),
            cost_usd=run_totals(run.pk).cost_usd,
            error_code=code,
            error_message=message,
            stack_trace=trace,
        )
        if run.status == Status.FAILED:
            events.card("card_failed", run)
    alerts.many_failures()


def _step(run: AIProcessingLog, to: Status, *, owner: str, **fields: Any) -> None:
    try:
        run.advance(to, owner=owner, **fields)
    except TransitionError as error:
        logger.warning("Run %s was taken from us: %s", run.pk, error)
