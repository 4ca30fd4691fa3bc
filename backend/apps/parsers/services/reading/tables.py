"""Tables row by row: CSV with any separator, and the sheets of a workbook."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from itertools import chain, islice
from typing import TextIO

from apps.parsers.services.cleaning import clean_line, clean_text
from apps.parsers.services.reading.sniffing import SEPARATORS, text_stream
from apps.parsers.services.reading.sources import READ_ERRORS, Source, UnreadableFile
from apps.parsers.services.records import Document, DocumentKind, RejectedRecord, SkippedDocument
from apps.parsers.services.supplier_headers import field_of_column

MAX_LINE = 4 * 1024 * 1024
MAX_CELL = 1024 * 1024
MAX_COLUMNS = 500
#: A workbook keeps its texts in one part that must be read whole.
MAX_SHARED_TEXTS = 150_000_000
_HEADER_WITHIN = 20

TableItem = Document | RejectedRecord | SkippedDocument
Row = Sequence[object]


def read_csv(source: Source, encoding: str) -> Iterator[TableItem]:
    """Raises UnreadableFile for a line without end and for quotes that never close."""
    with text_stream(source, encoding) as stream:
        separator = _separator(stream)
    with text_stream(source, encoding) as stream:
        csv.field_size_limit(MAX_CELL)
        reader = csv.reader(_lines(stream), delimiter=separator)
        yield from _records(_csv_rows(reader), source.name)


def read_workbook(source: Source) -> Iterator[TableItem]:
    """Every visible sheet. Raises UnreadableFile."""
    with source.open() as stream:
        try:
            _refuse_bomb(stream)
            from openpyxl import load_workbook  # noqa: PLC0415 (0.15 s that only workbooks need)

            book = load_workbook(stream, read_only=True, data_only=True)
        except (*READ_ERRORS, KeyError, ValueError) as exc:
            raise UnreadableFile(f"книга Excel не читается: {exc}") from exc
        for sheet in book.worksheets:
            if sheet.sheet_state != "visible":
                yield SkippedDocument(f"{source.name}, лист «{sheet.title}»", "лист скрыт")
                continue
            name = source.name if len(book.worksheets) == 1 else f"{source.name}, лист «{sheet.title}»"
            sheet.reset_dimensions()
            yield from _records(_sheet_rows(sheet.iter_rows(values_only=True)), name)


def _sheet_rows(rows: Iterable[Row]) -> Iterator[Row]:
    try:
        yield from rows
    except (*READ_ERRORS, KeyError, ValueError, SyntaxError) as exc:
        raise UnreadableFile(f"книга Excel не читается: {exc}") from exc


def _refuse_bomb(stream: io.BufferedIOBase | object) -> None:
    with zipfile.ZipFile(stream) as archive:  # type: ignore[arg-type]
        for part in archive.infolist():
            if part.filename.endswith("sharedStrings.xml") and part.file_size > MAX_SHARED_TEXTS:
                raise UnreadableFile(
                    f"тексты книги занимают {part.file_size // 10**6} МБ; сохраните её как CSV"
                )
            if part.file_size > 200 * max(part.compress_size, 10_000):
                raise UnreadableFile(f"часть {part.filename} распаковывается в {part.file_size // 10**6} МБ")


def _separator(stream: TextIO) -> str:
    """The one that splits the first lines into the most columns, and most of them into equally many."""
    lines = [line for line in islice(_lines(stream), 30) if line.strip()]
    if lines and lines[0].lower().startswith("sep=") and len(lines[0].strip()) == 5:
        return lines[0].strip()[4]

    def rank(separator: str) -> tuple[int, int]:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=separator) if row)
        width, rows = max(widths.items(), key=lambda item: (item[0] > 1, item[1], item[0]), default=(1, 0))
        return (rows if width > 1 else 0), width

    return max(SEPARATORS, key=rank)


def _lines(stream: TextIO) -> Iterator[str]:
    while line := stream.readline(MAX_LINE + 1):
        if len(line) > MAX_LINE:
            raise UnreadableFile(f"строка таблицы длиннее {MAX_LINE // 2**20} МБ")
        yield line.replace("\x00", "")


def _csv_rows(reader: Iterator[list[str]]) -> Iterator[Row]:
    try:
        yield from reader
    except csv.Error as exc:
        raise UnreadableFile(f"таблица не читается дальше: {exc}; возможно, не закрыта кавычка") from exc


def _records(rows: Iterator[Row], name: str) -> Iterator[TableItem]:
    """Each row below the header as a document {heading: text}. Rows above the header and empty ones are none."""
    first = list(islice(rows, _HEADER_WITHIN))
    at = _header_row(first)
    if at is None:
        yield SkippedDocument(name, "в таблице нет строки с заголовками столбцов")
        return
    header = _headings(first[at])
    for number, row in enumerate(chain(first[at + 1 :], rows), start=at + 2):
        cells = {heading: text for heading, text in zip(header, map(_cell, row), strict=False) if text}
        surplus = [text for text in map(_cell, row[len(header) :]) if text]
        label = f"{name}, строка {number}"
        if surplus:
            yield RejectedRecord(label, f"в строке {len(row)} ячеек, а столбцов {len(header)}")
        elif cells:
            yield Document(label, cells, kind=DocumentKind.TABLE)


def _header_row(rows: Sequence[Row]) -> int | None:
    """The row with the most known headings; without any the first with two texts or more."""
    known = [
        sum(bool(field_of_column(clean_line(_cell(cell)))) for cell in row[:MAX_COLUMNS]) for row in rows
    ]
    if known and max(known) >= 2:
        return known.index(max(known))
    filled = [sum(bool(_cell(cell)) for cell in row[:MAX_COLUMNS]) for row in rows]
    return next((index for index, count in enumerate(filled) if count >= 2), None)


def _headings(row: Row) -> list[str]:
    """Headings made different from each other; a column without one is called by its number."""
    header: list[str] = []
    for index, cell in enumerate(row[:MAX_COLUMNS], start=1):
        text = clean_line(_cell(cell)) or f"столбец {index}"
        header.append(text if text not in header else f"{text} ({index})")
    while header and header[-1] == f"столбец {len(header)}":
        header.pop()
    return header


def _cell(value: object) -> str:
    """A whole number without ".0", as a spreadsheet shows it."""
    if isinstance(value, bool):
        return "да" if value else "нет"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{Decimal(repr(value)):f}"
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    if isinstance(value, date):
        return value.isoformat()
    return clean_text(value)
