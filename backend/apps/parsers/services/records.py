"""What travels between the parts of an import: documents in, records out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Document:
    """One JSON value of a feed.

    `name` stands in messages. `folder` is where relative image paths are looked for, None when there are no
    files. `url` is where the document was fetched from, empty for a file.
    """

    name: str
    content: object
    folder: Path | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class LocalImage:
    """A picture that lies beside the feed, checked to be a file inside the feed's folder."""

    path: Path


@dataclass(frozen=True, slots=True)
class ParsedProduct:
    """A product in the source's own words. Empty and None mean: the source does not say.

    `price` is in units of `currency` (an ISO code of `Currency`, or empty); `category` is a path such as
    "Обувь > Сандалии".
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
    warnings: tuple[str, ...] = ()


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


ParsedItem = ParsedProduct | RejectedRecord | SkippedDocument


class SaveOutcome(Enum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


class FeedError(Exception):
    """The feed as a whole cannot be read; the message is one sentence for whoever started the import."""
