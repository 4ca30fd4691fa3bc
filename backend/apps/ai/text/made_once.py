"""Tables that take long to make and are kept: made by one thread while the others wait."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable
from functools import cache
from typing import TypeVar

T = TypeVar("T")


def made_once(make: Callable[[], T]) -> Callable[[], T]:
    """The function, called once in a process. An error is not kept: the next call tries again.

    `functools.cache` lets every thread that comes before the first result make one of its own: a worker with 64 slots
    would begin with dozens of glossaries, of 45 MB and 0.7 s each. What is made is frozen: the garbage collector walked
    through all tables again and again, a tenth of the time of a check.
    """
    lock = threading.Lock()
    made: list[T] = []

    @cache  # once there is a result, no lock is asked for
    def get() -> T:
        with lock:
            if not made:
                made.append(make())
                gc.freeze()
            return made[0]

    return get
