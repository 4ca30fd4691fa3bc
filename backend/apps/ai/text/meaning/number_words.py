"""Numbers in words, as the sentences of a reading are folded: simple, made of several, inside an adjective."""

from __future__ import annotations

from functools import lru_cache

from apps.ai.text.facts.reading import numerals
from apps.ai.text.meaning.reading import Unit

#: Turkish without its marks, as words are folded here.
_VALUES: dict[str, float] = {
    word.translate(str.maketrans("çğıöşü", "cgiosu")): float(number)
    for word, number in numerals.COUNTING.items()
}
_VALUES |= {
    word: number
    for number, words in {
        0.5: "половина половину половине половины половинка половинку половинке yarim half ½",
        0.25: "четверть четверти четвертинка четвертинку ceyrek quarter",
        1.0: "один одна одно одну одного одной одному одним bir one single",
        3.0: "трижды",
    }.items()
    for word in words.split()
}
#: By the fact guard's unit what it is here, and how many.
_MADE_OF = {
    "mcg": ("mg", 0.001),
    "g": ("mg", 1000.0),
    "l": ("ml", 1000.0),
    "mm": ("cm", 0.1),
    "m": ("cm", 100.0),
    "week": ("day", 7.0),
    "h": ("hour", 1.0),
    "min": ("minute", 1.0),
    "tablet": ("piece", 1.0),
    "capsule": ("piece", 1.0),
    **{name: (name, 1.0) for name in ("mg", "kg", "ml", "cm", "day", "month", "year", "%")},
}
#: Half of a time is told in the smaller unit: «полгода» is six months.
_SMALLER = {"year": (12.0, "month"), "hour": (60.0, "minute"), "day": (24.0, "hour")}
_TEN, _HUNDRED = 10, 100
#: «Десять пять» is no number in Russian or English; Turkish «on beş» is.
_TOO_SHORT = frozenset("десять десяти десятью ten".split())


@lru_cache(maxsize=10_000)
def value_of(small: str) -> float | None:
    """The number that a word is; None for any other word."""
    if small[0].isdigit():
        try:
            return float(small.replace(",", "."))
        except ValueError:
            return None
    return _VALUES.get(small)


@lru_cache(maxsize=10_000)
def made_of(small: str) -> tuple[float, str] | None:
    """Value and unit of «одиннадцатилетнего», «десятимиллилитровый», «полграмма»; None for any other word."""
    made = numerals.made_of(small) if small.startswith(numerals.BEGINNINGS) else None
    if made is None or made[1] not in _MADE_OF:
        return None
    name, factor = _MADE_OF[made[1]]
    value = float(made[0])
    if value < 1.0 and name in _SMALLER:
        factor, name = _SMALLER[name]
    return round(value * factor, 6), name


def added(unit: Unit, at: int, value: float) -> float:
    """«Двадцать пять», «сто двадцать»: the sum of a number with the next word; 0 when they are two numbers."""
    word, following = unit.tokens[at].small, unit.tokens[at + 1].small
    if word[0].isdigit() or following[0].isdigit() or word in _TOO_SHORT:
        return 0.0
    ones = value_of(following) or 0.0
    if unit.text[unit.tokens[at].end - unit.start : unit.tokens[at + 1].start - unit.start] not in {
        " ",
        "\u00a0",
        "-",
    }:
        return 0.0
    hundreds = value >= _HUNDRED and not value % _HUNDRED and 0 < ones < _HUNDRED
    tens = value % _HUNDRED >= _TEN and not value % _TEN and 0 < ones < _TEN and ones == int(ones)
    return value + ones if hundreds or tens else 0.0


#: A dash without blanks joins the ends of a range.
JOINED = frozenset("-–—")
#: «3-го», «2-й»: it tells which.
_ORDINAL = frozenset("го й я е м ю му ой ая ый".split())


def is_ordinal(unit: Unit, at: int) -> bool:
    end = unit.tokens[at].end - unit.start
    is_joined = unit.text[end : end + 1] == "-" and at + 1 < len(unit.tokens)
    return is_joined and unit.tokens[at + 1].small in _ORDINAL


def is_of_a_name(unit: Unit, at: int) -> bool:
    """«Менахинон-7 90 мкг», neither "6 ay-1 yaş" nor "under-18s"."""
    start = unit.tokens[at].start - unit.start
    is_joined = start > 1 and unit.text[start - 1] == "-" and unit.text[start - 2].isalpha()
    if not is_joined or unit.tokens[at - 1].small in {"under", "over"}:
        return False
    return at < 2 or value_of(unit.tokens[at - 2].small) is None


def is_far_end(unit: Unit, at: int) -> bool:
    """«20–50 — 150 мг»"""
    before = unit.tokens[at - 1] if at else None
    return (
        before is not None
        and value_of(before.small) is not None
        and unit.text[before.end - unit.start : unit.tokens[at].start - unit.start] in JOINED
    )
