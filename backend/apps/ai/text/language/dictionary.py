"""The Russian dictionary of pymorphy3 (OpenCorpora): what a word may be."""

from __future__ import annotations

from functools import lru_cache

from pymorphy3 import MorphAnalyzer
from pymorphy3.tagset import OpencorporaTag

from apps.ai.text.made_once import made_once


@made_once
def morphology() -> MorphAnalyzer:
    """Loaded when first asked: 0.2 s and 24 MB."""
    return MorphAnalyzer()


@lru_cache(maxsize=50_000)
def tags(small: str) -> tuple[OpencorporaTag, ...]:
    """What a word may be, the likeliest first; never empty."""
    return tuple(morphology().tag(small))
