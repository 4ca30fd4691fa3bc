"""Where a picture was seen: the same one at many products is a placeholder, or another product's photo."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from django.db.models import Q

from apps.ai.models import AIPicture
from apps.ai.services.pictures import hashes
from apps.ai.types import ImageFindings

#: Pictures with a band in common that are compared; a placeholder has thousands.
MOST_COMPARED = 5_000


def noted(product_id: int, findings: ImageFindings) -> ImageFindings:
    """Remember the product's pictures, and say of each at how many other products it is. Harmless twice."""
    if not findings.pictures:
        return findings
    rows = {one.url[:1000]: _row(product_id, one.url[:1000], int(one.phash, 16)) for one in findings.pictures}
    AIPicture.objects.bulk_create(
        rows.values(),
        update_conflicts=True,
        unique_fields=["product", "url"],
        update_fields=["phash", *_bands(0), "seen_at"],
    )
    AIPicture.objects.filter(product_id=product_id).exclude(url__in=rows).delete()
    found = elsewhere(product_id, [one.phash for one in findings.pictures if not one.blank])
    pictures = tuple(
        replace(one, elsewhere=0 if one.blank else len(found[one.phash])) for one in findings.pictures
    )
    return replace(findings, pictures=pictures)


def _row(product_id: int, url: str, value: int) -> AIPicture:
    return AIPicture(product_id=product_id, url=url, phash=hashes.signed(value), **_bands(value))


def elsewhere(product_id: int, phashes: Iterable[str]) -> dict[str, list[int]]:
    """By picture the ids of other products that have it, or one at most `hashes.NEAR` bits away, in ascending order.

    One query for all of them.
    """
    values = {text: int(text, 16) for text in phashes}
    bands = Q()
    for name in _bands(0):
        bands |= Q(**{f"{name}__in": {_bands(value)[name] for value in values.values()}})
    if not values:
        return {}
    rows = AIPicture.objects.filter(bands).exclude(product_id=product_id)
    others = [
        (product, other % (1 << hashes.BITS))
        for product, other in rows.values_list("product_id", "phash")[: MOST_COMPARED * len(values)]
    ]
    return {
        text: sorted({product for product, other in others if hashes.distance(value, other) <= hashes.NEAR})
        for text, value in values.items()
    }


def _bands(value: int) -> dict[str, int]:
    return {f"band_{number}": piece for number, piece in enumerate(hashes.bands(value), start=1)}
