"""Which fields of a product a person has changed: automation leaves those alone."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet
from django.dispatch import Signal
from django.utils import timezone

from apps.products.models import Product

#: "images" stands for the product's images, the others are columns.
TRACKED_FIELDS = frozenset(
    {
        *("title_ru", "description_ru", "seo_title", "seo_description", "seo_keywords"),
        *("category", "attributes", "images"),
        *("title", "description", "sku", "barcode", "brand", "supplier", "price", "currency", "stock"),
        "is_active",
    }
)
#: Sent with `product_ids` after fields were given back: whoever holds values for them may write again.
edits_forgotten = Signal()
#: Columns in which the marks lie.
MARKS = ("edited_fields", "hand_edits")


def mark_edited(product: Product, changed: Iterable[str], *, by: object) -> bool:
    """Remember on `product`, without saving, what a person changed; tells whether there was anything to remember.

    The caller has locked the row: of two people who save different fields at once, each would lose the other's marks.
    """
    tracked = TRACKED_FIELDS & set(changed)
    if not tracked:
        return False
    edit = {"name": str(by), "at": timezone.now().isoformat()}
    product.edited_fields = sorted({*product.edited_fields, *tracked})
    product.hand_edits = product.hand_edits | dict.fromkeys(tracked, edit)
    return True


def forget_edits(products: QuerySet[Product]) -> int:
    """Give the fields back to the automation; returns of how many products."""
    ids = list(products.exclude(edited_fields=[]).values_list("pk", flat=True))
    marked = Product.objects.filter(pk__in=ids)
    count = marked.update(edited_fields=[], hand_edits={}, updated_at=timezone.now())
    edits_forgotten.send(sender=Product, product_ids=ids)
    return count
