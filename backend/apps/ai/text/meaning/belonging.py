"""Whose figure it is: a dose of a substance, a share of a material, a course of a disease, an amount for an age.

A figure belongs to the name before or behind it, by the order that the sentence keeps. What is looked for is an
exchange: the source gives A to X and B to Y, the card the other way round.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from apps.ai.text.meaning.figures import Figure, figures
from apps.ai.text.meaning.findings import Case, Code, Finding
from apps.ai.text.meaning.reading import Mention, Reading, Unit
from apps.ai.text.meaning.views import once
from apps.ai.text.meaning.wholes import is_whole

_OWNERS = frozenset(
    {
        "substance",
        "inn",
        "plant",
        "vitamin",
        "excipient",
        "salt",
        "disease",
        "organism",
        "person",
        "material",
        "size",
    }
)
_COMPARED = frozenset({"mg", "ml", "iu", "%", "drop", "piece", "kg", "cm", "day", "month", "hour"})
_COURSES = frozenset({"day", "month", "hour"})
#: What else a figure may be of.
_OTHERS = frozenset({"repeat", "portion", "weight"})
Key = tuple[float, float, str]


def check(case: Case) -> Iterator[Finding]:
    theirs = _belongings(case.source)
    ours, wholes = _belongings(case.body), _with_wholes(case.body)
    for owner, given in ours.items():
        true = theirs.get(owner)
        if not true:
            continue
        for key, unit in given.items():
            if key in true or not any(other[2] == key[2] for other in true):
                continue
            rightful = [name for name, keys in theirs.items() if key in keys]
            if any(other[2] == key[2] and other in wholes.get(owner, ()) for other in true):
                continue
            if rightful and _exchanged(owner, key, true, ours, rightful):
                yield Finding(
                    Code.WHOSE, "description", unit.text.strip()[:160], next(iter(true.values())).text.strip()
                )


def _exchanged(
    owner: str, key: Key, true: dict[Key, Unit], ours: dict[str, dict[Key, Unit]], rightful: list[str]
) -> bool:
    """Whether the owner's own figure is missing from it in the card, and the rightful owner of this "
    "one has none, too."""
    own = {other for other in true if other[2] == key[2]}
    if own & set(ours[owner]):
        return False
    return all(key not in ours.get(name, {}) for name in rightful)


Belongings = dict[str, dict[Key, Unit]]


@once
def _belongings(reading: Reading) -> Belongings:
    """The figures of each owner, with the sentence that gives them."""
    return _all(reading, is_own=lambda unit, figure: not is_whole(unit, figure))


@once
def _with_wholes(reading: Reading) -> Belongings:
    return _all(reading, is_own=lambda unit, figure: True)


def _all(reading: Reading, *, is_own: Callable[[Unit, Figure], bool]) -> Belongings:
    found: Belongings = {}
    for unit in reading.units:
        for name in sorted({figure.unit for figure in figures(unit)} & _COMPARED):
            amounts = [
                figure
                for figure in figures(unit)
                if figure.unit == name and is_own(unit, figure) and not _is_by_weight(unit, figure)
            ]
            for owner, figure in _pairs(unit, amounts):
                found.setdefault(owner, {}).setdefault(figure.key, unit)
        for owner, figure in _listed(unit):
            found.setdefault(owner, {}).setdefault(figure.key, unit)
    return found


_STROKE = re.compile(r"[^\W\d_]*\s?[/+]\s?")
_SOON = 4


def _listed(unit: Unit) -> Iterator[tuple[str, Figure]]:
    """«Лозартан/гидрохлоротиазид 50 мг/12,5 мг»: the names in their order, the figures in theirs."""
    owners = [mention for mention in unit.mentions if mention.group in _OWNERS]
    amounts = [figure for figure in figures(unit) if figure.unit in _COMPARED]
    behind = 0
    for first, second in pairwise(owners):
        if not _STROKE.fullmatch(_between(unit, first.last, second.first)):
            continue
        while behind < len(amounts) and amounts[behind].first <= second.last:
            behind += 1
        if behind + 1 >= len(amounts):
            return
        one, other = amounts[behind], amounts[behind + 1]
        if (
            one.unit == other.unit
            and one.first - second.last <= _SOON
            and _STROKE.fullmatch(_between(unit, one.last, other.first))
        ):
            yield first.id, one
            yield second.id, other


def _between(unit: Unit, before: int, behind: int) -> str:
    return unit.text[unit.tokens[before].end - unit.start : unit.tokens[behind].start - unit.start]


_BY_WEIGHT = re.compile(r"\s?(?:/|на|per|for each)\s?(?:1\s?)?(?:kg|кг)")


def _is_by_weight(unit: Unit, figure: Figure) -> bool:
    """«25–45 мг/кг» is told of a body, not of the product."""
    last = unit.tokens[figure.last]
    if last.small.partition("/")[2].startswith(("kg", "кг")):
        return True
    return _BY_WEIGHT.match(unit.folded, last.end - unit.start) is not None


def _pairs(unit: Unit, amounts: list[Figure]) -> Iterator[tuple[str, Figure]]:
    """Names and figures of a sentence two by two: clause by clause when each has both, else in the sentence's order."""
    if any(figure.unit in {"year", "month"} for figure in figures(unit)):
        amounts = [figure for figure in amounts if not _is_strength(unit, figure)]
    names = _names(unit, amounts) if amounts else []
    if not names:
        return
    items = sorted([*names, *((figure.first, figure) for figure in amounts)], key=lambda item: item[0])
    clauses: dict[int, list[str | Figure]] = {}
    for place, item in items:
        clauses.setdefault(unit.tokens[place].clause, []).append(item)
    _join_brackets(unit, items, clauses)
    whole: list[str | Figure] = []
    for parts in clauses.values():
        if len({isinstance(item, str) for item in parts}) == 2:
            yield from _in_order(parts)
        else:
            whole += parts
    if len(whole) == 2 or not any(
        len({isinstance(item, str) for item in parts}) == 2 for parts in clauses.values()
    ):
        yield from _in_order(whole)


def _is_strength(unit: Unit, figure: Figure) -> bool:
    """«15 мг/5 мл» beside an age is the syrup's, not the patient's."""
    before = unit.text[: unit.tokens[figure.first].start - unit.start].rstrip()
    behind = unit.text[unit.tokens[figure.last].end - unit.start :].lstrip()
    return before.endswith("/") or (behind.startswith("/") and behind[1:].lstrip()[:1].isdigit())


def _join_brackets(
    unit: Unit, items: list[tuple[int, str | Figure]], clauses: dict[int, list[str | Figure]]
) -> None:
    """«2000 МЕ (50 мкг) холекальциферола и 75 мкг менахинона»: what is in brackets belongs to the name behind them."""
    firsts, lasts = {one.first for one in figures(unit)}, {one.last for one in figures(unit)}
    for (place, item), (behind, owner) in pairwise(items):
        before, clause = unit.tokens[place].clause, unit.tokens[behind].clause
        if before == clause or isinstance(item, str) or not isinstance(owner, str):
            continue
        if not firsts.isdisjoint(range(place + 1, behind)):
            continue
        if item.first - 1 not in lasts:
            continue  # «яблоко (60 %) и груша»
        between = unit.text[unit.tokens[place].end - unit.start : unit.tokens[behind].start - unit.start]
        if between.strip() == ")" and not any(isinstance(one, str) for one in clauses.get(before, [""])):
            clauses[clause] = [*clauses.pop(before), *clauses[clause]]


def _in_order(items: list[str | Figure]) -> Iterator[tuple[str, Figure]]:
    if not items:
        return
    figure_first = isinstance(items[0], Figure)
    for one, other in pairwise(items):
        if figure_first and isinstance(one, Figure) and isinstance(other, str):
            yield other, one
        elif not figure_first and isinstance(one, str) and isinstance(other, Figure):
            yield one, other


def _names(unit: Unit, amounts: list[Figure]) -> list[tuple[int, str | Figure]]:
    """Owners in their order; neighbours («эсциталопрама оксалат») are one. Ages own, where there are any."""
    ages = [
        figure
        for figure in figures(unit)
        if figure.unit in {"year", "month"} and figure.unit != amounts[0].unit
    ]
    if ages and amounts[0].unit not in _COURSES:
        found: list[tuple[int, str | Figure]] = [(age.first, _age(age)) for age in ages]
        persons = (mention for mention in unit.mentions if mention.group == "person")
        return found + [
            (person.first, person.id)
            for person in persons
            if all(abs(person.first - age.first) > _NEAR for age in ages)
        ]
    owners: list[tuple[int, int, str]] = []
    # A cloth is the whole that the shares are of, where its materials are named.
    whole = {"textile"} if any(m.group == "material" and m.id != "textile" for m in unit.mentions) else set()
    for mention in unit.mentions:
        if (mention.group not in _OWNERS and mention.id not in _OTHERS) or mention.id in whole:
            continue
        tokens = unit.tokens
        if (
            owners
            and mention.first - owners[-1][1] <= 1
            and tokens[mention.first].clause == tokens[owners[-1][1]].clause
        ):
            first, _, name = owners[-1]
            owners[-1] = (first, mention.last, _joined(name, mention))
        else:
            owners.append((mention.first, mention.last, mention.id))
    return [(first, name) for first, _, name in owners]


def _age(age: Figure) -> str:
    """A range is the same however it is bounded."""
    return f"age:{age.low:g}-{age.high:g}{age.unit}{age.bound if age.low == age.high else ''}"


def _joined(name: str, mention: Mention) -> str:
    return "+".join(sorted({*name.split("+"), mention.id}))


_NEAR = 4
