"""How long a medicine is taken and how long to wait between two: what the source sets the card gives, too."""

from __future__ import annotations

from collections.abc import Iterator

from apps.ai.text.meaning import durations
from apps.ai.text.meaning.figures import Figure, figures
from apps.ai.text.meaning.findings import Case, Code, Finding
from apps.ai.text.meaning.number_words import value_of
from apps.ai.text.meaning.reading import Reading, Unit
from apps.ai.text.meaning.required_words import COURSE, INTERVAL, OPENED
from apps.ai.text.meaning.views import once


@once
def ends(body: Reading) -> frozenset[tuple[float, str]]:
    return frozenset(
        (end, figure.unit)
        for unit in body.units
        for figure in figures(unit)
        for end in (figure.low, figure.high)
    )


def _is_ended(figure: Figure, ends: frozenset[tuple[float, str]], body: Reading) -> bool:
    """«в течение месяца» is one month, «дольше недели» seven days."""
    if (figure.high, figure.unit) in ends or (figure.high == 1 and figure.unit in body.ids):
        return True
    if _is_told(figure, body):
        return True
    if any(_gives_again(unit, figure) for unit in body.units):
        return True
    is_week = (figure.high, figure.unit) == (7, "day")
    return is_week and any("week" in unit.ids and COURSE.search(unit.folded) for unit in body.units)


def _is_told(figure: Figure, body: Reading) -> bool:
    """Whether the card gives a length of time in any words: «полгода», «двое суток», «сутки» for 24 hours."""
    length = durations.lasts(figure)
    return length is not None and durations.is_named(length, durations.all_minutes(body))


def _gives_again(unit: Unit, figure: Figure) -> bool:
    """«при жаре до 3 дней, при боли — до 5»: what is counted is said of the first figure only."""
    own = figures(unit)
    last = max((one.last for one in own if one.unit in {figure.unit, "day"}), default=len(unit.tokens))
    months = {figure.high, figure.high * 30} if figure.unit == "month" else {figure.high}
    return any(value_of(token.small) in months for token in unit.tokens[last + 1 :])


def check(case: Case) -> Iterator[Finding]:
    told = ends(case.body)
    for unit in case.source.units:
        waits = [figure for figure in figures(unit) if figure.unit in {"hour", "minute"}]
        if (
            waits
            and INTERVAL.search(unit.folded)
            and not any((one.high, one.unit) in told or _is_told(one, case.body) for one in waits)
        ):
            yield Finding(Code.LEFT_OUT, "description", "", unit.text.strip()[:180])
            continue
        courses = [figure for figure in figures(unit) if figure.unit in {"day", "month"}]
        if all(_is_ended(figure, told, case.body) for figure in courses):
            continue
        if COURSE.search(unit.folded) and not OPENED.search(unit.folded):
            yield Finding(Code.LEFT_OUT, "description", "", unit.text.strip()[:180])
