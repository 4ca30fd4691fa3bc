"""Limits turned round: «не более» for «не менее», "below" for "above", «с 12 лет» for «до 12 лет».

A limit allows one side of its figure; a prohibition turns it: «выше 25 °C не хранить» and «хранить до 25 °C» are one.
The source's limits of the same figure must not all allow the other side.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum
from typing import NamedTuple

from apps.ai.text.meaning import stance
from apps.ai.text.meaning.figure_bounds import around
from apps.ai.text.meaning.figures import Figure, figures
from apps.ai.text.meaning.findings import Case, Code, Finding
from apps.ai.text.meaning.limit_words import (
    A_DAY,
    ABLATIVE,
    AHEAD,
    AT_ONCE,
    CHANGED_TO,
    COMPARED,
    DENIED_AT_END,
    DENIED_BEHIND,
    DENIES,
    DISTANCE,
    DOES_NOT,
    ENDANGERS,
    GONE_AFTER,
    HOW_OFTEN,
    LEAST,
    LEAST_BEHIND,
    LONGER_USE,
    MOST,
    MOST_BEHIND,
    NO_MORE,
    NOT_EXCEEDED,
    OF_ANOTHER,
    OFTEN,
    ON_ADVICE,
    ONLY,
    OWN_WEIGHT,
    SINCE,
    SINCE_OPENED,
    SO_MUCH,
    STILL_SHUT,
    TOO_EARLY,
    TURKISH_LESS,
    TURKISH_MORE,
    WAS_NOT,
    WITHIN,
)
from apps.ai.text.meaning.number_words import value_of
from apps.ai.text.meaning.reading import Reading, Unit
from apps.ai.text.meaning.stance import Clause, Stance
from apps.ai.text.meaning.views import once


class Side(StrEnum):
    MOST = "most"
    LEAST = "least"


class Limit(NamedTuple):
    """`said`: the side that the words beside a figure name; `allowed`: what is left of it by a prohibition."""

    said: Side
    allowed: Side


_OTHER = {Side.MOST: Side.LEAST, Side.LEAST: Side.MOST}
_AGES = frozenset({"year", "month"})
#: Of whom a verdict may stand far behind.
_OF_PERSONS = _AGES | {"kg"}
_RANGED = frozenset({"year", "month", "kg", "degree"})
#: Sizes can be set from one to another; a distance is kept.
_SIZES = frozenset({"cm"})
_WAITS = frozenset({"minute", "hour", "day", "week", "month"})


#: Months of a course are no age.
_COURSE = re.compile(r"\bкурс|перерыв|подряд|непрерывн")


def check(case: Case) -> Iterator[Finding]:
    theirs = _limits(case.source)
    for unit, clauses in zip(case.body.units, stance.stances(case.body), strict=True):
        for figure, limit in _of_unit(unit, clauses):
            told = theirs.get(figure.key, {})
            if figure.unit == "month":
                # «После вскрытия — 6 месяцев» is nobody's age, and no course.
                told = {
                    one: place
                    for one, place in told.items()
                    if _is_of_opened(case.source.units[place]) is _is_of_opened(unit)
                }
            if (
                limit.allowed is Side.MOST
                and (place := _of_another_span(case.source, unit, told)) is not None
            ):
                yield _finding(unit, figure, case.source.units[place])
            counted = "day" if _COURSE.search(unit.folded) else figure.unit
            if told and all(_are_opposite(one, limit, counted) for one in told):
                yield _finding(unit, figure, case.source.units[next(iter(told.values()))])


def _of_another_span(source: Reading, unit: Unit, told: dict[Limit, int]) -> int | None:
    """«Разовая доза — не более 4 таблеток» where the source limits those of a day."""
    places = [place for limit, place in told.items() if limit.allowed is Side.MOST]
    ours = AT_ONCE.search(unit.folded), A_DAY.search(unit.folded)
    for place in places:
        theirs = source.units[place].folded
        at_once, a_day = AT_ONCE.search(theirs), A_DAY.search(theirs)
        if (ours[0] and not ours[1] and a_day and not at_once) or (
            ours[1] and not ours[0] and at_once and not a_day
        ):
            return place
    return None


def _are_opposite(one: Limit, other: Limit, unit: str) -> bool:
    """Of an age the words must be others, too: a verdict on it may stand far behind."""
    return one.allowed is not other.allowed and (unit not in _OF_PERSONS or one.said is not other.said)


def agree(case: Case, at: int, place: int) -> bool:
    """Whether a sentence of the card and one of the source allow the same side of the same figure."""
    ours, theirs = case.body.units[at], case.source.units[place]
    if _is_of_opened(ours) and _is_of_opened(theirs) and not (_is_gone(ours) or _is_gone(theirs)):
        return False  # «не хранить в холодильнике, 1 месяц» denies something else
    return not _allowed(case.body)[at].isdisjoint(_allowed(case.source)[place])


def _is_gone(unit: Unit) -> bool:
    """«Через 28 дней после вскрытия не использовать»"""
    return GONE_AFTER.search(unit.folded) is not None


@once
def _allowed(reading: Reading) -> tuple[frozenset[tuple[tuple[float, float, str], Side]], ...]:
    """The sides of figures that each sentence allows."""
    return tuple(
        frozenset((figure.key, limit.allowed) for figure, limit in _of_unit(unit, clauses))
        for unit, clauses in zip(reading.units, stance.stances(reading), strict=True)
    )


@once
def _is_of_opened(unit: Unit) -> bool:
    return SINCE_OPENED.search(unit.folded) is not None and not STILL_SHUT.search(unit.folded)


def _finding(unit: Unit, figure: Figure, source: Unit) -> Finding:
    tokens = unit.tokens
    first, last = max(0, figure.first - 2), min(len(tokens) - 1, figure.last + 1)
    quote = unit.text[tokens[first].start - unit.start : tokens[last].end - unit.start]
    return Finding(Code.CONDITION, "description", quote, source.text.strip()[:180])


@once
def _limits(source: Reading) -> dict[tuple[float, float, str], dict[Limit, int]]:
    """The limits of each figure, with a sentence that sets it."""
    found: dict[tuple[float, float, str], dict[Limit, int]] = {}
    for at, (unit, clauses) in enumerate(zip(source.units, stance.stances(source), strict=True)):
        for figure, limit in _of_unit(unit, clauses):
            found.setdefault(figure.key, {}).setdefault(limit, at)
        for figure in figures(unit):
            if figure.low < figure.high and _range_allows(unit, clauses, figure):
                for end, side in ((figure.low, Side.LEAST), (figure.high, Side.MOST)):
                    if _numbers(source)[end] > 1:
                        continue  # «3–9 мес., 9 мес. – 2 г.»
                    key = replace(figure, low=end, high=end).key
                    found.setdefault(key, {}).setdefault(Limit(side, side), at)
    return found


@once
def _numbers(source: Reading) -> Counter[float]:
    """How often each number stands in a text."""
    values = (value_of(token.small) for unit in source.units for token in unit.tokens)
    return Counter(value for value in values if value is not None)


def _range_allows(unit: Unit, clauses: tuple[Clause, ...], figure: Figure) -> bool:
    """«от 6 до 12 лет», «при 2–8 °C»: no less and no more than its ends."""
    return stance.clause_at(clauses, figure.first).stance is not Stance.FORBIDS and figure.unit in _RANGED


def _of_unit(unit: Unit, clauses: tuple[Clause, ...]) -> Iterator[tuple[Figure, Limit]]:
    in_words = any(one.own and one.stance is Stance.FORBIDS for one in clauses)
    for figure in figures(unit):
        side, turns = _side(unit, figure)
        if side is None and figure.unit in _WAITS and _is_of_opened(unit):
            side, turns = Side.MOST, False
        if side is None or _is_open(unit, figure):
            continue
        if figure.unit in _SIZES and DISTANCE.search(unit.folded) is None:
            continue
        clause = stance.clause_at(clauses, figure.first)
        turned = turns and _is_turned(
            unit, clause, figure, forbids=_forbids(clause, figure, in_words=in_words)
        )
        if turned or not turns or clause.stance is not Stance.FORBIDS:
            yield figure, Limit(side, _OTHER[side] if turned else side)


#: «от 6 до 12 лет» has two ends; «КК ниже 30 мл/мин» is a patient's value, which no verdict turns.
_FROM_TO = re.compile(r"\b(?:от|с|from|between)\s\+?\d+(?:[.,]\d+)?\s?(?:[^\W\d_]+\.?\s)?(?:до|по|to|and)\s$")
_OF_PATIENTS = re.compile(r"\b(?:кк|скф|клиренс|креатинин|давлени|gfr|clearance|kreatinin)")


def _is_open(unit: Unit, figure: Figure) -> bool:
    if figure.unit in _WAITS and "persist_" in unit.ids:
        return True  # «не проходит 3 дня», «сохраняется более 3 дней»
    before, _ = around(unit, figure.first, figure.last)
    if _FROM_TO.search(before) or _OF_PATIENTS.search(before):
        return True
    behind = unit.folded[unit.tokens[figure.last].end - unit.start :]
    return ON_ADVICE.search(behind) is not None and (
        figure.unit in _AGES
        or _IF.search(before) is not None
        or ONLY.search(behind) is not None
        or LONGER_USE.match(behind) is not None
    )


_IF = re.compile(r"\b(?:если|при необходимости|когда|if|when)\b")


def _forbids(clause: Clause, figure: Figure, *, in_words: bool) -> bool:
    """Whether a clause forbids. `in_words`: those of its sentence do so: «детям, которые весят до 20 кг, нельзя»."""
    if clause.stance is not Stance.FORBIDS:
        return False
    return clause.own or clause.listed or (in_words and figure.unit in _OF_PERSONS)


def _is_turned(unit: Unit, clause: Clause, figure: Figure, *, forbids: bool) -> bool:
    """What a heading forbids may be a value of a patient («СКФ ниже 30») and is left open."""
    tokens = unit.tokens
    start, end = tokens[clause.first].start - unit.start, tokens[clause.last].end - unit.start
    if figure.unit in _SIZES and unit.folded[:start].strip(" •-") == "":
        end = len(unit.folded)  # «ближе 20 см к шторам, мебели не ставить»
    before = NO_MORE.sub("", unit.folded[start : tokens[figure.first].start - unit.start])
    before = (DOES_NOT if _IF.search(before) else WAS_NOT).sub("", before)
    behind = unit.folded[tokens[figure.last].end - unit.start : end]
    if DENIES.search(before) or DENIED_BEHIND.search(OF_ANOTHER.split(behind)[0]):
        return True
    if figure.unit in _SIZES and DENIED_AT_END.match(unit.folded[tokens[figure.last].end - unit.start :]):
        return True
    if figure.unit in _AGES and ENDANGERS.search(before):
        return True
    return forbids and (figure.unit in _OF_PERSONS or tokens[clause.last].small < "а")


def _side(unit: Unit, figure: Figure) -> tuple[Side | None, bool]:
    """What the words beside a figure allow, and whether a prohibition of the clause turns it round."""
    before, behind = around(unit, figure.first, figure.last)
    if figure.unit in _WAITS and WITHIN.search(before) and SO_MUCH.match(behind):
        return None, False
    return _by_words(unit, figure, before, behind)


def _by_words(unit: Unit, figure: Figure, before: str, behind: str) -> tuple[Side | None, bool]:
    if match := COMPARED.search(before):
        return _compared(match, figure)
    if TOO_EARLY.match(behind) and figure.unit in _WAITS:
        return Side.LEAST, False
    if NOT_EXCEEDED.match(behind):
        return Side.MOST, False
    if figure.low != figure.high or CHANGED_TO.search(before):
        return None, False
    is_age = figure.unit in _AGES or (figure.unit == "kg" and OWN_WEIGHT.search(before) is not None)
    for pattern, side in ((MOST, Side.MOST), (LEAST, Side.LEAST)):
        if match := pattern.search(before):
            # «максимум раз в 2 дня»: two days or more
            is_often = figure.unit in _WAITS and OFTEN.search(match[0]) is not None
            return (_OTHER[side] if is_often else side), is_age
    less = TURKISH_LESS.match(behind)
    if less and figure.unit in _WAITS and "once" in less[0]:
        # «1 ay önce» is a month ahead, «6 aydan önce» an age.
        less = less if is_age and ABLATIVE.search(unit.tokens[figure.last].small) else None
    if less or MOST_BEHIND.match(behind):
        return Side.MOST, True
    if LEAST_BEHIND.match(behind) or TURKISH_MORE.match(behind):
        return Side.LEAST, True
    is_since = is_age and SINCE.search(before) is not None and not _is_of_opened(unit)
    return (Side.LEAST, True) if is_since else (None, False)


def _compared(match: re.Match[str], figure: Figure) -> tuple[Side, bool]:
    if match[4]:  # «не превышайте дозу в …»
        return Side.MOST, False
    side = Side.LEAST if match[2] else Side.MOST
    if AHEAD.search(match[0]) or (figure.unit in _WAITS and HOW_OFTEN.match(match[0])):
        side = _OTHER[side]
    return (_OTHER[side], False) if match[1] else (side, True)
