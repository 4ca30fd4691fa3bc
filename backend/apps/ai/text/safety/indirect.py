"""Orders to the shop's system that order nothing: a settled matter, a wish, a rule of quality, a note to a colleague.

«Уровень уверенности согласован», "a good listing has no warnings", «prospektüs ne derse desin». No word of them is an
imperative, so the parts of an order (`orders`) don't show them; the turns of phrase are few, and no text about goods
has a use for them. What doctors and patients are told is never one.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

from apps.ai.text.language.phrases import Phrases
from apps.ai.text.safety.order_parts import Part

_PHRASES: dict[str, list[str]] = tomllib.loads(
    Path(__file__).with_name("indirect_phrases.toml").read_text(encoding="utf-8")
)
_ALWAYS = Phrases(_PHRASES["always"])
_TEXT = Part.WORK | Part.WRITTEN
_BODIES = Part.LIFE | Part.GOODS
#: Phrases; of which parts one must stand beside them, 0 for none; of which parts none may.
_GROUPS: tuple[tuple[Phrases, int, int], ...] = (
    (Phrases(_PHRASES["anywhere"]), 0, 0),
    (Phrases(_PHRASES["with_text"]), _TEXT, Part.BUYER),
    (Phrases(_PHRASES["with_fact"]), _TEXT | Part.FIELD | Part.LIFE | Part.TEXT, 0),
    (Phrases(_PHRASES["of_facts"]), Part.FIELD, _BODIES | Part.BUYER),
    (Phrases(_PHRASES["of_records"]), _TEXT | Part.TEXT, _BODIES | Part.BUYER),
)


def is_meant(folded: str, held: int) -> bool:
    """Whether a folded sentence whose words are together `held` means an order to the system. Linear."""
    if _ALWAYS.search(folded) is not None:
        return True
    if held & Part.PATIENT:
        return False
    return any(
        phrases.search(folded) is not None
        for phrases, beside, never in _GROUPS
        if (not beside or held & beside) and not held & never
    )


_SHOP, _CARD, _TOLD = (Phrases(_PHRASES[name]) for name in ("shop", "card", "told"))
_NO_SHOP_TALK = Part.MACHINE | Part.YOU


def is_shop_talk(folded: str, held: int) -> bool:
    """Whether a folded sentence asks buyers about reviews, deliveries, codes: «Отзывы проходят модерацию»."""
    return not held & _NO_SHOP_TALK and _SHOP.search(folded) is not None and _CARD.search(folded) is None


def is_told(folded: str, held: int) -> bool:
    """Whether a folded sentence tells what is in a book or a game, or asks for an exercise."""
    return not held & Part.YOU and _TOLD.search(folded) is not None and _CARD.search(folded) is None
