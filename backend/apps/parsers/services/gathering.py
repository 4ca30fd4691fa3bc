"""Parts of one thing that stand in several documents, gathered on disk: memory does not grow with the documents."""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Iterator
from typing import Any


class Gathered:
    """Parts by key. The file has no name, so nothing is left of it after a kill."""

    def __init__(self) -> None:
        self._rows = sqlite3.connect("", isolation_level=None)
        self._rows.execute("PRAGMA journal_mode = OFF")
        self._rows.execute("CREATE TABLE part (key TEXT, rank INTEGER, body BLOB)")
        self._rows.execute("BEGIN")

    def add(self, key: str, part: object, *, rank: int = 0) -> None:
        body = pickle.dumps(part, protocol=pickle.HIGHEST_PROTOCOL)
        self._rows.execute("INSERT INTO part VALUES (?, ?, ?)", (key, rank, body))

    def groups(self) -> Iterator[tuple[str, list[Any]]]:
        """Keys with their parts in the order in which they came; keys that have a part of a lower rank go first."""
        self._rows.execute("CREATE INDEX by_key ON part (key)")
        keys = self._rows.execute("SELECT key FROM part GROUP BY key ORDER BY MIN(rank), MIN(rowid)")
        for (key,) in keys:
            rows = self._rows.execute("SELECT body FROM part WHERE key = ? ORDER BY rowid", (key,))
            yield key, [pickle.loads(body) for (body,) in rows]  # noqa: S301  (written above, by this process)

    def close(self) -> None:
        self._rows.close()
