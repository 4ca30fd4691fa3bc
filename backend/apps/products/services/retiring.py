"""Products that a person takes out of the shop for good: their source's next import must not bring them back."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet

from apps.products.models import Product, RetiredCode

#: Products of one transaction.
_STEP = 500


class NothingToMerge(ValueError):
    """A merge needs two products at least."""


def delete(products: QuerySet[Product], *, by: object) -> int:
    """Delete the products and retire their sources' ids; returns how many there were."""
    keys = sorted(products.values_list("pk", flat=True))
    for start in range(0, len(keys), _STEP):
        with transaction.atomic():
            step = Product.objects.filter(pk__in=keys[start : start + _STEP])
            _retire(step, by=by, into=None)
            step.delete()
    return len(keys)


@transaction.atomic
def merge(products: QuerySet[Product], *, by: object) -> Product:
    """Keep the oldest of these products of one thing and retire the others' ids in its favour; returns it.

    Ids that had been merged into one of the others lead to the one that stays. Raises NothingToMerge.
    """
    locked = list(products.order_by("pk").select_for_update(of=("self",)))
    if len(locked) < 2:
        raise NothingToMerge("Выберите два товара или больше.")
    kept, *others = locked
    duplicates = Product.objects.filter(pk__in=[one.pk for one in others])
    RetiredCode.objects.filter(merged_into__in=duplicates).update(merged_into=kept)
    _retire(duplicates, by=by, into=kept)
    duplicates.delete()
    return kept


def retired(source_name: str, source_ids: Iterable[str]) -> dict[str, RetiredCode]:
    """Those of the ids that are not to come back."""
    rows = RetiredCode.objects.filter(source_name=source_name, source_id__in=source_ids)
    return {row.source_id: row for row in rows}


def _retire(products: QuerySet[Product], *, by: object, into: Product | None) -> None:
    named = products.exclude(source_id="").values_list("source_name", "source_id", "title")
    RetiredCode.objects.bulk_create(
        [
            RetiredCode(
                source_name=source_name, source_id=source_id, title=title, by=str(by)[:200], merged_into=into
            )
            for source_name, source_id, title in named
        ],
        update_conflicts=True,
        unique_fields=["source_name", "source_id"],
        update_fields=["title", "by", "merged_into"],
    )
