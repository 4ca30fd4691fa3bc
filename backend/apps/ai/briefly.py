"""What a worker may believe for a moment: rows that hardly ever change and are asked for with every call."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Generic, TypeVar

from apps.ai import conf

KeyT = TypeVar("KeyT")
ValueT = TypeVar("ValueT")


class Briefly(Generic[KeyT, ValueT]):
    """Remembers what `read` said for AI_CONFIG["CACHE_SECONDS"]; with 0 it reads every time.

    Two threads that read the same at once do no harm.
    """

    def __init__(self, read: Callable[[KeyT], ValueT]) -> None:
        self._read = read
        self._known: dict[KeyT, tuple[float, ValueT]] = {}

    def get(self, key: KeyT) -> ValueT:
        known = self._known.get(key)
        if known is not None and time.monotonic() < known[0]:
            return known[1]
        read_at = time.monotonic()
        value = self._read(key)
        self._known[key] = (read_at + conf.get().cache_seconds, value)
        return value

    def forget(self) -> None:
        """The next one reads again."""
        self._known = {}
