"""Regular expressions that are compiled at their first use.

The long ones of the guards take a second together; `manage.py check` and the pages of the desk need none of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

_METHODS = ("search", "match", "findall", "finditer", "sub")


class LazyPattern:
    """As `re.Pattern`, of which it has the methods used here. The first use raises re.error for a faulty pattern."""

    search: Callable[..., re.Match[str] | None]
    match: Callable[..., re.Match[str] | None]
    findall: Callable[..., list[Any]]
    finditer: Callable[..., Iterator[re.Match[str]]]
    sub: Callable[..., str]

    def __init__(self, pattern: str, flags: re.RegexFlag = re.NOFLAG) -> None:
        self.pattern = pattern
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        """Only asked before the first use: then the compiled pattern's own methods stand in the instance."""
        if name not in _METHODS:
            raise AttributeError(name)
        compiled = re.compile(self.pattern, self._flags)
        for method in _METHODS:
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)
