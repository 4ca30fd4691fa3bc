"""What a text would change in another, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from apps.ai.text.safety import html

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
#: Tokens from which on lines are compared, not words: comparing takes the square of their number.
_MOST_TOKENS = 3000
#: Characters of an unchanged stretch that stay beside a change.
_CONTEXT = 60


@dataclass(frozen=True, slots=True)
class Change:
    """`kind`: "same", "gone" or "new"."""

    kind: str
    text: str


def words(before: str, after: str) -> list[Change]:
    """The changes in their order; long unchanged stretches are cut to what stands beside a change."""
    left, right = _TOKEN.findall(before), _TOKEN.findall(after)
    if max(len(left), len(right)) > _MOST_TOKENS:
        left, right = before.splitlines(keepends=True), after.splitlines(keepends=True)
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    return _shortened(list(_changes(matcher, left, right)))


def readable(field: str, value: Any) -> str:
    """A card field's value as text that can be compared. A category's is its id: name it before."""
    if not value:
        return ""
    if isinstance(value, dict):
        return "\n".join(f"{name}: {one}" for name, one in value.items())
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return html.to_text(value) if field == "description" else str(value)


def _changes(matcher: SequenceMatcher[str], left: list[str], right: list[str]) -> Iterator[Change]:
    for kind, start, end, to_start, to_end in matcher.get_opcodes():
        if kind == "equal":
            yield Change("same", "".join(left[start:end]))
            continue
        if end > start:
            yield Change("gone", "".join(left[start:end]))
        if to_end > to_start:
            yield Change("new", "".join(right[to_start:to_end]))


def _shortened(changes: list[Change]) -> list[Change]:
    last = len(changes) - 1
    return [
        _cut(change, first=place == 0, last=place == last) if change.kind == "same" else change
        for place, change in enumerate(changes)
    ]


def _cut(change: Change, *, first: bool, last: bool) -> Change:
    text = change.text
    if (first and last) or len(text) <= 2 * _CONTEXT:
        return change
    head = "" if first else text[:_CONTEXT].rsplit(" ", 1)[0]
    tail = "" if last else text[-_CONTEXT:].split(" ", 1)[-1]
    return Change("same", f"{head} … {tail}")
