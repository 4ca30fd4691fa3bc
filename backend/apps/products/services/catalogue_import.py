"""The shop's existing products from a file of JSON lines: what people have put into categories already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from apps.products.models import Brand, Category, Currency, Product
from apps.products.services.category_import import ImportCounts
from apps.products.services.json_lines import (
    ImportFileError,
    JsonObject,
    RowError,
    id_field,
    read_rows,
    text_field,
)
from apps.products.services.slugs import hashed_slug

_BATCH = 500
_WRITTEN = ["title", "title_ru", "description", "category", "brand", "price", "currency", "updated_at"]


@dataclass(frozen=True, slots=True)
class CatalogueRow:
    """One line. Empty and None mean that the line does not say: an existing product keeps its value."""

    sku: str
    title: str
    title_ru: str | None
    description: str
    category_external_id: str
    brand: str
    price: Decimal | None
    currency: str


def import_catalogue(path: Path, *, dry_run: bool = False) -> ImportCounts:
    """Create and update manual products by their sku.

    No AI run is started: bulk writes send no signals, and the products are not a parser's. Fields that a
    person edited stay. Raises ImportFileError when any line is wrong; nothing is written then.
    """
    numbered = read_rows(path, _catalogue_row)
    _check_repeated(numbered)
    rows = [row for _, row in numbered]
    with transaction.atomic():
        categories = _categories(numbered)
        existing = _existing(rows)
        plan = _Plan(rows, categories, existing)
        if not dry_run:
            plan.write()
        return ImportCounts(len(plan.new), len(plan.changed), len(rows) - len(plan.new) - len(plan.changed))


def _catalogue_row(row: JsonObject) -> CatalogueRow:
    sku, category_id = id_field(row, "sku"), id_field(row, "category_id")
    if sku is None:
        raise RowError("sku is missing")
    if category_id is None:
        raise RowError("category_id is missing")
    russian = text_field(row, "lang", max_length=10) == "ru"
    title = text_field(row, "title", max_length=255 if russian else 500, required=True)
    currency = text_field(row, "currency", max_length=3)
    if currency and currency not in Currency.values:
        raise RowError(f"currency {currency!r} is unknown; known: {', '.join(Currency.values)}")
    return CatalogueRow(
        sku=sku,
        title=title,
        title_ru=title if russian else None,
        description=text_field(row, "description", max_length=100_000),
        category_external_id=category_id,
        brand=text_field(row, "brand", max_length=150),
        price=_price(row),
        currency=currency,
    )


def _price(row: JsonObject) -> Decimal | None:
    value = row.get("price")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise RowError("price is not a number")
    try:
        price = Decimal(str(value)).quantize(Decimal("0.01"))
    except InvalidOperation as exc:
        raise RowError(f"price {value!r} is not a number of at most ten digits") from exc
    if not price.is_finite() or not 0 <= price < 10**10:
        raise RowError(f"price {value!r} is not between 0 and 9999999999.99")
    return price


def _check_repeated(numbered: list[tuple[int, CatalogueRow]]) -> None:
    first_line: dict[str, int] = {}
    problems: list[str] = []
    for number, row in numbered:
        first = first_line.setdefault(row.sku, number)
        if first != number:
            problems.append(f"line {number}: sku {row.sku!r} stands in line {first} already")
    if problems:
        raise ImportFileError(problems)


def _categories(numbered: list[tuple[int, CatalogueRow]]) -> dict[str, int]:
    """Ids of the categories the lines name, by external id."""
    found = Category.objects.filter(external_id__isnull=False).values_list("external_id", "pk")
    ids = {external_id: pk for external_id, pk in found if external_id is not None}
    problems = [
        f"line {number}: the category {row.category_external_id!r} does not exist"
        for number, row in numbered
        if row.category_external_id not in ids
    ]
    if problems:
        raise ImportFileError(problems)
    return ids


def _existing(rows: Iterable[CatalogueRow]) -> dict[str, Product]:
    manual = Product.objects.filter(source=Product.Source.MANUAL, source_id="").exclude(sku="")
    wanted = {row.sku for row in rows}
    found = [product for product in manual.select_for_update() if product.sku in wanted]
    repeated = [sku for sku, count in Counter(product.sku for product in found).items() if count > 1]
    if repeated:
        raise ImportFileError([f"several products have the sku {sku!r}" for sku in repeated])
    return {product.sku: product for product in found}


class _Plan:
    """What is new and what differs; writing is a second step."""

    def __init__(
        self, rows: list[CatalogueRow], categories: Mapping[str, int], existing: Mapping[str, Product]
    ) -> None:
        self._categories = categories
        self._brands = {
            brand.name: brand for brand in Brand.objects.filter(name__in={row.brand for row in rows} - {""})
        }
        self._rows = rows
        self._existing = existing
        self.new = [row for row in rows if row.sku not in existing]
        self.changed = [row for row in rows if row.sku in existing and self._differs(row, existing[row.sku])]

    def write(self) -> None:
        missing = {row.brand for row in self._rows} - {""} - set(self._brands)
        for brand in Brand.objects.bulk_create([Brand(name=name) for name in sorted(missing)]):
            self._brands[brand.name] = brand
        Product.objects.bulk_create([self._product(row) for row in self.new], batch_size=_BATCH)
        products = [self._updated(row) for row in self.changed]
        # All these rows exist and are locked; an upsert is many times faster than bulk_update.
        Product.objects.bulk_create(
            products, update_conflicts=True, unique_fields=["id"], update_fields=_WRITTEN, batch_size=_BATCH
        )

    def _product(self, row: CatalogueRow) -> Product:
        product = Product(
            sku=row.sku,
            source=Product.Source.MANUAL,
            slug=hashed_slug(row.title, key=f"manual:{row.sku}", max_length=100),
        )
        return self._set(product, row)

    def _updated(self, row: CatalogueRow) -> Product:
        product = self._set(self._existing[row.sku], row)
        product.updated_at = timezone.now()
        return product

    def _set(self, product: Product, row: CatalogueRow) -> Product:
        for name, value in self._wanted(row, product).items():
            setattr(product, name, value)
        if row.brand:
            product.brand = self._brands[row.brand]
        return product

    def _wanted(self, row: CatalogueRow, product: Product) -> dict[str, object]:
        said = {
            "title": row.title,
            "title_ru": row.title_ru,
            "description": row.description or None,
            "category_id": self._categories[row.category_external_id],
            "price": row.price,
            "currency": row.currency or None,
        }
        edited = {"category_id"} if "category" in product.edited_fields else set()
        edited |= {"title_ru"} & set(product.edited_fields)
        return {name: value for name, value in said.items() if value is not None and name not in edited}

    def _differs(self, row: CatalogueRow, product: Product) -> bool:
        if any(getattr(product, name) != value for name, value in self._wanted(row, product).items()):
            return True
        if not row.brand:
            return False
        return row.brand not in self._brands or self._brands[row.brand].pk != product.brand_id
