"""Products to measure with: the sample shop's titles in many doses, each with a description of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

from django.db import transaction

from apps.ai.models.processing import Priority
from apps.ai.services.runs import submission
from apps.ai.types import Mode
from apps.products.models import Brand, Category, Product

DOSES = ("100 мг", "250 мг", "500 мг", "1000 мг", "30 шт.", "60 шт.", "50 мл", "200 мл")


def varied(sample: Path, number: int) -> list[Product]:
    """Unsaved products with different titles, of all branches."""
    variants = islice(_variants(_rows(sample)), number)
    return [
        _product(index, f"{row['title']}, {dose}", row["brand"], dose)
        for index, (row, dose) in enumerate(variants)
    ]


def alike(number: int, *, category: Category) -> list[Product]:
    """Unsaved products of one category that differ in title, dose and text."""
    products = [
        _product(index, f"Парацетамол {dose} мг, {10 + index % 7 * 5} таблеток", "Лизеран", f"{dose} мг")
        for index, dose in enumerate(range(100, 100 + 5 * number, 5))
    ]
    for product in products:
        product.category = category
    return products


def submit(products: list[Product], *, mode: Mode = Mode.FULL) -> list[int]:
    """Save and submit them in one transaction, so that the sweeper finds none before; returns their ids."""
    names = {product.brand.name for product in products if product.brand}
    with transaction.atomic():
        Brand.objects.bulk_create([Brand(name=name) for name in names], ignore_conflicts=True)
        brands = {brand.name: brand for brand in Brand.objects.filter(name__in=names)}
        for product in products:
            product.brand = brands[product.brand.name] if product.brand else None
        ids = [product.pk for product in Product.objects.bulk_create(products)]
        submit_again(ids, mode=mode)
    return ids


def submit_again(product_ids: list[int], *, mode: Mode) -> None:
    for product_id in product_ids:
        submission.submit(product_id, mode=mode, source="benchmark", priority=Priority.MASS)


def _rows(sample: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in sample.read_text(encoding="utf-8").splitlines() if line]


def _variants(rows: list[dict[str, str]]) -> Iterator[tuple[dict[str, str], str]]:
    """Every row once in a dose, then every row in the next one; further rounds are numbered."""
    for turn in count():
        dose = DOSES[turn % len(DOSES)]
        lot = "" if turn < len(DOSES) else f", партия {turn}"
        for row in rows:
            yield row, f"{dose}{lot}"


def _product(index: int, title: str, brand: str, dose: str) -> Product:
    return Product(
        title=title,
        description=f"{title}. Производитель {brand}. Хранить в сухом месте при температуре до 25 °C. "
        f"Товар номер {index + 1}: {dose} в упаковке, инструкция внутри.",
        slug=f"bench-{index}",
        brand=Brand(name=brand),
        price="210.00",
        currency="RUB",
        source=Product.Source.PARSER,
        source_name="benchmark",
        source_id=str(index),
    )
