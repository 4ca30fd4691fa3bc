from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.ai.models import StoredPicture
from apps.ai.services.keeping import wanting
from utils.r2_storage import StorageError, get_storage


class Command(BaseCommand):
    help = "Bring the pictures that are owed into the storage, now; and delete old temporary files."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--limit", type=int, default=wanting.SWEEP, help="Pictures at most (default 2000)."
        )

        parser.add_argument(
            "--missing",
            action="store_true",
            help="First note pictures of imported products that nobody noted.",
        )

        parser.add_argument(
            "--check", action="store_true", help="First look whether everything that was kept is still there."
        )

    def handle(self, *args: object, **options: Any) -> None:
        from apps.ai.services.keeping import bringing  # noqa: PLC0415  Pillow and libvips

        if options["missing"]:
            self.stdout.write(f"{wanting.want_missing(send=lambda keys: None)} pictures noted.")
        if options["check"]:
            try:
                self.stdout.write(f"{wanting.recheck()} lost pictures to be brought again.")
            except StorageError as error:
                raise CommandError(str(error)) from error
        done = bringing.pay(limit=options["limit"], at_once=True)
        try:
            wanting.clean_temporary(get_storage())
        except StorageError as error:
            self.stderr.write(str(error))
        self.stdout.write(
            f"{done.kept} kept ({done.stored} objects stored), {done.broken} given up, {done.owed} still owed."
        )
        if done.owed:
            latest = StoredPicture.objects.owed().exclude(reason="").order_by("-attempts").first()
            raise CommandError(f"Still owed: {done.owed}. {latest.reason if latest else ''}".strip())
