"""A labelled set of products, read from files and split into what counts as confirmed and what is tested."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from apps.ai.types import CategoryNode, ProductSnapshot


class DatasetError(Exception):
    """The folder is not a labelled set; the sentence names the file and the line."""


@dataclass(frozen=True, slots=True)
class LabelledProduct:
    """`key`: the id in the file; `category_ids`: our numbers of all categories that count as right.

    As an example the product lies in the first of them: a shop's product has one category.
    """

    key: str
    snapshot: ProductSnapshot
    category_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Dataset:
    """`parents`: our number of each category's parent. Ids of the files are numbered from 1 in file order."""

    name: str
    names: Mapping[int, str]
    parents: Mapping[int, int | None]
    products: tuple[LabelledProduct, ...]

    def tree(self, examples: Iterable[LabelledProduct]) -> tuple[CategoryNode, ...]:
        """The tree as the shop would see it. A node with children counts as a leaf when it holds examples."""
        used = {category_id for product in examples for category_id in product.category_ids}
        inner = set(self.parents.values()) - used
        return tuple(
            CategoryNode(
                id=category_id,
                name=name,
                path=tuple(self.names[node] for node in (*self._ancestors(category_id), category_id)),
                ancestor_ids=self._ancestors(category_id),
                is_leaf=category_id not in inner,
            )
            for category_id, name in self.names.items()
        )

    def _ancestors(self, category_id: int) -> tuple[int, ...]:
        """From the root down to the parent; a cycle is cut where it would repeat."""
        chain: list[int] = []
        parent = self.parents[category_id]
        while parent is not None and parent not in chain and parent != category_id:
            chain.append(parent)
            parent = self.parents[parent]
        return tuple(reversed(chain))


@dataclass(frozen=True, slots=True)
class Split:
    examples: tuple[LabelledProduct, ...]
    test: tuple[LabelledProduct, ...]


def load(folder: Path) -> Dataset:
    """Read `categories.jsonl` and `products.jsonl`. Raises DatasetError."""
    rows = list(_rows(folder / "categories.jsonl", required=("id", "name")))
    numbers = {str(row["id"]): number for number, row in enumerate(rows, start=1)}
    if not numbers:
        raise DatasetError(f"{folder / 'categories.jsonl'} holds no category.")
    names = {numbers[str(row["id"])]: str(row["name"]) for row in rows}
    parents = {
        numbers[str(row["id"])]: numbers.get(str(row["parent_id"]))
        if row.get("parent_id") is not None
        else None
        for row in rows
    }
    products = tuple(
        _product(number, row, numbers)
        for number, row in enumerate(
            _rows(folder / "products.jsonl", required=("id", "category_ids")), start=1
        )
    )
    if not products:
        raise DatasetError(f"{folder / 'products.jsonl'} holds no product.")
    return Dataset(folder.resolve().name, names, parents, products)


def split(products: Iterable[LabelledProduct], *, share: float, seed: int, limit: int) -> Split:
    """Put each product on its side by a hash of seed and id; at most `limit` are tested.

    The side of a product does not depend on the other products, nor on their order.
    """
    ordered = sorted(products, key=lambda product: _draw(seed, product.key))
    examples = tuple(product for product in ordered if _draw(seed, product.key) < share)
    test = tuple(product for product in ordered if _draw(seed, product.key) >= share)
    return Split(examples, test[:limit])


def _draw(seed: int, key: str) -> float:
    """A number in 0..1 that only the seed and the id decide."""
    digest = hashlib.sha256(f"{seed}:{key}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def _product(number: int, row: Mapping[str, Any], numbers: Mapping[str, int]) -> LabelledProduct:
    known = tuple(numbers[str(key)] for key in row["category_ids"] if str(key) in numbers)
    if not known:
        raise DatasetError(f"Product {row['id']!r} names no category of categories.jsonl.")
    return LabelledProduct(
        key=str(row["id"]),
        snapshot=ProductSnapshot(
            product_id=number,
            title=str(row.get("title") or ""),
            description=str(row.get("description") or ""),
            brand=str(row.get("brand") or ""),
            source_category=str(row.get("source_category") or ""),
        ),
        category_ids=known,
    )


def _rows(path: Path, *, required: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield _row(line, place=f"{path}, line {number}", required=required)
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"{path} cannot be read: {error}.") from error


def _row(line: str, *, place: str, required: tuple[str, ...]) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise DatasetError(f"{place}: not JSON ({error.msg}).") from error
    if not isinstance(row, dict):
        raise DatasetError(f"{place}: not an object.")
    missing = [name for name in required if row.get(name) is None]
    if missing:
        raise DatasetError(f"{place}: {', '.join(missing)} is missing.")
    if not isinstance(row.get("category_ids", []), list):
        raise DatasetError(f"{place}: category_ids is not a list.")
    return row
