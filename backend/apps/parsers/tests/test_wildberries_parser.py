from __future__ import annotations

import random
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from apps.parsers.services.records import Document, ParsedItem, ParsedProduct, RejectedRecord, SkippedDocument
from apps.parsers.services.wildberries_media import known_basket, likely_basket, picture_urls
from apps.parsers.services.wildberries_parser import WildberriesParser

GOODS: dict[str, Any] = {
    "id": 150123456,
    "name": "Платье летнее",
    "brand": "Лето",
    "supplier": "ИП Лето",
    "supplierId": 42,
    "entity": "платья",
    "pics": 3,
    "colors": [{"name": "красный", "id": 1}, {"name": "белый", "id": 2}],
    "sizes": [
        {"name": "46", "origName": "M", "price": {"basic": 500000, "product": 250000, "total": 260000}},
        {"name": "44", "origName": "44", "price": {"basic": 500000, "product": 240050}},
        {"name": "102", "origName": "0"},
    ],
    "totalQuantity": 17,
    "rating": 5,
}
CARD: dict[str, Any] = {
    "nm_id": 150123456,
    "imt_id": 1,
    "imt_name": "Платье из хлопка",
    "subj_name": "Платья",
    "subj_root_name": "Одежда",
    "vendor_code": "LETO-1",
    "description": "Лёгкое платье.\n\nХлопок 100 %.",
    "options": [
        {"name": "Цвет", "value": "алый"},
        {"name": "Длина изделия", "value": "95 см"},
        {"name": "Уход", "value": "стирка"},
        {"name": "Уход", "value": "глажка"},
    ],
    "grouped_options": [
        {
            "group_name": "Ещё",
            "options": [{"name": "Цвет", "value": "другой"}, {"name": "Сезон", "value": "лето"}],
        }
    ],
    "compositions": [{"name": "хлопок"}, {"name": "лён"}],
    "nm_colors_names": "алый, белый",
    "contents": "Платье - 1 шт",
    "colors": [150123456, 5],
    "selling": {"brand_name": "ЛЕТО", "supplier_id": 42},
    "media": {"photo_count": 12},
}


VARIANTS = [("46 (M)", Decimal("2500.00")), ("44", Decimal("2400.50")), ("102", None)]


def parse(*contents: object, currency: str = "") -> list[ParsedItem]:
    documents = [Document(f"{index}.json", content) for index, content in enumerate(contents, start=1)]
    return list(WildberriesParser(currency=currency).parse(documents))


def only(*contents: object) -> ParsedProduct:
    (item,) = parse(*contents)
    assert isinstance(item, ParsedProduct)
    return item


def test_detail_alone() -> None:
    parsed = only({"products": [GOODS]})
    assert [(one.name, one.price) for one in parsed.variants] == VARIANTS
    assert replace(parsed, variants=()) == ParsedProduct(
        source_id="150123456",
        title="Платье летнее",
        brand="Лето",
        supplier="ИП Лето",
        supplier_site="https://www.wildberries.ru/seller/42",
        price=Decimal("2400.50"),
        currency="RUB",
        stock=17,
        url="https://www.wildberries.ru/catalog/150123456/detail.aspx",
        category="платья",
        attributes={"Цвет": "красный; белый", "Размеры": "44; 46 (M); 102"},
        image_urls=tuple(
            f"https://basket-10.wbbasket.ru/vol1501/part150123/150123456/images/big/{index}.webp"
            for index in (1, 2, 3)
        ),
    )


def test_card_alone() -> None:
    card = only(CARD)
    assert (card.title, card.description, card.brand) == ("Платье из хлопка", CARD["description"], "ЛЕТО")
    assert (card.price, card.currency, card.stock, card.supplier) == (None, "", None, "")
    assert (card.sku, card.category) == ("LETO-1", "Одежда > Платья")
    assert card.attributes == {
        "Цвет": "алый",
        "Длина изделия": "95 см",
        "Уход": "стирка; глажка",
        "Сезон": "лето",
        "Состав": "хлопок; лён",
        "Комплектация": "Платье - 1 шт",
    }
    assert len(card.image_urls) == 12


@pytest.mark.parametrize("seed", range(4))
def test_detail_and_card_of_one_article_meet_in_any_order(seed: int) -> None:
    other = {**GOODS, "id": 7, "name": "Другое"}
    contents: list[object] = [{"data": {"products": [other, GOODS]}}, CARD, {**CARD, "nm_id": 9}]
    random.Random(seed).shuffle(contents)
    items = {item.source_id: item for item in parse(*contents) if isinstance(item, ParsedProduct)}
    assert set(items) == {"150123456", "7", "9"}
    merged = items["150123456"]
    assert (merged.title, merged.brand, merged.price) == ("Платье летнее", "Лето", Decimal("2400.50"))
    assert (merged.description, merged.category) == (CARD["description"], "Одежда > Платья")
    assert merged.attributes["Размеры"] == "44; 46 (M); 102"
    assert merged.attributes["Цвет"] == "алый"
    assert len(merged.image_urls) == 12
    assert items["7"].description == ""
    assert items["9"].price is None


@pytest.mark.parametrize(
    "content",
    [
        {"products": [GOODS]},
        {"data": {"products": [GOODS]}},
        {"metadata": {"name": "платье"}, "products": [GOODS], "total": 1},
        GOODS,
        [GOODS],
        [{"data": {"products": [GOODS]}}],
        {"state": 0, "payload": {"data": {"products": [GOODS]}}},
        {"150123456": {"data": {"products": [GOODS]}}},
        {"status": 200, "body": {"products": [GOODS]}},
    ],
)
def test_products_are_found_in_every_wrapping(content: object) -> None:
    assert only(content).source_id == "150123456"


@pytest.mark.parametrize(
    ("changes", "price", "stock"),
    [
        ({"sizes": [{"price": {"basic": 100, "total": 9900}}]}, "99.00", 17),
        ({"sizes": [{"price": {"basic": 15000}}]}, "150.00", 17),
        ({"sizes": [{"price": {"product": 0, "total": 0, "basic": 0}}], "totalQuantity": 0}, None, 0),
        ({"sizes": [{"name": "44"}], "totalQuantity": None}, None, None),
        ({"sizes": [{"stocks": []}, {"stocks": []}], "totalQuantity": None}, None, 0),
        ({"sizes": [{"preis": {"product": 5}}], "totalQuantity": None}, None, None),
        ({"sizes": [], "extended": {"clientPriceU": 45000, "basicPriceU": 50000}}, "450.00", 17),
        ({"sizes": [], "totalQuantity": None}, None, None),
        ({"sizes": None, "priceU": 100000, "salePriceU": 59900}, "599.00", 17),
        ({"sizes": [], "priceU": 100000}, "1000.00", 17),
        ({"sizes": [{"price": "x"}, 5], "salePriceU": "59900"}, "599.00", 17),
        (
            {
                "totalQuantity": None,
                "sizes": [{"stocks": [{"qty": 2}, {"qty": 3}]}, {"stocks": [{"qty": 4}]}],
            },
            None,
            9,
        ),
    ],
)
def test_prices_and_stock_of_old_and_sold_out_records(
    changes: dict[str, Any], price: str | None, stock: int | None
) -> None:
    parsed = only({"products": [{**GOODS, **changes}]})
    assert parsed.price == (None if price is None else Decimal(price))
    assert parsed.currency == ("" if price is None else "RUB")
    assert parsed.stock == stock


def test_an_absurd_price_is_none_with_a_warning() -> None:
    parsed = only({"products": [{**GOODS, "sizes": [], "salePriceU": 10**15}]})
    assert parsed.price is None
    assert parsed.warnings == ("цена Decimal('10000000000000') слишком велика",)


def test_another_currency_can_be_named() -> None:
    (item,) = parse({"products": [GOODS]}, currency="TRY")
    assert isinstance(item, ParsedProduct) and item.currency == "TRY"


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ("text", "это не объект"),
        (None, "это не объект"),
        ({"name": "без номера"}, "нет артикула в «id»: ''"),
        ({"id": "abc"}, "нет артикула в «id»: 'abc'"),
        ({"id": True}, "нет артикула в «id»: 'да'"),
        ({"id": -1}, "нет артикула в «id»: '-1'"),
        ({"id": 10**12}, "нет артикула в «id»: '1000000000000'"),
    ],
)
def test_a_bad_record_is_rejected_alone(record: object, reason: str) -> None:
    items = parse({"products": [GOODS, record]})
    assert items[0] == RejectedRecord("1.json, запись 2", reason)
    assert [item.source_id for item in items[1:] if isinstance(item, ParsedProduct)] == ["150123456"]


@pytest.mark.parametrize(
    "content",
    [
        {"id": 306, "name": "Женщинам", "childNodes": []},
        {"data": {"catalog": [{"id": 306, "name": "Женщинам"}]}},
        [{"id": 306, "name": "Женщинам", "childs": [{"id": 1, "parent": 306}]}],
        {"data": {"filters": [], "total": 5}},
        {"products": []},
        [],
        None,
        5,
        "x",
    ],
)
def test_menus_and_empty_answers_are_skipped(content: object) -> None:
    assert parse(content) == [SkippedDocument("1.json", "в документе нет товаров Wildberries")]


def test_an_article_in_several_answers_is_one_product() -> None:
    first = {"products": [{**GOODS, "supplier": "Старый", "pics": 5}]}
    second = {"products": [{"id": 150123456, "name": "Новое имя", "brand": "", "sizes": []}]}
    merged = only(first, second)
    assert (merged.title, merged.brand, merged.supplier) == ("Новое имя", "Лето", "Старый")
    assert merged.price == Decimal("2400.50")


@pytest.mark.parametrize("field", ["sizes", "colors", "options", "grouped_options", "compositions", "media"])
@pytest.mark.parametrize("value", [None, 5, "x", [], {}, [None, 5, "x", []], {"a": 1}])
def test_fields_of_a_wrong_shape_do_no_harm(field: str, value: object) -> None:
    parsed = only({"products": [{**GOODS, field: value}]}, {**CARD, field: value})
    assert parsed.source_id == "150123456"


@pytest.mark.parametrize(
    ("vol", "number"),
    [
        (0, 1),
        (143, 1),
        (144, 2),
        (678, 4),
        (2096, 14),
        (2193, 15),
        (9690, 41),
        (10373, 41),
    ],
)
def test_picture_hosts(vol: int, number: int) -> None:
    assert known_basket(vol * 100_000) == likely_basket(vol) == number


@pytest.mark.parametrize(("vol", "number"), [(10374, 42), (11141, 42), (11142, 43), (15000, 48)])
def test_beyond_the_known_ranges_there_is_a_place_to_ask_first_and_nothing_to_store(
    vol: int, number: int
) -> None:
    assert (known_basket(vol * 100_000), likely_basket(vol)) == (None, number)
    parsed = only({"products": [{**GOODS, "id": vol * 100_000}]})
    assert parsed.image_urls == ()
    assert parsed.warnings == ("фотографий 3: сервер картинок не ответил, их адрес неизвестен",)


def test_as_many_pictures_as_a_product_may_have() -> None:
    assert len(picture_urls(67858518, 4, 10**9)) == 30
    assert picture_urls(67858518, 4, 0) == ()
    assert picture_urls(67858518, 4, 1) == (
        "https://basket-04.wbbasket.ru/vol678/part67858/67858518/images/big/1.webp",
    )


def test_a_card_of_a_sellers_own_account() -> None:
    card = {
        "nmID": 150123456, "imtID": 7, "vendorCode": "LETO-1", "subjectName": "Платья", "brand": "Лето",
        "title": "Платье летнее", "description": "Лёгкое", "video": "https://x.example/v.mp4",
        "photos": [{"c246x328": "https://x.example/s.webp", "big": "https://x.example/b.webp"}],
        "characteristics": [
            {"id": 1, "name": "Цвет", "value": ["красный", "белый"]},
            {"id": 2, "name": "Вес", "value": 3},
        ],
        "sizes": [
            {"chrtID": 11, "techSize": "M", "wbSize": "46", "skus": ["4006381333931"]},
            {"chrtID": 12, "techSize": "S", "wbSize": "44", "skus": []},
        ],
    }  # fmt: skip
    alone = only({"cards": [card], "cursor": {"total": 1}})
    assert (alone.title, alone.brand, alone.sku, alone.category) == (
        "Платье летнее",
        "Лето",
        "LETO-1",
        "Платья",
    )
    assert alone.attributes == {"Цвет": "красный; белый", "Вес": "3"}
    assert (alone.image_urls, alone.price, alone.barcode) == (("https://x.example/b.webp",), None, "")
    assert [(one.source_id, one.name, one.barcode) for one in alone.variants] == [
        ("11", "46 (M)", "4006381333931"),
        ("12", "44 (S)", ""),
    ]
    sizes = [{**GOODS["sizes"][0], "optionId": 11}]
    both = only({"products": [{**GOODS, "sizes": sizes}]}, {"data": {"cards": [card]}})
    assert [(one.price, one.barcode) for one in both.variants] == [(Decimal("2500.00"), "4006381333931")]
    old = {"nmID": 5, "vendorCode": "a", "object": "Чашки", "mediaFiles": ["https://x.example/1.jpg"],
           "characteristics": [{"Наименование": "Чашка"}, {"Бренд": ["Лето"]}, {"Цвет": ["белый"]}],
           "sizes": [{"techSize": "0", "skus": ["4006381333931"]}]}  # fmt: skip
    cup = only([old])
    assert (cup.title, cup.brand, cup.barcode, cup.category) == ("Чашка", "Лето", "4006381333931", "Чашки")
    assert (cup.attributes, cup.variants) == ({"Цвет": "белый"}, ())


def test_articles_are_kept_on_disk_and_not_in_memory() -> None:
    def answers() -> Iterator[Document]:
        for start in range(1, 5_001, 100):
            goods = [{**GOODS, "id": nm, "name": "х" * 500} for nm in range(start, start + 100)]
            yield Document(f"{start}.json", {"products": goods})

    tracemalloc.start()
    count = sum(isinstance(item, ParsedProduct) for item in WildberriesParser().parse(answers()))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 5_000
    assert peak < 4_000_000, f"{peak} bytes for {count} articles"
