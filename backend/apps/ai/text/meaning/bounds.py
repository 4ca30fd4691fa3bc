"""Limits turned round: «не более» for «не менее», "below" for "above", «с 12 лет» for «до 12 лет».

A limit allows one side of its figure; a prohibition turns it: «выше 25 °C не хранить» and «хранить до 25 °C» are one.
The source's limits of the same figure must not all allow the other side.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from apps.ai.text.meaning import stance
from apps.ai.text.meaning.figure_bounds import around
from apps.ai.text.meaning.figures import Figure, figures
from apps.ai.text.meaning.findings import Case, Code, Finding
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
#: What may stand between a limit and its figure («не раньше чем через 2 часа», «at most about 3»).
_THEN = r"\s(?:чем\s|than\s)?(?:через\s|за\s|на\s|в\s|after\s)?(?:\w+\s)?[≈~+]?$"
_MORE = (
    r"более|больше|дольше|выше|свыше|позднее|позже|чаще|дальше|далее|старше|тяжелее|превыша\w*|ст\.|"
    r"over|above|more than|longer than|older than|exceed\w*"
)
_LESS = (
    r"менее|меньше|ниже|реже|короче|раньше|ранее|ближе|младше|моложе|легче|не достиг\w*|не исполнил\w*|"
    r"under|below|less than|younger than"
)
_COMPARED = re.compile(rf"(?:\b(не|ни|not|no|never)\s)?(?:\b({_MORE})|\b({_LESS})){_THEN}")
_MOST = re.compile(
    rf"(?:\bдо|максим\w+|наибольш\w+|предел\w*|up to|at most|maximum|en fazla|en cok|azami){_THEN}|"
    r"(?<!не )(?<!не)[<≤]\s?$|\bне ?>\s?$"
)
_LEAST = re.compile(
    rf"(?:\bот|минимум|минимальн\w+|хотя бы|по меньшей мере|at least|minimum|en az|asgari){_THEN}|"
    r"(?<!не )(?<!не)[>≥]\s?$|\bне ?<\s?$"
)
_SINCE = re.compile(r"(?:\bс|\bот|\bпосле|\bиз|\bfrom|\baged|достиг\w+)\s(?:\w+\s)?$")
_MOST_BEHIND = re.compile(
    r"^\W*(?:максимум|(?:\w+ ){0,2}?(?:и|or|and) (?:менее|меньше|ниже|младше|less|under|below|younger))\b"
)
_LEAST_BEHIND = re.compile(
    r"^\W*(?:минимум|(?:\w+ ){0,2}?(?:и|or|and) (?:более|больше|выше|старше|more|over|above|older|up))\b"
)
_TURKISH_MORE = re.compile(
    r"^\W*(?:[\w'’]{1,6} )?(?:\w+ )?(?:uzeri\w*|ustu\w*|fazla\w*|buyuk\w*|uzun\w*|yuksek\w*|asan)\b"
)
_TURKISH_LESS = re.compile(r"^\W*(?:[\w'’]{1,6} )?(?:\w+ )?(?:alti\w*|kucuk\w*|once\w*|dusuk\w*|kadar)\b")
_NOT_EXCEEDED = re.compile(r"^\W*(?:\w+ )?(?:asm|asil?ma|gecm|gecilme)\w+")
_DENIES = re.compile(
    # «Беречь от температуры выше 25 °C»; «беречь при температуре ниже 25 °C» only keeps.
    r"\b(?:не|нельзя|(?:бере[гч]|защи[щт])\w*(?=.*\bот\b)|избега\w*|not|never|no|avoid|protect|keep from)\b"
)
_DENIED_BEHIND = re.compile(r"\bне (?!в\b|на\b|для\b|под\b)|\bнельзя")
#: «ближе 20 см к плите, раковине и окну не ставить»: commas of a list do not end what is forbidden.
_DENIED_AT_END = re.compile(
    r"(?:(?!\w+(?:ть|ться|чь|йте)\b|\b(?:но|а|если)\b)[^.;:!?()])*\b(?:не|нельзя) \w+(?:ть|ться|ти|чь|йте|ите)\W*$"
)
_AGES = frozenset({"year", "month"})
#: Of whom a verdict may stand far behind.
_OF_PERSONS = _AGES | {"kg"}
_OWN_WEIGHT = re.compile(r"\b(?:вес|масс)\w* (?:тела |пациента |больного |ребенка )?(?:до|от) $")
#: Sizes can be set from one to another; a distance is kept.
_SIZES = frozenset({"cm"})
_DISTANCE = re.compile(
    r"ближе|дальше|далее|отступ|расстояни|зазор|\bостав|держ|промежут|mesafe|uzakl|distance|\bgap\b|clearance|away|closer"
)
#: «не позднее чем за 2 недели до операции»: two weeks or more.
_AHEAD = re.compile(r"(?:позднее|позже|раньше|ранее) (?:чем )?за ")
#: «не чаще чем каждые 6 часов»: six hours or more.
_HOW_OFTEN = re.compile(r"(?:не |ни )?(?:чаще|реже) ")
_WAITS = frozenset({"minute", "hour", "day", "month"})
#: «12 saat geçmeden», "until 2 hours have passed": before the figure is too early.
_TOO_EARLY = re.compile(r"^\W*(?:\w+ )?(?:gecmeden|dolmadan)\b")


#: Months of a course are no age.
_COURSE = re.compile(r"\bкурс|перерыв|подряд|непрерывн")


def check(case: Case) -> Iterator[Finding]:
    theirs = _limits(case.source)
    for unit, clauses in zip(case.body.units, stance.stances(case.body), strict=True):
        for figure, limit in _of_unit(unit, clauses):
            told = theirs.get(figure.key, {})
            counted = "day" if _COURSE.search(unit.folded) else figure.unit
            if told and all(_are_opposite(one, limit, counted) for one in told):
                yield _finding(unit, figure, case.source.units[next(iter(told.values()))])


def _are_opposite(one: Limit, other: Limit, unit: str) -> bool:
    """Of an age the words must be others, too: a verdict on it may stand far behind."""
    return one.allowed is not other.allowed and (unit not in _OF_PERSONS or one.said is not other.said)


def agree(case: Case, at: int, place: int) -> bool:
    """Whether a sentence of the card and one of the source allow the same side of the same figure."""
    return not _allowed(case.body)[at].isdisjoint(_allowed(case.source)[place])


@once
def _allowed(reading: Reading) -> tuple[frozenset[tuple[tuple[float, float, str], Side]], ...]:
    """The sides of figures that each sentence allows."""
    return tuple(
        frozenset((figure.key, limit.allowed) for figure, limit in _of_unit(unit, clauses))
        for unit, clauses in zip(reading.units, stance.stances(reading), strict=True)
    )


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
    return found


def _of_unit(unit: Unit, clauses: tuple[Clause, ...]) -> Iterator[tuple[Figure, Limit]]:
    for figure in figures(unit):
        side, turns = _side(unit, figure)
        if side is None or _is_open(unit, figure):
            continue
        if figure.unit in _SIZES and _DISTANCE.search(unit.folded) is None:
            continue
        clause = stance.clause_at(clauses, figure.first)
        turned = turns and _is_turned(unit, clause, figure)
        if turned or not turns or clause.stance is not Stance.FORBIDS:
            yield figure, Limit(side, _OTHER[side] if turned else side)


#: «от 6 до 12 лет» has two ends; «КК ниже 30 мл/мин» is a patient's value, which no verdict turns.
_FROM_TO = re.compile(r"\b(?:от|с|from|between)\s\+?\d+(?:[.,]\d+)?\s?(?:[^\W\d_]+\.?\s)?(?:до|по|to|and)\s$")
_OF_PATIENTS = re.compile(r"\b(?:кк|скф|клиренс|креатинин|давлени|gfr|clearance|kreatinin)")


def _is_open(unit: Unit, figure: Figure) -> bool:
    before, _ = around(unit, figure.first, figure.last)
    if _FROM_TO.search(before) or _OF_PATIENTS.search(before):
        return True
    behind = unit.folded[unit.tokens[figure.last].end - unit.start :]
    return _ON_ADVICE.search(behind) is not None and (
        figure.unit in _AGES
        or _IF.search(before) is not None
        or _ONLY.search(behind) is not None
        or _LONGER_USE.match(behind) is not None
    )


#: «Детям младше 12 лет — только по назначению врача», «если нужно более 3 дней, спросите врача»: allowed on advice.
_ON_ADVICE = re.compile(r"врач|консульт|педиатр|специалист|doctor|medical advice|physician|doktor|hekim")
#: «Дольше двух недель — только с врачом»
_ONLY = re.compile(r"^[^.;]{0,20}(?:только|лишь|исключительно)\b")
_IF = re.compile(r"\b(?:если|при необходимости|когда|if|when)\b")


#: «7 günü aşan kullanım için doktorunuza danışınız»
_LONGER_USE = re.compile(
    r"^\W*(?:[\w'’]{1,6} )?(?:asan|gecen|fazla|uzun)(?: sureli| sureyle)? kullan\w+ (?:icin|halinde|durum\w+|once)"
)

#: «если не использовали больше 5 дней»: it tells how long, and allows neither side.
_WAS_NOT = re.compile(
    r"\b(?:не|ни) \w+(?:л|ла|ло|ли|лся|лась|лось|лись)\b|\b(?:has|have|had|was|were)(?: not|n't)\b"
)

#: «если кашель не проходит дольше недели»
_DOES_NOT = re.compile(
    rf"{_WAS_NOT.pattern}|\b(?:не|ни) \w+(?:[еуюая]т|ит)(?:ся)?\b|\b(?:does|do)(?: not|n't)\b"
)
#: «не более 28 дней при температуре ниже 30 °C»: what it denies is another limit.
_NO_MORE = re.compile(rf"\b(?:не|ни|not?) (?:{_MORE}|{_LESS})")


def _is_turned(unit: Unit, clause: Clause, figure: Figure) -> bool:
    """What a heading forbids may be a value of a patient («СКФ ниже 30») and is left open."""
    tokens = unit.tokens
    start, end = tokens[clause.first].start - unit.start, tokens[clause.last].end - unit.start
    if figure.unit in _SIZES and unit.folded[:start].strip(" •-") == "":
        end = len(unit.folded)  # «ближе 20 см к шторам, мебели не ставить»
    before = _NO_MORE.sub("", unit.folded[start : tokens[figure.first].start - unit.start])
    before = (_DOES_NOT if _IF.search(before) else _WAS_NOT).sub("", before)
    if _DENIES.search(before) or _DENIED_BEHIND.search(
        unit.folded[tokens[figure.last].end - unit.start : end]
    ):
        return True
    if figure.unit in _SIZES and _DENIED_AT_END.match(unit.folded[tokens[figure.last].end - unit.start :]):
        return True
    forbids = clause.stance is Stance.FORBIDS and (clause.own or clause.listed)
    return forbids and (figure.unit in _OF_PERSONS or tokens[clause.last].small < "а")


def _side(unit: Unit, figure: Figure) -> tuple[Side | None, bool]:
    """What the words beside a figure allow, and whether a prohibition of the clause turns it round."""
    before, behind = around(unit, figure.first, figure.last)
    if match := _COMPARED.search(before):
        side = Side.LEAST if match[2] else Side.MOST
        if _AHEAD.search(match[0]) or (figure.unit in _WAITS and _HOW_OFTEN.match(match[0])):
            side = _OTHER[side]
        return (_OTHER[side], False) if match[1] else (side, True)
    if _TOO_EARLY.match(behind):
        return Side.LEAST, False
    if _NOT_EXCEEDED.match(behind):
        return Side.MOST, False
    if figure.low != figure.high:
        return None, False
    is_age = figure.unit in _AGES or (figure.unit == "kg" and _OWN_WEIGHT.search(before) is not None)
    if _MOST.search(before):
        return Side.MOST, is_age
    if _LEAST.search(before):
        return Side.LEAST, is_age
    if _MOST_BEHIND.match(behind) or _TURKISH_LESS.match(behind):
        return Side.MOST, True
    if _LEAST_BEHIND.match(behind) or _TURKISH_MORE.match(behind):
        return Side.LEAST, True
    return (Side.LEAST, True) if is_age and _SINCE.search(before) else (None, False)
