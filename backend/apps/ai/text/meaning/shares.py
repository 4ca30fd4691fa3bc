"""Which words of a sentence stand for which of its figures: «железо и кальций — 4 часа, алюминий — 2».

A sentence is cut between any two of its figures of one unit: where a part begins that leads to the second
(«железо 14 мг, цинк 15 мг»), or where one ends that goes on from the first («14 мг железа и 15 мг цинка»).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from apps.ai.text.meaning import sound
from apps.ai.text.meaning.figures import Figure, figures, numbers_at, unit_of
from apps.ai.text.meaning.number_words import is_of_a_name, is_ordinal, value_of
from apps.ai.text.meaning.reading import Reading, Unit, mentions_at, unit_stems
from apps.ai.text.meaning.views import once
from apps.ai.text.meaning.wholes import is_whole

Key = tuple[float, float, str]
_FRAMES = frozenset(
    "contain use day year month week dose product above below exceed other_ big small repeat child_ temperature "
    "minute hour second indication".split()
)
_PARTS = re.compile(r"[:;,•|\n]|[.!?](?:\s|$)|\s/\s|\)\s?/|\s\+\s")
_AND = frozenset("и а но или плюс ve veya and or but plus".split())
#: What leads to a figure: «цинк — 15 мг», «цинк (15 мг)».
_LEADS = re.compile(r"(?:[:—–=(]|\s-)\s?[<≥≤>~%]?\s?$")
#: «A, B и C — соответственно 5, 6 и 7»: whose each is, its place tells.
_IN_TURN = re.compile(r"соответственно|respectively|sirasiyla")
#: Units that a list may leave out.
_LISTED = frozenset({"mg", "ml", "cm", "%", "drop", "piece"})
#: They say whose another figure is.
_BOUNDS = frozenset({"most", "least"})
_LABELS = frozenset({"year", "month", "times"})
#: Minutes of each: a course in weeks and a pause in hours may change places.
_TIMES = {"minute": 1.0, "hour": 60.0, "day": 1440.0}
_OWNERS = frozenset(
    "substance inn plant vitamin excipient salt disease organism person material size".split()
)
#: Letters from which on a word may be a name that sounds alike in two alphabets.
_NAME = 6
_WINDOW = 8
#: What a name counts; a word far away, one in another part of the sentence, another figure that may have moved along.
_NAMED, _FAR, _APART, _ALONG = 1.25, 0.2, 0.5, 0.5
Word = tuple[float, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Share:
    """A figure at its place. `words`: what stands beside it, with its weight; each may be known by several names.

    `counted`: the unit of a figure that is told as it is written, without one.
    """

    key: Key
    words: tuple[Word, ...]
    weights: dict[str, float]
    unit: Unit
    counted: str = ""


@once
def shares(reading: Reading) -> list[Share]:
    return [share for unit in reading.units for share in _of_unit(unit)]


def _of_unit(unit: Unit) -> Iterator[Share]:
    amounts = _amounts(unit)
    if not amounts:
        return
    parts = [figure for figure in amounts if not is_whole(unit, figure)]
    for kind in dict.fromkeys(_kind(figure) for figure in parts):
        own = [figure for figure in parts if _kind(figure) == kind]
        if turn := list(_in_turn(unit, own)):
            yield from turn
            continue
        cuts = [_cut(unit, one, other) for one, other in pairwise(own)]
        starts = [0, *(behind for _, behind in cuts)]
        ends = [*(before for before, _ in cuts), len(unit.tokens)]
        for figure, start, end in zip(own, starts, ends, strict=True):
            share = _share(unit, figure, _words(unit, figure, range(start, end), amounts))
            yield share
            if figure.unit in _LISTED:
                yield replace(share, key=_as_written(unit, figure), counted=figure.unit)


def _share(unit: Unit, figure: Figure, words: Iterable[Word]) -> Share:
    kept, weights = tuple(words), dict[str, float]()
    for weight, names in kept:
        for name in names:
            weights[name] = max(weight, weights.get(name, 0.0))
    return Share(_key(figure), kept, weights, unit)


def _in_turn(unit: Unit, own: list[Figure]) -> Iterator[Share]:
    """«Лозартан/гидрохлоротиазид 50 мг/12,5 мг»: the names in their order, the figures in theirs."""
    is_told = _IN_TURN.search(unit.folded) is not None
    if len(own) < 2 or not all(_is_a_row(unit, one, other, is_told) for one, other in pairwise(own)):
        return
    names: list[tuple[int, int]] = []
    for mention in unit.mentions:
        if mention.group in _OWNERS and mention.last < own[0].first:
            if names and mention.first - names[-1][1] <= 1 and not _parted(unit, names[-1][1], mention.first):
                names[-1] = (names[-1][0], mention.last)
            else:
                names.append((mention.first, mention.last))
    if len(names) >= len(own):
        for figure, (first, last) in zip(own, names[-len(own) :], strict=True):
            words = (frozenset(_names_at(unit, at)) for at in range(first, last + 1))
            yield _share(unit, figure, ((_NAMED, word) for word in words))


def _is_a_row(unit: Unit, one: Figure, other: Figure, is_told: bool) -> bool:
    if any(unit.tokens[at].small not in _AND for at in range(one.last + 1, other.first)):
        return False
    return is_told or unit.text[unit.tokens[one.last].end - unit.start :].lstrip()[:1] in {"/", "+"}


def _parted(unit: Unit, before: int, behind: int) -> bool:
    return behind > before and (behind in _begins(unit) or "/" in _between(unit, before, behind))


def _kind(figure: Figure) -> str:
    return "minute" if figure.unit in _TIMES else figure.unit


def _key(figure: Figure) -> Key:
    times = _TIMES.get(figure.unit, 1.0)
    return (figure.low * times, figure.high * times, _kind(figure))


def _as_written(unit: Unit, figure: Figure) -> Key:
    """«Белки 9,1; жиры 2,4» beside «белки 9,1 г, жиры 2,4 г»: a list may leave its unit out."""
    factor = unit_of(unit.tokens[figure.last].small)[1]
    return (round(figure.low / factor, 6), round(figure.high / factor, 6), "")


@once
def _amounts(unit: Unit) -> tuple[Figure, ...]:
    """The figures of a sentence, bare numbers too: «20 треугольников»."""
    found = list(figures(unit))
    taken = {at for figure in found for at in range(figure.first, figure.last + 1)}
    for at, token in enumerate(unit.tokens):
        value = value_of(token.small) if at not in taken and token.small[0].isdigit() else None
        if value is None or _tells_which(unit, at) or is_of_a_name(unit, at):
            continue
        low, high, last = numbers_at(unit, at, value)
        if last in taken:
            low, high, last = value, value, at  # «36 — 23,1 см»
        found.append(Figure(low, high, "", at, last))
        taken.update(range(at, last + 1))
    return tuple(sorted(found, key=lambda figure: figure.first))


def _tells_which(unit: Unit, at: int) -> bool:
    """«2-й степени», «2. derece»."""
    end = unit.tokens[at].end - unit.start
    return is_ordinal(unit, at) or (unit.text[end : end + 1] == "." and at + 1 < len(unit.tokens))


def _cut(unit: Unit, one: Figure, other: Figure) -> tuple[int, int]:
    """Where the words of the one end and those of the other begin; without a sign both have all between them."""
    gap = range(one.last + 1, other.first + 1)
    parts = [at for at in gap if at in _begins(unit)]
    colons = [at for at in parts if ":" in _between(unit, at - 1, at)]
    if colons[:1] == [gap[0]] and len(parts) > 1:
        del parts[0], colons[0]  # «6–11 лет: 5 мл»
    if parts:
        leads = colons or _LEADS.search(_between(unit, other.first - 1, other.first))
        at = parts[0] if leads or parts[0] == gap[0] else parts[-1]
        return at, at
    if _between(unit, one.last, gap[0]).lstrip("% ")[:1] == ")":
        return gap[0], gap[0]  # «железо (14 мг) с цинком (15 мг)»
    bracket = next((at for at in gap if "(" in _between(unit, at - 1, at)), None)
    return (bracket, bracket) if bracket else (other.first, gap[0])


@once
def _begins(unit: Unit) -> frozenset[int]:
    """Where parts of a sentence begin."""
    return frozenset(
        at
        for at in range(1, len(unit.tokens))
        if unit.tokens[at].small in _AND or _PARTS.search(_between(unit, at - 1, at))
    )


@once
def _parts(unit: Unit) -> list[int]:
    """The number of the part that each word is in."""
    begins = _begins(unit)
    return list(accumulate(int(at in begins) for at in range(len(unit.tokens))))


@once
def _taken(unit: Unit) -> frozenset[int]:
    """The places of all figures."""
    return frozenset(at for one in _amounts(unit) for at in range(one.first, one.last + 1))


def _between(unit: Unit, before: int, behind: int) -> str:
    return unit.text[unit.tokens[before].end - unit.start : unit.tokens[behind].start - unit.start]


def _words(unit: Unit, figure: Figure, places: range, amounts: tuple[Figure, ...]) -> Iterator[Word]:
    part, taken = _parts(unit), _taken(unit)
    known = mentions_at(unit)
    for at in places:
        if at in taken or not (names := frozenset(_names_at(unit, at))):
            continue
        weight = _NAMED if any(mention.group in _OWNERS for mention in known.get(at, ())) else 1.0
        weight *= 1.0 if part[at] == part[figure.first] else _APART
        yield weight * (1.0 if figure.first - _WINDOW <= at <= figure.last + _WINDOW else _FAR), names
    for other in amounts:
        if other.first in places and _kind(other) != _kind(figure):
            is_near = part[other.first] == part[figure.first] or _is_a_label(unit, other)
            low, high, name = _key(other)
            weight = (1.0 if other.unit in _LABELS else _ALONG) * (1.0 if is_near else _APART)
            yield weight, frozenset({f"f:{low:g}-{high:g}{name}"})
    if figure.bound in _BOUNDS:
        yield _ALONG, frozenset({f"b:{figure.bound}"})


def _is_a_label(unit: Unit, figure: Figure) -> bool:
    """«2–6 лет: 2,5 мг (5 капель)»: an age before a colon is that of all behind it."""
    behind = unit.text[unit.tokens[figure.last].end - unit.start :]
    return figure.unit in _LABELS and behind.lstrip(" )")[:1] == ":"


def _names_at(unit: Unit, at: int) -> Iterator[str]:
    """What the word at a place is known by: concepts, its stem, and the sound of a name."""
    for mention in mentions_at(unit).get(at, ()):
        if mention.id not in _FRAMES:
            yield mention.id
    root = unit_stems(unit)[at]
    if len(root) > 3:
        yield root[:_NAME]
    if len(root) >= _NAME:
        yield f"k:{sound.key(root)[:_NAME]}"
