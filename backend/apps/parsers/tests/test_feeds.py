from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from apps.parsers.services.feeds import FeedItem, read_path, read_url
from apps.parsers.services.records import BrokenDocument, Document, FeedError, RejectedRecord


def read(path: Path, content: str | bytes) -> list[FeedItem]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read_path(path))


def test_a_file_is_one_document_that_knows_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "feed.json"
    assert read(path, '\ufeff{"price": 856.10, "n": NaN, "t": "a\x01b"}') == [
        Document("feed.json", {"price": Decimal("856.10"), "n": None, "t": "a\x01b"}, folder=tmp_path)
    ]


def test_lines_are_documents_and_a_broken_line_is_told(tmp_path: Path) -> None:
    assert read(tmp_path / "feed.jsonl", '{"id": 1}\n\n{"id": \n{"id": 3}') == [
        Document("feed.jsonl, строка 1", [{"id": 1}], folder=tmp_path),
        RejectedRecord("feed.jsonl, строка 3", "это не JSON: Expecting value: line 1 column 8 (char 7)"),
        Document("feed.jsonl, строка 4", [{"id": 3}], folder=tmp_path),
    ]


def test_lines_under_the_name_of_json(tmp_path: Path) -> None:
    items = read(tmp_path / "feed.json", '{"id": 1}\n{"id": 2}\n')
    assert [item.content for item in items if isinstance(item, Document)] == [[{"id": 1}], [{"id": 2}]]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "файл пуст"),
        (b" \n ", "файл пуст"),
        (b"\xff\xfe", "файл пуст"),
        (b'[{"id": 1}, {"id"', "это не JSON или только его часть: Expecting ':' delimiter"),
        (b"[" * 100_000, "это не JSON или только его часть: "),
        (b"[" + b"1" * 5000, "это не JSON или только его часть: Exceeds the limit"),
        (b"Access denied", "это просто текст («Access denied»), ни списка, ни таблицы в нём нет"),
        (b"%PDF-1.7", "это PDF; читаются JSON, XML (YML), CSV, XLSX и HTML"),
        (b"\xd0\xcf\x11\xe0", "это старый Excel (.xls); сохраните его как .xlsx или CSV"),
        (b"\x00\x01\x02\xff" * 200, "это двоичный файл"),
        (b"PK\x03\x04" + b"x" * 50, "файл оборван или испорчен: File is not a zip file"),
        (b"\x1f\x8b\x08\x00" + b"x" * 50, "файл оборван или испорчен: "),
    ],
)
def test_a_broken_file_gives_nothing_but_the_reason(tmp_path: Path, content: bytes, reason: str) -> None:
    items = read(tmp_path / "feed.json", content)
    assert len(items) == 1
    assert isinstance(items[0], BrokenDocument)
    assert items[0].document == "feed.json"
    assert items[0].reason.startswith(reason)


def test_a_folder_is_read_with_its_subfolders_in_order(tmp_path: Path) -> None:
    (tmp_path / "cards").mkdir()
    for name in ("b.json", "cards/2.JSON", "a.json", "readme.md", "x.txt"):
        (tmp_path / name).write_text("[]")
    items = list(read_path(tmp_path))
    assert [(item.name, item.folder) for item in items if isinstance(item, Document)] == [
        ("a.json", tmp_path),
        ("b.json", tmp_path),
        ("cards/2.JSON", tmp_path / "cards"),
    ]


def test_nothing_to_read_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match=r"Нет файла .*none\.json\."):
        read_path(tmp_path / "none.json")
    with pytest.raises(FeedError, match=r"Нет файла \.csv, \.htm, \.html, \.json, .* в папке "):
        list(read_path(tmp_path))


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/feed.json", "file:///etc/passwd", "http://[::1]/"])
def test_an_address_of_our_own_network_is_refused(url: str) -> None:
    with pytest.raises(FeedError, match="не читается"):
        list(read_url(url))
