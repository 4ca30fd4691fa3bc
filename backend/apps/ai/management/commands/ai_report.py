"""`manage.py ai_report`: what became of the products, as a table and as JSON."""

from __future__ import annotations

import json
import time
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import IO, Any, cast

from django.core.management.base import BaseCommand, CommandError
from django.db.models import OuterRef, Subquery
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from apps.ai import catalog
from apps.ai.models import AIProcessingLog
from apps.ai.models.processing import ENDED_STATUSES
from apps.ai.types import Severity

POLL_SECONDS = 0.5


class Command(BaseCommand):
    help = "Show the latest run of every product; with --wait, first wait until none is open."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--wait", type=float, default=0, metavar="SECONDS", help="wait for open runs")
        parser.add_argument("--json", type=Path, metavar="FILE", help="also write the report there")

    def handle(self, *args: Any, **options: Any) -> None:
        console = Console(file=cast(IO[str], self.stdout), width=None if self.stdout.isatty() else 160)
        left = _wait(options["wait"], console)
        report = _report()
        _print(report, console)
        if options["json"]:
            options["json"].write_text(json.dumps(report, ensure_ascii=False, indent=1), encoding="utf-8")
        if left:
            raise CommandError(f"{left} runs have not ended. Is a worker running? See its log.")


def _wait(seconds: float, console: Console) -> int:
    """Poll until no run is open or the time is over; returns how many still are."""
    deadline = time.monotonic() + seconds
    total = AIProcessingLog.objects.count()
    columns = (TextColumn("processing"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        bar = progress.add_task("", total=total)
        while (open_runs := AIProcessingLog.objects.open().count()) and time.monotonic() < deadline:
            progress.update(bar, completed=total - open_runs)
            time.sleep(POLL_SECONDS)
        progress.update(bar, completed=total - open_runs)
    return open_runs


def _report() -> dict[str, Any]:
    """The latest run of each product, and totals."""
    latest = (
        AIProcessingLog.objects.filter(product_id=OuterRef("product_id")).order_by("-pk").values("pk")[:1]
    )
    runs = list(AIProcessingLog.objects.filter(pk=Subquery(latest)).order_by("product_id"))
    paths = {node.id: node.path_text for node in catalog.get().categories()}
    titles = catalog.get().titles(run.product_id for run in runs)
    products = [_row(run, paths) | {"title": titles.get(run.product_id, "")} for run in runs]
    statuses = Counter(row["status"] for row in products)
    costs = [run.cost_usd for run in runs if run.cost_usd is not None]
    return {
        "products": products,
        "totals": {
            "products": len(products),
            "by_status": dict(sorted(statuses.items())),
            "ended": sum(statuses[status] for status in ENDED_STATUSES),
            "applied_automatically": sum(
                run.status == "approved" and run.processed_by_id is None for run in runs
            ),
            "cost_usd": float(sum(costs)),
            "processing_time_ms": sum(row["processing_time_ms"] or 0 for row in products),
        },
    }


def _row(run: AIProcessingLog, paths: dict[int, str]) -> dict[str, Any]:
    reasons = [reason for reason in run.reasons if reason["severity"] != Severity.NOTE]
    if run.status == "failed":
        reasons = [{"code": run.error_code, "severity": "blocking", "message": run.error_message or ""}]
    return {
        "id": run.product_id,
        "title": "",
        "category_path": paths.get(run.suggested_category_id or 0),
        "confidence": run.category_confidence,
        "is_measured": run.confidence_measured,
        "status": run.status,
        "reasons": [{key: reason[key] for key in ("code", "severity", "message")} for reason in reasons],
        "generated_title": run.generated_title,
        "generated_description": run.generated_description,
        "cost_usd": None if run.cost_usd is None else float(run.cost_usd),
        "processing_time_ms": run.processing_time_ms,
        "model": run.llm_model,
    }


def _why(reasons: list[dict[str, str]]) -> str:
    """The first that blocks, in its own words, and how many more there are."""
    if not reasons:
        return ""
    first, *others = sorted(reasons, key=lambda reason: reason["severity"] != Severity.BLOCKING)
    return first["message"] + (f" (+{len(others)})" if others else "")


def _print(report: dict[str, Any], console: Console) -> None:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name, options in (
        ("id", {"justify": "right"}),
        ("product", {"max_width": 32, "overflow": "ellipsis", "no_wrap": True}),
        ("category", {"max_width": 30, "overflow": "ellipsis", "no_wrap": True}),
        ("sure", {"justify": "right"}),
        ("status", {}),
        ("why not by itself", {"max_width": 62, "overflow": "ellipsis", "no_wrap": True}),
        ("ms", {"justify": "right"}),
    ):
        table.add_column(name, **options)
    for row in report["products"]:
        table.add_row(
            str(row["id"]),
            row["title"],
            row["category_path"] or "—",
            f"{row['confidence']:.2f}" if row["is_measured"] and row["confidence"] is not None else "—",
            row["status"],
            _why(row["reasons"]),
            str(row["processing_time_ms"] or "—"),
        )
    console.print(table)
    totals = report["totals"]
    states = ", ".join(f"{count} {status}" for status, count in totals["by_status"].items())
    console.print(
        f"{totals['products']} products: {states or 'none'}; {totals['applied_automatically']} applied without "
        f"a person; ${totals['cost_usd']:.4f}; {totals['processing_time_ms'] / 1000:.1f} s of work"
    )
