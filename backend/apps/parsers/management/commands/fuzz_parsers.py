from __future__ import annotations

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from apps.parsers.services.fuzzing import fuzz


class Command(BaseCommand):
    help = "Spoil feeds of every format at random and make sure that no record breaks a parser or vanishes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--count", type=int, default=5000, help="how many mutations")
        parser.add_argument("--seed", type=int, default=0)

    def handle(self, *args: object, count: int, seed: int, **options: object) -> None:
        result = fuzz(count=count, seed=seed)
        for problem in result.problems[:20]:
            self.stderr.write(problem)
        self.stdout.write(
            f"{result.files} mutated files: {result.products} products, {result.refused} refused records, "
            f"{result.broken} files refused as a whole, {len(result.problems)} problems."
        )
        if result.problems:
            raise CommandError(f"{len(result.problems)} mutations broke something.")
