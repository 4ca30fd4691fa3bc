"""How fast the queue is: `python -m benchmarks.queue_bench`. See scripts/bench_queue."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from rich.console import Console  # noqa: E402
from rich.table import Table  # noqa: E402

from apps.ai.tests.support.processes import BACKEND, Shop  # noqa: E402
from benchmarks.queue_runs import NOWHERE, Outcome, Setup, measure, model_server  # noqa: E402
from benchmarks.stand import prepare  # noqa: E402

DIMENSIONS = 256
BASELINE_PRODUCTS = 24


def main() -> int:
    options = _arguments()
    console = Console(width=None if sys.stdout.isatty() else 170, highlight=False)
    state = Path(settings.LOCAL_STATE_DIR)
    sample = Path(settings.REPOSITORY_DIR) / "sample"
    latency = options.embedding + 2 * options.chat
    console.print("preparing: database, categories, templates, vectors")
    prepare(state, sample)
    found: list[Outcome] = []
    loops: dict[int, dict[str, float]] = {}
    with model_server(chat=options.chat, embedding=options.embedding) as url:
        for setup, products in _plan(options):
            shop = Shop(state, environment(url, setup))
            outcome = measure(
                shop, setup, sample=sample / "catalogue.jsonl", products=products, latency=latency, url=url
            )
            found.append(outcome)
            console.print(_line(outcome))
        for threads in sorted({setup.in_flight for setup, _ in _plan(options) if setup.pool == "threads"}):
            loops[threads] = _bare_loop(url, threads)
    console.print(_table(found, loops, latency))
    if options.json:
        values = {"cpus": os.cpu_count(), "runs": [asdict(run) for run in found], "bare_loops": loops}
        options.json.write_text(json.dumps(values, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench_queue", description=__doc__)
    parser.add_argument("--products", type=int, default=2000, metavar="N", help="for each run with threads")
    parser.add_argument("--in-flight", type=_numbers, default=[16, 64, 128, 256], metavar="16,64,…")
    parser.add_argument("--qdrant", choices=["local", "off", "both"], default="both")
    parser.add_argument("--workers", type=int, default=1, help="more than one: also so many processes of 64")
    parser.add_argument("--no-baseline", action="store_true", help="without the two-slot prefork worker")
    parser.add_argument("--chat", type=float, default=1.0, help="seconds of a chat call")
    parser.add_argument("--embedding", type=float, default=0.1, help="seconds of an embedding request")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    options = parser.parse_args()
    if options.products < 1 or options.workers < 1:
        parser.error("--products and --workers must be 1 or more.")
    return options


def _numbers(text: str) -> list[int]:
    numbers = [int(part) for part in text.split(",")]
    if min(numbers) < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return numbers


def _plan(options: argparse.Namespace) -> list[tuple[Setup, int]]:
    """What is run, and with how many products: few slots get fewer, so that the night ends."""
    stores = ["off", "local"] if options.qdrant == "both" else [options.qdrant]
    plan = [
        (Setup(slots, qdrant=store), max(slots * 4, min(options.products, slots * 32)))
        for store in stores
        for slots in options.in_flight
        if store == stores[0] or slots == 64 or len(options.in_flight) == 1
    ]
    if options.workers > 1:
        plan.append((Setup(64, workers=options.workers, qdrant="off"), options.products))
    if not options.no_baseline:
        plan.append((Setup(2, pool="prefork", qdrant="off"), BASELINE_PRODUCTS))
    return plan


def environment(url: str, setup: Setup) -> dict[str, str]:
    database = settings.DATABASES["default"]
    address = (
        f"postgres://{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}"
        f"/{database['NAME']}?application_name=worker"
    )
    away = {"QDRANT_URL": NOWHERE} if setup.qdrant == "off" else {}
    return {
        "OPENAI_BASE_URL": url,
        "OPENAI_API_KEY": "sk-benchmark",
        "DATABASE_URL": address,
        "REDIS_URL": settings.REDIS_URL,
        "DJANGO_DEBUG": "false",
        "LOG_LEVEL": "WARNING",
        "AI_EMBEDDING_DIMENSIONS": str(DIMENSIONS),
        "AI_AUTO_APPLY_THRESHOLD": "0",
        "AI_AUDIT_SHARE": "0",
        "CELERY_AI_CONCURRENCY": str(setup.in_flight * setup.workers),
        **away,
        **setup.settings,
    }


def _bare_loop(url: str, threads: int) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.queue_loop", url, "--threads", str(threads)]
    done = subprocess.run(  # noqa: S603  (a command of our own)
        [*command, "--products", str(threads * 12)], cwd=BACKEND, capture_output=True, text=True, check=True
    )
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def _line(run: Outcome) -> str:
    return (
        f"{run.setup}, Qdrant {run.qdrant}: {run.products} in {run.seconds} s, {run.states}, {run.requests}"
    )


def _table(found: list[Outcome], loops: dict[int, dict[str, float]], latency: float) -> Table:
    table = Table(title=f"One product alone: {latency:g} s")
    columns = (
        "run|Qdrant|products/s|of the ideal|of the bare loop|CPU ms|SQL|"
        "PostgreSQL CPU ms|model server CPU ms|RSS MiB|conns|p50 s|p95 s"
    )
    for column in columns.split("|"):
        table.add_column(column, justify="left" if column in ("run", "Qdrant") else "right")
    slots = {f"threads {threads}": threads for threads in loops}
    for run in found:
        loop = loops.get(slots.get(run.setup, 0))
        values: list[Any] = [
            *(run.setup, run.qdrant, run.products_per_second, f"{run.share_of_ideal:.0%}"),
            "" if loop is None else f"{run.products_per_second / loop['products_per_second']:.0%}",
            *(run.cpu_ms, run.sql, run.postgres_cpu_ms, run.server_cpu_ms),
            *(run.rss_mib, run.connections, run.p50, run.p95),
        ]
        table.add_row(*map(str, values))
    for threads, loop in loops.items():
        speed = loop["products_per_second"]
        share = f"{speed * latency / threads:.0%}"
        table.add_row(f"bare loop {threads}", "", f"{speed:.2f}", share, "", f"{loop['cpu_ms']:.1f}")
    return table


if __name__ == "__main__":
    sys.exit(main())
