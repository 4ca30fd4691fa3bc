"""Numbers as they are written: decimals, thousands, simple fractions, inch marks."""

import re
from dataclasses import dataclass

from apps.ai.text.facts import units
from apps.ai.text.facts.reading.source import Source


@dataclass(frozen=True, slots=True)
class Number:
    raw: str
    end: int


_PLAIN_NUMBER = re.compile(r"\d+(?:[.,]\d+)*[½¼¾]?|[½¼¾]")

_HARD_GROUPS = re.compile(r"\d{1,3}(?:[\u00a0\u202f\u2009]\d{3}){1,4}(?!\d)(?:[.,]\d{1,2}(?!\d))?")

_SOFT_GROUPS = re.compile(r"\d{1,3}(?: \d{3}){1,4}(?!\d)(?:,\d{1,2}(?!\d))?")

_SIMPLE_FRACTION = re.compile(r"(?:1/2|1/4|3/4)(?![\d/.,-])")

_FRACTIONS = {"1/2": "0.5", "1/4": "0.25", "3/4": "0.75"}

# «3+», «SPF 50+»; not the plus of «3+1».
PLUS = re.compile(r"\+(?![\d+])")
_MEMORY = frozenset({"gb", "mb", "tb", "kb"})


def number_at(source: Source, position: int) -> Number | None:
    """The number that begins at ``position``, with groups of thousands divided by spaces."""
    folded = source.folded
    if match := _SIMPLE_FRACTION.match(folded, position):
        return Number(_FRACTIONS[match[0]], match.end())
    if match := _HARD_GROUPS.match(folded, position):
        return Number(match[0], match.end())
    match = _SOFT_GROUPS.match(folded, position)
    if match and _is_one_number(source, match):
        return Number(match[0], match.end())
    match = _PLAIN_NUMBER.match(folded, position)
    return Number(match[0], match.end()) if match else None


def _is_one_number(source: Source, match: re.Match[str]) -> bool:
    """Whether «15 128» is fifteen thousand or two numbers: not after a Latin word, not before gigabytes."""
    if match[0].split(" ")[1].startswith("0"):
        return True
    before = source.folded[max(0, match.start() - 2) : match.start()].strip()
    if before and ("a" <= before[-1] <= "z" or before[-1] in "№#%-"):
        return False
    unit = units.unit_at(source.text, source.folded, match.end(), "0")
    return unit is not None and unit[0] not in _MEMORY


def is_inch_mark(folded: str, position: int) -> bool:
    """A double quote after a digit is an inch mark when no quotation is open before it on the line."""
    if folded[position : position + 1] != '"':
        return False
    line = folded.rfind("\n", max(0, position - 200), position) + 1
    return folded.count('"', max(line, position - 200), position) % 2 == 0
