"""Where documents come from: a file, every feed file below a folder, or a web address."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from apps.parsers.services.reading.json_documents import read_json, read_lines
from apps.parsers.services.reading.pages import read_page
from apps.parsers.services.reading.sniffing import Shape, sniff
from apps.parsers.services.reading.sources import (
    READ_ERRORS,
    Source,
    UnreadableFile,
    bytes_source,
    file_source,
)
from apps.parsers.services.reading.tables import read_csv, read_workbook
from apps.parsers.services.reading.xml_records import read_xml
from apps.parsers.services.records import (
    BrokenDocument,
    Document,
    DocumentKind,
    FeedError,
    PartialDocument,
    RejectedRecord,
    SkippedDocument,
)
from utils.safe_fetch import FetchError, FetchLimits, fetch
from utils.safe_urls import shown

#: Names by which a file of a folder is taken for a feed; what it is, its content tells.
SUFFIXES = frozenset({".json", ".jsonl", ".ndjson", ".xml", ".yml", ".csv", ".tsv", ".xlsx", ".html", ".htm"})
PACKED_SUFFIXES = frozenset({".gz", ".bz2", ".xz", ".zip"})
#: What a walk through a list brought (`fetching.crawl`): lines {"url", "page"}, {"url", "error"}, {"url", "partial"}.
PAGES_SUFFIX = ".pages"
LINE_SUFFIXES = frozenset({".jsonl", ".ndjson"})
FETCH_LIMITS = FetchLimits(max_bytes=200_000_000, read_timeout=30.0, total_timeout=300.0)

FeedItem = Document | RejectedRecord | BrokenDocument | SkippedDocument | PartialDocument


def read_path(path: Path) -> Iterator[FeedItem]:
    """Documents of a file, or of all feed files below a folder in the order of their names.

    Raises FeedError when there is nothing to read at all.
    """
    if path.is_dir():
        return _read_folder(path)
    if not path.is_file():
        raise FeedError(f"Нет файла {path}.")
    return _read_file(path, path.name, path.parent)


def read_url(url: str) -> Iterator[FeedItem]:
    """Documents of a public web address. Raises FeedError."""
    try:
        fetched = fetch(url, limits=FETCH_LIMITS)
    except FetchError as exc:
        raise FeedError(f"{shown(url)} не читается: {exc}") from exc
    suffix = Path(fetched.url.partition("?")[0]).suffix
    for item in read_bytes(fetched.content, shown(fetched.url), suffix=suffix):
        yield replace(item, url=fetched.url) if isinstance(item, Document) else item


def read_fetched(path: Path, url: str) -> Iterator[FeedItem]:
    """Documents of a file that was fetched from `url`; nothing is looked for beside it."""
    if path.suffix == PAGES_SUFFIX:
        yield from _read_pages(path)
        return
    for item in _read_file(path, shown(url), path.parent):
        yield replace(item, url=url, folder=None) if isinstance(item, Document) else item


def _read_pages(path: Path) -> Iterator[FeedItem]:
    with path.open("rb") as file:
        for line in map(json.loads, file):
            name = shown(line["url"])
            if "error" in line:
                yield RejectedRecord(name, line["error"])
            elif "partial" in line:
                yield PartialDocument(name, line["partial"])
            else:
                yield Document(name, line["page"], url=line["url"], kind=DocumentKind.PAGE)


def read_bytes(content: bytes, name: str, *, suffix: str = "") -> Iterator[FeedItem]:
    """Documents of a file that is in memory already."""
    try:
        source = bytes_source(content, name)
    except UnreadableFile as exc:
        yield BrokenDocument(name, str(exc))
        return
    yield from _documents(source, suffix=suffix)


def _read_folder(folder: Path) -> Iterator[FeedItem]:
    paths = sorted(
        Path(parent) / name for parent, _, names in os.walk(folder) for name in names if _is_feed(Path(name))
    )
    if not paths:
        raise FeedError(f"Нет файла {', '.join(sorted(SUFFIXES))} в папке {folder}.")
    for path in paths:
        yield from _read_file(path, str(path.relative_to(folder)), path.parent)


def _is_feed(name: Path) -> bool:
    suffix = name.suffix.lower()
    packed = suffix in PACKED_SUFFIXES and Path(name.stem).suffix.lower() in SUFFIXES
    return packed or suffix in SUFFIXES


def _read_file(path: Path, name: str, folder: Path) -> Iterator[FeedItem]:
    try:
        source = file_source(path, name)
    except UnreadableFile as exc:
        yield BrokenDocument(name, str(exc))
        return
    for item in _documents(source, suffix=path.suffix):
        yield replace(item, folder=folder) if isinstance(item, Document) else item


def _documents(source: Source, *, suffix: str) -> Iterator[FeedItem]:
    """Whatever is wrong with the file becomes a BrokenDocument, which says what was seen in it."""
    try:
        yield from _by_shape(source, suffix)
    except UnreadableFile as exc:
        yield BrokenDocument(source.name, str(exc))
    except READ_ERRORS as exc:
        yield BrokenDocument(source.name, f"файл оборван или испорчен: {exc}")


def _by_shape(source: Source, suffix: str) -> Iterator[FeedItem]:
    sniffed = sniff(source)
    by_lines = suffix.lower() in LINE_SUFFIXES and sniffed.shape is Shape.JSON
    match Shape.LINES if by_lines else sniffed.shape:
        case Shape.JSON:
            yield from read_json(source, sniffed.encoding)
        case Shape.LINES:
            yield from read_lines(source, sniffed.encoding)
        case Shape.XML:
            yield from read_xml(source, sniffed.encoding)
        case Shape.TABLE:
            yield from read_csv(source, sniffed.encoding)
        case Shape.SHEET:
            yield from read_workbook(source)
        case Shape.PAGE:
            yield from read_page(source, sniffed.encoding)
