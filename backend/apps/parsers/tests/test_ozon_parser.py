from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from apps.parsers.services.ozon_parser import OzonParser
from apps.parsers.services.records import (
    Document,
    DocumentKind,
    ParsedItem,
    ParsedProduct,
    RejectedRecord,
    SkippedDocument,
)

GALLERY = {
    "sku": "123456789",
    "coverImage": "https://ir.example/1.jpg",
    "images": [{"src": "https://ir.example/2.jpg"}],
}
PRODUCT = {
    "@type": "Product",
    "name": "Крем",
    "brand": "Лето",
    "description": "Увлажняет",
    "sku": "123456789",
    "offers": {"price": "450", "priceCurrency": "RUB"},
}
PART = {
    "widgetStates": {
        "webCharacteristics-9-default-1": json.dumps(
            {
                "productId": 123456789,
                "characteristics": [
                    {
                        "title": "Общие",
                        "short": [{"name": "Тип", "key": "Type", "values": [{"text": "Крем"}]}],
                    },
                    {"long": [{"name": "Объём, мл", "values": [{"text": "50"}, {"text": "75"}]}]},
                ],
            }
        ),
        "webDescription-1-default-1": json.dumps({"richAnnotation": "Полное описание"}),
    }
}


def page(**widgets: object) -> dict[str, Any]:
    states = {f"{name}-1-default-1": json.dumps(state) for name, state in widgets.items()}
    return {
        "widgetStates": states,
        "layoutTrackingInfo": json.dumps({"sku": 123456789, "hierarchy": "Красота/Кремы/Лето"}),
        "seo": {"script": [{"innerHTML": json.dumps(PRODUCT), "type": "application/ld+json"}]},
    }


def parse(*contents: object) -> list[ParsedItem]:
    return list(
        OzonParser().parse([Document(f"{n}.json", content) for n, content in enumerate(contents, start=1)])
    )


def only(*contents: object) -> ParsedProduct:
    (item,) = parse(*contents)
    assert isinstance(item, ParsedProduct)
    return item


def test_both_parts_of_a_page_are_one_product() -> None:
    first = page(
        webProductHeading={"title": "Крем для рук, 50 мл"},
        webPrice={
            "isAvailable": True,
            "cardPrice": "399 ₽",
            "price": "1\u2009431 ₽",
            "originalPrice": "2 000 ₽",
        },
        webGallery=GALLERY,
    )
    assert (
        only(first, PART)
        == only(PART, first)
        == ParsedProduct(
            source_id="123456789",
            title="Крем для рук, 50 мл",
            description="Полное описание",
            brand="Лето",
            price=Decimal("1431.00"),
            currency="RUB",
            url="https://www.ozon.ru/product/123456789/",
            category="Красота > Кремы",
            attributes={"Тип": "Крем", "Объём, мл": "50; 75"},
            image_urls=("https://ir.example/1.jpg", "https://ir.example/2.jpg"),
        )
    )


def test_the_ld_json_alone_is_enough_and_a_missing_price_is_none() -> None:
    assert (only(page()).title, only(page()).price) == ("Крем", Decimal("450.00"))
    bare = {"widgetStates": {"webGallery-1": json.dumps(GALLERY), "webPrice-1": json.dumps({"preis": "5 ₽"})}}
    assert (only(bare).price, only(bare).currency, only(bare).stock) == (None, "", None)


def test_sold_out_is_said_and_never_guessed() -> None:
    assert only(page(webPrice={"isAvailable": False, "price": "5 ₽"})).stock == 0
    assert only(page(webOutOfStock={"sku": 1})).stock == 0
    assert only(page(webPrice={"price": "5 ₽"})).stock is None


def test_tiles_of_a_search_page_in_both_forms() -> None:
    old = {
        "images": ["https://ir.example/1.jpg"],
        "link": "/product/krem-5551234/?asb=x",
        "cellTrackingInfo": {
            "type": "sku", "id": 5551234, "title": "Крем", "brand": "Лето", "category": "Красота/Кремы/Лето",
            "price": 500, "finalPrice": 400, "availability": 1, "stockCount": 3,
        },
    }  # fmt: skip
    new = {
        "sku": "777",
        "action": {"link": "/product/mylo-777/"},
        "tileImage": {"items": [{"image": {"link": "https://ir.example/3.jpg"}}]},
        "mainState": [
            {"atom": {"priceV2": {"price": [{"text": "99 ₽"}, {"text": "150 ₽"}]}}},
            {"atom": {"textAtom": {"text": "<b>Мыло</b> душистое"}}},
        ],
    }
    first, second = parse({"widgetStates": {"searchResultsV2-1": json.dumps({"items": [old, new]})}})
    assert isinstance(first, ParsedProduct) and isinstance(second, ParsedProduct)
    assert (first.source_id, first.title, first.price, first.stock) == (
        "5551234",
        "Крем",
        Decimal("400.00"),
        3,
    )
    assert (first.url, first.category) == ("https://www.ozon.ru/product/krem-5551234/", "Красота > Кремы")
    assert (second.source_id, second.title, second.price) == ("777", "Мыло душистое", Decimal("99.00"))
    assert second.image_urls == ("https://ir.example/3.jpg",)


def test_variants_seller_brand_and_barcode_of_a_page() -> None:
    colours = [
        {"sku": "123456789", "data": {"searchableText": "белый", "coverImage": "https://ir.example/w.jpg"}},
        {"sku": "5", "availability": "outOfStock", "data": {"title": "синий", "price": "1 500 ₽"}},
    ]
    sizes = [
        {"sku": 123456789, "data": {"textRs": [{"type": "text", "content": "50 мл"}], "price": "1 431 ₽"}},
        {"sku": 6, "data": {"textRs": [{"type": "text", "content": "75 мл"}]}},
    ]
    aspects = [
        {"aspectName": "Цвет:", "variants": colours},
        {"aspectName": "Объём", "variants": sizes},
        "?",
    ]
    found = only(
        page(
            webProductHeading={"title": "Крем"},
            webAspects={"aspects": aspects},
            webStickyProducts={"name": "Крем", "seller": {"name": "Лавка"}},
            webCharacteristics={
                "characteristics": [{"short": [{"name": "Штрихкод", "values": [{"text": "4006381333931"}]}]}]
            },
            skuShelfGoods={
                "items": [{"link": "/product/x-5551234/", "cellTrackingInfo": {"type": "sku", "id": 1}}]
            },
        )
    )
    assert (found.supplier, found.barcode, found.brand) == ("Лавка", "4006381333931", "Лето")
    assert [(one.source_id, dict(one.traits), one.price, one.stock) for one in found.variants] == [
        ("123456789", {"Цвет": "белый", "Объём": "50 мл"}, Decimal("1431.00"), None),
        ("5", {"Цвет": "синий"}, Decimal("1500.00"), 0),
        ("6", {"Объём": "75 мл"}, None, None),
    ]
    assert found.variants[0].image_urls == ("https://ir.example/w.jpg",)


def test_the_number_of_a_category_is_no_number_of_a_product() -> None:
    listing = {"widgetStates": {}, "pageInfo": {"url": "/category/kremy-15547/"}}
    assert isinstance(parse(listing)[0], SkippedDocument)
    shown = {
        "widgetStates": {"webPrice-1": '{"price": "5 ₽"}'},
        "pageInfo": {"url": "/product/krem-15547/?a=1"},
    }
    assert only(shown).source_id == "15547"


def test_a_tile_without_a_tracking_block() -> None:
    parts = [
        {"type": "price", "price": "900 ₽", "finalPrice": "700 ₽"},
        {"type": "title", "id": "name", "text": "Щётка"},
        {"type": "tileImage", "images": ["https://ir.example/1.jpg"]},
        {"type": "variantsText", "items": [{"title": "S"}, {"title": "M"}]},
        {"id": "deliveryInfo", "text": "<font>Лавка</font>, доставка <b>OZON</b>, склад продавца"},
    ]
    button = {"button": {"default": {"type": "add", "add": {"action": {"id": "5557777"}}}}}
    for content in (
        {"items": [{"link": "/product/shchetka-5557777/", "templateState": parts}]},
        [*parts, button],
        [{"type": "mobileContainer", "leftContainer": parts[:3], "footerContainer": [*parts[3:], button]}],
    ):
        tile = only(content)
        assert (tile.source_id, tile.title, tile.supplier) == ("5557777", "Щётка", "Лавка")
        assert tile.price == 700
        assert tile.image_urls == ("https://ir.example/1.jpg",)
        assert [one.name for one in tile.variants] == ["S", "M"]
    assert isinstance(parse(parts)[0], RejectedRecord)
    assert isinstance(parse([parts[1]])[0], SkippedDocument)


def test_what_is_no_page_of_ozon_is_skipped_with_a_reason() -> None:
    (menu,) = parse({"categories": [{"id": 1, "name": "Дом"}]})
    assert isinstance(menu, SkippedDocument) and "без товаров" in menu.reason
    (table,) = OzonParser().parse([Document("a.csv", {"id": "1"}, kind=DocumentKind.TABLE)])
    assert isinstance(table, SkippedDocument) and "его читает парсер supplier" in table.reason


def test_pages_are_kept_on_disk_and_not_in_memory() -> None:
    def pages() -> Iterator[Document]:
        for sku in range(10_000, 11_000):
            told = json.dumps({"sku": sku, "richAnnotation": "х" * 10_000})
            content = {"widgetStates": {"webGallery-1": told}, "layoutTrackingInfo": json.dumps({"sku": sku})}
            yield Document(f"{sku}.json", content)

    tracemalloc.start()
    count = sum(isinstance(item, ParsedProduct) for item in OzonParser().parse(pages()))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 1_000
    assert peak < 4_000_000, f"{peak} bytes for {count} pages of 20 kB"
