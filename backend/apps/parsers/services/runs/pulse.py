"""Signs of life of an import, and whether it is still wanted.

A thread writes the sign of life: reading a large feed takes minutes in which no product is saved.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from apps.parsers.models import ParserRun, RunState

logger = logging.getLogger(__name__)
#: Seconds between two looks at the run's row.
LOOK_SECONDS = 1.0
_stopping = threading.Event()


def stop_all() -> None:
    """This process ends soon: its imports give themselves back before their next product."""
    _stopping.set()


def stopping() -> bool:
    return _stopping.is_set()


class Pulse:
    """`done` and `total` are shown while a trial goes on, whose own transaction nobody sees."""

    def __init__(self, run: ParserRun) -> None:
        self._mine = ParserRun.objects.filter(pk=run.pk, token=run.token, status=RunState.RUNNING)
        self._is_trial = run.dry_run
        self._looked_at = time.monotonic()
        self._gone = False
        self.done = self.total = 0

    def should_stop(self) -> bool:
        """Paused, cancelled, taken up by another process, or this process ends."""
        now = time.monotonic()
        if not self._gone and now - self._looked_at >= LOOK_SECONDS:
            self._looked_at = now
            self._gone = not self._mine.exists()
        return self._gone or stopping()

    def progress(self, done: int, total: int) -> None:
        self.done, self.total = done, total

    def beat(self) -> None:
        shown = {"position": self.done, "total": self.total} if self._is_trial else {}
        self._mine.update(beat_at=timezone.now(), **shown)


@contextmanager
def beating(run: ParserRun) -> Iterator[Pulse]:
    """Signs of life until the block ends. Inside a transaction nobody else sees the run: then there are none."""
    pulse = Pulse(run)
    if connection.in_atomic_block:
        yield pulse
        return
    over = threading.Event()
    thread = threading.Thread(target=_beat, args=(pulse, over), name=f"pulse {run.pk}", daemon=True)
    thread.start()
    try:
        yield pulse
    finally:
        over.set()
        thread.join()


def _beat(pulse: Pulse, over: threading.Event) -> None:
    try:
        while not over.wait(min(2.0, settings.PARSER_DEAD_SECONDS / 6)):
            try:
                pulse.beat()
            except DatabaseError as error:
                logger.warning("No sign of life: %s", error)
                close_old_connections()
    finally:
        connection.close()
