from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError

from apps.parsers.services import owed_pictures


class Command(BaseCommand):
    help = "Store the pictures that the storage did not take when their products were imported."

    def handle(self, *args: object, **options: object) -> None:
        paid = owed_pictures.pay()
        self.stdout.write(f"{paid.stored} stored, {paid.given_up} given up, {paid.left} still owed.")
        if paid.left:
            raise CommandError(f"Still owed: {paid.left}. {paid.problem}".strip())
