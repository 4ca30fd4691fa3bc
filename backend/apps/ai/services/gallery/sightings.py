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
    for one in findings.pictures:
        value = int(one.phash, 16)
        AIPicture.objects.update_or_create(
            product_id=product_id,
            url=one.url[:1000],
            defaults={"phash": hashes.signed(value), **_bands(value)},
        )
    urls = [one.url[:1000] for one in findings.pictures]
    AIPicture.objects.filter(product_id=product_id).exclude(url__in=urls).delete()
    pictures = tuple(
        replace(one, elsewhere=0 if one.blank else len(elsewhere(product_id, one.phash)))
        for one in findings.pictures
    )
    return replace(findings, pictures=pictures)


def elsewhere(product_id: int, phash: str) -> list[int]:
    """Ids of other products that have the picture, or one at most `hashes.NEAR` bits away, in ascending order."""
    value = int(phash, 16)
    bands = Q()
    for name, piece in _bands(value).items():
        bands |= Q(**{name: piece})
    rows = AIPicture.objects.filter(bands).exclude(product_id=product_id)
    near = {
        product
        for product, other in rows.values_list("product_id", "phash")[:MOST_COMPARED]
        if hashes.distance(value, other % (1 << hashes.BITS)) <= hashes.NEAR
    }
    return sorted(near)


def repeated(phashes: Iterable[str]) -> list[int | None]:
    """For each picture of a product the place of an earlier one that is the same; None for the first."""
    known: list[int] = []
    found: list[int | None] = []
    for text in phashes:
        value = int(text, 16)
        found.append(
            next((at for at, other in enumerate(known) if hashes.distance(value, other) <= hashes.NEAR), None)
        )
        known.append(value)
    return found


def _bands(value: int) -> dict[str, int]:
    return {f"band_{number}": piece for number, piece in enumerate(hashes.bands(value), start=1)}
