"""Imports in chunks: few queries, one transaction a chunk, and a place to go on from that is bound to the feed."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.ai import catalog
from apps.ai.models import AIProcessingLog
from apps.parsers.models import ParserRun, PricePoint, SourceState
from apps.parsers.services import imports
from apps.parsers.services.imports import ImportOptions, import_feed
from apps.parsers.services.supplier_parser import SupplierParser
from apps.products.models import Product, ProductImage
from apps.products.services.slugs import hashed_slug

pytestmark = pytest.mark.django_db


def record(number: int, **changes: Any) -> dict[str, Any]:
    made = {
        "id": f"k{number:04}",
        "title": f"Крем {number}",
        "brand": f"Марка {number % 3}",
        "price": 100 + number,
        "currency": "RUB",
        "images": [f"https://x.example/{number}-{place}.jpg" for place in range(2)],
        "variants": [{"id": "s", "size": "S", "price": "100", "stock": 2}],
    }
    return {**made, **changes}


def feed(folder: Path, *records: dict[str, Any]) -> Path:
    path = folder / "feed.json"
    path.write_text(json.dumps(records))
    return path


def counts(run: ParserRun) -> tuple[int, int, int, int]:
    return run.created_count, run.updated_count, run.unchanged_count, run.failed_count


def contents() -> list[tuple[Any, ...]]:
    products = Product.objects.order_by("source_id").select_related("source_state", "brand")
    return [
        (
            *(one.source_id, one.title, str(one.brand), one.price, one.stock, one.source_state.said.keys()),
            *(one.source_state.variants, [image.url for image in one.images.all()]),
            *(one.price_history.count(), one.slug),
        )
        for one in products
    ]


@pytest.fixture
def killed(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path, str], None]:
    """An import that dies in the chunk of a product, as by kill -9: nothing of its own runs after that."""

    def kill(path: Path, source_id: str) -> None:
        write = SupplierParser.write

        def die(parser: SupplierParser, prepared: Any) -> Any:
            saved = write(parser, prepared)
            if source_id in {one.parsed.source_id for one in prepared}:
                raise SystemExit(137)
            return saved

        with monkeypatch.context() as dying:
            dying.setattr(SupplierParser, "write", die)
            dying.setattr(imports, "_finish", lambda *args: None)
            with pytest.raises(SystemExit):
                import_feed("supplier", path=path)

    return kill


def queries(path: Path) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        import_feed("supplier", path=path)
    return [query["sql"] for query in captured]


def test_an_import_needs_as_many_queries_for_many_products_as_for_few(tmp_path: Path) -> None:
    few = len(queries(feed(tmp_path, *(record(number) for number in range(20)))))
    Product.objects.all().delete()
    ParserRun.objects.all().delete()
    assert len(queries(feed(tmp_path, *(record(number) for number in range(300))))) <= few
    assert (Product.objects.count(), ProductImage.objects.count()) == (300, 600)
    assert (SourceState.objects.count(), PricePoint.objects.count()) == (300, 300)
    assert AIProcessingLog.objects.count() == 300


def test_the_same_again_reads_few_times_and_writes_nothing(tmp_path: Path) -> None:
    path = feed(tmp_path, *(record(number) for number in range(300)))
    import_feed("supplier", path=path)
    import_feed("supplier", path=path)  # the first complete import notes whose products they are
    again = queries(path)
    written = [
        sql for sql in again if sql.startswith(("INSERT", "UPDATE", "DELETE")) and "parserrun" not in sql
    ]
    assert (written, len(again) < 30) == ([], True)
    assert counts(ParserRun.objects.latest("pk")) == (0, 0, 300, 0)
    assert AIProcessingLog.objects.count() == 300


def test_prices_of_a_chunk_change_together_and_order_no_run(tmp_path: Path) -> None:
    import_feed("supplier", path=feed(tmp_path, *(record(number) for number in range(40))))
    AIProcessingLog.objects.update(status="rejected")
    path = feed(tmp_path, *(record(number, price=110 + number) for number in range(40)))
    sqls = queries(path)
    assert sum('UPDATE "products_product"' in sql for sql in sqls) == 1
    assert counts(ParserRun.objects.latest("pk")) == (0, 40, 0, 0)
    assert Product.objects.get(source_id="k0007").price == Decimal("117.00")
    assert PricePoint.objects.count() == 80


def test_of_a_chunk_only_what_the_card_is_made_of_orders_runs(tmp_path: Path) -> None:
    import_feed("supplier", path=feed(tmp_path, *(record(number) for number in range(6))))
    for product in Product.objects.all():
        fingerprint = catalog.get().snapshot(product.pk).fingerprint
        AIProcessingLog.objects.filter(product=product).update(
            status="approved", input_fingerprint=fingerprint
        )
    new = [
        record(number, price=150, title="Новый" if number < 2 else f"Крем {number}") for number in range(6)
    ]
    import_feed("supplier", path=feed(tmp_path, *new))
    pending = AIProcessingLog.objects.filter(status="pending").values_list("product__source_id", flat=True)
    assert sorted(pending) == ["k0000", "k0001"]


def taken(number: int) -> None:
    """Another product has the slug that this one would get: its row is refused by the database."""
    slug = hashed_slug(f"Крем {number}", key=f"supplier:k{number:04}", max_length=100)
    Product.objects.create(slug=slug, title="Чужой")


def test_a_record_that_the_database_refuses_is_refused_alone(tmp_path: Path) -> None:
    records = [record(number) for number in range(20)]
    taken(13)
    run = import_feed("supplier", path=feed(tmp_path, *records))
    assert counts(run) == (19, 0, 0, 1)
    assert run.read_count == 20
    assert sorted(Product.objects.values_list("source_id", flat=True))[:2] == ["", "k0000"]
    assert not Product.objects.filter(source_id="k0013").exists()
    (refused,) = [entry for entry in run.errors if entry["kind"] == "rejected"]
    assert refused["record"] == "id k0013" and refused["message"].startswith("не сохранено: ")


def test_killed_in_its_middle_and_resumed_it_is_the_same_import(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, killed: Callable[[Path, str], None]
) -> None:
    monkeypatch.setattr(imports, "CHUNK", 4)
    path = feed(tmp_path, *(record(number) for number in range(18)))
    import_feed("supplier", path=path)
    whole = contents()
    Product.objects.all().delete()
    ParserRun.objects.all().delete()
    killed(path, "k0009")
    assert (ParserRun.objects.get().position, Product.objects.count()) == (8, 8)
    run = import_feed("supplier", path=path, options=ImportOptions(resume=True))
    assert (run.status, run.read_count, run.position, counts(run)) == ("finished", 18, 18, (10, 0, 0, 0))
    assert contents() == whole
    assert AIProcessingLog.objects.count() == 18


@pytest.mark.parametrize("change", ["a record at the front", "another price at the front", "another order"])
def test_a_feed_that_changed_since_is_imported_from_its_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, killed: Callable[[Path, str], None], change: str
) -> None:
    monkeypatch.setattr(imports, "CHUNK", 4)
    records = [record(number) for number in range(12)]
    killed(feed(tmp_path, *records), "k0009")
    if change == "a record at the front":
        records.insert(0, record(99))
    elif change == "another price at the front":
        records[0]["price"] = 120
    else:
        records.reverse()
    run = import_feed("supplier", path=feed(tmp_path, *records), options=ImportOptions(resume=True))
    assert sum(counts(run)) == len(records) == Product.objects.count()
    assert "начато сначала" in next(entry["message"] for entry in run.errors if entry["kind"] == "resumed")
    assert Product.objects.get(source_id="k0000").price == (120 if "price" in change else 100)


@pytest.mark.parametrize("size", [1, 3, 500])
def test_what_was_read_is_saved_or_refused_whatever_the_chunks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(imports, "CHUNK", size)
    odd: list[Any] = [5, {"title": "без кода"}, record(1), record(2), record(2, title="Ещё")]
    taken(1)
    run = import_feed("supplier", path=feed(tmp_path, *odd, *(record(number) for number in range(3, 9))))
    repeated = 1
    assert (run.read_count, sum(counts(run)) + repeated) == (11, 11)
    assert counts(run) == (7, 0, 0, 3)
