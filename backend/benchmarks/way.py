"""Which files of apps/ai a plain product passes from `post_save` to the shop: `apps/ai/tests/test_way.py` prints them.

A file counts when one of its functions was executed, in whatever thread: module bodies do not. `text/` is
a library of its own (words in, findings out) and is counted apart.
"""

from __future__ import annotations

import inspect
import sys
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

APP = Path(__file__).resolve().parents[1] / "apps" / "ai"


class Way:
    """Functions by file of apps/ai, in the order in which the files were first entered."""

    def __init__(self) -> None:
        self.functions: dict[str, set[str]] = defaultdict(set)
        self._seen: set[CodeType] = set()

    def __call__(self, frame: FrameType, event: str, argument: Any) -> None:
        code = frame.f_code
        if event != "call" or code in self._seen:
            return
        self._seen.add(code)
        path = Path(code.co_filename)
        is_ours = path.is_relative_to(APP) and "tests" not in path.parts
        if is_ours and code.co_flags & inspect.CO_OPTIMIZED:  # a function's body, not a class's or a module's
            self.functions[str(path.relative_to(APP))].add(code.co_name)

    @property
    def files(self) -> list[str]:
        """All but those of `text/`, in the order in which they were entered."""
        return [file for file in self.functions if not file.startswith("text/")]


@contextmanager
def traced() -> Iterator[Way]:
    """Notes what is executed in this thread and in those that begin meanwhile."""
    way = Way()
    threading.setprofile(way)
    sys.setprofile(way)
    try:
        yield way
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
