"""Numbers written together: a range, a list, or one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from apps.ai.text.facts import units
from apps.ai.text.facts.reading.numbers import Number, number_at
from apps.ai.text.facts.reading.source import SPACE, Source

_DASH = re.compile(r"(?:-|…|\.{2,3})[+]?(?=\d)")

_SPACED_DASH = re.compile(rf"{SPACE}?(?:-|…|\.{{2,3}}){SPACE}?[+]?(?=\d)")

_FROM = re.compile(r"(?<![^\W_])(?:от|с|from)[ \u00a0][+-]?$")

_TO = re.compile(r"(?:-?(?:го|й|ый|я|е))?[ \u00a0](?:до|по|to)[ \u00a0][+-]?(?=\d)")

_LIST = re.compile(rf"(?:{SPACE}?/{SPACE}?|\+|{SPACE}\+{SPACE})(?=\d)")

#: «500, 850 и 1000 мг»: a list that a word ends.
_AND = re.compile(rf"{SPACE}(?:и|или|либо|and|or|ve|veya){SPACE}(?:по{SPACE})?(?=\d)")
_COMMA_OR_AND = re.compile(rf"[,;]{SPACE}(?=\d)|{_AND.pattern}")
#: So many numbers with one unit are a list without a word, too: «2,5; 5; 10 мг».
_LISTED = 3

_SPACED_RANGE_UNITS = frozenset(
    {"year", "month", "day", "h", "min", "cm", "mm", "m", "kg", "celsius", "week"}
)


@dataclass(frozen=True, slots=True)
class Amount:
    """Numbers written together and how: "" one, "-" a range, "/" or "+" a list, ":" a ratio."""

    start: int
    numbers: tuple[Number, ...]
    joint: str = ""

    @property
    def end(self) -> int:
        return self.numbers[-1].end


def amounts_at(source: Source, start: int, first: Number) -> Iterator[Amount]:
    """The readings of numbers written together, the longest first."""
    if ranged := _range(source, start, first):
        yield ranged
    listed = _chain(source, first, _LIST)
    if len(listed) > 1:
        yield Amount(start, listed, "+")
    worded = _chain(source, first, _COMMA_OR_AND)
    if len(worded) >= _LISTED or (len(worded) > 1 and _AND.match(source.folded, worded[-2].end)):
        yield Amount(start, worded, "+")
    yield Amount(start, (first,))


def _chain(source: Source, first: Number, joint: re.Pattern[str]) -> tuple[Number, ...]:
    numbers = [first]
    while len(numbers) < 4 and (sign := joint.match(source.folded, numbers[-1].end)):
        following = number_at(source, sign.end())
        if following is None:
            break
        numbers.append(following)
    return tuple(numbers)


def _range(source: Source, start: int, first: Number) -> Amount | None:
    """«1-3 yaş», «10 – 15 см», «от 1 года до 3 лет»; None when the second number is not the greater."""
    folded = source.folded
    spaced, between = False, None
    sign = _DASH.match(folded, first.end)
    if sign is None and _FROM.search(folded, max(0, start - 6), start):
        between = units.unit_at(source.text, folded, first.end, "0")
        sign = _TO.match(folded, between[1] if between else first.end)
    if sign is None:
        sign, spaced = _SPACED_DASH.match(folded, first.end), True
    second = number_at(source, sign.end()) if sign else None
    if second is None:
        return None
    if between and not _in_units(source, second.end, frozenset({between[0]})):
        return None  # «с 5 лет до 20 г в день»
    if spaced and not _in_units(source, second.end, _SPACED_RANGE_UNITS):
        return None
    low, high = units.decimal(first.raw, "kg"), units.decimal(second.raw, "kg")
    below_zero = source.folded[start - 1 : start] == "-"
    if low is None or high is None:
        return None
    if not (below_zero or _less(low, high)) and (spaced or between or not _has_unit(source, second.end)):
        return None  # «10–5 мл» states neither 10 nor 5 ml
    return Amount(start, (first, second), "-")


def _less(low: str, high: str) -> bool:
    low_whole, _, low_rest = low.partition(".")
    high_whole, _, high_rest = high.partition(".")
    return (len(low_whole), low_whole, low_rest) < (len(high_whole), high_whole, high_rest)


def _has_unit(source: Source, position: int) -> bool:
    return units.unit_at(source.text, source.folded, position, "0") is not None


def _in_units(source: Source, position: int, names: frozenset[str]) -> bool:
    found = units.unit_at(source.text, source.folded, position, "0")
    return found is not None and found[0] in names


def value_of(amount: Amount, unit: str, power: int = 0) -> str | None:
    values = [units.decimal(number.raw, unit) for number in amount.numbers]
    if None in values:
        return None
    shifted = [units.shift(value or "", power) for value in values]
    return "-".join(shifted)
