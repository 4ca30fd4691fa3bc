"""Chaos in full: `python -m benchmarks.chaos_full`, see scripts/chaos, which prepares what this needs."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402

from apps.ai.tests.support.processes import Shop  # noqa: E402
from benchmarks.chaos import SETTINGS, Plan, torment  # noqa: E402
from benchmarks.queue_runs import model_server  # noqa: E402
from benchmarks.stand import prepare  # noqa: E402


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/chaos", description=__doc__)
    parser.add_argument("--products", type=int, default=500, metavar="N")
    parser.add_argument("--kills", type=int, default=12, metavar="N")
    parser.add_argument("--chat", type=float, default=1.0, help="seconds of a chat call")
    options = parser.parse_args()
    state, sample = Path(settings.LOCAL_STATE_DIR), Path(settings.REPOSITORY_DIR) / "sample"
    prepare(state, sample)
    plan = Plan(products=options.products, kills=options.kills, flushes=2, restart=_restart_database)
    with model_server(chat=options.chat, embedding=0.1) as url:
        places = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL")}
        shop = Shop(state, SETTINGS | places | {"OPENAI_BASE_URL": url})
        verdict = torment(shop, plan, sample=sample / "catalogue.jsonl", url=url)
    for line in (
        f"{verdict.products} products: {dict(verdict.states)} in {verdict.seconds:.0f} s",
        f"harm: {', '.join(verdict.harm)}",
        f"requests {verdict.requests}, ledger rows {verdict.ledger}, of them lost {verdict.lost.total()}",
        f"answers paid for again: {verdict.repeated.total()}",
        *(f"FAULT: {fault}" for fault in verdict.faults),
    ):
        print(line)  # noqa: T201
    return bool(verdict.faults)


def _restart_database() -> None:
    services = Path(settings.REPOSITORY_DIR) / "scripts/lib/services.py"
    command = [sys.executable, str(services), "restart-database", os.environ["SERVICES"]]
    subprocess.run(command, check=True)  # noqa: S603  (a command of our own)


if __name__ == "__main__":
    sys.exit(main())
