"""The next runs of this process, claimed and prepared together: a slot goes on without a message from the broker.

Taking and acknowledging a message costs more than finding the next rows, and runs that are known beforehand share
their reads and one request for their vectors. What a killed process had prefetched comes back with its lease.
"""

from __future__ import annotations

import logging
import os
import random
import socket
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field

from django.db import InterfaceError, OperationalError

from apps.ai import conf
from apps.ai.models import AIProcessingLog, database
from apps.ai.models.processing import Priority
from apps.ai.services.queue import leases, window
from apps.ai.services.runs import pipeline, reading
from apps.ai.services.runs.reading import Preparation, Prepared
from apps.ai.ttl_cache import TTLCached

logger = logging.getLogger(__name__)

#: Runs taken at a time, at most; with fewer slots at work, as many as there are slots.
LARGEST = 64
#: Seconds that a slot waits for another one that is prefetching.
PATIENCE = 10.0


def work(run_id: int) -> None:
    """What a slot does with one message: its run, then the next ones for about AI_CHAIN_SECONDS.

    About: slots that began together take their next messages apart, so that there is always one for a short task.
    It goes on only while runs end: one that was put off means that something is amiss outside.
    """
    until = time.monotonic() + conf.get().chain_seconds * random.uniform(0.5, 1.5)  # noqa: S311
    prefetched = _of_this_process()
    with prefetched.at_work():
        ended = pipeline.run(run_id)
        while ended and (prepared := _next(prefetched, until)) is not None:
            ended = pipeline.go_on(prepared)


@dataclass(slots=True)
class Prefetched:
    """`slots`: how many are at work; the last that leaves gives the rest back."""

    pid: int = field(default_factory=os.getpid)
    runs: deque[Prepared] = field(default_factory=deque)
    slots: int = 0
    counting: threading.Lock = field(default_factory=threading.Lock)
    filling: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        with self.counting:
            self.slots += 1
        try:
            yield
        finally:
            with self.counting:
                self.slots -= 1
                last = not self.slots
            if last or leases.stopping():
                self.give_back()

    @property
    def size(self) -> int:
        return min(LARGEST, self.slots)

    def pop(self) -> Prepared | None:
        try:
            return self.runs.popleft()
        except IndexError:
            return None

    def fill(self) -> None:
        """One slot does it. The others go on meanwhile, or wait for it when nothing is left."""
        if not self.filling.acquire(blocking=False):
            database.release()  # whoever fills needs one
            if not self.runs and self.filling.acquire(timeout=PATIENCE):
                self.filling.release()
            return
        try:
            self.runs.extend(_claimed(self.size))
        finally:
            self.filling.release()

    def give_back(self) -> int:
        """Let others have what is left; returns how many runs."""
        left = []
        while (prepared := self.pop()) is not None:
            left.append(prepared.run.pk)
        return leases.give_back(left) if left else 0


def _next(prefetched: Prefetched, until: float) -> Prepared | None:
    """The run with which a slot goes on, or None.

    None after `until` (monotonic clock), when the process stops, and while a person's run waits: those come by message.
    """
    window.refill()
    if leases.stopping() or time.monotonic() >= until:
        return None
    if _a_person_waits.get(None):
        return None
    if len(prefetched.runs) * 2 < prefetched.size:
        prefetched.fill()
    return prefetched.pop()


def _claimed(number: int) -> list[Prepared]:
    """The next runs, registered for this process, with what they need; those that cannot begin are ended or put off."""
    owner = f"{socket.gethostname()}:{os.getpid()}:prefetch:{time.monotonic_ns()}"[:100]
    claimed = window.claim(number, owner=owner)
    if not claimed:
        return []
    ids = [run.pk for run in claimed]
    leases.register(ids, owner)
    try:
        preparation = _prepare(claimed, owner)
        for run, error in preparation.held_up:
            _end(run, owner, error)
    except BaseException:
        leases.give_back(ids)
        raise
    return preparation.ready


def _prepare(claimed: Sequence[AIProcessingLog], owner: str) -> Preparation:
    """Prepare all together. When that fails, each half for itself, until the run that cannot be read is alone.

    A database that is away concerns all: that is raised.
    """
    try:
        return reading.prepare(claimed, owner=owner)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        if len(claimed) == 1:
            return Preparation([], [(claimed[0], error)])
        logger.warning("%s runs cannot be prepared together: %r", len(claimed), error)
        middle = len(claimed) // 2
        first, second = _prepare(claimed[:middle], owner), _prepare(claimed[middle:], owner)
        return Preparation([*first.ready, *second.ready], [*first.held_up, *second.held_up])


def _end(run: AIProcessingLog, owner: str, error: Exception) -> None:
    """What the error means for the run; a bug stands on the run, and must not keep the others from their work."""
    with leases.renewed(run.pk, owner):
        try:
            pipeline.end_attempt(run, owner, copy(error))  # many runs may share it, and raising changes it
        except Exception:
            logger.exception("Run %s could not be prepared.", run.pk)


_a_person_waits = TTLCached[None, bool](
    lambda _: AIProcessingLog.objects.with_message().filter(priority=Priority.PERSON).exists()
)
_prefetched = Prefetched()


def _of_this_process() -> Prefetched:
    """After a fork the parent's prefetched is not ours."""
    global _prefetched
    if _prefetched.pid != os.getpid():
        _prefetched = Prefetched()
    return _prefetched
