"""Figures whose unit stands apart: "10 or more days", «акрил 60 шерсть 25 полиамид 15»."""

from __future__ import annotations

import re

from apps.ai.text.facts import units

_OR_MORE = (
    r" (?:or|and|и|или|ve|veya) (?:more|fewer|less|over|older|longer|более|больше|менее|меньше|старше|дольше|"
    r"daha \w+|fazla) ([^\W\d_]+)"
)


_SHARED = r"(?:,|;| ve| и| and)? (?:[^\W\d_]+ ){1,3}\d{1,3} ?([^\W\d_]+)"
_TIMES = frozenset({"min", "h", "day", "week", "month", "year"})


def is_or_more(folded: str, value: str, unit: str) -> bool:
    """«10 дней» of "10 or more days", «3 дня» of «ateşte 3, ağrıda 5 gün»."""
    number = rf"(?<![\d.,]){re.escape(value)}"
    found = re.findall(number + _OR_MORE, folded)
    if unit in _TIMES:
        found += re.findall(number + _SHARED, folded)
    return any(units.unit_name(word) == unit for word in found)


_COMPOSED = re.compile(r"(?:(?<![^\W_])[^\W\d_]{3,} \d{1,2}(?!\d|[.,]\d| ?%)[ ,;/]{0,3}){2,6}")
_WHOLE = 100


def composed(folded: str) -> frozenset[str]:
    """The shares of «акрил 60 шерсть 25 полиамид 15», which are a hundred together."""
    found: set[str] = set()
    for match in _COMPOSED.finditer(folded):
        parts = re.findall(r"\d+", match[0])
        if sum(map(int, parts)) == _WHOLE:
            found.update(parts)
    return frozenset(found)
