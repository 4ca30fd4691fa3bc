"""Files in the shapes in which suppliers really send them: encodings, packings, tables, XML, and hostile ones."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from apps.parsers.services.feeds import FeedItem, read_path
from apps.parsers.services.reading import json_documents, sources
from apps.parsers.services.records import (
    BrokenDocument,
    Document,
    DocumentKind,
    RejectedRecord,
    SkippedDocument,
)

TURKISH = "Güneş kremi çocuklar için ışıltılı şişe"
RUSSIAN = "Крем для рук «Ромашка» с глицерином, увлажняющий"


def read(folder: Path, content: bytes, name: str = "feed.bin") -> list[FeedItem]:
    path = folder / name
    path.write_bytes(content)
    return list(read_path(path))


def contents(items: list[FeedItem]) -> list[Any]:
    assert all(isinstance(item, Document) for item in items), items
    return [item.content for item in items if isinstance(item, Document)]


def reason(items: list[FeedItem]) -> str:
    (item,) = items
    assert isinstance(item, BrokenDocument | SkippedDocument)
    return item.reason


def zipped(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, json.dumps([{"id": 1}]))
    return file.getvalue()


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (RUSSIAN, "utf-8"),
        (RUSSIAN, "utf-8-sig"),
        (RUSSIAN, "utf-16"),
        (RUSSIAN, "utf-16-le"),
        (RUSSIAN, "utf-16-be"),
        (RUSSIAN, "utf-32"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN.replace("«", "").replace("»", ""), "koi8-r"),
        (RUSSIAN.replace("«", "").replace("»", ""), "cp866"),
        (TURKISH, "windows-1254"),
        (TURKISH, "utf-8"),
        (TURKISH, "utf-16-le"),
    ],
)
@pytest.mark.parametrize("shape", ["json", "csv", "xml"])
def test_every_encoding_in_every_shape(tmp_path: Path, text: str, encoding: str, shape: str) -> None:
    files = {
        "json": json.dumps([{"id": "1", "title": text}], ensure_ascii=False),
        "csv": f"id;title\n1;{text}\n",
        "xml": f"<shop><offer><title>{text}</title></offer></shop>",
    }
    (item,) = read(tmp_path, files[shape].encode(encoding))
    assert isinstance(item, Document)
    record: Any = item.content[0] if isinstance(item.content, list) else item.content
    assert record["title"] == text


def test_a_letter_outside_ascii_far_behind_the_head_decides_the_encoding(tmp_path: Path) -> None:
    text = "id;title\n" + "1;cream\n" * 100_000 + f"2;{RUSSIAN}\n"
    assert contents(read(tmp_path, text.encode("cp1251")))[-1] == {"id": "2", "title": RUSSIAN}


def test_one_broken_byte_does_not_make_a_text_of_another_encoding(tmp_path: Path) -> None:
    content = f"id;title\n1;{RUSSIAN * 20}\n2;\xd0".encode() + b"\xd0 x\n"
    assert contents(read(tmp_path, content))[0]["title"] == RUSSIAN * 20


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_packed_files(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    assert contents(read(tmp_path, pack(b'[{"id": 1}]'))) == [[{"id": 1}]]
    assert contents(read(tmp_path, gzip.compress(pack(b'[{"id": 1}]')))) == [[{"id": 1}]]
    assert "оборван" in reason(read(tmp_path, pack(b'[{"id": 1}]' * 5000)[:-9]))


def test_a_zip_with_one_file_and_with_several(tmp_path: Path) -> None:
    assert contents(read(tmp_path, zipped("feed.json", "__MACOSX/._feed.json"))) == [[{"id": 1}]]
    assert reason(read(tmp_path, zipped("a.json", "b.json"))).startswith("в архиве 2 файлов, нужен один")


def test_a_packed_file_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MAX_UNPACKED", 1_000_000)
    bomb = gzip.compress(b"[" + b'{"id": 1},' * 200_000)
    assert reason(read(tmp_path, bomb)) == "файл распаковывается более чем в 1 МБ"


def test_json_values_one_after_the_other(tmp_path: Path) -> None:
    content = b'{"id": 1,\n "a": 2}\n{"id": 2,\n "a": 3} [{"id": 3}]'
    assert contents(read(tmp_path, content)) == [{"id": 1, "a": 2}, {"id": 2, "a": 3}, [{"id": 3}]]


@pytest.mark.parametrize(
    ("wrap", "content"),
    [
        ("[{}]", [{"id": 7}]),
        ('{{"products": [{}], "total": 9}}', {"products": [{"id": 7}]}),
        ('{{"state": 0, "data": {{"filters": [{{"a": 1}}], "products": [{}]}}}}', {"products": [{"id": 7}]}),
        ("{}\n", [{"id": 7}]),
    ],
)
def test_large_json_is_read_record_by_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrap: str, content: object
) -> None:
    monkeypatch.setattr(json_documents, "WHOLE", 1000)
    separator = "\n" if wrap == "{}\n" else ", "
    records = separator.join(f'{{"id": {7 + number}}}' for number in range(500))
    items = read(tmp_path, wrap.format(records).encode())
    assert len(items) == 500
    assert contents(items)[0] == content


def test_half_of_a_large_json_gives_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_documents, "WHOLE", 1000)
    content = b"[" + b", ".join(b'{"id": %d}' % number for number in range(500))
    assert reason(read(tmp_path, content)).startswith("это не JSON или только его часть")


def test_control_characters_in_a_large_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_documents, "WHOLE", 100)
    content = b"[" + b", ".join(b'{"id": 1, "t": "a\x01\nb"}' for _ in range(50)) + b"]"
    assert contents(read(tmp_path, content))[0] == [{"id": 1, "t": "a  b"}]


def test_a_line_and_a_value_without_end_are_refused(tmp_path: Path) -> None:
    long = b"x" * (json_documents.MAX_RECORD + 10)
    items = read(tmp_path, b'{"id": 1}\n{"id": 2, "t": "' + long + b'"}\n{"id": 3}\n', "feed.jsonl")
    assert [type(item) for item in items] == [Document, RejectedRecord, Document]
    assert items[1] == RejectedRecord("feed.jsonl, строка 2", "строка длиннее 8 МБ")
    assert reason(read(tmp_path, b'[{"id": 1, "t": "' + long * 2 + b'"}]')) == "одно значение длиннее 8 МБ"


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_tables_with_any_separator(tmp_path: Path, separator: str) -> None:
    rows = [["Артикул", "Наименование", "Цена"], ["A-1", '"Крем, 50 мл; ""люкс"" | новый\tи"', "12"]]
    items = read(tmp_path, "\n".join(separator.join(row) for row in rows).encode())
    assert contents(items) == [
        {"Артикул": "A-1", "Наименование": 'Крем, 50 мл; "люкс" | новый и', "Цена": "12"}
    ]
    assert isinstance(items[0], Document) and items[0].kind is DocumentKind.TABLE
    assert items[0].name == "feed.bin, строка 2"


def test_a_header_below_a_letterhead_and_cells_without_a_heading(tmp_path: Path) -> None:
    content = "ООО «Ромашка»;;\nПрайс от 01.02.2026;;\n;;\nКод;Название;Цена\n1;Крем;5\n;;\n2;Мыло;6;лишнее\n"
    items = read(tmp_path, content.encode("cp1251"))
    assert [type(item) for item in items] == [Document, RejectedRecord]
    assert contents(items[:1]) == [{"Код": "1", "Название": "Крем", "Цена": "5"}]
    assert items[1] == RejectedRecord("feed.bin, строка 7", "в строке 4 ячеек, а столбцов 3")


def test_the_separator_that_excel_names(tmp_path: Path) -> None:
    assert contents(read(tmp_path, b"sep=;\nid;title\n1;a,b,c\n")) == [{"id": "1", "title": "a,b,c"}]


def test_a_workbook_with_several_sheets(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Прайс"
    sheet.append(["Прайс-лист"])
    sheet.append(["Штрихкод", "Товар", "Цена", "Есть"])
    sheet.append([8690530000017, "Крем", 12.5, True])
    sheet.append([None, None, None, None])
    hidden = book.create_sheet("Служебный")
    hidden.append(["id", "title"])
    hidden.sheet_state = "hidden"
    file = io.BytesIO()
    book.save(file)
    items = read(tmp_path, file.getvalue())
    assert items == [
        Document(
            "feed.bin, лист «Прайс», строка 3",
            {"Штрихкод": "8690530000017", "Товар": "Крем", "Цена": "12.5", "Есть": "да"},
            folder=tmp_path,
            kind=DocumentKind.TABLE,
        ),
        SkippedDocument("feed.bin, лист «Служебный»", "лист скрыт"),
    ]


YML = """<?xml version="1.0" encoding="{encoding}"?>
<!DOCTYPE yml_catalog SYSTEM "shops.dtd">
<yml_catalog date="2026-01-01"><shop>
<categories><category id="1">Красота</category><category id="2" parentId="1">Кремы &amp; гели</category></categories>
<offers><offer id="7" available="true"><name>Крем&nbsp;№1</name><price>12</price><categoryId>2</categoryId>
<picture>https://x.example/1.jpg</picture><picture>https://x.example/2.jpg</picture>
<param name="Объём" unit="мл">50</param><description><![CDATA[<p>Текст</p>]]></description></offer>
</offers></shop></yml_catalog>"""


@pytest.mark.parametrize(
    ("declared", "written"), [("utf-8", "utf-8"), ("windows-1251", "cp1251"), ("windows-1251", "utf-8")]
)
def test_xml_in_the_encoding_it_has_and_not_the_one_it_names(
    tmp_path: Path, declared: str, written: str
) -> None:
    text = YML.format(encoding=declared).replace("№", "N")
    assert contents(read(tmp_path, text.encode(written))) == [
        {
            "@id": "7",
            "@available": "true",
            "name": "Крем\xa0N1",
            "price": "12",
            "categoryId": "2",
            "picture": ["https://x.example/1.jpg", "https://x.example/2.jpg"],
            "param": {"name": "Объём", "unit": "мл", "#text": "50"},
            "description": "<p>Текст</p>",
            "category_path": "Красота > Кремы & гели",
        }
    ]


def test_xml_with_entities_of_its_own_is_refused_and_files_are_not_opened(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    for entity in (f'<!ENTITY x SYSTEM "file://{secret}">', '<!ENTITY x "aaaa"><!ENTITY y "&x;&x;">'):
        feed = f"<!DOCTYPE a [{entity}]><a><offer id='1'><name>&x;</name></offer></a>"
        assert "ENTITY" in reason(read(tmp_path, feed.encode()))
        assert "ENTITY" in reason(read(tmp_path, feed.encode("utf-16")))
    inside = '<xi:include href="secret.txt"/>'
    include = f'<a xmlns:xi="http://www.w3.org/2001/XInclude"><offer id="1"><name>{inside}</name></offer></a>'
    assert "secret'" not in str(contents(read(tmp_path, include.encode())))


def test_half_of_an_xml_gives_nothing(tmp_path: Path) -> None:
    text = YML.format(encoding="utf-8")
    assert reason(read(tmp_path, text[:-40].encode())) == "файл оборван: нет закрывающего тега </yml_catalog>"


def test_xml_without_products_says_so(tmp_path: Path) -> None:
    assert "это не список товаров" in reason(read(tmp_path, b"<Error><Code>AccessDenied</Code></Error>"))
