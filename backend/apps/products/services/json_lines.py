"""Files with one JSON object a line, read whole and strictly: all errors are told, or all lines are taken."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

Row = TypeVar("Row")
JsonObject = dict[str, object]


class ImportFileError(Exception):
    """The file cannot be taken; nothing was written. `problems` are sentences, each with its line."""

    SHOWN = 20

    def __init__(self, problems: list[str]) -> None:
        self.problems = tuple(problems)
        shown = list(problems[: self.SHOWN])
        if len(problems) > self.SHOWN:
            shown.append(f"… and {len(problems) - self.SHOWN} more")
        super().__init__("\n".join(shown))


class RowError(ValueError):
    """A line is JSON, but not what the import needs."""


def read_rows(path: Path, parse: Callable[[JsonObject], Row]) -> list[tuple[int, Row]]:
    """Every line of the file through `parse`, with its line number; blank lines are skipped.

    Raises ImportFileError with all problems of all lines.
    """
    rows: list[tuple[int, Row]] = []
    problems: list[str] = []
    for number, line in _lines(path):
        try:
            rows.append((number, parse(_json_object(line))))
        except RowError as exc:
            problems.append(f"line {number}: {exc}")
    if not rows and not problems:
        problems.append(f"{path}: the file is empty")
    if problems:
        raise ImportFileError(problems)
    return rows


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        with path.open(encoding="utf-8-sig") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, line
    except OSError as exc:
        raise ImportFileError([f"{path}: {exc.strerror}"]) from exc
    except UnicodeDecodeError as exc:
        raise ImportFileError([f"{path}: not UTF-8 text"]) from exc


def _json_object(line: str) -> JsonObject:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as exc:
        raise RowError(f"not JSON: {exc}") from exc
    if not isinstance(row, dict):
        raise RowError("not a JSON object")
    return row


def text_field(row: JsonObject, name: str, *, max_length: int, required: bool = False) -> str:
    """A text of the row with its spaces put right; absent and null are empty."""
    value = row.get(name)
    if value is None:
        value = ""
    if not isinstance(value, str):
        raise RowError(f"{name} is not a text")
    text = " ".join(value.replace("\x00", " ").split())
    if required and not text:
        raise RowError(f"{name} is missing")
    if len(text) > max_length:
        raise RowError(f"{name} has {len(text)} characters, at most {max_length} are possible")
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        raise RowError(f"{name} holds half a character (a lone surrogate)")
    return text


def id_field(row: JsonObject, name: str, *, max_length: int = 100) -> str | None:
    """An id as text: a number or a text; absent, null and empty are None."""
    value = row.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise RowError(f"{name} is neither a text nor a whole number")
    return text_field({name: value}, name, max_length=max_length, required=True)
