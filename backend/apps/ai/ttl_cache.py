"""A cache of rows that hardly ever change and are asked for with every call: prices, pauses, templates."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from cachetools import LRUCache

from apps.ai import conf

KeyT = TypeVar("KeyT", bound=Hashable)
ValueT = TypeVar("ValueT")
#: Keys a cache holds; the least recently used go first.
MOST_KEYS = 1024


class TTLCached(Generic[KeyT, ValueT]):
    """`read`, called again for a key once its value is AI_CONFIG["CACHE_SECONDS"] old; with 0 it is called every time.

    Safe to share between threads. While one reads again, the others go on with the value as it was, for as long again
    at most: with 64 threads each was read by three or four of them. They do not wait, as a waiting thread may hold
    the connection that the reading one needs.
    """

    def __init__(self, read: Callable[[KeyT], ValueT]) -> None:
        self._read = read
        self._values: LRUCache[KeyT, tuple[ValueT, float]] = LRUCache(MOST_KEYS)
        self._reading: set[KeyT] = set()
        self._lock = threading.Lock()

    def get(self, key: KeyT) -> ValueT:
        seconds = conf.get().cache_seconds
        with self._lock:
            known = self._values.get(key)
            believed = 2 * seconds if key in self._reading else seconds
            if known is not None and time.monotonic() < known[1] + believed:
                return known[0]
            self._reading.add(key)
        try:
            value = self._read(key)
        finally:
            with self._lock:
                self._reading.discard(key)
        with self._lock:
            self._values[key] = (value, time.monotonic())
        return value

    def clear(self) -> None:
        """The next one reads again: a row was changed in this process."""
        with self._lock:
            self._values.clear()
