"""The port: the only way in which this app reads and writes products, and this shop's adapter.

A monolith with other models writes one class with these methods and names it in AI_CONFIG["CATALOG"].
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from django.core.signals import setting_changed
from django.db import transaction
from django.db.models import Count, Max, QuerySet
from django.utils.module_loading import import_string

from apps.ai import conf
from apps.ai.exceptions import ProductMissing, StaleProductError
from apps.ai.text.attributes import schema as attribute_schema
from apps.ai.text.attributes.schema import AttributeSpec
from apps.ai.ttl_cache import TTLCached
from apps.ai.types import CARD_FIELDS, CategoryNode, ProductSnapshot
from apps.products.models import Category, Product
from apps.products.services.tree import CategoryTree


@dataclass(frozen=True, slots=True)
class ConfirmedProduct:
    """A product whose category a person confirmed before this app came: `text` is what gets embedded."""

    product_id: int
    category_id: int
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class CardChange:
    """Card field values before and after a write; only the fields that really changed, JSON-able."""

    before: Mapping[str, Any]
    after: Mapping[str, Any]


class Catalog(Protocol):
    def exists(self, product_id: int) -> bool: ...

    def existing(self, product_ids: Iterable[int]) -> list[int]:
        """Those of the ids that there are, in the order given."""

    def snapshot(self, product_id: int) -> ProductSnapshot:
        """The product as it stands. Raises ProductMissing."""

    def snapshots(self, product_ids: Iterable[int]) -> dict[int, ProductSnapshot]:
        """Many at once, by id; ids that do not exist are missing."""

    def lock(self, product_id: int) -> ProductSnapshot:
        """As `snapshot`, with the row locked until the caller's transaction ends."""

    def apply(self, product_id: int, values: Mapping[str, Any]) -> CardChange:
        """Write card fields (keys of CARD_FIELDS) in the caller's transaction; the row is locked."""

    def revert(self, product_id: int, change: CardChange) -> None:
        """Put `before` back. Raises StaleProductError when a field is no longer what `after` says."""

    def categories(self) -> tuple[CategoryNode, ...]:
        """The whole tree, in one query."""

    def category_ids_by_external_id(self) -> dict[str, int]: ...

    def product_counts(self) -> dict[int, int]:
        """Products lying directly in each category; empty categories are missing."""

    def confirmed_products(self) -> Iterator[ConfirmedProduct]: ...

    def without_category(self, *, limit: int) -> list[int]: ...

    def without_description(self, *, limit: int) -> list[int]: ...

    def newest_imported(self, *, limit: int) -> list[int]:
        """Ids of the latest products that came from a parser."""

    def imported_after(self, product_id: int, *, limit: int) -> list[int]:
        """Ids of products that came from a parser, ascending, all greater than `product_id`."""


#: Card field → column of products.Product.
COLUMNS = {
    "title": "title_ru",
    "description": "description_ru",
    "seo_title": "seo_title",
    "seo_description": "seo_description",
    "keywords": "seo_keywords",
    "category": "category_id",
    "attributes": "attributes",
}
#: Under this key of Product.attributes lie the attributes that this app found.
AI_ATTRIBUTES = "ai_extracted"


class ShopCatalog:
    """The adapter to `apps.products`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._version: tuple[int, Any] | None = None
        self._nodes: tuple[CategoryNode, ...] = ()
        self._state = TTLCached(_tree_state)

    def exists(self, product_id: int) -> bool:
        return Product.objects.filter(pk=product_id).exists()

    def existing(self, product_ids: Iterable[int]) -> list[int]:
        wanted = list(product_ids)
        found = set(Product.objects.filter(pk__in=wanted).values_list("pk", flat=True))
        return [product_id for product_id in wanted if product_id in found]

    def snapshot(self, product_id: int) -> ProductSnapshot:
        return self._read(Product.objects.filter(pk=product_id), product_id)

    def snapshots(self, product_ids: Iterable[int]) -> dict[int, ProductSnapshot]:
        products = _whole(Product.objects.filter(pk__in=product_ids))
        return {product.pk: _snapshot(product) for product in products}

    def lock(self, product_id: int) -> ProductSnapshot:
        return self._read(Product.objects.select_for_update(of=("self",)).filter(pk=product_id), product_id)

    def apply(self, product_id: int, values: Mapping[str, Any]) -> CardChange:
        rows = Product.objects.select_for_update(of=("self",)).only("attributes", *COLUMNS.values())
        product = rows.order_by().filter(pk=product_id).first()
        if product is None:
            raise ProductMissing(f"Product {product_id} does not exist.")
        card = _card(product)
        after = {name: value for name, value in values.items() if card[name] != value}
        self._write(product, after)
        return CardChange(before={name: card[name] for name in after}, after=after)

    def revert(self, product_id: int, change: CardChange) -> None:
        with transaction.atomic():
            product = Product.objects.select_for_update(of=("self",)).filter(pk=product_id).first()
            if product is None:
                raise ProductMissing(f"Product {product_id} does not exist.")
            card = _card(product)
            moved = [name for name, value in change.after.items() if card[name] != value]
            if moved:
                raise StaleProductError("Changed since it was applied: " + ", ".join(sorted(moved)) + ".")
            self._write(product, change.before)

    def categories(self) -> tuple[CategoryNode, ...]:
        """Read again only when a category was added, deleted or saved since; that is looked at now and then."""
        version = self._state.get(None)
        with self._lock:
            if self._version != version:
                self._nodes = _nodes(CategoryTree.load())
                self._version = version
            return self._nodes

    def category_ids_by_external_id(self) -> dict[str, int]:
        rows = Category.objects.exclude(external_id=None).values_list("external_id", "pk")
        return {str(external_id): pk for external_id, pk in rows}

    def product_counts(self) -> dict[int, int]:
        rows = Product.objects.filter(category__isnull=False).order_by("category_id").values("category_id")
        return {row["category_id"]: row["count"] for row in rows.annotate(count=Count("pk"))}

    def confirmed_products(self) -> Iterator[ConfirmedProduct]:
        rows = (
            Product.objects.filter(source=Product.Source.MANUAL, category__isnull=False)
            .order_by("pk")
            .values_list("pk", "category_id", "title", "brand__name")
        )
        for product_id, category_id, title, brand in rows.iterator(chunk_size=2000):
            if category_id is not None:
                yield ConfirmedProduct(product_id, category_id, title, " ".join(filter(None, [title, brand])))

    def without_category(self, *, limit: int) -> list[int]:
        """Parsed products whose category is missing, inactive or not a leaf."""
        tree = CategoryTree.load()
        products = Product.objects.filter(source=Product.Source.PARSER).exclude(category_id__in=tree.leaf_ids)
        return list(_without_runs(products, limit))

    def without_description(self, *, limit: int) -> list[int]:
        """Parsed products in a proper category that have no accepted Russian text."""
        tree = CategoryTree.load()
        products = Product.objects.filter(source=Product.Source.PARSER, category_id__in=tree.leaf_ids)
        without = products.filter(description_ru__isnull=True) | products.filter(description_ru="")
        return list(_without_runs(without, limit))

    def newest_imported(self, *, limit: int) -> list[int]:
        products = Product.objects.filter(source=Product.Source.PARSER)
        return list(products.order_by("-pk").values_list("pk", flat=True)[:limit])

    def imported_after(self, product_id: int, *, limit: int) -> list[int]:
        products = Product.objects.filter(source=Product.Source.PARSER, pk__gt=product_id)
        return list(products.order_by("pk").values_list("pk", flat=True)[:limit])

    def _read(self, products: QuerySet[Product], product_id: int) -> ProductSnapshot:
        product = _whole(products).first()
        if product is None:
            raise ProductMissing(f"Product {product_id} does not exist.")
        return _snapshot(product)

    def _write(self, product: Product, values: Mapping[str, Any]) -> None:
        if not values:
            return
        columns = {COLUMNS[name]: value for name, value in values.items() if name != "attributes"}
        if "attributes" in values:
            columns["attributes"] = {**product.attributes, AI_ATTRIBUTES: values["attributes"]}
        for column, value in columns.items():
            setattr(product, column, value)
        product.save(update_fields=[*(column for column in columns), "updated_at"])


def _tree_state(_: None) -> tuple[int, Any]:
    state = Category.objects.aggregate(count=Count("pk"), latest=Max("updated_at"))
    return state["count"], state["latest"]


def _nodes(tree: CategoryTree) -> tuple[CategoryNode, ...]:
    specs: dict[int, tuple[AttributeSpec, ...]] = {}  # by the identity of a schema that many categories share

    def described(category_id: int) -> tuple[AttributeSpec, ...]:
        rows = tree.attribute_schema(category_id)
        if id(rows) not in specs:
            specs[id(rows)] = attribute_schema.specs(rows)
        return specs[id(rows)]

    return tuple(
        CategoryNode(
            id=row.id,
            name=row.name,
            path=tree.path(row.id),
            ancestor_ids=tree.ancestor_ids(row.id),
            kind=tree.kind(row.id),
            synonyms=row.synonyms,
            is_leaf=row.id in tree.leaf_ids,
            is_active=tree.is_active(row.id),
            attributes=described(row.id),
        )
        for row in tree.rows
    )


def _whole(products: QuerySet[Product]) -> QuerySet[Product]:
    return products.select_related("brand", "supplier").prefetch_related("images")


def _snapshot(product: Product) -> ProductSnapshot:
    return ProductSnapshot(
        product_id=product.pk,
        title=product.title,
        description=product.description,
        brand=product.brand.name if product.brand else "",
        supplier=product.supplier.name if product.supplier else "",
        source=product.source_name,
        source_url=product.source_url,
        source_category=product.source_category,
        barcode=product.barcode,
        price=product.price,
        currency=product.currency,
        attributes={
            str(name): str(value)
            for name, value in product.attributes.items()
            if not str(name).startswith("ai_")
        },
        image_urls=tuple(image.url for image in product.images.all()),
        category_id=product.category_id,
        card=_card(product),
        edited_fields=tuple(product.edited_fields),
        created_at=product.created_at.isoformat(),
    )


def _card(product: Product) -> dict[str, Any]:
    """The card as it stands, by card field name."""
    values = {name: getattr(product, column) for name, column in COLUMNS.items()}
    values["attributes"] = product.attributes.get(AI_ATTRIBUTES, {})
    return {name: values[name] for name in CARD_FIELDS}


def _without_runs(products: QuerySet[Product], limit: int) -> QuerySet[Product, int]:
    """Ids of those that no run was ever made for: what a person or a failure decided is not asked again."""
    return products.filter(ai_logs__isnull=True).order_by("pk").values_list("pk", flat=True)[:limit]


@lru_cache(maxsize=1)
def get() -> Catalog:
    """The catalogue named in AI_CONFIG["CATALOG"], one a process."""
    catalog: Catalog = import_string(conf.get().catalog)()
    return catalog


def _forget(*, setting: str, **kwargs: object) -> None:
    if setting == "AI_CONFIG":
        get.cache_clear()


setting_changed.connect(_forget, dispatch_uid="ai.catalog.forget")
