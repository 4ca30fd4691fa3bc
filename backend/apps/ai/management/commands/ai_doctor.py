from __future__ import annotations

import json
from dataclasses import asdict
from typing import IO, Any, cast

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from apps.ai.services.doctor.examining import Report, examinations, examine
from apps.ai.services.doctor.findings import State

MARKS = {
    State.OK: "[green]✓[/]",
    State.NOTE: "[blue]·[/]",
    State.WARNING: "[yellow]![/]",
    State.FAULT: "[red]✗[/]",
}


class Command(BaseCommand):
    help = (
        "Ask every part of the installation whether it works, and name the cure of what does not. "
        "Costs a tiny question to the model and says how much. Exit code 1 when there is a fault."
    )
    #: A broken setting is a finding, not the end.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object")
        parser.add_argument(
            "--offline", action="store_true", help="ask no server, only settings and the database"
        )
        names = [one.name for one in examinations()]
        for option, what in (("--only", "ask this part only"), ("--skip", "leave this part out")):
            parser.add_argument(
                option,
                action="append",
                default=[],
                choices=names,
                metavar="PART",
                help=f"{what}: {', '.join(names)}",
            )

    def handle(self, *args: Any, **options: Any) -> None:
        report = examine(offline=options["offline"], names=options["only"], without=options["skip"])
        if options["json"]:
            self.stdout.write(json.dumps(_as_dict(report), ensure_ascii=False, indent=1))
        else:
            self._print(report)
        if not report.is_sound:
            raise CommandError("there are faults (✗): each says what to do.", returncode=1)

    def _print(self, report: Report) -> None:
        console = Console(
            file=cast(IO[str], self.stdout), width=None if self.stdout.isatty() else 110, highlight=False
        )
        for part in report.parts:
            console.print(f"[bold]{part.examination.title}[/] [dim]{part.seconds:.1f} с[/]")
            for finding in part.findings or ():
                console.print(
                    Padding(Text.from_markup(f"{MARKS[finding.state]} ") + Text(finding.text), (0, 2))
                )
                if finding.cure:
                    console.print(Padding(Text(f"→ {finding.cure}", style="dim"), (0, 4)))
        console.print(f"Потрачено на вопросы: {report.spent_usd:.6f} $")


def _as_dict(report: Report) -> dict[str, Any]:
    return {
        "sound": report.is_sound,
        "spent_usd": str(report.spent_usd),
        "parts": [
            {
                "name": part.examination.name,
                "seconds": round(part.seconds, 3),
                "findings": [asdict(finding) for finding in part.findings],
            }
            for part in report.parts
        ],
    }
