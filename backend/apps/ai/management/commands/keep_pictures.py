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

    def handle(self, *args: object, **options: Any) -> None:
        from apps.ai.services.keeping import bringing  # noqa: PLC0415  Pillow and libvips

        if options["missing"]:
            self.stdout.write(f"{wanting.want_missing(send=lambda keys: None)} pictures noted.")
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
