"""Languages and categories."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from apps.ai import conf
from apps.ai.host import category_model
from apps.ai.prompts import KINDS
from apps.ai.types import CategoryNode


def languages(shop: Any, product_id: int) -> Iterator[str]:
    spoken = shop.languages()
    if not spoken or not all(isinstance(language, str) and language for language in spoken):
        yield f"languages() is {spoken!r}: name at least one, such as ('ru',)."
    elif conf.get().language != spoken[0]:
        yield (
            f"languages() begins with {spoken[0]!r}, AI_CONFIG['DEFAULT_LANGUAGE'] is {conf.get().language!r}: "
            "cards would be written in a language that the product's card is not in."
        )


def categories(shop: Any, product_id: int) -> Iterator[str]:
    nodes = {node.id: node for node in shop.categories()}
    if shop.categories() is not shop.categories():
        yield "categories() builds the tree anew every time: keep it, several questions a run ask for it."
    if len(nodes) != len(shop.categories()):
        yield "categories() names an id twice."
    choosable = [node for node in nodes.values() if node.is_leaf and node.is_active]
    if len(choosable) < 2:
        yield f"categories() has {len(choosable)} active leaves: a card needs a choice of at least two."
    known = set(category_model()._base_manager.values_list("pk", flat=True))
    if gone := sorted(set(nodes) - known):
        yield f"categories() names ids that AI_CATEGORY_MODEL does not have: {gone[:5]}."
    parents = {parent for node in nodes.values() if node.is_active for parent in node.ancestor_ids}
    if not any(node.kind in KINDS for node in nodes.values()):
        yield f"categories(): no category has a kind that has instructions of its own: {', '.join(sorted(KINDS))}."
    for node in nodes.values():
        yield from _node(node, nodes, parents)


def _node(node: CategoryNode, nodes: dict[int, CategoryNode], parents: set[int]) -> Iterator[str]:
    name = f"Category {node.id} ({node.name!r})"
    if not node.name.strip():
        yield f"{name} has no name."
    if not node.path or node.path[-1] != node.name:
        yield f"{name}: `path` is {node.path!r}, it must end with the category's own name."
    if len(node.ancestor_ids) != len(node.path) - 1:
        yield f"{name}: `path` has {len(node.path)} names, `ancestor_ids` {len(node.ancestor_ids)} ids."
    if lost := [parent for parent in node.ancestor_ids if parent not in nodes]:
        yield f"{name} lies below {lost}, which categories() does not name."
    if node.is_leaf and node.id in parents:
        yield f"{name} is a leaf and has active categories below it: no product may lie there."
    if not all(isinstance(word, str) and word.strip() for word in node.synonyms):
        yield f"{name}: an empty word in `synonyms`."


def counts(shop: Any, product_id: int) -> Iterator[str]:
    known = {node.id for node in shop.categories()}
    for category_id, count in shop.product_counts().items():
        if category_id not in known:
            yield f"product_counts() names category {category_id}, categories() does not."
        elif not count > 0:
            yield f"product_counts() says {count} of category {category_id}: leave empty ones out."
