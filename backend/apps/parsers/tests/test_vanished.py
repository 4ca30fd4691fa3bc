from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from apps.parsers.models import ParserRun, ParserSource, SourceState
from apps.parsers.services.imports import ImportOptions, import_feed
from apps.parsers.services.runs.work import attended
from apps.products.models import Product

pytestmark = pytest.mark.django_db


def offer(path: Path, *ids: int, more: Any = ()) -> ParserRun:
    records = [{"id": number, "title": f"Крем {number}", "price": 100} for number in ids]
    path.write_text(json.dumps([*records, *more]))
    return import_feed("supplier", path=path)


def missing() -> list[str]:
    states = SourceState.objects.filter(missing_since__isnull=False)
    return sorted(states.values_list("product__source_id", flat=True))


def off_sale() -> list[str]:
    return sorted(Product.objects.filter(is_active=False).values_list("source_id", flat=True))


def said(run: ParserRun) -> list[str]:
    return [entry["message"] for entry in run.errors if entry["kind"] == "vanished"]


def test_products_that_vanished_are_marked_and_stay_on_sale(tmp_path: Path) -> None:
    offer(tmp_path / "a.json", 1, 2, 3)
    run = offer(tmp_path / "a.json", 1, 3)
    assert (missing(), off_sale(), said(run)) == (["2"], [], ["пропало товаров: 1 (2)"])
    assert said(offer(tmp_path / "a.json", 1, 3)) == []
    offer(tmp_path / "a.json", 1, 2, 3)
    assert missing() == []


def test_by_setting_they_are_taken_off_sale_until_they_are_back(tmp_path: Path, settings: Settings) -> None:
    settings.PARSERS_TAKE_OFF_VANISHED = True
    offer(tmp_path / "a.json", 1, 2, 3, 4)
    Product.objects.filter(source_id="3").update(edited_fields=["is_active"])
    run = offer(tmp_path / "a.json", 1, 4)
    assert (missing(), off_sale()) == (["2", "3"], ["2"])
    assert said(run) == ["пропало товаров: 2 (2, 3); снято с продажи: 1"]
    offer(tmp_path / "a.json", 1, 2, 3, 4)
    assert (missing(), off_sale()) == ([], [])


@pytest.mark.parametrize(
    ("setting", "own", "gone"),
    [
        (False, "", []),
        (True, "", ["2"]),
        (False, "take_off", ["2"]),
        (True, "mark", []),
    ],
)
def test_a_source_says_for_itself_what_becomes_of_the_vanished(
    tmp_path: Path, settings: Settings, setting: bool, own: str, gone: list[str]
) -> None:
    settings.PARSERS_TAKE_OFF_VANISHED = setting
    ParserSource.objects.create(title="Другой", parser="supplier", name="other", vanished="take_off")
    ParserSource.objects.create(title="Кремы", parser="supplier", name="creams", vanished=own)
    for ids in ((1, 2), (1,)):
        path = tmp_path / "a.json"
        path.write_text(json.dumps([{"id": n, "title": f"Крем {n}", "price": 100} for n in ids]))
        attended(
            "supplier", path=path, url="", currency="RUB", source="creams", options=ImportOptions(accept=True)
        )
    assert (missing(), off_sale()) == (["2"], gone)


def test_what_a_person_took_off_sale_does_not_come_back_by_itself(tmp_path: Path, settings: Settings) -> None:
    settings.PARSERS_TAKE_OFF_VANISHED = True
    offer(tmp_path / "a.json", 1, 2)
    Product.objects.filter(source_id="2").update(is_active=False, edited_fields=["is_active"])
    offer(tmp_path / "a.json", 1)
    offer(tmp_path / "a.json", 1, 2)
    assert off_sale() == ["2"]


def test_another_feed_of_the_same_supplier_marks_nothing(tmp_path: Path) -> None:
    offer(tmp_path / "a.json", 1, 2)
    offer(tmp_path / "b.json", 3, 4)
    assert missing() == []
    offer(tmp_path / "b.json", 4)
    assert missing() == ["3"]


@pytest.mark.parametrize("bad", [5, {"title": "без кода"}])
def test_a_feed_with_records_that_were_not_understood_marks_nothing(tmp_path: Path, bad: Any) -> None:
    offer(tmp_path / "a.json", 1, 2)
    run = offer(tmp_path / "a.json", 1, more=[bad])
    assert (missing(), len(said(run))) == ([], 1)
    assert "не отмечены" in said(run)[0]


def test_a_part_of_a_feed_marks_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    offer(path, 1, 2, 3)
    import_feed("supplier", path=path, options=ImportOptions(limit=1))
    path.write_text('[{"id": 1, "title": "Крем 1"}, {"id"')
    import_feed("supplier", path=path)
    import_feed("supplier", path=path, options=ImportOptions(dry_run=True))
    assert missing() == []


def test_one_page_of_forty_is_no_whole_feed(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    offer(path, 1, 2)
    page = {"products": [{"id": 1, "title": "Крем 1", "price": 100}], "page": 1, "total_pages": 40}
    path.write_text(json.dumps(page))
    run = import_feed("supplier", path=path)
    assert run.status == "needs_look"
    assert "страница 1 из 40" in run.errors[-1]["message"]
    assert (Product.objects.count(), missing()) == (2, [])
    page["products"].append({"id": 7, "title": "Крем 7", "price": 100})  # type: ignore[attr-defined]
    path.write_text(json.dumps(page))
    run = import_feed("supplier", path=path, options=ImportOptions(accept=True))
    assert (run.status, missing()) == ("finished", [])
    assert Product.objects.count() == 3


def test_all_pages_of_a_folder_are_a_whole_feed(tmp_path: Path) -> None:
    for number in (1, 2):
        page = {"products": [{"id": number, "title": f"Крем {number}"}], "page": number, "total_pages": 2}
        (tmp_path / f"{number}.json").write_text(json.dumps(page))
    run = import_feed("supplier", path=tmp_path)
    assert (run.status, run.created_count) == ("finished", 2)
