"""The one thing that happens when a parser creates a product: a run of the AI module is ordered."""

from __future__ import annotations

from django.db.models.signals import post_save
from django.dispatch import receiver

from apps.ai.tasks import submit_imported
from apps.products.models import Product


@receiver(post_save, sender=Product, dispatch_uid="parsers.submit_created_product")
def submit_created_product(instance: Product, created: bool, raw: bool, **kwargs: object) -> None:
    """Order a run for a product that a parser has just created; its message waits for the commit."""
    if created and not raw and instance.source == Product.Source.PARSER:
        submit_imported(instance.pk, origin=instance.source_name, created=True)
