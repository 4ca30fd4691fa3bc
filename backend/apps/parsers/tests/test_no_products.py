# ruff: noqa: E501  (documents of a line each)
"""Documents of our own writing that hold no product: each says so, and the command ends with a failure."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from apps.parsers.services.records import Document, ParsedProduct
from apps.parsers.services.supplier_parser import SupplierParser
from apps.products.models import Product


def page(body: str, title: str = "", head: str = "") -> str:
    return f"<!DOCTYPE html><html><head><meta charset=utf-8><title>{title}</title>{head}</head><body>{body}</body></html>"


def linked(thing: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(thing)}</script>'


OG = '<meta property="og:type" content="{}"><meta property="og:title" content="{}">'
ILAC = "<link rel='canonical' href='https://ilacfiyati.com/x'>"
LCW = "<link rel='canonical' href='https://www.lcw.com/x'>"
DOCUMENTS = {
    "403.html": page("<h1>403 Forbidden</h1><hr>nginx", "403 Forbidden"),
    "denied.html": page("<h1>Access Denied</h1><p>Reference #18.2f</p>", "Access Denied"),
    "denied_site.html": page("<h1>Access Denied</h1><b class='price'>1 TL</b>", head=LCW),
    "captcha.html": page("<form id='captcha'><h1>Вы не робот?</h1></form>", "Проверка"),
    "moment.html": page("<h1>Just a moment...</h1><script>window._cf_chl_opt={}</script>", "Just a moment..."),
    "cookies.html": page("<h1>Мы используем cookies</h1><button>Принять</button>", head=OG.format("website", "Магазин")),
    "menu.html": page("<h1>Kategoriler</h1><ul class='menu'><li><a href='/a'>İlaç</a></li></ul>", head=ILAC),
    "captcha_site.html": page("<h1>Robot musunuz?</h1><span class='fiyat'>5</span>", "Captcha", ILAC),
    "missing_site.html": page("<h1>Sayfa bulunamadı</h1><span class='price'>9,90 TL</span>", "404", ILAC),
    "home.html": page("<h1>Магазин</h1>", head=linked({"@type": "WebSite", "name": "Магазин", "url": "https://x.example"})),
    "error_og.html": page("", head=OG.format("product", "Access Denied") + '<meta property="product:price:amount" content="1">'),
    "error_ld.html": page("", head=linked({"@type": "Product", "name": "404 Not Found", "url": "https://x.example/e"})),
    "article.html": page("", head=linked({"@type": "Article", "name": "Как выбрать крем", "url": "https://x.example/a"})),
    "timetable.html": page("<table><tr><th>День</th><th>Часы</th></tr><tr><td>Пн</td><td>9-18</td></tr></table>"),
    "error.json": json.dumps({"error": {"code": 403, "message": "Forbidden"}}),
    "errors.json": json.dumps({"errors": [{"id": 1, "title": "Not found", "status": "404"}]}),
    "menu.json": json.dumps({"data": [{"id": 1, "name": "Женщинам", "childs": [{"id": 2, "name": "Платья"}]}]}),
    "links.json": json.dumps([{"id": 1, "name": "О компании", "url": "/about"}, {"id": 2, "name": "Доставка", "url": "/d"}]),
    "widgets.json": json.dumps({"layout": [{"component": "header", "widgetId": 1}], "widgetStates": {"header-1": "{}"}}),
    "page.json": json.dumps({"page": 1, "total_pages": 40, "products": []}),
    "captcha.json": json.dumps({"challenge": "captcha", "url": "https://x.example/c"}),
    "blocked.json": json.dumps({"id": "b1", "title": "Access Denied", "description": "You don't have permission"}),
    "challenge.json": json.dumps([{"id": 7, "name": "Подтвердите, что вы не робот", "description": "captcha"}]),
    "error.xml": "<?xml version='1.0'?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>",
    "empty.yml": "<?xml version='1.0'?><yml_catalog><shop><name>x</name><offers></offers></shop></yml_catalog>",
    "sitemap.xml": "<?xml version='1.0'?><urlset><url><loc>https://x.example/1</loc></url></urlset>",
    "header.csv": "Код товара;Название;Цена\n",
    "staff.csv": "Имя;Телефон\nИван;123\n",
    "words.txt.csv": "Access Denied",
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_without_products_is_a_failure_that_says_so(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(DOCUMENTS[name], encoding="utf-8")
    out = StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("run_parser", "supplier", file=tmp_path / name, stdout=out, stderr=out)
    assert Product.objects.count() == 0
    assert str(caught.value).startswith(
        ("Товаров не найдено", "Не прочитано файлов", "Не принята ни одна", "Ничего не")
    )
    assert "created" not in str(caught.value)


def test_goods_with_odd_names_stay_goods() -> None:
    records = [
        {"id": 1, "title": "Forbidden, духи 50 мл", "price": 900},
        {"id": 2, "title": "Маска «Access Denied»", "price": 90, "brand": "Sample"},
        {"id": 3, "title": "Крем", "url": "/p/17"},
        {"id": 4, "name": "Смеситель 404", "price": 5},
    ]
    found = list(SupplierParser().parse([Document("f", records)]))
    assert [one.source_id for one in found if isinstance(one, ParsedProduct)] == ["1", "2", "3", "4"]
