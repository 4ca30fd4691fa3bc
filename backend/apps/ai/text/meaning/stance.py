"""Whether a sentence forbids, warns or allows: clause by clause, in Russian, Turkish and English.

Russian and English say it before what it is about, Turkish behind; a list takes it from its heading.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from operator import attrgetter
from typing import NamedTuple

from apps.ai.text.meaning.clause_bounds import NEEDED, bounds_of, has_turkish_verb
from apps.ai.text.meaning.headings import RUN_IN, SECTION, of_heading, opens_a_list
from apps.ai.text.meaning.negations import is_finite, is_limit
from apps.ai.text.meaning.reading import Mention, Reading, Token, Unit
from apps.ai.text.meaning.stance_words import BEING_TREATED, INSERTED, TAKING, WHOM
from apps.ai.text.meaning.tokens import PARTING
from apps.ai.text.meaning.verdicts import (
    Stance,
    ends_in_verdict,
    is_act,
    is_apart,
    is_excepted,
    is_verdict_on_acts,
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
    if said[1:] and said[1] in _FROWNS and said[0] is Stance.ALLOWS and _is_labelled(unit, pieces[0]):
        # «Приём при беременности: запрещён»
        said[0] = said[0] if permits(pieces[0], forbidden=False) else Stance.NEUTRAL
    spoken = _Spoken(unit, given, pieces, said)
    clauses: list[Clause] = []
    for at, (first, last) in enumerate(bounds):
        own = spoken.own[at]
        forbidden = Stance.FORBIDS in (own, given, spoken.before)
        allowed = own is not Stance.FORBIDS and permits(pieces[at], forbidden=forbidden)
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

    `own`: by themselves; `before`: what the clauses that were read said last, and `by` which; `is_listed`: they stand
    behind the colon of a prohibition.
    """

    unit: Unit
    given: Stance
    pieces: list[tuple[Token, ...]]
    own: list[Stance]
    before: Stance = Stance.NEUTRAL
    by: int = 0
    is_listed: bool = False

    def taken(self, at: int) -> Stance:
        """What a clause takes from others that says nothing by itself."""
        piece = self.pieces[at]
        if self.before is Stance.FORBIDS and is_excepted(piece):
            return Stance.ALLOWS
        later = next(filter(None, self.own[at + 1 :]), Stance.NEUTRAL)
        if self.before is Stance.ALLOWS and later and piece[0].small in PARTING:
            self.before = later  # «Еда не мешает, но молоко, йогурт исключены»
            return later
        if self.before is Stance.ALLOWS and any(one.small == "не" for one in piece):
            return self.given  # «пока идёт лечение, прививок не делают»
        if self.before is Stance.FORBIDS and not self.is_listed and is_apart(piece, self.pieces[self.by]):
            self.before = Stance.NEUTRAL
            return Stance.NEUTRAL if self.given is Stance.FORBIDS else self.given
        return self.before or _said_behind(self.unit, self.pieces[at:], self.own[at:]) or self.given

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
        opens = self.own[at] is Stance.FORBIDS and _is_followed_by_a_list(self.unit, last)
        if opens and any(is_limit(one.small) for one in self.pieces[at]):
            self.before, self.is_listed = Stance.NEUTRAL, False  # «не превышать норму: 1 таблетка»
            return
        self.is_listed = (self.is_listed and stance is Stance.FORBIDS) or opens
        if self.own[at]:
            self.before, self.by = self.own[at], at


def _is_item(unit: Unit) -> bool:
    return unit.is_bullet or (unit.is_item and unit.tokens[0].small.startswith(TAKING))


def _is_followed_by_a_list(unit: Unit, last: int) -> bool:
    """«Нельзя: мыть фильтр, использовать на улице»: what stands behind the colon is forbidden, too."""
    return unit.text[unit.tokens[last].end - unit.start :].lstrip()[:1] == ":"


#: The longest verdict behind a list («…, … — нельзя»), in words.
_SHORT = 3
_NEXT = 12
_DASH = re.compile(r" [—–-] ")


def _said_behind(unit: Unit, pieces: list[tuple[Token, ...]], own: list[Stance]) -> Stance:
    """What a later clause says of the first: the next in Turkish, in Russian only a verdict that names nothing else."""
    if has_turkish_verb(pieces[0]):
        return Stance.NEUTRAL
    if len(pieces) > 1 and _is_said_right_behind(unit, pieces, own[1]):
        return own[1]
    acts = is_act(pieces[0])
    of_whom = _names_whom(pieces[0])
    for piece, said in zip(pieces[1:_NEXT], own[1:_NEXT], strict=False):
        if INSERTED.match(" ".join(token.small for token in piece[:3])):
            continue
        if said and not any(token.small[0] >= "а" for token in piece):
            return Stance.NEUTRAL if _orders_besides(unit, piece, behind=pieces[0][-1].small) else said
        if said and of_whom and not tells_of_whom(piece):
            return said
        if said and acts and (is_verdict_on_acts(piece) or (len(pieces[0]) == 1 and ends_in_verdict(piece))):
            return said
        if said and said is not Stance.ALLOWS and _is_verdict(unit, piece):
            return said
        acts = acts and is_act(piece)
    return Stance.NEUTRAL


def _is_said_right_behind(unit: Unit, pieces: list[tuple[Token, ...]], said: Stance) -> bool:
    """Whether the second clause is said of the first: a case, a label, or what stands before a list."""
    first, second = pieces[0], pieces[1]
    if said in _FROWNS and (_is_case(first) or _is_labelled(unit, first)):
        return True
    if said and len(second) <= _SHORT and _is_followed_by_a_list(unit, first[-1].at):
        return True  # «Беременность и лактация: допускается»
    # «Если у вас астма, приём допустим»
    return first[0].small == "если" and permits(second, forbidden=False)


_FROWNS = frozenset({Stance.FORBIDS, Stance.WARNS})
_IF = frozenset("если когда при".split())


def _is_case(piece: tuple[Token, ...]) -> bool:
    """«Если вы беременны, не принимайте», «при беременности — только с врачом»: in which case it is said."""
    return piece[0].small in _IF and not any(one.small in {"не", "нет"} for one in piece)


def _is_labelled(unit: Unit, piece: tuple[Token, ...]) -> bool:
    """«Беременным: запрещено», «Алкоголь: не употреблять»"""
    return unit.text[piece[-1].end - unit.start :].lstrip()[:1] == ":"


_ORDERS = frozenset({"do", "don't", "never", "avoid", "no", "not"})


def _orders_besides(unit: Unit, piece: tuple[Token, ...], *, behind: str) -> bool:
    """ "Machine wash at 30 °C, do not bleach": the second is said of nothing before it. `behind`: the word before."""
    if _is_verdict(unit, piece) or _is_behind_a_colon(unit, piece):
        return False
    return piece[0].small in _ORDERS or behind in NEEDED


def _is_behind_a_colon(unit: Unit, piece: tuple[Token, ...]) -> bool:
    """Whether a clause judges what a label names: "Pregnancy: avoid unless …"."""
    return unit.text[: piece[0].start - unit.start].rstrip().endswith(":")


def _names_whom(piece: tuple[Token, ...]) -> bool:
    return any(WHOM.match(token.small) for token in piece[:2]) and not any(
        is_finite(token.small) and not tells_of_whom(piece) for token in piece
    )


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
