"""A parsed product made to fit the columns. What is too long is never just cut: the whole stays readable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from urllib.parse import urlsplit

from apps.parsers.services.barcodes import read_barcode
from apps.parsers.services.cleaning import (
    MAX_TEXT,
    clean_line,
    clean_text,
    is_no_picture,
    is_placeholder,
    is_spoiled_code,
    shortened,
)
from apps.parsers.services.records import ParsedProduct, Variant
from apps.products.models import Currency

MAX_TITLE = 500
MAX_SOURCE_ID = 200
MAX_URL = 1000
MAX_ATTRIBUTES = 300
MAX_ATTRIBUTE_NAME = 200
MAX_ATTRIBUTE_VALUE = 10_000
MAX_IMAGES = 30
MAX_STOCK = 2_147_483_647

_NAMES = {"brand": 150, "supplier": 150, "category": 500}
_CODES = {"sku": 100}
#: Attributes that hold a value whose column is too short for it: they come and go with it.
OVERFLOW = {name: f"source_{name}" for name in ("title", *_NAMES, *_CODES, "currency")}
#: The AI module keeps its findings under names with this prefix; a source may not write there.
AI_PREFIX = "ai_"


def fit(product: ParsedProduct) -> ParsedProduct:
    """Clean texts of a length that the columns take, with a warning for whatever did not fit.

    Fitting a product twice changes nothing.
    """
    warnings = list(product.warnings)
    attributes = _attributes(product.attributes, warnings)
    title, description = _title_and_description(product, attributes, warnings)
    return replace(
        product,
        source_id=clean_line(product.source_id),
        title=title,
        description=description,
        brand=_name("brand", product.brand, attributes, warnings),
        supplier=_name("supplier", product.supplier, attributes, warnings),
        supplier_site=_url(product.supplier_site, 200, warnings),
        currency=_currency(product.currency, attributes, warnings),
        stock=_stock(product.stock, warnings),
        sku=_code("sku", product.sku, attributes, warnings),
        barcode=_barcode(product.barcode, warnings),
        url=_url(product.url, MAX_URL, warnings),
        category=_name("category", product.category, attributes, warnings),
        attributes=attributes,
        image_urls=_image_urls(product.image_urls, warnings),
        variants=tuple(_variant(variant, warnings) for variant in product.variants),
        warnings=tuple(dict.fromkeys(warnings)),
    )


def _title_and_description(
    product: ParsedProduct, attributes: dict[str, str], warnings: list[str]
) -> tuple[str, str]:
    title, description = _said(clean_line(product.title)), _said(clean_text(product.description))
    if len(title) > MAX_TITLE:
        warnings.append(
            f"в названии {len(title)} знаков: оно обрезано до {MAX_TITLE}, "
            f"целиком оно стоит в начале описания и в характеристике {OVERFLOW['title']}"
        )
        attributes[OVERFLOW["title"]] = shortened(title, MAX_ATTRIBUTE_VALUE)
        description = f"{title}\n\n{description}".strip()
        title = shortened(title, MAX_TITLE)
    if len(description) > MAX_TEXT:
        warnings.append(f"в описании {len(description)} знаков: оно обрезано до {MAX_TEXT}")
        description = shortened(description, MAX_TEXT)
    return title, description


def _name(field: str, value: str, attributes: dict[str, str], warnings: list[str]) -> str:
    text = _said(clean_line(value))
    if len(text) <= _NAMES[field]:
        return text
    _keep_whole(field, text, attributes, warnings)
    return shortened(text, _NAMES[field])


def _code(field: str, value: str, attributes: dict[str, str], warnings: list[str]) -> str:
    """Half an article number would be a wrong one, so a code that is too long leaves its column empty."""
    text = _said(clean_line(value))
    if is_spoiled_code(text):
        warnings.append(f"{field}: «{text}» испорчено электронной таблицей")
        return ""
    if len(text) <= _CODES[field]:
        return text
    _keep_whole(field, text, attributes, warnings)
    return ""


def _barcode(value: str, warnings: list[str]) -> str:
    code, reason = read_barcode(value)
    if reason:
        warnings.append(reason)
    return code


def _variant(variant: Variant, warnings: list[str]) -> Variant:
    code = _barcode(variant.barcode, warnings)
    return variant if code == variant.barcode else replace(variant, barcode=code)


def _currency(value: str, attributes: dict[str, str], warnings: list[str]) -> str:
    text = clean_line(value)
    if not text or text in Currency.values:
        return text
    _keep_whole("currency", text, attributes, warnings)
    return ""


def _said(text: str) -> str:
    return "" if is_placeholder(text) else text


def _keep_whole(field: str, text: str, attributes: dict[str, str], warnings: list[str]) -> None:
    attributes[OVERFLOW[field]] = shortened(text, MAX_ATTRIBUTE_VALUE)
    warnings.append(
        f"{field}: «{shortened(text, 60)}» не помещается и стоит в характеристике {OVERFLOW[field]}"
    )


def _attributes(source: Mapping[str, str], warnings: list[str]) -> dict[str, str]:
    attributes: dict[str, str] = {}
    for raw_name, raw_value in source.items():
        name, value = clean_line(raw_name), clean_text(raw_value)
        if not name or not value or is_placeholder(value, of_attribute=True):
            continue
        if name.startswith(AI_PREFIX):
            name = f"source_{name}"
        if len(name) > MAX_ATTRIBUTE_NAME or len(value) > MAX_ATTRIBUTE_VALUE:
            warnings.append(f"характеристика «{shortened(name, 60)}» слишком длинная и обрезана")
            name, value = shortened(name, MAX_ATTRIBUTE_NAME), shortened(value, MAX_ATTRIBUTE_VALUE)
        attributes[name] = value
    if len(attributes) > MAX_ATTRIBUTES + len(OVERFLOW):
        warnings.append(f"характеристик {len(attributes)}: взяты первые {MAX_ATTRIBUTES}")
        attributes = dict(list(attributes.items())[:MAX_ATTRIBUTES])
    return attributes


def _stock(value: int | None, warnings: list[str]) -> int | None:
    if value is None or 0 <= value <= MAX_STOCK:
        return value
    warnings.append(f"остаток {str(value)[:30]} неправдоподобен")
    return None


def _url(value: str, max_length: int, warnings: list[str]) -> str:
    """A web address, or nothing: javascript: and its like must not reach a link in the admin."""
    text = clean_line(value)
    if not text:
        return ""
    if len(text) <= max_length and is_web_address(text):
        return text
    warnings.append(f"«{shortened(text, 60)}» — не адрес в интернете длиной до {max_length} знаков")
    return ""


def _image_urls(urls: tuple[str, ...], warnings: list[str]) -> tuple[str, ...]:
    fitting = (_url(url, MAX_URL, warnings) for url in urls if not is_no_picture(url))
    wanted = tuple(dict.fromkeys(url for url in fitting if url))
    if len(wanted) > MAX_IMAGES:
        warnings.append(f"фотографий {len(wanted)}: взяты первые {MAX_IMAGES}")
    return wanted[:MAX_IMAGES]


@lru_cache(maxsize=256)  # the parser and the fitting ask for each address of a record
def is_web_address(text: str) -> bool:
    """http or https, a host, and no space inside."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in text
