"""Places within a sentence where one statement ends and another begins without a comma."""

from __future__ import annotations

from apps.ai.text.meaning.negations import part_of_speech
from apps.ai.text.meaning.reading import Unit
from apps.ai.text.meaning.views import once

_DASH = " - "


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
