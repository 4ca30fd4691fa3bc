"""Numbers with a unit, a counting noun, a percent sign or a sign before them."""

import re

from apps.ai.text.facts import units
from apps.ai.text.facts.reading.amounts import Amount, amounts_at, value_of
from apps.ai.text.facts.reading.codes import bare
from apps.ai.text.facts.reading.days import is_a_day
from apps.ai.text.facts.reading.degrees import celsius_at, is_frost, is_kept_below
from apps.ai.text.facts.reading.numbers import PLUS, is_inch_mark, number_at
from apps.ai.text.facts.reading.percents import percentage
from apps.ai.text.facts.reading.source import SPACE, FactKind, Reading, Source

_COUNT_SIGN = re.compile(r"(?:№|#|(?<![^\W_])(?:no|nr|n|x|х))[.:]?[ \u00a0]?$")

#: «No 9-16 Kg» is a weight.
_MEASURED_RANGE = re.compile(r"-\d{1,4} ?(?:kg|кг|cm|см|ay|yaş|мес|лет)")
_PREFIX_UNIT = re.compile(r"(?<![^\W_])(?:(?P<spf>spf|спф|сзф)|(?P<ph>ph))[ \u00a0:-]{0,2}$")


_PER = re.compile(rf"{SPACE}?/{SPACE}?")

_PER_WORD = re.compile(rf"{SPACE}(?:в|на|per|in){SPACE}(?=\d)")

_NOTEBOOK = re.compile(r"тетрад|блок|альбом|ежедневник|стикер")

_STORAGE = re.compile(r"ssd|hdd|nvme|диск|disk|накопител|bellek|usb|ноутбук|laptop|gb|гб|ram")

_SPREAD_UNITS = frozenset({"mg", "mcg", "g", "iu", "ml", "kg", "gb"})

# «12V-15», «20V-MAX»: what looks like a unit is a part of a model's name.
_MODEL_TAIL = re.compile(r"-(?:\d{1,4}(?![\d.,]*[ \u00a0]?[^\W_])|max(?![^\W_]))")

# What is stated per so much of something; «80 мл/100 г» is no ratio but two ways to say one thing.
_RATED = frozenset({"mass", "iu", "kcal", "kj", "mmol", "cfu"})


def measure_at(source: Source, start: int) -> Reading:
    """A number, range or list with its unit, noun or percent sign."""
    first = number_at(source, start)
    if first is None:
        return [], start + 1
    if found := _prefixed(source, Amount(start, (first,))):
        return found
    for amount in amounts_at(source, start, first):
        if found := _measured(source, amount):
            return found
    return bare(source, start, first)


def _measured(source: Source, amount: Amount) -> Reading | None:
    """The facts of an amount that has a unit, a counting noun, a percent sign or a prefix; None when it has
    none.
    """
    if found := percentage(source, amount):
        return found
    power, end = units.multiplier_at(source.folded, amount.end) or (0, amount.end)
    if found := _quantity(source, amount, power, end):
        return found
    if found := _count(source, amount, power, end) or _of_a_time(source, amount):
        return found
    if amount.joint != "-":
        return _scaled(source, amount, power, end) if power else None
    value = value_of(amount, "")
    if value is None or _continues(source.folded, amount.end):
        return None
    return [source.fact(FactKind.NUMBER, value, span=(amount.start, amount.end))], amount.end


#: "on day 1", "in months 1-6": the unit stands before its number.
_TIME_BEFORE = re.compile(
    r"(?<![^\W_])(?<!a )(?<!per )(?<!each )(?<!every )(day|week|month|year)s?[ \u00a0]$"
)


def _of_a_time(source: Source, amount: Amount) -> Reading | None:
    unit = _TIME_BEFORE.search(source.folded, max(0, amount.start - 14), amount.start)
    value = value_of(amount, "") if unit and not _continues(source.folded, amount.end) else None
    if unit is None or value is None:
        return None
    span = (amount.start, amount.end)
    return [source.fact(FactKind.QUANTITY, value, unit[1], span=span)], amount.end


def _scaled(source: Source, amount: Amount, power: int, end: int) -> Reading | None:
    value = value_of(amount, "", power)
    return None if value is None else ([source.fact(FactKind.NUMBER, value, span=(amount.start, end))], end)


def _continues(folded: str, position: int) -> bool:
    """Whether letters follow directly, as in a code."""
    following = folded[position : position + 2].removeprefix("-")
    return bool(following) and following[0].isalpha() and "a" <= following[0] <= "z"


def _prefixed(source: Source, amount: Amount) -> Reading | None:
    """«SPF 50+», «pH 5,5», «№30», «x3»."""
    folded = source.folded
    window = max(0, amount.start - 8)
    value = value_of(amount, "")
    if value is None:
        return None
    if match := _PREFIX_UNIT.search(folded, window, amount.start):
        unit = "spf" if match["spf"] else "ph"
        plus = PLUS.match(folded, amount.end)
        end = plus.end() if plus and unit == "spf" else amount.end
        value += "+" if end > amount.end else ""
        return [source.fact(FactKind.QUANTITY, value, unit, span=(match.start(), end))], end
    if _continues(folded, amount.end):
        return None
    sign = _COUNT_SIGN.search(folded, window, amount.start)
    if (
        sign is None
        or _MEASURED_RANGE.match(folded, amount.end)
        or _has_unit(source, amount.end)
        or "." in value
    ):
        return None
    noun = units.count_at(folded, amount.end) or ("", amount.end)
    if noun[0] == "sachet" and folded[: noun[1]].endswith("пак"):
        noun = ("", noun[1])  # «таб. N100 пак.» is a hundred tablets in a bag
    return [source.fact(FactKind.COUNT, value, noun[0], span=(sign.start(), noun[1]))], noun[1]


def _has_unit(source: Source, position: int) -> bool:
    return units.unit_at(source.text, source.folded, position, "0") is not None


def _quantity(source: Source, amount: Amount, power: int, position: int) -> Reading | None:
    found = _unit_at(source, amount, position)
    if found is None or _is_of_pieces(found[0], amount) or _NO_UNIT.match(source.folded, amount.end):
        return None
    unit, end = found
    if end - amount.end == 1 and _MODEL_TAIL.match(source.folded, end):
        return None
    if amount.joint == "+" and unit not in _SPREAD_UNITS:
        return None
    if not _TIMES_BEFORE.search(source.folded, max(0, amount.start - 4), amount.start):
        unit, end = _per(source, unit, end)
    values = [units.decimal(number.raw, unit) for number in amount.numbers]
    if None in values or _is_year(values, unit):
        return None
    starts = [amount.start, *(number.end - len(number.raw) for number in amount.numbers[1:])]
    signs = [_sign(source, start, unit, second=start != amount.start) for start in starts]
    if amount.joint == "" and not signs[0] and is_frost(source.folded, amount.start, end, unit):
        signs, starts = ["-"], [amount.start]
    signed = [sign + units.shift(value or "", power) for sign, value in zip(signs, values, strict=True)]
    if amount.joint == "-":
        signed = ["-".join(signed)]
    begins = amount.start - (len(signs[0]) if source.folded[amount.start - 1] == "-" else 0)
    span = (begins, end)
    of = "day" if unit == "h" and amount.joint == "" and is_a_day(source, amount, end) else ""
    return [source.fact(FactKind.QUANTITY, value, unit, span=span, of=of) for value in signed], end


def _is_of_pieces(unit: str, amount: Amount) -> bool:
    """Whether carats are pieces: "30 ct"."""
    raw = amount.numbers[-1].raw
    return unit == "carat" and raw.isdecimal() and int(raw) >= _FEWEST_PIECES


_FEWEST_PIECES = 10
#: «30 дневных порций» are no thirty days, "REF 4120 L beden" no litres.
_NO_UNIT = re.compile(r"[ \u00a0](?:(?:дневн|суточн)\w{2,3} (?:порц|доз|норм)|[lm] (?:beden|size))")
#: «3x5 ml/gün»: so often a day, and not 5 ml a day.
_TIMES_BEFORE = re.compile(r"\d ?[xх] ?$")


def _unit_at(source: Source, amount: Amount, position: int) -> tuple[str, int] | None:
    """The unit after an amount, with the units that only the rest of the text tells from others."""
    folded = source.folded
    value = amount.numbers[-1].raw.replace(",", ".")
    if is_inch_mark(folded, position):
        return "inch", position + 1
    plus = PLUS.match(folded, position)
    if (
        plus
        and (aged := units.unit_at(source.text, folded, plus.end(), value))
        and aged[0] in {"year", "month"}
    ):
        return aged
    found = units.unit_at(source.text, folded, position, value)
    if found is None:
        return _terabytes(source, position, value) or celsius_at(source, amount.start, position)
    if (
        found[0] == "g"
        and folded[found[1] - 1] == "г"
        and _YEARS.search(folded, max(0, amount.start - 30), amount.start)
    ):
        return "year", found[1]
    if found[0] == "g" and is_kept_below(folded, amount.start):
        return "celsius", found[1]
    if found[0] == "m" and folded[found[1] : found[1] + 1] == "+":
        return "month", found[1]  # "12m+" on a toy
    if found[0] == "l" and _AGED.search(folded, max(0, amount.start - 12), amount.start):
        return "year", found[1]  # «детям старше 14 л.»
    window = slice(max(0, amount.start - 80), position + 80)
    if found[0] == "tb" and not _STORAGE.search(folded[window]):
        return None
    if found[0] == "l" and value.isdigit() and len(value) > 1 and _NOTEBOOK.search(folded[window]):
        return None
    return found


#: «Срок годн. 3 г.», «возраст 1,5–2 г.»
_YEARS = re.compile(
    r"(?:годн\w*|год|срок\w*|годен|возраст\w*|гарант\w*|хранени\w*|старше|младше|службы)"
    r"[ .:,-]{1,3}(?:(?:от|до|с|не более) )?$"
)
_AGED = re.compile(r"(?:старше|младше|моложе|детям (?:до|с|от)) $")
_TB = re.compile(rf"{SPACE}?tb(?![^\W_])")


def _terabytes(source: Source, position: int, value: str) -> tuple[str, int] | None:
    """«1 TB» beside storage words is a terabyte; «30 tb» in Turkish is tablets."""
    match = _TB.match(source.folded, position)
    if match is None or not source.text[match.end() - 1].isupper() or len(value) > 2:
        return None
    window = source.folded[max(0, position - 80) : position + 80]
    return ("tb", match.end()) if _STORAGE.search(window) else None


def _is_year(values: list[str | None], unit: str) -> bool:
    return unit == "g" and all(v is not None and len(v) == 4 and v[:2] in {"19", "20"} for v in values)


def _sign(source: Source, start: int, unit: str, *, second: bool) -> str:
    """The minus of a temperature or of dioptres; a dash between two numbers is none."""
    if unit not in {"celsius", "dpt", "degree"} or start == 0 or source.folded[start - 1] != "-":
        return ""
    before = source.folded[max(0, start - 2) : start - 1]
    return "" if before.isalnum() or (second and not before.isspace()) else "-"


def _per(source: Source, unit: str, position: int) -> tuple[str, int]:
    """The denominator: «мг/мл», «mg/5 ml», «мкг/доза», «100 мг в 5 мл»."""
    folded = source.folded
    sign = _PER.match(folded, position)
    worded = None if sign else _PER_WORD.match(folded, position)
    sign = sign or worded
    if sign is None:
        return unit, position
    number = number_at(source, sign.end())
    if number and not worded and units.UNITS[unit].dimension not in _RATED:
        return unit, position
    after = number.end if number else sign.end()
    found = units.unit_at(source.text, folded, after, "0")
    if found is None:
        found = None if worded else _per_dose(folded, after)
    if found is None or (worded and units.UNITS[found[0]].dimension not in {"mass", "volume"}):
        return unit, position
    if found[0] == unit or (number and found[0] in {"kcal", "kj", "iu"}):
        return unit, position  # «9 ккал / 38 кДж», «10 мкг/400 МЕ» is the same twice
    amount = (units.decimal(number.raw, found[0]) or "") if number else "1"
    return f"{unit}/{'' if amount == '1' else amount}{found[0]}", found[1]


def _per_dose(folded: str, position: int) -> tuple[str, int] | None:
    found = units.count_at(folded, position)
    return found if found and found[0] else None


def _count(source: Source, amount: Amount, power: int, position: int) -> Reading | None:
    found = units.count_at(source.folded, position)
    if found is None:
        return _sheets(source, amount)
    noun, end = found
    if _SINGLE.search(source.folded, amount.end, end) and not _counts_one(amount):
        return None
    if amount.joint == "+" and noun:
        return None
    value = value_of(amount, "", power)
    if value is None or amount.joint == "+":
        return None
    return [source.fact(FactKind.COUNT, value, noun, span=(amount.start, end))], end


#: Behind a number only where it ends in one: «старше 65 доза обычная», «21 таблетка».
_SINGLE = re.compile(r"[ \u00a0](?:таблетка|доза|капля|пара|капсула|ампула|упаковка|пачка|штука)$")


def _counts_one(amount: Amount) -> bool:
    raw = amount.numbers[-1].raw
    return raw.endswith("1") and not raw.endswith("11")


_SHEETS = re.compile(rf"{SPACE}?л(?![^\W_])")


def _sheets(source: Source, amount: Amount) -> Reading | None:
    """«Тетрадь 48 л.» has sheets, not litres."""
    match = _SHEETS.match(source.folded, amount.end)
    value = value_of(amount, "")
    if match is None or value is None or amount.joint:
        return None
    return [source.fact(FactKind.COUNT, value, "sheet", span=(amount.start, match.end()))], match.end()
