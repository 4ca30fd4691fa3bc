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
        Document("feed.jsonl, line 1", [{"id": 1}], folder=tmp_path),
        RejectedRecord("feed.jsonl, line 3", "is not JSON: Expecting value: line 1 column 8 (char 7)"),
        Document("feed.jsonl, line 4", [{"id": 3}], folder=tmp_path),
    ]


def test_lines_under_the_name_of_json(tmp_path: Path) -> None:
    items = read(tmp_path / "feed.json", '{"id": 1}\n{"id": 2}\n')
    assert [item.content for item in items if isinstance(item, Document)] == [[{"id": 1}], [{"id": 2}]]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b" \n ", "is empty"),
        (b"<html>", "is not JSON, or only a part of it: Expecting value: line 1 column 1 (char 0)"),
        (b'[{"id": 1}, {"id"', "is not JSON, or only a part of it: Expecting ':' delimiter"),
        (b"[1]\n[2]", "is not JSON, or only a part of it: Extra data"),
        (b"\xff\xfe{}", "is not UTF-8 text"),
        (b"[" * 100_000, "is not JSON, or only a part of it: "),
        (b"1" * 5000, "is not JSON, or only a part of it: Exceeds the limit"),
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
    with pytest.raises(FeedError, match=r"There is no file .*none\.json\."):
        read_path(tmp_path / "none.json")
    with pytest.raises(FeedError, match=r"There is no \.json, \.jsonl, \.ndjson file in "):
        list(read_path(tmp_path))


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/feed.json", "file:///etc/passwd", "http://[::1]/"])
def test_an_address_of_our_own_network_is_refused(url: str) -> None:
    with pytest.raises(FeedError, match="could not be read"):
        list(read_url(url))
