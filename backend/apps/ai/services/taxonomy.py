"""What is wrong with a category tree, as its names and the products in it show. Values in, values out.

Bounded: vectors are compared in blocks, of each section only the gravest findings are kept, and of very many confirmed
products a sample speaks for all.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from apps.ai.text.attribute_schema import normal_form
from apps.ai.types import CategoryNode

Array = np.ndarray[Any, np.dtype[Any]]

#: Findings of a section that a report keeps.
KEPT = 200
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


@dataclass(frozen=True, slots=True)
class Report:
    """`sections` by name, the gravest findings first; `totals`: how many there are of each."""

    nodes: Mapping[int, CategoryNode]
    leaves: int
    products: int
    sections: Mapping[str, tuple[Finding, ...]]
    totals: Mapping[str, int]
    notes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """JSON; every category with its id and its whole path."""
        return {
            "categories": len(self.nodes),
            "leaves": self.leaves,
            "products": self.products,
            "notes": list(self.notes),
            "totals": dict(self.totals),
            **{name: [self._row(one) for one in found] for name, found in self.sections.items()},
        }

    def _row(self, finding: Finding) -> dict[str, Any]:
        return {
            "categories": [{"id": one, "path": self.nodes[one].path_text} for one in finding.category_ids],
            "score": None if finding.score is None else round(finding.score, 3),
            "cases": finding.cases,
            "by_people": finding.by_people,
            "examples": list(finding.examples),
        }


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a report is made from. `counts`: products lying in each category; `corrections`: (was, became)."""

    nodes: Sequence[CategoryNode]
    counts: Mapping[int, int]
    category_vectors: Vectors = field(default_factory=Vectors.none)
    product_vectors: Vectors = field(default_factory=Vectors.none)
    corrections: Mapping[tuple[int, int], int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def report(evidence: Evidence) -> Report:
    """Everything that is to be said about the active part of the tree."""
    nodes = {node.id: node for node in evidence.nodes if node.is_active}
    leaves = {node.id: node for node in nodes.values() if node.is_leaf}
    sections = {
        "confused": confused(leaves, evidence.product_vectors.sample(MOST_PRODUCTS), evidence.corrections),
        "duplicate_names": duplicate_names(nodes.values()),
        "duplicate_meaning": duplicate_meaning(nodes, evidence.category_vectors),
        "same_name": same_name(leaves.values()),
        "chains": chains(nodes.values()),
        "empty": empty(leaves.values(), evidence.counts, evidence.product_vectors),
    }
    return Report(
        nodes=nodes,
        leaves=len(leaves),
        products=len(evidence.product_vectors.ids),
        sections={name: found[:KEPT] for name, found in sections.items()},
        totals={name: len(found) for name, found in sections.items()},
        notes=evidence.notes,
    )


# --- names and shape --------------------------------------------------------------------------------------------------


def empty(
    leaves: Iterable[CategoryNode], counts: Mapping[int, int], products: Vectors
) -> tuple[Finding, ...]:
    """Leaves in which no product lies and nothing was ever confirmed."""
    used = set(products.categories)
    bare = [leaf for leaf in leaves if not counts.get(leaf.id) and leaf.id not in used]
    return tuple(Finding((leaf.id,)) for leaf in sorted(bare, key=lambda leaf: leaf.path))


def same_name(leaves: Iterable[CategoryNode]) -> tuple[Finding, ...]:
    """Leaves that are called alike in different branches, the most frequent names first."""
    groups: dict[str, list[CategoryNode]] = defaultdict(list)
    for leaf in leaves:
        groups[" ".join(leaf.name.casefold().split())].append(leaf)
    return _groups(group for group in groups.values() if len({leaf.path[:-1] for leaf in group}) > 1)


def duplicate_names(nodes: Iterable[CategoryNode]) -> tuple[Finding, ...]:
    """Categories whose names have the same words in other forms or another order, or that repeat below one parent."""
    groups: dict[tuple[str, ...], list[CategoryNode]] = defaultdict(list)
    for node in nodes:
        groups[tuple(sorted(set(normal_form(node.name).split())))].append(node)
    return _groups(group for words, group in groups.items() if words and _is_duplicate(group))


def _is_duplicate(group: list[CategoryNode]) -> bool:
    if len({" ".join(node.name.casefold().split()) for node in group}) > 1:
        return True
    return len({node.path[:-1] for node in group}) < len(group)


def chains(nodes: Iterable[CategoryNode]) -> tuple[Finding, ...]:
    """Nodes with one active child: the node, and the child."""
    children: dict[int, list[int]] = defaultdict(list)
    paths = {}
    for node in nodes:
        paths[node.id] = node.path
        if node.ancestor_ids:
            children[node.ancestor_ids[-1]].append(node.id)
    lonely = [(parent, below[0]) for parent, below in children.items() if len(below) == 1 and parent in paths]
    return tuple(Finding(pair) for pair in sorted(lonely, key=lambda pair: paths[pair[0]]))


def _groups(groups: Iterable[list[CategoryNode]]) -> tuple[Finding, ...]:
    ordered = sorted(groups, key=lambda group: (-len(group), group[0].path))
    return tuple(
        Finding(tuple(node.id for node in sorted(group, key=lambda node: node.path))) for group in ordered
    )


# --- meaning ----------------------------------------------------------------------------------------------------------


def duplicate_meaning(nodes: Mapping[int, CategoryNode], vectors: Vectors) -> tuple[Finding, ...]:
    """Pairs whose own words mean nearly the same, the nearest first.

    A category's vector is made of its path and synonyms, so all that lie below one parent are near; what its parent's
    vector says is taken out first. Pairs of a node and its ancestor, and of equal names, are not told here.
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
