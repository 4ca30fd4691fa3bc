"""Numbers of a list that have changed rows: «2–6 лет — 800 мг; старше 6 — 400 мг» for the other way round.

A row is what stands between semicolons, points of a list, commas: some words and some numbers, with units or without
(«белки 7,5; жиры 4,8; угл. 5,2 г»). A number is known by its row: by the words in it, and by the other numbers. Two
that stand near each other were exchanged when each is beside what only the other has in the source, and neither beside
its own. Numbers are compared as they are written, so that neither a language nor a unit that is left out matters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

from apps.ai.text.meaning.exchange import FRAMES, words_at
from apps.ai.text.meaning.figures import unit_of
from apps.ai.text.meaning.findings import Case, Code, Finding
from apps.ai.text.meaning.number_words import value_of
from apps.ai.text.meaning.reading import Reading, Token, Unit
from apps.ai.text.meaning.views import once

T = TypeVar("T")
Number = tuple[float, ...]
_DIGIT = re.compile(r"\d")
_PARTS = re.compile(r"[;,•|\n]")
_AND = frozenset({"и", "а", "ve", "and", "или", "veya", "or"})
_DASH = re.compile(r"\s?[-–/]\s?|—")
_BY = re.compile(r"\s?[×xх*]\s?")
#: Numbers so many places apart may have been exchanged.
_NEAR = 6


@dataclass(frozen=True, slots=True)
class Place:
    """A number of a row. `counted`: its unit; `words`, `numbers`: what else the row has, or the row's label."""

    number: Number
    counted: str
    words: frozenset[str]
    numbers: frozenset[Number]
    unit: Unit


def check(case: Case) -> Iterator[Finding]:
    theirs, ours = (
        _beside(case.source),
        [one for one in _places(case.body) if one.number in _beside(case.source)],
    )
    for at, one in enumerate(ours):
        for other in ours[at + 1 : at + 1 + _NEAR]:
            if one.number == other.number or one.counted != other.counted:
                continue
            true_one, true_other = theirs[one.number], theirs[other.number]
            if _exchanged(one.words, other.words, true_one[0], true_other[0]) or _exchanged(
                one.numbers, other.numbers, true_one[1], true_other[1]
            ):
                origin = true_one[2].text.strip()
                yield Finding(Code.WHOSE, "description", other.unit.text.strip()[:160], origin)


def _exchanged(
    one: frozenset[T], other: frozenset[T], true_one: frozenset[T], true_other: frozenset[T]
) -> bool:
    """Whether each stands beside what only the other has in the source, and neither beside its own."""
    ours, others = one - other, other - one
    if ours & true_one or others & true_other:
        return False
    return bool(ours & (true_other - true_one) and others & (true_one - true_other))


@once
def _beside(reading: Reading) -> dict[Number, tuple[frozenset[str], frozenset[Number], Unit]]:
    """What stands beside each number in all its rows, and the first sentence that has it."""
    found: dict[Number, tuple[frozenset[str], frozenset[Number], Unit]] = {}
    for place in _places(reading):
        words, numbers, first = found.get(place.number, (frozenset(), frozenset(), place.unit))
        found[place.number] = (words | place.words, numbers | place.numbers, first)
    return found


@once
def _places(reading: Reading) -> list[Place]:
    return [place for unit in reading.units for place in _of_unit(unit)]


def _of_unit(unit: Unit) -> Iterator[Place]:
    label: frozenset[str] = frozenset()
    for part in _parts(unit):
        numbers = list(_numbers(unit, part))
        taken = {token.at for _, tokens in numbers for token in tokens}
        free = {t.at for t in part if t.at not in taken and not unit_of(t.small)[0] and t.small not in FRAMES}
        words = frozenset(words_at(unit, free))
        every = frozenset(number for number, _ in numbers)
        for number, tokens in numbers:
            behind = tokens[-1].at + 1
            counted = unit_of(unit.tokens[behind].small)[0] if behind < len(unit.tokens) else ""
            yield Place(number, counted, words or label, every - {number}, unit)
        label = label or words


def _parts(unit: Unit) -> Iterator[list[Token]]:
    """The rows of a sentence; «и» parts two of them only where both have a number."""
    if not _DIGIT.search(unit.text):
        return
    part: list[Token] = []
    has_number = False
    for token in unit.tokens:
        between = _between(unit, part[-1], token) if part else ""
        is_and = token.small in _AND and has_number and _number_behind(unit, token.at)
        if part and (_PARTS.search(between) or is_and):
            yield part
            part, has_number = [], False
        part.append(token)
        has_number = has_number or token.small[0].isdigit()
    if part:
        yield part


def _number_behind(unit: Unit, at: int) -> bool:
    """Whether a further number stands before the next sign that parts rows."""
    for before, token in pairwise(unit.tokens[at:]):
        if _PARTS.search(_between(unit, before, token)):
            return False
        if token.small[0].isdigit():
            return True
    return False


def _between(unit: Unit, before: Token, behind: Token) -> str:
    return unit.text[before.end - unit.start : behind.start - unit.start]


def _numbers(unit: Unit, part: list[Token]) -> Iterator[tuple[Number, list[Token]]]:
    """The numbers of a row as they are written, ranges and sides as one."""
    written: list[float] = []
    tokens: list[Token] = []
    for token in part:
        value = value_of(token.small) if token.small[0].isdigit() else None
        if value is None:
            continue
        if tokens and not _is_one(_between(unit, tokens[-1], token), written, value):
            yield tuple(written), tokens
            written, tokens = [], []
        written, tokens = [*written, value], [*tokens, token]
    if tokens:
        yield tuple(written), tokens


def _is_one(between: str, written: list[float], value: float) -> bool:
    """Whether a number goes on with the one before: the far end of a range, a further side."""
    if _BY.fullmatch(between):
        return True
    return len(written) == 1 and value > written[0] and _DASH.fullmatch(between) is not None
