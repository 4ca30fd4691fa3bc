"""Real answers of shops, which lie outside the repository; without them these tests are skipped."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from apps.ai.models import AIProcessingLog
from apps.parsers.models import ParserRun
from apps.products.models import Category, Product, ProductImage

DATA = Path(settings.REPOSITORY_DIR).parent / "shared" / "data"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not DATA.is_dir(), reason="the shared data does not lie at ../shared/data"),
]


def run(*arguments: object) -> str:
    out = io.StringIO()
    call_command("run_parser", *map(str, arguments), stdout=out, stderr=io.StringIO())
    return out.getvalue().strip()


def test_every_wildberries_answer() -> None:
    folder = DATA / "fixtures" / "wildberries"
    assert (
        run("wildberries", "--file", folder) == "wildberries: 7 created, 0 updated, 0 unchanged, 0 rejected."
    )
    assert (
        run("wildberries", "--file", folder) == "wildberries: 0 created, 0 updated, 7 unchanged, 0 rejected."
    )
    assert AIProcessingLog.objects.count() == 7
    mop = Product.objects.get(source_id="67858518")
    assert (mop.title, mop.price) == ("Швабра с отжимом и ведром для мытья пола 10 л", Decimal("4088.00"))
    assert (mop.stock, mop.sku, mop.source_category) == (
        2351,
        "HOME202105-3-white",
        "Хозяйственные товары > Швабры",
    )
    assert mop.attributes["Вес товара с упаковкой (г)"] == "2000 г"
    assert mop.description.startswith("Швабра с отжимом")
    assert mop.images.count() == 10
    bag = Product.objects.get(source_id="969008238")
    assert (bag.price, bag.attributes["Длина плечевого ремня"]) == (Decimal("3192.00"), "131 см")
    notes = [entry["record"] for entry in ParserRun.objects.latest("pk").errors]
    assert notes == [
        "ivandyachenko2021.CatalogMenuSpec.0.json",
        "ivandyachenko2021.CatalogSpec.0.json",
        "ivandyachenko2021.CatalogSpec.1.json",
        "search.wb.ru.joitandr.json",
    ]


def test_the_pharmacy() -> None:
    folder = DATA / "pharmacy"
    assert run("supplier", "--file", folder) == "supplier: 114 created, 0 updated, 0 unchanged, 0 rejected."
    assert run("supplier", "--file", folder) == "supplier: 0 created, 0 updated, 114 unchanged, 0 rejected."
    assert AIProcessingLog.objects.count() == 114
    tablet = Product.objects.select_related("brand", "supplier").get(source_id="101533")
    assert (tablet.title, tablet.price, tablet.currency) == (
        "СЕЛАНА табл. 1 мг №30",
        Decimal("856.00"),
        "RUB",
    )
    assert tablet.attributes == {"Действующее вещество": "Анастрозол", "Производитель": "Натива, Россия"}
    assert tablet.source_category == "Онкология > Злокачественные новообразования"
    assert Product.objects.filter(stock=0).count() == 8
    assert Product.objects.filter(price__isnull=True).count() == 0
    assert Product.objects.filter(brand__isnull=True).count() == 13
    assert ProductImage.objects.count() == 105


def test_two_chains() -> None:
    result = run("supplier", "--file", DATA / "fixtures" / "retail_api", "--currency", "RUB")
    assert result == "supplier: 2 created, 0 updated, 0 unchanged, 0 rejected."
    souffle = Product.objects.get(source_id="1912108")
    assert (souffle.price, souffle.stock, souffle.barcode) == (Decimal("59.00"), 14, "4650139150280")
    assert souffle.attributes["Страна производства"] == "Россия"
    bag = Product.objects.get(source_id="13770")
    assert (bag.price, bag.currency, bag.stock) == (Decimal("51.99"), "RUB", 97)
    assert str(bag.brand) == "Арт и Дизайн"
    assert bag.images.count() == 7


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
