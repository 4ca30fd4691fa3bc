"""The runs that this process works on: their leases are renewed while it lives, and given back when it stops.

One thread a process renews all leases in one UPDATE. It ends with the process, so a killed worker's leases run out;
nothing else ends it: a heartbeat that an odd error had stopped let all the process's runs be taken and paid again.
A run that is registered for longer than AI_RUN_SECONDS hangs, and is not renewed any more.
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

from django.db import connection
from django.db.models import F
from django.utils import timezone

from apps.ai import conf
from apps.ai.models import AIProcessingLog
from apps.ai.models.processing import RunQuerySet, Status

logger = logging.getLogger(__name__)

#: Seconds until a heartbeat that failed is tried again.
MISSED_BEAT = 1.0


@dataclass(slots=True)
class _Process:
    """Registered runs: id → (owner, since when by the monotonic clock). Empty again after a fork."""

    pid: int = field(default_factory=os.getpid)
    runs: dict[int, tuple[str, float]] = field(default_factory=dict)
    heart: threading.Thread | None = None
    stopping: bool = False


_process = _Process()
_starting = threading.Lock()


@contextmanager
def renewed(run_id: int, owner: str) -> Iterator[None]:
    """Renew the lease of `owner` until the block ends."""
    register([run_id], owner)
    try:
        yield
    finally:
        unregister(run_id, owner)


def register(run_ids: Iterable[int], owner: str) -> None:
    """Renew the leases of `owner` until `unregister`. A run that is registered already is counted anew from now."""
    process, now = _this_process(), time.monotonic()
    process.runs.update(dict.fromkeys(run_ids, (owner, now)))


def unregister(run_id: int, owner: str) -> None:
    """Unless another `owner` has registered the run since: a slot that hung comes back late."""
    runs = _this_process().runs
    if run_id in runs and runs[run_id][0] == owner:
        runs.pop(run_id, None)


def stopping() -> bool:
    """Shall this process begin nothing new? Runs give their work back before the next stage."""
    return _this_process().stopping


def stop(*, patience: float) -> None:
    """The process is about to end: after `patience` seconds every run that is still registered goes back.

    Called in a signal handler: it only sets a flag and starts a thread.
    """
    _this_process().stopping = True
    timer = threading.Timer(patience, _give_back_at_last)
    timer.daemon = True
    timer.start()


def give_back_all() -> int:
    """Put every registered run back into the queue, with its finished stages, without the attempt; returns how many."""
    return _give_back(_mine(_this_process()))


def give_back(run_ids: Collection[int]) -> int:
    """The same for some of them, which are registered no longer. Returns how many.

    While the database is away it raises, and their leases run out.
    """
    process = _this_process()
    mine = _mine(process).filter(pk__in=run_ids)
    for run_id in run_ids:
        process.runs.pop(run_id, None)
    return _give_back(mine)


def registered() -> int:
    """How many runs this process works on or has prefetched."""
    return len(_this_process().runs)


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
    """Rows of registered runs, by those who took them at `since` or later."""
    owners = {run_id: owner for run_id, (owner, taken) in list(process.runs.items()) if taken >= since}
    return AIProcessingLog.objects.filter(
        pk__in=owners, status=Status.PROCESSING, lease_owner__in=set(owners.values())
    )


def _this_process() -> _Process:
    """After a fork the parent's runs and its thread are not ours."""
    global _process
    process = _process
    if process.pid != os.getpid() or process.heart is None or not process.heart.is_alive():
        with _starting:
            if _process.pid != os.getpid():
                _process = _Process()
            process = _process
            if process.heart is None or not process.heart.is_alive():
                process.heart = threading.Thread(target=_beat, args=(process,), name="ai-leases", daemon=True)
                process.heart.start()
    return process


def _beat(process: _Process) -> None:
    while True:
        try:
            time.sleep(conf.get().lease_seconds / 3)
            if process.runs:
                _renew_and_close()
        except Exception as error:  # whatever it is, the next beat may succeed
            logger.warning("Leases could not be renewed: %r", error)
            time.sleep(MISSED_BEAT)


def _renew_and_close() -> None:
    try:
        renew()
    finally:
        connection.close()
