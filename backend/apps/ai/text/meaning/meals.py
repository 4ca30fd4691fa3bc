"""Before, with or after a meal that is named once for two: «до или после еды», «yemekten 1 saat önce ya da sonra».

The lexicon knows a relation together with its meal; one whose meal goes without saying is added here.
"""

from __future__ import annotations

import re
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
#: A meal, and within how many words it stands behind «до/во время/после».
_MEAL = re.compile(r"ед[аыеуо]|пищ|завтрак|обед|ужин|meal|food|eating|breakfast|dinner")
_NEAR = 5
#: What may stand between the two relations of one Turkish meal.
_BETWEEN = frozenset("veya ya da ve en az hemen saat dakika dk yarim bir iki uc hatta fazla ile".split())


Span = tuple[frozenset[int], Concept]


def completed(tokens: Sequence[Token], told: Sequence[Span]) -> list[Span]:
    """The phrases of a sentence with the relations whose meal goes without saying."""
    kept = _apart(tokens, told)
    return kept + _unsaid(tokens, kept)


def _unsaid(tokens: Sequence[Token], told: Sequence[Span]) -> list[Span]:
    """Relations without a meal of their own; `told`: the phrases of the sentence, one of which names a meal."""
    found = _sides_of_a_stroke(tokens)
    if not found and not any(concept.group == "food" for _, concept in told):
        return []
    taken = frozenset().union(*(places for places, _ in told))
    for at, token in enumerate(tokens):
        name = _BEFORE.get(token.small) if _is_bare(tokens, at) else None
        name = name or (_BEHIND.get(token.small) if _goes_on(tokens, at) else None)
        if name and at not in taken:
            found.append((frozenset({at}), lexicon.by_id()[name]))
    return found


def _apart(tokens: Sequence[Token], told: Sequence[Span]) -> list[Span]:
    """The phrases without those that join a meal to the postposition of another word.

    «Yemeklerden sonra ve yatmadan önce» is after a meal and before sleep.
    """
    return [
        (places, concept)
        for places, concept in told
        if concept.group != "food"
        or tokens[max(places)].small not in _BEHIND
        or not any(tokens[at].small in _BEHIND for at in range(min(places) + 1, max(places)))
    ]


def _sides_of_a_stroke(tokens: Sequence[Token]) -> list[Span]:
    """«До/после еды»: two relations in one word, in front of a meal."""
    return [
        (frozenset({at}), lexicon.by_id()[_BEFORE[part]])
        for at, token in enumerate(tokens[:-1])
        if "/" in token.small
        for part in token.small.split("/")
        if part in _BEFORE and any(_MEAL.match(one.small) for one in tokens[at + 1 : at + _NEAR])
    ]


def _is_bare(tokens: Sequence[Token], at: int) -> bool:
    """Whether no noun follows that a preposition governs."""
    if tokens[at].small == "время" and not (at and tokens[at - 1].small == "во"):
        return False
    if at + 1 == len(tokens):
        return True
    following = tokens[at + 1]
    return following.small in _NO_MEAL or following.small in _BEFORE or following.clause != tokens[at].clause


def _goes_on(tokens: Sequence[Token], at: int) -> bool:
    """Whether a Turkish postposition shares the noun of the one before it."""
    for token in reversed(tokens[:at]):
        if token.small in _BEHIND:
            return True
        if token.small not in _BETWEEN and not token.small[0].isdigit():
            return False
    return False
