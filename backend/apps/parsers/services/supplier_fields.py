"""Under which names suppliers' feeds hold what: tables, and the small functions that read them.

A path such as "price_data.current" goes into objects; where it meets a list, into each of its members.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from apps.parsers.services.barcodes import read_barcode
from apps.parsers.services.cleaning import clean_line, clean_text, flat_text
from apps.parsers.services.counts import NO_WORDS, count_of

Record = Mapping[str, Any]

#: Field → paths; the first path that holds anything counts. Prices are read by `supplier_prices`.
ALIASES: dict[str, tuple[str, ...]] = {
    "id": ("id", "RPC", "source_id", "product_id", "productId", "offer_id", "@id", "code", "sku", "plu"),
    "title": ("title", "name", "product_name", "productName"),
    "description": (
        *("description", "metadata.__description", "full_description", "fullDescription", "text", "detail"),
        *("long_description", "longDescription", "body_html", "content_html", "short_description", "about"),
    ),
    "brand": ("brand", "brand_name", "brandName", "vendor", "manufacturer"),
    "supplier": ("supplier", "seller", "merchant"),
    "currency": (
        *(
            "currency",
            "price_data.currency",
            "price.currency",
            "currency_code",
            "priceCurrency",
            "currencyId",
        ),
        *("price.currencyCode", "prices.currency", "variants.currency"),
    ),
    "language": ("lang", "locale", "language"),
    "stock": (
        *("stock.count", "stock.quantity", "stock", "quantity", "qty", "stock_quantity", "stockQuantity"),
        *("variants.count", "variants.stock", "variants.quantity", "variants.qty", "inventory"),
    ),
    "in_stock": ("in_stock", "stock.in_stock", "available", "is_available", "inStock", "hasStock"),
    "sku": ("sku", "article", "vendor_code", "vendorCode", "plu", "mpn"),
    "barcode": ("barcode", "ean", "gtin", "barcodes", "ean13", "variants.barcode"),
    "url": ("url", "link", "product_url", "productUrl"),
    "category": (
        *("section", "category_path", "breadcrumbs", "category", "categories", "primaryCategory"),
        *("category_name", "categoryName", "product_type"),
    ),
}
#: Pictures are taken from all of these, in this order.
IMAGE_PATHS = (
    *("assets.main_image", "main_image", "image", "image_url", "images", "image_urls", "assets.images"),
    *("pictures", "picture", "photos", "photo", "primaryImage", "gallery", "media", "imageUrls"),
    *("variants.images", "variants.image"),
)
#: Keys of an object that describes a picture. The template's %s is the wanted size.
IMAGE_KEYS = (
    "url",
    "src",
    "publicUrl",
    "cropUrlTemplate",
    "href",
    "original",
    "large",
    "full",
    "big",
    "zoom",
    "#text",
)
IMAGE_TEMPLATE_SIZE = "800x800-fit"
#: Characteristics are taken from all of these: objects {name: value}, or lists of {name, value} objects.
ATTRIBUTE_PATHS = (
    *("attributes", "metadata", "characteristics", "specifications", "specs", "params", "options"),
    *("properties", "extraDescriptions", "features.items", "features", "variants.properties"),
    *("param", "parameters", "details", "traits"),
)
ATTRIBUTE_NAMES = ("title", "name", "key", "label", "attribute", "attributeName")
ATTRIBUTE_VALUES = ("displayValues", "value", "values", "#text", "attributeValue")
#: Keys at the root that are characteristics, under the names they get.
ROOT_TRAITS = {
    **dict.fromkeys(("weight", "gross_weight", "weight_kg", "weight_g", "netWeight"), "Вес"),
    **dict.fromkeys(("color", "colour", "renk"), "Цвет"),
    **dict.fromkeys(("size", "sizes", "beden"), "Размер"),
    **dict.fromkeys(("country", "country_of_origin", "countryOfOrigin", "mensei"), "Страна производства"),
    "width": "Ширина",
    "height": "Высота",
    "length": "Длина",
    "depth": "Глубина",
    "volume": "Объём",
    "dimensions": "Габариты",
    "material": "Материал",
    "gender": "Пол",
    "season": "Сезон",
    "age": "Возраст",
    "composition": "Состав",
    "ingredients": "Состав",
    "dosage": "Дозировка",
    "form": "Форма выпуска",
    "pack_size": "Количество в упаковке",
    "warranty": "Гарантия",
    "model": "Модель",
    "author": "Автор",
    "publisher": "Издательство",
    "pages": "Страниц",
    "isbn": "ISBN",
    "country_ru": "Страна производства",
}
#: Characteristics by which a source fills in what is no characteristic of the product.
PLACEHOLDER_ALIASES = frozenset({"fake"})
BRAND_ATTRIBUTES = ("Бренд", "Brand", "Marka")
#: The first steps of a path of categories that say nothing.
ROOT_CATEGORIES = frozenset(
    {"главная", "каталог", "home", "catalog", "anasayfa", "ana sayfa", "товары", "products", "все товары"}
)


def all_values(record: object, path: str) -> list[Any]:
    """What lies at the path, lists opened; null and empty texts are left out."""
    first, _, rest = path.partition(".")
    value = record.get(first) if isinstance(record, dict) else None
    if value is None or value == "":
        return []
    found: list[Any] = value if isinstance(value, list) else [value]
    for name in rest.split(".") if rest else ():
        inner = (value.get(name) for value in found if isinstance(value, dict))
        found = [member for value in inner for member in (value if isinstance(value, list) else [value])]
    return [value for value in found if value is not None and value != ""]


def _there(record: Record, paths: tuple[str, ...]) -> Iterator[str]:
    """Those of the paths whose first step the record has: of the hundred names that feeds use it has few."""
    return (path for root, path in _with_roots(paths) if root in record)


@cache
def _with_roots(paths: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((path.partition(".")[0], path) for path in paths)


def field_values(record: Record, field: str) -> list[Any]:
    """The values of a field under the first of its names that has plain ones (no objects)."""
    for path in _there(record, ALIASES[field]):
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
    for path in _there(record, ALIASES[field]):
        text = clean_line(next(iter(all_values(record, path)), None))
        if text:
            return text
    return ""


def description(record: Record) -> str:
    """The parts of the description as paragraphs."""
    return "\n".join(filter(None, map(clean_text, field_values(record, "description"))))


def category_path(record: Record) -> str:
    for path in _there(record, ALIASES["category"]):
        names = [clean_line(value) for value in all_values(record, path)]
        wanted = [name for name in names if _is_category(name)]
        if wanted:
            return " > ".join(dict.fromkeys(wanted))
    return ""


def _is_category(name: str) -> bool:
    """A number is the shop's own key of a category: it says nothing to anybody else."""
    return bool(name) and not name.isdigit() and name.casefold() not in ROOT_CATEGORIES


def attributes(record: Record) -> dict[str, str]:
    """Characteristics by their names in the feed; several values of one name are joined."""
    values: dict[str, list[str]] = {}
    for path in _there(record, ATTRIBUTE_PATHS):
        for holder in _holders(record, path):
            for name, value in _named_values(holder):
                values.setdefault(name, []).append(value)
    for key, name in ((key, name) for key, name in ROOT_TRAITS.items() if key in record):
        trait = record[key]
        listed = trait if isinstance(trait, list) else [trait]
        text = _attribute_text(trait) if not any(isinstance(one, Mapping) for one in listed) else ""
        if text and name not in values:
            values[name] = [text]
    return {name: "; ".join(dict.fromkeys(texts)) for name, texts in values.items()}


def _holders(record: Record, path: str) -> list[Any]:
    """What may name characteristics at the path. Pairs ["Вес", "1 кг"] stay pairs, a list is not opened twice."""
    holders = all_values(record, path)
    value = record.get(path)
    if isinstance(value, list) and value and all(_is_pair(pair) for pair in value):
        return [{"name": pair[0], "value": pair[1]} for pair in value]
    texts = [text for text in holders if isinstance(text, str)]
    parted = (re.split(r"\s*[:=]\s+", text, maxsplit=1) for text in texts if len(text) < 300)
    return [
        *(holder for holder in holders if isinstance(holder, Mapping)),
        *({"name": pair[0], "value": pair[1]} for pair in parted if len(pair) == 2),
    ]


def _is_pair(value: object) -> bool:
    return isinstance(value, list | tuple) and len(value) == 2 and isinstance(value[0], str)


def _named_values(holder: object) -> Iterator[tuple[str, str]]:
    if not isinstance(holder, Mapping) or holder.get("alias") in PLACEHOLDER_ALIASES:
        return
    value = next((holder[key] for key in ATTRIBUTE_VALUES if key in holder), None)
    name = next((holder[key] for key in ATTRIBUTE_NAMES if isinstance(holder.get(key), str)), "")
    if isinstance(holder.get("items"), list) and value is None:
        return
    pairs = [(name, value)] if name and value is not None else list(holder.items())
    unit = clean_line(holder.get("unit")) if name and value is not None else ""
    for key, inner in pairs:
        text = _attribute_text(inner)
        if text and not str(key).startswith("__"):
            yield clean_line(key), f"{text} {unit}" if unit and not text.endswith(unit) else text


def _attribute_text(value: object) -> str:
    """Of an object the parts that say something; most are empty in real feeds."""
    if isinstance(value, Mapping):
        return "; ".join(filter(None, (clean_line(inner) for inner in value.values())))
    return clean_text(value)


def brand(record: Record, named: Mapping[str, str]) -> str:
    return field_text(record, "brand") or next((named[key] for key in BRAND_ATTRIBUTES if key in named), "")


def barcode(record: Record) -> str:
    """The first code whose length and check digit are right, else the first: fitting says why it is refused."""
    codes = [clean_line(value) for value in field_values(record, "barcode")]
    return next((code for code, _ in map(read_barcode, codes) if code), next(iter(codes), ""))


def stock(record: Record) -> int | None:
    """Pieces, of all variants together; zero when the feed says that there is nothing; None: unknown."""
    if field_values(record, "in_stock")[:1] and _is_no(field_values(record, "in_stock")[0]):
        return 0
    counts = [_count(value) for value in _counts(record)]
    known = [count for count in counts if count is not None]
    return sum(known) if known else None


def _is_no(value: object) -> bool:
    return value is False or clean_line(value).casefold() in NO_WORDS


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
    return count_of(flat_text(value))


def image_references(record: Record) -> list[str]:
    """Addresses and file names of pictures in the feed's order, each once."""
    references = (
        _image_reference(value) for path in _there(record, IMAGE_PATHS) for value in all_values(record, path)
    )
    return list(dict.fromkeys(reference for reference in references if reference))


def _image_reference(value: object) -> str:
    if isinstance(value, Mapping):
        value = next((value[key] for key in IMAGE_KEYS if isinstance(value.get(key), str)), "")
        return clean_line(value).replace("%s", IMAGE_TEMPLATE_SIZE)
    return clean_line(value) if isinstance(value, str) else ""
