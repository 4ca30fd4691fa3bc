"""Wildberries: answers of its public search, catalogue and detail services, and the card.json of its CDN.

Search, catalogue and detail (v1, v2, v4) list products with price and stock but no description; card.json
holds description and characteristics of one article but no price. Both of one article become one product.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from apps.parsers.services.base_parser import BaseParser, guarded
from apps.parsers.services.cleaning import clean_line, flat_text
from apps.parsers.services.money import Price, read_price
from apps.parsers.services.records import (
    Document,
    DocumentKind,
    ParsedItem,
    ParsedProduct,
    RejectedRecord,
    SkippedDocument,
    Variant,
)
from apps.parsers.services.wildberries_media import picture_urls
from apps.products.models import Currency

SITE = "https://www.wildberries.ru"
#: Real numbers have at most ten digits today.
MAX_NM = 10**12

Record = Mapping[str, Any]


class WildberriesParser(BaseParser):
    name = "wildberries"

    def parse(self, payload: Iterable[Document]) -> Iterator[ParsedItem]:
        found = _Found()
        for document in payload:
            if document.kind is DocumentKind.JSON:
                yield from found.take(document)
            else:
                what = f"это {document.kind}, а парсер wildberries читает JSON; его читает парсер supplier"
                yield SkippedDocument(document.name, what)
        for nm in found.numbers:
            goods, card = found.goods.get(nm, {}), found.cards.get(nm, {})
            yield from guarded(f"id {nm}", lambda: [_product(nm, goods, card, self.currency)])  # noqa: B023


@dataclass
class _Found:
    """Records of all documents by article number, so that a card and its price meet in any order."""

    goods: dict[int, Record] = field(default_factory=dict)
    cards: dict[int, Record] = field(default_factory=dict)

    @property
    def numbers(self) -> list[int]:
        return list(dict.fromkeys((*self.goods, *self.cards)))

    def take(self, document: Document) -> Iterator[RejectedRecord | SkippedDocument]:
        records = list(_records(document.content))
        if not records:
            yield SkippedDocument(document.name, "в документе нет товаров Wildberries")
        for index, record in enumerate(records, start=1):
            reason = self._add(record)
            if reason:
                yield RejectedRecord(f"{document.name}, запись {index}", reason)

    def _add(self, record: object) -> str:
        """Remember the record; the reason why not, when it cannot be."""
        if not isinstance(record, Mapping):
            return "это не объект"
        known, number = (self.cards, "nm_id") if _is_card(record) else (self.goods, "id")
        nm = _whole_number(record.get(number))
        if nm is None or not 0 < nm < MAX_NM:
            return f"нет артикула в «{number}»: {flat_text(record.get(number))[:40]!r}"
        said = {name: value for name, value in record.items() if value not in (None, "", [], {})}
        known[nm] = {**known.get(nm, {}), **said}
        return ""


def _records(content: object) -> Iterator[object]:
    """Products and cards of a document; of a list those of all members."""
    if isinstance(content, list):
        members = [list(_records(member)) if isinstance(member, Mapping) else [] for member in content]
        if any(members):
            for member, inner in zip(content, members, strict=True):
                yield from inner or [member]
    elif isinstance(content, Mapping):
        inner_data = content.get("data")
        data: Record = inner_data if isinstance(inner_data, Mapping) else {}
        products = content.get("products", data.get("products"))
        if isinstance(products, list):
            yield from products
        elif _is_card(content) or _is_goods(content):
            yield content


def _is_card(record: Record) -> bool:
    return "nm_id" in record and ("imt_name" in record or "imt_id" in record)


def _is_goods(record: Record) -> bool:
    return "id" in record and any(name in record for name in ("sizes", "salePriceU", "priceU", "supplierId"))


def _product(nm: int, goods: Record, card: Record, currency: str) -> ParsedProduct:
    price = _price(goods)
    supplier_id = _whole_number(goods.get("supplierId"))
    return ParsedProduct(
        source_id=str(nm),
        title=flat_text(goods.get("name") or card.get("imt_name")),
        description=flat_text(card.get("description")),
        brand=flat_text(goods.get("brand") or _inner(card, "selling").get("brand_name")),
        supplier=flat_text(goods.get("supplier")),
        supplier_site=f"{SITE}/seller/{supplier_id}" if supplier_id else "",
        price=price.amount,
        currency=(currency or Currency.RUB.value) if price.amount is not None else "",
        stock=_stock(goods),
        sku=flat_text(card.get("vendor_code")),
        url=f"{SITE}/catalog/{nm}/detail.aspx",
        category=_category(goods, card),
        attributes=_attributes(goods, card),
        image_urls=picture_urls(nm, _picture_count(goods, card)),
        variants=_variants(goods, currency or Currency.RUB.value),
        warnings=(price.warning,) if price.warning else (),
    )


def _variants(goods: Record, currency: str) -> tuple[Variant, ...]:
    """Sizes with a name of their own: price and stock of each."""
    named = [(_size(size), size) for size in _objects(goods.get("sizes"))]
    return tuple(_variant(name, size, currency) for name, size in named if name)


def _variant(name: str, size: Record, currency: str) -> Variant:
    price = _kopecks([_size_price(size)]).amount
    return Variant(
        source_id=str(_whole_number(size.get("optionId")) or ""),
        name=name,
        traits={"Размер": name},
        price=price,
        currency="" if price is None else currency,
        stock=_size_stock(size),
    )


def _size_stock(size: Record) -> int | None:
    counts = [_whole_number(stock.get("qty")) for stock in _objects(size.get("stocks"))]
    known = [count for count in counts if count is not None]
    if known:
        return sum(known)
    return 0 if size.get("stocks") == [] else None


def _price(goods: Record) -> Price:
    """The lowest price of any size. Prices are in kopecks; `basic` is the price before discounts."""
    extended = _inner(goods, "extended")
    old = (
        goods.get("salePriceU"),
        extended.get("clientPriceU"),
        extended.get("basicPriceU"),
        goods.get("priceU"),
    )
    for kopecks in (
        [_size_price(size) for size in _objects(goods.get("sizes"))],
        *([price] for price in old),
    ):
        price = _kopecks(kopecks)
        if price.amount is not None or price.warning:
            return price
    return Price(None)


def _size_price(size: Record) -> object:
    price = _inner(size, "price")
    return price.get("product") or price.get("total") or price.get("basic")


def _kopecks(values: Iterable[object]) -> Price:
    numbers = [number for number in map(_whole_number, values) if number]
    return read_price(Decimal(min(numbers)) / 100) if numbers else Price(None)


def _stock(goods: Record) -> int | None:
    """Pieces in all stocks; nothing where every size lists its stocks and has none.

    That sizes have no price says nothing: the key may have another name today, and a whole catalogue would be
    taken for sold out.
    """
    total = _whole_number(goods.get("totalQuantity"))
    if total is not None:
        return total
    sizes = _objects(goods.get("sizes"))
    known = [count for count in map(_size_stock, sizes) if count is not None]
    return sum(known) if known and len(known) == len(sizes) else None


def _category(goods: Record, card: Record) -> str:
    names = [clean_line(card.get("subj_root_name")), clean_line(card.get("subj_name"))]
    path = " > ".join(dict.fromkeys(name for name in names if name))
    return path or clean_line(goods.get("entity"))


def _attributes(goods: Record, card: Record) -> dict[str, str]:
    """Characteristics under the seller's own names; what stands nowhere else is added under usual ones."""
    attributes: dict[str, str] = {}
    groups = _objects(card.get("grouped_options"))
    grouped = [option for group in groups for option in _objects(group.get("options"))]
    for options in (_objects(card.get("options")), grouped):
        for name, value in _named_values(options).items():
            attributes.setdefault(name, value)
    usual = {
        "Цвет": clean_line(card.get("nm_colors_names") or _names(goods.get("colors"))),
        "Состав": _names(card.get("compositions")),
        "Комплектация": clean_line(card.get("contents")),
        "Размеры": _sizes(goods),
    }
    for name, value in usual.items():
        if value:
            attributes.setdefault(name, value)
    return attributes


def _named_values(options: Iterable[Record]) -> dict[str, str]:
    values: dict[str, list[str]] = {}
    for option in options:
        name, value = clean_line(option.get("name")), clean_line(option.get("value"))
        if name and value:
            values.setdefault(name, []).append(value)
    return {name: "; ".join(dict.fromkeys(texts)) for name, texts in values.items()}


def _names(value: object) -> str:
    return "; ".join(
        dict.fromkeys(filter(None, (clean_line(thing.get("name")) for thing in _objects(value))))
    )


def _sizes(goods: Record) -> str:
    """Such as "44 (44 XXS); 46 (46 XS)", sorted: the services list them in changing order."""
    sizes = {_size(size) for size in _objects(goods.get("sizes"))} - {""}
    return "; ".join(sorted(sizes, key=lambda size: (not size[:1].isdigit(), len(size.split()[0]), size)))


def _size(size: Record) -> str:
    name, original = clean_line(size.get("name")), clean_line(size.get("origName"))
    if original in ("", "0", name):
        return name
    return f"{name} ({original})" if name else original


def _picture_count(goods: Record, card: Record) -> int:
    return _whole_number(_inner(card, "media").get("photo_count")) or _whole_number(goods.get("pics")) or 0


def _inner(record: Record, name: str) -> Record:
    value = record.get(name)
    return value if isinstance(value, Mapping) else {}


def _objects(value: object) -> list[Record]:
    return [member for member in value if isinstance(member, Mapping)] if isinstance(value, list) else []


def _whole_number(value: object) -> int | None:
    """A whole number from a JSON number or a text of digits."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 20:
        return int(value)
    if isinstance(value, Decimal) and value.is_finite() and value == value.to_integral_value():
        return int(value) if abs(value.adjusted()) < 20 else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None
