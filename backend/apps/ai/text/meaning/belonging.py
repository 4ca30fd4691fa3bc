"""Whose figure it is: a dose of a substance, a share of a material, a course of a disease, an amount for an age.

A figure belongs to the name before or behind it, by the order that the sentence keeps. What is looked for is an
exchange: the source gives A to X and B to Y, the card the other way round.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import pairwise

from apps.ai.text.meaning.figures import Figure, figures
from apps.ai.text.meaning.findings import Case, Code, Finding
from apps.ai.text.meaning.lexicon import by_id
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
#: An exchange is one between owners of one kind: no substance has the dose of a patient, no cloth the height of a pan.
_KINDS = {"person": "whom", "disease": "ill", "organism": "ill", "size": "side"}
#: What else a figure may be of.
_OTHERS = frozenset({"repeat", "portion", "weight"})
Key = tuple[float, float, str]
#: Names and figures by their places.
Items = list[tuple[int, str | Figure]]
_AND = frozenset({"и", "and", "ve", "или", "плюс"})
#: From a name to its figure, and from a figure with its unit to a name right behind it.
_BESIDE = 2
#: Two labels with a figure each.
_TWO_LABELS = 4


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
            rightful = [name for name, keys in theirs.items() if key in keys and _kind(name) == _kind(owner)]
            if any(other[2] == key[2] and other in wholes.get(owner, ()) for other in true):
                continue
            if rightful and _exchanged(owner, key, true, ours, rightful):
                yield Finding(
                    Code.WHOSE, "description", unit.text.strip()[:160], next(iter(true.values())).text.strip()
                )


@lru_cache(maxsize=10_000)
def _kind(owner: str) -> str:
    """Of which kind an owner is, who may be several names together or an age."""
    if owner.startswith("age:"):
        return "whom"
    concept = by_id().get(owner.partition("+")[0])
    return _KINDS.get(concept.group, "") if concept else ""


def _exchanged(
    owner: str, key: Key, true: dict[Key, Unit], ours: dict[str, dict[Key, Unit]], rightful: list[str]
) -> bool:
    """Whether the card gives the owner none of its own figures, and this one to none of its rightful owners."""
    if {other for other in true if other[2] == key[2]} & set(ours[owner]):
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
    if _alternate(unit, items):
        yield from _in_order(unit, items)
        return
    clauses: dict[int, Items] = {}
    for place, item in items:
        clauses.setdefault(unit.tokens[place].clause, []).append((place, item))
    _join_brackets(unit, items, clauses)
    whole: Items = []
    for parts in clauses.values():
        if _has_both(parts):
            yield from _in_order(unit, parts)
        else:
            whole += parts
    if len(whole) == 2 or not any(map(_has_both, clauses.values())):
        yield from _in_order(unit, whole)


def _has_both(parts: Items) -> bool:
    return len({isinstance(item, str) for _, item in parts}) == 2


def _alternate(unit: Unit, items: Items) -> bool:
    """«2–5 лет: 2,5 мл 3 р/д. 6–12 лет: 5 мл»: labels and their figures in turn."""
    kinds = [isinstance(item, str) for _, item in items]
    if len(items) < _TWO_LABELS or kinds != [True, False] * (len(items) // 2):
        return False
    return all(
        ":" in _between(unit, place, other)
        for (place, _), (other, _) in zip(items[::2], items[1::2], strict=True)
    )


def _is_strength(unit: Unit, figure: Figure) -> bool:
    """«15 мг/5 мл» beside an age is the syrup's, not the patient's."""
    before = unit.text[: unit.tokens[figure.first].start - unit.start].rstrip()
    behind = unit.text[unit.tokens[figure.last].end - unit.start :].lstrip()
    return before.endswith("/") or (behind.startswith("/") and behind[1:].lstrip()[:1].isdigit())


def _join_brackets(unit: Unit, items: Items, clauses: dict[int, Items]) -> None:
    """«2000 МЕ (50 мкг) холекальциферола и 75 мкг менахинона»: what is in brackets belongs to the name behind them."""
    firsts, lasts = {one.first for one in figures(unit)}, {one.last for one in figures(unit)}
    for (place, item), (behind, owner) in pairwise(items):
        before, clause = unit.tokens[place].clause, unit.tokens[behind].clause
        if before == clause or isinstance(item, str) or not isinstance(owner, str):
            continue
        between = _between(unit, item.last, behind)
        further = not firsts.isdisjoint(range(item.last + 1, behind))
        # «яблоко (60 %) и груша» is no «2000 МЕ (50 мкг) холекальциферола», nor «5 мкг (200 МЕ) холекальциферола».
        is_other = (
            _BRACKET.fullmatch(between) if further else between.strip() == ")" and item.first - 1 in lasts
        )
        if is_other and not any(isinstance(one, str) for _, one in clauses.get(before, [(0, "")])):
            clauses[clause] = [*clauses.pop(before), *clauses[clause]]


#: «5 мкг (200 МЕ) холекальциферола»
_BRACKET = re.compile(r"\s*\([^()]*\)\s*(?:[Вв]итамин\w*\s*)?")


def _in_order(unit: Unit, items: Items) -> Iterator[tuple[str, Figure]]:
    """Each figure with the name before it or behind it, as the first of them has it."""
    figure_first = bool(items) and isinstance(items[0][1], Figure) and not _is_behind(unit, items)
    for (_, one), (_, other) in pairwise(items):
        if figure_first and isinstance(one, Figure) and isinstance(other, str):
            yield other, one
        elif not figure_first and isinstance(one, str) and isinstance(other, Figure):
            yield one, other


def _is_behind(unit: Unit, items: Items) -> bool:
    """«15 г. В 1 г мупироцина 20 мг в макроголе»: each further figure stands right behind a name."""
    gaps = [
        (isinstance(one, str), second - first)
        for (first, one), (second, other) in pairwise(items)
        if isinstance(one, str) is not isinstance(other, str)
    ]
    parted = (
        token.small in _AND
        for (first, one), (second, _) in pairwise(items)
        if isinstance(one, str)
        for token in unit.tokens[first:second]
    )
    if any(parted):
        return False  # «35 мг экстракта плюща и 120 мг тимьяна»
    behind, before = ([gap for is_name, gap in gaps if is_name is way] for way in (True, False))
    return bool(behind) and max(behind) <= _BESIDE < min(before, default=0)


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
