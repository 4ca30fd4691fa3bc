"""What a category question offers: the candidates as a tree, and what the likeliest are described by.

Most of the question is this, and all of it is paid in full: it differs from product to product, so that no provider's
prefix cache knows it. Hence a common path once, examples and attributes for those candidates alone that are likely.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any

from apps.ai.text.attributes.schema import AttributeSpec, AttributeType
from apps.ai.types import CategoryCandidate

#: So many of the likeliest candidates show EXAMPLES confirmed titles each: the right one is among them for 93 to 99
#: products in 100 (three shops, half of each confirmed). Titles behind the others were two fifths of the question.
LEADING, EXAMPLES = 6, 2
#: …fewer when those hold such a share of all candidates' scores. The right one is then among them as before, but for 3
#: products in 1,000, with a quarter of the titles less (c001, a tenth confirmed; at eight tenths still less).
NEARLY_ALL = 0.95
#: So many bring their attributes (the right one among them: 87 to 99); of another the shop's rules find them.
DESCRIBED = 3
#: Characters of a confirmed title, and allowed values of an attribute, that the question shows.
EXAMPLE_LIMIT = 70
VALUES_LIMIT = 40
#: What only a candidate's line begins with.
_NUMBERED = re.compile(r"(?<=\d):")


def tree(candidates: Sequence[CategoryCandidate]) -> list[str]:
    """A line a node, indented by its depth; a candidate's begins with its number and a colon and ends with examples.

    ["Аптека", " Лекарства", "  1: Обезболивающие | Парацетамол 500 мг", "  3: Жаропонижающие", " 2: Гигиена"]
    """
    root: dict[str | int, Any] = {}
    leading = _leading([candidate.score for candidate in candidates])
    for number, candidate in enumerate(candidates, start=1):
        *above, name = map(_one_line, candidate.path or ("",))
        place = root
        for step in above:
            place = place.setdefault(step, {})
        examples = candidate.examples[:EXAMPLES] if number <= leading else ()
        place[number] = " | ".join([f"{number}: {name}", *map(_shown, examples)])
    return list(_lines(root, depth=0))


def _leading(scores: Sequence[float]) -> int:
    """How many of the likeliest show what was confirmed."""
    sums = list(accumulate(scores[:LEADING]))
    enough = NEARLY_ALL * sum(scores)
    return next((count for count, held in enumerate(sums, start=1) if held >= enough > 0), len(sums))


def _lines(place: Mapping[str | int, Any], *, depth: int) -> Iterator[str]:
    for name, below in place.items():
        if isinstance(name, int):
            yield f"{' ' * depth}{below}"
        else:
            yield f"{' ' * depth}{_NUMBERED.sub('.', name)}"
            yield from _lines(below, depth=depth + 1)


def _shown(title: str) -> str:
    text = _one_line(title)
    return text if len(text) <= EXAMPLE_LIMIT else f"{text[:EXAMPLE_LIMIT]}…"


def _one_line(text: str) -> str:
    """Without what a line is divided by."""
    return " ".join(text.replace("|", "/").split())


def attributes(candidates: Sequence[CategoryCandidate]) -> list[dict[str, Any]]:
    """What the likeliest candidates' products are described by: each attribute once, with those that share it.

    A group is {"for": [numbers], "names": [names], "choice": {name: values}, "several": {name: values}}, without what
    is empty. Units are not told: the answer quotes the source's own, and `text.attributes.values` converts them.
    """
    numbers: dict[AttributeSpec, list[int]] = {}
    for number, candidate in enumerate(candidates[:DESCRIBED], start=1):
        for spec in candidate.attributes:
            numbers.setdefault(spec, []).append(number)
    groups: dict[tuple[int, ...], dict[str, Any]] = {}
    for spec, held in numbers.items():
        group = groups.setdefault(tuple(held), {"for": held})
        if spec.type is AttributeType.CHOICE:
            values = [value.name for value in spec.values[:VALUES_LIMIT]]
            group.setdefault("several" if spec.multiple else "choice", {})[spec.name] = values
        else:
            group.setdefault("names", []).append(spec.name)
    return list(groups.values())
