"""What scripts/try_restore does, once servers run; SERVICES names their folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psycopg
from machine import BACKEND, ROOT, Failure
from servers import Postgres

WORK = Path(os.environ["SERVICES"])
SAMPLE = ROOT / "sample"
WORKER = (
    "-A config worker -Q ai,parsers,celery -n restore@%h --pool threads --concurrency 2 -B --loglevel WARNING"
)
#: What the score of a candidate may differ by: about as much as one neighbour of thirty weighs.
NEAR = 0.05
#: Signs of processes and answers that were paid for, whose moments differ; Django's own bookkeeping is compared.
PASSING = {"ai_processsign", "ai_trouble"}

ANSWERS = """
import json
from dataclasses import asdict
from apps.ai import catalog
from apps.ai.models import AIProcessingLog
from apps.ai.services import composition
from apps.ai.types import FreeMeter, ImageFindings
shop, categorizer = catalog.get(), composition.categorizer(composition.language_model())
answers = {}
for run in AIProcessingLog.objects.order_by("pk"):
    product = shop.snapshot(run.product_id)
    found = categorizer.find(product, ImageFindings(), meter=FreeMeter()).candidates
    card = asdict(shop.card(run.product_id, language="ru"))
    ranked = [[one.node.path_text, round(one.score, 5)] for one in found]
    answers[run.pk] = {"status": run.status, "card": card, "candidates": ranked}
print(json.dumps(answers, default=str, ensure_ascii=False))
"""


class Shop:
    """A database with a folder for its vectors."""

    def __init__(self, name: str) -> None:
        self.url = f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{name}"
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        self.environment = os.environ | {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PG_BIN": str(Postgres(WORK).binaries),
            "DATABASE_URL": self.url,
            "DJANGO_SETTINGS_MODULE": "config.settings.local",
            "ENV_FILE": "/dev/null",
            "AI_ENGINE": "offline",
            "AI_AUTO_PROCESS": "new_and_changed",
            "AI_AUTO_APPLY_THRESHOLD": "0.8",
            "AI_AUDIT_SHARE": "0",
            "LOG_LEVEL": "WARNING",
            "LOCAL_STATE_DIR": str(WORK / name),
            "CELERY_BROKER_URL": os.environ["REDIS_URL"],
        }

    def run(self, *command: str | Path) -> str:
        done = subprocess.run(
            command, cwd=BACKEND, env=self.environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise Failure(f"{command}: {done.returncode}\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
        return done.stdout

    def manage(self, *arguments: str | Path) -> str:
        return self.run(sys.executable, "manage.py", *arguments)

    def answers(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = json.loads(self.manage("shell", "--no-imports", "-c", ANSWERS))
        return found

    def rows(self) -> dict[str, tuple[int, str]]:
        """Table → number of rows, and a digest of them all."""
        with psycopg.connect(self.url) as connection:
            named = connection.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            ).fetchall()
            tables = sorted(name for (name,) in named if name not in PASSING)
            digest = "SELECT count(*), coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') FROM {} t"
            found = {name: connection.execute(digest.format(name)).fetchone() for name in tables}
        return {name: (row[0], row[1]) for name, row in found.items() if row}


def fill(shop: Shop) -> None:
    """The sample's tree and catalogue, and cards for its feeds by a real worker."""
    shop.manage("migrate", "--verbosity", "0")
    shop.manage("import_categories", SAMPLE / "categories.jsonl")
    shop.manage("import_catalogue", SAMPLE / "catalogue.jsonl")
    shop.manage("init_qdrant")
    shop.manage("sync_categories")
    shop.manage("import_templates", SAMPLE / "templates.json")
    for feed in sorted((SAMPLE / "supplier").glob("*.json")):
        shop.manage("run_parser", "supplier", "--file", feed)
    command = [sys.executable, "-W", "ignore", "-m", "celery", *WORKER.split()]
    with (WORK / "worker.log").open("wb") as log:
        worker = subprocess.Popen(command, cwd=BACKEND, env=shop.environment, stdout=log, stderr=log)
        try:
            print(shop.manage("ai_report", "--wait", "240").splitlines()[-2:], flush=True)
        finally:
            worker.terminate()
            worker.wait()


def differing(one: dict[str, object], other: dict[str, object]) -> list[str]:
    return sorted(name for name in {*one, *other} if one.get(name) != other.get(name))


def same_answer(one: dict[str, Any] | None, other: dict[str, Any] | None) -> bool:
    """The same card and status to the letter, and every candidate's score within NEAR.

    A search is not repeatable to the last digit: asked twice, one store differs a little for every fourth product, and
    a store that is filled again for nearly all, as the last of thirty neighbours comes or goes.
    """
    if one is None or other is None or (one["card"], one["status"]) != (other["card"], other["status"]):
        return False
    return not _apart(one, other)


def _apart(one: dict[str, Any], other: dict[str, Any]) -> dict[str, tuple[float, float]]:
    scores, others = dict(one["candidates"]), dict(other["candidates"])
    both = {path: (scores.get(path, 0.0), others.get(path, 0.0)) for path in {*scores, *others}}
    return {path: pair for path, pair in both.items() if abs(pair[0] - pair[1]) > NEAR}


def _difference(one: dict[str, Any] | None, other: dict[str, Any] | None) -> str:
    if one is None or other is None:
        return "is there only once"
    parts = [part for part in ("card", "status") if one[part] != other[part]]
    return f"{', '.join(parts)} {_apart(one, other)}"


def main() -> None:
    begun = time.monotonic()
    first = Shop("shop")
    fill(first)
    # The vectors as a restore makes them: with the cards that were just applied.
    first.manage("sync_categories")
    print(f"-- a shop with cards: {time.monotonic() - begun:.0f} s", flush=True)
    backups = WORK / "backups"
    backups.mkdir()
    dump = Path(first.run(ROOT / "scripts/backup", backups, "--keep", "3").strip())
    print(f"-- scripts/backup: {dump.name}, {dump.stat().st_size / 1000:.0f} kB", flush=True)
    rows, answers = first.rows(), first.answers()
    second = Shop("elsewhere")
    print(second.run(ROOT / "scripts/restore", dump), flush=True)
    refused = subprocess.run([ROOT / "scripts/restore", dump], env=second.environment, capture_output=True)
    if not refused.returncode:
        raise Failure("a second restore into the same database was not refused")
    tables = differing(dict(rows), dict(second.rows()))
    second_answers = second.answers()
    cards = sorted(
        key
        for key in {*answers, *second_answers}
        if not same_answer(answers.get(key), second_answers.get(key))
    )
    statuses = sorted({str(one["status"]) for one in answers.values()})
    total = sum(count for count, _ in rows.values())
    print(f"-- {len(rows)} tables with {total} rows, {len(answers)} cards ({', '.join(statuses)})")
    for key in cards:
        print(f"   run {key}: {_difference(answers.get(key), second_answers.get(key))}")
    if tables or cards or not answers or total < 1000:
        raise Failure(f"not the same: tables {tables}, cards {cards}")
    print(
        f"-- the same rows, cards and candidates after the restore; {time.monotonic() - begun:.0f} s in all"
    )


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"error: {failure}")
