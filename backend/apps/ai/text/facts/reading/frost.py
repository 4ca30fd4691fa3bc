"""Degrees below zero that are told in words: «мороз не сильнее 15 °C», «минус пять градусов», "eksi 5 derece"."""

import re

_BEFORE = re.compile(r"(?:мороз\w*[^.;\d]{0,30}|(?:минус\w*|minus|eksi)[ \u00a0])$")
_BEHIND = re.compile(r"[ \u00a0](?:мороза|ниже нуля|below zero|below freezing)")
_DEGREES = frozenset({"celsius", "degree"})


def is_frost(folded: str, start: int, end: int, unit: str) -> bool:
    """Whether degrees that stand at ``folded[start:end]`` without a sign are meant below zero."""
    if unit not in _DEGREES:
        return False
    before = _BEFORE.search(folded, max(0, start - 42), start)
    return before is not None or _BEHIND.match(folded, end) is not None
