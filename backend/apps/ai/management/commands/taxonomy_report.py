"""What is wrong with the category tree: confused, doubled, empty and lonely categories."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.ai import conf
from apps.ai.services import composition
from apps.ai.services.benchmark import datasets
from apps.ai.services.benchmark.datasets import DatasetError
from apps.ai.services.taxonomy import sources

#: As the benchmark's: more dimensions found no better neighbours (docs/qdrant.md).
DIMENSIONS = 512
TITLES = {
    "confused": "Confused with each other",
    "duplicate_names": "Same words in the name",
    "duplicate_meaning": "Nearly the same meaning",
    "same_name": "Leaves of the same name in different branches",
    "chains": "Only one child",
    "empty": "Leaves without products",
}


class Command(BaseCommand):
    help = "Report confused, doubled, empty and lonely categories; the report also appears in the admin."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", type=Path, dest="json_file", metavar="FILE", help="also write it here")
        parser.add_argument(
            "--dataset",
            type=Path,
            metavar="DIR",
            help="a labelled set instead of the shop, which is not touched",
        )
        parser.add_argument("--show", type=int, default=10, help="findings printed of each kind (10)")

    def handle(
        self, *args: Any, json_file: Path | None, dataset: Path | None, show: int, **options: Any
    ) -> None:
        started = time.monotonic()
        figures = self._of_dataset(dataset) if dataset else sources.make().figures
        self._print(figures, show)
        self.stdout.write(f"{time.monotonic() - started:.1f} s.")
        if json_file is not None:
            try:
                text = json.dumps(figures, ensure_ascii=False, indent=2)
                json_file.write_text(text + "\n", encoding="utf-8")
            except OSError as error:
                raise CommandError(f"{json_file} cannot be written: {error.strerror}.") from error

    def _of_dataset(self, folder: Path) -> dict[str, Any]:
        engine = next(iter(conf.get().engines), None)
        if engine is None:
            raise CommandError(
                "A labelled set is embedded in the process: AI_CONFIG['ENGINES'] names no engine."
            )
        llm = composition.engine(engine, dimensions=DIMENSIONS)
        try:
            return sources.of_dataset(datasets.load(folder), llm=llm).as_dict()
        except DatasetError as error:
            raise CommandError(str(error)) from error

    def _print(self, figures: dict[str, Any], show: int) -> None:
        self.stdout.write(
            f"{figures['categories']} active categories, {figures['leaves']} leaves, "
            f"{figures['products']} confirmed products."
        )
        for note in figures["notes"]:
            self.stdout.write(self.style.WARNING(note))
        for name, title in TITLES.items():
            self.stdout.write(f"\n{title}: {figures['totals'][name]}")
            for row in figures[name][: max(0, show)]:
                self.stdout.write(f"  {_sentence(row)}")


def _sentence(row: dict[str, Any]) -> str:
    paths = "  |  ".join(one["path"] for one in row["categories"])
    facts = []
    if row["cases"]:
        facts.append(
            f"{row['cases']} cases" + (f", {row['by_people']} by people" if row["by_people"] else "")
        )
    if row["score"] is not None:
        facts.append(f"{row['score']:.2f}")
    return f"{paths}  ({'; '.join(facts)})" if facts else paths
