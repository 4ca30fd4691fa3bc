"""Where documents come from: a file, every feed file below a folder, or a web address."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from apps.parsers.services.records import BrokenDocument, Document, FeedError, RejectedRecord
from utils.safe_fetch import FetchError, FetchLimits, fetch
from utils.safe_urls import shown

SUFFIXES = frozenset({".json", ".jsonl", ".ndjson"})
LINE_SUFFIXES = frozenset({".jsonl", ".ndjson"})
FETCH_LIMITS = FetchLimits(max_bytes=200_000_000, read_timeout=30.0, total_timeout=300.0)

FeedItem = Document | RejectedRecord | BrokenDocument


def read_path(path: Path) -> Iterator[FeedItem]:
    """Documents of a file, or of all feed files below a folder in the order of their names.

    Raises FeedError when there is nothing to read at all.
    """
    if path.is_dir():
        return _read_folder(path)
    if not path.is_file():
        raise FeedError(f"There is no file {path}.")
    return _read_file(path, path.name, path.parent)


def read_url(url: str) -> Iterator[FeedItem]:
    """Documents of a public web address. Raises FeedError."""
    try:
        fetched = fetch(url, limits=FETCH_LIMITS)
    except FetchError as exc:
        raise FeedError(f"{shown(url)} could not be read: {exc}") from exc
    by_lines = Path(fetched.url.partition("?")[0]).suffix in LINE_SUFFIXES
    for item in _documents(fetched.content, shown(fetched.url), by_lines=by_lines):
        yield Document(item.name, item.content, url=fetched.url) if isinstance(item, Document) else item


def _read_folder(folder: Path) -> Iterator[FeedItem]:
    paths = sorted(
        Path(parent) / name
        for parent, _, names in os.walk(folder)
        for name in names
        if Path(name).suffix.lower() in SUFFIXES
    )
    if not paths:
        raise FeedError(f"There is no {', '.join(sorted(SUFFIXES))} file in {folder}.")
    for path in paths:
        yield from _read_file(path, str(path.relative_to(folder)), path.parent)


def _read_file(path: Path, name: str, folder: Path) -> Iterator[FeedItem]:
    try:
        content = path.read_bytes()
    except OSError as exc:
        yield BrokenDocument(name, f"cannot be read: {exc.strerror}")
        return
    for item in _documents(content, name, by_lines=path.suffix.lower() in LINE_SUFFIXES):
        yield Document(item.name, item.content, folder=folder) if isinstance(item, Document) else item


def _documents(content: bytes, name: str, *, by_lines: bool) -> Iterator[FeedItem]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        yield BrokenDocument(name, "is not UTF-8 text")
        return
    if not text.strip():
        yield BrokenDocument(name, "is empty")
    elif by_lines:
        yield from _lines(text, name)
    else:
        yield from _whole(text, name)


def _whole(text: str, name: str) -> Iterator[FeedItem]:
    try:
        yield Document(name, _json(text))
    except (ValueError, RecursionError) as exc:
        if str(exc).startswith("Extra data") and _is_json_object(text.lstrip().partition("\n")[0]):
            yield from _lines(text, name)
        else:
            yield BrokenDocument(name, f"is not JSON, or only a part of it: {exc}")


def _lines(text: str, name: str) -> Iterator[FeedItem]:
    """Each line as a document with a list of one record."""
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        label = f"{name}, line {number}"
        try:
            yield Document(label, [_json(line)])
        except (ValueError, RecursionError) as exc:
            yield RejectedRecord(label, f"is not JSON: {exc}")


def _is_json_object(line: str) -> bool:
    try:
        return isinstance(_json(line), dict)
    except (ValueError, RecursionError):
        return False


def _json(text: str) -> object:
    """JSON that may hold raw control characters, as some shops send. NaN and Infinity become null."""
    return json.loads(text, strict=False, parse_float=Decimal, parse_constant=lambda _: None)
