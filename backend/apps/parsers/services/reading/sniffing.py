"""What a file is, by its content and never by its name: encoding and shape."""

from __future__ import annotations

import codecs
import io
import json
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO

from charset_normalizer import from_bytes

from apps.parsers.services.reading.sources import Source, UnreadableFile

SEPARATORS = (";", "\t", ",", "|")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CYRILLIC = ["cp1251", "koi8_r", "cp866"]
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_SAMPLE = 64 * 1024
#: Of the non-ASCII characters at most this share may be broken for the text still to be UTF-8.
_BROKEN_SHARE = 0.05


class Shape(StrEnum):
    """The values are what a message calls the shape."""

    JSON = "JSON"
    LINES = "JSON по строкам"
    XML = "XML (YML)"
    TABLE = "CSV"
    SHEET = "XLSX"
    PAGE = "страница HTML"


@dataclass(frozen=True, slots=True)
class Sniffed:
    """`encoding` is a Python codec; it says nothing for a workbook."""

    shape: Shape
    encoding: str


def sniff(source: Source) -> Sniffed:
    """Raises UnreadableFile that names what the file looks like."""
    head = source.head()
    if head.startswith(b"PK\x03\x04"):
        return Sniffed(Shape.SHEET, "")
    if not head.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise UnreadableFile("файл пуст")
    encoding = _encoding(source, head)
    text = head.decode(encoding, errors="replace").lstrip("\ufeff \t\r\n")
    return Sniffed(_shape(text), encoding)


def text_stream(source: Source, encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(source.open(), encoding=encoding, errors="replace", newline="")


def utf8_stream(source: Source, encoding: str) -> BinaryIO:
    """The source in UTF-8 without a byte order mark, recoded as it is read."""
    return io.BufferedReader(_Recoded(source.open(), encoding), 256 * 1024)


class _Recoded(io.RawIOBase):
    def __init__(self, inner: BinaryIO, encoding: str) -> None:
        self._inner = inner
        self._decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._rest:
            chunk = self._inner.read(64 * 1024)
            self._rest = self._decoder.decode(chunk, final=not chunk).encode("utf-8", errors="replace")
            if not chunk:
                break
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size

    def close(self) -> None:
        self._inner.close()
        super().close()


def _shape(text: str) -> Shape:
    if text.startswith("<"):
        return Shape.PAGE if _is_page(text) else Shape.XML
    if text.startswith(("{", "[")):
        return Shape.LINES if _is_lines(text) else Shape.JSON
    if _is_table(text):
        return Shape.TABLE
    seen = " ".join(text[:60].split())
    raise UnreadableFile(
        f"это просто текст («{seen}»), ни списка, ни таблицы в нём нет; читаются JSON, XML (YML), CSV, XLSX и HTML"
    )


def _is_page(text: str) -> bool:
    start = re.sub(r"<\?xml.*?\?>|<!--.*?-->", "", text[:5000], flags=re.DOTALL).lstrip().lower()
    return start.startswith(
        ("<!doctype html", "<html", "<head", "<body", "<div", "<script", "<meta", "<title")
    )


def _is_lines(text: str) -> bool:
    """Two lines of which the first is a whole JSON object: what follows is one record a line."""
    first, _, rest = text.partition("\n")
    if not rest.strip() or not first.lstrip().startswith("{"):
        return False
    try:
        json.loads(first, strict=False)
    except (ValueError, RecursionError):
        return False
    return rest.lstrip().startswith(("{", "["))


def _is_table(text: str) -> bool:
    lines = [line for line in text.splitlines()[:20] if line.strip()]
    return any(separator in line for separator in SEPARATORS for line in lines[:3])


def _encoding(source: Source, head: bytes) -> str:
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    if b"\x00" in head[:400]:
        return _wide(head[:400])
    sample = _first_non_ascii(source)
    if not sample or _is_utf8(sample):
        return "utf-8"
    return _single_byte(sample)


def _wide(head: bytes) -> str:
    """UTF-16 without a mark: JSON, XML and tables begin with ASCII, so one byte of each pair is zero."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    name = "utf-16-be" if even > odd else "utf-16-le"
    controls = sum(char < " " and char not in "\t\r\n" for char in head.decode(name, errors="ignore"))
    if max(even, odd) * 20 < len(head) or min(even, odd) * 10 > max(even, odd) or controls:
        raise UnreadableFile("это двоичный файл; читаются JSON, XML (YML), CSV, XLSX и HTML")
    return name


def _first_non_ascii(source: Source) -> bytes:
    """Some text around the first non-ASCII bytes, wherever in the file they stand; empty when there are none."""
    with source.open() as stream:
        while chunk := stream.read(1 << 20):
            if not chunk.isascii():
                found = _HIGH_RUN.search(chunk)
                start = max(0, found.start() - 100) if found else 0
                return chunk[start : start + _SAMPLE] + stream.read(max(0, _SAMPLE - len(chunk) + start))
    return b""


def _is_utf8(sample: bytes) -> bool:
    text = sample.decode("utf-8", errors="replace")
    foreign = sum(not char.isascii() for char in text)
    return text[:-4].count("\ufffd") <= foreign * _BROKEN_SHARE


def _single_byte(sample: bytes) -> str:
    """Cyrillic words are runs of high bytes; in a Turkish text they stand alone among Latin letters."""
    runs = _HIGH_RUN.findall(sample)
    if sum(map(len, runs)) >= 2 * len(runs):
        best = from_bytes(sample, cp_isolation=_CYRILLIC, threshold=1.0).best()
        return best.encoding if best is not None else "cp1251"
    return "cp1254"
