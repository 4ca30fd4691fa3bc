"""Workers and beat leave a sign in the database, so that anybody can tell who is alive without the broker."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from datetime import timedelta

from django.db import connection, transaction
from django.db.models.functions import Now

from apps.ai.models import ProcessSign

logger = logging.getLogger(__name__)

#: Seconds between two signs, and after how long without one a process counts as gone.
EVERY = 15.0
GONE = timedelta(seconds=60)
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


def withdraw(name: str) -> None:
    """The process ends in good order: nobody need wait to know it."""
    ProcessSign.objects.filter(name=name[:200]).delete()


def keep_leaving(name: str, kind: ProcessSign.Kind, *, queues: Sequence[str] = ()) -> threading.Event:
    """A daemon thread leaves the sign every EVERY seconds until the event is set."""
    ended = threading.Event()

    def beat() -> None:
        while not ended.is_set():
            try:
                with transaction.atomic():
                    leave(name, kind, queues=queues)
            except Exception as error:  # whatever it is, the next sign may succeed
                logger.warning("The sign of %s could not be left: %r", name, error)
            finally:
                connection.close()
            ended.wait(EVERY)

    threading.Thread(target=beat, name=f"ai-sign-{kind}", daemon=True).start()
    return ended
