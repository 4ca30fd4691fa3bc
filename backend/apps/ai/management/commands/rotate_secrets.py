from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from utils import secret_field


class Command(BaseCommand):
    help = (
        "Encrypt the secrets in the database under DJANGO_SECRET_KEY, so that a former key can leave "
        "DJANGO_SECRET_KEY_FALLBACKS. Exit code 1 when a secret is under a key that nobody names."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only count them")

    def handle(self, *args: Any, **options: Any) -> None:
        lost = 0
        for field in secret_field.columns():
            done = secret_field.rotate(field, dry_run=options["dry_run"])
            lost += len(done.unreadable)
            renewed = "to be renewed" if options["dry_run"] else "renewed"
            line = f"{field.model._meta.label}.{field.name}: {done.renewed} {renewed}, {done.current} current"
            rows = ", ".join(map(str, done.unreadable[:10]))
            self.stdout.write(
                line + (f", {len(done.unreadable)} under an unknown key: {rows}" if rows else "")
            )
        if lost:
            raise CommandError(
                f"{lost} secrets are under a key that neither DJANGO_SECRET_KEY nor its FALLBACKS name: "
                "add that key, or enter those secrets again.",
                returncode=1,
            )
