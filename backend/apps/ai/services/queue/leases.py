"""The runs that this process holds: their leases are renewed while it lives, and given back when it stops.

One thread a process renews all leases in one UPDATE. It ends with the process, so a killed worker's leases
run out. A run that is held for longer than AI_RUN_SECONDS hangs, and is not renewed any more.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import DatabaseError, InterfaceError, connection
from django.db.models import F
from django.utils import timezone

from apps.ai import conf
from apps.ai.models import AIProcessingLog
from apps.ai.models.processing import RunQuerySet, Status

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Process:
    """What this process holds: run → (owner, since when by the monotonic clock). Empty again after a fork."""

    pid: int = field(default_factory=os.getpid)
    held: dict[int, tuple[str, float]] = field(default_factory=dict)
    heart: threading.Thread | None = None
    stopping: bool = False


_process = _Process()
_starting = threading.Lock()


@contextmanager
def held(run_id: int, owner: str) -> Iterator[None]:
    """Renew the lease of `owner` until the block ends."""
    hold([run_id], owner)
    try:
        yield
    finally:
        let_go(run_id, owner)


def hold(run_ids: Iterable[int], owner: str) -> None:
    """Renew the leases of `owner` until `let_go`. A run that is held already is counted anew from now."""
    process, now = _this_process(), time.monotonic()
    process.held.update(dict.fromkeys(run_ids, (owner, now)))


def let_go(run_id: int, owner: str) -> None:
    """Unless another `owner` holds the run by now: a slot that hung comes back late."""
    held = _this_process().held
    if run_id in held and held[run_id][0] == owner:
        held.pop(run_id, None)


def stopping() -> bool:
    """Shall this process begin nothing new? Runs give their work back before the next stage."""
    return _this_process().stopping


def stop(*, patience: float) -> None:
    """The process is about to end: after `patience` seconds everything that is still held goes back.

    Called in a signal handler: it only sets a flag and starts a thread.
    """
    _this_process().stopping = True
    timer = threading.Timer(patience, _give_back_at_last)
    timer.daemon = True
    timer.start()


def give_back_all() -> int:
    """Put every held run back into the queue, with its finished stages and without the attempt. Returns how many."""
    return _give_back(_mine(_this_process()))


def give_back(run_ids: Collection[int]) -> int:
    """The same for some of them, which are held no longer. Returns how many.

    While the database is away it raises, and their leases run out.
    """
    process = _this_process()
    mine = _mine(process).filter(pk__in=run_ids)
    for run_id in run_ids:
        process.held.pop(run_id, None)
    return _give_back(mine)


def held_now() -> int:
    """How many runs this process works on or has in stock."""
    return len(_this_process().held)


def renew() -> int:
    """Renew all leases of this process in one UPDATE; returns how many."""
    oldest = time.monotonic() - conf.get().run_seconds
    lease = timedelta(seconds=conf.get().lease_seconds)
    return _mine(_this_process(), since=oldest).update(lease_expires_at=timezone.now() + lease)


def _give_back_at_last() -> None:
    try:
        returned = give_back_all()
        logger.warning("The worker stops: %s runs went back in the middle of a stage.", returned)
    finally:
        connection.close()


def _give_back(runs: RunQuerySet) -> int:
    return runs.step(Status.PENDING, attempts=F("attempts") - 1, message_sent_at=None, next_attempt_at=None)


def _mine(process: _Process, *, since: float = 0.0) -> RunQuerySet:
    """Rows that are held now, by those who took them at `since` or later."""
    owners = {run_id: owner for run_id, (owner, taken) in list(process.held.items()) if taken >= since}
    return AIProcessingLog.objects.filter(
        pk__in=owners, status=Status.PROCESSING, lease_owner__in=set(owners.values())
    )


def _this_process() -> _Process:
    """After a fork the parent's runs and its thread are not ours."""
    global _process
    process = _process
    if process.pid != os.getpid() or process.heart is None:
        with _starting:
            if _process.pid != os.getpid():
                _process = _Process()
            process = _process
            if process.heart is None:
                process.heart = threading.Thread(target=_beat, args=(process,), name="ai-leases", daemon=True)
                process.heart.start()
    return process


def _beat(process: _Process) -> None:
    while True:
        time.sleep(conf.get().lease_seconds / 3)
        if not process.held:
            continue
        try:
            renew()
        except (DatabaseError, InterfaceError) as error:
            logger.warning("Leases could not be renewed: %s", error)
        finally:
            connection.close()
