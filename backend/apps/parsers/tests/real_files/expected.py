"""What a person reads in a file of somebody else's, and how it is compared with what a parser gives.

The readings in this folder pick keys with plain json, lxml and csv: they know the one shape before them and nothing of
the parsers or their tables. The files themselves stay outside of the repository.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings

from apps.parsers.services.records import ParsedProduct, Variant

DATA = Path(os.environ.get("SHARED_DATA") or Path(settings.REPOSITORY_DIR).parent / "shared" / "data")


@dataclass(frozen=True)
class Read:
    """One product as a person reads it. None of `price` and `stock`: the file does not say."""

    id: str
    title: str
    brand: str = ""
    price: Decimal | None = None
    currency: str = ""
    category: str = ""
    images: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    variants: tuple[Mapping[str, Any], ...] = ()
    barcode: str = ""
    description: str = ""
    supplier: str = ""
    sku: str = ""
    stock: int | None = None
    url: str = ""


def one_line(text: object) -> str:
    """Single spaces, and no characters that nobody sees."""
    return re.sub(r"\s+", " ", re.sub("[\u200b\u2060]", "", str(text or ""))).strip()


def money(value: object) -> Decimal:
    return Decimal(str(value)).quantize(Decimal("0.01"))


def differences(read: Read, parsed: ParsedProduct) -> list[str]:
    """Fields that differ, by name. The texts are the file's own, so they are shown as digests."""
    pairs: dict[str, tuple[object, object]] = {
        "id": (read.id, parsed.source_id),
        "title": (one_line(read.title), parsed.title),
        "brand": (read.brand, parsed.brand),
        "price": (read.price, parsed.price),
        "currency": (read.currency, parsed.currency),
        "category": (read.category, parsed.category),
        "images": (read.images, parsed.image_urls),
        "variants": (list(map(_sorted, read.variants)), [_sorted(variant(one)) for one in parsed.variants]),
        "barcode": (read.barcode, parsed.barcode),
        "description": (one_line(read.description), one_line(parsed.description)),
        "supplier": (read.supplier, parsed.supplier),
        "sku": (read.sku, parsed.sku),
        "stock": (read.stock, parsed.stock),
        "url": (read.url, parsed.url),
    }
    for name in sorted(read.attributes.keys() | parsed.attributes.keys()):
        seen = read.attributes.get(name), parsed.attributes.get(name)
        pairs[f"attribute {name}"] = one_line(seen[0]), one_line(seen[1])
    return [
        f"{read.id}: {name}: {_shown(ours)} is read, {_shown(theirs)} parsed"
        for name, (ours, theirs) in pairs.items()
        if ours != theirs
    ]


def variant(one: Variant) -> dict[str, Any]:
    """What the variant says, as a mapping without what it does not say."""
    said = {
        "id": one.source_id,
        "name": one.name,
        "traits": dict(one.traits),
        "price": one.price,
        "currency": one.currency,
        "stock": one.stock,
        "sku": one.sku,
        "barcode": one.barcode,
        "images": one.image_urls,
    }
    return {name: value for name, value in said.items() if value not in (None, "", (), {})}


def digest(values: Iterable[object]) -> str:
    text = json.dumps(list(values), ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _sorted(said: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return sorted(said.items())


def _shown(value: object) -> str:
    text = repr(value)
    return text if value in (None, "", (), []) else f"{len(text)} characters {digest([text])}"
