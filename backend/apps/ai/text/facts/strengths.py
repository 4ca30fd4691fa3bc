"""Percents of a solution and the same strength in milligrams: a hundredth of a millilitre or gram is ten of them."""

from apps.ai.text.facts import units
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
