"""Parsed products into the catalogue: one transaction each, unchanged ones are not written at all."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import IntegrityError, transaction

from apps.ai.tasks import submit_imported
from apps.parsers.models import PricePoint, SourceState
from apps.parsers.services import owed_pictures
from apps.parsers.services.fitting import AI_PREFIX, OVERFLOW, fit
from apps.parsers.services.local_images import store_image
from apps.parsers.services.owed_pictures import Owed
from apps.parsers.services.records import ParsedProduct, SaveOutcome, Variant
from apps.products.models import Brand, Product, ProductImage, Supplier
from apps.products.services.slugs import hashed_slug
from utils.r2_storage import StorageError

#: Seconds for which a storage that did not answer is not asked again.
STORAGE_REST = 30.0


class ForeignProduct(Exception):
    """The id belongs to a product of another supplier, which must not be overwritten."""


#: Columns that a card is made of: here an import writes over its own values alone.
_MEANING = ("title", "description", "sku", "barcode", "brand_id")
_MARKET = ("price", "currency", "stock")


@dataclass(frozen=True, slots=True)
class Change:
    """A column as it was and as the source has it. `held`: the value is not the import's, so it stays."""

    source_id: str
    column: str
    old: object
    new: object
    held: bool = False


class ProductWriter:
    """Writes the products of one source. Remembers brands and suppliers, so it should live for one import."""

    def __init__(self, source_name: str, *, ids_are_the_suppliers: bool = False) -> None:
        self._source_name = source_name
        self._ids_are_the_suppliers = ids_are_the_suppliers
        self.owed: list[Owed] = []
        self._storage_problem = ""
        self._storage_rests_until = 0.0
        self._changes: list[Change] = []
        self._brand_ids: dict[str, int] = {}
        self._supplier_ids: dict[str, int] = {}

    def save(self, parsed: ParsedProduct) -> SaveOutcome:
        """Create the product or bring what the source says up to date.

        What the source does not say (empty, None) does not erase what is known. The Russian card, the
        category and a person's own attributes and images stay. Two imports of one product at once are safe:
        the loser of the race updates. Pictures are uploaded before the transaction; those that the storage does not
        take are owed (`owed`, of the product that was saved last) and stored later. Raises LocalImageError,
        ForeignProduct and Django's database errors.
        """
        parsed = fit(parsed)
        self.owed = []
        image_urls = self._image_urls(parsed)
        values = self._values(parsed)
        with transaction.atomic():
            product, outcome = self._write(parsed, values, image_urls)
            if parsed.images:
                owed_pictures.note(product, self.owed)
        return outcome

    def _write(
        self, parsed: ParsedProduct, values: Mapping[str, object], image_urls: Sequence[str]
    ) -> tuple[Product, SaveOutcome]:
        product = self._locked(parsed.source_id)
        if product is None:
            try:
                return self._create(parsed, values, image_urls), SaveOutcome.CREATED
            except IntegrityError:
                product = self._locked(parsed.source_id)
                if product is None:
                    raise
        return product, self._update(product, parsed, values, image_urls)

    def take_changes(self) -> list[Change]:
        """What was written, and what was held back, since the last call."""
        changes, self._changes = self._changes, []
        return changes

    def _image_urls(self, parsed: ParsedProduct) -> tuple[str, ...]:
        if not parsed.images:
            return parsed.image_urls
        known = ProductImage.objects.filter(
            product__source_name=self._source_name, product__source_id=parsed.source_id
        )
        known_urls = frozenset(known.values_list("url", flat=True))
        stored: list[str] = []
        for image in parsed.images:
            try:
                stored.append(store_image(image, known_urls=known_urls, refusal=self._refusal()))
            except StorageError as error:
                self._storage_problem = str(error)
                self._storage_rests_until = max(self._storage_rests_until, time.monotonic() + STORAGE_REST)
                position = len(parsed.image_urls) + len(stored) + len(self.owed)
                self.owed.append(Owed(image, position, self._storage_problem))
        return tuple(dict.fromkeys((*parsed.image_urls, *stored)))

    def _refusal(self) -> str:
        """A bucket that is away costs 10 s a picture: a feed of thousands must not ask it for each."""
        return self._storage_problem if time.monotonic() < self._storage_rests_until else ""

    def _values(self, parsed: ParsedProduct) -> dict[str, object]:
        """Columns that the source says something about, without attributes."""
        said: dict[str, object] = {
            "title": parsed.title,
            "description": parsed.description,
            "sku": parsed.sku,
            "barcode": parsed.barcode,
            "brand_id": self._brand_id(parsed.brand),
            "supplier_id": self._supplier_id(parsed.supplier, parsed.supplier_site),
            "price": parsed.price,
            "currency": parsed.currency,
            "stock": parsed.stock,
            "source_url": parsed.url,
            "source_category": parsed.category,
        }
        return {name: value for name, value in said.items() if value is not None and value != ""}

    def _brand_id(self, name: str) -> int | None:
        if not name:
            return None
        if name not in self._brand_ids:
            brand = Brand.objects.filter(name__iexact=name).order_by("pk").first()
            self._brand_ids[name] = (brand or Brand.objects.get_or_create(name=name)[0]).pk
        return self._brand_ids[name]

    def _supplier_id(self, name: str, site: str) -> int | None:
        if not name:
            return None
        if name not in self._supplier_ids:
            supplier = Supplier.objects.filter(name__iexact=name).order_by("pk").first()
            if supplier is None:
                supplier, _ = Supplier.objects.get_or_create(name=name, defaults={"site": site})
            self._supplier_ids[name] = supplier.pk
        return self._supplier_ids[name]

    def _locked(self, source_id: str) -> Product | None:
        # The state is read after the lock: joined, it would be what it was before another import let go of the product,
        # and that import's values would look like a person's.
        products = Product.objects.select_for_update(of=("self",))
        return products.filter(source_name=self._source_name, source_id=source_id).first()

    def _create(
        self, parsed: ParsedProduct, values: Mapping[str, object], image_urls: Sequence[str]
    ) -> Product:
        """Insert product and images; the receiver of `post_save` orders the run.

        Raises IntegrityError, with the surrounding transaction still usable, when another import was faster.
        """
        product = Product(
            slug=hashed_slug(parsed.title, key=f"{self._source_name}:{parsed.source_id}", max_length=100),
            source=Product.Source.PARSER,
            source_name=self._source_name,
            source_id=parsed.source_id,
            attributes=dict(parsed.attributes),
        )
        for name, value in values.items():
            setattr(product, name, value)
        with transaction.atomic():
            product.save(force_insert=True)
            _add_images(product, image_urls, start=0)
            _remember(product, None, parsed, values)
        return product

    def _update(
        self,
        product: Product,
        parsed: ParsedProduct,
        values: Mapping[str, object],
        image_urls: Sequence[str],
    ) -> SaveOutcome:
        self._refuse_foreign(product, values)
        state = getattr(product, "source_state", None)
        wanted = {**values, "attributes": _merged_attributes(product, parsed)}
        differing = {name: value for name, value in wanted.items() if getattr(product, name) != value}
        changes = {name: value for name, value in differing.items() if not _is_held(product, state, name)}
        self._changes += [
            Change(parsed.source_id, name, getattr(product, name), value, held=name not in changes)
            for name, value in differing.items()
        ]
        images_changed = _update_images(product, image_urls, complete=not self.owed)
        known = _remember(product, state, parsed, values, only_if_different=not changes)
        if not changes and not images_changed:
            return SaveOutcome.UPDATED if known else SaveOutcome.UNCHANGED
        for name, value in changes.items():
            setattr(product, name, value)
        product.save(update_fields=[*changes, "updated_at"])
        if changes.keys() & set(_MARKET):
            _note_price(product)
        submit_imported(product.pk, origin=self._source_name)
        return SaveOutcome.UPDATED

    def _refuse_foreign(self, product: Product, values: Mapping[str, object]) -> None:
        other = product.supplier
        if (
            self._ids_are_the_suppliers
            and other is not None
            and values.get("supplier_id", other.pk) != other.pk
        ):
            raise ForeignProduct(
                f"this id belongs to a product of {other.name}; import the feed under a source of its own"
            )


def _is_held(product: Product, state: SourceState | None, column: str) -> bool:
    """A person's correction stays until it is given back; so does a text that somebody else wrote meanwhile."""
    field = column.removesuffix("_id")
    if field in product.edited_fields and field != "attributes":
        return True
    if field == "currency" and "price" in product.edited_fields:
        return True
    if state is None or column not in _MEANING or column not in state.said:
        return False
    current = getattr(product, column)
    return current not in (None, "") and current != state.said[column]


def _remember(
    product: Product,
    state: SourceState | None,
    parsed: ParsedProduct,
    values: Mapping[str, object],
    *,
    only_if_different: bool = False,
) -> bool:
    """Keep what the source said; tells whether its variants have changed.

    A product that was imported before sources were remembered gets its row with its first real change.
    """
    variants = [_variant_row(variant) for variant in parsed.variants]
    said = {name: values[name] for name in _MEANING if name in values}
    if state is None:
        if not only_if_different or variants:
            SourceState.objects.create(product=product, said=said, variants=variants)
            if not only_if_different and any(name in values for name in _MARKET):
                _note_price(product)
        return bool(variants) and only_if_different
    changed = bool(variants) and variants != state.variants
    said = {**state.said, **said}
    if changed or said != state.said:
        state.said, state.variants = said, variants or state.variants
        state.save(update_fields=["said", "variants"])
    return changed


def _variant_row(variant: Variant) -> dict[str, object]:
    return {
        "id": variant.source_id,
        "name": variant.name,
        "traits": dict(variant.traits),
        "price": None if variant.price is None else str(variant.price),
        "currency": variant.currency,
        "stock": variant.stock,
        "sku": variant.sku,
        "barcode": variant.barcode,
        "images": list(variant.image_urls),
    }


def _note_price(product: Product) -> None:
    price = None if product.price is None else Decimal(product.price)
    PricePoint.objects.create(product=product, price=price, currency=product.currency, stock=product.stock)


def _merged_attributes(product: Product, parsed: ParsedProduct) -> dict[str, object]:
    """The source's keys renewed, all others kept. Where a person edited, the source only adds."""
    current = {
        name: value
        for name, value in product.attributes.items()
        if not _is_left_over(name, parsed) or name.startswith(AI_PREFIX)
    }
    if "attributes" in product.edited_fields:
        return {**parsed.attributes, **current}
    return {**current, **parsed.attributes}


def _is_left_over(attribute: str, parsed: ParsedProduct) -> bool:
    """It held a value too long for its column, and the source's value fits by now."""
    return any(
        attribute == name and name not in parsed.attributes and getattr(parsed, field)
        for field, name in OVERFLOW.items()
    )


def _update_images(product: Product, urls: Sequence[str], *, complete: bool = True) -> bool:
    """Make the images those of the source, in its order; where a person edited them or some are owed, only add.

    Tells whether anything changed.
    """
    if not urls:
        return False
    images = list(product.images.all())
    known = {image.url: image for image in images}
    missing = [url for url in urls if url not in known]
    if "images" in product.edited_fields or not complete:
        _add_images(product, missing, start=len(images))
        return bool(missing)
    if [image.url for image in images] == list(urls):
        return False
    product.images.exclude(url__in=urls).delete()
    for position, url in enumerate(urls):
        ProductImage.objects.update_or_create(product=product, url=url, defaults={"position": position})
    return True


def _add_images(product: Product, urls: Sequence[str], *, start: int) -> None:
    ProductImage.objects.bulk_create(
        [ProductImage(product=product, url=url, position=start + index) for index, url in enumerate(urls)]
    )
