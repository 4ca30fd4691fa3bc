"""Tiles of Ozon's search and category pages: the whole tile with its tracking block, or the tracking block alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from apps.parsers.services.cleaning import clean_line
from apps.parsers.services.money import Price, read_price
from apps.parsers.services.supplier_fields import all_values

_MAX_DEPTH = 12
_TAGS = re.compile(r"<[^>]+>")
_NUMBER = re.compile(r"(?:-|/)(\d{5,})/?(?:\?|$)")
#: What the tracking block calls the state of a product that can be bought; the others cannot be delivered or are gone.
_AVAILABLE = 1
_SOLD_OUT = 2
#: Above so many pieces the site shows no more than that there are enough.
_MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Tile:
    """`stock` is None where the site only says that there are enough."""

    sku: str
    title: str = ""
    brand: str = ""
    price: Price = field(default_factory=lambda: Price(None))
    stock: int | None = None
    link: str = ""
    category: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    images: tuple[str, ...] = ()


def tiles_of(content: object, depth: int = 0) -> Iterator[Tile]:
    """Every tile below `content`, widget states in strings included."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(content, str):
        content = _state(content)
    if isinstance(content, list):
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
    return _later_tile(content) if _is_later_tile(content) else None


def _tile(item: Mapping[str, Any], tracking: Mapping[str, Any]) -> Tile:
    brand = clean_line(tracking.get("brand"))
    path = [step.strip() for step in clean_line(tracking.get("category")).split("/") if step.strip()]
    if path and path[-1] == brand:
        path.pop()
    images = [clean_line(url) for url in all_values(item, "images")]
    for part in _parts(item):
        images += [clean_line(url) for url in all_values(part, "images") if isinstance(url, str)]
    return Tile(
        sku=clean_line(tracking.get("id")),
        title=clean_line(tracking.get("title")),
        brand=brand,
        price=read_price(tracking.get("finalPrice") or tracking.get("price")),
        stock=_stock(tracking),
        link=clean_line(item.get("link")),
        category=" > ".join(path),
        attributes=_attributes(item),
        images=tuple(dict.fromkeys(url for url in images if url)),
    )


def _stock(tracking: Mapping[str, Any]) -> int | None:
    if tracking.get("availability") == _SOLD_OUT:
        return 0
    count = tracking.get("stockCount", tracking.get("freeRest"))
    known = isinstance(count, int) and not isinstance(count, bool) and 0 < count < _MOST_SHOWN
    return count if known and tracking.get("availability") == _AVAILABLE else None


def _attributes(item: Mapping[str, Any]) -> dict[str, str]:
    """The line "Тип: <b>Твердые чернила</b><br>Цвет: чёрный" of a tile."""
    found: dict[str, str] = {}
    for part in _parts(item):
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
        for key in ("leftContainer", "contentContainer", "footerContainer"):
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
