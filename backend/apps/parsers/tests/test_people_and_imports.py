"""Ten ways in which a person and an import meet: what a person decided stays, and the import says what it would do."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.ai import catalog
from apps.ai.models import AIProcessingLog
from apps.parsers.models import ParserRun, PricePoint
from apps.parsers.services.imports import import_feed
from apps.products.models import Brand, Category, Product, RetiredCode
from apps.products.services import retiring
from apps.products.services.editing import forget_edits, mark_edited

pytestmark = pytest.mark.django_db

SAID: dict[str, Any] = {
    "id": "k1",
    "title": "Крем для рук",
    "description": "Описание источника",
    "brand": "Ромашка",
    "price": 100,
    "currency": "RUB",
    "stock": 5,
    "category": ["Красота", "Кремы"],
    "barcode": "4600000000015",
    "attributes": {"Объём": "50 мл"},
}
Again = Callable[..., ParserRun]


@pytest.fixture
def again(tmp_path: Path) -> Again:
    """Import the record with changes, and the product is closed as if its card had been made."""

    def import_with(**changes: Any) -> ParserRun:
        path = tmp_path / "feed.json"
        path.write_text(json.dumps([{**SAID, **changes}]))
        return import_feed("supplier", path=path)

    return import_with


@pytest.fixture
def product(again: Again) -> Product:
    again()
    product = Product.objects.get()
    fingerprint = catalog.get().snapshot(product.pk).fingerprint
    AIProcessingLog.objects.update(status="approved", input_fingerprint=fingerprint)
    return product


def correct(product: Product, **values: Any) -> None:
    for name, value in values.items():
        setattr(product, name, value)
    mark_edited(product, values, by="Ольга")
    product.save()


def held(run: ParserRun) -> list[str]:
    return [entry["message"] for entry in run.errors if entry["kind"] == "held"]


@pytest.mark.parametrize(
    ("field", "mine", "key", "new", "theirs", "reported"),
    [
        ("title", "Крем Ольги", "title", "Крем новый", "Крем новый", "title: источник пишет «Крем новый»"),
        ("price", Decimal("7.00"), "price", 120, Decimal("120.00"), "price: источник пишет «120.00»"),
        ("stock", 77, "stock", 6, 6, "stock: источник пишет «6»"),
        ("description", "", "description", "Новое", "Новое", "description: источник пишет «Новое»"),
        (
            "barcode",
            "1",
            "barcode",
            "4600000000022",
            "4600000000022",
            "barcode: источник пишет «4600000000022»",
        ),
    ],
)
def test_a_corrected_value_stays_until_it_is_given_back(
    product: Product, again: Again, field: str, mine: Any, key: str, new: Any, theirs: Any, reported: str
) -> None:
    correct(product, **{field: mine})
    for _ in range(2):
        run = again(**{key: new})
        assert getattr(Product.objects.get(), field) == mine
        assert held(run) == [f"{reported}, осталось решение человека"]
        assert run.updated_count == 0
    forget_edits(Product.objects.all(), fields=[field])
    run = again(**{key: new})
    assert (getattr(Product.objects.get(), field), held(run)) == (theirs, [])


def test_a_corrected_brand(product: Product, again: Again) -> None:
    mine = Brand.objects.create(name="Василёк")
    correct(product, brand=mine)
    run = again(brand="Лютик")
    assert Product.objects.get().brand == mine
    assert held(run) == ["brand: источник пишет «Лютик», осталось решение человека"]
    forget_edits(Product.objects.all())
    again(brand="Лютик")
    assert str(Product.objects.get().brand) == "Лютик"


def test_a_corrected_category_stays_and_the_sources_path_is_kept_beside_it(
    product: Product, again: Again, tree: dict[str, Category]
) -> None:
    correct(product, category=tree["vitamins"])
    again(category=["Здоровье", "Витамины"])
    after = Product.objects.get()
    assert (after.category, after.source_category) == (tree["vitamins"], "Здоровье > Витамины")


def test_a_text_that_a_person_cleared_stays_empty(product: Product, again: Again) -> None:
    correct(product, description="")
    run = again()
    assert Product.objects.get().description == ""
    assert held(run) == ["description: источник пишет «Описание источника», осталось решение человека"]


def test_corrected_characteristics_stay_and_new_ones_come(product: Product, again: Again) -> None:
    correct(product, attributes={"Объём": "75 мл"})
    run = again(attributes={"Объём": "60 мл", "Тип": "крем"})
    assert Product.objects.get().attributes == {"Объём": "75 мл", "Тип": "крем"}
    assert held(run) == ["attributes «Объём»: источник пишет «60 мл», осталось решение человека"]


def test_an_approved_text_stays_and_news_order_one_run(product: Product, again: Again) -> None:
    card = {"title_ru": "Крем", "description_ru": "<p>Готово</p>", "seo_title": "Крем"}
    Product.objects.update(**card)
    run = again(title="Крем для рук и ногтей")
    after = Product.objects.get()
    assert {name: getattr(after, name) for name in card} == card
    assert (after.title, held(run)) == ("Крем для рук и ногтей", [])
    assert AIProcessingLog.objects.filter(status="pending").count() == 1


def test_a_price_orders_no_run_and_has_a_history(product: Product, again: Again) -> None:
    again(price=120, stock=0)
    assert AIProcessingLog.objects.filter(status="pending").count() == 0
    history = PricePoint.objects.order_by("pk").values_list("price", "stock")
    assert list(history) == [(Decimal("100.00"), 5), (Decimal("120.00"), 0)]


def test_an_open_run_is_not_doubled_and_reads_the_news(product: Product, again: Again) -> None:
    AIProcessingLog.objects.update(status="pending")
    again(title="Новый крем")
    assert AIProcessingLog.objects.count() == 1
    assert catalog.get().snapshot(product.pk).title == "Новый крем"


def test_a_deleted_product_does_not_come_back_until_it_is_let(
    product: Product, again: Again, admin_client: Client
) -> None:
    address = reverse("admin:products_product_delete", args=[product.pk])
    assert admin_client.post(address, {"post": "yes"}).status_code == 302
    for _ in range(2):
        run = again(price=120)
        assert Product.objects.count() == 0
        assert (run.status, run.unchanged_count) == ("finished", 1)
        (said,) = held(run)
        assert said.startswith("товар удалён (") and "«Крем для рук»" in said
    RetiredCode.objects.all().delete()
    assert again().created_count == 1


def test_a_merged_duplicate_does_not_come_back_and_changes_nothing_of_the_other(
    product: Product, again: Again, admin_client: Client
) -> None:
    again(id="k2", title="Крем для рук, дубль", price=90)
    both = [one.pk for one in Product.objects.all()]
    values = {"action": "merge_products", "_selected_action": both}
    assert admin_client.post(reverse("admin:products_product_changelist"), values).status_code == 302
    run = again(id="k2", title="Крем для рук, дубль", price=95)
    kept = Product.objects.get()
    assert (kept.pk, kept.title, kept.price) == (product.pk, "Крем для рук", Decimal("100.00"))
    (said,) = held(run)
    assert said.startswith(f"товар объединён с товаром №{product.pk}")
    assert again(price=130).updated_count == 1


def test_a_merge_of_merged_ones_leads_to_the_one_that_stays(product: Product, again: Again) -> None:
    for code in ("k2", "k3"):
        again(id=code)
    first, second, third = Product.objects.order_by("pk")
    retiring.merge(Product.objects.filter(pk__in=[second.pk, third.pk]), by="Ольга")
    retiring.merge(Product.objects.filter(pk__in=[first.pk, second.pk]), by="Ольга")
    assert {row.source_id: row.merged_into for row in RetiredCode.objects.all()} == {"k2": first, "k3": first}
    with pytest.raises(retiring.NothingToMerge):
        retiring.merge(Product.objects.all(), by="Ольга")


def test_only_price_and_stock_are_given_back(product: Product, again: Again, admin_client: Client) -> None:
    correct(product, price=Decimal("7.00"), title="Крем Ольги")
    values = {"action": "release_market", "_selected_action": [product.pk]}
    admin_client.post(reverse("admin:products_product_changelist"), values)
    again(price=120, title="Другой")
    after = Product.objects.get()
    assert (after.price, after.title, after.edited_fields) == (Decimal("120.00"), "Крем Ольги", ["title"])
