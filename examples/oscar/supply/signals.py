"""Two receivers: a supplier's product is submitted, and what a person changes in the dashboard is noted."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_save, pre_save
from django.dispatch import receiver
from oscar.core.loading import get_model

from apps.ai.tasks import submit
from supply.ai_catalog import COLUMNS
from supply.models import SupplierItem

Product = get_model("catalogue", "Product")


@receiver(post_save, sender=SupplierItem)
def submit_item(instance: SupplierItem, created: bool, raw: bool, **kwargs: Any) -> None:
    if created and not raw:
        submit(instance.product_id, source="parser")


@receiver(pre_save, sender=Product)
def note_edits(instance: Any, raw: bool, **kwargs: Any) -> None:
    """The adapter writes by UPDATE, so whoever saves a product with other texts is a person."""
    item = SupplierItem.objects.filter(product_id=instance.pk).first() if instance.pk and not raw else None
    if item is None:
        return
    before = Product.objects.values(*COLUMNS.values()).get(pk=instance.pk)
    changed = {name for name, column in COLUMNS.items() if (before[column] or "") != (getattr(instance, column) or "")}
    if changed - set(item.edited_fields):
        item.edited_fields = sorted(changed | set(item.edited_fields))
        item.save(update_fields=["edited_fields"])
