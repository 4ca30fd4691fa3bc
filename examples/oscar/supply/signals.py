"""Two receivers: a supplier's product is submitted, and what a person changes in the dashboard is noted."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_save, pre_save
from django.dispatch import receiver
from oscar.core.loading import get_model

from apps.ai.tasks import submit_imported
from supply.ai_catalog import COLUMNS
from supply.models import CardNotes, SupplierItem

Product = get_model("catalogue", "Product")


@receiver(post_save, sender=SupplierItem)
def submit_item(instance: SupplierItem, created: bool, raw: bool, **kwargs: Any) -> None:
    """Asks after every save: the app itself knows whether anything that a card is made of has changed."""
    if not raw:
        submit_imported(instance.product_id, origin=instance.source, created=created)


@receiver(pre_save, sender=Product)
def note_edits(instance: Any, raw: bool, **kwargs: Any) -> None:
    """The adapter writes by UPDATE, so whoever saves a product with other texts is a person."""
    before = Product.objects.filter(pk=instance.pk).values(*COLUMNS.values()).first() if instance.pk else None
    if before is None or raw:
        return
    changed = {
        name
        for name, column in COLUMNS.items()
        if (before[column] or "") != (getattr(instance, column) or "")
    }
    if changed:
        notes, _ = CardNotes.objects.get_or_create(product_id=instance.pk)
        notes.edited_fields = sorted(changed | set(notes.edited_fields))
        notes.save(update_fields=["edited_fields"])
