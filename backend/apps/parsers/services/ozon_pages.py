"""A product's page of Ozon: its widgets, its tracking block and its ld+json, and what they say together."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from apps.parsers.services.cleaning import clean_line, clean_text
from apps.parsers.services.money import Price, read_price
from apps.parsers.services.ozon_tiles import SITE
from apps.parsers.services.ozon_variants import variants_of
from apps.parsers.services.records import ParsedProduct
from apps.parsers.services.supplier_fields import all_values
from apps.products.models import Currency

_NUMBER_IN_ADDRESS = re.compile(r"/(?:product|context/detail/id)/(?:[^/?#]*-)?(\d{5,})/?(?:[?#]|$)")
_CHARACTERISTICS = ("webCharacteristics", "webShortCharacteristics", "webFullCharacteristics")
_SELLERS = (
    *(("webCurrentSeller", "name"), ("webCurrentSeller", "sellerName"), ("webCurrentSeller", "title.text")),
    *(("webCurrentSeller", "sellerCell.common.title.text"), ("webSeller", "name")),
    *(("webStickyProducts", "seller.name"), ("webStickyProducts", "seller.title")),
)
_OF_A_PRODUCT = ("webProductHeading", "webPrice", "webGallery", "webMediaGallery", "webCharacteristics")
_GALLERIES = ("webGallery", "webMediaGallery")


@dataclass
class Page:
    """What one page says: widgets by the names they begin with, ld+json objects, and the tracking block."""

    widgets: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)
    linked: list[Mapping[str, Any]] = field(default_factory=list)
    tracking: Mapping[str, Any] = field(default_factory=dict)
    addresses: list[str] = field(default_factory=list)
    place: str = ""

    def joined(self, other: Page) -> Page:
        widgets = {name: list(states) for name, states in self.widgets.items()}
        for name, states in other.widgets.items():
            widgets.setdefault(name, []).extend(states)
        return Page(
            widgets=widgets,
            linked=[*self.linked, *other.linked],
            tracking={**other.tracking, **self.tracking},
            addresses=[*self.addresses, *other.addresses],
            place=self.place,
        )

    def of(self, *names: str) -> Iterator[Mapping[str, Any]]:
        for name in names:
            yield from self.widgets.get(name, [])

    def shows_a_product(self) -> bool:
        """A list of products has none of these."""
        return bool(self.linked) or any(name in self.widgets for name in _OF_A_PRODUCT)

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
        attributes = self._attributes()
        rouble = currency or Currency.RUB.value
        return ParsedProduct(
            source_id=sku,
            title=self._title(),
            description=self._description(),
            brand=self._brand(attributes),
            supplier=self._seller(),
            price=price.amount,
            currency=(currency or price.currency or rouble) if price.amount is not None else "",
            stock=self._stock(),
            barcode=self._barcode(attributes),
            url=next((one for one in self.addresses if one.startswith("https://")), f"{SITE}/product/{sku}/"),
            category=self._category(),
            attributes=attributes,
            image_urls=tuple(images),
            variants=variants_of(self.of("webAspects", "webDetailAspects"), rouble),
            warnings=(price.warning,) if price.warning else (),
            place=self.place,
        )

    def _title(self) -> str:
        said = (
            clean_line(state.get(key))
            for name, key in (
                ("webProductHeading", "title"),
                ("webStickyProducts", "name"),
                ("webStickyProducts", "title"),
            )
            for state in self.of(name)
        )
        return next((title for title in said if title), "") or self._linked("name")

    def _brand(self, attributes: Mapping[str, str]) -> str:
        widgets = (
            clean_line(value)
            for state in self.of("webBrand")
            for path in ("content.title.text.content", "name", "title.text", "title")
            for value in all_values(state, path)
            if isinstance(value, str)
        )
        said = (self._linked("brand.name", "brand"), *widgets, attributes.get("Бренд", ""))
        return next((brand for brand in said if brand), "")

    def _seller(self) -> str:
        said = (
            clean_line(value)
            for widget, path in _SELLERS
            for state in self.of(widget)
            for value in all_values(state, path)
            if isinstance(value, str)
        )
        return next((name for name in said if name), "")

    def _barcode(self, attributes: Mapping[str, str]) -> str:
        coded = ("gtin13", "gtin", "gtin14", "gtin12", "gtin8")
        named = (attributes[name] for name in ("Штрихкод", "Штрих-код", "EAN") if name in attributes)
        return self._linked(*coded) or next(iter(named), "")

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


def pages_of(content: object, depth: int = 0) -> Iterator[Page]:
    """Pages with widget states; a list of them, and {state: …} around one, are opened."""
    if depth > 4:
        return
    if isinstance(content, list):
        for member in content:
            yield from pages_of(member, depth + 1)
    elif isinstance(content, Mapping):
        if isinstance(content.get("widgetStates"), Mapping):
            yield _page(content)
            return
        for key in ("state", "data", "page", "result", "pdp", "response"):
            yield from pages_of(_inside(content.get(key)), depth + 1)


def _page(content: Mapping[str, Any]) -> Page:
    page = Page()
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
