from __future__ import annotations

import json
import math
from argparse import ArgumentTypeError
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.ai import conf
from apps.ai.exceptions import AIError
from apps.ai.management import plots
from apps.ai.management.progress import progress_bar
from apps.ai.models.spending import dollars
from apps.ai.services import composition
from apps.ai.services.benchmark import datasets, metrics, runner
from apps.ai.services.benchmark.datasets import DatasetError
from apps.ai.services.benchmark.metrics import METRICS, SMALLER_IS_BETTER
from apps.ai.services.benchmark.runner import Report
from apps.ai.services.fitting.train import MOST_TESTED
from apps.ai.services.money.ledger import price_of
from apps.ai.services.money.meter import UnattendedMeter
from apps.ai.types import FreeMeter, LanguageModel, Meter, Usage

#: As the shop's default for an engine in the process.
DIMENSIONS = 512
#: The model's door as the shop's settings have it.
CONFIGURED = "configured"


class Command(BaseCommand):
    help = (
        "Measure categorisation on a labelled set, with vectors in memory; the shop's rows are not touched."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dataset", type=Path, required=True, help="folder with categories and products .jsonl"
        )
        engines = [*conf.get().engines, CONFIGURED]
        parser.add_argument("--engine", choices=engines, default=engines[0])
        parser.add_argument(
            "--examples", type=_share, default=0.8, help="share that counts as confirmed, 0..1"
        )
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument("--limit", type=int, default=2000, help="test at most so many products")
        parser.add_argument("--json", type=Path, dest="json_file", help="also write the report here")
        parser.add_argument("--compare", type=Path, help="a report that --json wrote: show what has changed")
        parser.add_argument(
            "--plots", type=Path, help="folder for the reliability and the coverage-precision curve (PNG)"
        )
        parser.add_argument(
            "--fail-under",
            type=_requirement,
            action="append",
            default=[],
            metavar="METRIC=VALUE",
            help="exit 1 when a metric is worse than this; may be given several times",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        unknown = [name for name, _ in options["fail_under"] if name not in METRICS]
        if unknown:
            raise CommandError(
                f"--fail-under: no such metric: {', '.join(unknown)}. Known: {', '.join(METRICS)}."
            )
        before = {} if options["compare"] is None else _read(options["compare"])
        try:
            report = self._measure(**options)
        except (DatasetError, AIError, ImproperlyConfigured) as error:
            raise CommandError(str(error)) from error
        self._print(report, before)
        if options["json_file"] is not None:
            _write(options["json_file"], report)
        if options["plots"] is not None:
            _draw(options["plots"], report)
        failures = [text for text in (_failure(report, *needed) for needed in options["fail_under"]) if text]
        if failures:
            raise CommandError("\n".join(failures))

    def _measure(
        self, *, dataset: Path, engine: str, examples: float, seed: int, limit: int, **options: Any
    ) -> Report:
        labelled = datasets.load(dataset)
        parts = datasets.split(labelled.products, share=examples, seed=seed, limit=limit)
        if not parts.test:
            raise DatasetError("Nothing is left to test; lower --examples or raise --limit.")
        llm, meter = _engine(engine)
        tested = min(len(parts.examples), MOST_TESTED)
        total = len(labelled.names) + len(parts.examples) + tested + len(parts.test)
        with progress_bar(f"{labelled.name}: index, then test", total) as progress:
            report = runner.run(
                labelled,
                parts,
                llm=llm,
                meter=meter,
                prices=_price,
                target=conf.get().target_precision,
                progress=progress,
            )
        return replace(report, context={**report.context, "examples_share": examples, "seed": seed})

    def _print(self, report: Report, before: Mapping[str, float | None]) -> None:
        for name, value in report.context.items():
            self.stdout.write(f"{name:20} {value}")
        for name, value in report.figures.items():
            self.stdout.write(f"{name:20} {_shown(value)}{_change(value, before.get(name))}")


def _engine(name: str) -> tuple[LanguageModel, Meter]:
    if name == CONFIGURED:
        return composition.language_model(), UnattendedMeter("benchmark")
    return composition.engine(name, dimensions=DIMENSIONS), FreeMeter()


def _price(model: str, usage: Usage) -> float | None:
    """USD by the price list in force today; nothing used costs nothing."""
    if not usage.total:
        return 0.0
    price = price_of(model)
    if price is None:
        return None
    cost = price.cost(prompt=usage.prompt, cached=usage.cached, completion=usage.completion)
    return float(dollars(cost))


def _failure(report: Report, metric: str, needed: float) -> str:
    """One sentence when the metric is worse than needed, else nothing."""
    value = report.figures[metric]
    smaller = metric in SMALLER_IS_BETTER
    if value is not None and (value <= needed if smaller else value >= needed):
        return ""
    shown = "unknown" if value is None else f"{value:.4f}"
    return f"{metric} is {shown}, must be at {'most' if smaller else 'least'} {needed:g}."


def _shown(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.4f}".rstrip("0").rstrip(".")


def _change(value: float | None, before: float | None) -> str:
    if value is None or before is None:
        return ""
    return f"  (was {_shown(before)}, {value - before:+.4f})"


def _read(path: Path) -> dict[str, float | None]:
    """The metrics of an earlier report."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))["metrics"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CommandError(f"--compare: {path} is no report of this command: {error}.") from error
    return {name: value for name, value in found.items() if name in METRICS}


def _draw(folder: Path, report: Report) -> None:
    name = report.context["dataset"]
    seen = report.predictions
    try:
        folder.mkdir(parents=True, exist_ok=True)
        plots.reliability(
            metrics.reliability(seen),
            folder / f"{name}-reliability.png",
            title=f"{name}: reliability",
        )
        plots.coverage(
            metrics.coverage_curve(seen),
            folder / f"{name}-coverage.png",
            title=f"{name}: precision by coverage",
            target=conf.get().target_precision,
        )
    except OSError as error:
        raise CommandError(f"{folder} cannot be written: {error.strerror}.") from error


def _write(path: Path, report: Report) -> None:
    text = json.dumps({**report.context, "metrics": report.figures}, ensure_ascii=False, indent=2)
    try:
        path.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}.") from error


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0.0 <= share < 1.0:
        raise ArgumentTypeError(f"must be a number from 0 to below 1, not {text!r}")
    return share


def _requirement(text: str) -> tuple[str, float]:
    metric, _, value = text.partition("=")
    try:
        needed = float(value)
    except ValueError:
        needed = math.nan
    if math.isnan(needed):
        raise ArgumentTypeError(f"must be METRIC=VALUE, not {text!r}")
    return metric.strip(), needed
