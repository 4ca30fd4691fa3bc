"""The price among all that feeds call one: what a buyer pays now, not the price struck out beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from apps.parsers.services.money import Price, read_price

Record = Mapping[str, Any]

#: Keys at the root, the likeliest to be what is paid first. "priceTag.price" is in kopecks.
_ROOT = (
    *("price_data", "specialPrice", "special_price", "discountedPrice", "discounted_price", "sale_price"),
    *("salePrice", "finalPrice", "final_price", "current_price", "currentPrice", "price_current"),
    *("price", "prices", "Price", "fiyat", "sellingPrice", "selling_price", "amount", "offers"),
    *("listPrice", "list_price", "regular_price", "regularPrice", "base_price", "basePrice"),
)
PRICE_ROOTS = frozenset(_ROOT)
#: Keys inside an object that holds prices.
_INSIDE = (
    *("current", "discounted", "discountedPrice", "discounted_price", "discount_price", "special", "sale"),
    *("salePrice", "sale_price", "final", "finalPrice", "now", "actual", "price", "amount", "value", "text"),
    *("selling", "sellingPrice", "formatted", "regular", "list", "listPrice", "original", "originalPrice"),
    *("basic", "lowPrice", "min", "#text"),
)
_MAX_DEPTH = 4


def price_of(record: Record) -> Price:
    """What is paid now; of several equal ones (variants) the lowest. A warning when only nonsense was found."""
    tag = record.get("priceTag")
    kopecks = tag.get("price") if isinstance(tag, Mapping) else None
    if isinstance(kopecks, int | Decimal) and not isinstance(kopecks, bool):
        return read_price(Decimal(kopecks) / 100)
    first: Price | None = None
    for key in (key for key in (*_ROOT, "variants") if key in record):
        found = [read_price(value) for value in _values(record.get(key))]
        readable = [price for price in found if price.amount is not None]
        if readable:
            return min(readable, key=lambda price: price.amount or 0)
        first = first or next(iter(found), None)
    return first or Price(None)


def _values(value: object, depth: int = 0) -> Iterator[Any]:
    """Plain values: of an object that under the first key which has one, of a list those of all members."""
    if depth > _MAX_DEPTH or value is None or value == "" or isinstance(value, bool):
        return
    if isinstance(value, Mapping):
        for key in _INSIDE:
            found = list(_values(value.get(key), depth + 1))
            if found:
                yield from found
                return
    elif isinstance(value, list):
        for member in value:
            yield from _values(member, depth + 1)
    else:
        yield value
