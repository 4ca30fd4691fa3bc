"""Percents of a solution and the same strength in milligrams: a hundredth of a millilitre or gram is ten of them."""

import re

from apps.ai.text.facts import lexicon, units
from apps.ai.text.facts.evidence import Evidence, key
from apps.ai.text.facts.reading.source import Fact, FactKind

_OF_ONE = ("mg/ml", "mg/g")


def is_share(evidence: Evidence, fact: Fact) -> bool:
    """«1 мг/мл» is stated by «0,1 %»."""
    return fact.unit in _OF_ONE and units.shift(fact.value, -1) in evidence.shares


def is_dissolved(evidence: Evidence, share: str) -> bool:
    """«5 %» is stated by "50 mg/ml"."""
    strength = units.shift(share, 1)
    return any(key(Fact(FactKind.QUANTITY, strength, unit)) in evidence.keys for unit in _OF_ONE)


def is_of_a_kind(evidence: Evidence, fact: Fact, materials: set[str]) -> bool:
    """«70 % шерсти мериноса» of "70% merino wool": the share of the kind is that of the whole."""
    akin = {lexicon.IMPLIES.get(fact.of)} | {
        name for name, whole in lexicon.IMPLIES.items() if whole == fact.of
    }
    return fact.of in evidence.materials and bool(akin & materials)


#: Of these the strengths of a combination leave the unit out: «250+125».
_ADDED_UP = frozenset({"mg", "mcg", "g", "iu"})
_NUMBER = r"\d{1,5}(?:[.,]\d{1,3})?"


def is_added(evidence: Evidence, fact: Fact) -> bool:
    """«250 мг + 125 мг» is stated by «250+125», «500 мг» by «500, 850 мг»: the neighbour has the unit somewhere.

    Strengths in a list are of one order: in «30, 500 мг» the first is a number of pieces.
    """
    if fact.unit not in _ADDED_UP:
        return False
    number = re.escape(fact.value)
    beside = re.compile(
        rf"(?<![\d.,+]){number} ?([+,/;]) ?({_NUMBER})|({_NUMBER}) ?\+ ?{number}(?!\d|[.,]\d)"
    )
    written = evidence.folded.replace(",", ".") if "." in fact.value else evidence.folded
    return any(
        has_unit(evidence, behind or before, fact.unit)
        and (
            joint in {"", "+"}
            or 1 / _ONE_ORDER <= float(fact.value) / float(behind.replace(",", ".")) <= _ONE_ORDER
        )
        for joint, behind, before in beside.findall(written)
        if behind.strip("0.,") or before
    )


_ONE_ORDER = 10


def has_unit(evidence: Evidence, value: str, unit: str) -> bool:
    return (FactKind.QUANTITY, *units.base(value.replace(",", "."), unit)) in evidence.keys
