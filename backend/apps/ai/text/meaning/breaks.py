"""Where a sentence is parted without a comma, and which of its words are part of a name and deny nothing."""

from __future__ import annotations

from apps.ai.text.meaning.negations import Negates, negates, part_of_speech
from apps.ai.text.meaning.reading import Unit
from apps.ai.text.meaning.views import once

_DASH = " - "
#: Their names deny: «не смывать» is one thing, «istenmeyen etki» another.
_NAMED = frozenset({"leavein+", "sideeffect"})


@once
def behind_dashes(unit: Unit) -> frozenset[int]:
    """Places of the words behind a dash that parts two predicates: «сильно жжёт — снимите», no «глаукома — нельзя»."""
    if _DASH not in unit.folded:
        return frozenset()
    found = set()
    is_said = False
    clause = -1
    for token in unit.tokens:
        if token.clause != clause:
            is_said, clause = False, token.clause
        if (
            is_said
            and _DASH in unit.folded[unit.tokens[token.at - 1].end - unit.start : token.start - unit.start]
        ):
            found.add(token.at)
        is_said = is_said or (token.small[0] >= "а" and part_of_speech(token.small) == "VERB")
    return frozenset(found)


@once
def in_names(unit: Unit) -> frozenset[int]:
    """Places of negations that are part of what something is called."""
    return frozenset(
        place
        for mention in unit.mentions
        if mention.id in _NAMED
        for place in range(mention.first, mention.last + 1)
        if negates(unit.tokens[place].small) is not Negates.NO
    )
