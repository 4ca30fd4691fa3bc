"""Memory that all decodes of a process share: a decode waits until what it may hold is free."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from apps.ai import conf

#: Seconds for which a decode waits for the others: eight of the largest take less than 20.
PATIENCE = 60.0


class BudgetExceeded(Exception):
    """The picture alone would need more than the whole budget."""


class BudgetBusy(Exception):
    """The others did not finish in time; another try later may find room."""


class DecodeBudget:
    """First come, first served: a large picture is not starved by small ones that would still fit."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._held = 0
        self._queue: deque[object] = deque()
        self._changed = threading.Condition()

    @contextmanager
    def hold(self, size: int, *, patience: float = PATIENCE) -> Iterator[None]:
        """Keep `size` bytes for the block. Raises BudgetExceeded, and BudgetBusy after `patience` seconds."""
        if size > self.limit:
            raise BudgetExceeded
        self._take(size, time.monotonic() + patience)
        try:
            yield
        finally:
            with self._changed:
                self._held -= size
                self._changed.notify_all()

    def _take(self, size: int, until: float) -> None:
        ticket = object()
        with self._changed:
            self._queue.append(ticket)
            try:
                fits = self._changed.wait_for(
                    lambda: self._queue[0] is ticket and self._held + size <= self.limit,
                    timeout=max(0.0, until - time.monotonic()),
                )
                if not fits:
                    raise BudgetBusy
                self._held += size
            finally:
                self._queue.remove(ticket)
                self._changed.notify_all()


_of_process: dict[int, DecodeBudget] = {}
_building = threading.Lock()


def of_process() -> DecodeBudget:
    """The budget that AI_IMAGE_DECODE_BUDGET names (bytes); one for all threads of the process."""
    limit = conf.get().media.decode_budget
    with _building:
        if limit not in _of_process:
            _of_process.clear()
            _of_process[limit] = DecodeBudget(limit)
        return _of_process[limit]
