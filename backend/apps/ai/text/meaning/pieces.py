"""The pieces of a sentence that are denied or not as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from apps.ai.text.meaning.breaks import begins_anew, behind_dashes, ends_list, in_names, is_verdict
from apps.ai.text.meaning.mishaps import is_mishap
from apps.ai.text.meaning.negations import (
    NO_CONVERB,
    Negates,
    is_adjective,
    is_empty,
    is_finite,
    is_light,
    is_limit,
    negates,
    part_of_speech,
    prevents,
)
from apps.ai.text.meaning.piece_words import (
    TELLS_NOTHING,
    affirms,
    does,
    is_circumstance,
    is_condition,
    is_gerund,
    is_local,
    is_verb,
    is_without,
    word_of,
)
from apps.ai.text.meaning.reading import Token, Unit
from apps.ai.text.meaning.tokens import PARTING
from apps.ai.text.meaning.views import once

PARTS = PARTING | {"because", "поскольку", "потому", "since", "due", "так", "поэтому", "из-за"}
_AND = frozenset({"и", "или", "and", "or", "ve", "veya"})


class Piece(NamedTuple):
    """`denied`: None when left open; `own`: by its own words; `strong`: by a verb of no list; `alone`: in a piece."""

    tokens: tuple[Token, ...]
    denied: bool | None
    own: bool
    strong: bool = False
    alone: bool = False


@once
def pieces_of(unit: Unit) -> tuple[Piece, ...]:
    """Those of a sentence, in order; what is denied alone stands before the rest of its piece."""
    found: list[Piece] = []
    for tokens in _joined(unit):
        if all(word_of(token.small) is TELLS_NOTHING for token in tokens):
            found += [Piece(tokens, False, False)] if tokens else []
        else:
            found += _signed(tokens, in_names(unit))
    return tuple(found)


def _joined(unit: Unit) -> list[tuple[Token, ...]]:
    """Of a list that one verdict ends all pieces are one."""
    found: list[tuple[Token, ...]] = []
    for tokens in _split(unit):
        while found and ends_list(unit, (found[-1][0].at, found[-1][-1].at), tokens[0].at, tokens[-1].at):
            tokens = (*found.pop(), *tokens)
        found.append(tokens)
    return found


def _split(unit: Unit) -> Iterator[tuple[Token, ...]]:
    """Between commas, before «а», «но», and before «и» that goes on with a negation or from one to another verb."""
    first = 0
    dashes = behind_dashes(unit)
    for before, token in pairwise(unit.tokens):
        if (
            token.at in dashes
            or (token.clause != before.clause and not is_verdict(unit, token))
            or token.small in PARTS
            or (token.small in _AND and _goes_on(unit, first, token))
        ):
            yield unit.tokens[first : token.at]
            first = token.at
    if unit.tokens:
        yield unit.tokens[first:]


def _goes_on(unit: Unit, first: int, token: Token) -> bool:
    """Whether what stands behind an «и» is no more of the piece that begins with the token `first`."""
    if token.at + 1 >= len(unit.tokens):
        return False
    piece, behind = unit.tokens[first : token.at], unit.tokens[token.at + 1].small
    if token.small == "ve" and piece and does(piece[-1].small):
        return True  # «çabuk emilir ve iz bırakmaz»
    if negates(behind) in {Negates.FORWARD, Negates.AROUND} and not is_local(behind):
        return any(is_finite(one.small) or negates(one.small) is not Negates.NO for one in piece)
    if begins_anew(unit, first, token):
        return True
    if _denies_soon(unit, token) and any(is_finite(one.small) for one in piece):
        return True
    return (
        is_verb(behind)
        and not behind.endswith(("ть", "ти", "ться"))
        and any(negates(one.small) is not Negates.NO for one in piece)
    )


_SOON = 5


def _denies_soon(unit: Unit, token: Token) -> bool:
    """«… и при монотерапии не приводит»: a verb of its own with its negation, in the same clause."""
    ahead = [one for one in unit.tokens[token.at + 1 : token.at + 1 + _SOON] if one.clause == token.clause]
    return any(
        one.small == "не" and is_finite(other.small) and not is_limit(other.small)
        for one, other in pairwise(ahead)
    )


@dataclass(slots=True)
class _Tally:
    """What the words of a piece that are not denied alone say together."""

    rest: list[Token] = field(default_factory=list)
    times: int = 0
    last: int = -2
    is_left_open: bool = False
    affirms: bool = False
    strong: bool = False

    @property
    def denied(self) -> bool | None:
        return None if self.is_left_open else self.times % 2 == 1

    def negate(self, place: int) -> None:
        """Two negations side by side are none («geçirmez değildir»); further apart the second adds nothing."""
        if place == self.last + 1 or not self.times:
            self.times += 1
        self.last = place


def _signed(tokens: tuple[Token, ...], named: frozenset[int]) -> Iterator[Piece]:
    """What a negation within a piece denies alone, and the rest of it. `named`: places of what denies nothing."""
    tally = _Tally()
    skip = -1
    apart: list[Piece] = []
    is_double = False
    for place, token in enumerate(tokens):
        if token.at <= skip:
            continue
        if token.at in named or word_of(token.small) is TELLS_NOTHING:
            tally.rest.append(token)
            continue
        alone = _alone(tokens, place, tally.rest)
        if alone and tally.rest and tally.rest[-1].small in _AND and not _is_even(tally.rest):
            tally.is_left_open, skip = True, alone[-1].at  # «с едой или без еды»
        elif alone:
            skip = alone[-1].at
            is_double = is_double or is_without(token.small)
            apart.append(Piece(tuple(alone), True, True, alone=True))
        else:
            _count(tally, tokens, place)
    if tally.denied and is_double:
        # «Не ставить без подставки»: two negations that leave open what is done.
        tally.is_left_open, apart = True, [one._replace(denied=None) for one in apart]
    yield from apart
    if any(is_condition(token.small) for token in tally.rest):
        tally.affirms = tally.strong = False  # «alerjiniz varsa» states nothing
    tally.is_left_open |= is_mishap(tokens)
    if tally.rest:
        own = bool(tally.times) or tally.affirms
        yield Piece(tuple(tally.rest), tally.denied, own, tally.strong)


def _is_even(rest: list[Token]) -> bool:
    """«можно и без присмотра»: no choice of two."""
    return len(rest) > 1 and affirms(rest[-2].small)


def _alone(tokens: tuple[Token, ...], place: int, rest: list[Token]) -> list[Token]:
    """The words that a negation at a place denies without the rest of the piece; none where it denies the whole."""
    token, small = tokens[place], tokens[place].small
    word = word_of(small)
    if not word.may_stand_alone:
        return []
    behind = tokens[place + 1].small if place + 1 < len(tokens) else ""
    if small == "no" and (behind == "need" or _is_asserted(tokens[place + 1 :])):
        return []
    if is_local(small) and not is_limit(behind):
        return _denied_alone(tokens, place, rest)
    if word.undone:
        return [token] if behind else []
    if word.of_one_thing and _is_before(tokens, place):
        return []
    if word.of_one_thing:
        has_object = rest and not is_empty(rest[-1].small) and not is_circumstance(rest[-1].small)
        return [rest.pop(), token] if has_object else [token]
    if word.denies_inside:
        return [token]
    is_of_noun = behind and part_of_speech(behind) == "NOUN" and any(is_finite(one.small) for one in rest)
    if small in {"не", "вне"} and (behind in _PREPOSITIONS or small == "вне" or is_of_noun):
        return _of_place(tokens, place)  # «запивать водой, не чаем»
    return _of_gerund(tokens, place) if small == "не" and is_gerund(behind) else []


def _is_before(tokens: tuple[Token, ...], place: int) -> bool:
    """«damlatmadan önce»: before, not without."""
    return word_of(tokens[place].small).negates is Negates.BACKWARD and any(
        one.small in NO_CONVERB for one in tokens[place + 1 : place + 6]
    )


def _is_asserted(tokens: tuple[Token, ...]) -> bool:
    """ "No dose adjustment is needed" denies the whole."""
    return any(one.small in {"is", "are", "was"} for one in tokens)


def _of_gerund(tokens: tuple[Token, ...], place: int) -> list[Token]:
    """«не вызывая гипогликемии при монотерапии», up to a verb of its own."""
    end = next((at for at in range(place + 2, len(tokens)) if is_finite(tokens[at].small)), len(tokens))
    return list(tokens[place:end])


_PREPOSITIONS = frozenset("в во на у под при из от возле около рядом по через с со к".split())


def _of_place(tokens: tuple[Token, ...], place: int) -> list[Token]:
    """«…, не в холодильнике»: the place is denied, whatever the rest says; nothing where the rest is no statement."""
    if not place:
        return []
    found = []
    for one in tokens[place + 1 :]:
        found.append(one)
        if len(one.small) > 3 and not is_adjective(one.small):
            break
    return found


def _count(tally: _Tally, tokens: tuple[Token, ...], place: int) -> None:
    small, word = tokens[place].small, word_of(tokens[place].small)
    behind = tokens[place + 1].small if place + 1 < len(tokens) else ""
    if word.lasts:
        tally.affirms = True
    elif (
        small in {"без", "without"}
        or prevents([token.small for token in tokens], place)
        or behind == "ли"
        or (word.negates is Negates.FORWARD and behind and is_limit(behind))
    ):
        tally.is_left_open = True
    elif word.away or (word.negates is not Negates.NO and not _is_before(tokens, place)):
        tally.negate(place)
    elif word.fears:
        tally.is_left_open = tally.is_left_open or place != tally.last + 1
        tally.negate(place)
    elif word.opens:
        tally.is_left_open = True
    tally.strong = tally.strong or word.strong
    tally.affirms = tally.affirms or word.affirms
    tally.rest.append(tokens[place])


def _denied_alone(tokens: tuple[Token, ...], place: int, before: list[Token]) -> list[Token]:
    """«без [отдушек и спирта]», "[alcohol]-free"."""
    if tokens[place].small == "free" and not (
        place + 1 < len(tokens) and tokens[place + 1].small in {"of", "from"}
    ):
        taken: list[Token] = []
        while before and not is_finite(before[-1].small) and len(taken) < 3:
            taken.append(before.pop())
            if not (before and before[-1].small in _AND):
                break
        return [*reversed(taken), tokens[place]] if taken else []
    found: list[Token] = []
    for one in tokens[place + 1 :]:
        small = one.small
        if small in _AND or small in {"of", "from", "any", "added"}:
            found.append(one)
            continue
        if found and is_empty(small):
            break
        found.append(one)
        if small.endswith("ing") and small[0] < "а":
            break
        if not (is_adjective(small) or is_light(small)) and small[0] >= "а":
            following = tokens[one.at - tokens[0].at + 1 : one.at - tokens[0].at + 2]
            if not (following and following[0].small in _AND):
                break
    return found
