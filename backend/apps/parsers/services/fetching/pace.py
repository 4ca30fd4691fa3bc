"""One request at a time to a host, so far apart as its source says: shared by all processes through the database.

A turn is a moment; whoever takes one moves the next one on, and waits for its own outside of any transaction.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from django.db import transaction

from apps.parsers.models import HostPace

#: The longest that a turn may lie ahead, in seconds; more is refused instead of waited for.
LONGEST_WAIT = 300.0


class HostIsBusy(Exception):
    """So many wait for the host, or it asked for so long a pause, that waiting makes no sense. `seconds`: how long."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"{seconds:.0f} s")
        self.seconds = seconds


def take_turn(host: str, *, apart: float, sleep: Callable[[float], None] = time.sleep) -> float:
    """Wait for this host's next turn; returns the seconds waited. Raises HostIsBusy."""
    wait = _reserve(host, apart)
    if wait > 0:
        sleep(wait)
    return wait


@transaction.atomic
def _reserve(host: str, apart: float) -> float:
    now = time.time()
    HostPace.objects.get_or_create(host=host)
    row = HostPace.objects.select_for_update().get(host=host)
    turn = max(now, row.free_at)
    if turn - now > LONGEST_WAIT:
        raise HostIsBusy(turn - now)
    row.free_at = turn + max(apart, 0.0)
    row.save(update_fields=["free_at"])
    return turn - now


@transaction.atomic
def rest(host: str, seconds: float) -> None:
    """The host asked to be left alone: nobody's turn comes earlier."""
    HostPace.objects.get_or_create(host=host)
    row = HostPace.objects.select_for_update().get(host=host)
    row.free_at = max(row.free_at, time.time() + seconds)
    row.save(update_fields=["free_at"])
