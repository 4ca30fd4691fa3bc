"""What a sentence orders, spares, allows and forbids: «снимать не нужно» for «снять», «можно» for «нельзя».

A part of a sentence with one such verdict is held against those of the source that share most with it. No finding where
one of them, or another sentence of the card, says it as the source does.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import NamedTuple

from apps.ai.text.meaning import bounds, lexicon
from apps.ai.text.meaning.findings import Case, Code, Finding
from apps.ai.text.meaning.lifted import is_lifted
from apps.ai.text.meaning.mode_words import (
    does,
    excepts,
    forbids,
    is_need,
    is_none,
    may,
    must,
    should,
    spares,
    speaks,
)
from apps.ai.text.meaning.negations import is_limit
from apps.ai.text.meaning.pieces import PARTS, pieces_of
from apps.ai.text.meaning.reading import Reading, Token, Unit
from apps.ai.text.meaning.said import BOUNDED
from apps.ai.text.meaning.stance import Stance, stances
from apps.ai.text.meaning.stance_words import harms
from apps.ai.text.meaning.statements import features_of, says_itself, translation
from apps.ai.text.meaning.views import once


class Mode(Enum):
    MUST = "must"
    SPARED = "spared"
    MAY = "may"
    MUST_NOT = "must not"
    DOES = "does"


#: Not what must be and what must not be: «один человек» is «делить нельзя» in other words.
_AGAINST = {
    Mode.MAY: {Mode.MUST_NOT},
    Mode.MUST: {Mode.SPARED},
    Mode.DOES: {Mode.SPARED},
    Mode.SPARED: {Mode.MUST, Mode.DOES},
    Mode.MUST_NOT: {Mode.MAY},
}
#: «можно не раньше чем через час», «только после врача», «можно, если врач разрешил»: they allow with a bound.
_BOUNDED = re.compile(
    r"\bне (?:раньше|ранее|позже|позднее|более|больше|чаще|дольше|выше|ниже)|\bтолько|\bлишь|\bисключительно|"
    r"\bвместо\b|врач|доктор|педиатр|специалист|осторожн|\bс \d|\bстарше|\bпосле \d|\bчерез \d|\bзатем|\bпотом|спустя"
)
_SAME_DOSE = re.compile(
    r"(?:обычн|стандартн|прежн|такую же|ту же|той же)\w* (?:\w+ )?доз|доз\w* (?:\w+ ){0,2}(?:та же|обычн|"
    r"не отлич|не мен)|"
    r"(?:normal|usual|standard|same)\w* (?:\w+ )?(?:dos|doz)"
)
#: What two parts must share to speak of the same: of what the card's part tells, by weight.
_SHARE, _NEARLY, _ALIKE = 0.4, 0.8, 0.55
#: A stem that a source in another language cannot have weighs little.
_STRANGE = 0.25


_HARM = 3
#: «Блок не моют, а ножку — пожалуйста»: of what the source allows.
_REST_MAY = re.compile(r", а \w+(?: \w+)? [-–—] (?:пожалуйста|можно|да)\b")
#: "Do not sleep in it", "not for children".
_FIRST, _AND = 2, frozenset({"and", "or", "but", "please"})
_NOT_FOR = frozenset({"for", "to", "suitable", "recommended", "intended"})


class Part(NamedTuple):
    """Pieces of a sentence that one verdict speaks of."""

    unit: int
    mode: Mode
    features: frozenset[str]


def check(case: Case) -> Iterator[Finding]:
    theirs = parts(case.source)
    if not theirs:
        return
    weights = _weights(case.source)
    ours = parts(case.body, by_concepts=not case.source.is_russian)
    for one in ours:
        other = _contrary(one, theirs, weights, case)
        if other is None or _is_told(one, other, ours, weights):
            continue
        if Mode.MAY in {one.mode, other.mode} and bounds.agree(case, one.unit, other.unit):
            continue  # «больше четырёх нельзя» and «можно не больше четырёх»
        weak = Mode.DOES in {one.mode, other.mode} and case.pairs[one.unit].score < _ALIKE
        yield Finding(
            Code.POLARITY,
            "description",
            case.body.units[one.unit].text.strip()[:160],
            case.source.units[other.unit].text.strip(),
            weak=weak,
        )


def _contrary(one: Part, theirs: Sequence[Part], weights: dict[str, float], case: Case) -> Part | None:
    """The source's part that says the opposite, where none that shares as much says the same."""
    unit = case.body.units[one.unit]
    if _REST_MAY.search(unit.folded):
        return None
    if one.mode in {Mode.MAY, Mode.DOES} and _BOUNDED.search(unit.folded):
        return None
    rare = math.log(1 + len(case.source.units))
    strange = rare * (1.0 if case.source.is_russian else _STRANGE)
    total = sum(weights.get(name, strange if name[0] == "s" else rare) for name in one.features)
    shared = [
        (sum(weights[name] for name in one.features & other.features), other)
        for other in theirs
        if other.unit in case.pairs[one.unit].sources or one.features & other.features
    ]
    most = max((score for score, _ in shared), default=0.0)
    if not most or most < total * _SHARE:
        return None
    near = [other for score, other in shared if score >= most * _NEARLY]
    if any(other.mode not in _AGAINST[one.mode] for other in near):
        return None
    if any(score and other.mode is one.mode for score, other in shared):
        return None
    return next(other for score, other in shared if score == most)


def _is_told(one: Part, true: Part, ours: Sequence[Part], weights: dict[str, float]) -> bool:
    """Whether another part of the card says it as the source does, so that this one speaks of something else."""
    least = sum(weights[name] for name in one.features & true.features) * _NEARLY
    return any(
        other is not one
        and other.mode not in _AGAINST[true.mode]
        and sum(weights[name] for name in other.features & true.features) >= least
        for other in ours
    )


@once
def _weights(source: Reading) -> dict[str, float]:
    found: dict[str, int] = {}
    for part in parts(source):
        for name in part.features:
            found[name] = found.get(name, 0) + 1
    count = len(source.units)
    return {name: math.log(1 + count / min(times, count)) for name, times in found.items()}


def parts(reading: Reading, *, by_concepts: bool = False) -> tuple[Part, ...]:
    """Those of every sentence that have a verdict."""
    return _parts(reading, by_concepts)


@once
def _parts(reading: Reading, by_concepts: bool) -> tuple[Part, ...]:
    is_turkish = reading.latin == lexicon.TURKISH and not reading.is_russian
    found: list[Part] = []
    for at, (unit, clauses) in enumerate(zip(reading.units, stances(reading), strict=True)):
        if "?" in unit.text or any(
            one.listed or (one.stance and not one.own and unit.is_item) for one in clauses
        ):
            continue
        given = all(one.stance is Stance.FORBIDS and not one.own for one in clauses)
        found += () if given else _of_unit(at, unit, reading, by_concepts=by_concepts, is_turkish=is_turkish)
    return tuple(found)


def _of_unit(at: int, unit: Unit, reading: Reading, *, by_concepts: bool, is_turkish: bool) -> Iterator[Part]:
    pieces = [piece.tokens for piece in pieces_of(unit) if not piece.alone]
    said = [mode_of(tokens) for tokens in pieces]
    places = [place for place, mode in enumerate(said) if mode]
    if _SAME_DOSE.search(unit.folded):
        return  # «принимают обычную дозу»: it need not be changed
    for number, place in enumerate(places):
        first = places[number - 1] + 1 if number else 0
        last = places[number + 1] if number + 1 < len(places) else len(pieces)
        own = _together(unit, pieces, first, place, last, is_turkish=is_turkish)
        features = frozenset().union(*(features_of(unit, tokens, by_concepts) for tokens in own))
        if not reading.is_russian:
            features |= frozenset().union(*(translation(unit, tokens) for tokens in own))
        mode = said[place]
        if features and mode is not None and not (mode is Mode.MUST_NOT and _is_bounded(unit, own)):
            yield Part(at, mode, features)


def _is_bounded(unit: Unit, pieces: list[tuple[Token, ...]]) -> bool:
    """«14 günden uzun kullanılmamalı»: what is forbidden is more than that."""
    return BOUNDED.search(unit.folded) is not None and any(
        BOUNDED.search(unit.folded[piece[0].start - unit.start : piece[-1].end - unit.start])
        for piece in pieces
    )


def _together(
    unit: Unit, pieces: list[tuple[Token, ...]], first: int, place: int, last: int, *, is_turkish: bool
) -> list[tuple[Token, ...]]:
    """The pieces that the verdict of one speaks of: in Turkish those before it, else those that go on with it."""
    if is_turkish:
        return pieces[first : place + 1]
    found = [pieces[place]]
    for piece in pieces[place + 1 : last]:
        if says_itself(unit, piece) or piece[0].small in PARTS or any(one.small == "не" for one in piece):
            break
        found.append(piece)
    if not features_of(unit, pieces[place], False):
        found += pieces[first:place]
    return found


def mode_of(tokens: Sequence[Token]) -> Mode | None:
    """The verdict of some words, None where they say none or more than one."""
    found: set[Mode] = set()
    speaking = [(at, token) for at, token in enumerate(tokens) if speaks(token.small)]
    if any(excepts(token.small) for _, token in speaking):
        return None
    for at, token in speaking:
        before = tokens[at - 1].small if at else ""
        behind = tokens[at + 1].small if at + 1 < len(tokens) else ""
        if mode := _of_word(token.small, before, behind, tokens, at):
            found.add(mode)
    for one in (Mode.SPARED, Mode.MUST_NOT, Mode.MAY, Mode.MUST, Mode.DOES):
        if one in found:
            return one
    return None


def _of_permission(tokens: Sequence[Token], at: int) -> Mode | None:
    """The verdict of a word that allows."""
    small = tokens[at].small
    behind = tokens[at + 1].small if at + 1 < len(tokens) else ""
    if small == "можно" and behind == "не":
        is_bound = any(is_limit(one.small) for one in tokens[at + 2 : at + 3])
        return None if is_bound else Mode.SPARED
    if behind.startswith("degil"):
        return Mode.MUST_NOT
    if small == "can" and behind != "be":
        return None
    if any(harms(one.small) for one in tokens[max(0, at - _HARM) : at + _HARM + 1]):
        return None  # «можно подавиться»
    return Mode.MUST_NOT if at and tokens[at - 1].small in {"не", "not"} else Mode.MAY


def _is_not_so(small: str, tokens: Sequence[Token], at: int) -> bool:
    """ "not microwave safe", "not really suitable": «not» stands before what its adjective speaks of."""
    return small[0] < "а" and any(one.small == "not" for one in tokens[max(0, at - _HARM) : at])


def _of_word(small: str, before: str, behind: str, tokens: Sequence[Token], at: int) -> Mode | None:
    denied = before in {"не", "not"} or _is_not_so(small, tokens, at)
    if spares(small) or (is_need(small) and (is_none(before) or is_none(behind))):
        return Mode.SPARED
    if may(small):
        return _of_permission(tokens, at)
    if small == "not":
        return Mode.MUST_NOT if _orders_not(tokens, at) else None
    if must(small) and behind != "not":
        return Mode.SPARED if denied or behind.startswith("degil") or tokens[0].small == "no" else Mode.MUST
    if should(small) or must(small):
        return Mode.MUST_NOT if denied or behind in {"не", "not"} else Mode.MUST
    if forbids(small):
        return Mode.MAY if is_lifted(tokens, at) else Mode.MUST_NOT
    if denied and is_limit(small):
        return None  # «не превышайте 120 кг»
    if does(small):
        return (None if _STOPS.match(small) else Mode.MUST_NOT) if denied else Mode.DOES
    return None


#: «не отменяют»: what goes on is not forbidden.
_STOPS = re.compile(r"отмен|прекращ|прерыв|брос|останавл|kes|birak|stop")


def _orders_not(tokens: Sequence[Token], at: int) -> bool:
    """ "Do not sleep in it", "not for children"."""
    if at and tokens[at - 1].small == "do":
        return at < _FIRST or tokens[at - 2].small in _AND
    return not at and at + 1 < len(tokens) and tokens[at + 1].small in _NOT_FOR
