"""Variants of a product: each size and colour with its own price, stock, barcode and pictures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apps.parsers.services import supplier_fields as fields
from apps.parsers.services.cleaning import clean_line
from apps.parsers.services.records import Variant
from apps.parsers.services.supplier_prices import price_of

MAX_VARIANTS = 500
_CONTAINERS = (
    "variants",
    "skus",
    "modifications",
    "variations",
    "sizes",
    "hasVariant",
    "combinations",
    "children",
)
_NAMES = ("name", "title", "value", "attributeValue", "size", "beden", "option", "label", "origName")
_TRAITS = {
    **dict.fromkeys(("size", "beden", "Размер"), "Размер"),
    **dict.fromkeys(("color", "colour", "renk", "Цвет"), "Цвет"),
}


def variants_of(record: Mapping[str, Any], *, currency: str = "") -> tuple[Variant, ...]:
    """Members of the first container that holds objects with anything of their own to sell.

    `currency`: of prices that do not name theirs.
    """
    for key in _CONTAINERS:
        members = [one for one in fields.all_values(record, key) if isinstance(one, Mapping)]
        found = tuple(filter(None, (_variant(one, currency) for one in members[:MAX_VARIANTS])))
        if len(found) == 1 and not (found[0].name or found[0].traits):
            return ()  # the product itself
        if found:
            return found
    return ()


def _variant(member: Mapping[str, Any], currency: str) -> Variant | None:
    price = price_of(member)
    traits = fields.attributes(member)
    for key, name in _TRAITS.items():
        value = clean_line(member.get(key))
        if value:
            traits.setdefault(name, value)
    named, value = clean_line(member.get("attributeName")), clean_line(member.get("attributeValue"))
    if named and value:
        traits.setdefault(_TRAITS.get(named.casefold(), named), value)
    variant = Variant(
        source_id=fields.record_id(member) or clean_line(member.get("variantId") or member.get("itemNumber")),
        name=next((text for key in _NAMES if (text := clean_line(member.get(key)))), ""),
        traits=traits,
        price=price.amount,
        currency="" if price.amount is None else price.currency or currency,
        stock=fields.stock({"stock": member["count"], **member} if "count" in member else member),
        sku=clean_line(member.get("sku")),
        barcode=fields.barcode(member),
        image_urls=tuple(fields.image_references(member)),
    )
    says_something = variant.price is not None or variant.stock is not None or variant.barcode or variant.sku
    return variant if says_something else None
