"""What one run costs the worker: `python -m benchmarks.run_cost`. See scripts/bench_run."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from rich.console import Console  # noqa: E402

from apps.ai.models import AIProcessingLog  # noqa: E402
from apps.ai.services.queue import window  # noqa: E402
from apps.ai.services.runs import pipeline, reading  # noqa: E402
from apps.ai.tests.support.processes import BACKEND  # noqa: E402
from benchmarks import goods  # noqa: E402
from benchmarks.queue_bench import environment  # noqa: E402
from benchmarks.queue_runs import Setup, model_server, postgres_cpu, russian  # noqa: E402
from benchmarks.stand import clean, prepare  # noqa: E402

#: Runs that are claimed and prepared together.
TOGETHER = 16


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/bench_run", description=__doc__)
    parser.add_argument("--batches", type=int, default=20, metavar="N", help=f"of {TOGETHER} runs each")
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    sample = Path(settings.REPOSITORY_DIR) / "sample"
    if options.measure:
        _measure(sample / "catalogue.jsonl", options.batches)
        return 0
    prepare(Path(settings.LOCAL_STATE_DIR), sample)
    with model_server(chat=0.0, embedding=0.0) as url:
        variables = os.environ | environment(url, Setup(1))
        command = [sys.executable, "-W", "ignore", "-m", "benchmarks.run_cost", "--measure"]
        return subprocess.run(  # noqa: S603  (a command of our own)
            [*command, "--batches", str(options.batches)], cwd=BACKEND, env=variables, check=False
        ).returncode


def _measure(catalogue: Path, batches: int) -> None:
    """The least is what the code takes; the median has the machine's noise in it."""
    clean()
    goods.submit(russian(catalogue, TOGETHER * (batches + 1)))
    _batch()  # what a process learns once
    before = postgres_cpu()
    found = [_batch() for _ in range(batches)]
    postgres = (postgres_cpu() - before) / (batches * TOGETHER) * 1000
    own = sorted(milliseconds for _, each, _ in found for milliseconds in each)
    shared = sorted(prepared for prepared, _, _ in found)
    states = set(AIProcessingLog.objects.order_by().values_list("status", flat=True).distinct())
    say = Console(highlight=False, soft_wrap=True).print
    say(f"runs: {len(own)}, {', '.join(sorted(states))}")
    say(f"CPU of a run: least {own[0]:.1f} ms, median {own[len(own) // 2]:.1f} ms")
    say(
        f"its share of claiming and preparing: least {shared[0]:.1f} ms, median {shared[len(shared) // 2]:.1f} ms"
    )
    say(
        f"PostgreSQL's CPU of a run: {postgres:.1f} ms; SQL statements: {min(number for *_, number in found)}"
    )


def _batch() -> tuple[float, list[float], int]:
    """Milliseconds of CPU to prepare a run, of each run, and the statements of the last one."""
    began = time.thread_time()
    claimed = window.claim(TOGETHER, owner=f"bench:{time.monotonic_ns()}")
    prepared = reading.prepare(claimed, owner=claimed[0].lease_owner).ready
    shared = (time.thread_time() - began) / TOGETHER * 1000
    each = []
    for one in prepared[:-1]:
        began = time.thread_time()
        pipeline.go_on(one)
        each.append((time.thread_time() - began) * 1000)
    with CaptureQueriesContext(connection) as captured:
        pipeline.go_on(prepared[-1])
    return shared, each, sum(query["sql"] not in ("BEGIN", "COMMIT") for query in captured.captured_queries)


if __name__ == "__main__":
    sys.exit(main())
