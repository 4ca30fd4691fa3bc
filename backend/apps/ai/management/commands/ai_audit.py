"""What the automatic decisions are worth, as people judged them without knowing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import IO, Any, cast

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.table import Table

from apps.ai import conf
from apps.ai.services.audit import figures as audit_figures
from apps.ai.services.audit.figures import AuditFigures, AuditReport


class Command(BaseCommand):
    help = (
        "Print the blind audit: precision of automatic decisions with its lower bound, per branch and month."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, help="only audits drawn in the last so many days")
        parser.add_argument("--json", type=Path, dest="json_file", metavar="FILE", help="also write it here")

    def handle(self, *args: Any, days: int | None, json_file: Path | None, **options: Any) -> None:
        if days is not None and days < 1:
            raise CommandError("--days must be 1 or more.")
        found = audit_figures.report(days=days)
        self._print(found)
        if json_file is not None:
            _write(json_file, found)

    def _print(self, found: AuditReport) -> None:
        share = conf.get().audit_share
        if not found.total.drawn:
            self.stdout.write(f"No audits yet; AI_AUDIT_SHARE is {share:g}.")
            return
        console = Console(file=cast(IO[str], self.stdout), width=110, no_color=True)
        console.print(_table("Branch", [*found.branches, _renamed(found.total, "all")]))
        console.print(_table("Month", found.months))
        self.stdout.write(
            f"AI_AUDIT_SHARE is {share:g}. Bound: 95 %, one-sided, Clopper and Pearson. "
            f"{found.total.waiting} wait for a person."
        )


def _renamed(figures: AuditFigures, name: str) -> AuditFigures:
    return AuditFigures(**{slot: getattr(figures, slot) for slot in figures.__slots__} | {"name": name})


def _table(first: str, rows: Any) -> Table:
    table = Table(
        first, "Drawn", "Judged", "Right", "Wrong", "Precision", "At least", "Texts edited", "Share now"
    )
    for row in rows:
        table.add_row(
            row.name,
            str(row.drawn),
            str(row.judged),
            str(row.right),
            str(row.wrong),
            "—" if row.precision is None else f"{row.precision:.3f}",
            f"{row.bound:.3f}",
            str(row.texts_edited),
            "" if row.share is None else f"{row.share:.3f}",
        )
    return table


def _write(path: Path, found: AuditReport) -> None:
    figures = {
        "audit_share": conf.get().audit_share,
        "total": found.total.as_dict(),
        "branches": [row.as_dict() for row in found.branches],
        "months": [row.as_dict() for row in found.months],
    }
    try:
        path.write_text(json.dumps(figures, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}.") from error
