"""Where a sentence is parted without a comma, and which of its words are part of a name and deny nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from apps.ai.text.meaning.moods import mood
from apps.ai.text.meaning.negations import Negates, is_finite, is_subject, negates, part_of_speech, undoing
from apps.ai.text.meaning.reading import Token, Unit
from apps.ai.text.meaning.tokens import PARTING
from apps.ai.text.meaning.views import once

_DASH = " - "
#: Their names deny: «не смывать» is one thing, «istenmeyen etki» another.
NAMED = frozenset({"leavein+", "sideeffect", "nsaid", "failed_", "hypo_tear"})


@once
def behind_dashes(unit: Unit) -> frozenset[int]:
    """Places of the words behind a dash that parts two predicates: «сильно жжёт — снимите», no «глаукома — нельзя».

    Also where a reason or a condition stands behind it: «горячей не лить — эмаль треснет», «латекс — при аллергии …».
    """
    if _DASH not in unit.folded:
        return frozenset()
    found = set()
    is_said = False
    clause = -1
    for token in unit.tokens:
        if token.clause != clause:
            is_said, clause = False, token.clause
        if _follows_dash(unit, token) and (
            is_said or token.small in _IF_OR_IT or _is_reason(unit, token) or _obliges(unit, token)
        ):
            found.add(token.at)
        is_said = is_said or (token.small[0] >= "а" and part_of_speech(token.small) == "VERB")
    return frozenset(found)


_IF_OR_IT = frozenset("при если if он она оно они".split())


def _follows_dash(unit: Unit, token: Token) -> bool:
    return token.at > 0 and (
        _DASH in unit.folded[unit.tokens[token.at - 1].end - unit.start : token.start - unit.start]
    )


def _is_reason(unit: Unit, token: Token) -> bool:
    """«… — белок свернётся»: a noun and its verb, behind an infinitive."""
    if not any(part_of_speech(one.small) == "INFN" for one in unit.tokens[: token.at]):
        return False
    behind = [
        part_of_speech(one.small)
        for one in unit.tokens[token.at : token.at + 4]
        if one.clause == token.clause
    ]
    return "VERB" in behind and "NOUN" in behind and "INFN" not in behind


def begins_anew(unit: Unit, first: int, joint: Token) -> bool:
    """ "keep cool and do not freeze", «не разжёвывая и запивая водой»: what stands behind the joint is another act."""
    behind = [token.small for token in unit.tokens[joint.at + 1 : joint.at + 3]]
    if behind[0] in {"don't", "never", "avoid"} or behind == ["do", "not"]:
        return True
    piece = unit.tokens[first : joint.at]
    return part_of_speech(behind[0]) == "GRND" and any(
        one.small == "не" and part_of_speech(other.small) == "GRND" for one, other in pairwise(piece)
    )


_DUTIES = ("надо", "нужно", "следует", "необходимо", "долж", "рекоменд", "лучше")


def _obliges(unit: Unit, token: Token) -> bool:
    """«нельзя бросать резко — дозу надо снижать»: a duty of its own behind the dash."""
    behind = unit.tokens[token.at : token.at + 4]
    return any(one.clause == token.clause and one.small.startswith(_DUTIES) for one in behind)


@once
def undone_in(unit: Unit) -> tuple[tuple[int, int], ...]:
    """First and last place of each pair of negations that are none."""
    return tuple(undoing(unit.tokens))


@once
def in_names(unit: Unit) -> frozenset[int]:
    """Places of negations that are part of what something is called, and of those that undo one another."""
    undone = (place for pair in undone_in(unit) for place in pair)
    named = (
        place
        for mention in unit.mentions
        if mention.id in NAMED
        for place in range(mention.first, mention.last + 1)
        if negates(unit.tokens[place].small) is not Negates.NO
        and unit.tokens[place].small != "недостаточно"  # it denies what stands beside it, too
    )
    note = (0,) if re.match(r"\W*not\s?:", unit.folded) else ()
    return frozenset((*named, *undone, *note))


def parted(unit: Unit) -> list[tuple[int, int]]:
    """First and last token between commas and before «а», «но»; a list that one verdict ends is one piece."""
    found: list[tuple[int, int]] = []
    for first, last in _parted(unit):
        while found and ends_list(unit, found[-1], first, last):
            first = found.pop()[0]
        found.append((first, last))
    return found


def ends_list(unit: Unit, before: tuple[int, int], first: int, last: int) -> bool:
    """«запивать чаем, молоком или кофе нельзя», «красителей, отдушек и спирта нет», «чаем, молоком не запивать»."""
    tokens = unit.tokens
    end = last
    if last > first + 1 and tokens[last - 1].small == "не" and part_of_speech(tokens[last].small) == "INFN":
        end = last - 1  # «не запивать»
    elif negates(tokens[last].small) is not Negates.AROUND or tokens[last].small[0] < "а":
        return False
    is_joined = any(token.small in _LAST_OF for token in tokens[first + 1 : end])
    said = (*tokens[before[0] : before[1] + 1], *tokens[first:end])
    if not is_joined and not all(part_of_speech(one.small) in {"NOUN", "ADJF"} for one in said):
        return False
    if _OF_ONE.match(tokens[last].small) and not any(part_of_speech(one.small) == "INFN" for one in said):
        return False  # «водонепроницаемость IPX7, плавание исключено»
    return not any(
        negates(one.small) is not Negates.NO
        or (part_of_speech(one.small) != "INFN" and is_finite(one.small))
        or is_subject(one.small)
        for one in said
    )


#: Said of one noun, or of acts.
_OF_ONE = re.compile(
    r"(?:исключен|запрещ[её]н|недопустим|противопоказан|воспрещ[её]н|невозмож(?:ен|н))[ао]?$"
)
_LAST_OF = frozenset({"и", "или", "либо", "ни"})


def _orders_besides(unit: Unit, first: int, token: Token) -> bool:
    """«не смешивайте с другими средствами и проветривайте»: an order behind what is forbidden."""
    if token.small != "и" or token.at + 1 >= len(unit.tokens) or unit.tokens[first].small != "не":
        return False
    behind = unit.tokens[token.at + 1].small
    return mood(behind) == "does" and mood(unit.tokens[first + 1].small) == "does"


def _parted(unit: Unit) -> Iterator[tuple[int, int]]:
    first = 0
    dashes = behind_dashes(unit)
    for before, token in zip(unit.tokens, unit.tokens[1:], strict=False):
        if (
            token.clause != before.clause
            or token.small in PARTING
            or token.at in dashes
            or _orders_besides(unit, first, token)
        ):
            yield first, before.at
            first = token.at
    if unit.tokens:
        yield first, len(unit.tokens) - 1


#: «Веган: нет» says it of what stands before the colon.
_VERDICTS = frozenset({"нет", "no", "yok", "hayir"})


def is_verdict(unit: Unit, token: Token) -> bool:
    """Whether a word is a whole answer behind a colon."""
    if token.small not in _VERDICTS or unit.text[: token.start - unit.start].rstrip()[-1:] != ":":
        return False
    return token.at + 1 == len(unit.tokens) or unit.tokens[token.at + 1].clause != token.clause
