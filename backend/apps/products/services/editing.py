"""Which fields of a product a person has changed: automation leaves those alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db import transaction
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
#: Sent with `product_ids` and `fields` after these were given back: whoever holds values for them may write again.
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


@transaction.atomic
def forget_edits(products: QuerySet[Product], *, fields: Collection[str] = TRACKED_FIELDS) -> int:
    """Give the fields, or some of them, back to the automation; returns of how many products."""
    ids = list(products.exclude(edited_fields=[]).values_list("pk", flat=True))
    released = []
    for product in Product.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk"):
        if not set(product.edited_fields) & set(fields):
            continue
        product.edited_fields = [name for name in product.edited_fields if name not in fields]
        product.hand_edits = {name: edit for name, edit in product.hand_edits.items() if name not in fields}
        product.updated_at = timezone.now()
        released.append(product)
    Product.objects.bulk_update(released, [*MARKS, "updated_at"], batch_size=200)
    edits_forgotten.send(sender=Product, product_ids=[one.pk for one in released], fields=frozenset(fields))
    return len(released)
