"""This shop's adapter to the AI app: where its products, categories and cards lie."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Max, QuerySet

from apps.ai import conf
from apps.ai.catalog.model_catalog import ModelCatalog
from apps.ai.catalog.port import Card, ConfirmedProduct, HandEdit
from apps.ai.exceptions import ProductMissing
from apps.ai.text.attributes import schema as attribute_schema
from apps.ai.text.attributes.schema import AttributeSpec
from apps.ai.types import CARD_FIELDS, CategoryNode, ProductSnapshot
from apps.products.ai_pictures import PicturesOfProducts
from apps.products.models import Category, Product, ProductImage, RetiredCode
from apps.products.services import retiring, search
from apps.products.services.tree import CategoryTree

#: Card field → column of Product.
COLUMNS = {
    "title": "title_ru",
    "description": "description_ru",
    "seo_title": "seo_title",
    "seo_description": "seo_description",
    "keywords": "seo_keywords",
    "category": "category_id",
    "attributes": "attributes",
}
#: Name in Product.edited_fields → card field; pictures are no part of the card.
EDITED = {column.removesuffix("_id"): name for name, column in COLUMNS.items()}
#: Under this key of Product.attributes lie the attributes that the AI app found.
AI_ATTRIBUTES = "ai_extracted"


class ShopCatalog(PicturesOfProducts, ModelCatalog):
    def languages(self) -> tuple[str, ...]:
        """One column a text, in the shop's language: a card in another has nowhere to go."""
        return (conf.get().language,)

    def snapshots(self, product_ids: Iterable[int]) -> dict[int, ProductSnapshot]:
        return {
            product.pk: _snapshot(product, [one.url for one in product.images.all() if not one.is_hidden])
            for product in Product.objects.filter(pk__in=product_ids)
            .select_related("brand", "supplier")
            .prefetch_related("images")
        }

    def lock(self, product_id: int) -> ProductSnapshot:
        """Locked and read by one query, as is the card below: this is done for every run that ends."""
        locked = Product.objects.select_for_update(of=("self",)).select_related("brand", "supplier")
        pictures = locked.annotate(shown=F("images__url"), hidden=F("images__is_hidden"))
        rows = list(pictures.filter(pk=product_id).order_by("images__position", "images__pk"))
        if not rows:
            raise ProductMissing(f"Product {product_id} does not exist.")
        return _snapshot(rows[0], [row.shown for row in rows if row.shown is not None and not row.hidden])

    def shares_picture(self, url: str, *, besides: int) -> bool:
        return ProductImage.objects.filter(url=url).exclude(product_id=besides).exists()

    def delete_product(self, product_id: int) -> bool:
        """Its source's id stays, without the title: the next import would bring the product back."""
        wanted = Product.objects.filter(pk=product_id)
        codes = list(wanted.values_list("source_name", "source_id"))
        deleted = retiring.delete(wanted, by="ai_product_data")
        for source_name, source_id in codes:
            RetiredCode.objects.filter(source_name=source_name, source_id=source_id).update(title="")
        return bool(deleted)

    def card(self, product_id: int, *, language: str) -> Card:
        return self._card(Product.objects.all(), product_id)

    def locked_card(self, product_id: int, *, language: str) -> Card:
        return self._card(Product.objects.select_for_update(of=("self",)), product_id)

    def write(self, product_id: int, values: Mapping[str, Any], *, language: str) -> None:
        product = Product.objects.only("attributes").get(pk=product_id)
        columns = {COLUMNS[name]: value for name, value in values.items()}
        if "attributes" in columns:
            columns["attributes"] = {**product.attributes, AI_ATTRIBUTES: columns["attributes"]}
        for column, value in columns.items():
            setattr(product, column, value)
        product.save(update_fields=[*columns, "updated_at"])

    def titles(self, product_ids: Iterable[int]) -> dict[int, str]:
        """The supplier's own words: what a moderator searches a product by."""
        return dict(Product.objects.filter(pk__in=set(product_ids)).values_list("pk", "title"))

    def search(self, text: str, *, limit: int) -> list[int]:
        found = search.find(Product.objects.all(), text, limit=limit).order_by("-pk")
        return list(found.values_list("pk", flat=True)[:limit])

    def read_categories(self) -> Iterable[CategoryNode]:
        return _nodes(CategoryTree.load())

    def tree_version(self) -> object:
        return tuple(Category.objects.aggregate(count=Count("pk"), latest=Max("updated_at")).values())

    def category_ids_by_external_id(self) -> dict[str, int]:
        rows = Category.objects.exclude(external_id=None).values_list("external_id", "pk")
        return {str(external_id): pk for external_id, pk in rows}

    def product_counts(self) -> dict[int, int]:
        rows = Product.objects.filter(category__isnull=False).order_by("category_id").values("category_id")
        return {row["category_id"]: row["count"] for row in rows.annotate(count=Count("pk"))}

    def imported_products(self) -> QuerySet[Product]:
        return Product.objects.filter(source=Product.Source.PARSER)

    def sorted_products(self, leaf_ids: frozenset[int]) -> QuerySet[Product]:
        return self.imported_products().filter(category_id__in=leaf_ids)

    def described_products(self) -> QuerySet[Product]:
        return self.imported_products().exclude(description_ru__isnull=True).exclude(description_ru="")

    def confirmed_products(self) -> Iterator[ConfirmedProduct]:
        rows = (
            Product.objects.filter(source=Product.Source.MANUAL, category__isnull=False)
            .order_by("pk")
            .values_list("pk", "category_id", "title", "brand__name")
        )
        for product_id, category_id, title, brand in rows.iterator(chunk_size=2000):
            if category_id is not None:
                yield ConfirmedProduct(product_id, category_id, title, " ".join(filter(None, [title, brand])))

    def _card(self, products: QuerySet[Product], product_id: int) -> Card:
        columns = products.order_by().only("edited_fields", "hand_edits", *COLUMNS.values())
        product = columns.filter(pk=product_id).first()
        if product is None:
            raise ProductMissing(f"Product {product_id} does not exist.")
        return _card(product)


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


def _snapshot(product: Product, image_urls: Iterable[str]) -> ProductSnapshot:
    card = _card(product)
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
        image_urls=tuple(image_urls),
        category_id=product.category_id,
        card=card.values,
        edited_fields=card.edited_fields,
        created_at=product.created_at.isoformat(),
    )


def _card(product: Product) -> Card:
    """The card as it stands, by card field name."""
    values = {name: getattr(product, column) for name, column in COLUMNS.items()}
    values["attributes"] = product.attributes.get(AI_ATTRIBUTES, {})
    edited = {
        EDITED[name]: product.hand_edits.get(name, {}) for name in product.edited_fields if name in EDITED
    }
    return Card(
        {name: values[name] for name in CARD_FIELDS},
        tuple(sorted(edited)),
        {
            name: HandEdit(edit["name"], datetime.fromisoformat(edit["at"]))
            for name, edit in edited.items()
            if edit
        },
    )
