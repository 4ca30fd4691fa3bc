"""Tables as suppliers really make them: free headings, prices and stocks as words, sizes and colours in odd places."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook

from apps.parsers.services.counts import count_of
from apps.parsers.services.money import read_price
from apps.parsers.services.picture_links import direct
from apps.parsers.services.records import ParsedProduct, SkippedDocument, Variant
from apps.parsers.services.supplier_headers import guess_mapping
from apps.parsers.services.supplier_tables import split_sizes
from apps.parsers.tests.test_supplier_shapes import products, read

PRICE_LIST = """Прайс-лист ООО «Пример»;;;;;;;;
Действует с 01.11.2026;;;;;;;;
Арт.;Номенклатура;Цена розн., руб.;Старая цена;Остаток;Размеры;Картинки;Описание;Штрих-код
А-1;Футболка "Лето";от 1 127,00 р.;1 500,00 р.;>10;S,M;https://a.example/1.jpg|https://a.example/2.jpg;"Хлопок
100%";4600000000015
А-2;Шорты;1 127;;есть;42-44;https://drive.google.com/file/d/1AbCdEfGhIjKlMnOp/view?usp=sharing;;
А-3;Кепка;по запросу;;под заказ;;;;
"""


def test_a_price_list_in_cp1251_with_lines_above_its_headings(tmp_path: Path) -> None:
    shirt, shorts, cap = products(read(tmp_path, PRICE_LIST.encode("cp1251")))
    price = Decimal("1127.00")
    assert shirt == ParsedProduct(
        source_id="А-1",
        title='Футболка "Лето"',
        description="Хлопок\n100%",
        price=price,
        currency="RUB",
        stock=10,
        sku="А-1",
        barcode="4600000000015",
        attributes={"Размер": "S; M"},
        image_urls=("https://a.example/1.jpg", "https://a.example/2.jpg"),
        variants=tuple(
            Variant(name=size, traits={"Размер": size}, price=price, currency="RUB") for size in ("S", "M")
        ),
    )
    assert (shorts.price, shorts.stock, shorts.attributes) == (price, None, {"Размер": "42-44"})
    assert shorts.image_urls == ("https://drive.google.com/uc?export=download&id=1AbCdEfGhIjKlMnOp",)
    assert (cap.price, cap.stock) == (None, 0)


def test_colours_and_sizes_as_columns(tmp_path: Path) -> None:
    table = (
        "Модель\tНазвание\tЦена\tБелый\tСиний\tЧёрный\nM-1\tРубашка\t990\t5\t0\t+\nM-2\tПлатье\t10\t\t2\t-\n"
    )
    shirt, dress = products(read(tmp_path, table))
    assert [(one.name, one.traits, one.stock) for one in shirt.variants] == [
        ("Белый", {"Цвет": "Белый"}, 5),
        ("Синий", {"Цвет": "Синий"}, 0),
        ("Чёрный", {"Цвет": "Чёрный"}, None),
    ]
    assert (shirt.stock, shirt.attributes) == (5, {})
    assert next((one.name, one.stock, one.price) for one in dress.variants) == ("Синий", 2, Decimal("10.00"))


def test_of_several_prices_what_a_buyer_pays_and_no_purchase_price_anywhere(tmp_path: Path) -> None:
    table = (
        "Код товара,Наименование,РРЦ,Цена без НДС,Закупочная цена,Цена,Цена со скидкой\n"
        "1,Гель,150,83,70,120,99\n2,Мыло,150,83,70,120,\n3,Крем,150,83,70,,-\n"
    )
    parsed = products(read(tmp_path, table))
    assert [one.price for one in parsed] == [Decimal("99.00"), Decimal("120.00"), Decimal("150.00")]
    assert [one.attributes for one in parsed] == [{}, {}, {}]


def test_a_mapping_of_a_person_decides_between_prices(tmp_path: Path) -> None:
    table = "Код товара,Наименование,Цена,Цена со скидкой\n1,Гель,120,99\n"
    (parsed,) = products(read(tmp_path, table, mapping={"Цена": "price"}))
    assert (parsed.price, parsed.attributes) == (Decimal("120.00"), {})


def test_a_workbook_with_merged_titles_sheets_dates_and_numbers(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Кремы"
    sheet["A1"] = "ООО «Пример», прайс-лист"
    sheet.merge_cells("A1:F1")
    sheet.append([])
    sheet.append(["Код товара", "Наименование", "Цена, руб.", "Штрихкод", "Остаток", "Годен до"])
    sheet.append([1017, "Крем для рук", 1234.5, 4600000000015.0, 3.0, date(2027, 5, 1)])
    other = book.create_sheet("Мыло")
    other.append(["Артикул", "Название товара", "Розничная цена"])
    other.append(["М-1", "Мыло", "1 234,50 ₽"])
    book.create_sheet("Контакты").append(["Телефон склада, звоните"])
    file = io.BytesIO()
    book.save(file)
    items = read(tmp_path, file.getvalue())
    assert products(items) == [
        ParsedProduct(
            source_id="1017",
            title="Крем для рук",
            price=Decimal("1234.50"),
            currency="RUB",
            stock=3,
            barcode="4600000000015",
            attributes={"Годен до": "2027-05-01"},
        ),
        ParsedProduct(source_id="М-1", title="Мыло", price=Decimal("1234.50"), currency="RUB", sku="М-1"),
    ]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("от 127.00 ₽", "127.00"),
        ("12,00-15,00", None),
        ("от 100 до 200 руб.", None),
        ("1 127 руб. 50 коп.", "1127.50"),
        ("1127-00", "1127.00"),
        ("127=", "127.00"),
        ("1'250.00", "1250.00"),
        ("2026-11-29", None),
        ("8-800-555", None),
        ("8-800", None),
        ("договорная", None),
    ],
)
def test_prices_in_words(text: str, amount: str | None) -> None:
    assert read_price(text).amount == (None if amount is None else Decimal(amount))


@pytest.mark.parametrize(
    ("text", "count"),
    [(">10", 10), ("10+", 10), ("более 100 шт.", 100), ("~5 шт", 5), ("1 200", 1200), ("12,0", 12), ("5 adet", 5),
     ("нет", 0), ("под заказ", 0), ("Нет в наличии.", 0), ("yok", 0),
     ("есть", None), ("много", None), ("<5", None), ("1,200", None), ("-", None), ("+", None), ("-3", None)],
)  # fmt: skip
def test_stock_in_words(text: str, count: int | None) -> None:
    assert count_of(text) == count


@pytest.mark.parametrize(
    ("text", "sizes"),
    [("S,M,L", ["S", "M", "L"]), ("42; 44;46", ["42", "44", "46"]), ("S/M/L", ["S", "M", "L"]),
     ("XS S M", ["XS", "S", "M"]), ("42,44", ["42", "44"]), ("42,5", ["42,5"]), ("S/M", ["S/M"]),
     ("42-44", ["42-44"]), ("one size", ["one size"])],
)  # fmt: skip
def test_sizes_in_one_cell(text: str, sizes: list[str]) -> None:
    assert split_sizes(text) == sizes


@pytest.mark.parametrize(
    ("url", "picture"),
    [
        (
            "https://drive.google.com/open?id=1AbC_dEf-9",
            "https://drive.google.com/uc?export=download&id=1AbC_dEf-9",
        ),
        ("https://www.dropbox.com/s/abc/x.jpg?dl=0", "https://www.dropbox.com/s/abc/x.jpg?raw=1"),
        ("https://drive.google.com/drive/folders/1AbCdEf", "https://drive.google.com/drive/folders/1AbCdEf"),
        ("https://a.example/file/d/1AbCdEfGhIjKl/view", "https://a.example/file/d/1AbCdEfGhIjKl/view"),
    ],
)
def test_pages_that_show_a_picture(url: str, picture: str) -> None:
    assert direct(url) == picture


def test_headings_in_free_words() -> None:
    assert guess_mapping(
        ["Наименование номенклатуры", "Цена за кг", "Кол-во в упаковке", "Дата изменения цены"]
    ) == {
        "Наименование номенклатуры": "title",
        "Цена за кг": "attributes",
        "Кол-во в упаковке": "attributes",
        "Дата изменения цены": "attributes",
    }
    turkish = {
        "Ürün Adı (TR)": "title",
        "Alış Fiyatı": "ignored",
        "KDV Dahil Satış Fiyatı": "price",
        "Stok Adedi (mağaza)": "stock",
    }
    assert guess_mapping(list(turkish)) == turkish


def test_a_folder_of_pictures_is_no_picture(tmp_path: Path) -> None:
    (parsed,) = products(
        read(tmp_path, "id,name,photo\n1,Гель,https://drive.google.com/drive/folders/1AbCdEf\n")
    )
    assert parsed.image_urls == ()
    assert parsed.warnings == ("«https://drive.google.com/drive/folders/1AbCdEf» — папка, а не фото",)


def test_a_sheet_of_contacts_alone_is_no_list(tmp_path: Path) -> None:
    (item,) = read(tmp_path, "Отдел;Телефон\nсклад;123\n")
    assert isinstance(item, SkippedDocument)
