"""Keys of a feed that no field took, each with an example and a count, so that a mapping can take them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from apps.parsers.services.cleaning import clean_line
from apps.parsers.services.records import UnknownKey
from apps.parsers.services.supplier_headers import field_of_header
from apps.parsers.services.supplier_json import KNOWN_ROOTS
from apps.parsers.services.supplier_prices import PRICE_ROOTS

_MAX_KEYS = 200
#: Keys that were understood elsewhere or never say anything about a product.
_TAKEN = KNOWN_ROOTS | PRICE_ROOTS | {"variants", "masterData", "balanceStock", "priceTag", "timestamp"}


class UnknownKeys:
    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._examples: dict[str, str] = {}

    def count(self, record: Mapping[str, Any]) -> None:
        for key, value in record.items():
            name = str(key)[:100]
            if name in _TAKEN or field_of_header(name) or value in (None, "", [], {}):
                continue
            if name in self._examples or len(self._examples) < _MAX_KEYS:
                self._counts[name] += 1
                self._examples.setdefault(name, clean_line(value)[:80])

    def found(self) -> Iterator[UnknownKey]:
        for name, count in self._counts.most_common():
            yield UnknownKey(name, count, self._examples[name])
