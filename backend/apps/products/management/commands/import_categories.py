from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from apps.products.services.category_import import import_categories
from apps.products.services.json_lines import ImportFileError


class Command(BaseCommand):
    help = "Create and update the category tree from JSON lines {id, parent_id, name, kind?, attributes?, …}."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="check and count, write nothing")

    def handle(self, *args: object, file: Path, dry_run: bool, **options: object) -> None:
        try:
            counts = import_categories(file, dry_run=dry_run)
        except ImportFileError as exc:
            raise CommandError(f"Nothing was imported.\n{exc}") from exc
        prefix = "Dry run, nothing written. " if dry_run else ""
        self.stdout.write(
            f"{prefix}Categories: {counts.created} created, {counts.updated} updated, "
            f"{counts.unchanged} unchanged."
        )
