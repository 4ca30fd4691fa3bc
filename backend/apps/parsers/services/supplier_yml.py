"""Offers of Yandex's YML, items of Google's RSS and their like, as records of the supplier parser."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apps.parsers.services.cleaning import clean_line
from apps.parsers.services.supplier_headers import field_of_header

#: What is no characteristic of the product: money of other days, delivery, and switches of the marketplace.
_IGNORED = frozenset(
    "oldprice old_price purchase_price min-quantity step-quantity delivery pickup store delivery-options "
    "pickup-options local_delivery_cost cpa fee bid cbid adult downloadable manufacturer_warranty sales_notes "
    "enable_auto_discounts credit-template rec condition shipping tax identifier_exists".split()
)
_KNOWN = {
    "categoryId": "",
    "category_path": "",
    "param": "",
    "#text": "",
    "picture": "",
    "currencyId": "currency",
    "vendorCode": "sku",
    "@available": "in_stock",
    "@group_id": "group",
    "typePrefix": "",
    "model": "",
    "vendor": "brand",
    "count": "stock",
    "outlets": "",
    "name": "title",
    "weight": "trait Вес, кг",
    "dimensions": "trait Габариты, см",
    "expiry": "trait Срок годности",
    "country_of_origin": "trait Страна производства",
    "author": "trait Автор",
    "publisher": "trait Издательство",
    "year": "trait Год",
    "ISBN": "trait ISBN",
    "page_extent": "trait Страниц",
    "warranty-days": "trait Гарантия",
    "image_link": "images",
    "additional_image_link": "images",
    "product_type": "category",
    "g:id": "id",
}


def yml_record(content: object) -> dict[str, Any]:
    """Absent tags stay absent; an offer of several pictures, barcodes or parameters keeps all of them."""
    offer: Mapping[str, Any] = content if isinstance(content, Mapping) else {}
    record: dict[str, Any] = {"images": _listed(offer.get("picture"))}
    traits: dict[str, str] = {}
    for tag, value in offer.items():
        field = _KNOWN.get(tag, field_of_header(tag.lstrip("@")))
        if field.startswith("trait "):
            traits[field.removeprefix("trait ")] = clean_line(value)
        elif field == "images":
            record["images"] = [*record["images"], *_listed(value)]
        elif field and field not in record:
            record[field] = _plain(value)
        elif not field and tag not in _KNOWN and tag.lower() not in _IGNORED and not tag.startswith("@"):
            traits.setdefault(tag, clean_line(_plain(value)))
    record["id"] = clean_line(offer.get("@id") or offer.get("id") or record.get("id") or record.get("sku"))
    record["title"] = clean_line(record.get("title")) or _composed(offer)
    record["category"] = clean_line(offer.get("category_path")) or clean_line(record.get("category"))
    record["attributes"] = [*_listed(offer.get("param"), keep=True), {n: v for n, v in traits.items() if v}]
    if "stock" not in record:
        record["stock"] = _outlets(offer.get("outlets"))
    if clean_line(record.get("group")):
        record["traits"] = {"source_group": clean_line(record.pop("group"))}
    return {name: value for name, value in record.items() if value not in (None, "", [], {})}


def _composed(offer: Mapping[str, Any]) -> str:
    """The title of an offer of the type vendor.model: kind of goods, maker and model."""
    parts = (clean_line(offer.get(tag)) for tag in ("typePrefix", "vendor", "model"))
    return " ".join(part for part in parts if part)


def _listed(value: object, *, keep: bool = False) -> list[Any]:
    values = value if isinstance(value, list) else [value]
    return [
        one if keep and isinstance(one, Mapping) else _plain(one) for one in values if one not in (None, "")
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value.get("#text", "") if isinstance(value, Mapping) and "#text" in value else value


def _outlets(value: object) -> int | None:
    """Pieces in all shops of the offer."""
    shops = [
        shop
        for one in _listed(value, keep=True)
        if isinstance(one, Mapping)
        for shop in _listed(one.get("outlet"), keep=True)
    ]
    counts = [clean_line(shop.get("instock")) for shop in shops if isinstance(shop, Mapping)]
    known = [int(count) for count in counts if count.isascii() and count.isdigit() and len(count) < 10]
    return sum(known) if known else None
