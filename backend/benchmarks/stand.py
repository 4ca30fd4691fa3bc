"""The stand: a shop, a model server of our own, a real worker, and somebody who looks at the clock."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import redis
from django.conf import settings
from django.db import connection
from django.db.models import Sum

from apps.ai.models import AIProcessingLog
from apps.ai.models.processing import Status
from apps.ai.models.provider import AIRateBucket, ServicePause
from apps.ai.models.spending import NANO, AIBudgetPeriod, AICall, BudgetScope
from apps.ai.tests.support.openai_server import Script
from apps.ai.tests.support.processes import Shop, until
from apps.ai.tests.support.shop_answers import answer
from apps.products.models import Product
from benchmarks.books import TOKENS, Line, TimedServer

#: Seconds between two looks.
LOOK = 0.05


@dataclass(frozen=True, slots=True)
class Look:
    """At a moment: runs that a worker slot is busy with, and what the day's budget has given away, in USD."""

    at: float
    busy: int
    taken_usd: float


@dataclass
class Watch:
    """Looks at the database until it is told to stop."""

    looks: list[Look] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        while not self.stopped.wait(LOOK):
            busy = AIProcessingLog.objects.filter(status=Status.PROCESSING).count()
            taken = AIBudgetPeriod.objects.filter(scope=BudgetScope.DAY).aggregate(
                spent=Sum("spent_nano"), reserved=Sum("reserved_nano")
            )
            usd = ((taken["spent"] or 0) + (taken["reserved"] or 0)) / NANO
            self.looks.append(Look(time.time(), busy, usd))
        connection.close()

    def slot_seconds(self, *, since: float = 0.0) -> float:
        """Seconds that slots were busy, added up."""
        looks = [look for look in self.looks if look.at >= since]
        return sum(look.busy * (after.at - look.at) for look, after in pairwise(looks))


@dataclass
class Stand:
    """`state`: a folder with a prepared Qdrant folder in it; `concurrency`: slots of the one worker."""

    state: Path
    server: TimedServer
    concurrency: int
    environment: dict[str, str] = field(default_factory=dict)
    watch: Watch = field(default_factory=Watch)

    @property
    def shop(self) -> Shop:
        return Shop(self.state, environment(self.server) | self.environment)

    @contextmanager
    def working(self) -> Iterator[None]:
        """A worker with its sweeper, and the watch, until the block ends."""
        log = self.state / "worker.log"
        log.unlink(missing_ok=True)
        watcher = threading.Thread(target=self.watch.run, daemon=True)
        with self.shop.worker("--concurrency", str(self.concurrency), "-B", "--loglevel", "INFO"):
            if not until(lambda: log.exists() and "ready." in self.shop.log, seconds=60):
                raise RuntimeError(f"The worker did not become ready:\n{self.shop.log[-3000:]}")
            watcher.start()
            try:
                yield
            finally:
                self.watch.stopped.set()
                watcher.join(5)

    def wait(self, condition: Callable[[], bool], *, seconds: float) -> float:
        """Seconds until the condition held. Raises TimeoutError with the worker's last words."""
        started = time.monotonic()
        if not until(condition, seconds=seconds):
            raise TimeoutError(f"Not within {seconds:g} s. {states()}\n{self.shop.log[-3000:]}")
        return time.monotonic() - started

    @property
    def lines(self) -> list[Line]:
        return list(self.server.lines)


def environment(server: TimedServer) -> dict[str, str]:
    return {
        "OPENAI_BASE_URL": server.url,
        "OPENAI_API_KEY": "sk-benchmark",
        "REDIS_URL": settings.REDIS_URL,
        "AI_EMBEDDING_DIMENSIONS": "256",
        "AI_AUTO_APPLY_THRESHOLD": "0",
        "AI_AUDIT_SHARE": "0",
        "AI_READ_TIMEOUT": "30",
    }


def prepare(state: Path, sample: Path) -> None:
    """Database, tree, templates and vectors, as an operator makes them."""
    with TimedServer(script=answer) as server:
        shop = Shop(state, environment(server))
        done = shop.manage_all(
            ("migrate", "--verbosity", "0"),
            ("import_categories", str(sample / "categories.jsonl")),
            ("init_qdrant",),
            ("sync_categories",),
            ("import_templates", str(sample / "templates.json")),
        )
        if done.returncode:
            raise RuntimeError(f"{done.stdout}{done.stderr}")


@contextmanager
def stand(
    state: Path, *, concurrency: int, settings: dict[str, str], script: Script = answer, **server: Any
) -> Iterator[Stand]:
    """A stand without products, runs, spending or pauses, and a server of its own."""
    clean()
    with TimedServer(script=script, **server) as running:
        yield Stand(state, running, concurrency, settings)


def clean() -> None:
    """Nothing happened yet. The broker is emptied too: it must be the benchmark's own."""
    for model in (AIProcessingLog, Product, AICall, AIBudgetPeriod, ServicePause, AIRateBucket):
        model._default_manager.all().delete()
    redis.Redis.from_url(settings.REDIS_URL).flushdb()


def states() -> dict[str, int]:
    rows = AIProcessingLog.objects.order_by().values_list("status", "error_code")
    counts: dict[str, int] = {}
    for status, code in rows:
        name = f"{status} ({code})" if code else status
        counts[name] = counts.get(name, 0) + 1
    return counts


def all_ended() -> bool:
    return not AIProcessingLog.objects.open().exists()


def ledger_tokens() -> dict[str, int]:
    sums = AICall.objects.aggregate(**{name: Sum(f"{name}_tokens") for name in TOKENS})
    return {name: sums[name] or 0 for name in TOKENS}
