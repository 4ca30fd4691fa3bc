"""Files of our own writing in the formats that suppliers send: YML, tables, workbooks, pages, and odd JSON."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from apps.parsers.services.feeds import read_path
from apps.parsers.services.fitting import fit
from apps.parsers.services.records import (
    Document,
    MappedColumns,
    ParsedItem,
    ParsedProduct,
    PartialDocument,
    RejectedRecord,
    SkippedDocument,
    UnknownKey,
)
from apps.parsers.services.supplier_parser import SupplierParser


def read(folder: Path, content: str | bytes, name: str = "feed.bin", **options: Any) -> list[ParsedItem]:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    documents = [item for item in read_path(path) if isinstance(item, Document)]
    items = SupplierParser(**options).parse(documents)
    return [fit(item) if isinstance(item, ParsedProduct) else item for item in items]


def products(items: list[ParsedItem]) -> list[ParsedProduct]:
    return [item for item in items if isinstance(item, ParsedProduct)]


def test_a_simplified_yml(tmp_path: Path) -> None:
    (parsed,) = products(
        read(
            tmp_path,
            """<?xml version="1.0" encoding="UTF-8"?><yml_catalog><shop><name>Аптека</name>
            <categories><category id="1">Красота</category><category id="2" parentId="1">Кремы</category></categories>
            <offers><offer id="17" available="true"><url>https://apteka.example/17</url><price>1 450.50</price>
            <oldprice>1900</oldprice><currencyId>RUR</currencyId><categoryId>2</categoryId>
            <picture>https://apteka.example/1.jpg</picture><picture>https://apteka.example/2.jpg</picture>
            <name>Крем для рук, 50 мл</name><vendor>Ромашка</vendor><vendorCode>KR-50</vendorCode>
            <description><![CDATA[<p>Увлажняет</p>]]></description><barcode>4600000000015</barcode>
            <count>7</count><weight>0.12</weight><param name="Объём" unit="мл">50</param>
            <param name="Тип кожи">сухая</param><param name="Тип кожи">нормальная</param>
            </offer></offers></shop></yml_catalog>""",
        )
    )
    assert parsed == ParsedProduct(
        source_id="17",
        title="Крем для рук, 50 мл",
        description="<p>Увлажняет</p>",
        brand="Ромашка",
        supplier="apteka.example",
        supplier_site="https://apteka.example",
        price=Decimal("1450.50"),
        currency="RUB",
        stock=7,
        sku="KR-50",
        barcode="4600000000015",
        url="https://apteka.example/17",
        category="Красота > Кремы",
        attributes={"Объём": "50 мл", "Тип кожи": "сухая; нормальная", "Вес, кг": "0.12"},
        image_urls=("https://apteka.example/1.jpg", "https://apteka.example/2.jpg"),
    )


def test_a_yml_of_vendor_and_model_with_variants_in_cp1251(tmp_path: Path) -> None:
    offers = "".join(
        f'<offer id="{number}" group_id="900" type="vendor.model" available="{state}"><price>{price}</price>'
        f"<currencyId>RUB</currencyId><typePrefix>Ботинки</typePrefix><vendor>Шаг</vendor><model>Тропа</model>"
        f'<param name="Размер">{size}</param><outlets><outlet instock="2"/><outlet instock="3"/></outlets>'
        "</offer>"
        for number, size, price, state in ((1, 41, 5000, "true"), (2, 42, 5200, "false"))
    )
    declared = '<?xml version="1.0" encoding="windows-1251"?>'
    text = f"{declared}<yml_catalog><shop><offers>{offers}</offers></shop></yml_catalog>"
    first, second = products(read(tmp_path, text.encode("cp1251")))
    assert (first.title, first.brand, first.price, first.stock) == (
        "Ботинки Шаг Тропа",
        "Шаг",
        Decimal("5000.00"),
        5,
    )
    assert (second.price, second.stock) == (Decimal("5200.00"), 0)
    assert first.attributes == {"Размер": "41", "source_group": "900"}


def test_google_rss_and_a_turkish_xml(tmp_path: Path) -> None:
    rss = """<rss xmlns:g="http://base.google.com/ns/1.0"><channel><item><g:id>g-1</g:id><title>Güneş kremi</title>
      <link>https://magaza.example/1</link><g:price>349.90 TRY</g:price><g:availability>in stock</g:availability>
      <g:image_link>https://magaza.example/1.jpg</g:image_link><g:gtin>8690000000012</g:gtin><g:brand>Solar</g:brand>
      <g:product_type>Kozmetik &gt; Güneş</g:product_type></item></channel></rss>"""
    (parsed,) = products(read(tmp_path, rss))
    assert (parsed.source_id, parsed.price, parsed.currency) == ("g-1", Decimal("349.90"), "TRY")
    assert (parsed.barcode, parsed.brand, parsed.category) == ("8690000000012", "Solar", "Kozmetik > Güneş")
    assert parsed.image_urls == ("https://magaza.example/1.jpg",)
    urun = """<urunler><urun><stok_kodu>TR-1</stok_kodu><urun_adi>Parol 500 mg</urun_adi><fiyat>12,50</fiyat>
      <stok>4</stok><barkod>8690000000029</barkod><marka>Atabay</marka></urun></urunler>"""
    (parsed,) = products(read(tmp_path, urun.encode("windows-1254"), currency="TRY"))
    assert (parsed.source_id, parsed.title, parsed.price) == ("TR-1", "Parol 500 mg", Decimal("12.50"))
    assert (parsed.stock, parsed.barcode, parsed.brand) == (4, "8690000000029", "Atabay")


TABLES = {
    "ru": "Артикул;Наименование товара;Цена, руб.;Остаток;Штрихкод;Бренд;Категория;Фото;Фото 2;Объём\n"
    "KR-50;Крем для рук;1 450,50;7;4600000000015;Ромашка;Красота > Кремы;https://x.example/1.jpg;"
    "https://x.example/2.jpg;50 мл\n",
    "tr": "Stok Kodu\tÜrün Adı\tSatış Fiyatı\tStok Adedi\tBarkod\tMarka\tKategori\tGörsel\tGörsel 2\tHacim\n"
    "KR-50\tEl kremi\t1.450,50\t7\t4600000000015\tRomaşka\tKozmetik > Krem\thttps://x.example/1.jpg\t"
    "https://x.example/2.jpg\t50 ml\n",
    "en": "SKU,Product Name,Price,Stock,EAN,Brand,Category,Image URL,Additional Image Link,Volume\n"
    '"KR-50",Hand cream,"1,450.50",7,4600000000015,Chamomile,Beauty > Creams,https://x.example/1.jpg,'
    "https://x.example/2.jpg,50 ml\n",
}


@pytest.mark.parametrize("language", TABLES)
def test_tables_in_three_languages(tmp_path: Path, language: str) -> None:
    (parsed,) = products(read(tmp_path, TABLES[language]))
    assert parsed.source_id == "KR-50"
    assert parsed.title in ("Крем для рук", "El kremi", "Hand cream")
    assert (parsed.price, parsed.stock, parsed.barcode) == (Decimal("1450.50"), 7, "4600000000015")
    assert parsed.category in ("Красота > Кремы", "Kozmetik > Krem", "Beauty > Creams")
    assert (
        parsed.attributes
        == {"ru": {"Объём": "50 мл"}, "tr": {"Hacim": "50 ml"}, "en": {"Volume": "50 ml"}}[language]
    )
    assert parsed.image_urls == ("https://x.example/1.jpg", "https://x.example/2.jpg")


@pytest.mark.parametrize(
    "headings", [("Код", "Товар", "Цена"), ("Ürün Kodu", "Ürün", "Fiyat (TL)"), ("ID", "Title", "Price")]
)
def test_workbooks(tmp_path: Path, headings: tuple[str, ...]) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Прайс-лист на 01.02.2026"])
    sheet.append(headings)
    sheet.append([1017, "Крем", 12.5])
    sheet.append([1018, "Мыло", None])
    file = io.BytesIO()
    book.save(file)
    first, second = products(read(tmp_path, file.getvalue(), currency="TRY"))
    assert (first.source_id, first.title, first.price) == ("1017", "Крем", Decimal("12.50"))
    assert (second.title, second.price) == ("Мыло", None)


def test_the_mapping_is_shown_and_one_of_the_suppliers_own_counts(tmp_path: Path) -> None:
    table = "Ключ;Имя вещи;РРЦ\n7;Крем;12\n"
    items = read(tmp_path, table, mapping={"Ключ": "id", "Имя вещи": "title", "РРЦ": "price"})
    (parsed,) = products(items)
    assert (parsed.source_id, parsed.title, parsed.price) == ("7", "Крем", Decimal("12.00"))
    assert MappedColumns({"Ключ": "id", "Имя вещи": "title", "РРЦ": "price"}) in items


def test_a_table_of_something_else_is_skipped_as_a_whole(tmp_path: Path) -> None:
    items = read(tmp_path, "latin\tenglish\na\tb\nc\td\n")
    assert len(items) == 1
    assert isinstance(items[0], SkippedDocument)
    assert items[0].reason.startswith("в таблице нет столбцов товара")


def test_codes_that_a_spreadsheet_spoiled_and_placeholders(tmp_path: Path) -> None:
    table = (
        "id;title;barcode;brand;price;image\n1;Крем;8,69053E+12;Без бренда;-;https://x.example/no-image.png\n"
    )
    (parsed,) = products(read(tmp_path, table))
    assert (parsed.barcode, parsed.brand, parsed.price, parsed.image_urls) == ("", "", None, ())
    assert "barcode: «8,69053E+12» испорчено электронной таблицей" in parsed.warnings
    spoiled = read(tmp_path, "id;title;price\n4,6E+12;Крем;5\n")
    assert [type(item) for item in spoiled if not isinstance(item, MappedColumns)] == [RejectedRecord]


LINKED = {
    "@context": "https://schema.org",
    "@type": "Product",
    "name": "Parol 500 mg 20 tablet",
    "sku": "P-500",
    "gtin13": "8690000000012",
    "brand": {"@type": "Brand", "name": "Atabay"},
    "image": ["https://eczane.example/1.jpg"],
    "description": "Ağrı kesici",
    "offers": {
        "@type": "Offer",
        "price": "38.50",
        "priceCurrency": "TRY",
        "availability": "https://schema.org/OutOfStock",
    },
}
CRUMBS = {
    "@type": "BreadcrumbList",
    "itemListElement": [{"position": 1, "name": "Anasayfa"}, {"position": 2, "item": {"name": "İlaç"}}],
}


def page(head: str, body: str = "") -> str:
    return f"<!DOCTYPE html><html><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>"


@pytest.mark.parametrize(
    "wrapped", [[LINKED, CRUMBS], {"@graph": [LINKED, CRUMBS]}, [{"mainEntity": LINKED}, CRUMBS]]
)
def test_a_page_with_ld_json(tmp_path: Path, wrapped: object) -> None:
    canonical = '<link rel="canonical" href="https://eczane.example/p/1">'
    head = f'{canonical}<script type="application/ld+json">{json.dumps(wrapped)}</script>'
    (parsed,) = products(read(tmp_path, page(head)))
    assert parsed == ParsedProduct(
        source_id="P-500",
        title="Parol 500 mg 20 tablet",
        description="Ağrı kesici",
        brand="Atabay",
        supplier="eczane.example",
        supplier_site="https://eczane.example",
        price=Decimal("38.50"),
        currency="TRY",
        stock=0,
        sku="P-500",
        barcode="8690000000012",
        url="https://eczane.example/p/1",
        category="İlaç",
        image_urls=("https://eczane.example/1.jpg",),
    )


def test_a_page_with_microdata(tmp_path: Path) -> None:
    body = """<div itemscope itemtype="https://schema.org/Product"><h1 itemprop="name">Крем</h1>
      <meta itemprop="sku" content="K-1"><span itemprop="brand" itemscope itemtype="https://schema.org/Brand">
      <b itemprop="name">Ромашка</b></span><img itemprop="image" src="https://x.example/1.jpg">
      <div itemprop="offers" itemscope itemtype="https://schema.org/Offer">
      <span itemprop="price" content="418,00">418</span>
      <meta itemprop="priceCurrency" content="RUB"></div></div>"""
    (parsed,) = products(read(tmp_path, page("", body)))
    assert (parsed.source_id, parsed.title, parsed.brand) == ("K-1", "Крем", "Ромашка")
    assert (parsed.price, parsed.currency) == (Decimal("418.00"), "RUB")
    assert parsed.image_urls == ("https://x.example/1.jpg",)


def test_a_page_with_open_graph(tmp_path: Path) -> None:
    meta = {
        "og:type": "product", "og:title": "Крем", "og:url": "https://x.example/k", "og:image": "https://x.example/1.jpg",
        "product:price:amount": "99.90", "product:price:currency": "RUB",
    }  # fmt: skip
    head = "".join(f'<meta property="{name}" content="{value}">' for name, value in meta.items())
    (parsed,) = products(read(tmp_path, page(head)))
    assert (parsed.source_id, parsed.title, parsed.price) == ("https://x.example/k", "Крем", Decimal("99.90"))


def test_a_page_of_a_price_list_of_medicines(tmp_path: Path) -> None:
    head = '<link rel="canonical" href="https://ilacfiyati.com/ilaclar/parol-500-mg">'
    rows = {"Barkod": "8690000000012", "Firma": "Atabay", "Fiyatı": "38,50 ₺", "Etkin Madde": "Parasetamol"}
    table = "".join(f"<tr><th>{name}</th><td>{value}</td></tr>" for name, value in rows.items())
    body = f"<h1>PAROL 500 mg 20 tablet</h1><table>{table}</table>"
    (parsed,) = products(read(tmp_path, page(head, body)))
    assert (parsed.source_id, parsed.title) == ("8690000000012", "PAROL 500 mg 20 tablet")
    assert (parsed.price, parsed.currency, parsed.brand) == (Decimal("38.50"), "TRY", "Atabay")
    assert parsed.attributes == {"Etkin Madde": "Parasetamol"}


@pytest.mark.parametrize(
    "body",
    ["<h1>403 Forbidden</h1>", "<h1>Access Denied</h1><p>Blocked", "<ul><li>Каталог"],
)
def test_a_page_without_a_product_says_so(tmp_path: Path, body: str) -> None:
    (item,) = read(tmp_path, page("<link rel='canonical' href='https://ilacfiyati.com/x'>", body))
    assert isinstance(item, SkippedDocument)
    assert item.reason.startswith("на странице нет товара")


def only(record: dict[str, Any]) -> ParsedProduct:
    (parsed,) = [i for i in SupplierParser().parse([Document("f", [record])]) if isinstance(i, ParsedProduct)]
    return fit(parsed)


@pytest.mark.parametrize(
    ("prices", "amount"),
    [
        ({"price": {"discounted": 10, "original": 15}}, "10.00"),
        (
            {"price": {"original": 15, "discountedPrice": {"text": "10,50 TL", "value": Decimal("10.5")}}},
            "10.50",
        ),
        ({"listPrice": 20, "salePrice": 12}, "12.00"),
        ({"listPrice": 20}, "20.00"),
        ({"price": "от 127.00 ₽"}, "127.00"),
        ({"price": 15, "specialPrice": None}, "15.00"),
        ({"prices": [{"type": "retail", "value": "9.90"}]}, "9.90"),
        ({"offers": {"price": "7"}}, "7.00"),
        ({"preis": 15}, None),
    ],
)
def test_nested_prices(prices: dict[str, Any], amount: str | None) -> None:
    assert only({"id": 1, "title": "x", **prices}).price == (None if amount is None else Decimal(amount))


def test_texts_by_language_lists_of_pairs_and_traits_at_the_root() -> None:
    parsed = only(
        {
            "id": 1,
            "title": {"tr": "El kremi", "ru": "Крем для рук"},
            "description": {"tr": "Nemlendirir"},
            "specs": [["Объём", "50 мл"], ["Тип", "крем"]],
            "features": ["Страна: Турция", "без цвета"],
            "weight": "120 г",
            "color": ["белый", "синий"],
        }
    )
    assert (parsed.title, parsed.description) == ("Крем для рук", "Nemlendirir")
    assert parsed.attributes == {
        "Объём": "50 мл",
        "Тип": "крем",
        "Страна": "Турция",
        "title_tr": "El kremi",
        "Вес": "120 г",
        "Цвет": "белый; синий",
    }


def test_variants_keep_what_is_their_own() -> None:
    variants = [
        {
            "id": "s",
            "size": "S",
            "price": "100",
            "stock": 2,
            "barcode": "4600000000015",
            "images": ["https://x.example/s.jpg"],
        },
        {"id": "m", "size": "M", "color": "белый", "price": "90", "stock": 0, "sku": "T-M"},
    ]
    parsed = only({"id": 1, "title": "Футболка", "variants": variants})
    assert (parsed.price, parsed.stock) == (Decimal("90.00"), 2)
    small, medium = parsed.variants
    assert (small.source_id, small.traits, small.price, small.stock) == (
        "s",
        {"Размер": "S"},
        Decimal("100.00"),
        2,
    )
    assert (small.barcode, small.image_urls) == ("4600000000015", ("https://x.example/s.jpg",))
    assert (medium.sku, medium.stock, medium.traits) == ("T-M", 0, {"Размер": "M", "Цвет": "белый"})


def test_keys_that_were_not_understood_are_listed() -> None:
    records = [{"id": n, "title": "x", "brandNew": "да", "price": 5} for n in (1, 2)]
    items = list(SupplierParser().parse([Document("f", records)]))
    assert items[-1] == UnknownKey("brandNew", 2, "да")


@pytest.mark.parametrize(
    "record",
    [
        {"id": 403, "title": "Access Denied", "error": "forbidden"},
        {"id": 1, "name": "404 Not Found"},
        {"id": 306, "name": "Женщинам", "childs": [{"id": 1, "name": "Платья"}]},
        {"id": 5, "title": "Каталог", "children": []},
    ],
)
def test_errors_and_menus_are_no_products(record: dict[str, Any]) -> None:
    (item,) = SupplierParser().parse([Document("f", [record])])
    assert isinstance(item, RejectedRecord)
    assert "а не товар" in item.reason


def test_one_page_of_many_says_so() -> None:
    content = {"page": 1, "total_pages": 40, "items": [{"id": 1, "title": "Крем", "price": 5}]}
    items = list(SupplierParser().parse([Document("f", content)]))
    assert PartialDocument("f", "это страница 1 из 40: остальные не загружены") in items


def test_a_number_is_no_category_and_a_variant_counts_in_its_products_currency() -> None:
    small = {"id": "s", "size": "S", "price": 5, "stock": 1}
    records = [
        {"id": 1, "title": "Суфле", "price": 5, "currency": "TRY", "category": 2004, "variants": [small]},
        {"id": 2, "title": "Суфле", "price": 5, "category": {"id": 3, "name": "Сладости"}, "category_id": 7},
        {"id": 3, "title": "Суфле", "price": 5, "category": ["12", "Сладости", "Зефир"]},
    ]
    parsed = [
        one for one in SupplierParser().parse([Document("f", records)]) if isinstance(one, ParsedProduct)
    ]
    assert [one.category for one in parsed] == ["", "Сладости", "Сладости > Зефир"]
    assert [(one.price, one.currency) for one in parsed[0].variants] == [(Decimal("5.00"), "TRY")]
