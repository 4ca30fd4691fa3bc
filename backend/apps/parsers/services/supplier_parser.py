"""Products of suppliers: JSON of many shapes, YML, tables with a mapping, and pages of shops.

Every shape is first made a record with the keys of `supplier_fields`; here is what takes judgement: which records
are products, what the money is, where pictures lie.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from urllib.parse import urljoin, urlsplit

from apps.parsers.services import supplier_fields as fields
from apps.parsers.services.base_parser import BaseParser, guarded
from apps.parsers.services.cleaning import is_spoiled_code
from apps.parsers.services.fitting import is_web_address
from apps.parsers.services.local_images import LocalImageError, find_image
from apps.parsers.services.money import Price, currency_code
from apps.parsers.services.page_records import page_records
from apps.parsers.services.picture_links import direct, is_folder
from apps.parsers.services.records import (
    Document,
    DocumentKind,
    LocalImage,
    ParsedItem,
    ParsedProduct,
    RejectedRecord,
    SkippedDocument,
)
from apps.parsers.services.supplier_fields import Record
from apps.parsers.services.supplier_json import plain_record, records_of, why_no_product
from apps.parsers.services.supplier_pages import Pages
from apps.parsers.services.supplier_prices import price_of
from apps.parsers.services.supplier_tables import TableReader
from apps.parsers.services.supplier_variants import variants_of
from apps.parsers.services.supplier_yml import yml_record
from apps.parsers.services.unknown_keys import UnknownKeys
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


class SupplierParser(BaseParser):
    """`mapping` says for each heading of a table or key of a record which field it is; without it it is guessed."""

    name = "supplier"
    ids_are_the_suppliers = True
    feeds_are_complete = True

    def parse(self, payload: Iterable[Document]) -> Iterator[ParsedItem]:
        tables = TableReader(self.mapping)
        unknown = UnknownKeys()
        pages = Pages()
        for document in payload:
            pages.note(document.name, document.content)
            yield from guarded(document.name, lambda: self._document(document, tables, unknown))  # noqa: B023
        yield from unknown.found()
        yield from pages.missing()

    def _document(
        self, document: Document, tables: TableReader, unknown: UnknownKeys
    ) -> Iterator[ParsedItem]:
        for label, record in _records(document, tables):
            yield from guarded(label, lambda: [self._item(label, record, document, unknown)])  # noqa: B023
        yield from tables.take_notes()

    def _item(self, label: str, record: object, document: Document, unknown: UnknownKeys) -> ParsedItem:
        if isinstance(record, SkippedDocument | RejectedRecord):
            return record
        if not isinstance(record, Mapping):
            return RejectedRecord(label, "это не объект")
        plain = plain_record(record, self.mapping if document.kind is DocumentKind.JSON else {})
        if not fields.record_id(plain):
            return RejectedRecord(label, "нет кода товара")
        if is_spoiled_code(fields.record_id(plain)):
            return RejectedRecord(label, f"код {fields.record_id(plain)} испорчен электронной таблицей")
        reason = why_no_product(plain)
        if reason:
            return RejectedRecord(label, reason)
        if document.kind is DocumentKind.JSON:
            unknown.count(record)
        return replace(_product(plain, document, self.currency), place=label)


def _records(document: Document, tables: TableReader) -> Iterator[tuple[str, object]]:
    """Each record of the document with the words by which a message names it."""
    match document.kind:
        case DocumentKind.TABLE:
            row = tables.record(document)
            if row is not None:
                yield document.name, row
        case DocumentKind.XML:
            yield document.name, yml_record(document.content)
        case DocumentKind.PAGE:
            found = page_records(str(document.content), document.url)
            if not found:
                nothing = "на странице нет товара: ни ld+json, ни микроразметки, ни описания сайта для неё"
                yield document.name, SkippedDocument(document.name, nothing)
            for index, record in enumerate(found, start=1):
                yield f"{document.name}, запись {index}", record
        case DocumentKind.JSON:
            listed = records_of(document.content)
            if not listed:
                yield document.name, SkippedDocument(document.name, "в документе нет товаров")
            for index, member in enumerate(listed, start=1):
                yield f"{document.name}, запись {index}", member


def _product(record: Record, document: Document, default_currency: str) -> ParsedProduct:
    warnings: list[str] = []
    url = _absolute(fields.field_text(record, "url"), document.url)
    host = _host(url)
    price = price_of(record)
    if price.warning:
        warnings.append(price.warning)
    attributes = fields.attributes(record)
    image_urls, images = _images(record, document, warnings)
    currency = _currency(record, price, default_currency, host or _host(document.url), warnings)
    return ParsedProduct(
        source_id=fields.record_id(record),
        title=fields.field_text(record, "title"),
        description=fields.description(record),
        brand=fields.brand(record, attributes),
        supplier=fields.field_text(record, "supplier") or host,
        supplier_site=f"https://{host}" if host else "",
        price=price.amount,
        currency=currency,
        stock=fields.stock(record),
        sku=fields.field_text(record, "sku"),
        barcode=fields.barcode(record),
        url=url,
        category=fields.category_path(record),
        attributes=attributes,
        image_urls=tuple(image_urls),
        images=tuple(images),
        variants=variants_of(record, currency=currency),
        warnings=tuple(warnings),
    )


def _currency(record: Record, price: Price, default: str, host: str, warnings: list[str]) -> str:
    """What the field says, else the price itself, the caller, the language, the site; else empty."""
    if price.amount is None:
        return ""
    named = fields.field_text(record, "currency")
    code = currency_code(named)
    if price.currency and code and price.currency != code:
        warnings.append(f"в цене {price.currency}, в поле валюты {code}; верно поле")
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
        problem = f"фото {reference[:80]!r} — не адрес в интернете"
        if document.folder is not None and not is_web_address(reference):
            try:
                images.append(find_image(document.folder, reference))
                continue
            except LocalImageError as exc:
                problem = str(exc)
        url = direct(_absolute(reference, document.url))
        if is_folder(url):
            warnings.append(f"«{url[:80]}» — папка, а не фото")
        elif is_web_address(url):
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
