"""Amounts of which others are a part: «в 5 мл», "per 100 g", «1 kapsülde». They are nobody's own figure."""

from __future__ import annotations

import re

from apps.ai.text.meaning.figures import Figure, figures
from apps.ai.text.meaning.reading import Unit
from apps.ai.text.meaning.views import once

_BEFORE = re.compile(
    r"(?<![^\W_])(?:в|на|из|per|each|every|in|her|bir|каждые|каждый|порци\w+|расчете на)"
    r"(?: (?:каждые|каждых|каждом|одном|готовой|порци\w+|her))? ?[(]?$"
)
#: «5 мл готовой суспензии содержат», «1 kapsülde», «100 g'da».
_BEHIND = re.compile(r"['’]?(?:d[ae]|t[ae])(?![^\W_])|\s?(?:içinde|icinde|içerisinde)")
_DIVIDED = frozenset({"ml", "mg", "piece", "kg"})
_GRAM = 1000.0
_PARTS = frozenset({"mg", "iu", "ml", "%", "kcal"})


def is_whole(unit: Unit, figure: Figure) -> bool:
    """Whether a figure of a sentence is that in which the amounts of others are told."""
    return figure.first in _wholes(unit)


@once
def _wholes(unit: Unit) -> frozenset[int]:
    """Where such figures begin."""
    least: dict[str, float] = {}
    for figure in figures(unit):
        least[figure.unit] = min(figure.high, least.get(figure.unit, figure.high))
    parts = least.keys() & _PARTS
    return frozenset(
        figure.first
        for figure in figures(unit)
        if figure.unit in _DIVIDED
        and (parts - {figure.unit} or least[figure.unit] < figure.low)
        and (_is_behind_a_stroke(unit, figure) or _stands_for_the_whole(unit, figure))
    )


def _is_behind_a_stroke(unit: Unit, figure: Figure) -> bool:
    """«400 мг/5 мл», «400/57 мг»."""
    start = unit.tokens[figure.first].start - unit.start
    return unit.folded[max(0, start - 3) : start].rstrip()[-1:] == "/"


def _stands_for_the_whole(unit: Unit, figure: Figure) -> bool:
    if figure.unit == "mg" and figure.low < _GRAM:
        return False
    start = unit.tokens[figure.first].start - unit.start
    end = unit.tokens[figure.last].end - unit.start
    return (
        _BEFORE.search(unit.folded, max(0, start - 30), start) is not None
        or _BEHIND.match(unit.folded, end) is not None
    )
