"""Pictures that the storage did not take at an import: noted beside their product, stored when it is back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.db.models import F

from apps.parsers.models import OwedPicture
from apps.parsers.services.local_images import LocalImageError, store_image
from apps.parsers.services.records import LocalImage
from apps.products.models import Product, ProductImage
from utils.r2_storage import StorageError


@dataclass(frozen=True, slots=True)
class Owed:
    """A picture that is to be stored later. `position`: its place among the product's pictures."""

    image: LocalImage
    position: int
    reason: str


@dataclass(frozen=True, slots=True)
class Payment:
    """Pictures stored, given up (the file is gone or no picture), and still owed. `problem`: why the last one is."""

    stored: int
    given_up: int
    left: int
    problem: str = ""


def owing(products: Iterable[Product]) -> frozenset[int]:
    """Those of the products, by key, to which pictures are owed."""
    keys = [product.pk for product in products]
    if not keys:
        return frozenset()
    return frozenset(OwedPicture.objects.filter(product__in=keys).values_list("product_id", flat=True))


def note(owed: Mapping[Product, Sequence[Owed]]) -> None:
    """In the products' own transaction; what was owed to them before and came now is owed no longer."""
    if not owed:
        return
    OwedPicture.objects.filter(product__in=owed).delete()
    OwedPicture.objects.bulk_create(
        [
            OwedPicture(
                product=product, path=str(one.image.path), position=one.position, reason=one.reason[:500]
            )
            for product, pictures in owed.items()
            for one in pictures
        ],
        ignore_conflicts=True,
    )


def pay(*, limit: int = 1000) -> Payment:
    """Store what is owed, the oldest first, until the storage refuses. A product that got a picture gets a run."""
    stored = given_up = 0
    problem = ""
    for owed in OwedPicture.objects.select_related("product")[:limit]:
        try:
            url = store_image(LocalImage(Path(owed.path)))
        except LocalImageError:
            given_up += OwedPicture.objects.filter(pk=owed.pk).delete()[0]
            continue
        except StorageError as error:
            problem = str(error)
            break
        stored += _add(owed, url)
    return Payment(stored, given_up, OwedPicture.objects.count(), problem)


@transaction.atomic
def _add(owed: OwedPicture, url: str) -> int:
    """The picture at its place among the product's; 0 when another process was quicker.

    The product's row is locked first, as an import does: locked after its picture was written, two would wait for
    each other.
    """
    list(Product.objects.select_for_update(of=("self",)).filter(pk=owed.product_id).values_list("pk"))
    if not OwedPicture.objects.filter(pk=owed.pk).delete()[0]:
        return 0
    images = ProductImage.objects.filter(product=owed.product)
    if not images.filter(url=url).exists():
        images.filter(position__gte=owed.position).update(position=F("position") + 1)
        ProductImage.objects.create(product=owed.product, url=url, position=owed.position)
    if not OwedPicture.objects.filter(product=owed.product).exists():
        from apps.ai.tasks import submit_imported  # noqa: PLC0415 (see apps.parsers.signals)

        submit_imported(owed.product_id, origin=owed.product.source_name)
    return 1
