"""What is wrong with a category tree, as its names, its shape and the products in it show. Values in, values out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from apps.ai.services.taxonomy.vectors import Finding, Vectors, confused, duplicate_meaning
from apps.ai.text.attributes.schema import normal_form
from apps.ai.types import CategoryNode

#: Findings of a section that a report keeps.
KEPT = 200


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
class TreeFacts:
    """What a report is made from. `counts`: products lying in each category; `corrections`: (was, became)."""

    nodes: Sequence[CategoryNode]
    counts: Mapping[int, int]
    category_vectors: Vectors = field(default_factory=Vectors.none)
    product_vectors: Vectors = field(default_factory=Vectors.none)
    corrections: Mapping[tuple[int, int], int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def report_on(tree: TreeFacts) -> Report:
    """Everything that is to be said about the active part of the tree."""
    nodes = {node.id: node for node in tree.nodes if node.is_active}
    leaves = {node.id: node for node in nodes.values() if node.is_leaf}
    sections = {
        "confused": confused(leaves, tree.product_vectors, tree.corrections),
        "duplicate_names": duplicate_names(nodes.values()),
        "duplicate_meaning": duplicate_meaning(nodes, tree.category_vectors),
        "same_name": same_name(leaves.values()),
        "chains": chains(nodes.values()),
        "empty": empty(leaves.values(), tree.counts, tree.product_vectors),
    }
    return Report(
        nodes=nodes,
        leaves=len(leaves),
        products=len(tree.product_vectors.ids),
        sections={name: found[:KEPT] for name, found in sections.items()},
        totals={name: len(found) for name, found in sections.items()},
        notes=tree.notes,
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
