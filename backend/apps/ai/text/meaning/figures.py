"""Figures of a sentence with their unit: amounts, ages, courses, how often. Numbers may be words, in three languages.

The fact guard (`text.facts`) proves that a figure stands in the source; here it is asked whose it is and what
bounds it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from apps.ai.text.meaning.age_words import AGED, is_an_age, is_bare_age, is_of_persons, of_age
from apps.ai.text.meaning.figure_bounds import age_bound, bound_of, is_heat
from apps.ai.text.meaning.number_words import (
    JOINED,
    added,
    is_far_end,
    is_of_a_name,
    is_ordinal,
    made_of,
    value_of,
)
from apps.ai.text.meaning.reading import Unit
from apps.ai.text.meaning.views import once

#: Words that count by themselves, with the unit that they stand for.
_ALONE = {
    word: (float(times), "times")
    for times, words in ((1, "once раз"), (2, "twice дважды"), (3, "трижды"), (4, "четырежды"))
    for word in words.split()
}
_UNITS = (
    ("mg", r"мг|mg|миллиграмм\w*|mill?igram\w*", 1.0),
    ("mg", r"мкг|mcg|µg|μg|микрограмм\w*|mikrogram\w*|microgram\w*", 0.001),
    ("mg", r"г|гр|g|gr|грамм\w*|gram\w*", 1000.0),
    ("iu", r"ме|iu|ед|единиц\w*|unite\w*|units?", 1.0),
    ("ml", r"мл|ml|миллилитр\w*|mill?ilit\w*", 1.0),
    ("ml", r"л|l|литр\w*|litre\w*|liters?", 1000.0),
    ("kg", r"кг|kg|килограмм\w*|kilo(?:gram)?\w*", 1.0),
    ("cm", r"см|cm|сантиметр\w*|santim\w*|centimet\w*", 1.0),
    ("cm", r"мм|mm|миллиметр\w*|milimet\w*|millimet\w*", 0.1),
    ("mah", r"ма|mah|мач", 1.0),
    ("watt", r"вт|w|watts?|ватт", 1.0),
    ("kcal", r"ккал|kcal", 1.0),
    ("year", r"лет|года?|летн\w*|годов\w*|yas\w*|yil\w*|years?", 1.0),
    ("month", r"мес\w*|ay|aya|ayi|aydan|aylik\w*|aylar\w*|ayin\w*|months?", 1.0),
    ("day", r"нед\w*|hafta\w*|weeks?", 7.0),
    ("day", r"дн\w*|день|дня|суток|сутки|сут|gun(?!es)\w*|days?|daily", 1.0),
    ("hour", r"час\w*|saat\w*|hours?|hrs?|ч", 1.0),
    ("minute", r"мин\w*|dakika\w*|dak|dk|minutes?|mins?", 1.0),
    (
        "times",
        r"раза?|разов\w*|р|kez(?:den|e|i|lik)?|defa(?:ya|dan|yi|nin|lik)?|kere(?:ye|den|yi|nin|lik)?|sefer(?:e|den|i|lik)?|times|вечер(?:а|ов)|ноч(?:и|ей)|aksam|gece|evenings|nights",
        1.0,
    ),
    ("drop", r"капл\w*|капель|damla\w*|drops?", 1.0),
    (
        "piece",
        r"таб\w*|тб|драже|пилюл\w*|tablet\w*|tab|tbl|tb|капс\w*|kapsul\w*|capsules?|свеч\w*|супп\w*|fitil\w*|suppositor\w*",
        1.0,
    ),
    (
        "piece",
        r"пакет\w*|саше|sase\w*|poset\w*|sachets?|впрыск\w*|puskurt\w*|puff?s?|puf(?:u|tan)|sikim\w*|вдох\w*|нажати\w*|пшик\w*|ингаляц\w*|доз\w*|ложк\w*|ложеч\w*|olcek\w*|kasik\w*|spoon\w*",
        1.0,
    ),
)
#: «Последний раз — перед сном», «в первый раз»: it tells which, not how often.
_WHICH = tuple(
    "последн перв втор трет следующ предыдущ прошл кажд друг нескольк много этот тот лишн пару".split()
)
_PATTERNS = tuple((unit, re.compile(rf"(?:{pattern})$"), factor) for unit, pattern, factor in _UNITS)
_RANGE = re.compile(r"^\s?(?:-|–|—|/|до|или|ila|veya|to|or)?\s?$")
_TO = frozenset({"to", "or", "до", "или", "либо", "ila", "veya"})
_OR = ["ya", "da"]
#: «6 ile 12 yaş arası», "between 6 and 12", «между 6 и 12».
_BETWEEN_TWO = frozenset({"ile", "ve", "and", "и"})
_BETWEEN_BEFORE = re.compile(r"(?:\bbetween|\bмежду)\s(?:\w+\s){0,3}$")
_BETWEEN_BEHIND = re.compile(r"\W*(?:ile|ve) \d+\S* ?(?:[\w'’]+ )?aras")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number or range with its unit: `low`, `high` in base units (mg, ml, days, months, years, times …)."""

    low: float
    high: float
    unit: str
    first: int
    last: int
    bound: str = ""

    @property
    def key(self) -> tuple[float, float, str]:
        """Whole days in hours are days."""
        if self.unit == "hour" and self.low and not self.low % 24 and not self.high % 24:
            return (self.low / 24, self.high / 24, "day")
        return (self.low, self.high, self.unit)


@once
def figures(unit: Unit) -> tuple[Figure, ...]:
    """The figures of a sentence in order. `bound`: "most" or "least" for amounts, "under" or "over" for ages."""
    found: list[Figure] = []
    at = 0
    while at < len(unit.tokens):
        small = unit.tokens[at].small
        is_number = small in _ALONE or value_of(small) is not None
        figure = (_figure(unit, at, found) if is_number else None) or _in_one_word(unit, at)
        if figure is None:
            at += 1
            continue
        found.append(figure)
        at = figure.last + 1
    return tuple(found)


#: So many figures back the unit may stand: «взрослым 10 мл, детям по 5».
_BACK = 8
_AMOUNTS = frozenset({"mg", "ml", "iu", "drop", "piece"})


def _elided(unit: Unit, at: int, before: list[Figure]) -> tuple[str, float]:
    """The unit and factor of a number that stands without one behind «по», or alone behind a dash; "" for none."""
    if not at or not before or (unit.tokens[at - 1].small != "по" and not _is_told_alone(unit, at)):
        return "", 1.0
    behind = next((figure for figure in reversed(before[-_BACK:]) if figure.unit in _AMOUNTS), None)
    if behind is None:
        return "", 1.0
    return behind.unit, unit_of(unit.tokens[behind.last].small)[1]


def _is_told_alone(unit: Unit, at: int) -> bool:
    """«Магний — 40 мг, цинк — 8, селен…»: the number is all that is said behind a dash."""
    start, end = unit.tokens[at].start - unit.start, unit.tokens[at].end - unit.start
    return (
        _DASHED.search(unit.text, max(0, start - 4), start) is not None
        and _ENDS.match(unit.text, end) is not None
    )


_DASHED = re.compile(r"(?:\s[-–—]|:)\s$")
_ENDS = re.compile(r"\s?(?:[,;.)]\s|[,;.)]?$)")


def _figure(unit: Unit, at: int, before: list[Figure]) -> Figure | None:
    tokens = unit.tokens
    small = tokens[at].small
    if small in _ALONE:
        before_it = tokens[at - 1].small if at else ""
        if small == "раз" and (before_it.startswith(_WHICH) or before_it == "за"):
            return None
        if unit.text[tokens[at].start - unit.start] in "öÖ":
            return None  # «önce» is no "once"
        return Figure(_ALONE[small][0], _ALONE[small][0], "times", at, at)
    low = value_of(small)
    if low is None or is_of_a_name(unit, at):
        return None
    if is_ordinal(unit, at) and unit_of(tokens[min(at + 2, len(tokens) - 1)].small)[0] == "times":
        return None
    return _measured(unit, at, low, before)


def _measured(unit: Unit, at: int, low: float, before: list[Figure]) -> Figure | None:
    tokens = unit.tokens
    low, high, last = numbers_at(unit, at, low)
    name, factor, last = _unit_behind(unit, last)
    if not name and at and _SIZE.match(tokens[at - 1].small):
        name, factor = _unit_of_the_row(unit, last)
    if not name and at and (tokens[at - 1].small in AGED or is_of_persons(unit, at)):
        name = "year"
    if not name and is_bare_age(unit, at, low):
        name = "year"
    if name == "ml" and tokens[last].small in {"л", "г"} and is_an_age(unit, at, low):
        name, factor = "year", 1.0
    if not name:
        name, factor = _elided(unit, at, before)
    if not name:
        return None
    if high == low:
        high, last = _far_end(unit, name, factor, high, last)
    bound = age_bound(unit, at, last) if name in {"year", "month"} else bound_of(unit, at, last)
    return Figure(round(low * factor, 6), round(high * factor, 6), name, at, last, bound)


def _in_one_word(unit: Unit, at: int) -> Figure | None:
    told = made_of(unit.tokens[at].small)
    if side := of_age(unit.tokens[at].small):
        return Figure(18.0, 18.0, "year", at, at, side)
    if told is None:
        return None
    value, name = told
    bound = age_bound(unit, at, at) if name in {"year", "month"} else bound_of(unit, at, at)
    return Figure(value, value, name, at, at, bound)


def numbers_at(unit: Unit, at: int, low: float) -> tuple[float, float, int]:
    """Both ends of what begins at a place with `low`, and the place of its last word."""
    tokens, last, high = unit.tokens, at, low
    while last + 1 < len(tokens) and (total := added(unit, last, low)):
        low = high = total
        last += 1
    if last > at:
        return low, high, last
    if at + 1 < len(tokens) and (second := value_of(tokens[at + 1].small)) is not None:
        between = unit.text[tokens[at].end - unit.start : tokens[at + 1].start - unit.start]
        if between == "/" and low == 1.0 and second > 1.0:
            low = high = low / second
            last = at + 1
        elif (second > low and _RANGE.match(between) and not is_far_end(unit, at)) or between in JOINED:
            high, last = second, at + 1
    elif at + 2 < len(tokens):
        behind = at + 2 + ([token.small for token in tokens[at + 1 : at + 3]] == _OR)
        is_range = behind > at + 2 or tokens[at + 1].small in _TO
        is_range = is_range or (tokens[at + 1].small in _BETWEEN_TWO and _is_between(unit, at))
        further = value_of(tokens[behind].small) if is_range and behind < len(tokens) else None
        if further is not None and further > low:
            high, last = further, behind  # "3 to 4 times"
    return low, high, last


def _is_between(unit: Unit, at: int) -> bool:
    start, end = unit.tokens[at].start - unit.start, unit.tokens[at].end - unit.start
    return (
        _BETWEEN_BEFORE.search(unit.folded, max(0, start - 40), start) is not None
        or _BETWEEN_BEHIND.match(unit.folded, end) is not None
    )


_SIZE = re.compile(
    r"(?:ширин|высот|глубин|длин|диаметр|обхват|щиколот|голен|бедр|бёдр|талии|груди|genis|yuksek|derin|uzun|width|height|depth|length|diameter)"
)
_ROW = 8


def _unit_of_the_row(unit: Unit, last: int) -> tuple[str, float]:
    """«ширина 80, высота 75 см»: the unit stands behind the last size only."""
    units = (unit_of(token.small) for token in unit.tokens[last + 1 : last + 1 + _ROW])
    return next((found for found in units if found[0] == "cm"), ("", 1.0))


def _far_end(unit: Unit, name: str, factor: float, high: float, last: int) -> tuple[float, int]:
    """«с 1 года до 5 лет»: the other end of a range that names its unit twice."""
    tokens = unit.tokens
    if last + 3 < len(tokens) and tokens[last + 1].small in {"до", "to"}:
        value, (other, times) = value_of(tokens[last + 2].small), unit_of(tokens[last + 3].small)
        if value is not None and other == name and value * times > high * factor:
            return value * times / factor, last + 3
    return high, last


def _unit_behind(unit: Unit, last: int) -> tuple[str, float, int]:
    """The unit behind a number, its factor and the place of its last word."""
    text = unit.text
    end = unit.tokens[last].end - unit.start
    start = unit.tokens[last].start - unit.start
    if text[end : end + 2].strip().startswith("%") or text[max(0, start - 1) : start] == "%":
        return "%", 1.0, last
    if _DEGREE.match(text, end) or is_heat(unit, last):
        return "degree", 1.0, last
    for place in (last + 1, last + 2):
        if place >= len(unit.tokens) or unit.tokens[place].clause != unit.tokens[last].clause:
            break
        name, factor = unit_of(_BARE_UNIT.split(unit.tokens[place].small)[0])
        if unit.tokens[place].small in {"ч", "ст"} and _is_spoon(unit, place + 1):
            return "piece", 1.0, place + 1
        if name:
            return name, factor, place
        if unit.tokens[place].small == "a" and unit.tokens[last].small == "half":
            continue
        if unit.tokens[place].small not in _ADJECTIVES:
            break
    return "", 1.0, last


def _is_spoon(unit: Unit, place: int) -> bool:
    """«ч. л.», «ч. ложка»: a spoon, no hour."""
    return place < len(unit.tokens) and (
        unit.tokens[place].small == "л" or unit.tokens[place].small.startswith("лож")
    )


#: «мг/сут», «kg'ın»
_BARE_UNIT = re.compile(r"[/'’]")
_DEGREE = re.compile(r"\s?(?:[°º˚]|градус|derece|degree|[CС]\b)")
_ADJECTIVES = frozenset(
    "an х ти ми го чайные чайная чайной чайную столовые мерные мерной полные целой целых первые первых полных".split()
)


@lru_cache(maxsize=10_000)
def unit_of(small: str) -> tuple[str, float]:
    """The base unit that a word names and how many of it one is; "" for any other word."""
    return next(((name, factor) for name, pattern, factor in _PATTERNS if pattern.match(small)), ("", 1.0))
