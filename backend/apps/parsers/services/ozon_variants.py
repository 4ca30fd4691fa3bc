"""Sizes and colours of an Ozon page: each has its own number there, and often its own price."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from apps.parsers.services.cleaning import clean_line
from apps.parsers.services.money import Price, read_price
from apps.parsers.services.records import Variant
from apps.parsers.services.supplier_fields import all_values

_GONE = frozenset({"outofstock", "out_of_stock", "soldout", "sold_out", "unavailable", "notavailable"})
_NAMES = ("data.title", "data.searchableText", "data.textRs.content", "title", "text", "name")
_PRICES = ("data.price", "data.priceRs.content", "price.price", "price")
_PICTURES = ("data.coverImage", "coverImage", "image", "data.image")


def variants_of(states: Iterable[Mapping[str, Any]], currency: str) -> tuple[Variant, ...]:
    """One a number: {aspects: [{aspectName, variants: [{sku, availability, data: {title, price, coverImage}}]}]}.

    A number that stands under two aspects (its colour and its size) has both traits. A single one is no choice.
    """
    found: dict[str, Variant] = {}
    for state in states:
        for aspect in all_values(state, "aspects"):
            if not isinstance(aspect, Mapping):
                continue
            trait = clean_line(aspect.get("aspectName") or aspect.get("title") or aspect.get("name")).rstrip(
                " :"
            )
            for member in all_values(aspect, "variants"):
                if isinstance(member, Mapping):
                    variant = _variant(member, trait, currency)
                    key = variant.source_id or f"{trait}: {variant.name}"
                    found[key] = _joined(found[key], variant) if key in found else variant
    return tuple(found.values()) if len(found) > 1 else ()


def _variant(member: Mapping[str, Any], trait: str, currency: str) -> Variant:
    name = _first(member, _NAMES)
    price = next(
        (one for one in map(read_price, _all(member, _PRICES)) if one.amount is not None), Price(None)
    )
    availability = clean_line(member.get("availability")).casefold()
    gone = availability in _GONE or member.get("isAvailable") is False
    return Variant(
        source_id=clean_line(member.get("sku") or member.get("id")),
        name=name,
        traits={trait: name} if trait and name else {},
        price=price.amount,
        currency="" if price.amount is None else price.currency or currency,
        stock=0 if gone else None,
        image_urls=tuple(filter(None, [_first(member, _PICTURES)])),
    )


def _joined(first: Variant, second: Variant) -> Variant:
    names = dict.fromkeys(name for name in (first.name, second.name) if name)
    return Variant(
        source_id=first.source_id,
        name=", ".join(names),
        traits={**second.traits, **first.traits},
        price=second.price if first.price is None else first.price,
        currency=first.currency or second.currency,
        stock=second.stock if first.stock is None else first.stock,
        image_urls=first.image_urls or second.image_urls,
    )


def _all(member: Mapping[str, Any], paths: Iterable[str]) -> list[Any]:
    return [value for path in paths for value in all_values(member, path) if isinstance(value, str | int)]


def _first(member: Mapping[str, Any], paths: Iterable[str]) -> str:
    return next(filter(None, map(clean_line, _all(member, paths))), "")
