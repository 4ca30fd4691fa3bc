"""Rows of tables as records of the supplier parser, by a mapping that is given or guessed from the headings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from apps.parsers.services.records import Document, MappedColumns, SkippedDocument
from apps.parsers.services.supplier_headers import guess_mapping

#: Fields without which a row is no product.
_NEEDED = frozenset({"title", "price", "stock", "barcode"})
_NAMED_TRAITS = {"size": "Размер", "color": "Цвет", "group": "source_group"}
_PICTURES = re.compile(r"[\s,;|]+(?=https?://|//)|[;|\n]+")


class TableReader:
    """Remembers the mapping of the table it is in: all rows of one have the same headings."""

    def __init__(self, mapping: Mapping[str, str]) -> None:
        self._given = mapping
        self._headings: dict[str, str] = {}
        self._refused = False
        self._notes: list[SkippedDocument | MappedColumns] = []

    def record(self, document: Document) -> dict[str, Any] | SkippedDocument | None:
        """None for the further rows of a table that is no list of products."""
        cells: Mapping[str, str] = document.content if isinstance(document.content, Mapping) else {}
        fresh = [heading for heading in cells if heading not in self._headings]
        if fresh:
            self._learn(fresh)
        if not _NEEDED & set(self._headings.values()):
            known, self._refused = self._refused, True
            columns = ", ".join(self._headings)
            what = f"в таблице нет столбцов товара (название, цена, остаток, штрихкод), есть: {columns[:200]}"
            return None if known else SkippedDocument(document.name, what)
        record: dict[str, Any] = {"attributes": {}, "images": []}
        for heading, text in cells.items():
            _put(record, heading, self._headings[heading], text)
        if not record.get("id"):
            record["id"] = record.get("sku") or record.get("barcode") or ""
        return record

    def take_notes(self) -> Iterator[SkippedDocument | MappedColumns]:
        notes, self._notes = self._notes, []
        yield from notes

    def _learn(self, fresh: list[str]) -> None:
        guessed = guess_mapping(fresh)
        taken = set(self._headings.values())
        for heading in fresh:
            field = self._given.get(heading) or guessed[heading]
            again = field in taken and field not in ("images", "attributes") and heading not in self._given
            self._headings[heading] = "attributes" if again else field
        if _NEEDED & set(self._headings.values()):
            self._notes.append(MappedColumns(dict(self._headings)))


def _put(record: dict[str, Any], heading: str, field: str, text: str) -> None:
    if field == "images":
        record["images"].extend(part for part in _PICTURES.split(text) if part.strip())
    elif field in _NAMED_TRAITS:
        record["attributes"][_NAMED_TRAITS[field]] = text
    elif field == "attributes":
        record["attributes"][heading] = text
    elif field == "category":
        record["category"] = re.split(r"\s*(?:>|/|\||→|»|::)\s*", text)
    elif field:
        record[field] = text
