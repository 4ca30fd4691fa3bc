"""Alternative texts of a product's pictures, written beside its card."""

from __future__ import annotations

from apps.ai import catalog
from apps.ai.services.pictures import alts


def describe(product_id: int) -> None:
    """From the card as it stands in the shop's own language; a person's texts stay. In the caller's transaction."""
    shop = catalog.shown_pictures()
    if shop is None:
        return
    product = catalog.get().snapshot(product_id)
    card = product.card
    written = alts.alts(
        product.image_urls, title=card.get("title") or "", attributes=card.get("attributes") or {}
    )
    if written:
        shop.describe_pictures(product_id, written)
