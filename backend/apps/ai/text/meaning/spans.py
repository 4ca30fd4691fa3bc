"""Ages, lengths of time, degrees of heat and greatest amounts that a source gives, and its card in no words.

Figures are told again in every honest card, in whatever form: «полсуток» for 12 hours, «минуту», «к трём месяцам», the
number alone. So a figure of which the card has no form is one left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from apps.ai.text.meaning import durations, unsaid
from apps.ai.text.meaning.figures import Figure, figures
from apps.ai.text.meaning.findings import MEDICAL, Case, Code, Finding
from apps.ai.text.meaning.number_words import value_of
from apps.ai.text.meaning.reading import Reading, Unit, read
from apps.ai.text.meaning.views import once

_TIMES = frozenset({"year", "month", "day", "hour", "minute"})
_AMOUNTS = frozenset({"mg", "ml", "kg", "cm", "piece", "drop"})
#: What happens in the body, how long goods are fit, guaranteed or run, is told by few cards.
_NOT_ASKED = re.compile(
    r"концентрац|полувыв|всасыва|абсорб|half-life|plasma|yari omr|plazma|emil|"
    r"срок (?:год|хран|служб)|годен|годност|гарант|хр\. |raf omru|skt\b|son kullan|garanti|shelf|expir|best before|"
    r"warrant|guarantee|batar|pil\b|sarj|батаре|аккум|заряд|charg|battery"
)
_TAKEN = MEDICAL | {"cosmetics", "food"}
_ADULT = 18.0
_MONTH = 30.0


def check(case: Case) -> Iterator[Finding]:
    for unit in case.source.units:
        if _NOT_ASKED.search(unit.folded):
            continue
        is_asked = _is_asked if case.kind in _TAKEN or unsaid.warns(unit) else _is_age
        if any(is_asked(one) and not _is_told(case, unit, one) for one in figures(unit)):
            yield Finding(Code.LEFT_OUT, "description", "", unit.text.strip()[:180])


def _is_age(figure: Figure) -> bool:
    """Of goods that are neither taken nor put on the skin only ages, and what stands in a warning, must be told."""
    return figure.unit in {"year", "month"}


def _is_asked(figure: Figure) -> bool:
    if figure.unit in _AMOUNTS:
        return figure.bound == "most"
    return figure.unit in _TIMES or figure.unit == "degree"


def _is_told(case: Case, unit: Unit, figure: Figure) -> bool:
    """Whether both ends of a figure stand in the card; of degrees the upper one: «6.4 25 °C» is no range."""
    ends = {figure.high} if figure.unit in {"degree", *_AMOUNTS} else {figure.low, figure.high}
    raw = {value_of(token.small) for token in unit.tokens[figure.first : figure.last + 1]} - {None}
    texts = (case.body, read(case.fields.get("title", "")), read(case.listed))
    return all(_is_end_told(texts, figure, end, raw) for end in ends if end)


def _is_end_told(texts: tuple[Reading, ...], figure: Figure, end: float, raw: set[float | None]) -> bool:
    known = frozenset().union(*(_numbers(one, figure.unit) for one in texts))
    if end in known or (raw and raw <= known) or (figure.unit == "month" and end * _MONTH in known):
        return True
    if end == _ADULT and any("совершеннолет" in one.folded for one in texts):
        return True
    length = durations.lasts(replace(figure, high=end))
    return length is not None and any(durations.is_named(length, durations.all_minutes(one)) for one in texts)


@once
def _numbers(reading: Reading, measure: str) -> frozenset[float]:
    """The numbers of a text, those of other measures left out: «3–6 часов» tells no three days."""
    return frozenset().union(*(_numbers_of(unit, measure) for unit in reading.units))


def _numbers_of(unit: Unit, measure: str) -> frozenset[float]:
    others = (one for one in figures(unit) if one.unit not in {measure, "piece"} and one.low <= one.high)
    taken = {at for one in others for at in range(one.first, one.last + 1)}
    words = {token.at: value_of(token.small) for token in unit.tokens}
    free = {number for at, number in words.items() if number and at not in taken}
    of_others = {number for at, number in words.items() if number and at in taken}
    return durations.numbers(unit) - of_others | free
