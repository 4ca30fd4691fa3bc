"""How long before or after something: «за 2 часа до» for «через 2 часа после», «через час» for «24 saat sonra»."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from apps.ai.text.meaning.figures import Figure, figures, unit_of
from apps.ai.text.meaning.findings import Case, Code, Finding
from apps.ai.text.meaning.reading import Reading, Token, Unit
from apps.ai.text.meaning.views import once

_HOURS = {"minute": 1 / 60, "hour": 1.0, "day": 24.0, "month": 30 * 24.0, "year": 365 * 24.0}
#: Words right behind a time that say on which side it lies, and before it.
_BEHIND = {
    word: side
    for side, words in {
        "before": "до перед once oncesi oncesinde onceden oncesine evvel before prior beforehand",
        "after": "после спустя sonra sonrasi sonrasinda sonraya after later",
    }.items()
    for word in words.split()
}
_BEFORE = frozenset("через спустя after".split())
#: "2 hours before or after": on either side.
_EITHER = re.compile(
    r"(?:(?:before|after|prior) (?:or|and) (?:before|after)|(?:до|после) (?:или|и|либо) (?:до|после)|"
    r"once (?:veya|ya da|ve) sonra|sonra (?:veya|ya da|ve) once)\b"
)
_LEFT_OFF = (
    "birak",
    "kesen",
    "kesmis",
    "kesil",
    "sonlandir",
    "tamamla",
    "stopped",
    "discontinued",
    "finished",
)
#: «1/2 saat», "half an hour".
_HALF = re.compile(r"\b1/2|½|\b0[.,]5\b|\byarim\b|\bhalf\b|\bпол(?:ов|час)")
#: What may stand between them.
_FAR = 2
#: «Через час», «за неделю»: one without a figure, in hours.
_SINGLE = {
    "час": 1.0, "часик": 1.0, "полчаса": 0.5, "минуту": 1 / 60, "день": 24.0, "сутки": 24.0, "неделю": 7 * 24.0,
    "месяц": 30 * 24.0, "год": 365 * 24.0, "полгода": 180 * 24.0,
}  # fmt: skip
#: A year is twelve months, more or less.
_NEAR = 0.03


class Span(NamedTuple):
    """A time of so many hours. `side`: "before", "after" or "".

    `is_open`: «через час», of which nothing says after what; `is_single`: told without a figure.
    """

    low: float
    high: float
    side: str
    is_open: bool
    is_single: bool


def check(case: Case) -> Iterator[Finding]:
    told = [span for spans in _spans(case.source) for span in spans]
    amounts = [figure for unit in case.source.units for figure in figures(unit) if figure.unit in _HOURS]
    lengths = {end for span in told for end in (span.low, span.high)} | _lone(case.source)
    if _HALF.search(case.source.folded):
        lengths.add(0.5)
    for at, (unit, spans) in enumerate(zip(case.body.units, _spans(case.body), strict=True)):
        if any(_is_turned(span, told) or (told and _is_new(span, lengths)) for span in spans) or any(
            _is_in_another_unit(figure, amounts) for figure in figures(unit)
        ):
            yield Finding(Code.CONDITION, "description", unit.text.strip()[:160], case.evidence_of(at))


#: Units that are taken for one another.
_SHORT = frozenset({"minute", "hour", "day"})


def _is_in_another_unit(figure: Figure, told: list[Figure]) -> bool:
    """«10 часов» where the source has no such time, and ten minutes."""
    if figure.unit not in _SHORT:
        return False
    hours = (figure.low * _HOURS[figure.unit], figure.high * _HOURS[figure.unit])
    ends = {end * _HOURS[one.unit] for one in told for end in (one.low, one.high)}
    if any(math.isclose(end, hours[1], rel_tol=_NEAR) for end in ends):
        return False
    return figure.high > 1 and any(
        (one.low, one.high) == (figure.low, figure.high) and one.unit in _SHORT for one in told
    )


def _is_turned(span: Span, told: list[Span]) -> bool:
    """Whether the source has the time on the other side only."""
    sides = {other.side for other in told if (other.low, other.high) == (span.low, span.high)}
    return bool(span.side and sides and "" not in sides and span.side not in sides) and not span.is_open


def _is_new(span: Span, lengths: set[float]) -> bool:
    """Whether one hour, day or month is no time of the source's; others are facts, which are proved elsewhere."""
    return span.is_single and not any(math.isclose(span.low, one, rel_tol=_NEAR) for one in lengths)


@once
def _spans(reading: Reading) -> tuple[tuple[Span, ...], ...]:
    """The times that each sentence tells."""
    return tuple(tuple(_of_unit(unit)) for unit in reading.units)


def _of_unit(unit: Unit) -> Iterator[Span]:
    tokens = unit.tokens
    for figure in figures(unit):
        if hours := _HOURS.get(figure.unit):
            yield _span(tokens, figure.first, figure.last, figure.low * hours, figure.high * hours)
    for at, token in enumerate(tokens[1:], 1):
        if hours := _SINGLE.get(token.small):
            span = _span(tokens, at, at, hours, hours)
            if tokens[at - 1].small in _BEFORE or (tokens[at - 1].small == "за" and span.side):
                yield span._replace(is_single=True)


def _span(tokens: Sequence[Token], first: int, last: int, low: float, high: float) -> Span:
    behind = [
        token.small for token in tokens[last + 1 : last + 1 + _FAR] if token.clause == tokens[last].clause
    ]
    side = next((_BEHIND[word] for word in behind if word in _BEHIND), "")
    if side == "before" and any(word.startswith(_LEFT_OFF) for word in behind):
        side = ""  # what was stopped two weeks ago is not yet two weeks after it
    if side and _EITHER.match(" ".join(token.small for token in tokens[last + 1 : last + 5])):
        side = ""
    is_open = not _BEFORE.isdisjoint(token.small for token in tokens[max(0, first - _FAR) : first])
    is_open = is_open and side != "after"
    return Span(low, high, "after" if is_open else side, is_open, is_single=False)


@once
def _lone(source: Reading) -> frozenset[float]:
    """Lengths of the units that the source names without any figure, as one of each."""
    found = set()
    for unit in source.units:
        for token in unit.tokens:
            name, factor = unit_of(token.small)
            numbered = token.at and unit.tokens[token.at - 1].small[0].isdigit()
            if name in _HOURS and not numbered:
                found.add(_HOURS[name] * factor)
    return frozenset(found)
