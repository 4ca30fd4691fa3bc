"""Ozon: the page JSON with its widgets, the part of it with characteristics, search tiles of 2021, and ld+json.

A widget's state is JSON inside a string. Both parts of a page and its ld+json become one product.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from apps.parsers.services.base_parser import BaseParser, guarded
from apps.parsers.services.ozon_pages import Page, pages_of
from apps.parsers.services.ozon_tiles import tile_product, tiles_of
from apps.parsers.services.records import Document, DocumentKind, ParsedItem, RejectedRecord, SkippedDocument


class OzonParser(BaseParser):
    name = "ozon"

    def parse(self, payload: Iterable[Document]) -> Iterator[ParsedItem]:
        pages: dict[str, Page] = {}
        for document in payload:
            if document.kind is not DocumentKind.JSON:
                what = f"это {document.kind}, а парсер ozon читает JSON; его читает парсер supplier"
                yield SkippedDocument(document.name, what)
                continue
            yield from guarded(document.name, lambda: self._document(document, pages))  # noqa: B023
        for sku, page in pages.items():
            yield from guarded(page.place, lambda: [page.product(sku, self.currency)])  # noqa: B023

    def _document(self, document: Document, pages: dict[str, Page]) -> Iterator[ParsedItem]:
        """Tiles beside a product are what the site recommends: of a product's page only the product is taken."""
        shown = list(pages_of(document.content))
        numbered = [(sku, page) for page in shown if (sku := page.sku())]
        for sku, page in numbered:
            page.place = document.name
            pages[sku] = pages[sku].joined(page) if sku in pages else page
        without = sum(page.shows_a_product() and not page.sku() for page in shown)
        yield from [RejectedRecord(document.name, "на странице нет номера товара (sku)")] * without
        tiles = [] if numbered or without else list(tiles_of(document.content))
        for index, tile in enumerate(tiles, start=1):
            yield tile_product(tile, f"{document.name}, плитка {index}", self.currency)
        if not (numbered or without or tiles):
            reason = "это часть страницы Ozon без товаров: меню, список или разметка"
            yield SkippedDocument(document.name, reason)
