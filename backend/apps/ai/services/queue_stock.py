"""The next runs of this process: a slot that has just ended one goes on without a message from the broker.

Taking and acknowledging a message costs more than finding the next row, and runs that are known beforehand can
share one request for their vectors. The stock is small: what a killed process had in it is found by
`queue_window.forget_lost`, as runs are whose message was lost.
"""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from dataclasses import dataclass, field

from apps.ai import conf
from apps.ai.briefly import Briefly
from apps.ai.models import AIProcessingLog
from apps.ai.models.processing import Priority
from apps.ai.services import embedding_ahead, queue_leases, queue_window

#: Runs taken at a time, at most; with fewer slots at work, as many as there are slots.
LARGEST = 32


@dataclass(slots=True)
class _Stock:
    pid: int = field(default_factory=os.getpid)
    runs: deque[int] = field(default_factory=deque)
    filling: threading.Lock = field(default_factory=threading.Lock)


_stock = _Stock()


def more(*, since: float) -> int | None:
    """The run with which a slot goes on that began its message at `since` (monotonic clock), or None.

    None after AI_CHAIN_SECONDS, when the process stops, and while a person's run waits: those come by message.
    """
    if queue_leases.stopping():
        give_back()
        return None
    if time.monotonic() - since >= conf.get().chain_seconds or _a_person_waits.get(None):
        if not queue_leases.held_now():  # nobody here would take it
            give_back()
        return None
    stock = _of_this_process()
    run_id = _pop(stock)
    size = min(LARGEST, queue_leases.held_now() + 1)
    if len(stock.runs) * 2 < size:
        _fill(stock, size)
    return _pop(stock) if run_id is None else run_id


def give_back() -> int:
    """Let others have what is in stock; returns how many runs."""
    stock = _of_this_process()
    left = list(stock.runs)
    stock.runs.clear()
    return queue_window.take_back(AIProcessingLog.objects.filter(pk__in=left)) if left else 0


def _fill(stock: _Stock, size: int) -> None:
    """One slot does it; the others go on meanwhile."""
    if not stock.filling.acquire(blocking=False):
        return
    try:
        picked = [run.pk for run in queue_window.pick(size)]
        try:
            if len(picked) > 1:
                embedding_ahead.embed(picked)
        finally:
            stock.runs.extend(picked)
    finally:
        stock.filling.release()


def _pop(stock: _Stock) -> int | None:
    try:
        return stock.runs.popleft()
    except IndexError:
        return None


_a_person_waits = Briefly[None, bool](
    lambda _: AIProcessingLog.objects.with_message().filter(priority=Priority.PERSON).exists()
)


def _of_this_process() -> _Stock:
    """After a fork the parent's stock is not ours."""
    global _stock
    if _stock.pid != os.getpid():
        _stock = _Stock()
    return _stock
