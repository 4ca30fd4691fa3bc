"""What a run is about: its stages and modes, what was asked for, and the product as it was read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any


class Stage(StrEnum):
    IMAGES = "images"
    CATEGORY = "category"
    SECOND_LOOK = "second_look"
    DRAFT = "draft"
    REPAIR = "repair"
    VERIFY = "verify"
    LEAFLET = "leaflet"
    QUALITY = "quality"


#: Stages whose answer is one of the candidates; its log-probabilities are asked for.
CHOOSING = frozenset({Stage.CATEGORY, Stage.SECOND_LOOK})

TEXT_FIELDS = ("title", "description", "seo_title", "seo_description", "keywords")

CARD_FIELDS = ("category", "attributes", *TEXT_FIELDS)


class Mode(StrEnum):
    """What a run may do. The values are those of `AIProcessingLog.processing_type`."""

    FULL = "full"
    DESCRIPTION = "description_only"
    CATEGORY = "categorization_only"
    IMAGES = "image_analysis"

    @property
    def writes_text(self) -> bool:
        return self in (Mode.FULL, Mode.DESCRIPTION)

    @property
    def chooses_category(self) -> bool:
        return self in (Mode.FULL, Mode.CATEGORY)

    @property
    def card_fields(self) -> tuple[str, ...]:
        """The only card fields an apply of this mode may write."""
        return {
            Mode.FULL: CARD_FIELDS,
            Mode.DESCRIPTION: TEXT_FIELDS,
            Mode.CATEGORY: ("category", "attributes"),
            Mode.IMAGES: (),
        }[self]


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What the caller asked for besides the mode. `hint`: a moderator's word to the writer about this product."""

    analyze_images: bool = True
    language: str = "ru"
    force: bool = False
    hint: str = ""


@dataclass(frozen=True, slots=True)
class SourcePolicy:
    """What the products of one source get by themselves. `auto_process`: a value of conf.AutoProcess; empty: as set."""

    auto_process: str = ""
    mode: Mode = Mode.FULL
    analyze_images: bool = True


@dataclass(frozen=True, slots=True)
class ProductSnapshot:
    """A product as the pipeline saw it once. Texts are the source's own words, already free of controls.

    `card`: the Russian card as it stands, by card field name (`CARD_FIELDS`), values JSON-able.
    `edited_fields`: card fields that a person changed. `attributes`: the source's, flat.
    """

    product_id: int
    title: str
    description: str
    brand: str = ""
    supplier: str = ""
    source: str = ""
    source_url: str = ""
    source_category: str = ""
    barcode: str = ""
    price: Decimal | None = None
    currency: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    image_urls: tuple[str, ...] = ()
    category_id: int | None = None
    card: Mapping[str, Any] = field(default_factory=dict)
    edited_fields: tuple[str, ...] = ()
    created_at: str = ""

    @property
    def fingerprint(self) -> str:
        """SHA-256 over what an answer depends on; price and stock change too often to pay for, so not they."""
        return fingerprint(
            self.title,
            self.description,
            self.brand,
            self.source_category,
            self.barcode,
            dict(self.attributes),
            list(self.image_urls),
        )

    @property
    def card_fingerprint(self) -> str:
        """SHA-256 over what an apply would change; differs when somebody edited the card meanwhile."""
        return fingerprint(dict(self.card), sorted(self.edited_fields))

    @property
    def source_text(self) -> str:
        """Everything the source says, one fact-bearing line after another: what a card may be built from."""
        lines = [
            self.title,
            self.description,
            self.brand,
            self.barcode,
            *(f"{name}: {value}" for name, value in self.attributes.items()),
        ]
        return "\n".join(line for line in lines if line)


def fingerprint(*parts: Any) -> str:
    """SHA-256 (hex) of JSON-able parts, the same in every process."""
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
