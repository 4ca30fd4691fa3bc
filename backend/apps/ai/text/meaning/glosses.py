"""What a warning names twice: «воспаление кишки (проктит)». It is told where the card has either name."""

from __future__ import annotations

from apps.ai.text.meaning import stance, told
from apps.ai.text.meaning.evidence import FAMILY
from apps.ai.text.meaning.findings import Case
from apps.ai.text.meaning.negations import part_of_speech
from apps.ai.text.meaning.reading import Mention, Unit
from apps.ai.text.meaning.stance import Clause


def is_glossed(case: Case, unit: Unit, clauses: tuple[Clause, ...], mention: Mention) -> bool:
    """Whether a thing and another in brackets are one: "poor circulation (angiopathy)".

    It is told where the card has the other, or what stands in the brackets letter by letter.
    """
    at = clauses.index(stance.clause_at(clauses, mention.first))
    beside = [at - 1] if _is_in_brackets(unit, clauses[at]) else []
    if at + 1 < len(clauses) and _is_in_brackets(unit, clauses[at + 1]):
        beside.append(at + 1)
    if any(_is_copied(case, unit, clauses[place]) for place in beside if place > at):
        return True
    return any(
        told.is_named(case, unit, other)
        for place in beside
        for other in unit.mentions
        if place >= 0
        and other.group not in told.LOOSE
        and clauses[place].first <= other.first <= clauses[place].last
    )


def is_other_word(case: Case, unit: Unit, clauses: tuple[Clause, ...], place: int) -> bool:
    """Whether a Russian word and another in brackets are one: «воспаление кишки (проктит)».

    It is told where the card has the other.
    """
    at = clauses.index(stance.clause_at(clauses, place))
    behind = at + 1 < len(clauses) and _is_in_brackets(unit, clauses[at + 1])
    if not behind and not (at and _is_in_brackets(unit, clauses[at])):
        return False
    one, other = (clauses[at], clauses[at + 1]) if behind else (clauses[at - 1], clauses[at])
    inside = unit.tokens[other.first : other.last + 1]
    if len(inside) != 1 or inside[0].small[:1] < "а":
        return False
    if behind:
        return len(inside[0].small) > FAMILY and inside[0].small[:FAMILY] in told.begun(case.body)
    before = unit.tokens[one.last].small
    return part_of_speech(before) == part_of_speech(inside[0].small) and before[:FAMILY] in told.begun(
        case.body
    )


def _is_in_brackets(unit: Unit, clause: Clause) -> bool:
    first, last = unit.tokens[clause.first].start - unit.start, unit.tokens[clause.last].end - unit.start
    return unit.text[:first].endswith("(") and unit.text[last:].startswith(")")


def _is_copied(case: Case, unit: Unit, clause: Clause) -> bool:
    """Whether the card has every word of a foreign name in brackets: «(rhinitis sicca)»."""
    words = {token.small for token in unit.tokens[clause.first : clause.last + 1]}
    return all("a" <= word[0] <= "z" and len(word) > _SHORT for word in words) and words <= case.body.words


_SHORT = 3
