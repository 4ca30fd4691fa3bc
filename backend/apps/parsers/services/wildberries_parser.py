"""Wildberries: answers of its public search, catalogue and detail services, and the card.json of its CDN.

Search, catalogue and detail (v1, v2, v4) list products with price and stock but no description; card.json
holds description and characteristics of one article but no price. Both of one article become one product.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.conf import settings

from apps.parsers.services.base_parser import BaseParser, guarded
from apps.parsers.services.cleaning import clean_line, flat_text
from apps.parsers.services.records import (
    Document,
    DocumentKind,
    ParsedItem,
    ParsedProduct,
    RejectedRecord,
    SkippedDocument,
)
from apps.parsers.services.wildberries_baskets import Baskets
from apps.parsers.services.wildberries_media import known_basket, picture_urls
from apps.parsers.services.wildberries_records import Articles, inner, objects, records_of, whole_number
from apps.parsers.services.wildberries_sizes import price_of, size_stock, sizes_text, variants_of
from apps.products.models import Currency

SITE = "https://www.wildberries.ru"
#: Kilograms; a larger number counts something else.
MAX_WEIGHT = 2000

Record = Mapping[str, Any]


class WildberriesParser(BaseParser):
    name = "wildberries"

    def __init__(
        self, *, currency: str = "", source: str = "", mapping: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(currency=currency, source=source, mapping=mapping)
        self._basket: Callable[[int], int | None] = known_basket

    def go_online(self) -> None:
        if settings.PARSERS_ASK_PICTURE_HOSTS:
            self._basket = Baskets()

    def parse(self, payload: Iterable[Document]) -> Iterator[ParsedItem]:
        with closing(Articles()) as articles:
            for document in payload:
                if document.kind is DocumentKind.JSON:
                    yield from _taken(document, articles)
                else:
                    what = (
                        f"это {document.kind}, а парсер wildberries читает JSON; его читает парсер supplier"
                    )
                    yield SkippedDocument(document.name, what)
            for nm, goods, card in articles.joined():
                yield from guarded(f"id {nm}", lambda: [self._product(nm, goods, card)])  # noqa: B023

    def _product(self, nm: int, goods: Record, card: Record) -> ParsedProduct:
        pictures, warning = self._pictures(nm, goods, card)
        product = _product(nm, goods, card, self.currency)
        warnings = (*product.warnings, warning) if warning else product.warnings
        return replace(product, image_urls=pictures, warnings=warnings)

    def _pictures(self, nm: int, goods: Record, card: Record) -> tuple[tuple[str, ...], str]:
        """Addresses, and why there are none although the article has pictures."""
        named = card.get("photos")
        if isinstance(named, list):
            return tuple(address for address in named if isinstance(address, str)), ""
        count = _picture_count(goods, card)
        basket = self._basket(nm) if count else None
        if count and basket is None:
            return (), f"фотографий {count}: сервер картинок не ответил, их адрес неизвестен"
        return picture_urls(nm, basket or 0, count), ""


def _taken(document: Document, articles: Articles) -> Iterator[RejectedRecord | SkippedDocument]:
    empty = True
    for index, record in enumerate(records_of(document.content), start=1):
        empty = False
        reason = articles.add(record)
        if reason:
            yield RejectedRecord(f"{document.name}, запись {index}", reason)
    if empty:
        yield SkippedDocument(document.name, "в документе нет товаров Wildberries")


def _product(nm: int, goods: Record, card: Record, currency: str) -> ParsedProduct:
    price = price_of(goods)
    supplier_id = whole_number(goods.get("supplierId") or inner(card, "selling").get("supplier_id"))
    variants, barcode = variants_of(goods, card, currency or Currency.RUB.value)
    return ParsedProduct(
        source_id=str(nm),
        title=flat_text(goods.get("name") or card.get("imt_name")),
        description=flat_text(card.get("description")),
        brand=flat_text(goods.get("brand") or inner(card, "selling").get("brand_name")),
        supplier=flat_text(goods.get("supplier")),
        supplier_site=f"{SITE}/seller/{supplier_id}" if supplier_id else "",
        price=price.amount,
        currency=(currency or Currency.RUB.value) if price.amount is not None else "",
        stock=_stock(goods),
        sku=flat_text(card.get("vendor_code")),
        barcode=barcode,
        url=f"{SITE}/catalog/{nm}/detail.aspx",
        category=_category(goods, card),
        attributes=_attributes(goods, card),
        variants=variants,
        warnings=(price.warning,) if price.warning else (),
    )


def _stock(goods: Record) -> int | None:
    """Pieces in all stocks; nothing where every size lists its stocks and has none.

    That sizes have no price says nothing: the key may have another name today, and a whole catalogue would be
    taken for sold out.
    """
    total = whole_number(goods.get("totalQuantity"))
    if total is not None:
        return total
    sizes = objects(goods.get("sizes"))
    known = [count for count in map(size_stock, sizes) if count is not None]
    return sum(known) if known and len(known) == len(sizes) else None


def _category(goods: Record, card: Record) -> str:
    names = [clean_line(card.get("subj_root_name")), clean_line(card.get("subj_name"))]
    path = " > ".join(dict.fromkeys(name for name in names if name))
    return path or clean_line(goods.get("entity"))


def _attributes(goods: Record, card: Record) -> dict[str, str]:
    """Characteristics under the seller's own names; what stands nowhere else is added under usual ones."""
    attributes: dict[str, str] = {}
    groups = objects(card.get("grouped_options"))
    grouped = [option for group in groups for option in objects(group.get("options"))]
    for options in (objects(card.get("options")), grouped):
        for name, value in _named_values(options).items():
            attributes.setdefault(name, value)
    usual = {
        "Цвет": clean_line(card.get("nm_colors_names") or _names(goods.get("colors"))),
        "Состав": _names(card.get("compositions")),
        "Комплектация": clean_line(card.get("contents")),
        "Размеры": sizes_text(goods),
        "Вес с упаковкой": _weight(goods.get("weight")),
    }
    for name, value in usual.items():
        if value:
            attributes.setdefault(name, value)
    return attributes


def _weight(value: object) -> str:
    """Detail and search give kilograms as a number."""
    known = (
        isinstance(value, int | float | Decimal) and not isinstance(value, bool) and 0 < value < MAX_WEIGHT
    )
    return f"{flat_text(value)} кг" if known else ""


def _named_values(options: Iterable[Record]) -> dict[str, str]:
    values: dict[str, list[str]] = {}
    for option in options:
        name, value = clean_line(option.get("name")), clean_line(option.get("value"))
        if name and value:
            values.setdefault(name, []).append(value)
    return {name: "; ".join(dict.fromkeys(texts)) for name, texts in values.items()}


def _names(value: object) -> str:
    return "; ".join(dict.fromkeys(filter(None, (clean_line(thing.get("name")) for thing in objects(value)))))


def _picture_count(goods: Record, card: Record) -> int:
    return whole_number(inner(card, "media").get("photo_count")) or whole_number(goods.get("pics")) or 0
