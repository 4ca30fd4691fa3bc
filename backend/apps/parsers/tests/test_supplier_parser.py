from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from apps.parsers.services.records import (
    Document,
    LocalImage,
    ParsedItem,
    ParsedProduct,
    RejectedRecord,
    SkippedDocument,
)
from apps.parsers.services.supplier_parser import SupplierParser

RECORD: dict[str, Any] = {
    "id": "ecz-1",
    "title": "Parol 500 mg 20 tablet",
    "description": "<p>Ağrı kesici</p>",
    "brand": "Atabay",
    "price": "1.249,90 TL",
    "currency": "TRY",
    "barcode": "8690000000012",
    "sku": "P-500",
    "url": "https://www.eczane.example/p/1",
    "category": "Sağlık > Ağrı Kesici",
    "attributes": {"Doz": "500 mg", "Adet": 20, "Reçetesiz": True, "Boş": None, "Renk": ["beyaz", "mavi"]},
    "images": ["https://cdn.example/1.jpg"],
    "stock": 5,
    "in_stock": True,
}


def parse(content: object, *, currency: str = "", **document: Any) -> list[ParsedItem]:
    return list(SupplierParser(currency=currency).parse([Document("feed.json", content, **document)]))


def only(record: object, **options: Any) -> ParsedProduct:
    (item,) = parse([record], **options)
    assert isinstance(item, ParsedProduct)
    return item


def with_(**changes: Any) -> dict[str, Any]:
    return {name: value for name, value in {**RECORD, **changes}.items() if value != "absent"}


def test_the_documented_format() -> None:
    assert only(RECORD) == ParsedProduct(
        source_id="ecz-1",
        title="Parol 500 mg 20 tablet",
        description="<p>Ağrı kesici</p>",
        brand="Atabay",
        supplier="eczane.example",
        supplier_site="https://eczane.example",
        price=Decimal("1249.90"),
        currency="TRY",
        stock=5,
        sku="P-500",
        barcode="8690000000012",
        url="https://www.eczane.example/p/1",
        category="Sağlık > Ağrı Kesici",
        attributes={"Doz": "500 mg", "Adet": "20", "Reçetesiz": "да", "Renk": "beyaz; mavi"},
        image_urls=("https://cdn.example/1.jpg",),
    )


@pytest.mark.parametrize(
    "content",
    [
        [RECORD],
        {"products": [RECORD]},
        {"data": {"items": [RECORD]}},
        {"content": RECORD},
        RECORD,
    ],
)
def test_records_are_found_in_every_wrapping(content: object) -> None:
    assert [item.source_id for item in parse(content) if isinstance(item, ParsedProduct)] == ["ecz-1"]


def test_bad_records_are_rejected_one_by_one() -> None:
    bad: list[object] = [
        5,
        None,
        [],
        {"title": "x"},
        {"id": None},
        {"id": ""},
        {"id": True},
        {"id": {"a": 1}},
    ]
    items = parse([*bad, RECORD])
    assert items[:-1] == [
        *(RejectedRecord(f"feed.json, запись {n}", "это не объект") for n in (1, 2, 3)),
        *(RejectedRecord(f"feed.json, запись {n}", "нет кода товара") for n in (4, 5, 6, 7, 8)),
    ]
    assert isinstance(items[-1], ParsedProduct)


@pytest.mark.parametrize(
    "content", [[], {"products": []}, {"total": 0}, None, 5, "x", {"data": {"a": {"b": 1}}}]
)
def test_documents_without_products_are_skipped(content: object) -> None:
    assert parse(content) == [SkippedDocument("feed.json", "в документе нет товаров")]


def test_an_object_with_a_title_and_no_id_is_a_bad_record() -> None:
    assert parse({"title": "x"}) == [RejectedRecord("feed.json, запись 1", "нет кода товара")]


def test_a_record_without_a_title_is_a_product() -> None:
    assert only({"id": 5}) == ParsedProduct(source_id="5")


@pytest.mark.parametrize(
    ("changes", "options", "currency"),
    [
        ({"currency": "absent", "price": "12 TL"}, {}, "TRY"),
        ({"currency": "TL", "price": 12}, {}, "TRY"),
        ({"currency": "руб.", "price": 12}, {}, "RUB"),
        ({"currency": "GBP", "price": 12}, {}, "GBP"),
        ({"currency": "absent", "price": 12}, {"currency": "EUR"}, "EUR"),
        ({"currency": "USD", "price": 12}, {"currency": "EUR"}, "USD"),
        ({"currency": "absent", "price": 12, "lang": "tr-TR"}, {}, "TRY"),
        ({"currency": "absent", "price": 12, "locale": "ru_RU"}, {}, "RUB"),
        ({"currency": "absent", "price": 12, "url": "https://apteka.ru/1"}, {}, "RUB"),
        ({"currency": "absent", "price": 12, "url": "https://eczane.com.tr/1"}, {}, "TRY"),
        ({"currency": "absent", "price": 12, "url": "absent"}, {"url": "https://apteka.ru/feed.json"}, "RUB"),
        ({"currency": "absent", "price": 12}, {}, ""),
        ({"price": None}, {}, ""),
    ],
)
def test_the_currency_is_the_first_that_is_known(
    changes: dict[str, Any], options: dict[str, Any], currency: str
) -> None:
    assert only(with_(**changes), **options).currency == currency


def test_a_sign_against_the_field_is_a_warning_and_the_field_counts() -> None:
    parsed = only(with_(price="12 TL", currency="USD"))
    assert parsed.currency == "USD"
    assert parsed.warnings == ("в цене TRY, в поле валюты USD; верно поле",)


def test_a_price_that_cannot_be_believed_is_a_warning() -> None:
    parsed = only(with_(price=-3))
    assert (parsed.price, parsed.currency) == (None, "")
    assert parsed.warnings == ("цена -3 не больше нуля",)


@pytest.mark.parametrize(
    ("changes", "stock"),
    [
        ({"stock": 0}, 0),
        ({"stock": "7"}, 7),
        ({"stock": Decimal("3.0")}, 3),
        ({"stock": 9, "in_stock": False}, 0),
        ({"stock": "absent", "in_stock": False}, 0),
        ({"stock": "absent", "in_stock": True}, None),
        ({"stock": {"in_stock": False}, "in_stock": "absent"}, 0),
        ({"stock": {"in_stock": True, "count": 4}, "in_stock": "absent"}, 4),
        ({"stock": "много"}, None),
        ({"stock": True}, None),
    ],
)
def test_stock(changes: dict[str, Any], stock: int | None) -> None:
    assert only(with_(**changes)).stock == stock


@pytest.mark.parametrize(
    ("category", "path"),
    [
        ("Sağlık > Alerji", "Sağlık > Alerji"),
        (["Sağlık", "Alerji", "Alerji"], "Sağlık > Alerji"),
        (["Anasayfa", "Sağlık"], "Sağlık"),
        ([{"id": 1, "title": "Онкология"}, {"title": "Прочее"}], "Онкология > Прочее"),
        ({"id": 4, "name": "Книги"}, "Книги"),
        (2004, ""),
        (None, ""),
        (["Главная", "Каталог"], ""),
    ],
)
def test_categories(category: object, path: str) -> None:
    assert only(with_(category=category)).category == path


def test_a_pharmacys_shape() -> None:
    record = {
        "RPC": "101533",
        "url": "https://apteka.ru/catalog/101533/",
        "title": "ПРЕПАРАТ табл. 1 мг №30",
        "brand": None,
        "section": ["Главная", "Каталог", "Онкология"],
        "price_data": {"current": Decimal("856.0"), "original": Decimal("900.0"), "sale_tag": None},
        "stock": {"in_stock": False},
        "assets": {"main_image": "apteka.ru/upload/1.jpg"},
        "metadata": {"__description": ["Первое.", "Второе."], "Действующее вещество": "Анастрозол"},
        "variants": 1,
    }
    assert only(record) == ParsedProduct(
        source_id="101533",
        title="ПРЕПАРАТ табл. 1 мг №30",
        description="Первое.\nВторое.",
        supplier="apteka.ru",
        supplier_site="https://apteka.ru",
        price=Decimal("856.00"),
        currency="RUB",
        stock=0,
        url="https://apteka.ru/catalog/101533/",
        category="Онкология",
        attributes={"Действующее вещество": "Анастрозол"},
        image_urls=("https://apteka.ru/upload/1.jpg",),
    )


def test_the_shape_of_a_chain_with_variants() -> None:
    record = {
        "id": 5,
        "title": "Суфле, 150 г",
        "brand": {"id": 3, "title": "Кролик"},
        "properties": [{"title": "Страна", "value": "Россия"}],
        "extraDescriptions": [
            {"title": "Состав", "value": "Сахар."},
            {"title": "Ценность", "value": {"description": "на 100 г", "protein": ""}},
        ],
        "images": [{"id": 1, "src": "https://img.example/1.jpg"}],
        "image": 2423776,
        "specialPrice": None,
        "variants": [
            {
                "barcode": "123",
                "count": 6,
                "price": "59.00",
                "properties": [{"alias": "fake", "title": "В", "value": "А"}],
            },
            {
                "barcode": "4650139150280",
                "count": 8,
                "price": "49.00",
                "properties": [{"title": "Вкус", "value": "Мёд"}],
            },
        ],
    }
    parsed = only(record)
    assert (parsed.price, parsed.stock, parsed.barcode, parsed.brand) == (
        Decimal("49.00"),
        14,
        "4650139150280",
        "Кролик",
    )
    assert parsed.attributes == {
        "Страна": "Россия",
        "Состав": "Сахар.",
        "Ценность": "на 100 г",
        "Вкус": "Мёд",
    }
    assert parsed.image_urls == ("https://img.example/1.jpg",)


def test_the_shape_of_a_chain_with_prices_in_kopecks() -> None:
    content = {
        "content": {
            "id": 6,
            "title": "Сумка 6.3х14.5 см",
            "plu": "2103416",
            "description": None,
            "primaryCategory": {"id": 1, "title": "Сезонные товары"},
            "masterData": {"quantum": 1000, "weight": 90},
            "balanceStock": 97000,
            "priceTag": {"price": 5199, "grossPrice": None},
            "primaryImage": {"cropUrlTemplate": "https://i.example/%s/1.jpg", "publicUrl": None},
            "images": [{"cropUrlTemplate": "https://i.example/%s/1.jpg"}],
            "features": [
                {
                    "title": "Общее",
                    "items": [{"title": "Бренд", "displayValues": ["Дизайн"], "values": ["dizajn"]}],
                }
            ],
        }
    }
    (parsed,) = parse(content, currency="RUB")
    assert isinstance(parsed, ParsedProduct)
    assert (parsed.price, parsed.currency, parsed.stock) == (Decimal("51.99"), "RUB", 97)
    assert (parsed.sku, parsed.brand, parsed.category) == ("2103416", "Дизайн", "Сезонные товары")
    assert parsed.image_urls == ("https://i.example/800x800-fit/1.jpg",)


def test_pictures_beside_the_feed(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "1.png").write_bytes(b"\x89PNG\r\n\x1a\n1")
    images = ["images/1.png", "images/none.png", "../secret.png", "//cdn.example/2.jpg", 5, None, ""]
    parsed = only(with_(images=images), folder=tmp_path)
    assert parsed.images == (LocalImage(tmp_path / "images" / "1.png"),)
    assert parsed.image_urls == ("https://cdn.example/2.jpg",)
    assert parsed.warnings == (
        "фото 'images/none.png' рядом с лентой нет",
        "фото '../secret.png' лежит вне папки ленты",
    )


def test_relative_addresses_of_a_fetched_feed() -> None:
    parsed = only(with_(images=["img/1.jpg"], url="/p/1"), url="https://eczane.com.tr/feeds/all.json")
    assert parsed.image_urls == ("https://eczane.com.tr/feeds/img/1.jpg",)
    assert (parsed.url, parsed.supplier) == ("https://eczane.com.tr/p/1", "eczane.com.tr")


@pytest.mark.parametrize("value", [None, 5, "x", [], {}, [None, 5, "x", [], {}], {"a": {"b": [1]}}, True])
@pytest.mark.parametrize(
    "field", [name for name in RECORD if name != "id"] + ["variants", "features", "metadata"]
)
def test_fields_of_a_wrong_shape_do_no_harm(field: str, value: object) -> None:
    assert only(with_(**{field: value})).source_id == "ecz-1"
