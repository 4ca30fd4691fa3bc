"""What an import will report: counts, and every record, warning and note in the order they came."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from apps.parsers.services.records import (
    BrokenDocument,
    MappedColumns,
    ParsedProduct,
    PartialDocument,
    RejectedRecord,
    SaveOutcome,
    SkippedDocument,
    UnknownKey,
)
from utils.safe_urls import without_secrets

MAX_ENTRIES = 1000


@dataclass
class Journal:
    """`entries` are JSON objects {kind, record, message}.

    Kinds: rejected, broken, partial, owed, warning, note, unknown, mapping, held, look, resumed, vanished, error.

    `url`: the feed's address, whose secrets no entry may show.
    """

    url: str = ""
    entries: list[dict[str, str]] = field(default_factory=list)
    outcomes: Counter[SaveOutcome] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    repeated: int = 0
    first_message: dict[str, str] = field(default_factory=dict)
    owed: int = 0

    @property
    def imported(self) -> int:
        return self.outcomes.total()

    @property
    def rejected(self) -> int:
        return self.kinds["rejected"] + self.kinds["broken"]

    def add(
        self,
        item: RejectedRecord
        | BrokenDocument
        | SkippedDocument
        | PartialDocument
        | UnknownKey
        | MappedColumns,
    ) -> None:
        match item:
            case RejectedRecord(record, reason):
                self.write("rejected", record, reason)
            case BrokenDocument(document, reason):
                self.write("broken", document, reason)
            case SkippedDocument(document, reason):
                self.write("note", document, reason)
            case PartialDocument(document, reason):
                self.write("partial", document, reason)
            case UnknownKey(key, count, example):
                self.write("unknown", key, f"{count} раз, например «{example}»")
            case MappedColumns(mapping):
                self.write(
                    "mapping", "столбцы", "; ".join(f"{name} → {field}" for name, field in mapping.items())
                )

    def messages(self, kind: str) -> list[str]:
        return [f"{entry['record']}: {entry['message']}" for entry in self.entries if entry["kind"] == kind]

    def warn(self, parsed: ParsedProduct) -> None:
        for warning in parsed.warnings:
            self.write("warning", f"id {parsed.source_id}", warning)

    def owe(self, source_id: str, pictures: int, reason: str) -> None:
        """The product is there, some of its pictures are not."""
        self.owed += pictures
        self.write("owed", f"id {source_id}", f"фото, которые будут позже: {pictures}; {reason}")

    def write(self, kind: str, record: str, message: str) -> None:
        if self.url:
            record, message = (without_secrets(text, self.url) for text in (record, message))
        self.kinds[kind] += 1
        self.first_message.setdefault(kind, f"{record}: {message}")
        if len(self.entries) < MAX_ENTRIES or kind == "error":
            self.entries.append({"kind": kind, "record": record, "message": message})

    def failure(self, origin: str) -> str:
        """Why the import as a whole counts as failed, in a sentence; empty when it does not."""
        if self.kinds["broken"]:
            return f"Не прочитано файлов: {self.kinds['broken']}. {self.first_message['broken']}."
        if self.owed:
            return (
                f"Хранилище не приняло фото: {self.owed}, у товаров: {self.kinds['owed']}; "
                f"их принесёт `fetch_owed_pictures`. {self.first_message['owed']}"
            )
        if self.imported:
            return ""
        if self.rejected:
            return f"Не принята ни одна из записей ({self.rejected}); {self.first_message['rejected']}."
        if self.kinds["note"]:
            return f"Товаров не найдено: {origin}; {self.first_message['note']}."
        return f"Товаров не найдено: {origin}."
