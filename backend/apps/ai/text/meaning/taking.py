"""How goods are taken: a tablet that is swallowed whole is not chewed, and how many, and by which way."""

from __future__ import annotations

import re
from collections.abc import Iterator

from apps.ai.text.meaning import stance
from apps.ai.text.meaning.denial import is_denied
from apps.ai.text.meaning.figures import figures
from apps.ai.text.meaning.findings import MEDICAL, Case, Code, Finding
from apps.ai.text.meaning.number_words import value_of
from apps.ai.text.meaning.reading import Mention, Reading, Unit
from apps.ai.text.meaning.said import denials
from apps.ai.text.meaning.stance import Clause, Stance
from apps.ai.text.meaning.views import once

_OTHER_WAYS = frozenset({"chew", "crush_", "sublingual", "dissolve"})
_WHOLE = re.compile(
    r"\b(?:целиком|цел(?:ой|ую|ыми|ые)|не ?(?:раз|пере|про)?ж[её]в\w+|не (?:раз)?грыз\w+|не раскус\w+|"
    r"whole|without chewing|unchewed|not chew|"
    r"butun (?:olarak|halde|halinde)|cigne(?:n)?me(?:den|yiniz|meli))\b"
)
#: What people do with a tablet; «растворяется» it does by itself.
_BY_PEOPLE = re.compile(r"раствор(?:ить|яют|ите|яйте|ив|яя|яем)$|развод\w*т$|развести$|разведите$")


def check(case: Case) -> Iterator[Finding]:
    if case.kind not in MEDICAL:
        return
    yield from _forbidden_ways(case)
    yield from _wrong_amounts(case)
    yield from _per_one(case)
    if not any(_WHOLE.search(unit.folded) for unit in case.source.units):
        return
    theirs = _done(case.source)
    for at, (unit, done) in enumerate(zip(case.body.units, _by_unit(case.body), strict=True)):
        for mention in done:
            if mention.id not in theirs and (
                mention.id != "dissolve" or _BY_PEOPLE.match(unit.tokens[mention.first].small)
            ):
                yield Finding(Code.CONDITION, "description", unit.quote(mention), case.evidence_of(at))


def _forbidden_ways(case: Case) -> Iterator[Finding]:
    """«Внутримышечно нельзя» where the source gives it so, and forbids that way nowhere."""
    given = _ways(case.source, forbidden=False)
    denied = _ways(case.source, forbidden=True)
    for at, (unit, clauses) in enumerate(zip(case.body.units, stance.stances(case.body), strict=True)):
        for mention in unit.mentions:
            if (
                mention.id in given - denied
                and mention.id in _SPECIAL
                and _is_forbidden(clauses, mention)
                and _CONDITION.search(unit.folded) is None
            ):
                yield Finding(Code.POLARITY, "description", unit.text.strip()[:160], case.evidence_of(at))


#: «При рвоте внутрь не принимать», «внутрь больше 4 таблеток нельзя»
_CONDITION = re.compile(
    r"\b(?:при|если|до|без|более|больше|дольше|чаще|одновременно|вместе|с|кроме|когда)\b|\d"
)


#: Ways that nothing else is called by.
_SPECIAL = frozenset({"intravenous", "intramuscular", "subcutaneous", "sublingual", "inhal"})


def _ways(reading: Reading, *, forbidden: bool) -> frozenset[str]:
    return frozenset(
        mention.id
        for unit, clauses in zip(reading.units, stance.stances(reading), strict=True)
        for mention in unit.mentions
        if mention.group == "route"
        and (stance.of(clauses, mention) is Stance.FORBIDS or is_denied(unit, mention)) is forbidden
    )


def _is_forbidden(clauses: tuple[Clause, ...], mention: Mention) -> bool:
    one = stance.clause_at(clauses, mention.first)
    return one.stance is Stance.FORBIDS and one.own


#: How many at once; more are a pack.
_MOST_AT_ONCE = 6
_PACKED = re.compile(r"блистер|пачк|упаков|флакон|комплект|ячейк|короб|набор")


def _wrong_amounts(case: Case) -> Iterator[Finding]:
    """«По 2 впрыскивания» where the source counts one: the number stands in it, for something else."""
    theirs = _amounts(case.source)
    if not theirs:
        return
    times = {figure.high for unit in case.source.units for figure in figures(unit) if figure.unit == "times"}
    bare = {value for unit in case.source.units for value in _bare(unit)}
    known = theirs | bare | {1.0}
    for at, unit in enumerate(case.body.units):
        found = figures(unit) if _PACKED.search(unit.folded) is None else ()
        totals = (
            set()
            if any(figure.unit == "times" for figure in found)
            else {a * b for a in theirs for b in times}
        )
        for figure in found:
            ends = {figure.low, figure.high}
            if unit.tokens[figure.last].small.startswith("доз") and figure.high < 1:
                continue  # «половина дозы» of "the dose is halved"
            if figure.unit in _COUNTED and figure.high <= _MOST_AT_ONCE and not ends <= known | totals:
                tokens = unit.tokens
                words = unit.text[
                    tokens[figure.first].start - unit.start : tokens[figure.last].end - unit.start
                ]
                yield Finding(Code.CONDITION, "description", words, case.evidence_of(at))


_OF_ONE = re.compile(
    r"\b(?:в|на) (?:1|одн\w+|кажд\w+) (?:таб|капс|драже|саше|пак|порци|пастил)|"
    r"\bкажд\w+ (?:таб|капс|драже|саше|пак|пастил)|"
    r"\b(?:1|одна|один|одно) (?:таб|капс|драже|саше|пак|пастил)\w* содерж"
)


def _per_one(case: Case) -> Iterator[Finding]:
    """«Каждая капсула содержит 1000 мг» where the source gives it for two."""
    of_many = _by_count(case.source)
    for at, unit in enumerate(case.body.units):
        if _OF_ONE.search(unit.folded) is None:
            continue
        for figure in figures(unit):
            counts = of_many.get(figure.key, frozenset()) if figure.unit in _WEIGHED else frozenset()
            if counts and min(counts) > 1:
                yield Finding(Code.WHOSE, "description", unit.text.strip()[:160], case.evidence_of(at))


_WEIGHED = frozenset({"mg", "ml", "iu"})


@once
def _by_count(source: Reading) -> dict[tuple[float, float, str], frozenset[float]]:
    """For how many pieces the source gives each amount; one where no number stands beside it."""
    found: dict[tuple[float, float, str], frozenset[float]] = {}
    for unit in source.units:
        own = figures(unit)
        pieces = [one.low for one in own if one.unit == "piece"]
        count = pieces[0] if len(pieces) == 1 and not any(one.unit == "times" for one in own) else 1.0
        for figure in own:
            if figure.unit in _WEIGHED:
                found[figure.key] = found.get(figure.key, frozenset()) | {count}
    return found


_COUNTED = frozenset({"piece", "drop"})


def _amounts(reading: Reading) -> set[float]:
    return {
        end
        for unit in reading.units
        for figure in figures(unit)
        if figure.unit in _COUNTED
        for end in (figure.low, figure.high)
    }


def _bare(unit: Unit) -> Iterator[float]:
    """Numbers that are no part of a figure with another unit."""
    taken = {
        place
        for figure in figures(unit)
        if figure.unit not in _COUNTED
        for place in range(figure.first, figure.last + 1)
    }
    for token in unit.tokens:
        value = value_of(token.small)
        if value is not None and token.at not in taken:
            yield value


def _done(reading: Reading) -> frozenset[str]:
    return frozenset(mention.id for done in _by_unit(reading) for mention in done)


@once
def _by_unit(reading: Reading) -> tuple[tuple[Mention, ...], ...]:
    """Of each sentence the ways of taking that it does not deny."""
    whole = denials(reading)
    return tuple(
        tuple(_of_unit(unit, clauses, denied))
        for unit, clauses, denied in zip(reading.units, stance.stances(reading), whole, strict=True)
    )


def _of_unit(unit: Unit, clauses: tuple[Clause, ...], denied: dict[int, bool]) -> Iterator[Mention]:
    for mention in unit.mentions:
        if (
            mention.id in _OTHER_WAYS
            and not denied.get(mention.first)
            and not is_denied(unit, mention)
            and stance.of(clauses, mention) is not Stance.FORBIDS
        ):
            yield mention
