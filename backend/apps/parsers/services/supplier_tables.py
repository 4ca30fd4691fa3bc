"""Rows of tables as records of the supplier parser, by a mapping that is given or guessed from the headings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from apps.parsers.services.cleaning import clean_line
from apps.parsers.services.money import currency_code, read_price
from apps.parsers.services.records import Document, MappedColumns, SkippedDocument
from apps.parsers.services.supplier_headers import IGNORED, STOCK_OF, guess_mapping, price_rank

#: Fields without which a row is no product.
_NEEDED = frozenset({"title", "price", "stock", "barcode"})
_REPEATED = frozenset({"images", "attributes", "price", IGNORED, *STOCK_OF})
_NAMED_TRAITS = {"size": "Размер", "color": "Цвет", "group": "source_group"}
_PICTURES = re.compile(r"[\s,;|]+(?=https?://|//)|[;|\n]+")


class TableReader:
    """Remembers the mapping of the table it is in: all rows of one have the same headings."""

    def __init__(self, mapping: Mapping[str, str]) -> None:
        self._given = mapping
        self._headings: dict[str, str] = {}
        self._refused = False
        self._table = ""
        self._notes: list[SkippedDocument | MappedColumns] = []

    def record(self, document: Document) -> dict[str, Any] | SkippedDocument | None:
        """None for the further rows of a table that is no list of products."""
        table = document.name.rpartition(", строка ")[0]
        if table != self._table:  # the next sheet or file calls its columns by its own names
            self._table, self._headings, self._refused = table, {}, False
        cells: Mapping[str, str] = document.content if isinstance(document.content, Mapping) else {}
        fresh = [heading for heading in cells if heading not in self._headings]
        if fresh:
            self._learn(fresh)
        if not _NEEDED & set(self._headings.values()):
            known, self._refused = self._refused, True
            columns = ", ".join(self._headings)
            what = f"в таблице нет столбцов товара (название, цена, остаток, штрихкод), есть: {columns[:200]}"
            return None if known else SkippedDocument(document.name, what)
        return row_record(cells, self._headings)

    def take_notes(self) -> Iterator[SkippedDocument | MappedColumns]:
        notes, self._notes = self._notes, []
        yield from notes

    def _learn(self, fresh: list[str]) -> None:
        guessed = guess_mapping([*self._headings, *fresh])
        taken = set(self._headings.values())
        own_price = "price" in self._given.values()
        for heading in fresh:
            field = self._given.get(heading) or guessed[heading]
            if heading not in self._given and field == "price" and own_price:
                field = IGNORED
            again = field in taken and field not in _REPEATED and heading not in self._given
            self._headings[heading] = "attributes" if again else field
        if _NEEDED & set(self._headings.values()):
            self._notes.append(MappedColumns(dict(self._headings)))


def row_record(cells: Mapping[str, str], mapping: Mapping[str, str]) -> dict[str, Any]:
    """A row as a record; without a column of ids the article or the barcode is its id."""
    record: dict[str, Any] = {"attributes": {}, "images": [], "variants": []}
    for heading, text in cells.items():
        _put(record, heading, mapping[heading], text)
    prices = sorted((name for name in cells if mapping[name] == "price"), key=price_rank)
    if prices:
        readable = (name for name in prices if read_price(cells[name]).amount is not None)
        paid = next(readable, prices[0])
        record["price"] = cells[paid]
        if currency_code(paid) and not currency_code(cells[paid]):
            record.setdefault("currency", currency_code(paid))
    sizes = split_sizes(record["attributes"].get("Размер", ""))
    if len(sizes) > 1 and not record["variants"]:
        record["attributes"]["Размер"] = sizes
        record["variants"] = [{"size": size} for size in sizes]
    for variant in record["variants"]:
        variant["price"] = record.get("price")
    if not record.get("id"):
        record["id"] = record.get("sku") or record.get("barcode") or ""
    return {name: value for name, value in record.items() if name != "variants" or value}


def _put(record: dict[str, Any], heading: str, field: str, text: str) -> None:
    if field == "images":
        record["images"].extend(part.strip() for part in _PICTURES.split(text) if part.strip())
    elif field in STOCK_OF:
        name = clean_line(heading)
        key = {"Размер": "size", "Цвет": "color"}[STOCK_OF[field]]
        record["variants"].append({"name": name, key: name, "stock": text})
    elif field in _NAMED_TRAITS:
        record["attributes"][_NAMED_TRAITS[field]] = text
    elif field == "attributes":
        record["attributes"][heading] = text
    elif field == "category":
        record["category"] = re.split(r"\s*(?:\n|>|/|\||→|»|::)\s*", text)
    elif field and field not in ("price", IGNORED):
        record[field] = text


_SIZE = re.compile(r"\d?X{0,3}[SL]|M|\d{2}", re.IGNORECASE)


def split_sizes(text: str) -> list[str]:
    """The sizes of one cell: "S,M,L", "42; 44", "S/M/L". One for "42-44", "S/M" and "42,5"."""
    parts = [part.strip() for part in re.split(r"[;|\n]|,\s*(?!\d(?!\d))", text)]
    if len(parts) == 1 and text.count("/") > 1:
        parts = [part.strip() for part in text.split("/")]
    if len(parts) == 1 and all(map(_SIZE.fullmatch, text.split())):
        parts = text.split()
    found = list(dict.fromkeys(part for part in parts if part))
    return found if all(len(part) <= 20 for part in found) else [text]
