"""A cache of rows that hardly ever change and are asked for with every call: prices, pauses, templates."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from cachetools import TLRUCache

from apps.ai import conf

KeyT = TypeVar("KeyT", bound=Hashable)
ValueT = TypeVar("ValueT")
#: Keys a cache holds; the least recently used go first.
MOST_KEYS = 1024


class TTLCached(Generic[KeyT, ValueT]):
    """`read`, called again for a key once its value is AI_CONFIG["CACHE_SECONDS"] old; with 0 it is called every time.

    Safe to share between threads. Two that miss the same key at once both read it.
    """

    def __init__(self, read: Callable[[KeyT], ValueT]) -> None:
        self._read = read
        self._values: TLRUCache[KeyT, tuple[ValueT]] = TLRUCache(
            MOST_KEYS, ttu=lambda key, value, now: now + conf.get().cache_seconds
        )
        self._lock = threading.Lock()

    def get(self, key: KeyT) -> ValueT:
        with self._lock:
            known = self._values.get(key)
        if known is not None:
            return known[0]
        value = self._read(key)
        with self._lock:
            self._values[key] = (value,)
        return value

    def clear(self) -> None:
        """The next one reads again: a row was changed in this process."""
        with self._lock:
            self._values.clear()
