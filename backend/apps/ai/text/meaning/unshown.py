"""An indication that the card denies: «Не применяется при насморке» of what is only shown for it."""

from __future__ import annotations

from collections.abc import Mapping

from apps.ai.text.meaning.findings import Case
from apps.ai.text.meaning.reading import Mention
from apps.ai.text.meaning.said import Sign

#: How alike the two sentences must be.
_ALIKE = 0.45


def unsays(case: Case, at: int, mention: Mention, ours: Sign, said: Mapping[int, Sign]) -> bool:
    """`ours`: how the card's sentence speaks of a disease; `said`: how those of the source do, by their places."""
    pair, is_shown = case.pairs[at], set(said.values()) == {Sign.YES}
    if mention.group != "disease" or ours is not Sign.NO or not is_shown or pair.score < _ALIKE:
        return False
    return any(place in said and not case.source.units[place].denies for place in pair.sources)
