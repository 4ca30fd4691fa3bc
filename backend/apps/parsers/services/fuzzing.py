"""Runs mutated feeds of all formats through reading, parsing and fitting, and keeps the books."""

from __future__ import annotations

import io
import json
import random
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from openpyxl import Workbook

from apps.parsers.services.feeds import read_bytes
from apps.parsers.services.fitting import fit
from apps.parsers.services.mutations import mutated_bytes, mutated_record
from apps.parsers.services.records import BrokenDocument, Document, ParsedProduct, RejectedRecord
from apps.parsers.services.registry import parser_class

_RECORD: dict[str, Any] = {
    "id": "k-1",
    "title": "Крем для рук «Ромашка», 50 мл",
    "description": "<p>Увлажняет</p>",
    "brand": {"name": "Ромашка"},
    "price": {"discounted": 120.5, "original": 150},
    "currency": "RUB",
    "stock": 5,
    "barcode": "4600000000015",
    "category": ["Красота", "Кремы"],
    "images": ["https://x.example/1.jpg"],
    "attributes": {"Объём": "50 мл"},
    "specs": [["Тип", "крем"]],
    "variants": [{"id": "s", "size": "S", "price": "100", "stock": 2, "barcode": "4600000000024"}],
}
_GOODS: dict[str, Any] = {
    "id": 150123456,
    "name": "Платье",
    "brand": "Лето",
    "supplierId": 42,
    "pics": 3,
    "colors": [{"name": "красный"}],
    "sizes": [
        {"name": "46", "origName": "M", "price": {"basic": 5000, "product": 2500}, "stocks": [{"qty": 2}]}
    ],
    "totalQuantity": 2,
}
_TILE: dict[str, Any] = {
    "images": ["https://x.example/1.jpg"],
    "link": "/product/krem-5551234/",
    "cellTrackingInfo": {"type": "sku", "id": 5551234, "title": "Крем", "brand": "Лето", "finalPrice": 400},
}
_POST: dict[str, Any] = {
    "shortcode": "CbsPvWFMBRz",
    "display_url": "https://x.example/1.jpg",
    "owner": {"username": "lavka"},
    "edge_media_to_caption": {"edges": [{"node": {"text": "Крем 450 ₽\nРазмеры: S, M\n#крем"}}]},
}


@dataclass
class FuzzResult:
    files: int = 0
    products: int = 0
    refused: int = 0
    broken: int = 0
    problems: list[str] = field(default_factory=list)


def fuzz(*, count: int, seed: int) -> FuzzResult:
    """`count` mutated files, the formats in turn; the same seed gives the same files."""
    dice = random.Random(seed)  # noqa: S311  (test data)
    result = FuzzResult()
    formats = list(_FORMATS.items())
    for number in range(count):
        name, (parser, record, write) = formats[number % len(formats)]
        records = [mutated_record(record, dice) if dice.random() < 0.7 else record for _ in range(3)]
        content = write(records)
        by_bytes = dice.random() < 0.4
        if by_bytes:
            content = mutated_bytes(content, dice)
        result.files += 1
        try:
            problem = _run(parser, content, None if by_bytes or name in _UNCOUNTED else len(records), result)
        except Exception:
            problem = traceback.format_exc(limit=-4)
        if problem:
            result.problems.append(f"seed {seed}, file {number}, {name}: {problem}")
    return result


def _run(parser: str, content: bytes, expected: int | None, result: FuzzResult) -> str:
    """A sentence when fewer records came out than went in, or a record broke the parser."""
    items = list(read_bytes(content, "fuzz"))
    documents = [item for item in items if isinstance(item, Document)]
    broken = [item for item in items if isinstance(item, BrokenDocument)]
    parsed = list(parser_class(parser)().parse(documents))
    fitted = [fit(item) for item in parsed if isinstance(item, ParsedProduct)]
    refused = [item for item in (*items, *parsed) if isinstance(item, RejectedRecord)]
    result.products += len(fitted)
    result.refused += len(refused)
    result.broken += len(broken)
    crashed = [item.reason for item in refused if item.reason.startswith("запись не разобрана")]
    if crashed:
        return crashed[0]
    if any(product != fit(product) for product in fitted):
        return "fitting twice changes the product"
    spoken = len(fitted) + len(refused)
    if expected is not None and not broken and spoken < expected and len(parsed) < expected:
        return f"{expected} records in, {spoken} accounted for"
    return ""


def _json(records: Iterable[dict[str, Any]]) -> bytes:
    return json.dumps(list(records), ensure_ascii=False).encode("utf-8", "replace")


def _lines(records: Iterable[dict[str, Any]]) -> bytes:
    return "\n".join(json.dumps(record) for record in records).encode()


def _flat(record: dict[str, Any]) -> dict[str, str]:
    return {key: value if isinstance(value, str) else json.dumps(value) for key, value in record.items()}


def _csv(records: Iterable[dict[str, Any]]) -> bytes:
    rows = [_flat(record) for record in records]
    header = list(dict.fromkeys(key for row in rows for key in row))
    quoted = [[f'"{row.get(key, "")}"'.replace("\n", " ") for key in header] for row in rows]
    return "\n".join(";".join(row) for row in [header, *quoted]).encode("utf-8", "replace")


def _xml(records: Iterable[dict[str, Any]]) -> bytes:
    offers = []
    for record in records:
        row = {key: value.replace("&", "&amp;").replace("<", "&lt;") for key, value in _flat(record).items()}
        tags = "".join(f"<{key}>{value}</{key}>" for key, value in row.items() if key.isidentifier())
        offers.append(f'<offer id="{row.get("id", "")}">{tags}</offer>')
    text = f"<yml_catalog><shop><offers>{''.join(offers)}</offers></shop></yml_catalog>"
    return text.encode("utf-8", "replace")


def _sheet(records: Iterable[dict[str, Any]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    rows = [_flat(record) for record in records]
    header = list(dict.fromkeys(key for row in rows for key in row))
    for cells in [header, *([row.get(key, "") for key in header] for row in rows)]:
        sheet.append([_printable(cell)[:30_000] for cell in cells])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _printable(text: str) -> str:
    return "".join(char for char in text if char >= " " and not "\ud800" <= char <= "\udfff")


def _page(records: Iterable[dict[str, Any]]) -> bytes:
    things = [
        {"@type": "Product", "name": r.get("title"), "sku": r.get("id"), "offers": r.get("price")}
        for r in records
    ]
    return (
        f"<html><head><script type='application/ld+json'>{json.dumps(things)}</script></head></html>".encode()
    )


#: Formats in which a spoiled record may not be recognised as one: they are tried for crashes alone.
_UNCOUNTED = frozenset({"page", "ozon", "instagram", "wildberries", "csv", "xlsx"})
_FORMATS: dict[str, tuple[str, dict[str, Any], Callable[[Iterable[dict[str, Any]]], bytes]]] = {
    "json": ("supplier", _RECORD, _json),
    "lines": ("supplier", _RECORD, _lines),
    "csv": ("supplier", _RECORD, _csv),
    "xml": ("supplier", _RECORD, _xml),
    "xlsx": ("supplier", _RECORD, _sheet),
    "page": ("supplier", _RECORD, _page),
    "wildberries": ("wildberries", _GOODS, _json),
    "ozon": ("ozon", _TILE, _json),
    "instagram": ("instagram", _POST, _json),
}
