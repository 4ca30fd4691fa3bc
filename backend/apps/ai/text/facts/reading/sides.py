"""Numbers multiplied: the sides of a thing, or packs of a quantity."""

import re

from apps.ai.text.facts import units
from apps.ai.text.facts.reading.numbers import Number, is_inch_mark, number_at
from apps.ai.text.facts.reading.source import SPACE, FactKind, Reading, Source

_TIMES = re.compile(rf"{SPACE}?(?:[xх*]|(?<=[\d ])на(?= )){SPACE}?(?=[\d½])")


#: «120(160)×80»: a table and the same table unfolded.
_UNFOLDED = re.compile(rf"{SPACE}?\((\d{{2,4}})\)(?={SPACE}?[xх*])")


def sides_at(source: Source, start: int) -> Reading | None:
    """«120x200 cm», «30х30х0,2 см»; «4 x 100 г» is a count and a quantity; None when there is one number."""
    first = number_at(source, start)
    if first is None:
        return None
    numbers, measures = [first], [_length_at(source, first)]
    end = measures[0][1]
    opened = _UNFOLDED.match(source.folded, end)
    end = opened.end() if opened else end
    while len(numbers) < 4 and (sign := _TIMES.match(source.folded, end)):
        following = number_at(source, sign.end())
        if following is None:
            break
        if source.folded[sign.start() : sign.end()].strip() == "на" and not _length_at(source, following)[0]:
            break
        numbers.append(following)
        measures.append(_length_at(source, following))
        end = measures[-1][1]
    if len(numbers) == 1:
        return None
    read = _multiplied(source, start, numbers, measures)
    if read and opened:
        value, unit = units.canonical(opened[1], ""), read[0][0].unit
        kind = FactKind.QUANTITY if unit else FactKind.NUMBER
        read[0].append(source.fact(kind, value, unit, span=opened.span(1)))
    return read


def _length_at(source: Source, number: Number) -> tuple[str, int]:
    """The unit of length after a number ("" when there is none) and where the measure ends."""
    if is_inch_mark(source.folded, number.end):
        return "inch", number.end + 1
    found = units.unit_at(source.text, source.folded, number.end, "0")
    if found and (found[0] in {"inch", "px"} or units.UNITS[found[0]].dimension == "length"):
        return found
    return "", number.end


def _multiplied(
    source: Source, start: int, numbers: list[Number], measures: list[tuple[str, int]]
) -> Reading | None:
    last = numbers[-1]
    unit = measures[-1][0] or next((name for name, _ in measures if name), "")
    if not unit and _other_unit(source, last):
        return _pack(source, start, numbers[0])
    values = [units.decimal(number.raw, unit) for number in numbers]
    if None in values:
        return None
    sides = [
        _converted(value or "", name or unit, unit) for value, (name, _) in zip(values, measures, strict=True)
    ]
    end = measures[-1][1]
    return [source.fact(FactKind.DIMENSIONS, "x".join(sides), unit, span=(start, end))], end


def _converted(value: str, from_unit: str, to_unit: str) -> str:
    """A side in the unit of the whole: «2 м x 50 см» is 200x50 cm."""
    if from_unit == to_unit:
        return value
    here, there = units.UNITS[from_unit], units.UNITS[to_unit]
    return units.shift(value, here.power - there.power) if here.dimension == there.dimension else value


def _other_unit(source: Source, number: Number) -> bool:
    if units.count_at(source.folded, number.end):
        return True
    return units.unit_at(source.text, source.folded, number.end, "0") is not None


#: «günde 3 x 1 tablet», «2x1 kapsül/gün»: how often a day, and how many then.
_A_DAY_BEFORE = re.compile(r"(?<![^\W_])(?:günde|günlük|daily|день|сутки|doz[^\W_]*|доз[^\W_]*)\W{1,3}$")
_A_DAY_BEHIND = re.compile(
    rf"{SPACE}?[xх*]{SPACE}?(?:[\d.,]{{1,6}}|½){SPACE}?[^\W\d_]{{0,8}}\.?{SPACE}?"
    rf"(?:/{SPACE}?(?:gün|day|сут|день|д)|в день|в сутки|a day|daily|per day)"
)
_SHORT_BEHIND = re.compile(rf"{SPACE}?[xх*]{SPACE}?(?:[1-3]|½|1/2)(?![\d.,])")


def _pack(source: Source, start: int, first: Number) -> Reading | None:
    """«4 x 100 г»: the count now, the quantity when its turn comes."""
    value = units.decimal(first.raw)
    if value is None:
        return None
    is_scheme = _A_DAY_BEHIND.match(source.folded, first.end) or (
        _SHORT_BEHIND.match(source.folded, first.end)
        and _A_DAY_BEFORE.search(source.folded, max(0, start - 14), start)
    )
    return [
        source.fact(FactKind.COUNT, value, "times" if is_scheme else "", span=(start, first.end))
    ], first.end
