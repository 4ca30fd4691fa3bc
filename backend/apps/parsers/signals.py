"""A product that a parser creates orders a run of the AI module; fields given back are the source's again."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db.models.signals import post_save
from django.dispatch import receiver

from apps.parsers.models import SourceState
from apps.products.models import Product
from apps.products.services.editing import edits_forgotten


@receiver(post_save, sender=Product, dispatch_uid="parsers.submit_created_product")
def submit_created_product(instance: Product, created: bool, raw: bool, **kwargs: object) -> None:
    """Order a run for a product that a parser has just created; its message waits for the commit."""
    if created and not raw and instance.source == Product.Source.PARSER:
        from apps.ai.tasks import submit_imported  # noqa: PLC0415 (the engine, which most commands never need)

        submit_imported(instance.pk, origin=instance.source_name, created=True)


@receiver(edits_forgotten, dispatch_uid="parsers.give_back_to_the_source")
def give_back_to_the_source(product_ids: Sequence[int], fields: Collection[str], **kwargs: object) -> None:
    """Forget what the source said: otherwise the person's text would pass for somebody else's and be kept."""
    states = list(SourceState.objects.filter(product_id__in=product_ids))
    for state in states:
        state.said = {
            name: value for name, value in state.said.items() if name.removesuffix("_id") not in fields
        }
    SourceState.objects.bulk_update(states, ["said"], batch_size=200)
