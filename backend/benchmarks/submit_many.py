"""Submits N products as one mass run on the configured database, and measures: time, memory, figures, window.

    DATABASE_URL=... REDIS_URL=... python -m benchmarks.submit_many 100000

It makes N products of its own and deletes them at the end, with their runs. For a database and a broker of
their own, with no worker: up to a window of messages is sent.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")
os.environ["DJANGO_DEBUG"] = "false"  # Django would keep every statement
django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from apps.ai.models import AIMassRun, AIProcessingLog  # noqa: E402
from apps.ai.services.queue import window  # noqa: E402
from apps.ai.services.worker import control as queue_control  # noqa: E402
from apps.ai.services.worker import mass_runs, sweeping  # noqa: E402
from apps.products.models import Product  # noqa: E402

SOURCE = "submit-benchmark"
REPEATS = 5


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("count", type=int, nargs="?", default=100_000)
    count = parser.parse_args().count
    if Product.objects.filter(source_name=SOURCE).exists():
        sys.stderr.write("Products of an earlier run are there; deleting them.\n")
        clean_up()
    try:
        sys.stdout.write(json.dumps(measure(count), indent=2) + "\n")
    finally:
        clean_up()
    return 0


def measure(count: int) -> dict[str, Any]:
    ids = make_products(count)
    before = memory_mb()
    started = time.perf_counter()
    mass = mass_runs.start(ids, source="benchmark", selection="benchmark")
    if mass is None:
        raise SystemExit("Nothing to submit.")
    while mass_runs.submit_chunk(mass.pk):
        pass
    submitting = time.perf_counter() - started
    grown = memory_mb() - before
    return {
        "database": connection.vendor,
        "products": count,
        "submit_seconds": round(submitting, 2),
        "products_per_second": round(count / submitting),
        "memory_mb": {"before": round(before), "grown_by": round(grown)},
        "runs": AIProcessingLog.objects.filter(mass=mass).count(),
        "fill_window_ms": milliseconds(window.fill, repeats=1),
        "figures_ms": milliseconds(queue_control.figures),
        "progress_ms": milliseconds(lambda: queue_control.progress([mass])),
        "status_command_ms": milliseconds(lambda: call_command("ai_queue", "status", stdout=Sink())),
        "admin_page_ms": admin_page(),
        "sweep_ms": milliseconds(sweeping.sweep),
        "cancel_seconds": cancel(mass),
    }


class Sink:
    """Takes output and keeps nothing."""

    def write(self, text: str) -> None:
        return None

    def isatty(self) -> bool:
        return False


def make_products(count: int) -> list[int]:
    for start in range(0, count, 2000):
        Product.objects.bulk_create(
            Product(
                title=f"Товар {number}",
                slug=f"{SOURCE}-{number}",
                source=Product.Source.PARSER,
                source_name=SOURCE,
                source_id=str(number),
            )
            for number in range(start, min(start + 2000, count))
        )
    return list(Product.objects.filter(source_name=SOURCE).values_list("pk", flat=True))


def admin_page() -> dict[str, float]:
    users = get_user_model().objects
    user = users.create_superuser(SOURCE, password=None)
    try:
        client = Client(headers={"host": "localhost"})
        client.force_login(user)

        def page() -> None:
            answer = client.get("/admin/ai/aimassrun/")
            if answer.status_code != 200:
                raise SystemExit(f"The queue page answered {answer.status_code}.")

        page()
        return milliseconds(page)
    finally:
        user.delete()


def cancel(mass: AIMassRun) -> float:
    started = time.perf_counter()
    queue_control.cancel(mass)
    queue_control.close_cancelled()
    return round(time.perf_counter() - started, 2)


def milliseconds(step: Callable[[], object], *, repeats: int = REPEATS) -> dict[str, float]:
    """The median and the worst of `repeats` calls."""
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        step()
        times.append((time.perf_counter() - started) * 1000)
    return {"median": round(statistics.median(times), 1), "worst": round(max(times), 1)}


def memory_mb() -> float:
    """The most that this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def clean_up() -> None:
    with connection.cursor() as cursor:
        products = Product._meta.db_table
        runs = AIProcessingLog._meta.db_table
        mine = f"SELECT id FROM {products} WHERE source_name = %s"  # noqa: S608
        cursor.execute(f"DELETE FROM {runs} WHERE product_id IN ({mine})", [SOURCE])  # noqa: S608
        cursor.execute(f"DELETE FROM {products} WHERE source_name = %s", [SOURCE])  # noqa: S608
    AIMassRun.objects.filter(source="benchmark").delete()


if __name__ == "__main__":
    sys.exit(main())
