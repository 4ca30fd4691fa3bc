"""How much people change of what the models write, by prompt version, category or moderator."""

from __future__ import annotations

import json
from typing import IO, Any, cast

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.table import Table

from apps.ai.services.people import edit_measures


class Command(BaseCommand):
    help = "Print the share of words that people changed in the decided cards, and how many they rejected."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--by", choices=list(edit_measures.GROUPINGS), default="version")
        parser.add_argument("--days", type=int, default=90, help="how many days back (90)")
        parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")

    def handle(self, *args: Any, by: str, days: int, json: bool, **options: Any) -> None:
        if days < 1:
            raise CommandError("--days must be 1 or more.")
        rows = edit_measures.report(by=by, days=days)
        if json:
            self._print_json({"by": by, "days": days, "rows": rows})
        elif rows:
            self._print_table(rows, by)
        else:
            self.stdout.write(f"Nobody decided on a text in the last {days} days.")

    def _print_json(self, report: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(report, ensure_ascii=False, indent=1))

    def _print_table(self, rows: list[dict[str, Any]], by: str) -> None:
        table = Table(box=None)
        table.add_column(by)
        for name in ("decisions", "clean", "edited", "rejected", "words", "changed"):
            table.add_column(name, justify="right")
        for row in rows:
            counts = [str(row[name]) for name in ("decisions", "clean", "edited", "rejected", "words")]
            table.add_row(str(row["group"]), *counts, f"{row['changed']:.1%}")
        Console(file=cast(IO[str], self.stdout), width=120).print(table)
