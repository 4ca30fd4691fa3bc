from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from apps.ai.services.care import retention


class Command(BaseCommand):
    help = "Delete what is older than AI_RETENTION allows, in batches; beat does it every night with AI_SCHEDULE=true."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only count what would go")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["dry_run"]:
            found = {name: rows.count() for name, rows in retention.due().items()}
        else:
            found = retention.delete_old()
        self.stdout.write(
            ("To be deleted: " if options["dry_run"] else "Deleted: ")
            + ", ".join(f"{name} {count}" for name, count in found.items())
        )
