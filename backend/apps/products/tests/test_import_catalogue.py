from __future__ import annotations

import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.products.models import Brand, Category, Product

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path: Path) -> Path:
    Category.objects.create(name="Витамины", slug="vit", external_id="vit")
    Category.objects.create(name="Кремы", slug="cream", external_id="7")
    return tmp_path / "catalogue.jsonl"


def line(**changes: Any) -> dict[str, Any]:
    row = {"sku": "A1", "title": "Магний, 60 таблеток", "category_id": "vit", "brand": "Solgar"}
    return row | {"lang": "ru", "price": "1249.90", "currency": "RUB"} | changes


def write(file: Path, *rows: dict[str, Any]) -> Path:
    file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return file


def run(file: Path, **options: Any) -> str:
    out = io.StringIO()
    call_command("import_catalogue", str(file), stdout=out, **options)
    return out.getvalue().strip()


def refused(file: Path) -> str:
    with pytest.raises(CommandError) as error:
        call_command("import_catalogue", str(file))
    return str(error.value)


def test_products_are_created_with_their_category(file: Path) -> None:
    Brand.objects.create(name="Solgar")
    write(
        file,
        line(),
        line(
            sku="A2", title="El kremi 50 ml", lang="tr", category_id=7, brand=None, price=12.5, currency="TRY"
        ),
    )
    assert run(file) == "Products: 2 created, 0 updated, 0 unchanged."
    russian, turkish = Product.objects.order_by("sku")
    assert (russian.title, russian.title_ru) == ("Магний, 60 таблеток", "Магний, 60 таблеток")
    assert (russian.price, russian.currency) == (Decimal("1249.90"), "RUB")
    assert russian.category is not None and russian.category.external_id == "vit"
    assert russian.source == Product.Source.MANUAL
    assert (turkish.title, turkish.title_ru, turkish.brand) == ("El kremi 50 ml", None, None)
    assert turkish.category is not None and turkish.category.external_id == "7"
    assert Brand.objects.count() == 1


def test_a_second_run_is_unchanged_and_a_change_is_one_update(file: Path) -> None:
    write(file, line(), line(sku="A2"))
    run(file)
    before = list(Product.objects.order_by("pk").values())
    assert run(file) == "Products: 0 created, 0 updated, 2 unchanged."
    assert list(Product.objects.order_by("pk").values()) == before
    write(
        file, line(price="5", brand="Now"), {"sku": "A2", "title": "Магний, 60 таблеток", "category_id": "7"}
    )
    assert run(file, dry_run=True).endswith("Products: 0 created, 2 updated, 0 unchanged.")
    assert list(Product.objects.order_by("pk").values()) == before
    assert run(file) == "Products: 0 created, 2 updated, 0 unchanged."
    first, second = Product.objects.order_by("sku")
    assert (first.price, str(first.brand), first.slug) == (Decimal("5.00"), "Now", before[0]["slug"])
    assert second.category is not None and second.category.external_id == "7"
    assert (second.price, str(second.brand), second.title_ru) == (
        Decimal("1249.90"),
        "Solgar",
        "Магний, 60 таблеток",
    )
    assert second.updated_at > before[1]["updated_at"]


def test_what_a_person_edited_stays(file: Path) -> None:
    write(file, line())
    run(file)
    Product.objects.update(edited_fields=["title_ru", "category"], title_ru="Магний цитрат", category=None)
    assert run(file) == "Products: 0 created, 0 updated, 1 unchanged."
    product = Product.objects.get()
    assert (product.title_ru, product.category) == ("Магний цитрат", None)


def test_a_parsers_product_with_the_same_sku_is_another_product(file: Path) -> None:
    parsed = Product.objects.create(title="x", slug="x", sku="A1", source_name="supplier", source_id="1")
    write(file, line())
    assert run(file) == "Products: 1 created, 0 updated, 0 unchanged."
    parsed.refresh_from_db()
    assert parsed.title == "x"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"sku": None}, "line 2: sku is missing"),
        ({"category_id": None}, "line 2: category_id is missing"),
        ({"category_id": "none"}, "line 2: the category 'none' does not exist"),
        ({"title": ""}, "line 2: title is missing"),
        ({"title": "я" * 256}, "line 2: title has 256 characters, at most 255 are possible"),
        ({"price": "дорого"}, "line 2: price 'дорого' is not a number"),
        ({"price": "NaN"}, "line 2: price 'NaN' is not"),
        ({"price": -1}, "line 2: price -1 is not between"),
        ({"price": True}, "line 2: price is not a number"),
        ({"currency": "GBP"}, "line 2: currency 'GBP' is unknown"),
        ({"sku": "A0"}, "line 2: sku 'A0' stands in line 1 already"),
    ],
)
def test_a_wrong_line_stops_everything(file: Path, changes: dict[str, Any], message: str) -> None:
    write(file, line(sku="A0"), line(**changes))
    assert message in refused(file)
    assert Product.objects.count() == 0
    assert Brand.objects.count() == 0


def test_two_products_of_one_sku_are_no_basis_for_an_update(file: Path) -> None:
    for number in (1, 2):
        Product.objects.create(title="x", slug=f"x{number}", sku="A1")
    write(file, line())
    assert "several products have the sku 'A1'" in refused(file)
