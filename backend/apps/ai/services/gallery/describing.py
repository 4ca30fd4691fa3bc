"""Alternative texts of a product's pictures, written beside its card."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apps.ai import catalog
from apps.ai.services.pictures import alts
from apps.ai.types import ProductSnapshot


def describe(product: ProductSnapshot, card: Mapping[str, Any]) -> None:
    """From the card in the shop's own language, which may be newer than the product's; a person's texts stay.

    In the caller's transaction.
    """
    shop = catalog.shown_pictures()
    if shop is None or not product.image_urls:
        return
    written = alts.alts(
        product.image_urls, title=card.get("title") or "", attributes=card.get("attributes") or {}
    )
    if written:
        shop.describe_pictures(product.product_id, written)
