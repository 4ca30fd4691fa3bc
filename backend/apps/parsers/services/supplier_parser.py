"""Product feeds of suppliers' own sites: our documented format and what is near enough to it.

The tables of `supplier_fields` say under which names the fields are found. Here is what takes judgement:
which objects are products, what the money is, where pictures lie.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from urllib.parse import urljoin, urlsplit

from apps.parsers.services import supplier_fields as fields
from apps.parsers.services.base_parser import BaseParser
from apps.parsers.services.fitting import is_web_address
from apps.parsers.services.local_images import LocalImageError, find_image
from apps.parsers.services.money import Price, currency_code, read_price
from apps.parsers.services.records import (
    Document,
    LocalImage,
    ParsedItem,
    ParsedProduct,
    RejectedRecord,
    SkippedDocument,
)
from apps.parsers.services.supplier_fields import Record
from apps.products.models import Currency

#: "site.ru/picture.jpg": a host and a path, the scheme forgotten.
_HOST_AND_PATH = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}/\S+", re.IGNORECASE)
_LANGUAGE_CURRENCIES = {"ru": Currency.RUB.value, "tr": Currency.TRY.value}
_HOST_CURRENCIES = {
    ".ru": Currency.RUB.value,
    ".xn--p1ai": Currency.RUB.value,
    ".рф": Currency.RUB.value,
    ".tr": Currency.TRY.value,
}
_MAX_NESTING = 4


class SupplierParser(BaseParser):
    name = "supplier"
    ids_are_the_suppliers = True

    def parse(self, payload: Iterable[Document]) -> Iterator[ParsedItem]:
        for document in payload:
            records = _records(document.content)
            if not records:
                yield SkippedDocument(document.name, "holds no products")
            for index, record in enumerate(records, start=1):
                label = f"{document.name}, record {index}"
                if not isinstance(record, Mapping):
                    yield RejectedRecord(label, "is not an object")
                elif not fields.record_id(record):
                    yield RejectedRecord(label, "has no id")
                else:
                    yield _product(record, document, self.currency)


def _records(content: object, depth: int = 0) -> list[object]:
    """The members of a list, of the list that an object holds, or the object itself when it is a product."""
    if isinstance(content, list):
        return content
    if not isinstance(content, Mapping) or depth > _MAX_NESTING:
        return []
    titled = bool(fields.field_text(content, "title"))
    if titled and fields.record_id(content):
        return [content]
    for name in fields.CONTAINERS:
        if isinstance(content.get(name), list | Mapping):
            return _records(content[name], depth + 1)
    return [content] if titled else []


def _product(record: Record, document: Document, default_currency: str) -> ParsedProduct:
    warnings: list[str] = []
    url = _absolute(fields.field_text(record, "url"), document.url)
    host = _host(url)
    price = _price(record)
    if price.warning:
        warnings.append(price.warning)
    attributes = fields.attributes(record)
    image_urls, images = _images(record, document, warnings)
    return ParsedProduct(
        source_id=fields.record_id(record),
        title=fields.field_text(record, "title"),
        description=fields.description(record),
        brand=fields.brand(record, attributes),
        supplier=fields.field_text(record, "supplier") or host,
        supplier_site=f"https://{host}" if host else "",
        price=price.amount,
        currency=_currency(record, price, default_currency, host or _host(document.url), warnings),
        stock=fields.stock(record),
        sku=fields.field_text(record, "sku"),
        barcode=fields.barcode(record),
        url=url,
        category=fields.category_path(record),
        attributes=attributes,
        image_urls=tuple(image_urls),
        images=tuple(images),
        warnings=tuple(warnings),
    )


def _price(record: Record) -> Price:
    """The lowest price of the record; of variants, that of the cheapest."""
    kopecks = fields.field_values(record, "kopecks")
    if kopecks and isinstance(kopecks[0], int | Decimal):
        return read_price(Decimal(kopecks[0]) / 100)
    prices = [read_price(value) for value in fields.field_values(record, "price")]
    readable = [price for price in prices if price.amount is not None]
    if readable:
        return min(readable, key=lambda price: price.amount or 0)
    return next(iter(prices), Price(None))


def _currency(record: Record, price: Price, default: str, host: str, warnings: list[str]) -> str:
    """What the field says, else the price itself, the caller, the language, the site; else empty."""
    if price.amount is None:
        return ""
    named = fields.field_text(record, "currency")
    code = currency_code(named)
    if price.currency and code and price.currency != code:
        warnings.append(f"the price says {price.currency}, the field currency {code}; the field counts")
    return code or price.currency or named or default or _usual_currency(record, host)


def _usual_currency(record: Record, host: str) -> str:
    language = fields.field_text(record, "language").lower()[:2]
    if language in _LANGUAGE_CURRENCIES:
        return _LANGUAGE_CURRENCIES[language]
    return next((code for suffix, code in _HOST_CURRENCIES.items() if host.endswith(suffix)), "")


def _images(record: Record, document: Document, warnings: list[str]) -> tuple[list[str], list[LocalImage]]:
    urls: list[str] = []
    images: list[LocalImage] = []
    for reference in fields.image_references(record):
        problem = f"the picture {reference[:80]!r} is no web address"
        if document.folder is not None and not is_web_address(reference):
            try:
                images.append(find_image(document.folder, reference))
                continue
            except LocalImageError as exc:
                problem = str(exc)
        url = _absolute(reference, document.url)
        if is_web_address(url):
            urls.append(url)
        else:
            warnings.append(problem)
    return urls, images


def _absolute(reference: str, base_url: str) -> str:
    """A web address where one can be made of the reference, else the reference itself."""
    if reference.startswith("//"):
        return f"https:{reference}"
    if is_web_address(reference):
        return reference
    if _HOST_AND_PATH.fullmatch(reference):
        return f"https://{reference}"
    try:
        return urljoin(base_url, reference) if base_url and reference else reference
    except ValueError:
        return reference


def _host(url: str) -> str:
    if not is_web_address(url):
        return ""
    return (urlsplit(url).hostname or "").removeprefix("www.")
