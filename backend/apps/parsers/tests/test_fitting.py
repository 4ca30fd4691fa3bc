from __future__ import annotations

from decimal import Decimal

import pytest

from apps.parsers.services.fitting import fit
from apps.parsers.services.records import ParsedProduct


def test_a_product_that_fits_is_only_cleaned() -> None:
    parsed = ParsedProduct(
        source_id=" 5 ",
        title="Крем\x00  50 мл",
        description="a\n\n\n\nb",
        brand=" Solgar",
        price=Decimal("5.00"),
        currency="TRY",
        stock=3,
        url="https://x.example/5",
        attributes={" Доза ": " 5 мг ", "пусто": " ", "": "x"},
        image_urls=("https://x.example/1.jpg", "https://x.example/1.jpg"),
    )
    fitted = fit(parsed)
    assert fitted == ParsedProduct(
        source_id="5",
        title="Крем 50 мл",
        description="a\n\nb",
        brand="Solgar",
        price=Decimal("5.00"),
        currency="TRY",
        stock=3,
        url="https://x.example/5",
        attributes={"Доза": "5 мг"},
        image_urls=("https://x.example/1.jpg",),
    )
    assert fit(fitted) == fitted


def test_a_title_that_is_too_long_loses_nothing() -> None:
    title = "Магний " * 100 + "400 мг"
    fitted = fit(ParsedProduct(source_id="1", title=title, description="Описание"))
    assert len(fitted.title) <= 500
    assert title.startswith(fitted.title)
    assert fitted.title.endswith("Магний")
    assert fitted.description == f"{title}\n\nОписание"
    assert fitted.attributes == {"source_title": title}
    assert fitted.warnings == (
        "в названии 706 знаков: оно обрезано до 500, целиком оно стоит в начале описания "
        "и в характеристике source_title",
    )
    assert fit(fitted) == fitted


@pytest.mark.parametrize(
    ("field", "value", "column"),
    [
        ("brand", "Б " * 100, "Б " * 74 + "Б"),
        ("supplier", "x" * 151, "x" * 150),
        ("category", "Кат > " * 100, None),
        ("sku", "1" * 101, ""),
        ("currency", "GBP", ""),
    ],
)
def test_what_does_not_fit_its_column_is_kept_as_an_attribute(
    field: str, value: str, column: str | None
) -> None:
    fitted = fit(ParsedProduct(source_id="1", **{field: value}))  # type: ignore[arg-type]
    whole = value.strip()
    assert fitted.attributes == {f"source_{field}": whole}
    assert len(fitted.warnings) == 1
    if column is not None:
        assert getattr(fitted, field) == column
    else:
        assert 400 < len(fitted.category) <= 500
    assert fit(fitted) == fitted


def test_a_source_cannot_write_where_the_ai_module_writes() -> None:
    fitted = fit(ParsedProduct(source_id="1", attributes={"ai_extracted": "мой"}))
    assert fitted.attributes == {"source_ai_extracted": "мой"}


def test_too_many_or_too_long_attributes_are_cut_with_a_warning() -> None:
    fitted = fit(ParsedProduct(source_id="1", attributes={f"n{n}": "v" for n in range(1000)}))
    assert len(fitted.attributes) == 300
    assert fitted.warnings == ("характеристик 1000: взяты первые 300",)
    long = fit(ParsedProduct(source_id="1", attributes={"имя": "я" * 20_000}))
    assert len(long.attributes["имя"]) == 10_000
    assert long.warnings == ("характеристика «имя» слишком длинная и обрезана",)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "/only/a/path",
        "https://",
        "ftp://x.example/1",
        "https://x.example/ " + "a" * 1000,
    ],
)
def test_only_web_addresses_are_taken(url: str) -> None:
    fitted = fit(ParsedProduct(source_id="1", url=url, image_urls=(url, "https://x.example/1.jpg")))
    assert fitted.url == ""
    assert fitted.image_urls == ("https://x.example/1.jpg",)
    assert len(fitted.warnings) == 1


def test_many_images_and_an_odd_stock() -> None:
    urls = tuple(f"https://x.example/{n}.jpg" for n in range(50))
    fitted = fit(ParsedProduct(source_id="1", image_urls=urls, stock=-3))
    assert fitted.image_urls == urls[:30]
    assert fitted.stock is None
    assert fitted.warnings == (
        "остаток -3 неправдоподобен",
        "фотографий 50: взяты первые 30",
    )
    assert fit(ParsedProduct(source_id="1", stock=2**31)).stock is None
