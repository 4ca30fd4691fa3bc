"""Before, with or after a meal that is named once for two: «до или после еды», «yemekten 1 saat önce ya da sonra».

The lexicon knows a relation together with its meal; one whose meal goes without saying is added here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from apps.ai.text.meaning import lexicon
from apps.ai.text.meaning.lexicon import Concept

if TYPE_CHECKING:
    from apps.ai.text.meaning.reading import Token

#: Words that stand before their meal, and behind it, with the id that they are with one.
_BEFORE = {
    "до": "before_meal", "перед": "before_meal", "before": "before_meal", "после": "after_meal",
    "after": "after_meal", "время": "with_meal", "during": "with_meal",
}  # fmt: skip
_BEHIND = {
    "once": "before_meal", "oncesi": "before_meal", "oncesinde": "before_meal", "sonra": "after_meal",
    "sonrasi": "after_meal", "sonrasinda": "after_meal", "sirasinda": "with_meal", "esnasinda": "with_meal",
}  # fmt: skip
#: What may stand where the meal would, when it is named elsewhere.
_NO_MEAL = frozenset(
    "или и либо or and нее него них it them сразу спустя через right immediately shortly".split()
)
#: What may stand between the two relations of one Turkish meal.
_BETWEEN = frozenset("veya ya da ve en az hemen saat dakika dk yarim bir iki uc hatta fazla ile".split())


Span = tuple[frozenset[int], Concept]


def unsaid(tokens: Sequence[Token], told: Sequence[Span]) -> list[Span]:
    """Relations without a meal of their own; `told`: the phrases of the sentence, one of which names a meal."""
    if not any(concept.group == "food" for _, concept in told):
        return []
    taken = frozenset().union(*(places for places, _ in told))
    found = []
    for at, token in enumerate(tokens):
        name = _BEFORE.get(token.small) if _is_bare(tokens, at) else None
        name = name or (_BEHIND.get(token.small) if _goes_on(tokens, at) else None)
        if name and at not in taken:
            found.append((frozenset({at}), lexicon.by_id()[name]))
    return found


def _is_bare(tokens: Sequence[Token], at: int) -> bool:
    """Whether no noun follows that a preposition governs."""
    if at + 1 == len(tokens):
        return True
    following = tokens[at + 1]
    return following.small in _NO_MEAL or following.clause != tokens[at].clause


def _goes_on(tokens: Sequence[Token], at: int) -> bool:
    """Whether a Turkish postposition shares the noun of the one before it."""
    for token in reversed(tokens[:at]):
        if token.small in _BEHIND:
            return True
        if token.small not in _BETWEEN and not token.small[0].isdigit():
            return False
    return False
