"""Feeds that look wrong as a whole, and imports that meet a person's values."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.ai.models import AIProcessingLog
from apps.parsers.models import ParserRun, PricePoint, SourceState, SupplierMapping
from apps.parsers.services import supplier_fields
from apps.products.models import Brand, Product
from apps.products.services.editing import forget_edits

pytestmark = pytest.mark.django_db


def run(path: Path, *arguments: str) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("run_parser", "supplier", "--file", str(path), *arguments, stdout=out, stderr=err)
    return out.getvalue().strip(), err.getvalue().strip()


def stopped(path: Path, *arguments: str) -> str:
    before = list(Product.objects.order_by("pk").values())
    with pytest.raises(CommandError) as error:
        run(path, *arguments)
    assert ParserRun.objects.latest("pk").status == "needs_look"
    assert list(Product.objects.order_by("pk").values()) == before
    return str(error.value)


def feed(folder: Path, count: int = 12, **changes: Any) -> Path:
    records = [
        {"id": n, "title": f"Крем {n}", "price": 100 + n, "currency": "RUB", "stock": 5, "images": [f"https://x.example/{n}.jpg"]}
        for n in range(count)
    ]  # fmt: skip
    path = folder / "feed.json"
    path.write_text(json.dumps([{**record, **changes} for record in records]))
    return path


@pytest.mark.parametrize(
    ("count", "changes", "reason"),
    [
        (4, {}, "лента уменьшилась: было 12 товаров, теперь 4"),
        (50, {}, "лента выросла: было 12 товаров, теперь 50"),
        (12, {"price": 1_000_000}, "цены изменились примерно в"),
        (12, {"price": 1}, "цены изменились примерно в"),
        (12, {"price": None}, "цена пропала у 12 из 12 известных товаров"),
        (12, {"title": "Фото"}, "у всех 12 товаров одно название: «Фото»"),
        (12, {"images": ["https://x.example/one.jpg"]}, "одна картинка у 12 товаров из 12"),
        (12, {"id": "photo.jpg"}, "11 записей из 12 повторяют чужой код с другим содержимым"),
    ],
)
def test_a_feed_that_looks_wrong_writes_nothing_until_accepted(
    tmp_path: Path, count: int, changes: dict[str, Any], reason: str
) -> None:
    run(feed(tmp_path))
    path = feed(tmp_path, count, **changes)
    assert reason in stopped(path)
    run(path, "--accept")
    assert ParserRun.objects.latest("pk").status == "finished"


def test_a_renamed_key_changes_nothing_live(tmp_path: Path) -> None:
    path = feed(tmp_path)
    run(path)
    before = list(Product.objects.order_by("pk").values("title", "price", "stock", "currency"))
    path.write_text(path.read_text().replace('"price"', '"preis_neu"').replace('"stock"', '"bestand"'))
    _, err = run(path, "--accept")
    assert list(Product.objects.order_by("pk").values("title", "price", "stock", "currency")) == before
    assert "unknown: preis_neu: 12 раз, например «100»" in err


def test_a_trial_shows_what_would_change_and_writes_nothing(tmp_path: Path) -> None:
    run(feed(tmp_path))
    runs = AIProcessingLog.objects.count()
    report = tmp_path / "changes.csv"
    out, _ = run(feed(tmp_path, 12, stock=6), "--dry-run", "--report", str(report))
    assert "0 | stock | 5 → 6" in out and out.endswith("Проба: ничего не записано.")
    assert set(Product.objects.values_list("stock", flat=True)) == {5}
    assert (AIProcessingLog.objects.count(), PricePoint.objects.count()) == (runs, 12)
    lines = report.read_text(encoding="utf-8-sig").splitlines()
    assert (len(lines), lines[1]) == (13, "0;stock;5;6;")
    assert ParserRun.objects.latest("pk").dry_run is True


def test_only_the_first_products(tmp_path: Path) -> None:
    run(feed(tmp_path), "--limit", "3")
    assert Product.objects.count() == 3


CORRECTIONS: dict[str, Any] = {
    "title": "Крем исправленный",
    "price": Decimal("1.00"),
    "stock": 77,
    "barcode": "4600000000022",
    "sku": "MINE",
    "description": "",
}


@pytest.mark.parametrize("field", CORRECTIONS)
def test_a_correction_stays_until_it_is_given_back(tmp_path: Path, field: str) -> None:
    said = {"barcode": "4600000000015", "sku": "S-1", "description": "Описание"}
    run(feed(tmp_path, 1, **said))
    Product.objects.update(**{field: CORRECTIONS[field]}, edited_fields=[field])
    _, err = run(feed(tmp_path, 1, **said))
    assert getattr(Product.objects.get(), field) == CORRECTIONS[field]
    assert f"held: id 0: {field}: источник пишет" in err
    forget_edits(Product.objects.all())
    run(feed(tmp_path, 1, **said))
    assert getattr(Product.objects.get(), field) != CORRECTIONS[field]


def test_a_brand_that_a_person_chose_stays(tmp_path: Path) -> None:
    run(feed(tmp_path, 1, brand="Ромашка"))
    mine = Brand.objects.create(name="Василёк")
    Product.objects.update(brand=mine, edited_fields=["brand"])
    _, err = run(feed(tmp_path, 1, brand="Ромашка"))
    assert Product.objects.get().brand == mine
    assert "held: id 0: brand: источник пишет «Ромашка»" in err


def test_a_title_that_somebody_else_wrote_is_not_overwritten_but_the_price_is(tmp_path: Path) -> None:
    run(feed(tmp_path, 1))
    Product.objects.update(title="Из другого места")
    run(feed(tmp_path, 1, title="Новое от источника", price=120))
    product = Product.objects.get()
    assert (product.title, product.price) == ("Из другого места", Decimal("120.00"))


def test_prices_have_a_history_and_an_unchanged_one_adds_nothing(tmp_path: Path) -> None:
    run(feed(tmp_path, 1))
    run(feed(tmp_path, 1))
    run(feed(tmp_path, 1, price=120, stock=0))
    history = PricePoint.objects.order_by("pk").values_list("price", "currency", "stock")
    assert list(history) == [(Decimal("100.00"), "RUB", 5), (Decimal("120.00"), "RUB", 0)]


def test_variants_are_kept_and_a_change_of_one_is_an_update(tmp_path: Path) -> None:
    small = {"id": "s", "size": "S", "price": "100", "stock": 2, "barcode": "4600000000015"}
    run(feed(tmp_path, 1, variants=[small]))
    (kept,) = SourceState.objects.get().variants
    assert (kept["id"], kept["traits"], kept["price"], kept["stock"]) == ("s", {"Размер": "S"}, "100.00", 2)
    out, _ = run(feed(tmp_path, 1, variants=[{**small, "barcode": "4600000000022"}]))
    assert out == "supplier: 0 created, 1 updated, 0 unchanged, 0 rejected."
    assert SourceState.objects.get().variants[0]["barcode"] == "4600000000022"


def test_the_columns_of_a_supplier_are_a_row(tmp_path: Path) -> None:
    path = tmp_path / "price.csv"
    path.write_text("Ключ;Имя вещи;РРЦ\n7;Крем;12\n")
    SupplierMapping.objects.create(
        source_name="supplier:acme", mapping={"Ключ": "id", "Имя вещи": "title", "РРЦ": "price"}
    )
    out, err = run(path, "--source", "acme", "--currency", "TRY")
    assert out == "supplier: 1 created, 0 updated, 0 unchanged, 0 rejected."
    assert "mapping: столбцы: Ключ → id; Имя вещи → title; РРЦ → price" in err
    product = Product.objects.get()
    assert (product.source_id, product.title, product.price) == ("7", "Крем", Decimal("12.00"))


def test_a_record_that_breaks_the_parser_is_refused_and_the_others_are_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stock = supplier_fields.stock

    def break_at_three(record: dict[str, Any]) -> int | None:
        if record["id"] == 3:
            raise ZeroDivisionError("three")
        return stock(record)

    monkeypatch.setattr(supplier_fields, "stock", break_at_three)
    out, err = run(feed(tmp_path))
    assert out == "supplier: 11 created, 0 updated, 0 unchanged, 1 rejected."
    assert "rejected: feed.json, запись 4: запись не разобрана: ZeroDivisionError: three" in err
    last = ParserRun.objects.latest("pk")
    assert last.read_count == 12
