"""What every parser is: documents in, products out, products into the catalogue."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar

from apps.parsers.services.owed_pictures import Owed
from apps.parsers.services.product_writer import ProductWriter
from apps.parsers.services.records import (
    Document,
    LocalImage,
    ParsedItem,
    ParsedProduct,
    RejectedRecord,
    SaveOutcome,
    SkippedDocument,
)

__all__ = [
    "BaseParser",
    "Document",
    "LocalImage",
    "ParsedItem",
    "ParsedProduct",
    "RejectedRecord",
    "SaveOutcome",
    "SkippedDocument",
]


class BaseParser(ABC):
    """One source. `name` is what `run_parser` is called with and what products keep as `source_name`.

    `currency` is for feeds that do not say in what they count. `source` keeps feeds apart whose ids mean
    different things: products then keep "name:source". `mapping` names the field of a key or heading, where
    the parser would guess another. `ids_are_the_suppliers` says that ids are only unique
    within one supplier.
    """

    name: ClassVar[str]
    ids_are_the_suppliers: ClassVar[bool] = False

    def __init__(
        self, *, currency: str = "", source: str = "", mapping: Mapping[str, str] | None = None
    ) -> None:
        self.currency = currency
        self.mapping = mapping or {}
        source_name = f"{self.name}:{source}" if source else self.name
        self._writer = ProductWriter(source_name, ids_are_the_suppliers=self.ids_are_the_suppliers)

    @abstractmethod
    def parse(self, payload: Iterable[Document]) -> Iterator[ParsedItem]:
        """Every product of the documents, what is wrong with records, which documents hold no products.

        Pure: reads no database and no network.
        """

    def save_product(self, parsed: ParsedProduct) -> SaveOutcome:
        """Put one product into the catalogue; see ProductWriter.save."""
        return self._writer.save(parsed)

    @property
    def owed(self) -> list[Owed]:
        """Pictures of the product that was saved last which the storage did not take."""
        return self._writer.owed
