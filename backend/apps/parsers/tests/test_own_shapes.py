"""Whole documents of our own writing (invented goods) to exact values of every field."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from apps.parsers.services.records import Document, DocumentKind, ParsedProduct, Variant
from apps.parsers.services.supplier_parser import SupplierParser
from apps.parsers.tests.test_supplier_shapes import products, read

BOOKS_AND_MEDICINES = """<?xml version="1.0" encoding="windows-1251"?><yml_catalog date="2026-11-01"><shop>
<categories><category id="1">Аптека</category><category id="2" parentId="1">Травы</category>
<category id="3" parentId="2">Сборы</category></categories><offers>
<offer id="b-1" type="book" available="true"><name>Азбука трав</name><author>И. Иванов</author>
<publisher>Лист</publisher><year>2020</year><ISBN>978-5-00000-000-1</ISBN><page_extent>120</page_extent>
<price from="true">127.00</price><oldprice>200</oldprice><currencyId>RUR</currencyId><categoryId>3</categoryId>
<picture>https://a.example/1.jpg</picture><picture>https://a.example/2.jpg</picture>
<barcode>4600000000015</barcode></offer>
<offer id="m-2" type="medicine" available="false"><name>Травол таб. №20</name><vendor>Фармлист</vendor>
<vendorCode>TR20</vendorCode><price>88,5</price><currencyId>RUB</currencyId><categoryId>2</categoryId>
<url>https://a.example/m-2</url><param name="Действующее вещество">травин</param>
<param name="Дозировка" unit="мг">500</param><expiry>P2Y</expiry>
<description><![CDATA[Раз & два]]></description></offer></offers></shop></yml_catalog>"""


def test_books_and_medicines_in_cp1251(tmp_path: Path) -> None:
    book, medicine = products(read(tmp_path, BOOKS_AND_MEDICINES.encode("cp1251")))
    assert book == ParsedProduct(
        source_id="b-1",
        title="Азбука трав",
        price=Decimal("127.00"),
        currency="RUB",
        barcode="4600000000015",
        category="Аптека > Травы > Сборы",
        attributes={
            "Автор": "И. Иванов",
            "Издательство": "Лист",
            "Год": "2020",
            "ISBN": "978-5-00000-000-1",
            "Страниц": "120",
        },
        image_urls=("https://a.example/1.jpg", "https://a.example/2.jpg"),
    )
    assert medicine == ParsedProduct(
        source_id="m-2",
        title="Травол таб. №20",
        description="Раз & два",
        brand="Фармлист",
        supplier="a.example",
        supplier_site="https://a.example",
        price=Decimal("88.50"),
        currency="RUB",
        stock=0,
        sku="TR20",
        url="https://a.example/m-2",
        category="Аптека > Травы",
        attributes={"Действующее вещество": "травин", "Дозировка": "500 мг", "Срок годности": "P2Y"},
    )


def test_a_turkish_table_with_tabs_in_windows_1254(tmp_path: Path) -> None:
    table = (
        "Stok Kodu\tÜrün Adı\tMarka\tSatış Fiyatı (TL)\tStok Adedi\tBarkod\tKategori\tAçıklama\t"
        "Görseller\tRenk\tŞekil\n"
        "TR-7\tGüneş kremi\tÖrnek\t1.249,90\t12\t8690000000012\tKozmetik > Güneş\tSuya dayanıklı\t"
        "https://m.example/1.jpg;https://m.example/2.jpg\tSarı\tTüp\n"
    )
    (parsed,) = products(read(tmp_path, table.encode("cp1254")))
    assert parsed == ParsedProduct(
        source_id="TR-7",
        title="Güneş kremi",
        description="Suya dayanıklı",
        brand="Örnek",
        price=Decimal("1249.90"),
        currency="TRY",
        stock=12,
        barcode="8690000000012",
        category="Kozmetik > Güneş",
        attributes={"Цвет": "Sarı", "Şekil": "Tüp"},
        image_urls=("https://m.example/1.jpg", "https://m.example/2.jpg"),
    )


def test_quoted_lines_behind_a_byte_order_mark(tmp_path: Path) -> None:
    table = (
        '\ufeffКод товара,Название,Цена,Описание,Фото\r\n7,"Крем ""Роза"", 50 мл","1 234,50 ₽","Первая строка\r\n'
        'Вторая; строка","https://x.example/1.jpg\nhttps://x.example/2.jpg"\r\n'
    )
    (parsed,) = products(read(tmp_path, table))
    assert parsed == ParsedProduct(
        source_id="7",
        title='Крем "Роза", 50 мл',
        description="Первая строка\nВторая; строка",
        price=Decimal("1234.50"),
        currency="RUB",
        image_urls=("https://x.example/1.jpg", "https://x.example/2.jpg"),
    )


def page(content: str, url: str) -> ParsedProduct:
    document = Document("page", content, url=url, kind=DocumentKind.PAGE)
    (parsed,) = products(list(SupplierParser().parse([document])))
    return parsed


def linked(thing: Any) -> str:
    return f'<html><head><script type="application/ld+json">{json.dumps(thing)}</script></head></html>'


def test_a_group_of_variants_in_ld_json() -> None:
    def shirt(size: str, price: str, state: str) -> dict[str, Any]:
        offer = {
            "@type": "Offer",
            "price": price,
            "priceCurrency": "TRY",
            "availability": f"https://schema.org/{state}",
        }
        return {
            "@type": "Product",
            "sku": f"G-{size}",
            "name": f"Gömlek {size}",
            "size": size,
            "offers": offer,
        }

    group = {
        "@type": "ProductGroup",
        "productGroupID": "G",
        "name": "Gömlek",
        "brand": {"name": "Örnek"},
        "image": "https://m.example/g.jpg",
        "hasVariant": [shirt("M", "500", "InStock"), shirt("L", "520.50", "OutOfStock")],
    }
    parsed = page(linked({"@graph": [group]}), "https://m.example/g")
    assert (parsed.title, parsed.brand, parsed.price, parsed.currency) == (
        "Gömlek",
        "Örnek",
        Decimal("500.00"),
        "TRY",
    )
    assert parsed.image_urls == ("https://m.example/g.jpg",)
    assert parsed.variants == (
        Variant(name="Gömlek M", source_id="G-M", traits={"Размер": "M"}, price=Decimal("500.00"),
                currency="TRY", sku="G-M"),
        Variant(
            name="Gömlek L", source_id="G-L", traits={"Размер": "L"}, price=Decimal("520.50"), currency="TRY",
            stock=0, sku="G-L",
        ),
    )  # fmt: skip


def test_a_page_of_lc_waikiki_by_standards_and_selectors() -> None:
    thing = {
        "@type": "Product",
        "name": "Çocuk tişört",
        "sku": "W1",
        "offers": {"price": "199.99", "priceCurrency": "TRY"},
    }
    body = (
        "<div class='breadcrumb'><a>Anasayfa</a><a>Çocuk</a></div><div class='product-images'>"
        "<img data-large='//img.example/1.jpg'></div><div class='product-description'>Pamuklu</div>"
        "<ul class='product-attributes'><li><b class='name'>Kumaş:</b><i class='value'>Pamuk</i></li></ul>"
    )
    parsed = page(
        linked(thing).replace("</html>", f"<body>{body}</body></html>"), "https://www.lcw.com/tisort"
    )
    assert parsed == ParsedProduct(
        source_id="W1",
        title="Çocuk tişört",
        description="Pamuklu",
        supplier="lcw.com",
        supplier_site="https://lcw.com",
        price=Decimal("199.99"),
        currency="TRY",
        sku="W1",
        url="https://www.lcw.com/tisort",
        category="Çocuk",
        attributes={"Kumaş": "Pamuk"},
        image_urls=("https://img.example/1.jpg",),
    )


def test_a_table_of_medicines_on_a_page() -> None:
    head = "<tr><th>İlaç Adı</th><th>Fiyatı</th><th>Barkod</th><th>Etkin Madde</th><th>Firma</th></tr>"
    row = (
        "<tr><td><a href='/ilac/ornek'>ÖRNEK 500 MG</a></td><td>1.038,50 TL</td><td>8690000000012</td>"
        "<td>örneksin</td><td>Örnek İlaç</td></tr>"
    )
    parsed = page(
        f"<html><body><h1>Liste</h1><table>{head}{row}</table></body></html>", "https://ilacfiyati.com/a"
    )
    assert parsed == ParsedProduct(
        source_id="8690000000012",
        title="ÖRNEK 500 MG",
        brand="Örnek İlaç",
        supplier="ilacfiyati.com",
        supplier_site="https://ilacfiyati.com",
        price=Decimal("1038.50"),
        currency="TRY",
        barcode="8690000000012",
        url="https://ilacfiyati.com/ilac/ornek",
        attributes={"Etkin Madde": "örneksin"},
    )
