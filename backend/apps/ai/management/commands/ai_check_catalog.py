"""`manage.py ai_check_catalog`: is this shop's adapter what the AI app needs?"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.ai import conf
from apps.ai.testing import check_catalog


class Command(BaseCommand):
    help = (
        "Try the adapter that AI_CONFIG['CATALOG'] names on a real product; what is written is rolled back."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--product", type=int, metavar="ID", help="an imported product (the latest)")

    def handle(self, *args: Any, product: int | None, **options: Any) -> None:
        problems = check_catalog(product_id=product)
        for problem in problems:
            self.stdout.write(f"- {problem}")
        if problems:
            raise CommandError(f"{conf.get().catalog}: {len(problems)} problems.")
        self.stdout.write(f"{conf.get().catalog} keeps the contract.")
