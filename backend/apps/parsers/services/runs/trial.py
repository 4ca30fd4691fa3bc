"""What a trial found: a table of what an import would change, as a file and page by page."""

from __future__ import annotations

import csv
import re
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile

from django.core.files import File

from apps.parsers.models import ParserRun
from apps.parsers.services.records import ParsedProduct, SaveOutcome
from apps.parsers.services.writing.planning import Change

HEADINGS = ("код", "поле", "было", "в источнике", "осталось бы значение человека")
NEW = "новый товар"
PAGE = 50
_FORMULA = re.compile(r"[=+@\t\r]|-(?!\d+(?:\.\d+)?\Z)")


class TrialTable:
    """Written row by row, so that a feed of any length fits. A new product is one row, a known one a row a field."""

    def __init__(self) -> None:
        self._raw = TemporaryFile()  # noqa: SIM115  (gone with its last reader)
        self._file = TextIOWrapper(self._raw, encoding="utf-8-sig", newline="")
        self._rows = csv.writer(self._file, delimiter=";")
        self._rows.writerow(HEADINGS)

    def saved(self, parsed: ParsedProduct, outcome: SaveOutcome) -> None:
        if outcome is SaveOutcome.CREATED:
            self._rows.writerow(_safe([parsed.source_id, NEW, "", in_words(parsed), ""]))

    def change(self, change: Change) -> None:
        if change.column == NEW:  # `saved` says more of it
            return
        held = "да" if change.held else ""
        self._rows.writerow(_safe([change.source_id, change.column, change.old, change.new, held]))

    def copy_to(self, path: Path) -> None:
        self._file.flush()
        self._raw.seek(0)
        with path.open("wb") as file:
            copyfileobj(self._raw, file)

    def attach(self, run: ParserRun) -> None:
        """Make it the run's file."""
        self._file.flush()
        run.table.save(f"import-{run.pk}.csv", File(self._raw), save=False)
        run.save(update_fields=["table"])


def in_words(parsed: ParsedProduct) -> str:
    price = "" if parsed.price is None else f"{parsed.price:f} {parsed.currency}".strip()
    return " · ".join(part for part in (parsed.title, parsed.brand, price) if part)


def first_rows(run: ParserRun, count: int) -> tuple[list[list[str]], int]:
    """The table's first rows, and how many there are in all."""
    if not run.table:
        return [], 0
    with Path(run.table.path).open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file, delimiter=";")
        next(rows, None)
        first = list(islice(rows, count))
        return first, len(first) + sum(1 for _ in rows)


def page(run: ParserRun, number: int) -> tuple[list[list[str]], bool]:
    """Rows of a page of the table (from 1), and whether there are more behind it."""
    if not run.table:
        return [], False
    with Path(run.table.path).open(encoding="utf-8-sig", newline="") as file:
        start = 1 + (number - 1) * PAGE
        rows = list(islice(csv.reader(file, delimiter=";"), start, start + PAGE + 1))
    return rows[:PAGE], len(rows) > PAGE


def _safe(row: list[object]) -> list[str]:
    """A supplier's text that a spreadsheet would run as a formula is shown as text."""
    cells = ["" if value is None else str(value) for value in row]
    return [f"'{cell}" if _FORMULA.match(cell) else cell for cell in cells]
