"""One measured run of a worker: processes started, products pushed, figures read from /proc and the database."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import Min

from apps.ai.models import AIProcessingLog
from apps.ai.models.processing import Status
from apps.ai.models.spending import AICall
from apps.ai.tests.support.processes import BACKEND, Shop, until
from apps.products.models import Product
from benchmarks import goods
from benchmarks.stand import clean

TICK = os.sysconf("SC_CLK_TCK")
#: A closed port of this machine: Qdrant is away, and the tree is searched in memory.
NOWHERE = "http://127.0.0.1:9"


_LATIN = re.compile("[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Setup:
    """`in_flight`: slots of each of `workers` processes. `qdrant`: "local" or "off"."""

    in_flight: int
    workers: int = 1
    pool: str = "threads"
    qdrant: str = "off"
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        many = "" if self.workers == 1 else f"{self.workers} × "
        return f"{self.pool} {many}{self.in_flight}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run showed. Times in seconds, sizes in MiB; per product where the name says so."""

    setup: str
    qdrant: str
    products: int
    states: dict[str, int]
    seconds: float
    products_per_second: float
    share_of_ideal: float
    cpu_ms: float
    sql: float
    postgres_cpu_ms: float
    server_cpu_ms: float
    rss_mib: float
    connections: int
    requests: dict[str, int]
    p50: float
    p95: float


@contextmanager
def model_server(*, chat: float, embedding: float) -> Iterator[str]:
    """The cheap server as a process of its own; yields its base URL."""
    command = [
        sys.executable,
        "-m",
        "benchmarks.queue_server",
        "--chat",
        str(chat),
        "--embedding",
        str(embedding),
    ]
    process = subprocess.Popen(command, cwd=BACKEND, stdout=subprocess.PIPE, text=True)  # noqa: S603
    try:
        if process.stdout is None or not (url := process.stdout.readline().strip()):
            raise RuntimeError("The model server did not start.")
        yield url
    finally:
        process.terminate()
        process.wait(10)


@contextmanager
def working(shop: Shop, setup: Setup) -> Iterator[list[subprocess.Popen[Any]]]:
    """The worker processes, ready, until the block ends."""
    log = shop.state / "worker.log"
    log.unlink(missing_ok=True)
    for old in shop.state.glob("sql.*"):
        old.unlink()
    command = [
        *(sys.executable, "-m", "celery", "-A", "benchmarks.queue_worker", "worker", "-Q", "ai"),
        *("--pool", setup.pool, "--concurrency", str(setup.in_flight), "--loglevel", "INFO"),
        *("--without-gossip", "--without-mingle"),
    ]
    environment = shop.environment | {"SQL_COUNT_FILE": str(shop.state / "sql")}
    with log.open("ab") as out:
        processes = [
            subprocess.Popen(  # noqa: S603  (a command of our own)
                [*command, "-n", f"w{n}@bench"], cwd=BACKEND, env=environment, stdout=out, stderr=out
            )
            for n in range(setup.workers)
        ]
    try:
        if not until(lambda: shop.log.count("ready.") == setup.workers, seconds=90):
            raise RuntimeError(f"The worker did not become ready:\n{shop.log[-3000:]}")
        yield processes
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def measure(shop: Shop, setup: Setup, *, sample: Path, products: int, latency: float, url: str) -> Outcome:
    """Push `products` to fresh workers and wait for their end. `latency`: seconds of one product alone."""
    clean()
    watch = Watch()
    before = books(url)
    with working(shop, setup) as processes:
        ids = [process.pid for process in processes]
        _warm(sample)
        cpu_before, sql_before, postgres_before = cpu_seconds(ids), _sql(shop), postgres_cpu()
        thread = threading.Thread(target=watch.run, args=(ids,), daemon=True)
        thread.start()
        goods.submit(russian(sample, products))
        patience = 120 + products * latency / (setup.in_flight * setup.workers) * 6
        ended = until(lambda: not AIProcessingLog.objects.open().exists(), seconds=patience)
        time.sleep(1.0)  # the last count of statements is written
        cpu, sql = cpu_seconds(ids) - cpu_before, _sql(shop) - sql_before
        postgres = postgres_cpu() - postgres_before
        watch.stop.set()
        thread.join()
    if not ended:
        raise TimeoutError(f"Not all ended: {_states()}\n{shop.log[-3000:]}")
    after = books(url)
    requests = {
        stage: number - before["requests"].get(stage, 0) for stage, number in after["requests"].items()
    }
    server = after["cpu"] - before["cpu"]
    return _outcome(setup, products, latency, cpu, sql, postgres, server, watch, requests)


def _outcome(
    setup: Setup,
    products: int,
    latency: float,
    cpu: float,
    sql: int,
    postgres: float,
    server: float,
    watch: Watch,
    requests: dict[str, int],
) -> Outcome:
    ends = list(AIProcessingLog.objects.values_list("created_at", "completed_at"))
    started = AICall.objects.aggregate(first=Min("created_at"))["first"]
    seconds = (max(end for _, end in ends if end) - started).total_seconds()
    waits = sorted((end - start).total_seconds() for start, end in ends if end)
    speed = products / seconds
    return Outcome(
        setup=setup.name,
        qdrant=setup.qdrant,
        products=products,
        states=_states(),
        seconds=round(seconds, 1),
        products_per_second=round(speed, 2),
        share_of_ideal=round(speed * latency / (setup.in_flight * setup.workers), 3),
        cpu_ms=round(cpu / products * 1000, 1),
        sql=round(sql / products, 1),
        postgres_cpu_ms=round(postgres / products * 1000, 1),
        server_cpu_ms=round(server / products * 1000, 1),
        rss_mib=round(watch.rss, 0),
        connections=watch.connections,
        requests=requests,
        p50=round(waits[len(waits) // 2], 1),
        p95=round(waits[len(waits) * 95 // 100], 1),
    )


@dataclass
class Watch:
    """The most memory (MiB) and database connections that the workers had at a look."""

    rss: float = 0.0
    connections: int = 0
    stop: threading.Event = field(default_factory=threading.Event)

    def run(self, pids: list[int]) -> None:
        while not self.stop.wait(0.5):
            self.rss = max(self.rss, sum(_rss(pid) for pid in family(pids)))
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                    "AND application_name = 'worker'"
                )
                self.connections = max(self.connections, cursor.fetchone()[0])
        connection.close()


def _warm(sample: Path) -> None:
    """One product through every worker slot's path: imports and connections are not what is measured."""
    ids = goods.submit(russian(sample, 8))
    if not until(lambda: not AIProcessingLog.objects.open().exists(), seconds=60):
        raise TimeoutError("The first products did not end.")
    _forget(ids)


def russian(sample: Path, number: int) -> list[Product]:
    """Products whose own words make a faultless card, so that none is repaired: three calls each."""
    found = [product for product in goods.varied(sample, 4 * number) if not _LATIN.search(product.title)]
    return found[:number]


def _forget(ids: list[int]) -> None:
    AICall.objects.all().delete()
    AIProcessingLog.objects.all().delete()
    Product.objects.filter(pk__in=ids).delete()


def books(url: str) -> Any:
    with urllib.request.urlopen(url.removesuffix("/v1") + "/_books") as answer:  # noqa: S310  (ours)
        return json.load(answer)


def _states() -> dict[str, int]:
    rows = list(AIProcessingLog.objects.order_by().values_list("status", flat=True))
    return {str(Status(name).value): rows.count(name) for name in sorted(set(rows))}


def _sql(shop: Shop) -> int:
    return sum(int(path.read_text() or 0) for path in shop.state.glob("sql.*"))


def family(pids: list[int]) -> list[int]:
    """The processes and all that descend from them."""
    found = list(pids)
    for pid in found:
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            try:
                found += [int(child) for child in task.read_text().split()]
            except OSError:
                continue
    return found


def cpu_seconds(pids: list[int]) -> float:
    return sum(_cpu(pid) for pid in family(pids))


def _cpu(pid: int) -> float:
    """User and system time with that of children that ended, in seconds (proc(5), fields 14 to 17)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(int(value) for value in fields[11:15]) / TICK


def _rss(pid: int) -> float:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    except OSError:
        return 0.0


def postgres_cpu() -> float:
    """Seconds of CPU of the whole PostgreSQL, by the parent of this connection's backend."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()[0]
    try:
        parent = int(Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0.0  # a server elsewhere
    return cpu_seconds([parent])
