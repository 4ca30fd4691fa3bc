"""Under which names suppliers' feeds hold what: tables, and the small functions that read them.

A path such as "price_data.current" goes into objects; where it meets a list, into each of its members.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from apps.parsers.services.cleaning import clean_line, clean_text, flat_text

Record = Mapping[str, Any]

#: Objects that hold the records, when the document itself is neither a list nor a product.
CONTAINERS = ("products", "items", "goods", "offers", "results", "content", "data")

#: Field → paths; the first path that holds anything counts.
ALIASES: dict[str, tuple[str, ...]] = {
    "id": ("id", "RPC", "source_id", "product_id", "productId", "offer_id", "code", "sku", "plu"),
    "title": ("title", "name", "product_name", "productName"),
    "description": ("description", "metadata.__description", "full_description", "text"),
    "brand": ("brand", "brand_name", "vendor"),
    "supplier": ("supplier", "seller"),
    "price": (
        *("price_data.current", "specialPrice.price", "specialPrice", "sale_price", "current_price"),
        *("price.current", "price.amount", "price.value", "price", "variants.price"),
    ),
    "kopecks": ("priceTag.price",),
    "currency": ("currency", "price_data.currency", "price.currency", "currency_code", "priceCurrency"),
    "language": ("lang", "locale", "language"),
    "stock": ("stock.count", "stock.quantity", "stock", "quantity", "qty", "variants.count"),
    "in_stock": ("in_stock", "stock.in_stock", "available", "is_available"),
    "sku": ("sku", "article", "vendor_code", "plu"),
    "barcode": ("barcode", "ean", "gtin", "variants.barcode"),
    "url": ("url", "link", "product_url"),
    "category": ("section", "category_path", "breadcrumbs", "category", "categories", "primaryCategory"),
}
#: Pictures are taken from all of these, in this order.
IMAGE_PATHS = (
    *("assets.main_image", "main_image", "image", "image_url", "images", "image_urls", "assets.images"),
    *("pictures", "photos", "primaryImage", "variants.images"),
)
#: Keys of an object that describes a picture. The template's %s is the wanted size.
IMAGE_KEYS = ("url", "src", "publicUrl", "cropUrlTemplate")
IMAGE_TEMPLATE_SIZE = "800x800-fit"
#: Characteristics are taken from all of these: objects {name: value}, or lists of {name, value} objects.
ATTRIBUTE_PATHS = (
    *("attributes", "metadata", "characteristics", "specifications", "specs", "params", "options"),
    *("properties", "extraDescriptions", "features.items", "variants.properties"),
)
ATTRIBUTE_NAMES = ("title", "name", "key")
ATTRIBUTE_VALUES = ("displayValues", "value", "values")
#: Characteristics by which a source fills in what is no characteristic of the product.
PLACEHOLDER_ALIASES = frozenset({"fake"})
BRAND_ATTRIBUTES = ("Бренд", "Brand", "Marka")
#: The first steps of a path of categories that say nothing.
ROOT_CATEGORIES = frozenset({"главная", "каталог", "home", "catalog", "anasayfa", "ana sayfa"})


def all_values(record: object, path: str) -> list[Any]:
    """What lies at the path, lists opened; null and empty texts are left out."""
    found: list[Any] = [record]
    for name in path.split("."):
        inner = (value.get(name) for value in found if isinstance(value, Mapping))
        found = [member for value in inner for member in (value if isinstance(value, list) else [value])]
    return [value for value in found if value is not None and value != ""]


def field_values(record: Record, field: str) -> list[Any]:
    """The values of a field under the first of its names that has plain ones (no objects)."""
    for path in ALIASES[field]:
        values = [value for value in all_values(record, path) if not isinstance(value, Mapping)]
        if values:
            return values
    return []


def record_id(record: Record) -> str:
    """The source's own id: a text or a whole number; empty when there is none."""
    values = (record.get(name) for name in ALIASES["id"])
    plain = (value for value in values if isinstance(value, int | str) and not isinstance(value, bool))
    return next(filter(None, map(clean_line, plain)), "")


def field_text(record: Record, field: str) -> str:
    """The field as one line; objects stand for their name or title."""
    for path in ALIASES[field]:
        text = clean_line(next(iter(all_values(record, path)), None))
        if text:
            return text
    return ""


def description(record: Record) -> str:
    """The parts of the description as paragraphs."""
    return "\n".join(filter(None, map(clean_text, field_values(record, "description"))))


def category_path(record: Record) -> str:
    for path in ALIASES["category"]:
        names = [clean_line(value) for value in all_values(record, path)]
        wanted = [name for name in names if name and name.casefold() not in ROOT_CATEGORIES]
        if wanted:
            return " > ".join(dict.fromkeys(wanted))
    return ""


def attributes(record: Record) -> dict[str, str]:
    """Characteristics by their names in the feed; several values of one name are joined."""
    values: dict[str, list[str]] = {}
    for path in ATTRIBUTE_PATHS:
        for holder in all_values(record, path):
            for name, value in _named_values(holder):
                values.setdefault(name, []).append(value)
    return {name: "; ".join(dict.fromkeys(texts)) for name, texts in values.items()}


def _named_values(holder: object) -> Iterator[tuple[str, str]]:
    if not isinstance(holder, Mapping) or holder.get("alias") in PLACEHOLDER_ALIASES:
        return
    value = next((holder[key] for key in ATTRIBUTE_VALUES if key in holder), None)
    name = next((holder[key] for key in ATTRIBUTE_NAMES if isinstance(holder.get(key), str)), "")
    pairs = [(name, value)] if name and value is not None else list(holder.items())
    for key, inner in pairs:
        text = _attribute_text(inner)
        if text and not str(key).startswith("__"):
            yield clean_line(key), text


def _attribute_text(value: object) -> str:
    """Of an object the parts that say something; most are empty in real feeds."""
    if isinstance(value, Mapping):
        return "; ".join(filter(None, (clean_line(inner) for inner in value.values())))
    return clean_text(value)


def brand(record: Record, named: Mapping[str, str]) -> str:
    return field_text(record, "brand") or next((named[key] for key in BRAND_ATTRIBUTES if key in named), "")


def barcode(record: Record) -> str:
    """The first code of a real length (EAN-8, UPC, EAN-13, GTIN-14), else the first."""
    codes = [clean_line(value) for value in field_values(record, "barcode")]
    real = [code for code in codes if code.isascii() and code.isdigit() and len(code) in (8, 12, 13, 14)]
    return next(iter(real or codes), "")


def stock(record: Record) -> int | None:
    """Pieces, of all variants together; zero when the feed says that there is nothing; None: unknown."""
    if field_values(record, "in_stock")[:1] == [False]:
        return 0
    counts = [_count(value) for value in _counts(record)]
    known = [count for count in counts if count is not None]
    return sum(known) if known else None


def _counts(record: Record) -> list[Any]:
    balance, quantum = record.get("balanceStock"), next(iter(all_values(record, "masterData.quantum")), None)
    if isinstance(balance, int) and isinstance(quantum, int) and quantum > 0:
        return [balance // quantum]
    return field_values(record, "stock")


def _count(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, Decimal) and value.is_finite() and abs(value.adjusted()) < 20:
        return int(value)
    text = flat_text(value).strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else None


def image_references(record: Record) -> list[str]:
    """Addresses and file names of pictures in the feed's order, each once."""
    references = (_image_reference(value) for path in IMAGE_PATHS for value in all_values(record, path))
    return list(dict.fromkeys(reference for reference in references if reference))


def _image_reference(value: object) -> str:
    if isinstance(value, Mapping):
        value = next((value[key] for key in IMAGE_KEYS if isinstance(value.get(key), str)), "")
        return clean_line(value).replace("%s", IMAGE_TEMPLATE_SIZE)
    return clean_line(value) if isinstance(value, str) else ""
