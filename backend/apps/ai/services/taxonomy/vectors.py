"""What vectors say of a category tree: which categories mean the same, and whose products lie among each other's.

Bounded: vectors are compared in blocks, and of very many confirmed products an even sample speaks for all.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from apps.ai.types import CategoryNode

Array = np.ndarray[Any, np.dtype[Any]]

#: Rows of a block of similarities: 512 by 20,000 floats are 40 MB.
BLOCK = 512
#: Confirmed products that are compared with each other at most.
MOST_PRODUCTS = 20_000
#: Neighbours that vote on a product left out, and the power of their cosines (as in the categorizer).
NEIGHBOURS, VOTE_POWER = 10, 4
#: Products of two categories that must lie on the wrong side before they count as confused.
CONFUSED_FROM = 2
#: Cosine of what two categories' words say beyond their parents' from which they may mean the same; looked through by
#: hand on three trees: above it most pairs are, or differ only in what their ancestors say.
SAME_MEANING = 0.8
#: Length of that remainder below which a category says nothing that its parent does not.
LEAST_OWN = 0.2
EXAMPLES = 2


@dataclass(frozen=True, slots=True)
class Vectors:
    """Unit vectors as rows of `matrix`, by `ids`. `categories` and `titles` are those of products, else empty."""

    ids: tuple[int, ...]
    matrix: Array
    categories: tuple[int, ...] = ()
    titles: tuple[str, ...] = ()

    @classmethod
    def none(cls) -> Vectors:
        return cls((), np.zeros((0, 1), dtype=np.float32))

    def sample(self, most: int) -> Vectors:
        """Evenly spread over the ids when there are more."""
        if len(self.ids) <= most:
            return self
        places = np.linspace(0, len(self.ids) - 1, most).astype(np.int64)
        return Vectors(
            tuple(self.ids[place] for place in places),
            self.matrix[places],
            tuple(self.categories[place] for place in places),
            tuple(self.titles[place] for place in places),
        )


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at. `cases`: how many products show it; `by_people`: corrections by moderators among them."""

    category_ids: tuple[int, ...]
    score: float | None = None
    cases: int = 0
    by_people: int = 0
    examples: tuple[str, ...] = ()


# --- meaning ----------------------------------------------------------------------------------------------------------


def duplicate_meaning(nodes: Mapping[int, CategoryNode], vectors: Vectors) -> tuple[Finding, ...]:
    """Pairs whose own words mean nearly the same, the nearest first.

    A category's vector is made of its path and synonyms, so all that lie below one parent are near; what its parent's
    vector says is taken out first. Pairs of a node and its ancestor, and of equal names, are left out.
    """
    kept, own = _own_meaning(nodes, vectors)
    found: list[tuple[float, int, int]] = []
    for score, one, other in _near(own, SAME_MEANING):
        first, second = nodes[kept[one]], nodes[kept[other]]
        related = first.id in second.ancestor_ids or second.id in first.ancestor_ids
        if not related and first.name.casefold() != second.name.casefold():
            found.append((score, first.id, second.id))
    found.sort(key=lambda pair: (-pair[0], pair[1:]))
    return tuple(Finding((one, other), score=score) for score, one, other in found)


def _own_meaning(nodes: Mapping[int, CategoryNode], vectors: Vectors) -> tuple[list[int], Array]:
    """Ids, and unit vectors of what each says beyond its parent; without those that say next to nothing."""
    place = {category_id: at for at, category_id in enumerate(vectors.ids)}
    known = [category_id for category_id in vectors.ids if category_id in nodes]
    rows = vectors.matrix[np.asarray([place[one] for one in known], dtype=np.int64)]
    for at, category_id in enumerate(known):
        ancestors = nodes[category_id].ancestor_ids
        if ancestors and ancestors[-1] in place:
            parent = vectors.matrix[place[ancestors[-1]]]
            rows[at] -= float(rows[at] @ parent) * parent
    lengths = np.linalg.norm(rows, axis=1)
    enough = np.nonzero(lengths >= LEAST_OWN)[0]
    return [known[at] for at in enough], rows[enough] / lengths[enough, None]


def _near(rows: Array, least: float) -> Iterator[tuple[float, int, int]]:
    """Every pair of rows (each once) whose cosine is `least` or more."""
    for start in range(0, len(rows), BLOCK):
        scores = rows[start : start + BLOCK] @ rows[start:].T
        for one, other in zip(*np.nonzero(scores >= least), strict=True):
            if one < other:
                yield float(scores[one, other]), start + int(one), start + int(other)


# --- confusion --------------------------------------------------------------------------------------------------------


def confused(
    leaves: Mapping[int, CategoryNode], products: Vectors, corrections: Mapping[tuple[int, int], int]
) -> tuple[Finding, ...]:
    """Pairs of leaves whose products lie among each other's, and those that people had to set right.

    Each confirmed product is left out in turn and its nearest others vote. `score`: the cases by the products of both.
    """
    products = products.sample(MOST_PRODUCTS)
    cases: Counter[tuple[int, int]] = Counter()
    people: Counter[tuple[int, int]] = Counter()
    titles: dict[tuple[int, int], list[str]] = defaultdict(list)
    for place, voted in _left_out(products):
        pair = _pair(products.categories[place], voted)
        cases[pair] += 1
        if len(titles[pair]) < EXAMPLES:
            titles[pair].append(products.titles[place])
    for (was, became), times in corrections.items():
        people[_pair(was, became)] += times
    sizes = Counter(products.categories)
    found = [
        Finding(
            pair,
            score=(cases[pair] + people[pair]) / max(1, sizes[pair[0]] + sizes[pair[1]], people[pair]),
            cases=cases[pair] + people[pair],
            by_people=people[pair],
            examples=tuple(titles[pair]),
        )
        for pair in {*cases, *people}
        if pair[0] in leaves
        and pair[1] in leaves
        and (cases[pair] >= CONFUSED_FROM or people[pair])
        and pair[0] != pair[1]
    ]
    return tuple(
        sorted(found, key=lambda one: (-one.by_people, -one.cases, -(one.score or 0.0), one.category_ids))
    )


def _left_out(products: Vectors) -> Iterator[tuple[int, int]]:
    """Places of products whose neighbours vote for another category, and which."""
    if len(products.ids) < 2:
        return
    labels = np.asarray(products.categories)
    most = min(NEIGHBOURS, len(products.ids) - 1)
    for start in range(0, len(products.ids), BLOCK):
        scores = products.matrix[start : start + BLOCK] @ products.matrix.T
        rows = np.arange(len(scores))
        scores[rows, start + rows] = -1.0
        nearest = np.argpartition(-scores, most - 1, axis=1)[:, :most]
        weights = np.clip(np.take_along_axis(scores, nearest, axis=1), 0.0, 1.0) ** VOTE_POWER
        for row in rows:
            votes: dict[int, float] = defaultdict(float)
            for label, weight in zip(labels[nearest[row]], weights[row], strict=True):
                votes[int(label)] += float(weight)
            best = max(votes, key=lambda label: (votes[label], -label))
            if best != labels[start + row] and votes[best] > 0.0:
                yield start + int(row), best


def _pair(one: int, other: int) -> tuple[int, int]:
    return (one, other) if one <= other else (other, one)
