"""Real answers of shops, which lie outside the repository; without them these tests are skipped."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command

from apps.ai.models import AIProcessingLog
from apps.parsers.tests.real_files.expected import DATA
from apps.products.models import Category, Product, ProductImage

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not DATA.is_dir(), reason="the shared data does not lie at ../shared/data"),
]


def run(*arguments: object) -> str:
    out = io.StringIO()
    call_command("run_parser", *map(str, arguments), stdout=out, stderr=io.StringIO())
    return out.getvalue().strip()


@pytest.mark.parametrize(
    ("parser", "folder", "products", "pictures"),
    [
        ("wildberries", "fixtures/wildberries", 7, 110),
        ("ozon", "fixtures/ozon", 13, 26),
        ("instagram", "fixtures/instagram", 24, 24),
        ("supplier", "pharmacy", 114, 105),
        ("supplier", "fixtures/retail_api", 2, 10),
    ],
)
def test_a_folder_comes_in_once(parser: str, folder: str, products: int, pictures: int) -> None:
    arguments = (parser, "--file", DATA / folder, *(["--currency", "RUB"] if parser == "supplier" else []))
    assert run(*arguments) == f"{parser}: {products} created, 0 updated, 0 unchanged, 0 rejected."
    assert run(*arguments) == f"{parser}: 0 created, 0 updated, {products} unchanged, 0 rejected."
    assert (AIProcessingLog.objects.count(), ProductImage.objects.count()) == (products, pictures)


def test_a_card_and_a_price_in_two_files_are_one_product() -> None:
    """The card of each of two articles lies beside their prices: every word of the card, and the price of the other."""
    folder = DATA / "fixtures" / "wildberries"
    run("wildberries", "--file", folder)
    for nm, file, price in (
        ("67858518", "card.wb.ru_v4_detail.67858518.json", "4088.00"),
        ("969008238", "card.wb.ru_v2_detail.moranti_abridged.json", "3192.00"),
    ):
        card = json.loads((folder / f"basket_card.{nm}.json").read_text(encoding="utf-8"), strict=False)
        answer = json.loads((folder / file).read_text(encoding="utf-8"))
        (goods,) = answer["products"] if "products" in answer else answer["data"]["products"]
        product = Product.objects.select_related("brand").get(source_id=nm)
        assert (product.title, str(product.brand), product.sku) == (
            goods["name"],
            goods["brand"],
            card["vendor_code"],
        )
        assert (product.price, product.currency, product.stock) == (
            Decimal(price),
            "RUB",
            goods["totalQuantity"],
        )
        assert product.description.split() == card["description"].split()
        assert product.source_category == f"{card['subj_root_name']} > {card['subj_name']}"
        assert product.images.count() == card["media"]["photo_count"]
        assert {one["name"]: one["value"] for one in card["options"]}.items() <= product.attributes.items()


@pytest.mark.parametrize(
    ("name", "count"),
    [("c001", 131), ("fixprice", 18), ("flipkart", 795), ("trendyol", 429), ("uhtt_a", 1492)],
)
def test_the_categories_of_a_labelled_set(name: str, count: int) -> None:
    for created, unchanged in ((count, 0), (0, count)):
        out = io.StringIO()
        call_command("import_categories", str(DATA / "labelled" / name / "categories.jsonl"), stdout=out)
        assert out.getvalue() == f"Categories: {created} created, 0 updated, {unchanged} unchanged.\n"


def test_a_taxonomy_of_ten_thousand(tmp_path: Path) -> None:
    text = (DATA / "categories" / "categories.ru.txt").read_text(encoding="utf-8")
    rows = []
    for line in text.splitlines():
        code, separator, path = line.partition(" : ")
        if separator and not line.startswith("#"):
            code = code.strip()
            parent = code.rpartition("-")[0] if "-" in code.rpartition("/")[2] else None
            rows.append({"id": code, "parent_id": parent, "name": path.rpartition(" > ")[2].strip()})
    file = tmp_path / "taxonomy.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    call_command("import_categories", str(file), stdout=io.StringIO())
    assert Category.objects.count() == len(rows) == 10_595
    assert Category.objects.values("slug").distinct().count() == 10_595
