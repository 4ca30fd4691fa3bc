from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from apps.parsers.services.captions import read_caption
from apps.parsers.services.instagram_parser import InstagramParser
from apps.parsers.services.records import (
    Document,
    DocumentKind,
    ParsedItem,
    ParsedProduct,
    RejectedRecord,
    SkippedDocument,
)

CAPTION = """🔥 НОВИНКА 🔥
Платье летнее из льна «Севилья» 👗
Бренд: Lime
Размеры: S, M, L
Цвет: белый; чёрный
Цена 3 490 ₽ (вместо 4 990 ₽)
Арт. LN-204
Заказ в директ или WhatsApp +7 999 123-45-67
#платье #лен #мода"""


def post(caption: str, *children: str, **more: Any) -> dict[str, Any]:
    node = {
        "__typename": "GraphSidecar" if children else "GraphImage",
        "shortcode": "CbsPvWFMBRz",
        "display_url": "https://cdn.example/1.jpg",
        "owner": {"username": "lavka.sun"},
        "edge_media_to_caption": {"edges": [{"node": {"text": caption}}] if caption else []},
        **more,
    }
    if children:
        edges = [{"node": {"display_url": url}} for url in children]
        node["edge_sidecar_to_children"] = {"edges": edges}
    return node


def parse(content: object) -> list[ParsedItem]:
    return list(InstagramParser().parse([Document("post.json", content)]))


def only(content: object) -> ParsedProduct:
    (item,) = parse(content)
    assert isinstance(item, ParsedProduct)
    return item


def test_a_carousel_with_a_full_caption() -> None:
    node = post(CAPTION, "https://cdn.example/a.jpg", "https://cdn.example/b.jpg")
    assert only({"data": {"xdt_shortcode_media": node}}) == ParsedProduct(
        source_id="CbsPvWFMBRz",
        title="Платье летнее из льна «Севилья»",
        description=CAPTION,
        brand="Lime",
        supplier="@lavka.sun",
        supplier_site="https://www.instagram.com/lavka.sun/",
        price=Decimal("3490.00"),
        currency="RUB",
        sku="LN-204",
        url="https://www.instagram.com/p/CbsPvWFMBRz/",
        attributes={"Размер": "S, M, L", "Цвет": "белый; чёрный"},
        image_urls=("https://cdn.example/a.jpg", "https://cdn.example/b.jpg"),
    )


@pytest.mark.parametrize(
    "content",
    [
        post("Крем"),
        [post("Крем")],
        {"graphql": {"shortcode_media": post("Крем")}},
        {"graphql": {"hashtag": {"edge_hashtag_to_media": {"edges": [{"node": post("Крем")}]}}}},
        {"user": {"username": "lavka", "media": {"nodes": [
            {"code": "CbsPvWFMBRz", "display_src": "https://cdn.example/1.jpg", "caption": "Крем"}
        ]}}},
        {"items": [{"code": "CbsPvWFMBRz", "caption": {"text": "Крем"}, "image_versions2": {"candidates": [
            {"url": "https://cdn.example/s.jpg", "width": 150}, {"url": "https://cdn.example/1.jpg", "width": 1080}
        ]}}]},
        {"shortCode": "CbsPvWFMBRz", "displayUrl": "https://cdn.example/1.jpg", "caption": "Крем"},
    ],
)  # fmt: skip
def test_the_wrappings_of_all_years(content: object) -> None:
    parsed = only(content)
    assert (parsed.source_id, parsed.title, parsed.image_urls) == (
        "CbsPvWFMBRz",
        "Крем",
        ("https://cdn.example/1.jpg",),
    )


def test_a_post_without_a_caption_is_its_pictures() -> None:
    parsed = only(post(""))
    assert (parsed.title, parsed.description, parsed.price) == ("", "", None)
    assert parsed.image_urls == ("https://cdn.example/1.jpg",)


def test_a_post_twice_is_one_and_one_without_pictures_is_refused() -> None:
    first, again, bare = parse(
        [post("Крем"), post("Крем"), post("x", shortcode="Cother123", display_url=None)]
    )
    assert isinstance(first, ParsedProduct)
    assert again == SkippedDocument("post.json, публикация 2", "публикация CbsPvWFMBRz уже была")
    assert bare == RejectedRecord("post.json, публикация 3", "у публикации Cother123 нет ни одной картинки")


def test_several_products_in_one_post_get_their_own_pictures() -> None:
    caption = "В наличии:\n1. Крем для рук 50 мл — 450 руб\n2. Мыло с лавандой — 200 руб\nДоставка 300 руб"
    pair = parse(post(caption.rpartition("\n")[0], "https://cdn.example/a.jpg", "https://cdn.example/b.jpg"))
    assert [
        (item.source_id, item.title, item.price, item.image_urls)
        for item in pair
        if isinstance(item, ParsedProduct)
    ] == [
        ("CbsPvWFMBRz-1", "Крем для рук 50 мл", Decimal("450.00"), ("https://cdn.example/a.jpg",)),
        ("CbsPvWFMBRz-2", "Мыло с лавандой", Decimal("200.00"), ("https://cdn.example/b.jpg",)),
    ]


@pytest.mark.parametrize(
    ("caption", "title", "price", "currency"),
    [
        ("Крем Nivea 50 мл 450₽", "Крем Nivea 50 мл", "450.00", "RUB"),
        ("Yeni sezon elbise 🌸 1.249,90 TL", "Yeni sezon elbise", "1249.90", "TRY"),
        ("Spor ayakkabı\nFiyat: 899 tl\nBeden: 38-40", "Spor ayakkabı", "899.00", "TRY"),
        ("Silk scarf, $25", "Silk scarf", "25.00", "USD"),
        ("Сумка кожаная\nЦена: 5500", "Сумка кожаная", "5500.00", ""),
        ("Пальто, 12 тыс. руб.", "Пальто", "12000.00", "RUB"),
        ("Серьги\nБыло 900 руб, стало 450 руб", "Серьги", "450.00", "RUB"),
        ("Магний 400 мг №60", "Магний 400 мг №60", None, ""),
        ("Скидка 20%\nШарф шёлковый", "Скидка 20%", None, ""),
        ("💥💥💥\n#sale #new", "", None, ""),
        ("Наша #коллекция платьев готова #мода", "Наша коллекция платьев готова", None, ""),
        ("Телефон: +7 999 123-45-67", "Телефон", None, ""),
    ],
)
def test_captions(caption: str, title: str, price: str | None, currency: str) -> None:
    (offer,) = read_caption(caption).offers
    assert (offer.title, offer.price.amount) == (title, None if price is None else Decimal(price))
    assert offer.price.currency == currency


def test_a_menu_or_an_error_is_no_post() -> None:
    assert parse({"message": "login_required", "status": "fail"}) == [
        SkippedDocument("post.json", "публикаций Instagram здесь нет")
    ]


MEDIA = {
    "code": "CbsPvWFMBRz",
    "image_versions2": {
        "candidates": [
            {"url": "https://cdn.example/small.jpg", "width": 320},
            {"url": "https://cdn.example/1.jpg", "width": 1080},
        ]
    },
    "caption": {"text": "Крем"},
    "user": {"username": "lavka.sun"},
}
STREAMED = ["adp", {"__bbox": {"result": {"data": {"xdt_web_info": {"items": [MEDIA]}}}}}]
HANDLED = [["RelayPrefetchedStreamCache", "next", [], STREAMED]]
SAVED_2024 = {"require": [["ScheduledServerJS", "handle", None, [{"__bbox": {"require": HANDLED}}]]]}


@pytest.mark.parametrize(
    "content",
    [
        {  # the official interface for shops
            "data": [
                {
                    "caption": "Крем",
                    "media_type": "VIDEO",
                    "media_url": "https://cdn.example/film.mp4?x=1",
                    "thumbnail_url": "https://cdn.example/1.jpg",
                    "permalink": "https://www.instagram.com/reel/CbsPvWFMBRz/",
                    "username": "lavka.sun",
                }
            ]
        },
        {  # the interface before 2018
            "data": [
                {
                    "link": "https://www.instagram.com/p/CbsPvWFMBRz/",
                    "caption": {"text": "Крем"},
                    "user": {"username": "lavka.sun"},
                    "images": {
                        "thumbnail": {"url": "https://cdn.example/t.jpg", "width": 150},
                        "standard_resolution": {"url": "https://cdn.example/1.jpg", "width": 640},
                    },
                }
            ]
        },
        [  # what collectors of posts write
            {
                "shortCode": "CbsPvWFMBRz",
                "caption": "Крем",
                "displayUrl": "https://cdn.example/1.jpg",
                "images": ["https://cdn.example/1.jpg"],
                "ownerUsername": "lavka.sun",
                "childPosts": [],
            }
        ],
        {"sections": [{"layout_content": {"medias": [{"media": MEDIA}]}}]},
        SAVED_2024,
    ],
)
def test_posts_of_other_years_and_interfaces(content: object) -> None:
    parsed = only(content)
    assert (parsed.source_id, parsed.title, parsed.supplier) == ("CbsPvWFMBRz", "Крем", "@lavka.sun")
    assert (parsed.image_urls, parsed.url) == (
        ("https://cdn.example/1.jpg",),
        "https://www.instagram.com/p/CbsPvWFMBRz/",
    )


def test_a_page_saved_in_2024_is_read_from_its_scripts() -> None:
    text = f'<html><script type="application/json" data-sjs>{json.dumps(SAVED_2024)}</script></html>'
    broken = text.replace('"require"', "require", 1)
    (item,) = InstagramParser().parse([Document("a.html", text, kind=DocumentKind.PAGE)])
    assert isinstance(item, ParsedProduct) and item.source_id == "CbsPvWFMBRz"
    (item,) = InstagramParser().parse([Document("a.html", broken, kind=DocumentKind.PAGE)])
    assert isinstance(item, SkippedDocument)


def test_an_address_that_is_no_post_is_no_code() -> None:
    (item,) = parse({"display_url": "https://cdn.example/1.jpg", "url": "https://www.instagram.com/lavka/"})
    assert isinstance(item, SkippedDocument)
