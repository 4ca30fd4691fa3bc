"""People, imports and workers at the same products: `python -m benchmarks.people_stress [--seeds 10] [--threads 6]`.

Every seed: so many threads do random acts to a few products at the same time, on PostgreSQL. Then each product must be
as one order of those acts leaves it, every act answered as in that order; no text that a person wrote by hand may be
replaced without a moderator's edit; no product may have two waiting cards. Needs DATABASE_URL; makes and drops a test
database there.
"""

from __future__ import annotations

import argparse
import random
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import django

if __name__ == "__main__":
    django.setup()

from django.db import connection, connections
from django.test.utils import setup_databases, setup_test_environment, teardown_databases

from apps.ai.models import AIModerationQueue, AIProcessingLog
from apps.users.models import User
from benchmarks.people_acts import Stand
from benchmarks.people_model import Act, explained

PEOPLE = ("anna", "boris", "vera")
#: What a thread may do, and how often.
ACTS = {
    "approve": 4,
    "reject": 1,
    "edit": 3,
    "reprocess": 2,
    "roll back": 2,
    "import": 3,
    "import the same": 2,
    "by hand": 2,
    "work": 8,
}


@dataclass
class Verdict:
    """What a seed came to. `answers`: how many acts were answered how. `faults`: one sentence each."""

    seed: int
    seconds: float = 0.0
    answers: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


def torment(seed: int, *, threads: int = 6, acts: int = 8, products: int = 3) -> Verdict:
    """One seed: each of the threads does `acts` acts to some of the products."""
    started = time.monotonic()
    people = {name: User.objects.get_or_create(username=name, is_staff=True)[0] for name in PEOPLE}
    stands = [Stand(f"{seed}-{number}", people) for number in range(products)]
    barrier = threading.Barrier(threads)

    def play(number: int) -> None:
        chance = random.Random(f"{seed}:{number}")  # noqa: S311
        try:
            barrier.wait()
            for _ in range(acts):
                act(chance.choice(stands), chance)
        finally:
            connections.close_all()

    verdict = Verdict(seed)
    with ThreadPoolExecutor(threads) as pool:
        for player in [pool.submit(play, number) for number in range(threads)]:
            player.result()
    for stand in stands:
        verdict.answers += Counter(f"{one.act.what}: {_kind(one.answer)}" for one in stand.log)
        verdict.faults += faults(stand)
    verdict.seconds = time.monotonic() - started
    return verdict


def act(stand: Stand, chance: random.Random) -> None:
    """One act, on a run that was picked before: by then somebody else may have been quicker."""
    what = chance.choices(list(ACTS), weights=list(ACTS.values()))[0]
    who = chance.choice(PEOPLE)
    rows = AIProcessingLog.objects.filter(product_id=stand.product_id).order_by("pk")
    statuses = list(rows.values_list("status", flat=True))
    wanted = {"work": "pending", "roll back": "approved"}.get(what, "moderation")
    fitting = [number for number, status in enumerate(statuses) if status == wanted]
    number = chance.choice(fitting) if fitting and chance.random() < 0.9 else chance.randrange(len(statuses))
    value = f"{what}-{chance.randrange(10**6)}"
    time.sleep(chance.random() * 0.01)
    if what == "work":
        stand.work(number, sure=chance.random() < 0.5, pause=lambda: time.sleep(chance.random() * 0.03))
    elif what == "import":
        stand.do(Act("import", version=chance.randrange(4)))
    elif what == "import the same":
        stand.do(Act("import", version=stand.seen().source))
    elif what == "by hand":
        stand.do(Act("by hand", who=who, value=value))
    else:
        stand.do(Act(what, who=who, run=number, value=value if what == "edit" else ""))


def faults(stand: Stand) -> list[str]:
    """What is wrong with the product now."""
    found, after = [], stand.seen()
    if not explained(stand.before, after, stand.log):
        found.append(f"{stand.key}: no order of these acts ends so: {stand.log} → {after}")
    waiting = AIModerationQueue.objects.waiting().filter(log_entry__product_id=stand.product_id)
    cards = [run for run in after.runs if run.status == "moderation"]
    if len(cards) > 1 or waiting.count() != len(cards):
        found.append(f"{stand.key}: {len(cards)} cards wait, {waiting.count()} are in the queue")
    written = [one.act.value for one in stand.log if one.act.what == "by hand" and one.answer == "done"]
    edited = {one.act.value for one in stand.log if one.act.what == "edit" and one.answer == "done"}
    if written and after.title not in {*written, *edited}:
        found.append(f"{stand.key}: a title by hand became {after.title!r}")
    return found


def _kind(answer: object) -> str:
    return answer if isinstance(answer, str) else "answered"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.people_stress", description=__doc__)
    parser.add_argument("--seeds", type=int, default=10, metavar="N")
    parser.add_argument("--first", type=int, default=0, metavar="N", help="the first seed")
    parser.add_argument("--threads", type=int, default=6, metavar="N")
    parser.add_argument("--acts", type=int, default=8, metavar="N", help="of each thread")
    options = parser.parse_args()
    if connection.vendor != "postgresql":
        parser.error("DATABASE_URL must name a PostgreSQL: only there do people meet.")
    setup_test_environment()
    databases = setup_databases(verbosity=0, interactive=False)
    wrong, answers = 0, Counter[str]()
    try:
        for seed in range(options.first, options.first + options.seeds):
            verdict = torment(seed, threads=options.threads, acts=options.acts)
            wrong += len(verdict.faults)
            answers += verdict.answers
            print(f"seed {seed}: {verdict.answers.total()} acts in {verdict.seconds:.1f} s")  # noqa: T201
            for fault in verdict.faults:
                print(f"FAULT: {fault}")  # noqa: T201
    finally:
        teardown_databases(databases, verbosity=0)
    print("; ".join(f"{what} {count}" for what, count in sorted(answers.items())))  # noqa: T201
    print(f"{options.seeds} seeds, {answers.total()} acts, {wrong} faults")  # noqa: T201
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
