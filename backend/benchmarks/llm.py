"""Arguments, scenarios one after another, a table and JSON; exit code 1 when a bound is broken."""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from rich.console import Console
from rich.table import Table

from apps.ai.services.money import costs
from benchmarks import scenarios
from benchmarks.bad_hour import bad_hour
from benchmarks.scenarios import Bench, Figure
from benchmarks.stand import prepare

SCENARIOS = {**scenarios.SCENARIOS, "bad-hour": bad_hour}


def main() -> int:
    options = _arguments()
    console = Console(width=None if sys.stdout.isatty() else 150, highlight=False)
    bench = Bench(
        state=Path(settings.LOCAL_STATE_DIR),
        sample=Path(settings.REPOSITORY_DIR) / "sample",
        products=options.products,
        concurrency=options.concurrency,
        speed=options.speed,
    )
    console.print("preparing: database, categories, templates, vectors")
    prepare(bench.state, bench.sample)
    results: dict[str, list[Figure]] = {}
    for name in SCENARIOS if options.scenario == "all" else [options.scenario]:
        console.print(f"\n{name}: {SCENARIOS[name].__doc__}")
        results[name] = SCENARIOS[name](bench)
        console.print(_table(results[name]))
        if options.costs:
            _print_costs()
    broken = [
        f"{name}: {figure.name}" for name, found in results.items() for figure in found if not figure.holds
    ]
    if options.json:
        options.json.write_text(_json(results, broken), encoding="utf-8")
        console.print(f"\nwritten: {options.json}")
    console.print("\nbroken bounds: " + "; ".join(broken) if broken else "\nevery bound holds")
    return bool(broken)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench_llm.sh", description=__doc__)
    parser.add_argument("scenario", nargs="?", default="all", choices=["all", *SCENARIOS])
    parser.add_argument("--products", type=int, metavar="N", help="instead of the scenario's own number")
    parser.add_argument("--concurrency", type=int, metavar="N", help="slots of the worker")
    parser.add_argument("--speed", type=float, default=1.0, metavar="X", help="bad-hour: X times faster")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    parser.add_argument("--costs", action="store_true", help="print what ai_costs says after each scenario")
    options = parser.parse_args()
    for name in ("products", "concurrency"):
        value = getattr(options, name)
        if value is not None and value < 1:
            parser.error(f"--{name} must be 1 or more.")
    return options


def _table(figures: list[Figure]) -> Table:
    table = Table()
    for column in ("figure", "value", "bound", ""):
        table.add_column(column, overflow="fold")
    for figure in figures:
        verdict = "" if not figure.bound else "holds" if figure.holds else "BROKEN"
        table.add_row(figure.name, figure.value, figure.bound, verdict)
    return table


def _print_costs() -> None:
    for grouping in costs.GROUPINGS:
        call_command("ai_costs", by=grouping, stdout=sys.stdout)
    call_command("ai_costs", dry_run=1000, stdout=sys.stdout)


def _json(results: dict[str, list[Figure]], broken: list[str]) -> str:
    value = {
        "scenarios": {name: [asdict(figure) for figure in found] for name, found in results.items()},
        "broken": broken,
        "cpus": os.cpu_count(),
    }
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
