"""Ozon: the page JSON with its widgets, the part of it with characteristics, search tiles of 2021, and ld+json.

A widget's state is JSON inside a string. Both parts of a page and its ld+json become one product.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from functools import reduce

from apps.parsers.services.base_parser import BaseParser, guarded
from apps.parsers.services.gathering import Gathered
from apps.parsers.services.ozon_pages import Page, pages_of
from apps.parsers.services.ozon_tiles import tile_product, tiles_of
from apps.parsers.services.records import Document, DocumentKind, ParsedItem, RejectedRecord, SkippedDocument


class OzonParser(BaseParser):
    name = "ozon"

    def parse(self, payload: Iterable[Document]) -> Iterator[ParsedItem]:
        with closing(Gathered()) as pages:
            for document in payload:
                if document.kind is DocumentKind.JSON:
                    yield from guarded(document.name, lambda: self._document(document, pages))  # noqa: B023
                else:
                    what = f"это {document.kind}, а парсер ozon читает JSON; его читает парсер supplier"
                    yield SkippedDocument(document.name, what)
            for sku, parts in pages.groups():
                page = reduce(Page.joined, parts)
                yield from guarded(page.place, lambda: [page.product(sku, self.currency)])  # noqa: B023

    def _document(self, document: Document, pages: Gathered) -> Iterator[ParsedItem]:
        """Tiles beside a product are what the site recommends: of a product's page only the product is taken."""
        shown = list(pages_of(document.content))
        numbered = [(sku, page) for page in shown if (sku := page.sku())]
        for sku, page in numbered:
            page.place = document.name
            pages.add(sku, page)
        without = sum(page.shows_a_product() and not page.sku() for page in shown)
        yield from [RejectedRecord(document.name, "на странице нет номера товара (sku)")] * without
        tiles = [] if numbered or without else list(tiles_of(document.content))
        for index, tile in enumerate(tiles, start=1):
            yield tile_product(tile, f"{document.name}, плитка {index}", self.currency)
        if not (numbered or without or tiles):
            reason = "это часть страницы Ozon без товаров: меню, список или разметка"
            yield SkippedDocument(document.name, reason)
