from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.ai.exceptions import AIError
from apps.ai.management.progress import progress_bar
from apps.ai.services.money.meter import UnattendedMeter
from apps.ai.services.templates import library


class Command(BaseCommand):
    help = "Import AI templates from a JSON list by name, and index them. Bad rows do not hold up good ones."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file", type=Path, help="JSON list: name, template_type, category_id, language, content"
        )
        parser.add_argument("--dry-run", action="store_true", help="check the file, change nothing")

    def handle(self, *args: Any, file: Path, dry_run: bool, **options: Any) -> None:
        summary = library.import_rows(_read(file), dry_run=dry_run)
        self.stdout.write(
            f"Templates: {summary.created} created, {summary.updated} updated, "
            f"{summary.unchanged} unchanged, {len(summary.errors)} refused"
            f"{' (dry run, nothing written)' if dry_run else ''}."
        )
        try:
            with progress_bar("Templates", None) as progress:
                indexed = library.sync_templates(
                    meter=UnattendedMeter("templates"), dry_run=dry_run, progress=progress
                )
        except (AIError, ImproperlyConfigured) as error:
            raise CommandError(f"The rows are saved, but not indexed: {error} Then import again.") from error
        self.stdout.write(
            f"Index: {indexed.written} {'to write' if dry_run else 'written'}, "
            f"{indexed.unchanged} unchanged, {indexed.gone} {'to remove' if dry_run else 'removed'}."
        )
        if summary.errors:
            raise CommandError("\n".join(summary.errors))


def _read(file: Path) -> list[Any]:
    try:
        rows = json.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise CommandError(f"{file} is not JSON: {error}.") from error
    if not isinstance(rows, list) or not rows:
        raise CommandError(f"{file} must hold a JSON list with at least one template.")
    return rows
