from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.ai import catalog
from apps.ai.exceptions import AIError
from apps.ai.management.progress import progress_bar
from apps.ai.services.indexing import SyncSummary
from apps.ai.services.money.meter import UnattendedMeter
from apps.ai.services.people import confirmed
from apps.ai.services.templates import library


class Command(BaseCommand):
    help = (
        "Bring Qdrant in line with the category tree, the confirmed products and the templates; "
        "embeds only what changed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--prune", action="store_true", help="remove what the shop no longer has")
        parser.add_argument(
            "--products",
            action=argparse.BooleanOptionalAction,
            default=True,
            help="also learn the products whose category a person confirmed (default)",
        )
        parser.add_argument("--dry-run", action="store_true", help="count what would change, change nothing")

    def handle(self, *args: Any, prune: bool, products: bool, dry_run: bool, **options: Any) -> None:
        nodes = catalog.get().categories()
        if not nodes:
            raise CommandError("The shop has no categories; create or import the tree first.")
        try:
            self._sync("Categories", confirmed.sync_tree, len(nodes), prune=prune, dry_run=dry_run)
            if products:
                self._sync("Confirmed products", confirmed.sync_confirmed, None, prune=prune, dry_run=dry_run)
            self._sync("Templates", _sync_templates, None, prune=True, dry_run=dry_run)
        except (AIError, ImproperlyConfigured) as error:
            raise CommandError(str(error)) from error

    def _sync(
        self, label: str, sync: Callable[..., SyncSummary], total: int | None, *, prune: bool, dry_run: bool
    ) -> None:
        started = time.monotonic()
        with progress_bar(label, total) as progress:
            summary = sync(
                meter=UnattendedMeter("sync"),
                prune=prune,
                dry_run=dry_run,
                progress=progress,
            )
        seconds = time.monotonic() - started
        self.stdout.write(f"{label}: {describe(summary, prune=prune, dry_run=dry_run)}, {seconds:.1f} s.")


def _sync_templates(*, prune: bool, **options: Any) -> SyncSummary:
    """Templates are always pruned: a deleted row must not go on serving."""
    return library.sync_templates(**options)


def describe(summary: SyncSummary, *, prune: bool, dry_run: bool) -> str:
    """One line for people."""
    written = f"{summary.written} {'to write' if dry_run else 'written'}, {summary.unchanged} unchanged"
    if not summary.gone:
        return written
    if prune:
        return f"{written}, {summary.gone} {'to remove' if dry_run else 'removed'}"
    return f"{written}, {summary.gone} no longer in the shop (--prune removes them)"
