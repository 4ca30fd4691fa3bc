"""Records of Wildberries wherever they stand in an answer, and all records of one article joined on disk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import IntEnum
from typing import Any

from apps.parsers.services.cleaning import flat_text
from apps.parsers.services.gathering import Gathered
from apps.parsers.services.wildberries_seller import as_card, is_sellers_card

Record = Mapping[str, Any]

#: Real numbers have at most ten digits today.
MAX_NM = 10**12
_MAX_DEPTH = 5
_LISTS = ("products", "cards")
_GOODS_KEYS = ("sizes", "salePriceU", "priceU", "supplierId")


class Kind(IntEnum):
    GOODS = 0
    CARD = 1


class Articles:
    """Articles by number, so that a card and its price meet in any order; memory does not grow with them.

    Of a key that comes again the last value that says anything counts.
    """

    def __init__(self) -> None:
        self._parts = Gathered()

    def add(self, record: object) -> str:
        """Keep the record; the reason why not, when it cannot be."""
        if not isinstance(record, Mapping):
            return "это не объект"
        if is_sellers_card(record):
            record = as_card(record)
        kind, key = (Kind.CARD, "nm_id") if is_card(record) else (Kind.GOODS, "id")
        nm = whole_number(record.get(key))
        if nm is None or not 0 < nm < MAX_NM:
            return f"нет артикула в «{key}»: {flat_text(record.get(key))[:40]!r}"
        said = {name: value for name, value in record.items() if value not in (None, "", [], {})}
        self._parts.add(str(nm), (kind, said), rank=kind)
        return ""

    def joined(self) -> Iterator[tuple[int, Record, Record]]:
        """Number, goods and card of each article: those with goods first, in the order in which they came."""
        for nm, parts in self._parts.groups():
            known: dict[Kind, dict[str, Any]] = {Kind.GOODS: {}, Kind.CARD: {}}
            for kind, said in parts:
                known[kind] |= said
            yield int(nm), known[Kind.GOODS], known[Kind.CARD]

    def close(self) -> None:
        self._parts.close()


def records_of(content: object, depth: int = 0) -> Iterator[object]:
    """Products and cards of an answer in whatever it is wrapped; of a list those of all members."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(content, list):
        members = [list(records_of(one, depth + 1)) if isinstance(one, Mapping) else [] for one in content]
        if any(members):
            for member, found in zip(content, members, strict=True):
                yield from found or [member]
    elif isinstance(content, Mapping):
        named = [content[key] for key in _LISTS if isinstance(content.get(key), list)]
        if not named and (is_card(content) or _is_goods(content) or is_sellers_card(content)):
            yield content
            return
        for members in named:
            yield from members
        for member in content.values():
            if isinstance(member, Mapping):
                yield from records_of(member, depth + 1)


def is_card(record: Record) -> bool:
    return "nm_id" in record and ("imt_name" in record or "imt_id" in record)


def _is_goods(record: Record) -> bool:
    return "id" in record and any(name in record for name in _GOODS_KEYS)


def inner(record: Record, name: str) -> Record:
    value = record.get(name)
    return value if isinstance(value, Mapping) else {}


def objects(value: object) -> list[Record]:
    return [member for member in value if isinstance(member, Mapping)] if isinstance(value, list) else []


def whole_number(value: object) -> int | None:
    """A whole number from a JSON number or a text of digits."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 20:
        return int(value)
    if isinstance(value, Decimal) and value.is_finite() and value == value.to_integral_value():
        return int(value) if abs(value.adjusted()) < 20 else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None
