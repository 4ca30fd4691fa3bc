"""What is worked out of a text once, and kept with it: it lives and goes with the text.

So a repaired card finds everything of its source that was worked out for the draft (`evidence` keeps sources), and one
number bounds it all.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol, TypeVar, TypeVarTuple, Unpack


class _Text(Protocol):
    @property
    def views(self) -> dict[object, Any]: ...


T = TypeVar("T", bound=_Text)
V = TypeVar("V")
More = TypeVarTuple("More")


def once(look: Callable[[T, Unpack[More]], V]) -> Callable[[T, Unpack[More]], V]:
    """A view of a text or sentence that is worked out at the first call with the same further arguments."""

    @wraps(look)
    def found(text: T, *more: *More) -> V:
        views = text.views
        key = (look, *more) if more else look
        if key not in views:
            views[key] = look(text, *more)
        view: V = views[key]
        return view

    return found
