"""What a person, a schedule or a command may do with an import; the worker does the rest (`work.py`)."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from celery import current_app
from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from apps.parsers.models import ParserRun, ParserSource, RunState
from apps.parsers.services.registry import parser_class
from apps.users.models import User
from utils.safe_urls import shown
from utils.secret import Secret

logger = logging.getLogger(__name__)
TASK = "apps.parsers.tasks.work_on_run"
QUEUE = "parsers"


def prepare(
    parser: str,
    *,
    name: str = "",
    source: ParserSource | None = None,
    upload: File[bytes] | None = None,
    address: str = "",
    path: Path | None = None,
    currency: str = "",
    limit: int | None = None,
    dry_run: bool = False,
    accepted: bool = False,
    by: User | None = None,
) -> ParserRun:
    """A run that nobody works on yet: of an uploaded file, a web address or a path on this machine.

    `name` keeps apart feeds whose ids collide. Raises FeedError for an unknown parser.
    """
    own_name = parser_class(parser).name
    origin = (upload.name or "") if upload is not None else shown(address) if address else str(path or "")
    run = ParserRun(
        parser=parser,
        origin=Path(origin).name[:1000] if upload is not None else origin[:1000],
        status=RunState.PREPARED,
        source=source,
        source_name=f"{own_name}:{name}" if name else own_name,
        currency=currency,
        limit=limit,
        dry_run=dry_run,
        accepted=accepted,
        address=Secret(address),
        path=str(path.absolute()) if path is not None else "",
        started_by=by,
    )
    if upload is not None:
        run.feed.save(Path(origin).name, upload, save=False)
    run.save()
    return run


def of_source(source: ParserSource, *, by: User | None = None, dry_run: bool = False) -> ParserRun:
    """A run of a source's own address."""
    return prepare(
        source.parser,
        name=source.name,
        source=source,
        address=source.address.reveal(),
        currency=source.currency,
        dry_run=dry_run,
        by=by,
    )


def after_trial(trial: ParserRun, *, by: User | None = None) -> ParserRun:
    """The same file, this time written."""
    return ParserRun.objects.create(
        parser=trial.parser,
        origin=trial.origin,
        status=RunState.PREPARED,
        source=trial.source,
        source_name=trial.source_name,
        currency=trial.currency,
        limit=trial.limit,
        address=trial.address,
        fetched_from=trial.fetched_from,
        path=trial.path,
        feed=trial.feed.name,
        etag=trial.etag,
        modified=trial.modified,
        started_by=by,
    )


def enqueue(run: ParserRun, *, send: bool = True, **fields: Any) -> bool:
    """Prepared, paused, broken off, failed: a worker takes it up from its position. A trial begins anew.

    False when the run's state does not allow it.
    """
    with transaction.atomic():
        if run.dry_run or run.status == RunState.FAILED:
            fields["position"] = 0
        if run.status == RunState.FAILED and run.address:
            fields["feed"] = ""  # fetched again: what is there may be what was wrong
        fields |= {"in_worker": True, "token": "", "finished_at": None, "sent_at": None}
        won = run.step(RunState.QUEUED, **fields)
        if won and send:
            transaction.on_commit(lambda: send_for(run.pk), robust=True)
    return won


def resume(run: ParserRun) -> bool:
    """Go on from the last product; what looked wrong stays to be accepted."""
    if run.status not in (RunState.PAUSED, RunState.DEAD, RunState.FAILED):
        return False
    return enqueue(run, takeups=0)


def accept(run: ParserRun) -> bool:
    """Import a feed that looked wrong as it is."""
    return run.status == RunState.NEEDS_LOOK and enqueue(run, accepted=True, position=0)


def pause(run: ParserRun) -> bool:
    """The worker stops before its next product."""
    return run.step(RunState.PAUSED)


def cancel(run: ParserRun) -> bool:
    """What is written stays; the rest never comes."""
    return run.step(RunState.CANCELLED)


def claim(run_id: int) -> ParserRun | None:
    """The run is this process's; None when it is not waiting (any more)."""
    run = ParserRun.objects.select_related("source").filter(pk=run_id).first()
    if run is None or not run.step(RunState.RUNNING, token=uuid4().hex, beat_at=timezone.now()):
        return None
    return run


def wait(run_id: int) -> None:
    """Another import of the run's source is being worked on: the sweep sends this one again."""
    ParserRun.objects.filter(pk=run_id, status=RunState.QUEUED).update(sent_at=None)


def wake_next(source_name: str) -> None:
    """The next import that waits for this source; trials never wait."""
    waiting = ParserRun.objects.filter(
        source_name=source_name, status=RunState.QUEUED, dry_run=False, sent_at=None
    )
    run_id = waiting.order_by("pk").values_list("pk", flat=True).first()
    if run_id is not None:
        send_for(run_id)


def send_for(run_id: int) -> None:
    """Wake a worker. A message that does not get through is sent again by the sweep; a second one is harmless."""
    ParserRun.objects.filter(pk=run_id, status=RunState.QUEUED).update(sent_at=timezone.now())
    try:
        current_app.send_task(TASK, args=[run_id], queue=QUEUE)
    except (OperationalError, OSError) as error:
        logger.warning("No message for import %s: %s", run_id, error)
        ParserRun.objects.filter(pk=run_id).update(sent_at=None)


def dead_after() -> timedelta:
    return timedelta(seconds=settings.PARSER_DEAD_SECONDS)
