"""Every half minute: imports whose process died are taken up again, lost messages sent again, due sources started."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from apps.parsers.models import OPEN_STATES, ParserRun, ParserSource, RunState
from apps.parsers.services.runs import control

logger = logging.getLogger(__name__)
#: An import that has killed so many workers is left to a person.
MOST_TAKEUPS = 3
#: A waiting run's message is taken for lost after so long.
LOST_AFTER = timedelta(minutes=10)
#: Feeds and tables of imports that are over are kept for so long; the run's own row stays.
FILES_KEPT = timedelta(days=30)


def tick() -> dict[str, int]:
    """Returns how many were taken up, given up, sent again and started."""
    taken_up, given_up = _bury_or_take_up()
    _forget_files()
    return {"taken_up": taken_up, "given_up": given_up, "sent": _send_again(), "started": _start_due()}


def _bury_or_take_up() -> tuple[int, int]:
    """Only a worker's own imports are taken up: what ran at a terminal is that person's to go on with."""
    silent_since = timezone.now() - control.dead_after()
    silent = Q(beat_at__lt=silent_since) | Q(beat_at=None, started_at__lt=silent_since)
    taken_up = given_up = 0
    for run in ParserRun.objects.filter(silent, status=RunState.RUNNING):
        same = ParserRun.objects.filter(silent, pk=run.pk, status=RunState.RUNNING, token=run.token)
        may_go_on = run.in_worker and run.takeups < MOST_TAKEUPS
        to = RunState.QUEUED if may_go_on else RunState.DEAD
        anew = {"position": 0} if run.dry_run else {}
        if not same.update(status=to, takeups=run.takeups + may_go_on, token="", sent_at=None, **anew):
            continue
        logger.warning("Import %s was found dead at product %s.", run.pk, run.position)
        taken_up, given_up = taken_up + may_go_on, given_up + (not may_go_on)
    return taken_up, given_up


def _send_again() -> int:
    waiting = Q(sent_at=None) | Q(sent_at__lt=timezone.now() - LOST_AFTER)
    ids = list(ParserRun.objects.filter(waiting, status=RunState.QUEUED).values_list("pk", flat=True))
    for run_id in ids:
        control.send_for(run_id)
    return len(ids)


def _forget_files() -> None:
    """A trial and its import share one feed: it goes with the younger."""
    before = timezone.now() - FILES_KEPT
    for field in ("feed", "table"):
        young = ParserRun.objects.filter(Q(started_at__gte=before) | Q(status__in=OPEN_STATES)).exclude(
            **{field: ""}
        )
        old = ParserRun.objects.filter(started_at__lt=before).exclude(**{field: ""})
        for run in old.exclude(status__in=OPEN_STATES).exclude(**{f"{field}__in": young.values(field)})[:20]:
            getattr(run, field).delete(save=False)
            ParserRun.objects.filter(pk=run.pk).update(**{field: ""})


def _start_due() -> int:
    """A source whose last import is still open waits for its next time."""
    now = timezone.now()
    started = 0
    due = ParserSource.objects.filter(Q(next_at=None) | Q(next_at__lte=now), is_active=True)
    for source in due:
        following = now + timedelta(minutes=source.every_minutes)
        with transaction.atomic():
            mine = due.filter(pk=source.pk).update(next_at=following)
            if not mine or not source.address or source.runs.filter(status__in=OPEN_STATES).exists():
                continue
            started += control.enqueue(control.of_source(source))
    return started
