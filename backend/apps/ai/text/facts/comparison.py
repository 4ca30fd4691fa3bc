"""Whether a text supports a fact that it does not state in the same words, by kind of fact."""

import re
from collections import Counter
from collections.abc import Callable

from apps.ai.text.facts import durations, letter_codes, lexicon, strengths, understood, units
from apps.ai.text.facts.evidence import RANGE, TIMES, Evidence, split_amount
from apps.ai.text.facts.reading.source import Fact, FactKind

# A pair is two pieces, and «3 раза в день» counts no pieces at all: these counts never pass for pieces.
_STRICT_NOUNS = frozenset({"pair", "times"})
_BIRTH = re.compile(r"рожден|новорожд|newborn|birth|yenidoğan|doğum")
#: «3+» is one or the other, and the text may tell elsewhere which.
_OTHER_AGE = {"year": "month", "month": "year"}
#: Units that people leave out: «до 18», «t до +25», «ширина 80».
_UNDERSTOOD = frozenset({"year", "celsius", "degree", "cm"})


def _quantity(evidence: Evidence, fact: Fact) -> bool:
    if fact.unit in _OTHER_AGE and (
        (fact.value + "+" in evidence.numbers and not _has_unit(evidence, fact.value, _OTHER_AGE[fact.unit]))
        or (fact.value == "0" and _BIRTH.search(evidence.folded))
    ):
        return True
    if fact.unit in _UNDERSTOOD and set(RANGE.split(fact.value)) <= evidence.bare:
        return True
    if understood.has_unit(evidence.folded, fact.value, fact.unit):
        return True
    if "/" in fact.unit:
        return _ratio(evidence, fact)
    if fact.unit == "spf" and (FactKind.QUANTITY, fact.value + "+", "spf") in evidence.keys:
        return True
    if _lasts(evidence, fact) or (fact.value == "1" and understood.is_each(evidence.folded, fact.unit)):
        return True
    if fact.unit == "cfu" and fact.value in evidence.numbers and _COLONIES.search(evidence.folded):
        return True  # the unit is the name of the attribute
    if fact.unit in _ADDED_UP and _is_added(evidence, fact):
        return True
    base = units.base(fact.value, fact.unit)
    return (
        base in evidence.lengths
        or base in evidence.ends
        or base in evidence.rated
        or _both_ends(evidence, fact)
    )


_COLONIES = re.compile(r"(?<![^\W_])(?:kob|cfu|кое)(?![^\W_])")
#: Of these the strengths of a combination leave the unit out: «250+125».
_ADDED_UP = frozenset({"mg", "mcg", "g", "iu"})
_NUMBER = r"\d{1,5}(?:[.,]\d{1,3})?"


def _is_added(evidence: Evidence, fact: Fact) -> bool:
    """«250 мг + 125 мг» is stated by «250+125», «500 мг» by «500, 850 мг»: the neighbour has the unit somewhere.

    Strengths in a list are of one order: in «30, 500 мг» the first is a number of pieces.
    """
    number = re.escape(fact.value)
    beside = re.compile(
        rf"(?<![\d.,+]){number} ?([+,/;]) ?({_NUMBER})|({_NUMBER}) ?\+ ?{number}(?!\d|[.,]\d)"
    )
    written = evidence.folded.replace(",", ".") if "." in fact.value else evidence.folded
    return any(
        _has_unit(evidence, behind or before, fact.unit)
        and (
            joint in {"", "+"}
            or 1 / _ONE_ORDER <= float(fact.value) / float(behind.replace(",", ".")) <= _ONE_ORDER
        )
        for joint, behind, before in beside.findall(written)
        if behind.strip("0.,") or before
    )


_ONE_ORDER = 10


def _has_unit(evidence: Evidence, value: str, unit: str) -> bool:
    return (FactKind.QUANTITY, *units.base(value.replace(",", "."), unit)) in evidence.keys


def _lasts(evidence: Evidence, fact: Fact) -> bool:
    """«2 года» is stated by «24 месяца», «6 месяцев» by «6. aydan»."""
    amount = durations.of(fact.value, fact.unit)
    if not amount:
        return False
    if {amount, durations.in_days(amount)} & evidence.durations:
        return True
    said = [(fact.value, fact.unit)]
    if amount[-1].endswith(" m") and fact.unit == "year":
        said.append((amount[-1].removesuffix(" m"), "month"))  # «с полугода» of «6. aydan»
    return any(
        re.search(rf"(?<![\d.,]){re.escape(value)}{_WRITTEN_TIMES[unit]}", evidence.folded)
        for value, unit in said
        if unit in _WRITTEN_TIMES
    )


#: How a number is written for so much time without a unit: «6. aydan itibaren», «6M» on a jar.
_WRITTEN_TIMES = {
    "month": r"(?:\. ?ay| ?m(?![^\W_]))",
    "year": r"\. ?yaş",
    "week": r"\. ?hafta",
    "day": r"\. ?gün",
}
#: What stands between the ends of a range that are written apart.
_BETWEEN = r" ?(?:-|/|to|and|or|ile|ila|ve|veya|ya da|и|до|по|или|\()\s?\+?"


def _ratio(evidence: Evidence, fact: Fact) -> bool:
    """«250 мг/5 мл» is stated by «в 5 мл 250 мг»."""
    numerator, _, denominator = fact.unit.partition("/")
    amount, unit = split_amount(denominator)
    if strengths.is_share(evidence, fact):
        return True
    if unit == "dose" and amount == "1" and understood.is_in_doses(evidence.folded):
        return (FactKind.QUANTITY, *units.base(fact.value, numerator)) in evidence.keys
    if (FactKind.QUANTITY, *units.base(fact.value, numerator)) not in evidence.keys:
        return False
    return (FactKind.QUANTITY, *units.base(amount, unit)) in evidence.keys or (
        amount == "1"
        and (unit in evidence.forms & units.DOSAGE_FORMS or (FactKind.COUNT, "1", unit, "") in evidence.keys)
    )


def _both_ends(evidence: Evidence, fact: Fact) -> bool:
    """«15-30 см» is stated by «15 см» and «30 см»."""
    low, dash, high = fact.value.partition("-")
    if not dash or not low or not high:
        return False
    if (FactKind.QUANTITY, *units.base(high, fact.unit)) in evidence.keys and re.search(
        rf"(?<![\d.,]){re.escape(low)}{_BETWEEN}{re.escape(high)}(?!\d)", evidence.folded.replace(",", ".")
    ):
        return True  # "2 to 3 days", «120(160) см», «с 1 по 14 день»
    return all((FactKind.QUANTITY, *units.base(end, fact.unit)) in evidence.keys for end in (low, high))


#: «однократно» is stated by "a single dose".
_ONE_DOSE = re.compile(
    r"\btek doz|\bsingle[- ]dose|\bодн\w+ доз|\bразов\w+ при[её]м|\btek seferlik|\bone-off"
)


def _count(evidence: Evidence, fact: Fact) -> bool:
    if fact.unit == "times" and fact.value == "1" and _ONE_DOSE.search(evidence.folded):
        return True
    nouns = evidence.counts.get(fact.value, set())
    if "-" in fact.value and (_counted_ends(evidence, fact) or fact.value in evidence.alternatives):
        return True
    if any(
        fact.value in RANGE.split(known) and fact.unit in evidence.counts[known] for known in evidence.counts
    ):
        return True  # «2 таблетки» of «1–2 таблетки»
    if fact.unit == "times" and ("dose" in nouns or fact.value in evidence.schemes):
        return True  # «4 doz» a day are four times
    if fact.unit == "times" and understood.happens(evidence.folded, fact.value):
        return True
    if fact.unit in _STRICT_NOUNS:
        return False
    if fact.unit in units.DOSAGE_FORMS:
        conflict = evidence.forms & units.DOSAGE_FORMS - {fact.unit}
        return bool("" in nouns or fact.value in evidence.numbers | evidence.packs) and (
            not conflict or fact.unit in evidence.forms
        )
    if fact.unit == "pack" and nouns & units.DOSAGE_FORMS:
        return True  # "tablets, 15 pack"
    if "" in nouns or (fact.unit == "" and nouns - _STRICT_NOUNS):
        return True
    return fact.value in evidence.numbers or fact.value in evidence.packs


def _counted_ends(evidence: Evidence, fact: Fact) -> bool:
    """«2–3 раза» is stated by «2 раза» and «3 раза»."""
    return all(fact.unit in evidence.counts.get(end, set()) for end in RANGE.split(fact.value))


#: Their name stands apart from the number, in another cell of a table, too.
_SCALES = ("spf", "ph")


def _number(evidence: Evidence, fact: Fact) -> bool:
    known = evidence.numbers | evidence.written_lengths | evidence.figures
    if fact.value in known:
        return True  # «глюкозамин — 750, хондроитин — 250 мг»: the unit stands once
    low, dash, high = fact.value.partition("-")
    if dash and {low, high} <= known:  # sizes 46, 48, 50 are «46–50»
        return True
    if any(
        (FactKind.QUANTITY, *units.base(value, unit)) in evidence.keys
        for unit in (*TIMES, *_SCALES)
        for value in (fact.value, fact.value + "+")
    ):
        return True  # «минут за 20», «SPF не ниже 30» of "SPF 30+"
    if fact.value.endswith("+"):
        written = re.search(rf"(?<!\d){re.escape(fact.value)}(?!\d)", evidence.text)  # «4+ No 9-16 Kg»
        return bool(written) or any(
            (FactKind.QUANTITY, fact.value[:-1], unit) in evidence.keys for unit in _OTHER_AGE
        )
    if fact.value in evidence.shares or understood.is_proportion(evidence.folded, fact.value):
        return True  # «6-процентный»
    if any("-" in counted and fact.value in RANGE.split(counted) for counted in evidence.counts):
        return True  # «1 или 2 таблетки» of «1–2 таблетки»
    parts = fact.value.split("/")
    if len(parts) > 1 and set(parts) <= evidence.numbers:
        return True  # «84/61/90»
    # «10 нажатий» is stated by «10 раз»: what no table knows may be counted so.
    return bool(evidence.counts.get(fact.value, set()) - {"pair"})


def _percent(evidence: Evidence, fact: Fact) -> bool:
    if fact.value in understood.shares(evidence.folded) or strengths.is_dissolved(evidence, fact.value):
        return True
    materials = evidence.shares.get(fact.value, set())
    return bool(materials) and (not fact.of or "" in materials)


def _code(evidence: Evidence, fact: Fact) -> bool:
    letters = fact.value.removeprefix("VITAMIN")
    is_short = letters != fact.value or len(letters) < 4
    return (
        fact.value in evidence.spaced_codes
        or (is_short and understood.is_vitamin(evidence.folded, letters.lower()))
        or letter_codes.is_vitamin_of(fact.value, evidence.folded)
        or letter_codes.is_written_over(fact.value, evidence.spaced_codes)
    )


def _dimensions(evidence: Evidence, fact: Fact) -> bool:
    sides = fact.value.split("x")
    if not fact.unit:
        measured = evidence.numbers | evidence.written_lengths
        return all(side in measured for side in sides)
    if fact.unit in _UNDERSTOOD and set(sides) <= evidence.bare:
        return True
    for side, times in Counter(sides).items():
        length = units.base(side, fact.unit)
        if evidence.measured[length] < times and not (fact.unit in _UNDERSTOOD and side in evidence.bare):
            return False
    return True


def _form(evidence: Evidence, fact: Fact) -> bool:
    if fact.value in lexicon.MADE_UP and lexicon.POWDER.search(evidence.folded):
        return True
    return fact.value in evidence.forms or lexicon.implied(evidence.folded, fact.value)


def _material(evidence: Evidence, fact: Fact) -> bool:
    return fact.value in evidence.materials or lexicon.implied(evidence.folded, fact.value)


#: Countries in Latin names of plants: «софора японская».
_OF_PLANTS = {
    "jp": "japonic",
    "cn": "sinens|chinens",
    "in": "indic",
    "eg": "aegypt",
    "us": "american",
    "gb": "anglic",
}


def _country(evidence: Evidence, fact: Fact) -> bool:
    if fact.value in evidence.origins or understood.is_town_of(evidence.folded, fact.value):
        return True
    plant = _OF_PLANTS.get(fact.value)
    return (
        plant is not None
        and re.search(rf"(?<![^\W_]){plant}[a-z]{{1,3}}(?![^\W_])", evidence.folded) is not None
    )


def _size(evidence: Evidence, fact: Fact) -> bool:
    return understood.is_size(evidence.text, fact.value)


_CHECKS: dict[FactKind, Callable[[Evidence, Fact], bool]] = {
    FactKind.QUANTITY: _quantity,
    FactKind.COUNT: _count,
    FactKind.PERCENT: _percent,
    FactKind.NUMBER: _number,
    FactKind.CODE: _code,
    FactKind.SIZE: _size,
    FactKind.DIMENSIONS: _dimensions,
    FactKind.FORM: _form,
    FactKind.MATERIAL: _material,
    FactKind.COUNTRY: _country,
}


def supports(evidence: Evidence, fact: Fact) -> bool:
    """Whether the text behind the evidence states a fact, in whatever words."""
    return evidence.states(fact) or _CHECKS[fact.kind](evidence, fact)
