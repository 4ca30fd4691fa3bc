"""JSON of any size: small files whole, large ones record by record, so that memory does not grow with the file."""

from __future__ import annotations

import io
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import BinaryIO

import ijson  # type: ignore[import-untyped]

from apps.parsers.services.reading.sniffing import utf8_stream
from apps.parsers.services.reading.sources import Source, UnreadableFile
from apps.parsers.services.records import BrokenDocument, Document, RejectedRecord

#: Files up to here are read whole, which keeps what stands around the records; Python needs about ten times as much.
WHOLE = 8 * 1024 * 1024
MAX_RECORD = 8 * 1024 * 1024
#: Events (keys, values, brackets) of one record; a real product has some hundred.
MAX_EVENTS = 300_000
#: Keys under which large answers hold their records, the likeliest first.
CONTAINERS = ("products", "items", "goods", "offers", "results", "content", "data")
_CONTROLS_TO_BLANKS = bytes.maketrans(bytes(range(32)), b" " * 32)
#: What may stand between two JSON values of one file.
_GAP = re.compile("[\ufeff\x1e\\s,;]*")

JsonItem = Document | RejectedRecord | BrokenDocument


def read_json(source: Source, encoding: str) -> Iterator[JsonItem]:
    """Documents of a JSON file, or of several JSON values one after the other. Raises UnreadableFile."""
    with utf8_stream(source, encoding) as stream:
        start = stream.read(WHOLE + 1)
    if len(start) <= WHOLE:
        yield from _whole(start.decode("utf-8", errors="replace"), source.name)
    else:
        yield from _streamed(source, encoding)


def read_lines(source: Source, encoding: str) -> Iterator[JsonItem]:
    """Each line as a document with a list of one record; a line longer than MAX_RECORD bytes is refused."""
    with utf8_stream(source, encoding) as stream:
        for number, line in enumerate(_limited_lines(stream), start=1):
            label = f"{source.name}, строка {number}"
            if len(line) > MAX_RECORD:
                yield RejectedRecord(label, f"строка длиннее {MAX_RECORD // 2**20} МБ")
            elif line.strip():
                try:
                    yield Document(label, [load(line.decode("utf-8", errors="replace").rstrip("\r\n"))])
                except (ValueError, RecursionError) as exc:
                    yield RejectedRecord(label, f"это не JSON: {exc}")


def load(text: str) -> object:
    """JSON that may hold raw control characters, as some shops send. NaN and Infinity become null."""
    return json.loads(text, strict=False, parse_float=Decimal, parse_constant=lambda _: None)


def _limited_lines(stream: BinaryIO) -> Iterator[bytes]:
    """Lines; of one that is too long MAX_RECORD + 1 bytes."""
    while line := stream.readline(MAX_RECORD + 1):
        yield line
        rest = line
        while len(rest) > MAX_RECORD and not rest.endswith(b"\n"):
            rest = stream.readline(MAX_RECORD + 1)


def _whole(text: str, name: str) -> Iterator[JsonItem]:
    decoder = json.JSONDecoder(strict=False, parse_float=Decimal, parse_constant=lambda _: None)
    values: list[object] = []
    try:
        at = _GAP.match(text).end()  # type: ignore[union-attr]  # matches the empty text too
        while at < len(text):
            value, end = decoder.raw_decode(text, at)
            values.append(value)
            at = _GAP.match(text, end).end()  # type: ignore[union-attr]
    except (ValueError, RecursionError) as exc:
        yield BrokenDocument(name, f"это не JSON или только его часть: {exc}")
        return
    for number, value in enumerate(values, start=1):
        yield Document(name if len(values) == 1 else f"{name}, value {number}", value)


@dataclass
class _Survey:
    """Lists of objects in a document by their ijson prefix: how many members, and the largest in events."""

    members: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    largest: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def records(self) -> str:
        """The prefix of the records: a known container near the root, else the list with the most members."""

        def rank(prefix: str) -> tuple[bool, int, int]:
            key = prefix.removesuffix(".item").rpartition(".")[2]
            known = key in CONTAINERS or prefix == "item"
            return known and prefix.count(".item") <= 1, -prefix.count("."), self.members[prefix]

        return max(self.members, key=rank, default="")


def _streamed(source: Source, encoding: str) -> Iterator[JsonItem]:
    """Two passes: the first finds the records and makes sure that the file is whole."""
    try:
        survey = _survey(source, encoding)
    except ijson.JSONError as exc:
        yield BrokenDocument(source.name, f"это не JSON или только его часть: {exc}")
        return
    prefix = survey.records
    if not prefix or survey.largest[prefix] > MAX_EVENTS:
        raise UnreadableFile(f"JSON больше {WHOLE // 2**20} МБ, а списка товаров обычного размера в нём нет")
    key = prefix.removesuffix("item").rstrip(".").rpartition(".")[2]
    with _json_stream(source, encoding) as stream:
        records = ijson.items(stream, prefix, multiple_values=True)
        for number, record in enumerate(records, start=1):
            content = {key: [record]} if key else [record]
            yield Document(f"{source.name}, record {number}", content)


def _survey(source: Source, encoding: str) -> _Survey:
    survey = _Survey()
    begun: list[int] = []
    with _json_stream(source, encoding) as stream:
        for count, (prefix, event, _) in enumerate(ijson.parse(stream, multiple_values=True)):
            if event == "start_map":
                begun.append(count)
                if len(begun) > 200:
                    raise UnreadableFile("вложенность глубже 200 уровней")
            elif event == "end_map":
                size = count - begun.pop()
                counted = len(survey.members) < 10_000 or prefix in survey.members
                if counted and (prefix.endswith("item") or not prefix):
                    survey.members[prefix] += 1
                    survey.largest[prefix] = max(survey.largest[prefix], size)
    return survey


def _json_stream(source: Source, encoding: str) -> BinaryIO:
    return io.BufferedReader(_Guarded(utf8_stream(source, encoding)), 256 * 1024)


class _Guarded(io.RawIOBase):
    """Control characters become blanks, which the fast reader insists on; a text without end is refused."""

    def __init__(self, inner: BinaryIO) -> None:
        self._inner = inner
        self._without_quote = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        chunk = self._inner.read(len(buffer))
        if chunk.replace(b'\\"', b"").find(b'"') < 0:
            self._without_quote += len(chunk)
        else:
            self._without_quote = 0
        if self._without_quote > MAX_RECORD:
            raise UnreadableFile(f"одно значение длиннее {MAX_RECORD // 2**20} МБ")
        buffer[: len(chunk)] = chunk.translate(_CONTROLS_TO_BLANKS)
        return len(chunk)

    def close(self) -> None:
        self._inner.close()
        super().close()
