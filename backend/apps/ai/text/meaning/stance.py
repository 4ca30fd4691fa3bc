"""Whether a sentence forbids, warns or allows: clause by clause, in Russian, Turkish and English.

Russian and English say it before what it is about, Turkish behind; a list takes it from its heading.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import NamedTuple

from apps.ai.text.meaning.negations import is_finite
from apps.ai.text.meaning.reading import PARTING, Mention, Reading, Token, Unit
from apps.ai.text.meaning.stance_words import WHOM, Mark, marks
from apps.ai.text.meaning.verdicts import (
    Stance,
    ends_in_verdict,
    has_turkish_verb,
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
        if runs_in and ((is_next_line and not unit.is_item) or _SECTION.match(unit.folded)):
            heading, covered, runs_in = Stance.NEUTRAL, -1, False
        alone = unit.is_heading and in_paragraph[unit.paragraph] == 1 and not unit.is_item
        label = unit.text.rstrip().endswith(":") or _RUN_IN.match(unit.folded.strip(" \n-•*")) is not None
        if alone or label:
            heading = _of_heading(unit.tokens)
            covered = unit.paragraph + (1 if alone else 0)
            is_open = False
            runs_in = not alone and reading.text[ended : ended + 1] == " "
        elif opened := _opens_a_list(unit):
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


#: «Противопоказания. Беременность, …»: a heading that stands in the line of what it heads.
_RUN_IN = re.compile(
    r"(?:противопоказани[ея]|ограничени[ея]|предупреждени[ея]|предостережени[ея]|осторожн(?:о|ость)|(?:кому )?нельзя|"
    r"kontrendikasyon(?:lar)?|uyarilar|contraindications?|cautions?|warnings?)\.?$"
)


#: «Способ применения. Внутрь, …»: another heading of that kind ends the one before it.
_SECTION = re.compile(
    r"\s*(?:показани[ея]|способ применени[ея]|применение|дозы|дозировка|режим дозирования|взаимодействи[ея]|"
    r"побочн\w+(?: действи[ея]| эффекты)?|хранение|условия хранения|состав|форма выпуска|срок годности|"
    r"indications?|dosage|directions|interactions?|side effects|storage|kullanimi?|dozaj|saklama|endikasyonlar)"
    r"\s?\.\s*$"
)


def _of_heading(tokens: Sequence[Token]) -> Stance:
    """«Как принимать» allows nothing of what stands below it, «Показания» does."""
    said = own_stance(tokens)
    allows = said is not Stance.ALLOWS or any(
        marks(token.small) & (Mark.ALLOWS | Mark.POSSIBLE) for token in tokens
    )
    return said if allows else Stance.NEUTRAL


#: «Противопоказания: глаукома; приём алискирена; …»: a list that goes on behind the semicolon.
_LABEL = re.compile(r"^(?:\d+(?:\.\d+)*\.? )?[^:;.]{3,60}?\.?(?::| [-–—] )")


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


def is_under_a_frown(unit: Unit, clauses: tuple[Clause, ...]) -> bool:
    """Whether something of a unit is forbidden or warned of by what stands above or beside it, not by its own words.

    «• при непереносимости лактозы» below «Нельзя:» tells only when.
    """
    frowns = {Stance.FORBIDS, Stance.WARNS}
    tells_when = unit.is_item and unit.tokens[0].small == "при"
    return any(one.stance in frowns and (tells_when or not one.own) for one in clauses)


def _clauses(unit: Unit, given: Stance) -> tuple[Clause, ...]:
    bounds = _bounds(unit)
    if not any(says(token.small) for token in unit.tokens):
        return tuple(Clause(first, last, given, own=False, permits=False) for first, last in bounds)
    pieces = [unit.tokens[first : last + 1] for first, last in bounds]
    spoken = _Spoken(unit, given, pieces, list(map(own_stance, pieces)))
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
        is_noun = piece[0].small.startswith(_BEING_TREATED) and not any(is_finite(one.small) for one in piece)
        return is_noun or _is_item(self.unit)

    def go_on(self, at: int, stance: Stance, last: int) -> None:
        """`last`: the clause's last token."""
        if self.own[at] is Stance.ALLOWS and stance is Stance.FORBIDS:
            self.own[at] = stance  # what follows («HIV medicines») is forbidden with it
        opens = self.own[at] is Stance.FORBIDS and _is_followed_by_a_list(self.unit, last)
        self.is_listed = (self.is_listed and stance is Stance.FORBIDS) or opens
        if self.own[at]:
            self.before, self.by = self.own[at], at


#: What is forbidden by a list above it, though «приём» alone would allow it.
_TAKING = ("прием", "примен", "использ", "одноврем", "совмест", "сочетан")


_BEING_TREATED = ("лечение", "лечении", "прием", "применение", "терапия", "терапии")


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
    """What a later clause says of the first: the next in Turkish, in Russian only a verdict that names nothing else."""
    if has_turkish_verb(pieces[0]):
        return Stance.NEUTRAL
    acts = is_act(pieces[0])
    of_whom = _names_whom(pieces[0])
    for piece, said in zip(pieces[1:_NEXT], own[1:_NEXT], strict=False):
        is_russian = any(token.small[0] >= "а" for token in piece)
        if said and not is_russian:
            return said
        if said and of_whom and not tells_of_whom(piece):
            return said
        if said and acts and (is_verdict_on_acts(piece) or (len(pieces[0]) == 1 and ends_in_verdict(piece))):
            return said
        if said and said is not Stance.ALLOWS and _is_verdict(unit, piece):
            return said
        acts = acts and is_act(piece)
    return Stance.NEUTRAL


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


def _bounds(unit: Unit) -> list[tuple[int, int]]:
    """First and last token of each clause; «а», «но», "but" begin a new one."""
    starts, clause = [], -1
    for token in unit.tokens:
        if token.clause != clause or token.small in PARTING:
            starts.append(token.at)
            clause = token.clause
    ends = [*starts[1:], len(unit.tokens)]
    return [(start, end - 1) for start, end in zip(starts, ends, strict=False)]
