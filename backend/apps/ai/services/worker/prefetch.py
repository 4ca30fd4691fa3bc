"""The next runs of this process, claimed and prepared together: a slot goes on without a message from the broker.

Taking and acknowledging a message costs more than finding the next rows, and runs that are known beforehand share
their reads and one request for their vectors. What a killed process had in stock comes back with its lease.
"""

from __future__ import annotations

import os
import random
import socket
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from apps.ai import conf
from apps.ai.models import AIProcessingLog
from apps.ai.models.processing import Priority
from apps.ai.services.money.ledger import release_connections
from apps.ai.services.queue import leases, window
from apps.ai.services.runs import pipeline, reading
from apps.ai.services.runs.reading import Prepared
from apps.ai.ttl_cache import TTLCached

#: Runs taken at a time, at most; with fewer slots at work, as many as there are slots.
LARGEST = 64
#: Seconds that a slot waits for another one that is filling the stock.
PATIENCE = 10.0


def work(run_id: int) -> None:
    """What a slot does with one message: its run, then the next ones for about AI_CHAIN_SECONDS.

    About: slots that began together take their next messages apart, so that there is always one for a short task.
    It goes on only while runs end: one that was put off means that something is amiss outside.
    """
    until = time.monotonic() + conf.get().chain_seconds * random.uniform(0.5, 1.5)  # noqa: S311
    stock = _of_this_process()
    with stock.at_work():
        ended = pipeline.run(run_id)
        while ended and (prepared := _next(stock, until)) is not None:
            ended = pipeline.go_on(prepared)


@dataclass(slots=True)
class Stock:
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
            release_connections()  # whoever fills needs one
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


def _next(stock: Stock, until: float) -> Prepared | None:
    """The run with which a slot goes on, or None.

    None after `until` (monotonic clock), when the process stops, and while a person's run waits: those come by message.
    """
    window.refill()
    if leases.stopping() or time.monotonic() >= until:
        return None
    if _a_person_waits.get(None):
        return None
    if len(stock.runs) * 2 < stock.size:
        stock.fill()
    return stock.pop()


def _claimed(number: int) -> list[Prepared]:
    """The next runs, held by this process, with what they need; those that cannot go on are put off at once."""
    owner = f"{socket.gethostname()}:{os.getpid()}:stock:{time.monotonic_ns()}"[:100]
    claimed = window.claim(number, owner=owner)
    if not claimed:
        return []
    ids = [run.pk for run in claimed]
    leases.hold(ids, owner)
    try:
        prepared = reading.prepare(claimed, owner=owner)
        for one in prepared:
            if one.error is not None:
                pipeline.go_on(one)
    except BaseException:
        leases.give_back(ids)
        raise
    return [one for one in prepared if one.error is None]


_a_person_waits = TTLCached[None, bool](
    lambda _: AIProcessingLog.objects.with_message().filter(priority=Priority.PERSON).exists()
)
_stock = Stock()


def _of_this_process() -> Stock:
    """After a fork the parent's stock is not ours."""
    global _stock
    if _stock.pid != os.getpid():
        _stock = Stock()
    return _stock
