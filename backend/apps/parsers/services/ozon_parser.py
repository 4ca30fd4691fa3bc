"""Ozon: the page JSON with its widgets, the part of it with characteristics, search tiles of 2021, and ld+json.

A widget's state is JSON inside a string. Both parts of a page and its ld+json become one product.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from apps.parsers.services.base_parser import BaseParser
from apps.parsers.services.cleaning import clean_line, clean_text
from apps.parsers.services.money import Price, read_price
from apps.parsers.services.ozon_tiles import Tile, tiles_of
from apps.parsers.services.records import (
    Document,
    DocumentKind,
    ParsedItem,
    ParsedProduct,
    RejectedRecord,
    SkippedDocument,
)
from apps.parsers.services.supplier_fields import all_values
from apps.products.models import Currency

SITE = "https://www.ozon.ru"
_NUMBER_IN_ADDRESS = re.compile(r"(?:-|/)(\d{5,})/?(?:\?|$)")
_CHARACTERISTICS = ("webCharacteristics", "webShortCharacteristics", "webFullCharacteristics")
_GALLERIES = ("webGallery", "webMediaGallery")


class OzonParser(BaseParser):
    name = "ozon"

    def parse(self, payload: Iterable[Document]) -> Iterator[ParsedItem]:
        pages: dict[str, _Page] = {}
        for document in payload:
            if document.kind is not DocumentKind.JSON:
                what = f"это {document.kind}, а парсер ozon читает JSON; его читает парсер supplier"
                yield SkippedDocument(document.name, what)
                continue
            yield from self._document(document, pages)
        for sku, page in pages.items():
            yield page.product(sku, self.currency)

    def _document(self, document: Document, pages: dict[str, _Page]) -> Iterator[ParsedItem]:
        found = False
        for page in _pages(document.content):
            found = True
            sku = page.sku()
            if sku:
                page.place = document.name
                pages[sku] = pages[sku].joined(page) if sku in pages else page
            else:
                yield RejectedRecord(document.name, "на странице нет номера товара (sku)")
        for index, tile in enumerate(tiles_of(document.content), start=1):
            found = True
            yield _tile_product(tile, f"{document.name}, плитка {index}", self.currency)
        if not found:
            yield SkippedDocument(
                document.name, "это часть страницы Ozon без товаров: меню, список или разметка"
            )


@dataclass
class _Page:
    """What one page says: widgets by the names they begin with, ld+json objects, and the tracking block."""

    widgets: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)
    linked: list[Mapping[str, Any]] = field(default_factory=list)
    tracking: Mapping[str, Any] = field(default_factory=dict)
    addresses: list[str] = field(default_factory=list)
    place: str = ""

    def joined(self, other: _Page) -> _Page:
        widgets = {name: list(states) for name, states in self.widgets.items()}
        for name, states in other.widgets.items():
            widgets.setdefault(name, []).extend(states)
        return _Page(
            widgets=widgets,
            linked=[*self.linked, *other.linked],
            tracking={**other.tracking, **self.tracking},
            addresses=[*self.addresses, *other.addresses],
            place=self.place,
        )

    def of(self, *names: str) -> Iterator[Mapping[str, Any]]:
        for name in names:
            yield from self.widgets.get(name, [])

    def sku(self) -> str:
        said = (
            *(clean_line(state.get("sku")) for state in self.of(*_GALLERIES)),
            clean_line(self.tracking.get("sku")),
            *(clean_line(thing.get("sku")) for thing in self.linked),
            *(clean_line(state.get("itemId")) for state in self.of("webReviewProductScore")),
            *(clean_line(state.get("productId")) for states in self.widgets.values() for state in states),
            *(found[1] for address in self.addresses if (found := _NUMBER_IN_ADDRESS.search(address))),
        )
        return next((sku for sku in said if sku.isascii() and sku.isdigit() and len(sku) <= 15), "")

    def product(self, sku: str, currency: str) -> ParsedProduct:
        price = self._price()
        images = self._images()
        return ParsedProduct(
            source_id=sku,
            title=self._title(),
            description=self._description(),
            brand=self._linked("brand.name", "brand"),
            supplier=next(
                (clean_line(one.get("name")) for one in self.of("webCurrentSeller", "webSeller")), ""
            ),
            price=price.amount,
            currency=(currency or price.currency or Currency.RUB.value) if price.amount is not None else "",
            stock=self._stock(),
            url=next((one for one in self.addresses if one.startswith("https://")), f"{SITE}/product/{sku}/"),
            category=self._category(),
            attributes=self._attributes(),
            image_urls=tuple(images),
            warnings=(price.warning,) if price.warning else (),
            place=self.place,
        )

    def _title(self) -> str:
        said = (clean_line(state.get("title")) for state in self.of("webProductHeading", "webStickyProducts"))
        return next((title for title in said if title), "") or self._linked("name")

    def _price(self) -> Price:
        """The price anybody pays, not that with the marketplace's own card."""
        prices = [
            read_price(state.get(key))
            for key in ("price", "cardPrice")
            for state in self.of("webPrice", "webSale")
        ]
        prices += [read_price(value) for thing in self.linked for value in all_values(thing, "offers.price")]
        return next((price for price in prices if price.amount is not None), next(iter(prices), Price(None)))

    def _stock(self) -> int | None:
        """Nothing when the page says that it is sold out; it never says how many there are."""
        said = [state.get("isAvailable") for state in self.of("webPrice", "webSale")]
        if self.widgets.get("webOutOfStock") or (said and all(one is False for one in said)):
            return 0
        return None

    def _images(self) -> list[str]:
        urls: list[str] = []
        for gallery in self.of(*_GALLERIES):
            urls += [clean_line(gallery.get("coverImage"))]
            urls += [
                clean_line(value)
                for key in ("images.src", "images.url")
                for value in all_values(gallery, key)
            ]
            urls += [clean_line(value) for value in all_values(gallery, "images") if isinstance(value, str)]
        urls += [
            clean_line(value) for thing in self.linked for value in all_values(thing, "image") if not urls
        ]
        return list(dict.fromkeys(url for url in urls if url))

    def _description(self) -> str:
        texts = [clean_text(value) for state in self.of("webDescription") for value in _rich_texts(state)]
        texts += [clean_text(thing.get("description")) for thing in self.linked if not texts]
        return "\n".join(dict.fromkeys(text for text in texts if text))

    def _category(self) -> str:
        """The breadcrumbs without the last step when that is the brand."""
        hierarchy = clean_line(self.tracking.get("hierarchy")).split("/")
        crumbs = [
            clean_line(text)
            for state in self.of("breadCrumbs")
            for text in all_values(state, "breadcrumbs.text")
        ]
        path = [step for step in (crumbs or hierarchy) if step]
        brand = self._linked("brand.name", "brand").casefold()
        return " > ".join(path[:-1] if len(path) > 1 and path[-1].casefold() == brand else path)

    def _attributes(self) -> dict[str, str]:
        """Each group of characteristics is {short or long: [{name or key, values: [{text}]}]}."""
        found: dict[str, str] = {}
        for state in self.of(*_CHARACTERISTICS):
            groups = [group for group in all_values(state, "characteristics") if isinstance(group, Mapping)]
            for one in (entry for group in groups for entry in _entries(group)):
                title = one.get("title")
                named = (
                    clean_line(all_values(title, "textRs.content"))
                    if isinstance(title, Mapping)
                    else clean_line(title)
                )
                name = clean_line(one.get("name")) or named or clean_line(one.get("key"))
                values = [
                    clean_line(text)
                    for text in (all_values(one, "values.text") or all_values(one, "content"))
                ]
                text = "; ".join(dict.fromkeys(value for value in values if value))
                if name and text:
                    found.setdefault(name, text)
        return found

    def _linked(self, *paths: str) -> str:
        said = (value for path in paths for thing in self.linked for value in all_values(thing, path))
        return next((text for text in map(clean_line, said) if text), "")


def _entries(group: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if "values" in group or "content" in group:
        yield group
    for key in ("short", "long"):
        yield from (one for one in all_values(group, key) if isinstance(one, Mapping))


def _rich_texts(state: Mapping[str, Any]) -> Iterator[object]:
    yield state.get("richAnnotation")
    content = _inside(state.get("richAnnotationJson"))
    for path in ("content.text.content", "content.blocks.text.content", "content.title.content"):
        yield from (all_values(content, path) if isinstance(content, Mapping) else [])
    for block in (one for one in all_values(state, "characteristics") if isinstance(one, Mapping)):
        yield block.get("content")


def _pages(content: object, depth: int = 0) -> Iterator[_Page]:
    """Pages with widget states; a list of them, and {state: …} around one, are opened."""
    if depth > 4:
        return
    if isinstance(content, list):
        for member in content:
            yield from _pages(member, depth + 1)
    elif isinstance(content, Mapping):
        if isinstance(content.get("widgetStates"), Mapping):
            yield _page(content)
            return
        for key in ("state", "data", "page", "result", "pdp", "response"):
            yield from _pages(_inside(content.get(key)), depth + 1)


def _page(content: Mapping[str, Any]) -> _Page:
    page = _Page()
    for name, value in content["widgetStates"].items():
        state = _inside(value)
        if isinstance(state, Mapping):
            page.widgets.setdefault(str(name).partition("-")[0], []).append(state)
    tracking = _inside(content.get("layoutTrackingInfo"))
    page.tracking = tracking if isinstance(tracking, Mapping) else {}
    for script in all_values(content, "seo.script"):
        thing = _inside(script.get("innerHTML")) if isinstance(script, Mapping) else None
        if isinstance(thing, Mapping) and thing.get("@type") == "Product":
            page.linked.append(thing)
    links = [link for link in all_values(content, "seo.link") if isinstance(link, Mapping)]
    page.addresses = [clean_line(link.get("href")) for link in links if link.get("rel") == "canonical"]
    page.addresses += [clean_line(value) for value in all_values(content, "pageInfo.url")]
    return page


def _inside(value: object) -> object:
    """A value, or what the JSON says that stands in a string."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value, strict=False, parse_float=Decimal)
    except (ValueError, RecursionError):
        return None


def _tile_product(tile: Tile, place: str, currency: str) -> ParsedProduct | RejectedRecord:
    if not tile.sku:
        return RejectedRecord(place, "у плитки нет номера товара")
    return ParsedProduct(
        source_id=tile.sku,
        title=tile.title,
        brand=tile.brand,
        price=tile.price.amount,
        currency=(currency or tile.price.currency or Currency.RUB.value)
        if tile.price.amount is not None
        else "",
        stock=tile.stock,
        url=f"{SITE}{tile.link.partition('?')[0]}"
        if tile.link.startswith("/")
        else f"{SITE}/product/{tile.sku}/",
        category=tile.category,
        attributes=tile.attributes,
        image_urls=tile.images,
        warnings=(tile.price.warning,) if tile.price.warning else (),
        place=place,
    )
