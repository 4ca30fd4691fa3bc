"""Whether a text supports a fact that it does not state in the same words, by kind of fact."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from apps.ai.text.facts import (
    countries,
    durations,
    letter_codes,
    lexicon,
    one_or_two,
    strengths,
    told_apart,
    understood,
    units,
)
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
        (
            fact.value + "+" in evidence.numbers
            and not strengths.has_unit(evidence, fact.value, _OTHER_AGE[fact.unit])
        )
        or (fact.value == "0" and _BIRTH.search(evidence.folded))
    ):
        return True
    if fact.unit in _UNDERSTOOD and set(RANGE.split(fact.value)) <= evidence.bare:
        return True
    if understood.has_unit(evidence.folded, fact.value, fact.unit):
        return True
    if "/" in fact.unit:
        return _ratio(evidence, fact)
    if (
        _is_written_shortly(evidence, fact)
        or _lasts(evidence, fact)
        or (fact.value == "1" and understood.is_each(evidence.folded, fact.unit))
    ):
        return True
    if fact.unit == "cfu" and fact.value in evidence.numbers and _COLONIES.search(evidence.folded):
        return True  # the unit is the name of the attribute
    if strengths.is_added(evidence, fact):
        return True
    base = units.base(fact.value, fact.unit)
    return (
        base in evidence.lengths
        or base in evidence.ends
        or base in evidence.rated
        or _both_ends(evidence, fact)
    )


def _is_written_shortly(evidence: Evidence, fact: Fact) -> bool:
    """«6M» on a jar, «SPF 50+», «в сутки» for «за 24 часа»."""
    if fact.unit == "m" and fact.text.endswith("M") and strengths.has_unit(evidence, fact.value, "month"):
        return True
    if fact.unit == "spf" and (FactKind.QUANTITY, fact.value + "+", "spf") in evidence.keys:
        return True
    is_apart = told_apart.is_or_more(evidence.folded, fact.value, fact.unit)
    return is_apart or (fact.of == "day" and one_or_two.is_by_day(evidence.folded))


_COLONIES = re.compile(r"(?<![^\W_])(?:kob|cfu|кое)(?![^\W_])")


def _lasts(evidence: Evidence, fact: Fact) -> bool:
    """«2 года» is stated by «24 месяца», «6 месяцев» by «6. aydan»."""
    amount = durations.of(fact.value, fact.unit)
    if not amount:
        return False
    ends = {(end,) for end in amount}  # «полчаса-час»
    if {amount, durations.in_days(amount)} & evidence.durations or ends <= evidence.durations:
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
_BETWEEN = r"(?:- )? ?(?:-|/|to|and|or|ile|ila|ve|veya|ya da|и|до|по|или|\()\s?\+?"


def _ratio(evidence: Evidence, fact: Fact) -> bool:
    """«250 мг/5 мл» is stated by «в 5 мл 250 мг»."""
    numerator, _, denominator = fact.unit.partition("/")
    amount, unit = split_amount(denominator)
    if strengths.is_share(evidence, fact):
        return True
    if amount == "1" and understood.is_rated(evidence.folded, unit):
        return _quantity(evidence, replace(fact, unit=numerator)) or (
            (FactKind.QUANTITY, *units.base(fact.value, numerator)) in evidence.keys
        )
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
    if fact.value in evidence.alternatives and strengths.has_unit(evidence, high, fact.unit):
        return True  # «bir ila iki hafta»
    return all((FactKind.QUANTITY, *units.base(end, fact.unit)) in evidence.keys for end in (low, high))


def _count(evidence: Evidence, fact: Fact) -> bool:
    numbers = evidence.counts.keys() | evidence.numbers
    if one_or_two.is_stated(evidence.folded, fact) or (
        understood.is_whole_pack(evidence.folded, fact.value, fact.unit, numbers)
    ):
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
    if fact.unit == "times":
        return one_or_two.happens(evidence.folded, fact.value, evidence.counts)
    if fact.unit in _STRICT_NOUNS:
        return False
    if fact.unit in units.DOSAGE_FORMS:
        conflict = evidence.forms & units.DOSAGE_FORMS - {fact.unit}
        is_told = "" in nouns or fact.value in evidence.numbers | evidence.packs
        return is_told and (not conflict or fact.unit in evidence.forms)
    if fact.unit == "pack" and nouns & units.DOSAGE_FORMS:
        return True  # "tablets, 15 pack"
    is_piece = "" in nouns or (fact.unit == "" and nouns - _STRICT_NOUNS)
    return bool(is_piece) or fact.value in evidence.numbers | evidence.packs


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
    if dash and ({low, high} <= known | evidence.counts.keys() or fact.value in evidence.alternatives):
        return True  # sizes 46, 48, 50 are «46–50»
    if any(
        (FactKind.QUANTITY, *units.base(value, unit)) in evidence.keys
        for unit in (*TIMES, *_SCALES)
        for value in (fact.value, fact.value + "+")
    ):
        return True  # «минут за 20», «SPF не ниже 30» of "SPF 30+"
    if fact.value.endswith("+"):
        written = re.search(rf"(?<!\d){re.escape(fact.value)}(?!\d)", evidence.text)  # «4+ No 9-16 Kg»
        years = fact.value[:-1]
        is_age = any((FactKind.QUANTITY, years, unit) in evidence.keys for unit in _OTHER_AGE)
        return bool(written) or is_age or understood.is_from_age(evidence.folded, years)
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
    known = materials | {lexicon.IMPLIES.get(one, "-") for one in materials}
    if not materials or not fact.of or not known.isdisjoint({"", fact.of}):
        return bool(materials)
    return strengths.is_of_a_kind(evidence, fact, materials)


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


def _country(evidence: Evidence, fact: Fact) -> bool:
    return fact.value in evidence.origins or countries.is_of_country(evidence.folded, fact.value)


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
