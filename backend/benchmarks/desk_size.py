"""Milliseconds and queries of the desk's pages: `python -m benchmarks.desk_size [--runs N] … [--filled]`.

Each page is opened through the whole stack of Django (test client, real rights): once to warm caches, then ROUNDS
times; the fastest counts, as other work on the machine only adds to it. Without --filled the database of DATABASE_URL
is filled first (`benchmarks.desk_fill`).
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import django

if __name__ == "__main__":
    django.setup()

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.ai.models import AIModerationQueue, AIProcessingLog, StoredPicture
from apps.ai.services.people import bulk
from apps.products.models import Product
from apps.users.models import User
from benchmarks.desk_fill import arguments, fill

MOST_MS, MOST_QUERIES, ROUNDS = 300, 20, 5


@dataclass(frozen=True, slots=True)
class Measured:
    name: str
    ms: float
    queries: int
    status: int
    slowest: str

    @property
    def is_good(self) -> bool:
        return self.ms <= MOST_MS and self.queries <= MOST_QUERIES and self.status == 200


def pages() -> Iterator[tuple[str, str, str]]:
    """(name, who, address)."""
    queue = reverse("admin:ai_aimoderationqueue_changelist")
    runs = reverse("admin:ai_aiprocessinglog_changelist")
    entry = AIModerationQueue.objects.waiting().in_order()[200]
    run = AIProcessingLog.objects.filter(status="approved").order_by("-pk")[1000]
    order = bulk.draft(
        AIModerationQueue.objects.waiting().select_related("log_entry")[:500],
        decision="approve",
        by=User.objects.get(username="anna"),
    )
    if order is None:
        sys.exit("No card waits: fill more runs.")
    yield "start page, moderator", "anna", reverse("admin:index")
    yield "start page, owner", "owner", reverse("admin:index")
    yield "queue", "anna", queue
    yield (
        "queue, far behind",
        "anna",
        f"{queue}?after={AIModerationQueue.objects.waiting().in_order()[20_000 if _waiting() > 21_000 else 100].pk}",
    )
    yield "queue, reason and branch", "anna", f"{queue}?reason={entry.reason}&branch={entry.branch_id}"
    yield "queue, free", "anna", f"{queue}?state=free"
    yield "queue, overdue", "anna", f"{queue}?state=overdue"
    yield "queue, decided", "anna", f"{queue}?state=resolved"
    yield "queue, words", "anna", f"{queue}?q=Сироп+250"
    yield "queue, live", "anna", f"{reverse('admin:ai_queue_live')}?ids={entry.pk}"
    yield "bulk, what will change", "anna", reverse("admin:ai_bulk", args=[order.pk])
    yield "bulk, list", "anna", reverse("admin:ai_bulk_list")
    yield "charts, owner", "owner", reverse("admin:ai_charts") + "?days=90&by=category"
    yield "charts, CSV", "owner", reverse("admin:ai_charts") + "?csv=parts"
    yield "runs", "anna", runs
    yield "runs, page 3,000", "anna", f"{runs}?p=3000"
    yield "runs, failed", "anna", f"{runs}?status__exact=failed"
    yield "runs, words", "anna", f"{runs}?q=Сироп+250"
    yield "runs, number", "anna", f"{runs}?q={run.pk}"
    yield "run, waiting", "anna", reverse("admin:ai_aiprocessinglog_change", args=[entry.log_entry_id])
    yield "run, decided", "anna", reverse("admin:ai_aiprocessinglog_change", args=[run.pk])
    for model in ("appliedchange", "aiaudit", "aimassrun", "aitemplate"):
        yield model, "owner", reverse(f"admin:ai_{model}_changelist")
    for model in ("aicall", "aibudgetperiod", "aiprice", "servicepause", "aieditmeasure", "aileafletsection"):
        yield model, "owner", reverse(f"admin:ai_{model}_changelist")
    yield "aicall, by run", "owner", reverse("admin:ai_aicall_changelist") + f"?q={run.pk}"
    stored = reverse("admin:ai_storedpicture_changelist")
    last = StoredPicture.objects.order_by("-pk")[StoredPicture.objects.count() // 2]
    yield "pictures, that at half of the products", "owner", stored
    yield "pictures, far behind", "owner", f"{stored}?after={last.pk}"
    yield "pictures, none", "owner", f"{stored}?status__exact=broken"
    yield "pictures, owed", "owner", f"{stored}?status__exact=owed"
    yield "pictures, an address", "owner", f"{stored}?q={last.url}"
    yield "pictures, words", "owner", f"{stored}?q=Сироп+250"
    first = StoredPicture.objects.order_by("-pk").values_list("pk", flat=True)[0]
    yield "picture", "owner", reverse("admin:ai_storedpicture_change", args=[first])
    products = reverse("admin:products_product_changelist")
    yield "products", "owner", products
    yield "products, words", "owner", f"{products}?q=Сироп+250"
    yield "products, waiting cards", "owner", f"{products}?ai=moderation"
    yield "product", "owner", reverse("admin:products_product_change", args=[Product.objects.all()[5].pk])
    yield "API queue", "anna", "/api/ai/moderation/"
    yield "API runs", "anna", "/api/ai/logs/"


def measure(client: Client, name: str, url: str) -> Measured:
    client.get(url)
    times = []
    for _round in range(ROUNDS):
        started = time.perf_counter()
        response = client.get(url)
        times.append(1000 * (time.perf_counter() - started))
    with CaptureQueriesContext(connection) as captured:
        client.get(url)
    queries = [
        one for one in captured.captured_queries if one["sql"].startswith(("SELECT", "INSERT", "UPDATE"))
    ]
    slowest = max(queries, key=lambda one: float(one["time"]), default={"time": "0", "sql": ""})
    said = f"{1000 * float(slowest['time']):.0f} ms: {slowest['sql'][:400]}"
    return Measured(name, min(times), len(queries), response.status_code, said)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _waiting() -> int:
    return AIModerationQueue.objects.waiting().count()


def main() -> int:
    parser = arguments(argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0]))
    parser.add_argument("--filled", action="store_true")
    parser.add_argument(
        "--explain", action="store_true", help="show the slowest query of pages that are too slow"
    )
    chosen = parser.parse_args()
    if not chosen.filled:
        call_command("migrate", verbosity=0)
        fill(runs=chosen.runs, products=chosen.products, calls=chosen.calls)
    settings.ALLOWED_HOSTS = ["*"]
    clients: dict[str, Client] = {}
    found = []
    _say(f"{'page':<28} {'ms':>7} {'queries':>8}")
    for name, who, url in list(pages()):
        if who not in clients:
            clients[who] = Client()
            clients[who].force_login(User.objects.get(username=who))
        one = measure(clients[who], name, url)
        found.append(one)
        _say(f"{name:<28} {one.ms:7.0f} {one.queries:8}  {'' if one.is_good else f'TOO MUCH ({one.status})'}")
        if chosen.explain and not one.is_good:
            _say(f"    {one.slowest}")
    bad = [one for one in found if not one.is_good]
    _say(f"{len(found) - len(bad)} of {len(found)} pages: at most {MOST_MS} ms and {MOST_QUERIES} queries.")
    return int(bool(bad))


if __name__ == "__main__":
    sys.exit(main())
