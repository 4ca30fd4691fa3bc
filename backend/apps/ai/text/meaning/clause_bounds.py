"""Where the clauses of a sentence begin and end."""

from __future__ import annotations

import re
from collections.abc import Sequence

from apps.ai.text.meaning.moods import mood
from apps.ai.text.meaning.negations import is_finite
from apps.ai.text.meaning.reading import Token, Unit
from apps.ai.text.meaning.stance_words import Mark, marks
from apps.ai.text.meaning.tokens import PARTING

_AND = frozenset({"и", "and", "ve"})
_NOT = frozenset({"не", "never"})
#: "Wall anchoring required, fasteners not supplied": a verdict of its own.
NEEDED = frozenset("required included supplied gerekir gereklidir dahildir vardir zorunludur".split())
_ORDER = 2
_DENIES = Mark.FORBIDS | Mark.NOT


def bounds_of(unit: Unit) -> list[tuple[int, int]]:
    """First and last token of each clause; «а», «но», "but" begin a new one, and «и» what is not done besides."""
    starts: list[int] = []
    clause = -1
    for token in unit.tokens:
        goes_on = token.clause == clause and token.small in _AND and _goes_on(unit, starts[-1], token.at)
        if token.clause != clause or token.small in PARTING or goes_on:
            starts.append(token.at)
            clause = token.clause
    ends = [*starts[1:], len(unit.tokens)]
    return [(start, end - 1) for start, end in zip(starts, ends, strict=False)]


def _goes_on(unit: Unit, first: int, at: int) -> bool:
    """«стирайте при 30 °C и не отбеливайте», "wash and do not bleach": an order, and a prohibition behind «и»."""
    before, behind = unit.tokens[first:at], unit.tokens[at + 1 :]
    if not before or not behind:
        return False
    if mood(behind[0].small) == "does" and before[0].small == "не":
        return True  # «не смешивайте с другими средствами и проветривайте»
    if len(behind) < _ORDER or any(marks(one.small) & _DENIES for one in before):
        return False
    if behind[0].small[0] < "а":
        is_denied = behind[0].small in _NOT or (behind[0].small == "do" and behind[1].small == "not")
        return is_denied or has_turkish_verb(before)
    return behind[0].small in _NOT and mood(behind[1].small) != "" and any(mood(one.small) for one in before)


def has_turkish_verb(tokens: Sequence[Token]) -> bool:
    """Whether a Turkish clause ends with a verb of its own, so that the next one's is not said of it."""
    last = tokens[-1].small
    if not "a" <= last[0] <= "z" or not is_finite(last):
        return False
    return last.endswith(("ir", "ur", "yor")) or _TURKISH_ORDER.match(last) is not None


#: «yıkayınız», «takın», and not «cildiniz».
_TURKISH_ORDER = re.compile(
    r"(?:\w{2,}[aeiu]y|kullan|al|ver|tut|yap|tak|giy|calis|sil|ac|kapat|yut|sur|cikar|kurut|birak|karistir|cek|bas|degistir|yikat)"
    r"[iu]n(?:[iu]z)?$"
)
