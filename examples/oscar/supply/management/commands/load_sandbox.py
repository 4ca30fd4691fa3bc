"""Fills an empty Oscar with a small shop: categories, goods that people made, and a supplier's Turkish products."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from oscar.apps.catalogue.categories import create_from_breadcrumbs
from oscar.core.loading import get_model

from supply.models import SupplierItem

SANDBOX = Path(__file__).resolve().parents[2] / "sandbox.json"

Partner = get_model("partner", "Partner")
Product = get_model("catalogue", "Product")
ProductClass = get_model("catalogue", "ProductClass")
ProductCategory = get_model("catalogue", "ProductCategory")
StockRecord = get_model("partner", "StockRecord")


class Command(BaseCommand):
    help = "Fill the shop with the sandbox catalogue; a second run adds nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        shop = json.loads(SANDBOX.read_text(encoding="utf-8"))
        with transaction.atomic():
            classes = {row["slug"]: _product_class(row) for row in shop["classes"]}
            categories = {path: create_from_breadcrumbs(path) for path in shop["categories"]}
            made = [_made_by_people(row, classes, categories) for row in shop["confirmed"]]
        imported = [import_item(row, classes) for row in shop["supplier"]]
        self.stdout.write(f"{len(categories)} categories, {sum(made)} goods, {sum(imported)} imported products.")


def import_item(row: dict[str, Any], classes: dict[str, Any]) -> bool:
    """What an importer of this shop does with one record; false when the product is there already."""
    if SupplierItem.objects.filter(source=row["source"], source_id=row["source_id"]).exists():
        return False
    with transaction.atomic():
        product = Product.objects.create(
            structure=Product.STANDALONE, product_class=classes[row["class"]], title=row["title"], is_public=True
        )
        _stock(product, row)
        SupplierItem.objects.create(
            product=product,
            **{name: row[name] for name in ("source", "source_id", "title", "description", "brand")},
            source_category=row.get("source_category", ""),
            attributes=row.get("attributes", {}),
        )
    return True


def _product_class(row: dict[str, Any]) -> Any:
    product_class, _ = ProductClass.objects.get_or_create(slug=row["slug"], defaults={"name": row["name"]})
    for code, name in row["attributes"].items():
        product_class.attributes.get_or_create(code=code, defaults={"name": name, "type": "text"})
    return product_class


def _made_by_people(row: list[str], classes: dict[str, Any], categories: dict[str, Any]) -> bool:
    title, product_class, path = row
    product, created = Product.objects.get_or_create(
        title=title, defaults={"structure": Product.STANDALONE, "product_class": classes[product_class]}
    )
    if created:
        ProductCategory.objects.create(product=product, category=categories[path])
    return created


def _stock(product: Any, row: dict[str, Any]) -> None:
    partner, _ = Partner.objects.get_or_create(name=row["source"])
    StockRecord.objects.create(
        product=product,
        partner=partner,
        partner_sku=row["source_id"],
        price=row["price"],
        price_currency="TRY",
        num_in_stock=10,
    )
