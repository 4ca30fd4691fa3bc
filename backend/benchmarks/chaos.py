"""What survives: workers killed with -9, a flushed broker, a restarted database, messages delivered twice.

`torment` does the damage while products are worked on; `Verdict` says what is left. The full run
is `benchmarks/chaos_full.py`.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import redis
from celery import Celery
from django.db import InterfaceError, OperationalError, connection
from django.db.models import Q
from django.utils import timezone

from apps.ai.models import AICall, AIProcessingLog, AppliedChange
from apps.ai.models.spending import LedgerStatus
from apps.ai.services.money import ledger as spending
from apps.ai.services.money.meter import TAKEN
from apps.ai.tests.support.processes import BACKEND, Shop
from apps.ai.types import Operation
from benchmarks import goods
from benchmarks.queue_runs import NOWHERE, books, russian

T = TypeVar("T")
#: Short times, so that what is lost is missed soon.
SETTINGS = {
    "QDRANT_URL": NOWHERE,
    "OPENAI_API_KEY": "sk-chaos",
    "AI_EMBEDDING_DIMENSIONS": "64",
    "AI_AUTO_APPLY_THRESHOLD": "0",
    "AI_AUDIT_SHARE": "0",
    "AI_LEASE_SECONDS": "6",
    "AI_SWEEP_SECONDS": "1",
    "AI_MAX_ATTEMPTS": "50",
    "AI_RETRY_SECONDS": "1",
    "AI_READ_TIMEOUT": "20",
    "CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT": "5",
    "DJANGO_DEBUG": "false",
    "LOG_LEVEL": "WARNING",
}


@dataclass(frozen=True, slots=True)
class Plan:
    """How much harm. `every`: seconds between two kills, from and to. `restart`: restarts the database."""

    products: int
    kills: int
    flushes: int
    every: tuple[float, float] = (3.0, 6.0)
    workers: int = 2
    slots: int = 16
    restart: Callable[[], None] | None = None
    patience: float = 600.0


@dataclass(frozen=True)
class Verdict:
    """`repeated`: answers that were paid for again, by product and stage ("embedding" too); `lost`: ledger rows of
    unknown outcome or of answers that came too late, by the same; product 0 is a request for many products' vectors.
    """

    seconds: float
    states: Counter[str]
    runs: int
    products: int
    applied: Counter[int]
    repeated: Counter[tuple[int, str]]
    lost: Counter[tuple[int, str]]
    requests: int
    ledger: int
    unsettled: int
    harm: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def faults(self) -> list[str]:
        """What must not be, in words."""
        found = []
        if self.states != Counter({"approved": self.products}) or self.runs != self.products:
            found.append(
                f"{self.products} products, but {dict(self.states)} in {self.runs} runs: {self.errors}"
            )
        if len(self.applied) != self.products or set(self.applied.values()) != {1}:
            found.append(f"applied: {len(self.applied)} products, {Counter(self.applied.values())} times")
        unexplained = self.repeated - self.lost
        # Vectors lie in the worker's memory alone: one that is killed between the answer and the question that needed
        # them asks again, for some 1e-6 USD a text.
        unexplained = Counter({key: n for key, n in unexplained.items() if key[1] != "embedding"})
        if unexplained:
            found.append(f"paid again without a lost call: {dict(unexplained)}")
        if self.ledger < self.requests:
            found.append(f"{self.requests} requests, {self.ledger} ledger rows")
        if self.unsettled:
            found.append(f"{self.unsettled} ledger rows are still open")
        return found


@dataclass
class Crew:
    """Worker processes that are replaced when they are killed, and the beat, which lives."""

    shop: Shop
    plan: Plan
    members: list[subprocess.Popen[Any]] = field(default_factory=list)
    count: int = 0

    def hire(self) -> None:
        self.count += 1
        pool = ("--pool", "threads", "--concurrency", str(self.plan.slots), "-n", f"w{self.count}@chaos")
        self.members.append(self.start("worker", "-Q", "ai", *pool, "--without-gossip", "--without-mingle"))

    def start(self, *arguments: str) -> subprocess.Popen[Any]:
        with (self.shop.state / "worker.log").open("ab") as log:
            return subprocess.Popen(  # noqa: S603  (a command of our own)
                [sys.executable, "-m", "celery", "-A", "config", *arguments, "--loglevel", "WARNING"],
                cwd=BACKEND,
                env=self.shop.environment,
                stdout=log,
                stderr=log,
            )

    def kill_one(self) -> None:
        victim = self.members.pop(random.randrange(len(self.members)))  # noqa: S311
        victim.kill()
        victim.wait()
        self.hire()

    @contextmanager
    def at_work(self) -> Iterator[None]:
        beat = self.start("beat", "--schedule", str(self.shop.state / "beat"))
        for _ in range(self.plan.workers):
            self.hire()
        try:
            yield
        finally:
            for process in (beat, *self.members):
                process.kill()
                process.wait()


def torment(shop: Shop, plan: Plan, *, sample: Path, url: str) -> Verdict:
    """Push the products, do the harm, wait for the end, look. The shop and its broker must be empty."""
    before = books(url)
    ids = goods.submit(russian(sample, plan.products))
    for run in AIProcessingLog.objects.order_by("pk")[::10]:
        _deliver(run, shop)
    crew, started = Crew(shop, plan), time.monotonic()
    with crew.at_work():
        harm = _harm(crew, plan, shop)
        while time.monotonic() - started < plan.patience and _again(_open_runs):
            time.sleep(0.3)
        seconds = time.monotonic() - started
        for run in AIProcessingLog.objects.order_by("pk")[::10]:
            _deliver(run, shop)  # a week late
        time.sleep(1.0)
    return _look(ids, seconds, before, books(url), harm)


def _harm(crew: Crew, plan: Plan, shop: Shop) -> list[str]:
    """Kills at random intervals, flushes and the restart between them."""
    done: list[str] = []
    flush_at = {number * plan.kills // plan.flushes for number in range(plan.flushes)}
    while not _again(_some_are_at_work):
        time.sleep(0.2)
    ended = 0
    for number in range(plan.kills):
        time.sleep(random.uniform(*plan.every))  # noqa: S311
        ended = _progress(plan, beyond=ended + 1)
        if ended == plan.products:
            break
        crew.kill_one()
        done.append(f"kill at {ended} ended")
        if number in flush_at:
            redis.Redis.from_url(shop.extra["REDIS_URL"]).flushdb()
            done.append("flush")
        if plan.restart is not None and number == plan.kills // 2:
            connection.close()
            plan.restart()
            done.append("database restarted")
    return done


def _progress(plan: Plan, *, beyond: int) -> int:
    """How many have ended, once that is `beyond`: on a slow machine a new worker takes longer to come than to die."""
    deadline = time.monotonic() + plan.patience / plan.kills
    while True:
        ended = plan.products - _again(_open_runs)
        if ended >= beyond or time.monotonic() > deadline:
            return ended
        time.sleep(0.2)


def _deliver(run: AIProcessingLog, shop: Shop) -> None:
    """The run's message once more, by the broker of the shop."""
    app = Celery(broker=shop.extra["REDIS_URL"])
    app.conf.broker_transport_options = {"priority_steps": [0, 3, 6, 9], "queue_order_strategy": "priority"}
    app.send_task(
        "apps.ai.tasks.process_product_ai",
        args=[run.product_id],
        kwargs={"run_id": run.pk},
        task_id=str(run.task_id),
        queue="ai",
        priority=run.priority,
    )


def _again(look: Callable[[], T]) -> T:
    """Look until the database answers."""
    while True:
        try:
            return look()
        except (OperationalError, InterfaceError):
            connection.close()
            time.sleep(0.5)


def _open_runs() -> int:
    return AIProcessingLog.objects.open().count()


def _some_are_at_work() -> bool:
    return AICall.objects.exists()


def _look(ids: list[int], seconds: float, before: Any, after: Any, harm: list[str]) -> Verdict:
    """Calls whose worker died are given up as the sweeper does it, without waiting for their time."""
    AICall.objects.open().update(expires_at=timezone.now() - timedelta(seconds=1))
    spending.sweep_lost()
    titles = dict(AIProcessingLog.objects.values_list("product__title", "product_id"))
    known = {(product, stage): number for product, stage, number in before["answers"]}
    repeated: Counter[tuple[int, str]] = Counter()
    for product, stage, number in after["answers"]:
        again = number - known.get((product, stage), 0) - 1
        if again > 0:
            repeated[titles[product], stage] += again
    ended = AIProcessingLog.objects.exclude(status="approved").values_list(
        "error_code", "error_message", "reasons"
    )
    in_vain = Q(status=LedgerStatus.LOST) | Q(status=LedgerStatus.UNUSABLE, error__startswith=f"{TAKEN}: ")
    lost = AICall.objects.filter(in_vain).values_list("product_id", "stage", "operation")
    return Verdict(
        seconds=seconds,
        states=Counter(AIProcessingLog.objects.order_by().values_list("status", flat=True)),
        runs=AIProcessingLog.objects.count(),
        products=len(ids),
        applied=Counter(AppliedChange.objects.values_list("product_id", flat=True)),
        repeated=repeated,
        lost=Counter(
            (product_id or 0, operation if operation == Operation.EMBEDDING else stage)
            for product_id, stage, operation in lost
        ),
        requests=sum(after["requests"].values()) - sum(before["requests"].values()),
        ledger=AICall.objects.count(),
        unsettled=AICall.objects.open().count(),
        harm=harm,
        errors=sorted({f"{code}: {(message or '')[:200]} {reasons[:1]}" for code, message, reasons in ended}),
    )
