"""Tiles of Ozon's search and category pages: the whole tile, its tracking block alone, or its parts alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from apps.parsers.services.cleaning import clean_line
from apps.parsers.services.money import Price, read_price
from apps.parsers.services.records import ParsedProduct, RejectedRecord, Variant
from apps.parsers.services.supplier_fields import all_values
from apps.products.models import Currency

SITE = "https://www.ozon.ru"
_MAX_DEPTH = 12
_TAGS = re.compile(r"<[^>]+>")
#: "Moers, доставка OZON, склад продавца" and "Продавец Moers".
_SELLER = re.compile(
    r"(?:Продавец\s+(?P<named>.+)|(?P<first>[^,]+?)(?:,\s*(?:доставка|склад).*)?)", re.IGNORECASE
)
_NO_SELLER = re.compile(r"доставк|склад|завтра|сегодня", re.IGNORECASE)
_CONTAINERS = ("leftContainer", "contentContainer", "footerContainer")
_NUMBER = re.compile(r"(?:-|/)(\d{5,})/?(?:\?|$)")
#: What the tracking block calls the state of a product that can be bought; the others cannot be delivered or are gone.
_AVAILABLE = 1
_SOLD_OUT = 2
#: Above so many pieces the site shows no more than that there are enough.
_MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Tile:
    """`stock` is None where the site only says that there are enough. `options`: sizes or colours without a price."""

    sku: str
    title: str = ""
    brand: str = ""
    price: Price = field(default_factory=lambda: Price(None))
    stock: int | None = None
    link: str = ""
    category: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    images: tuple[str, ...] = ()
    seller: str = ""
    options: tuple[str, ...] = ()


def tiles_of(content: object, depth: int = 0) -> Iterator[Tile]:
    """Every tile below `content`, widget states in strings included."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(content, str):
        content = _state(content)
    if isinstance(content, list):
        alone = _tile_of_parts([part for part in content if isinstance(part, Mapping)])
        if alone is not None:
            yield alone
        for member in content:
            yield from tiles_of(member, depth + 1)
    elif isinstance(content, Mapping):
        tile = _tile_of(content)
        if tile is not None:
            yield tile
            return
        for member in content.values():
            yield from tiles_of(member, depth + 1)


def _state(text: str) -> object:
    """What the JSON of a list of tiles says; other texts are not worth reading."""
    if not text.startswith("{") or '"items"' not in text:
        return None
    try:
        return json.loads(text, strict=False, parse_float=Decimal)
    except (ValueError, RecursionError):
        return None


def _tile_of(content: Mapping[str, Any]) -> Tile | None:
    tracking = content.get("cellTrackingInfo")
    if isinstance(tracking, Mapping) and tracking.get("type") == "sku":
        return _tile(content, tracking)
    if content.get("type") == "sku" and "finalPrice" in content:
        return _tile({}, content)
    if _is_later_tile(content):
        return _later_tile(content)
    inner = [one for key in _CONTAINERS for one in all_values(content, key) if isinstance(one, Mapping)]
    return _tile_of_parts(inner or list(_parts(content)), content)


def _tile(item: Mapping[str, Any], tracking: Mapping[str, Any]) -> Tile:
    brand = clean_line(tracking.get("brand"))
    path = [step.strip() for step in clean_line(tracking.get("category")).split("/") if step.strip()]
    if path and path[-1] == brand:
        path.pop()
    parts = list(_parts(item))
    return Tile(
        sku=clean_line(tracking.get("id")),
        title=clean_line(tracking.get("title")),
        brand=brand,
        price=read_price(tracking.get("finalPrice") or tracking.get("price")),
        stock=_stock(tracking),
        link=clean_line(item.get("link")),
        category=" > ".join(path),
        attributes=_attributes(parts),
        images=_images(item, parts),
        seller=_seller(parts),
        options=_options(parts),
    )


def _tile_of_parts(parts: list[Mapping[str, Any]], item: Mapping[str, Any] | None = None) -> Tile | None:
    """A tile without tracking: what it shows, and the number that its button or its link names."""
    shown = [part for part in parts if not any(key in part for key in _CONTAINERS)]
    title = next((clean_line(part.get("text")) for part in shown if part.get("type") == "title"), "")
    prices = [value for part in shown for value in _shown_prices(part)]
    if not title or not prices:
        return None
    link = clean_line((item or {}).get("link"))
    links = [link, *(clean_line(part.get("link")) for part in shown)]
    numbered = next((found[1] for one in links if (found := _NUMBER.search(one))), "")
    buttons = [
        one for part in shown for one in all_values(part, "button.default") if isinstance(one, Mapping)
    ]
    named = [
        clean_line(value)
        for button in buttons
        for inner in button.values()
        if isinstance(inner, Mapping)
        for value in all_values(inner, "action.id")
    ]
    return Tile(
        sku=numbered or next((one for one in named if one.isdigit()), ""),
        title=_TAGS.sub("", title),
        price=read_price(prices[0]),
        link=link,
        attributes=_attributes(shown),
        images=_images(item or {}, shown),
        seller=_seller(shown),
        options=_options(shown),
    )


def _shown_prices(part: Mapping[str, Any]) -> list[Any]:
    """The price now; beside it stands the one before the discount."""
    if part.get("type") == "price":
        return [value for value in (part.get("finalPrice") or part.get("price"),) if value]
    return all_values(part, "atom.price.price")


def _images(item: Mapping[str, Any], parts: list[Mapping[str, Any]]) -> tuple[str, ...]:
    found = [value for one in (item, *parts) for value in all_values(one, "images") if isinstance(value, str)]
    return tuple(dict.fromkeys(url for url in map(clean_line, found) if url))


def _seller(parts: list[Mapping[str, Any]]) -> str:
    for part in parts:
        if part.get("id") == "deliveryInfo":
            found = _SELLER.fullmatch(_TAGS.sub("", clean_line(part.get("text"))))
            name = (found["named"] or found["first"] or "").strip() if found else ""
            return "" if _NO_SELLER.search(name) else name
    return ""


def _options(parts: list[Mapping[str, Any]]) -> tuple[str, ...]:
    shown = [part for part in parts if part.get("type") == "variantsText"]
    names = [clean_line(value) for part in shown for value in all_values(part, "items.title")]
    return tuple(dict.fromkeys(name for name in names if name))


def _stock(tracking: Mapping[str, Any]) -> int | None:
    if tracking.get("availability") == _SOLD_OUT:
        return 0
    count = tracking.get("stockCount", tracking.get("freeRest"))
    known = isinstance(count, int) and not isinstance(count, bool) and 0 < count < _MOST_SHOWN
    return count if known and tracking.get("availability") == _AVAILABLE else None


def _attributes(parts: list[Mapping[str, Any]]) -> dict[str, str]:
    """The line "Тип: <b>Твердые чернила</b><br>Цвет: чёрный" of a tile."""
    found: dict[str, str] = {}
    for part in parts:
        if part.get("id") == "topAttributes":
            for line in re.split(r"<br\s*/?>|\n", clean_line(part.get("text"))):
                name, colon, value = _TAGS.sub("", line).partition(":")
                if colon and name.strip() and value.strip():
                    found[name.strip()] = value.strip()
    return found


def _parts(item: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    waiting = [one for one in all_values(item, "templateState") if isinstance(one, Mapping)]
    while waiting:
        part = waiting.pop(0)
        yield part
        for key in _CONTAINERS:
            waiting += [one for one in all_values(part, key) if isinstance(one, Mapping)]


def _is_later_tile(item: Mapping[str, Any]) -> bool:
    """Since 2022: {sku or skuId, mainState: [{atom: …}], tileImage, action: {link}}."""
    return isinstance(item.get("mainState"), list) and ("tileImage" in item or "action" in item)


def _later_tile(item: Mapping[str, Any]) -> Tile:
    link = clean_line(next(iter(all_values(item, "action.link")), ""))
    number = _NUMBER.search(link)
    atoms = [
        atom
        for key in ("mainState.atom", "mainState")
        for atom in all_values(item, key)
        if isinstance(atom, Mapping)
    ]
    prices = [
        value
        for atom in atoms
        for path in ("price.price", "priceV2.price.text")
        for value in all_values(atom, path)
    ]
    titles = [value for atom in atoms for value in all_values(atom, "textAtom.text")]
    images = [*all_values(item, "tileImage.items.image.link"), *all_values(item, "tileImage.images")]
    return Tile(
        sku=clean_line(item.get("sku") or item.get("skuId")) or (number[1] if number else ""),
        title=clean_line(_TAGS.sub("", clean_line(titles[0]))) if titles else "",
        price=read_price(prices[0]) if prices else Price(None),
        link=link,
        images=tuple(clean_line(url) for url in images if isinstance(url, str)),
    )


def tile_product(tile: Tile, place: str, currency: str) -> ParsedProduct | RejectedRecord:
    if not tile.sku:
        return RejectedRecord(place, "у плитки нет номера товара")
    return ParsedProduct(
        source_id=tile.sku,
        title=tile.title,
        brand=tile.brand,
        supplier=tile.seller,
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
        variants=tuple(Variant(name=name) for name in tile.options) if len(tile.options) > 1 else (),
        warnings=(tile.price.warning,) if tile.price.warning else (),
        place=place,
    )
