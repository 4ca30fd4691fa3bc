"""Sizes of an article of Wildberries: price and stock of each, barcodes where a seller's own account names them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from apps.parsers.services.cleaning import clean_line
from apps.parsers.services.money import Price, read_price
from apps.parsers.services.records import Variant
from apps.parsers.services.wildberries_records import inner, objects, whole_number

Record = Mapping[str, Any]


def variants_of(goods: Record, card: Record, currency: str) -> tuple[tuple[Variant, ...], str]:
    """Sizes with a name of their own; the barcode of an article that has one size only."""
    coded = {str(size.get("id") or ""): size for size in objects(card.get("coded_sizes"))}
    codes = [clean_line(code) for size in coded.values() for code in size.get("barcodes") or ()]
    sizes = objects(goods.get("sizes")) or [
        {"name": size.get("name"), "origName": size.get("original"), "optionId": size.get("id")}
        for size in coded.values()
    ]
    named = [(_size(size), size) for size in sizes]
    found = [_variant(name, size, currency) for name, size in named if name]
    variants = tuple(replace(one, barcode=_code(coded.get(one.source_id))) for one in found)
    return variants, codes[0] if len(coded) == 1 and codes else ""


def _code(size: Record | None) -> str:
    return next((clean_line(code) for code in (size or {}).get("barcodes") or ()), "")


def _variant(name: str, size: Record, currency: str) -> Variant:
    price = _kopecks([_size_price(size)]).amount
    return Variant(
        source_id=str(whole_number(size.get("optionId")) or ""),
        name=name,
        traits={"Размер": name},
        price=price,
        currency="" if price is None else currency,
        stock=size_stock(size),
    )


def size_stock(size: Record) -> int | None:
    counts = [whole_number(stock.get("qty")) for stock in objects(size.get("stocks"))]
    known = [count for count in counts if count is not None]
    if known:
        return sum(known)
    return 0 if size.get("stocks") == [] else None


def price_of(goods: Record) -> Price:
    """The lowest price of any size. Prices are in kopecks; `basic` is the price before discounts."""
    extended = inner(goods, "extended")
    old = (
        goods.get("salePriceU"),
        extended.get("clientPriceU"),
        extended.get("basicPriceU"),
        goods.get("priceU"),
    )
    for kopecks in (
        [_size_price(size) for size in objects(goods.get("sizes"))],
        *([price] for price in old),
    ):
        price = _kopecks(kopecks)
        if price.amount is not None or price.warning:
            return price
    return Price(None)


def _size_price(size: Record) -> object:
    price = inner(size, "price")
    return price.get("product") or price.get("total") or price.get("basic")


def _kopecks(values: Iterable[object]) -> Price:
    numbers = [number for number in map(whole_number, values) if number]
    return read_price(Decimal(min(numbers)) / 100) if numbers else Price(None)


def sizes_text(goods: Record) -> str:
    """Such as "44 (44 XXS); 46 (46 XS)", sorted: the services list them in changing order."""
    sizes = {_size(size) for size in objects(goods.get("sizes"))} - {""}
    return "; ".join(sorted(sizes, key=lambda size: (not size[:1].isdigit(), len(size.split()[0]), size)))


def _size(size: Record) -> str:
    name, original = clean_line(size.get("name")), clean_line(size.get("origName"))
    if original in ("", "0", name):
        return name
    return f"{name} ({original})" if name else original
