"""A card's HTML with its sentences and findings marked where they stand.

Sentences are known by their place in the plain text, which has other blanks, bullets and lines than the markup; both
are compared by the characters that count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape, unescape
from itertools import groupby

_PART = re.compile(r"(?P<tag><[^>]*>)|(?P<text>[^<]+)")
_CHARACTER = re.compile(r"&(?:#\w+|\w+);|.", re.DOTALL)
#: Signs that plain text puts before list items and between cells.
_SIGNS = frozenset("•|")


@dataclass(frozen=True, slots=True)
class Mark:
    """Words of the text that get a class and data attributes. `words`: as they stand; all places, or the next one."""

    words: str
    name: str
    data: Mapping[str, str]
    everywhere: bool = False


def marked(markup: str, marks: Sequence[Mark]) -> str:
    """Allow-listed HTML with the marks as spans; those whose words are not found are left out.

    Later marks lie over earlier ones; a place may have one mark of each name.
    """
    text = "".join(_counting(markup))
    places: list[dict[str, Mark]] = [{} for _ in text]
    cursor: dict[str, int] = {}
    for mark in marks:
        for start, end in _found(text, mark, cursor):
            for place in range(start, end):
                places[place][mark.name] = mark
    return "".join(_rendered(markup, places))


def marked_plain(text: str, marks: Sequence[Mark]) -> str:
    """The same of a plain text."""
    return marked(escape(text, quote=False), marks)


def _found(text: str, mark: Mark, cursor: dict[str, int]) -> Iterator[tuple[int, int]]:
    wanted = "".join(_small(one) for one in mark.words if _counts(one))
    if not wanted:
        return
    start = text.find(wanted, 0 if mark.everywhere else cursor.get(mark.name, 0))
    while start >= 0:
        end = start + len(wanted)
        yield start, end
        cursor[mark.name] = end
        start = text.find(wanted, end) if mark.everywhere else -1


def _counting(markup: str) -> Iterator[str]:
    for part in _PART.finditer(markup):
        if part["text"]:
            for piece in _CHARACTER.findall(part["text"]):
                yield from (_small(one) for one in unescape(piece) if _counts(one))


def _counts(character: str) -> bool:
    return not character.isspace() and character not in _SIGNS


def _small(character: str) -> str:
    """One character for one, whatever its small letter is made of."""
    return character.lower()[:1]


def _rendered(markup: str, places: list[dict[str, Mark]]) -> Iterator[str]:
    at = 0
    for part in _PART.finditer(markup):
        if part["tag"]:
            yield part["tag"]
            continue
        pieces: list[tuple[str, dict[str, Mark]]] = []
        for piece in _CHARACTER.findall(part["text"]):
            count = sum(_counts(one) for one in unescape(piece))
            pieces.append((piece, places[at] if count else {}))
            at += count
        yield from _spans(_with_blanks(pieces))


def _with_blanks(pieces: list[tuple[str, dict[str, Mark]]]) -> list[tuple[str, dict[str, Mark]]]:
    """Blanks between two characters of one mark belong to it."""
    found = list(pieces)
    for place, (piece, marks) in enumerate(pieces):
        if marks or not piece.isspace() or not place:
            continue
        before = found[place - 1][1]
        behind = next((other for one, other in pieces[place:] if not one.isspace()), {})
        found[place] = (piece, {name: mark for name, mark in before.items() if behind.get(name) is mark})
    return found


def _spans(pieces: list[tuple[str, dict[str, Mark]]]) -> Iterator[str]:
    for _, group in groupby(pieces, key=lambda piece: sorted(map(id, piece[1].values()))):
        run = list(group)
        text, marks = "".join(piece for piece, _ in run), run[0][1]
        if not marks:
            yield text
            continue
        names = " ".join(marks)
        data = {name: value for mark in marks.values() for name, value in mark.data.items()}
        attributes = "".join(f' data-{name}="{escape(value)}"' for name, value in data.items())
        yield f'<span class="{names}"{attributes}>{text}</span>'
