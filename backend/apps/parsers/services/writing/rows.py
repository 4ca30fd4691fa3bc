"""Products with their pictures, source states and prices, read and written many at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Protocol

from django.utils import timezone

from apps.parsers.models import PricePoint, SourceState
from apps.parsers.services.records import ParsedProduct
from apps.parsers.services.writing.planning import (
    MARKET,
    Change,
    Plan,
    Standing,
    said_of,
    variant_rows,
)
from apps.products.models import Brand, Product, ProductImage, Supplier
from apps.products.services.slugs import hashed_slug

#: Rows of one INSERT.
BULK = 1000


class NewProduct(Protocol):
    @property
    def parsed(self) -> ParsedProduct: ...

    @property
    def values(self) -> Mapping[str, object]: ...

    @property
    def image_urls(self) -> tuple[str, ...]: ...


def standing(source_name: str, source_ids: Sequence[str], *, lock: bool = False) -> dict[str, Standing]:
    """The products that there are, by the source's id.

    States and pictures are read after the lock: joined, they would be what they were before another import let go of
    the product, and that import's values would look like a person's. Locked in the order of their keys: no deadlock.
    """
    found = Product.objects.filter(source_name=source_name, source_id__in=source_ids).order_by("pk")
    products = list(found.select_for_update(of=("self",)) if lock else found)
    keys = [product.pk for product in products]
    states = {state.product_id: state for state in SourceState.objects.filter(product__in=keys)}
    urls: dict[int, list[str]] = {}
    images = ProductImage.objects.filter(product__in=keys).order_by("product", "position", "pk")
    for product_id, url in images.values_list("product_id", "url"):
        urls.setdefault(product_id, []).append(url)
    return {
        product.source_id: Standing(product, tuple(urls.get(product.pk, ())), states.get(product.pk))
        for product in products
    }


def create(source_name: str, new: Iterable[NewProduct]) -> dict[str, Product]:
    """Insert products, pictures, states and first prices. Raises Django's database errors.

    In the order of their ids: two imports of the same products wait for each other and do not deadlock.
    """
    wanted = sorted(new, key=lambda one: one.parsed.source_id)
    products = Product.objects.bulk_create([_product(source_name, one) for one in wanted], batch_size=BULK)
    pairs = list(zip(products, wanted, strict=True))
    images = [
        ProductImage(product=product, url=url, position=position)
        for product, one in pairs
        for position, url in enumerate(one.image_urls)
    ]
    ProductImage.objects.bulk_create(images, batch_size=BULK)
    states = [
        SourceState(product=product, said=said_of(one.values), variants=variant_rows(one.parsed))
        for product, one in pairs
    ]
    SourceState.objects.bulk_create(states, batch_size=BULK)
    _note_prices(product for product, one in pairs if any(name in one.values for name in MARKET))
    return {product.source_id: product for product in products}


def update(plans: Iterable[tuple[Standing, Plan]]) -> None:
    """Write what is planned for products that the caller has locked."""
    writing = [(standing, planned) for standing, planned in plans if planned.writes]
    by_columns: dict[tuple[str, ...], list[Product]] = {}
    for standing, planned in writing:
        for name, value in planned.columns.items():
            setattr(standing.product, name, value)
        if planned.touches_product:
            standing.product.updated_at = timezone.now()
            by_columns.setdefault(tuple(sorted(planned.columns)), []).append(standing.product)
    for columns, products in by_columns.items():
        Product.objects.bulk_update(products, [*columns, "updated_at"], batch_size=BULK // 4)
    _replace_images([(one, planned.image_urls) for one, planned in writing if planned.image_urls is not None])
    _remember(writing)
    _note_prices(one.product for one, planned in writing if planned.columns.keys() & set(MARKET))


def with_names(changes: Iterable[Change], brand: str, supplier: str) -> Iterator[Change]:
    """Changes as a person reads them: the names of brands and suppliers in the place of their ids."""
    for change in changes:
        if change.column == "brand_id":
            yield replace(change, column="brand", old=_name(Brand, change.old), new=brand)
        elif change.column == "supplier_id":
            yield replace(change, column="supplier", old=_name(Supplier, change.old), new=supplier)
        else:
            yield change


def _name(model: type[Brand] | type[Supplier], key: object) -> str:
    if not isinstance(key, int):
        return ""
    return next(iter(model._default_manager.filter(pk=key).values_list("name", flat=True)), "")


def _product(source_name: str, one: NewProduct) -> Product:
    parsed = one.parsed
    return Product(
        slug=hashed_slug(parsed.title, key=f"{source_name}:{parsed.source_id}", max_length=100),
        source=Product.Source.PARSER,
        source_name=source_name,
        source_id=parsed.source_id,
        attributes=dict(parsed.attributes),
        **one.values,
    )


def _replace_images(wanted: Sequence[tuple[Standing, Sequence[str]]]) -> None:
    """Rows of pictures that stay keep their keys."""
    if not wanted:
        return
    urls = {standing.product.pk: list(images) for standing, images in wanted}
    present = list(ProductImage.objects.filter(product__in=urls))
    gone = [image.pk for image in present if image.url not in urls[image.product_id]]
    ProductImage.objects.filter(pk__in=gone).delete()
    known = {(image.product_id, image.url) for image in present}
    moved = []
    for image in present:
        order = urls[image.product_id]
        if image.url in order and image.position != order.index(image.url):
            image.position = order.index(image.url)
            moved.append(image)
    ProductImage.objects.bulk_update(moved, ["position"], batch_size=BULK // 2)
    added = [
        ProductImage(product_id=key, url=url, position=position)
        for key, images in urls.items()
        for position, url in enumerate(images)
        if (key, url) not in known
    ]
    ProductImage.objects.bulk_create(added, batch_size=BULK)


def _remember(plans: Sequence[tuple[Standing, Plan]]) -> None:
    new, known = list[SourceState](), list[SourceState]()
    for standing, planned in plans:
        if planned.said is None:
            continue
        state = standing.state or SourceState(product=standing.product)
        state.said, state.variants = dict(planned.said), list(planned.variants)
        (new if standing.state is None else known).append(state)
    SourceState.objects.bulk_create(new, batch_size=BULK)
    SourceState.objects.bulk_update(known, ["said", "variants"], batch_size=BULK // 4)


def _note_prices(products: Iterable[Product]) -> None:
    points = [
        PricePoint(
            product=product,
            price=None if product.price is None else Decimal(product.price),
            currency=product.currency,
            stock=product.stock,
        )
        for product in products
    ]
    PricePoint.objects.bulk_create(points, batch_size=BULK)
