"""Which fields of a product a person has changed: automation leaves those alone."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils import timezone

from apps.products.models import Product

#: "images" stands for the product's images, the others are columns.
TRACKED_FIELDS = frozenset(
    {
        *("title_ru", "description_ru", "seo_title", "seo_description", "seo_keywords"),
        *("category", "attributes", "images"),
    }
)


def mark_edited(product: Product, changed: Iterable[str]) -> bool:
    """Remember, without saving, what a person changed; tells whether that was news."""
    edited = sorted({*product.edited_fields, *(TRACKED_FIELDS & set(changed))})
    if edited == sorted(product.edited_fields):
        return False
    product.edited_fields = edited
    return True


def forget_edits(products: QuerySet[Product]) -> int:
    """Give the fields back to the automation; returns of how many products."""
    return products.exclude(edited_fields=[]).update(edited_fields=[], updated_at=timezone.now())
