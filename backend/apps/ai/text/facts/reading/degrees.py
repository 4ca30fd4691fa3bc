"""Degrees that are told without their sign: «+25С», «не выше 25 гр», «до -3», «мороз до 15», "eksi 5 derece"."""

import re

from apps.ai.text.facts.reading.source import SPACE, Source

_BEFORE = re.compile(r"(?:мороз\w*[^.;\d]{0,30}|(?:минус\w*|minus|eksi)[ \u00a0])$")
_BEHIND = re.compile(r"[ \u00a0](?:мороза|ниже нуля|below zero|below freezing)")
_DEGREES = frozenset({"celsius", "degree"})


def is_frost(folded: str, start: int, end: int, unit: str) -> bool:
    """Whether degrees that stand at ``folded[start:end]`` without a sign are meant below zero."""
    if unit not in _DEGREES:
        return False
    before = _BEFORE.search(folded, max(0, start - 42), start)
    return before is not None or _BEHIND.match(folded, end) is not None


_C = re.compile(rf"(?:{SPACE}?\.?|{SPACE})[cс](?![^\W_])")
_TEMPERATURE = re.compile(
    r"температур|темп\.|(?<![^\W_])t(?![^\W_])|хран|градус|saklay|sıcakl|temperature|store|wash|yıka|стир"
)
_LIMIT = re.compile(r"(?<![^\W_])(?:до|от|выше|ниже|below|under|above)[ \u00a0]\+?$|(?<![^\W_])\+$")
#: «на погоду до -3»
_BELOW_ZERO = re.compile(r"(?<![^\W_])(?:до|от|ниже|down to)[ \u00a0][-−]$")


def celsius_at(source: Source, start: int, position: int) -> tuple[str, int] | None:
    """«+25С», "25 C": a letter is a degree sign behind a plus or near a word of temperatures."""
    match = _C.match(source.folded, position)
    if match is None and _BELOW_ZERO.search(source.folded, max(0, start - 10), start):
        return "celsius", position
    if match is None or not source.text[match.end() - 1].isupper():
        return None
    window = source.folded[max(0, start - 40) : start]
    if "-" in source.folded[start:position] and match[0].islower() and len(match[0]) == 1:
        return "celsius", match.end()  # «15-25С»
    apart = match[0][0] in " \u00a0" and not window.endswith("+")
    limited = _LIMIT.search(window) is not None and match[0].islower() and not apart
    return ("celsius", match.end()) if limited or _TEMPERATURE.search(window) else None


#: «Хранить при не выше 25 гр.»
_KEPT_BELOW = re.compile(
    r"(?:(?<![^\W_])(?:выше|ниже)|температур\w*|(?<![^\W_])t|хран\w*\.? при)[ .:+-]{1,3}(?:до )?$"
)


def is_kept_below(folded: str, start: int) -> bool:
    """Whether the grams of an amount at `start` are degrees."""
    return _KEPT_BELOW.search(folded, max(0, start - 40), start) is not None
