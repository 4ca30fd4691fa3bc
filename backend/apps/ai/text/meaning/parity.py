"""Statements that the card denies and the source does not, or the other way round.

On texts of strangers this is as often a paraphrase as a change, so that a second way of reading must agree.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from apps.ai.text.meaning import bounds
from apps.ai.text.meaning.findings import Case, Code, Finding
from apps.ai.text.meaning.lifted import ends_nursing
from apps.ai.text.meaning.reading import Reading, Unit
from apps.ai.text.meaning.statements import Statement, statements, translated
from apps.ai.text.meaning.views import once

#: How alike two statements must be, by their own words and by a neighbour's; of the best, what is as good.
_SHARE, _SURE, _NEARLY = 0.5, 0.8, 0.8
#: A feature of more statements than this tells nothing and would make a long leaflet slow.
_TOO_COMMON = 40
_STRANGE = 0.35


def check(case: Case) -> Iterator[Finding]:
    theirs = statements(case.source)
    # What the title names is what every sentence is about: it tells no statement from another.
    is_titled = "\n" in case.source.text
    title = frozenset().union(*(one.features for one in theirs if one.unit == 0 and is_titled))
    seen = set()
    for one in statements(case.body, by_concepts=not case.source.is_russian):
        if one.denied is None or (one.denied and not one.own) or one.unit in seen:
            continue
        place = _contrary(one._replace(features=one.features - title), case.source)
        if place is None or bounds.agree(case, one.unit, theirs[place].unit):
            continue  # «до 25 °C» and «не выше 25 °C» are one
        if is_of_nursing(case.body.units[one.unit], [case.source.units[theirs[place].unit]]):
            continue
        if not _is_told(theirs[place], case, one.unit):
            seen.add(one.unit)
            quote = case.body.units[one.unit].text.strip()[:160]
            evidence = case.source.units[theirs[place].unit].text.strip()
            yield Finding(Code.POLARITY, "description", quote, evidence, weak=True)


def is_of_nursing(unit: Unit, sources: Sequence[Unit]) -> bool:
    """Whether one of the sentences ends nursing, which another forbids: «не кормить» is «кормление прекратить»."""
    return any(ends_nursing(one.tokens) is not None for one in (unit, *sources))


def _contrary(one: Statement, source: Reading) -> int | None:
    """The source's statement that says the opposite, where none says the same."""
    theirs, scores = statements(source), _scores(one, source)
    weights = _index(source)[1]
    alike = {
        place: score / max(total, (total + sum(weights[name] for name in theirs[place].features)) / 2)
        for total in (_weight(one, source),)
        for place, score in scores.items()
    }
    best = max(alike.values(), default=0.0)
    if not scores or best < (_SHARE if one.own else _SURE):
        return None
    near = [place for place, likeness in alike.items() if likeness >= best * _NEARLY]
    if theirs[max(near, key=lambda place: alike[place])].denied is None:
        return None  # what is left open may well say it
    if any(theirs[place].own and theirs[place].denied is not None for place in near):
        near = [place for place in near if theirs[place].denied is not None]
    least = max(scores[place] for place in near) * _NEARLY
    if any(theirs[place].denied is one.denied and score >= least for place, score in scores.items()):
        return None
    if all(_is_opposite(one, theirs[place]) for place in near):
        return min(near, key=lambda place: (-alike[place], place))
    return None


def _is_told(true: Statement, case: Case, unit: int) -> bool:
    """Whether another sentence of the card says it as the source does, so that this one speaks of something else."""
    weights = _index(case.source)[1]
    least = _SHARE * sum(weights[name] for name in true.features)
    return any(
        one.denied is true.denied
        and one.unit != unit
        and sum(weights[name] for name in one.features & true.features) >= least
        for one in statements(case.body, by_concepts=not case.source.is_russian)
    )


def _is_opposite(one: Statement, other: Statement) -> bool:
    """Persons and diseases alone oppose nothing: `polarity` compares what is said of them."""
    shared = any(not name.startswith("d:") for name in one.features & other.features)
    return (
        (shared or not one.features & other.features)
        and (one.own or other.own)
        and (other.denied is (not one.denied))
    )


def _weight(one: Statement, source: Reading) -> float:
    """What a statement tells; a stem that a source in another language cannot have weighs little."""
    rare, strange = math.log(1 + len(statements(source))), 1.0 if source.is_russian else _STRANGE
    weights = _index(source)[1]
    return sum(weights.get(name, rare * (strange if name.startswith("s:") else 1)) for name in one.features)


def _scores(one: Statement, source: Reading) -> dict[int, float]:
    known, weights = _index(source)
    scores: dict[int, float] = {}
    for feature in one.features:
        for place in known.get(feature, ()):
            scores[place] = scores.get(place, 0.0) + weights[feature]
    return scores


@once
def _index(source: Reading) -> tuple[dict[str, tuple[int, ...]], dict[str, float]]:
    """The source's statements by feature, and what each feature weighs."""
    places: dict[str, list[int]] = {}
    found = statements(source)
    for at, one in enumerate(found):
        # «yağsız» is denied fat: what the glossary makes of it, «обезжиренный», is not denied.
        inside = one.denied and len(one.places) == 1
        for feature in one.features | (
            frozenset() if source.is_russian or inside else translated(one, source)
        ):
            places.setdefault(feature, []).append(at)
    weights = {name: math.log(1 + len(found) / len(where)) for name, where in places.items()}
    return {name: tuple(where) for name, where in places.items() if len(where) <= _TOO_COMMON}, weights
