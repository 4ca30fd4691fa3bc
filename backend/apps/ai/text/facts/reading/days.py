"""«Не более 4 таблеток за 24 часа», "in 24 hours": a day, as «в сутки» says, and no length of time."""

import re

from apps.ai.text.facts.reading.amounts import Amount
from apps.ai.text.facts.reading.source import Source

_IN_A_DAY = re.compile(r"(?<![^\W_])(?:за|в|in|any|per|every|кажд\w+)[ \u00a0]$")
_IN_A_TURKISH_DAY = re.compile(r"(?:t?e|lik)?(?: içinde| süre| bir|(?<=te))(?![^\W_])|(?<=te) ")
_DOSED = re.compile(
    r"таб|капс|доз|раз(?![^\W_])|раза(?![^\W_])|капл|саше|при[её]м|применен|"
    r"tablet|kaps|doz|kez|kere|defa|caps|dose|times|once"
)
_NEAR = 60


def is_a_day(source: Source, amount: Amount, end: int) -> bool:
    """Whether 24 hours tell how much may be taken or how often. `end`: of the unit."""
    folded, start = source.folded, amount.start
    if amount.numbers[0].raw != "24":
        return False
    said = _IN_A_DAY.search(folded, max(0, start - 10), start) or _IN_A_TURKISH_DAY.match(folded, end)
    return said is not None and _DOSED.search(folded, max(0, start - _NEAR), end + _NEAR) is not None
