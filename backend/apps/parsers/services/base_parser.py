"""What every parser is: documents in, products out, products into the catalogue."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import ClassVar

from apps.parsers.services.cleaning import shortened
from apps.parsers.services.fitting import fit
from apps.parsers.services.owed_pictures import Owed
from apps.parsers.services.records import (
    Document,
    LocalImage,
    ParsedItem,
    ParsedProduct,
    RejectedRecord,
    SaveOutcome,
    SkippedDocument,
)
from apps.parsers.services.writing.writer import Prepared, ProductWriter, Saved, save_one

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


logger = logging.getLogger(__name__)


def guarded(place: str, items: Callable[[], Iterable[ParsedItem]]) -> Iterator[ParsedItem]:
    """What `items` gives; a record that breaks the parser is refused, so that the others of its feed are saved."""
    try:
        yield from list(items())
    except Exception as exc:
        logger.exception("A record broke the parser: %s", place)
        yield RejectedRecord(place, f"запись не разобрана: {type(exc).__name__}: {shortened(str(exc), 200)}")


class BaseParser(ABC):
    """One source. `name` is what `run_parser` is called with and what products keep as `source_name`.

    `currency` is for feeds that do not say in what they count. `source` keeps feeds apart whose ids mean
    different things: products then keep "name:source". `mapping` names the field of a key or heading, where
    the parser would guess another. `ids_are_the_suppliers` says that ids are only unique
    within one supplier, `feeds_are_complete` that a product which a feed has no longer is sold no longer.
    """

    name: ClassVar[str]
    ids_are_the_suppliers: ClassVar[bool] = False
    feeds_are_complete: ClassVar[bool] = False

    def __init__(
        self, *, currency: str = "", source: str = "", mapping: Mapping[str, str] | None = None
    ) -> None:
        self.currency = currency
        self.mapping: Mapping[str, str] = mapping or {}
        self.source_name = f"{self.name}:{source}" if source else self.name
        #: Pictures of the product that `save_product` saved last which the storage did not take.
        self.owed: tuple[Owed, ...] = ()
        self._writer = ProductWriter(self.source_name, ids_are_the_suppliers=self.ids_are_the_suppliers)

    def go_online(self) -> None:  # noqa: B027  (most parsers have nothing to ask)
        """From now on `parse` may ask the source's servers for what its documents leave open; an import does."""

    @abstractmethod
    def parse(self, payload: Iterable[Document]) -> Iterator[ParsedItem]:
        """Every product of the documents, what is wrong with records, which documents hold no products.

        Pure: reads no database and no network, unless `go_online` was called.
        """

    def save_product(self, parsed: ParsedProduct) -> SaveOutcome:
        """Put one product into the catalogue, in a transaction of its own; see ProductWriter.

        Raises LocalImageError, ForeignProduct and Django's database errors.
        """
        saved = save_one(self._writer, fit(parsed))
        self.owed = saved.owed
        return saved.outcome or SaveOutcome.UNCHANGED

    def prepare(self, products: Sequence[ParsedProduct]) -> list[Prepared | Saved]:
        """See ProductWriter.prepare."""
        return self._writer.prepare(products)

    def write(self, prepared: Sequence[Prepared | Saved]) -> list[Saved]:
        """See ProductWriter.write."""
        return self._writer.write(prepared)
