"""The category tree in memory: read once, asked often."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from apps.products.models import Category
from apps.products.services import attribute_schema

PATH_SEPARATOR = " > "


@dataclass(frozen=True, slots=True)
class CategoryNode:
    id: int
    parent_id: int | None
    name: str
    kind: str
    is_active: bool
    synonyms: tuple[str, ...]
    attributes: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class CategoryTree:
    """A picture of the tree at one moment.

    An id that is not in the tree raises KeyError. A parent that is missing counts as none; a cycle, which
    neither the import nor the admin lets in, is cut where it would repeat.
    """

    nodes: Mapping[int, CategoryNode]

    @classmethod
    def load(cls) -> CategoryTree:
        """The whole tree by one query."""
        rows = Category.objects.values_list(
            "id", "parent_id", "name", "kind", "is_active", "synonyms", "attribute_schema"
        )
        return cls.of(
            CategoryNode(*row[:5], synonyms=_words(row[5]), attributes=_rows(row[6])) for row in rows
        )

    @classmethod
    def of(cls, nodes: Iterable[CategoryNode]) -> CategoryTree:
        return cls({node.id: node for node in nodes})

    @property
    def rows(self) -> tuple[CategoryNode, ...]:
        return tuple(self.nodes.values())

    def ancestor_ids(self, category_id: int) -> tuple[int, ...]:
        """Ids from the root down to the parent."""
        return tuple(reversed([node.id for node in self._upwards(category_id)][1:]))

    def path(self, category_id: int) -> tuple[str, ...]:
        """Names from the root down to the category itself."""
        return tuple(reversed([node.name for node in self._upwards(category_id)]))

    def path_text(self, category_id: int) -> str:
        return PATH_SEPARATOR.join(self.path(category_id))

    def kind(self, category_id: int) -> str:
        """The category's own kind or its nearest ancestor's; empty when nobody names one."""
        return next((node.kind for node in self._upwards(category_id) if node.kind), "")

    def attribute_schema(self, category_id: int) -> list[dict[str, Any]]:
        """The category's own attributes and those of its ancestors; the same list for all that add none."""
        if category_id not in self._schemas:
            node = self.nodes[category_id]
            ancestors = self.ancestor_ids(category_id)
            inherited = self.attribute_schema(ancestors[-1]) if ancestors else []
            self._schemas[category_id] = (
                attribute_schema.inherited([inherited, node.attributes]) if node.attributes else inherited
            )
        return self._schemas[category_id]

    @cached_property
    def _schemas(self) -> dict[int, list[dict[str, Any]]]:
        return {}

    def children(self, category_id: int) -> tuple[int, ...]:
        return self._children.get(category_id, ())

    def descendants(self, category_id: int) -> frozenset[int]:
        """Ids of everything below the category, without itself."""
        found: set[int] = set()
        waiting = list(self.children(category_id))
        while waiting:
            current = waiting.pop()
            if current in found or current == category_id:
                continue
            found.add(current)
            waiting.extend(self.children(current))
        return frozenset(found)

    def is_active(self, category_id: int) -> bool:
        """The category and all its ancestors are active."""
        return all(node.is_active for node in self._upwards(category_id))

    @cached_property
    def leaf_ids(self) -> frozenset[int]:
        """Where products may lie: active, all ancestors active, no active child."""
        return frozenset(
            node_id
            for node_id in self.nodes
            if self.is_active(node_id)
            and not any(self.nodes[child].is_active for child in self.children(node_id))
        )

    @cached_property
    def _children(self) -> Mapping[int, tuple[int, ...]]:
        children: dict[int, list[int]] = {}
        for node in self.nodes.values():
            if node.parent_id is not None:
                children.setdefault(node.parent_id, []).append(node.id)
        return {parent_id: tuple(ids) for parent_id, ids in children.items()}

    def _upwards(self, category_id: int) -> Iterator[CategoryNode]:
        """The category, its parent, …, the root."""
        seen: set[int] = set()
        node: CategoryNode | None = self.nodes[category_id]
        while node is not None and node.id not in seen:
            yield node
            seen.add(node.id)
            node = None if node.parent_id is None else self.nodes.get(node.parent_id)


def _rows(value: object) -> list[dict[str, Any]]:
    """What was saved past the checks, by hand in the database, is passed over."""
    try:
        return attribute_schema.cleaned(value)
    except attribute_schema.SchemaError:
        return []


def _words(value: object) -> tuple[str, ...]:
    return tuple(word for word in value if isinstance(word, str)) if isinstance(value, list) else ()
