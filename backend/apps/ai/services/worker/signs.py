"""Workers and beat leave a sign in the database, so that anybody can tell who is alive without the broker."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.db.models.functions import Now

from apps.ai.models import ProcessSign

logger = logging.getLogger(__name__)

#: Seconds between two signs; four that stay away, and a process counts as gone.
EVERY: float = getattr(settings, "AI_SIGN_SECONDS", 10.0)
GONE = timedelta(seconds=4 * EVERY)
#: Signs of processes that went long ago are forgotten.
FORGOTTEN = timedelta(days=7)


def leave(name: str, kind: ProcessSign.Kind, *, queues: Sequence[str] = ()) -> None:
    ProcessSign.objects.update_or_create(
        name=name[:200], defaults={"kind": kind, "queues": list(queues), "at": Now()}
    )


def fresh(kind: ProcessSign.Kind) -> list[ProcessSign]:
    return list(ProcessSign.objects.filter(kind=kind, at__gt=Now() - GONE))


def forget_old() -> None:
    ProcessSign.objects.filter(at__lt=Now() - FORGOTTEN).delete()


_pulses: list[Pulse] = []


def begin(name: str, kind: ProcessSign.Kind, *, queues: Sequence[str] = ()) -> Pulse:
    pulse = Pulse(name, kind, queues=queues)
    _pulses.append(pulse)
    return pulse


def beat_worker(**kwargs: object) -> None:
    """Connect it to `heartbeat_sent` at import: a worker asks only once, when it is built, whether anybody listens.

    Connected when the worker was ready, every worker counted as dead after 40 seconds.
    """
    for pulse in _pulses:
        if pulse.kind is ProcessSign.Kind.WORKER:
            pulse.beat()


def end_all() -> None:
    while _pulses:
        _pulses.pop().end()


class Pulse:
    """Whether the loop that does the work still turns: it calls `beat`, and a thread of its own leaves the sign.

    The thread alone would go on for a loop that hangs; the loop itself must not wait for the database.
    """

    def __init__(self, name: str, kind: ProcessSign.Kind, *, queues: Sequence[str] = ()) -> None:
        self._name, self.kind, self._queues = name, kind, queues
        self._last_beat = time.monotonic()
        self._ended = threading.Event()
        threading.Thread(target=self._leave_signs, name=f"ai-sign-{kind}", daemon=True).start()

    def beat(self, **kwargs: object) -> None:
        self._last_beat = time.monotonic()

    def end(self) -> None:
        """In good order: nobody need wait to know it."""
        self._ended.set()
        ProcessSign.objects.filter(name=self._name[:200]).delete()

    def _leave_signs(self) -> None:
        while not self._ended.is_set():
            try:
                if time.monotonic() - self._last_beat < GONE.total_seconds():
                    leave(self._name, self.kind, queues=self._queues)
            except Exception as error:  # whatever it is, the next sign may succeed
                logger.warning("The sign of %s could not be left: %r", self._name, error)
            finally:
                connection.close()
            self._ended.wait(EVERY)
