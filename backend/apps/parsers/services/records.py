"""What travels between the parts of an import: documents in, records out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum, StrEnum
from pathlib import Path


class DocumentKind(StrEnum):
    """What a document was; the values are what a message calls it."""

    JSON = "JSON"
    XML = "XML (YML)"
    TABLE = "таблица (CSV, XLSX)"
    PAGE = "страница HTML"


@dataclass(frozen=True, slots=True)
class Document:
    """One JSON value, one XML record as an object, one row of a table {heading: text}, or one page's text.

    `name` stands in messages. `folder` is where relative image paths are looked for, None when there are no
    files. `url` is where the document was fetched from, empty for a file.
    """

    name: str
    content: object
    folder: Path | None = None
    url: str = ""
    kind: DocumentKind = DocumentKind.JSON


@dataclass(frozen=True, slots=True)
class LocalImage:
    """A picture that lies beside the feed, checked to be a file inside the feed's folder."""

    path: Path


@dataclass(frozen=True, slots=True)
class Variant:
    """One size or colour of a product. Empty and None mean: the source does not say."""

    source_id: str = ""
    name: str = ""
    traits: Mapping[str, str] = field(default_factory=dict)
    price: Decimal | None = None
    currency: str = ""
    stock: int | None = None
    sku: str = ""
    barcode: str = ""
    image_urls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ParsedProduct:
    """A product in the source's own words. Empty and None mean: the source does not say.

    `price` is in units of `currency` (an ISO code of `Currency`, or empty); `category` is a path such as
    "Обувь > Сандалии". `place` is where the record stood, for messages, and no part of the product.
    """

    source_id: str
    title: str = ""
    description: str = ""
    brand: str = ""
    supplier: str = ""
    supplier_site: str = ""
    price: Decimal | None = None
    currency: str = ""
    stock: int | None = None
    sku: str = ""
    barcode: str = ""
    url: str = ""
    category: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    image_urls: tuple[str, ...] = ()
    images: tuple[LocalImage, ...] = ()
    variants: tuple[Variant, ...] = ()
    warnings: tuple[str, ...] = ()
    place: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class RejectedRecord:
    """A record that cannot be a product; the others of the feed can."""

    record: str
    reason: str


@dataclass(frozen=True, slots=True)
class SkippedDocument:
    """A document that is no feed of products, for example a menu. Nothing is wrong with it."""

    document: str
    reason: str


@dataclass(frozen=True, slots=True)
class BrokenDocument:
    """A document that cannot be read, or only in part: nothing of it is imported."""

    document: str
    reason: str


@dataclass(frozen=True, slots=True)
class PartialDocument:
    """A document whose products are good, but which says itself that others are missing, as one page of forty does."""

    document: str
    reason: str


@dataclass(frozen=True, slots=True)
class UnknownKey:
    """A key of records that no field took: a mapping can."""

    key: str
    count: int
    example: str


@dataclass(frozen=True, slots=True)
class MappedColumns:
    """Which field each heading of a table was taken for."""

    mapping: Mapping[str, str]


ParsedItem = ParsedProduct | RejectedRecord | SkippedDocument | PartialDocument | UnknownKey | MappedColumns


class SaveOutcome(Enum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


class FeedError(Exception):
    """The feed as a whole cannot be read; the message is one sentence for whoever started the import."""
