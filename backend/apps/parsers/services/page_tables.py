"""Tables of products on a page, as pharmacies publish their price lists: read by their headings like a CSV."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser, LexborNode

from apps.parsers.services.cleaning import clean_line
from apps.parsers.services.supplier_headers import guess_mapping
from apps.parsers.services.supplier_tables import row_record

#: A table is a price list when its headings name the goods and at least one of the others.
_ASKED = frozenset({"price", "barcode"})


def listed_in_tables(text: str, address: str) -> Iterator[dict[str, Any]]:
    """A record for each row below headings that name a title and a price or barcode."""
    for table in LexborHTMLParser(text).css("table"):
        rows = [_cells(row) for row in table.css("tr")]
        headings = [clean_line(cell.text()) for cell in rows[0]] if rows else []
        mapping = guess_mapping([heading for heading in headings if heading])
        fields = set(mapping.values())
        if "title" not in fields or not fields & _ASKED or len(set(headings)) != len(headings):
            continue
        for cells in rows[1:]:
            texts = {
                heading: text
                for heading, cell in zip(headings, cells, strict=False)
                if heading and (text := clean_line(cell.text(separator=" ")))
            }
            record = row_record(texts, mapping)
            if record.get("title"):
                yield _addressed(record, cells, address)


def _cells(row: LexborNode) -> list[LexborNode]:
    return [cell for cell in row.iter() if cell.tag in ("th", "td")]


def _addressed(record: dict[str, Any], cells: list[LexborNode], address: str) -> dict[str, Any]:
    """With the address that the row links to; it is the row's id where no code is given."""
    links = (link.attributes.get("href") for cell in cells for link in cell.css("a"))
    link = next((href for href in links if href and not href.startswith(("#", "javascript:"))), None)
    if link and not record.get("url"):
        record["url"] = urljoin(address, link)
    record["id"] = record.get("id") or record.get("url") or ""
    return record
