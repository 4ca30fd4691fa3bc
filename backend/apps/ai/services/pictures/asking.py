"""Whether a vision model can add something: what a shop's cards live from, and what the source says already."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from apps.ai.text import facts
from apps.ai.text.attributes import traits
from apps.ai.text.facts import FactKind
from apps.ai.text.safety import html
from apps.ai.types import ProductSnapshot

#: Letters of title, description and attributes below which a source is poor.
FEW_LETTERS = 200
EVERY_KIND = "*"
_DOSED = frozenset({"medicine", "supplement"})
_COLOURED = frozenset({"clothes", "shoes", "furniture", "tableware"})
_MEASURED = frozenset({"cosmetics", "perfume", "food", "household"})


class Look(StrEnum):
    """When a vision model is asked about a product's pictures."""

    NEVER = "never"
    POOR = "poor"
    ALWAYS = "always"


def rule_of(kind: str, rules: Mapping[str, str]) -> Look:
    """The shop's rule for a kind of goods, "" for an unknown kind."""
    return Look(rules.get(kind) or rules.get(EVERY_KIND, Look.POOR))


def reason(product: ProductSnapshot, kind: str, rule: Look) -> str:
    """Why to ask, in words; "" when not to."""
    if rule is Look.NEVER:
        return ""
    if rule is Look.ALWAYS:
        return "спрашивают всегда"
    return "; ".join(lacks(product, kind))


def lacks(product: ProductSnapshot, kind: str) -> tuple[str, ...]:
    """What the source lacks that pictures may show."""
    text = html.to_text(product.source_text)
    kinds = {fact.kind for fact in facts.extract(text)}
    found = {
        "мало текста": sum(character.isalpha() for character in text) < FEW_LETTERS,
        "нет дозировки": kind in _DOSED and FactKind.QUANTITY not in kinds,
        "нет цвета": kind in _COLOURED and not traits.values_of("colour", text),
        "нет объёма": kind in _MEASURED and not kinds & {FactKind.QUANTITY, FactKind.COUNT},
    }
    return tuple(lack for lack, holds in found.items() if holds)
