"""Whether a sentence forbids, warns or allows: clause by clause, in Russian, Turkish and English.

Russian and English say it before what it is about, Turkish behind; a list takes it from its heading.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from operator import attrgetter
from typing import NamedTuple

from apps.ai.text.meaning.negations import is_adjective, is_limit
from apps.ai.text.meaning.reading import PARTING, Mention, Reading, Token, Unit
from apps.ai.text.meaning.stance_words import CASES, EVEN, EXCEPT, HARMLESS, WHO_REACH, Mark, marks
from apps.ai.text.meaning.views import once


class Stance(StrEnum):
    FORBIDS = "forbids"
    WARNS = "warns"
    ALLOWS = "allows"
    NEUTRAL = ""


class Clause(NamedTuple):
    """The tokens first..last of a unit, and what they say about those of whom they speak.

    `own`: by their own words; `permits`: in so many words; `listed`: behind a colon of the sentence that forbids.
    """

    first: int
    last: int
    stance: Stance
    own: bool
    permits: bool
    listed: bool = False


@once
def stances(reading: Reading) -> tuple[tuple[Clause, ...], ...]:
    """The clauses of every unit of a text."""
    found: list[tuple[Clause, ...]] = []
    heading, covered, is_open = Stance.NEUTRAL, -1, False
    in_paragraph = Counter(unit.paragraph for unit in reading.units)
    for unit in reading.units:
        alone = unit.is_heading and in_paragraph[unit.paragraph] == 1 and not unit.is_item
        label = unit.text.rstrip().endswith(":")
        if alone or label:
            heading = _of_heading(unit.tokens)
            covered = unit.paragraph + (1 if alone else 0)
            is_open = False
        elif opened := _opens_a_list(unit):
            heading, covered, is_open = opened, unit.paragraph, True
            found.append(_clauses(unit, Stance.NEUTRAL))
            continue
        elif is_open:
            if not unit.text.lstrip()[:1].islower():
                heading, is_open = Stance.NEUTRAL, False
        elif covered == unit.paragraph - 1 and unit.is_item:
            covered = unit.paragraph
        found.append(_clauses(unit, heading if unit.paragraph <= covered else Stance.NEUTRAL))
    return tuple(found)


def _of_heading(tokens: Sequence[Token]) -> Stance:
    """«Как принимать» allows nothing of what stands below it, «Показания» does."""
    said = own_stance(tokens)
    allows = said is not Stance.ALLOWS or any(
        marks(token.small) & (_ALLOWS | Mark.POSSIBLE) for token in tokens
    )
    return said if allows else Stance.NEUTRAL


#: «Противопоказания: глаукома; приём алискирена; …»: a list that goes on behind the semicolon.
_LABEL = re.compile(r"^[^:;.]{3,60}?\.?(?::| [-–—] )")


def _opens_a_list(unit: Unit) -> Stance:
    """What the label of a list forbids or warns of; neutral where the sentence opens none."""
    label = _LABEL.match(unit.text.lstrip("\n -•")) if unit.text.rstrip().endswith(";") else None
    if label is None:
        return Stance.NEUTRAL
    first = unit.text.index(label[0]) + unit.start
    said = own_stance([one for one in unit.tokens if one.end <= first + len(label[0])])
    return said if said in {Stance.FORBIDS, Stance.WARNS} else Stance.NEUTRAL


def clause_at(clauses: tuple[Clause, ...], place: int) -> Clause:
    """That of a word of the unit by its place; clauses leave no word out."""
    return clauses[bisect_right(clauses, place, key=_FIRST) - 1]


_FIRST = attrgetter("first")


def of(clauses: tuple[Clause, ...], mention: Mention) -> Stance:
    """What the unit with these clauses says about something that it mentions."""
    return clause_at(clauses, mention.first).stance


def is_own(clauses: tuple[Clause, ...], mention: Mention) -> bool:
    """Whether the clause of a mention says it by its own words or as one of a sentence's list."""
    one = clause_at(clauses, mention.first)
    return one.own or one.listed


def own_stance(tokens: Sequence[Token]) -> Stance:
    """What words say by themselves: a prohibition outweighs a warning, and that a permission."""
    if not any(_says(token.small) for token in tokens):
        return Stance.NEUTRAL
    warns = allows = False
    who = -WHO_REACH - 1
    previous = 0
    for at, token in enumerate(tokens):
        mark = marks(token.small)
        contrast = token.small.startswith("degil") and at + 1 < len(tokens)  # «süt ile değil su ile alın»
        if (mark & _FORBIDS and not contrast) or (mark & _FORBIDDEN and previous & _NOT):
            return Stance.FORBIDS
        if token.small == EXCEPT and token.at and not _is_in_cases(tokens, at):
            return Stance.FORBIDS
        if mark:
            freed = mark & _WARNS and _is_freed(tokens, at)
            allows = allows or bool(freed)
            warns = warns or bool((mark & _WARNS and not freed) or (mark & _CONDITION and previous & _ONLY))
            behind_who = at - who <= WHO_REACH
            possible = mark & Mark.POSSIBLE and tokens[at - 1].small.endswith(("ение", "ание", "прием"))
            allows = allows or bool(mark & _ALLOWS or possible or (mark & _USED and not behind_who))
            if mark & _USED and behind_who:
                who = -WHO_REACH - 1
            if mark & _WHO:
                who = at
        previous = mark
    if warns:
        return Stance.WARNS
    return Stance.ALLOWS if allows else Stance.NEUTRAL


_FORBIDS, _FORBIDDEN, _NOT, _WARNS = Mark.FORBIDS, Mark.FORBIDDEN, Mark.NOT, Mark.WARNS
#: Without any of these no clause says anything.
_SAYS = _FORBIDS | _WARNS | Mark.ALLOWS | Mark.POSSIBLE | Mark.USED | _NOT | Mark.ONLY


@lru_cache(maxsize=50_000)
def _says(small: str) -> bool:
    return bool(marks(small) & (_SAYS | Mark.PERMITS)) or small in {EXCEPT, EVEN[-1]}


_CONDITION, _ONLY, _ALLOWS, _USED, _WHO = Mark.CONDITION, Mark.ONLY, Mark.ALLOWS, Mark.USED, Mark.WHO


def _is_in_cases(tokens: Sequence[Token], at: int) -> bool:
    """«кроме случаев» begins an exception, and excepts nothing by itself."""
    return at + 1 < len(tokens) and tokens[at + 1].small.startswith(CASES)


_WITHOUT = frozenset({"без", "without"})


def _is_freed(tokens: Sequence[Token], at: int) -> bool:
    """«без контроля врача», «не опасно»: no warning."""
    if at and tokens[at - 1].small == "не" and HARMLESS.match(tokens[at].small):
        return True
    if at and tokens[at - 1].small in _WITHOUT:
        return True
    return at > 1 and tokens[at - 2].small in _WITHOUT and is_adjective(tokens[at - 1].small)


def _permits(tokens: Sequence[Token], *, forbidden: bool) -> bool:
    """`forbidden`: what stands before it forbids, so that «в том числе» goes on with that."""
    words = [token.small for token in tokens]
    if any(one == "не" and is_limit(other) for one, other in pairwise(words)):
        return False  # «можно не раньше чем через час»
    if any(marks(word) & Mark.PERMITS for word in words):
        return True
    if "не" in words and any(one == "не" and HARMLESS.match(other) for one, other in pairwise(words)):
        return True
    return not forbidden and "числе" in words and tuple(words[:3]) == EVEN


def _clauses(unit: Unit, given: Stance) -> tuple[Clause, ...]:
    bounds = _bounds(unit)
    if not any(_says(token.small) for token in unit.tokens):
        return tuple(Clause(first, last, given, own=False, permits=False) for first, last in bounds)
    pieces = [unit.tokens[first : last + 1] for first, last in bounds]
    own = [own_stance(piece) for piece in pieces]
    clauses: list[Clause] = []
    before = Stance.NEUTRAL
    listed = False
    for at, (first, last) in enumerate(bounds):
        stance = own[at]
        forbidden = Stance.FORBIDS in (stance, given) or before is Stance.FORBIDS
        permits = stance is not Stance.FORBIDS and _permits(pieces[at], forbidden=forbidden)
        if stance is Stance.NEUTRAL and clauses and pieces[at][0].small.startswith("котор"):
            stance = clauses[-1].stance
        elif stance is Stance.NEUTRAL and before is Stance.FORBIDS and _is_excepted(pieces[at]):
            stance = Stance.ALLOWS
        elif stance is Stance.NEUTRAL:
            stance = before or _said_behind(unit, pieces[at + 1 :], own[at + 1 :]) or given
        elif stance is Stance.ALLOWS and given is Stance.FORBIDS and not permits and _is_item(unit):
            stance = given
        elif (before or given) is Stance.FORBIDS and _is_excepted(pieces[at]):
            stance = Stance.ALLOWS
        elif listed and stance is Stance.ALLOWS and not permits:
            stance = Stance.FORBIDS
        if own[at] is Stance.ALLOWS and stance is Stance.FORBIDS:
            own[at] = stance  # what follows («HIV medicines») is forbidden with it
        listed = (listed and stance is Stance.FORBIDS) or (
            own[at] is Stance.FORBIDS and _is_followed_by_a_list(unit, last)
        )
        clauses.append(Clause(first, last, stance, bool(own[at]), permits, listed))
        before = own[at] or before
    return tuple(clauses)


def _is_excepted(piece: tuple[Token, ...]) -> bool:
    """«кроме детей», "except in children", «(tedavi görenler hariç)»."""
    return piece[0].small in {EXCEPT, "except", "unless"} or piece[-1].small in {"haric", "disinda"}


#: What is forbidden by a list above it, though «приём» alone would allow it.
_TAKING = ("прием", "примен", "использ", "одноврем", "совмест", "сочетан")


def _is_item(unit: Unit) -> bool:
    return unit.is_bullet or (unit.is_item and unit.tokens[0].small.startswith(_TAKING))


def _is_followed_by_a_list(unit: Unit, last: int) -> bool:
    """«Нельзя: мыть фильтр, использовать на улице»: what stands behind the colon is forbidden, too."""
    return unit.text[unit.tokens[last].end - unit.start :].lstrip()[:1] == ":"


#: The longest verdict behind a list («…, … — нельзя»), in words.
_SHORT = 3
_NEXT = 12
_DASH = re.compile(r" [—–-] ")


def _said_behind(unit: Unit, pieces: list[tuple[Token, ...]], own: list[Stance]) -> Stance:
    """What a later clause says of this one: the first in Turkish, in Russian only a verdict that names nothing."""
    for piece, said in zip(pieces[:_NEXT], own[:_NEXT], strict=True):
        is_russian = any(token.small[0] >= "а" for token in piece)
        if said and (not is_russian or (said is not Stance.ALLOWS and _is_verdict(unit, piece))):
            return said
    return Stance.NEUTRAL


def _is_verdict(unit: Unit, piece: tuple[Token, ...]) -> bool:
    """«…, лактация — нельзя», and not «…, от вождения воздержитесь»."""
    if len(piece) > _SHORT:
        return False
    first, last = piece[0].at, piece[-1].at
    if _DASH.search(unit.text[piece[0].start - unit.start : piece[-1].end - unit.start]):
        return True
    return all(
        mention.group in {"word", "verb"} for mention in unit.mentions if first <= mention.first <= last
    )


def _bounds(unit: Unit) -> list[tuple[int, int]]:
    """First and last token of each clause; «а», «но», "but" begin a new one."""
    starts, clause = [], -1
    for token in unit.tokens:
        if token.clause != clause or token.small in PARTING:
            starts.append(token.at)
            clause = token.clause
    ends = [*starts[1:], len(unit.tokens)]
    return [(start, end - 1) for start, end in zip(starts, ends, strict=False)]
