"""Whether a sentence forbids, warns or allows: clause by clause, in Russian, Turkish and English.

Russian and English say it before what it is about, Turkish behind; a list takes it from its heading.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from operator import attrgetter
from typing import NamedTuple

from apps.ai.text.meaning.behind import FROWNS, is_followed_by_a_list, is_inserted, is_labelled, said_behind
from apps.ai.text.meaning.clause_bounds import bounds_of
from apps.ai.text.meaning.headings import RUN_IN, SECTION, of_heading, opens_a_list
from apps.ai.text.meaning.negations import is_finite, is_limit
from apps.ai.text.meaning.reading import Mention, Reading, Token, Unit
from apps.ai.text.meaning.stance_words import BEING_TREATED, TAKING
from apps.ai.text.meaning.tokens import PARTING
from apps.ai.text.meaning.verdicts import (
    Stance,
    is_apart,
    is_excepted,
    is_relative,
    own_stance,
    permits,
    says,
    tells_of_whom,
)
from apps.ai.text.meaning.views import once

__all__ = ["Clause", "Stance", "clause_at", "is_own", "of", "stances"]


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
    runs_in, ended, goes_on = False, 0, False
    for unit in reading.units:
        is_next_line = "\n" in reading.text[ended : unit.start]
        goes_on = reading.text[max(0, ended - 1) : ended] == ";" and not is_next_line
        ended = unit.end
        if runs_in and ((is_next_line and not unit.is_item) or SECTION.match(unit.folded)):
            heading, covered, runs_in = Stance.NEUTRAL, -1, False
        alone = unit.is_heading and in_paragraph[unit.paragraph] == 1 and not unit.is_item
        label = unit.text.rstrip().endswith(":") or RUN_IN.match(unit.folded.strip(" \n-•*")) is not None
        if alone or label:
            heading = of_heading(unit.tokens)
            covered = unit.paragraph + (1 if alone else 0)
            is_open = False
            runs_in = not alone and reading.text[ended : ended + 1] == " "
        elif opened := opens_a_list(unit):
            heading, covered, is_open = opened, unit.paragraph, True
            found.append(_clauses(unit, Stance.NEUTRAL))
            continue
        elif is_open:
            if not unit.text.lstrip()[:1].islower() and not goes_on:
                heading, is_open = Stance.NEUTRAL, False
        elif covered == unit.paragraph - 1 and unit.is_item:
            covered = unit.paragraph
        runs_in |= unit.is_bullet and unit.paragraph <= covered  # a line without a bullet ends the list
        found.append(_clauses(unit, heading if unit.paragraph <= covered else Stance.NEUTRAL))
    return tuple(found)


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


def is_under_a_frown(unit: Unit, clauses: tuple[Clause, ...]) -> bool:
    """Whether something of a unit is forbidden or warned of by what stands above or beside it, not by its own words.

    «• при непереносимости лактозы» below «Нельзя:» tells only when.
    """
    frowns = {Stance.FORBIDS, Stance.WARNS}
    tells_when = unit.is_item and unit.tokens[0].small == "при"
    return any(one.stance in frowns and (tells_when or not one.own) for one in clauses)


def _clauses(unit: Unit, given: Stance) -> tuple[Clause, ...]:
    bounds = bounds_of(unit)
    if not any(says(token.small) for token in unit.tokens):
        return tuple(Clause(first, last, given, own=False, permits=False) for first, last in bounds)
    pieces = [unit.tokens[first : last + 1] for first, last in bounds]
    said = list(map(own_stance, pieces))
    if said[1:] and said[1] in FROWNS and said[0] is Stance.ALLOWS and is_labelled(unit, pieces[0]):
        # «Приём при беременности: запрещён»
        said[0] = said[0] if permits(pieces[0], forbidden=False) else Stance.NEUTRAL
    for at, piece in enumerate(pieces):
        if at and said[at] is Stance.ALLOWS and is_inserted(piece):
            said[at] = Stance.NEUTRAL
    spoken = _Spoken(unit, given, pieces, said)
    clauses: list[Clause] = []
    for at, (first, last) in enumerate(bounds):
        own = spoken.own[at]
        forbidden = Stance.FORBIDS in (own, given, spoken.before)
        is_of_whom = forbidden and is_relative(pieces[at])
        allowed = own is not Stance.FORBIDS and not is_of_whom and permits(pieces[at], forbidden=forbidden)
        if own is not Stance.NEUTRAL:
            stance = spoken.outweighed(at, allowed=allowed)
        elif clauses and pieces[at][0].small.startswith("котор"):
            stance = clauses[-1].stance
        else:
            stance = spoken.taken(at)
        spoken.go_on(at, stance, last)
        clauses.append(Clause(first, last, stance, bool(spoken.own[at]), allowed, spoken.is_listed))
    return tuple(clauses)


@dataclass(slots=True)
class _Spoken:
    """What the clauses of a sentence say, read from the first to the last.

    `own`: by themselves; `before`: what the clauses that were read said last, and `by` which; `outer`: what was said
    before that; `is_listed`: they stand behind the colon of a prohibition.
    """

    unit: Unit
    given: Stance
    pieces: list[tuple[Token, ...]]
    own: list[Stance]
    before: Stance = Stance.NEUTRAL
    outer: Stance = Stance.NEUTRAL
    by: int = 0
    is_listed: bool = False

    def taken(self, at: int) -> Stance:
        """What a clause takes from others that says nothing by itself."""
        piece = self.pieces[at]
        if self.before is Stance.FORBIDS and is_excepted(piece):
            return Stance.ALLOWS
        if piece[0].small == "и" and at == self.by + 1 and at > 1 and is_relative(self.pieces[self.by]):
            self.before = self.outer  # «женщины, которым нельзя эстроген, и кормящие»
            return self.before or self.given
        later = next(filter(None, self.own[at + 1 :]), Stance.NEUTRAL)
        if self.before is Stance.ALLOWS and later and piece[0].small in PARTING:
            self.before = later  # «Еда не мешает, но молоко, йогурт исключены»
            return later
        if self.before is Stance.ALLOWS and any(one.small == "не" for one in piece):
            return self.given  # «пока идёт лечение, прививок не делают»
        if self.before is Stance.FORBIDS and not self.is_listed and is_apart(piece, self.pieces[self.by]):
            self.before = Stance.NEUTRAL
            return Stance.NEUTRAL if self.given is Stance.FORBIDS else self.given
        return self.before or said_behind(self.unit, self.pieces[at:], self.own[at:]) or self.given

    def outweighed(self, at: int, *, allowed: bool) -> Stance:
        """What a clause says by itself, unless a list that forbids outweighs it. `allowed`: in so many words."""
        stance = self.own[at]
        if stance is Stance.ALLOWS and self.given is Stance.FORBIDS and not allowed and self._is_listed(at):
            return self.given
        if (self.before or self.given) is Stance.FORBIDS and is_excepted(self.pieces[at]):
            return Stance.ALLOWS
        forbidden = self.is_listed or (self.before is Stance.FORBIDS and tells_of_whom(self.pieces[at]))
        return Stance.FORBIDS if forbidden and stance is Stance.ALLOWS and not allowed else stance

    def _is_listed(self, at: int) -> bool:
        """Whether a clause is one of a list: a bullet, «лечение метотрексатом»; and not «применение возможно»."""
        piece = self.pieces[at]
        is_noun = piece[0].small.startswith(BEING_TREATED) and not any(is_finite(one.small) for one in piece)
        return is_noun or _is_item(self.unit)

    def go_on(self, at: int, stance: Stance, last: int) -> None:
        """`last`: the clause's last token."""
        if self.own[at] is Stance.ALLOWS and stance is Stance.FORBIDS:
            self.own[at] = stance  # what follows («HIV medicines») is forbidden with it
        opens = self.own[at] is Stance.FORBIDS and is_followed_by_a_list(self.unit, last)
        if opens and any(is_limit(one.small) for one in self.pieces[at]):
            self.before, self.is_listed = Stance.NEUTRAL, False  # «не превышать норму: 1 таблетка»
            return
        self.is_listed = (self.is_listed and stance is Stance.FORBIDS) or opens
        if self.own[at]:
            self.outer, self.before, self.by = self.before, self.own[at], at


def _is_item(unit: Unit) -> bool:
    return unit.is_bullet or (unit.is_item and unit.tokens[0].small.startswith(TAKING))
