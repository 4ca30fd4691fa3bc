"""The adapter: how the AI app reads and writes an Oscar catalogue. The only file of the shop that it needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from zlib import crc32

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from oscar.core.loading import get_model

from apps.ai.catalog.model_catalog import ModelCatalog
from apps.ai.catalog.port import Card, ConfirmedProduct
from apps.ai.exceptions import ProductMissing
from apps.ai.text.attributes import schema
from apps.ai.types import CategoryNode, ProductSnapshot
from supply.models import CardNotes

Product = get_model("catalogue", "Product")
Category = get_model("catalogue", "Category")
ProductAttribute = get_model("catalogue", "ProductAttribute")
ProductAttributeValue = get_model("catalogue", "ProductAttributeValue")
ProductCategory = get_model("catalogue", "ProductCategory")
ProductClass = get_model("catalogue", "ProductClass")

#: Card field → column of Product. Category, attributes and keywords lie in tables of their own.
COLUMNS = {
    "title": "title",
    "description": "description",
    "seo_title": "meta_title",
    "seo_description": "meta_description",
}
#: Root category → kind of goods (apps/ai/prompts/kinds), and the product class of what lies below it.
KINDS = {"apteka": "medicine", "kosmetika": "cosmetics", "knigi": "book"}


class OscarCatalog(ModelCatalog):
    search_fields = ("title", "supply__title", "upc")

    def languages(self) -> tuple[str, ...]:
        return ("ru",)

    # Reading

    def snapshots(self, product_ids: Iterable[int]) -> dict[int, ProductSnapshot]:
        products = Product.objects.filter(pk__in=product_ids)
        rows = products.select_related("supply", "card_notes", "product_class").prefetch_related(
            "images", "stockrecords", "categories", "attribute_values__attribute"
        )
        return {product.pk: _snapshot(product) for product in rows}

    def card(self, product_id: int, *, language: str) -> Card:
        product = Product.objects.select_related("supply", "card_notes").filter(pk=product_id).first()
        if product is None:
            raise ProductMissing(f"Product {product_id} does not exist.")
        return _card(product)

    def read_categories(self) -> Iterable[CategoryNode]:
        classes = {row.slug: row for row in ProductClass.objects.prefetch_related("attributes")}
        above: list[Any] = []
        for category in Category.get_tree():
            above[category.depth - 1 :] = [category]
            root = above[0].slug
            yield CategoryNode(
                id=category.pk,
                name=category.name,
                path=tuple(one.name for one in above),
                ancestor_ids=tuple(one.pk for one in above[:-1]),
                kind=KINDS.get(root, ""),
                is_leaf=category.is_leaf(),
                is_active=all(one.is_public for one in above),
                attributes=_specs(classes.get(root)),
            )

    def tree_version(self) -> object:
        """Oscar notes no time of change, and the tree is small: what can be seen of it, itself."""
        return tuple(Category.objects.order_by("path").values_list("pk", "path", "name", "is_public"))

    def product_counts(self) -> dict[int, int]:
        counts: dict[int, int] = {}
        for category_id in ProductCategory.objects.values_list("category_id", flat=True):
            counts[category_id] = counts.get(category_id, 0) + 1
        return counts

    # Writing

    def write(self, product_id: int, values: Mapping[str, Any], *, language: str) -> None:
        columns = {COLUMNS[name]: value or "" for name, value in values.items() if name in COLUMNS}
        if columns:
            Product.objects.filter(pk=product_id).update(**columns)
        if "keywords" in values:
            CardNotes.objects.update_or_create(
                product_id=product_id, defaults={"keywords": values["keywords"]}
            )
        if "category" in values:
            ProductCategory.objects.filter(product_id=product_id).delete()
            if values["category"] is not None:
                ProductCategory.objects.create(product_id=product_id, category_id=values["category"])
        if "attributes" in values:
            _write_attributes(product_id, values["attributes"])

    # Which products there is work for

    def imported_products(self) -> QuerySet[Any]:
        return Product.objects.filter(supply__isnull=False)

    def sorted_products(self, leaf_ids: frozenset[int]) -> QuerySet[Any]:
        return self.imported_products().filter(categories__in=leaf_ids).distinct()

    def described_products(self) -> QuerySet[Any]:
        return self.imported_products().exclude(description="")

    def confirmed_products(self) -> Iterator[ConfirmedProduct]:
        """Products that people made in the dashboard."""
        rows = ProductCategory.objects.filter(product__supply__isnull=True).order_by("pk")
        for product_id, category_id, title in rows.values_list("product_id", "category_id", "product__title"):
            yield ConfirmedProduct(product_id, category_id, title, title)

    # Addresses: people work in Oscar's dashboard, not in Django's admin

    def admin_url(self, product_id: int) -> str:
        return reverse("dashboard:catalogue-product", args=[product_id])

    def category_admin_url(self, category_id: int) -> str:
        return reverse("dashboard:catalogue-category-update", args=[category_id])


def _snapshot(product: Any) -> ProductSnapshot:
    """A product that people made themselves has no supplier: its own words are the source."""
    item, stock, card = (
        getattr(product, "supply", None),
        next(iter(product.stockrecords.all()), None),
        _card(product),
    )
    return ProductSnapshot(
        product_id=product.pk,
        title=item.title if item else product.title,
        description=item.description if item else product.description,
        brand=item.brand if item else "",
        supplier=item.source if item else "",
        source=item.source if item else "",
        source_url=item.source_url if item else "",
        source_category=item.source_category if item else "",
        barcode=product.upc or "",
        price=stock.price if stock else None,
        currency=stock.price_currency if stock else "",
        attributes={str(name): str(value) for name, value in item.attributes.items()} if item else {},
        image_urls=tuple(f"{settings.SITE_URL}{image.original.url}" for image in product.images.all()),
        category_id=card.values["category"],
        card=card.values,
        edited_fields=card.edited_fields,
        created_at=product.date_created.isoformat(),
    )


def _card(product: Any) -> Card:
    """Until somebody wrote a title, Oscar shows the supplier's: that is no card."""
    values = {name: getattr(product, column) or "" for name, column in COLUMNS.items()}
    supply, notes = getattr(product, "supply", None), getattr(product, "card_notes", None)
    if supply and values["title"] == supply.title:
        values["title"] = ""
    category = next(iter(product.categories.all()), None)
    values["category"] = category.pk if category else None
    values["keywords"] = notes.keywords if notes else []
    values["attributes"] = {
        value.attribute.name: value.value_as_text for value in product.attribute_values.all()
    }
    return Card(values, tuple(notes.edited_fields) if notes else ())


def _specs(product_class: Any) -> tuple[schema.AttributeSpec, ...]:
    if product_class is None:
        return ()
    return schema.specs(
        [{"name": attribute.name, "type": "text"} for attribute in product_class.attributes.all()]
    )


def _write_attributes(product_id: int, values: Mapping[str, str]) -> None:
    """Attributes that the product class lacks are added to it: then Oscar's dashboard can edit them."""
    product_class = Product.objects.get(pk=product_id).get_product_class()
    ProductAttributeValue.objects.filter(product_id=product_id).exclude(attribute__name__in=values).delete()
    for name, value in values.items():
        attribute, _ = ProductAttribute.objects.get_or_create(
            product_class=product_class,
            name=name,
            defaults={"code": f"card_{crc32(name.encode()):08x}", "type": ProductAttribute.TEXT},
        )
        ProductAttributeValue.objects.update_or_create(
            product_id=product_id, attribute=attribute, defaults={"value_text": value}
        )
