"""Which side of a figure is meant, by the words around it: «не более», «старше», "at least"."""

from __future__ import annotations

import re

from apps.ai.text.meaning.reading import Unit

_UNDER = re.compile(
    r"(?:\bдо|младше|моложе|\bменее|\bниже|\bнет|не достиг\w*|under|below|less than|younger than|легче)\s?(?:\w+\s)?$"
)
_OVER = re.compile(
    r"(?:старше|\bс|\bот|\bболее|\bсвыше|после\b|достиг\w*|over|above|from|older than|aged|\bиз)\s?(?:\w+\s)?$"
)
_UNDER_BEHIND = re.compile(r"^\W*(?:\w+\s)?(?:kucuk|alt|oncesi|once|and under|or younger|и младше)")
_OVER_BEHIND = re.compile(
    r"^\W*(?:ve |and |of age |и )?(?:ustu|uzeri|buyuk|older|over|or older|above|старше|ve ustu|itibaren|baslayarak)"
)
_NEXT_AGE = re.compile(r"\W*(?:и|или|and|or)\s\w+\s\d")
_AT_MOST = re.compile(
    r"не (?:более|больше|дольше|выше|превыша\w*|свыше|позд\w+)|максим\w*|наибольш\w*|предел\w*|"
    r"ограничен\w*|самое больш\w*|"
    r"\bma(?:x|ks?)\b\.?|en fazla|azami|\basm\w+|\basil\w+|gecme\w*|"
    r"no more|not more|maximum|up to|not exceed|do not take more"
)
_AT_LEAST = re.compile(
    r"не (?:менее|меньше|ранее|раньше)|минимум|хотя бы|как минимум|по меньшей|en az|at least|minimum"
)


def around(unit: Unit, first: int, last: int) -> tuple[str, str]:
    """What stands shortly before and behind words."""
    start, end = unit.tokens[first].start - unit.start, unit.tokens[last].end - unit.start
    before, behind = unit.folded[max(0, start - 40) : start], unit.folded[end : end + 40]
    return before, behind


def age_bound(unit: Unit, first: int, last: int) -> str:
    """Which side of an age is meant: "under", "over", or as of any amount."""
    before, behind = around(unit, first, last)
    if unit.tokens[last].small.isdigit() and _NEXT_AGE.match(behind):
        behind = ""  # «младше 18 и старше 65 лет»
    if _UNDER_BEHIND.search(behind):
        return "under"
    if _OVER_BEHIND.search(behind):
        return "over"
    if _UNDER.search(before):
        return "under"
    return "over" if _OVER.search(before) else bound_of(unit, first, last)


def bound_of(unit: Unit, first: int, last: int) -> str:
    """Whether an amount is the "most", the "least", or neither ("")."""
    before, behind = around(unit, first, last)
    if _AT_LEAST.search(before[-25:]):
        return "least"
    return "most" if _AT_MOST.search(before[-25:]) or _AT_MOST.match(behind.strip()) else ""


def is_heat(unit: Unit, number: int) -> bool:
    """Whether a number is of degrees that are called «гр.»: «не выше 25 гр.»."""
    tokens = unit.tokens
    is_warm = number > 0 and tokens[number - 1].small in _WARMER
    return is_warm and number + 1 < len(tokens) and tokens[number + 1].small == "гр"


_WARMER = frozenset("выше ниже температуре температура".split())
