"""Many phrases looked for at once, each only where a word begins with its letter.

An alternation of a hundred phrases is tried at every word of a text; told apart by their first characters, a few are.
What is found is the same: the leftmost match, of several the first in the list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property

#: What a folded text is made of, besides what no phrase begins with.
_ALPHABET = frozenset("abcdefghijklmnopqrstuvwxyzабвгдежзийклмнопрстуфхцчшщъыьэюяіј0123456789№#%+-[{<«\"'")
_SETS = {"d": frozenset("0123456789"), "w": _ALPHABET - frozenset("№#%+-[{<«\"'")}
_OPTIONAL = re.compile(r"[?*]|\{0?,\d*\}")
_QUANTIFIER = re.compile(r"(?:[?*+]|\{\d*,?\d*\})[?+]?")


class Phrases:
    """Alternatives of regular expressions over a folded text, found only where no letter or digit stands before."""

    def __init__(self, alternatives: Iterable[str], *, frame: str = "{}") -> None:
        """`frame`: what stands around each, such as "{}(?![^\\W_])".

        They are compiled at the first search, so that a command that checks no text does not wait for it; that
        search raises re.error for a faulty alternative.
        """
        self._alternatives = tuple(alternatives)
        self._frame = frame

    @cached_property
    def _by_first(self) -> dict[str, re.Pattern[str]]:
        by_first: dict[str, list[str]] = {}
        for alternative in (opened for whole in self._alternatives for opened in _opened(whole)):
            for first in beginnings(alternative) & _ALPHABET:
                by_first.setdefault(first, []).append(alternative)
        return {
            first: re.compile(self._frame.replace("{}", f"(?:{'|'.join(found)})"))
            for first, found in by_first.items()
        }

    @cached_property
    def _starts(self) -> re.Pattern[str]:
        letters = "".join(re.escape(first) for first in sorted(self._by_first))
        return re.compile(rf"(?<![^\W_])[{letters}]")

    def search(self, folded: str, start: int = 0, end: int | None = None) -> re.Match[str] | None:
        """The leftmost match within `folded[start:end]`."""
        limit = len(folded) if end is None else end
        for place in self._starts.finditer(folded, start, limit):
            found = self._by_first[place[0]].match(folded, place.start(), limit)
            if found is not None:
                return found
        return None

    def finditer(self, folded: str) -> Iterator[re.Match[str]]:
        """All matches from left to right, none overlapping another."""
        position = 0
        while (found := self.search(folded, position)) is not None:
            yield found
            position = max(found.end(), found.start() + 1)


def beginnings(pattern: str) -> frozenset[str]:
    """The characters with which a match of a pattern may begin; the whole alphabet where that is not plain."""
    return frozenset().union(*(_of_sequence(branch) for branch in alternatives_of(pattern))) - _NOTHING


def alternatives_of(pattern: str) -> list[str]:
    """A pattern divided at the bars that stand in no group and no class."""
    parts, start, depth, position = [], 0, 0, 0
    while position < len(pattern):
        character = pattern[position]
        if character == "\\":
            position += 1
        elif character == "[":
            position = _class_end(pattern, position)
        elif character in "()":
            depth += 1 if character == "(" else -1
        elif character == "|" and depth == 0:
            parts.append(pattern[start:position])
            start = position + 1
        position += 1
    return [*parts, pattern[start:]]


def _opened(pattern: str) -> list[str]:
    """A pattern whose first group holds alternatives, one for each of them: each begins with fewer letters."""
    if not pattern.startswith("(?:"):
        return [pattern]
    end = _group_end(pattern)
    rest = pattern[end + 1 :]
    if _QUANTIFIER.match(rest):
        return [pattern]
    return [branch + rest for branch in alternatives_of(pattern[3:end])]


def _of_sequence(pattern: str) -> frozenset[str]:
    found: frozenset[str] = frozenset()
    while pattern:
        first, rest = _of_item(pattern)
        found |= first
        if not _OPTIONAL.match(rest) and first is not _NOTHING:
            return found
        rest = rest[quantifier.end() :] if (quantifier := _QUANTIFIER.match(rest)) else rest
        pattern = rest
    return _ALPHABET  # everything may be missing


#: Of what takes no character: a look around.
_NOTHING: frozenset[str] = frozenset(("",))


def _of_item(pattern: str) -> tuple[frozenset[str], str]:
    """What the first item of a pattern begins with, and what follows the item."""
    head = pattern[0]
    if head == "\\":
        return _SETS.get(pattern[1], _ALPHABET if pattern[1].isalpha() else frozenset(pattern[1])), pattern[
            2:
        ]
    if head == "[":
        end = _class_end(pattern, 0)
        return _of_class(pattern[1:end]), pattern[end + 1 :]
    if head == "(":
        end = _group_end(pattern)
        inside, rest = pattern[1:end], pattern[end + 1 :]
        if inside.startswith(("?!", "?=", "?<!", "?<=")):
            return _NOTHING, rest
        return beginnings(re.sub(r"^\?(?::|P<\w+>)", "", inside)), rest
    return (_ALPHABET if head in ".^$" else frozenset(head)), pattern[1:]


def _of_class(inside: str) -> frozenset[str]:
    if inside.startswith("^") or "\\" in inside:
        return _ALPHABET
    ranges = re.findall(r"(.)-(.)", inside)
    spread = {chr(code) for low, high in ranges for code in range(ord(low), ord(high) + 1)}
    return frozenset(inside) | spread


def _class_end(pattern: str, start: int) -> int:
    position = start + 2 if pattern[start + 1 : start + 2] == "]" else start + 1
    while pattern[position] != "]":
        position += 2 if pattern[position] == "\\" else 1
    return position


def _group_end(pattern: str) -> int:
    depth, position = 0, 0
    while True:
        character = pattern[position]
        if character == "\\":
            position += 1
        elif character == "[":
            position = _class_end(pattern, position)
        elif character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
            if depth == 0:
                return position
        position += 1
