"""Runs for a whole chunk of an import: what `submission.submit_imported` decides, with a few queries for all."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db import transaction

from apps.ai import catalog
from apps.ai.conf import AutoProcess
from apps.ai.models import AIProcessingLog
from apps.ai.models.processing import OPEN_STATUSES, UNDECIDED_STATUSES, Priority
from apps.ai.services.queue import window
from apps.ai.services.runs import settling
from apps.ai.services.runs.stock import stock_position
from apps.ai.services.runs.submission import policy_of, run_options, submit_bulk
from apps.ai.types import Mode

SOURCE = "parser"


@transaction.atomic
def submit_imported_many(*, origin: str, created: Sequence[int] = (), changed: Sequence[int] = ()) -> int:
    """Make runs for products that a parser created or changed; returns how many are new. See `submit_imported`.

    Call it in the transaction that wrote and locked the products. Workers are notified once, after the commit.
    """
    policy = policy_of(origin)
    switch = AutoProcess(policy.auto_process)
    if switch is AutoProcess.OFF or not (created or changed):
        return 0
    stale = _stale(changed, switch) if changed else {}
    wanted = [*created, *stale]
    if not wanted:
        return 0
    options = run_options(analyze_images=policy.analyze_images)
    count = submit_bulk(wanted, mode=policy.mode, options=options, source=SOURCE, priority=Priority.IMPORT)
    _close_outdated(stale)
    transaction.on_commit(window.notify_many, robust=True)
    return count


def _stale(product_ids: Sequence[int], switch: AutoProcess) -> dict[int, str]:
    """Products whose card was not made from what they are now, by id, with the fingerprint of what they are now."""
    runs: dict[int, list[AIProcessingLog]] = {}
    columns = ("product_id", "status", "input_fingerprint", "processing_type")
    for run in AIProcessingLog.objects.filter(product_id__in=product_ids).order_by("-pk").only(*columns):
        runs.setdefault(run.product_id, []).append(run)
    closed = [key for key in product_ids if not runs.get(key) or runs[key][0].status not in OPEN_STATUSES]
    prints = {key: product.fingerprint for key, product in catalog.get().snapshots(closed).items()}
    stock = stock_position()
    return {
        key: fingerprint
        for key, fingerprint in prints.items()
        if _is_reason(runs.get(key, []), fingerprint, switch, in_stock=key <= stock)
    }


def _is_reason(
    runs: Sequence[AIProcessingLog], fingerprint: str, switch: AutoProcess, *, in_stock: bool
) -> bool:
    """`runs`: the product's, the latest first, none of them open."""
    if not runs:
        return not in_stock and switch is not AutoProcess.NEW
    read = next((run.input_fingerprint for run in runs if run.input_fingerprint), "")
    if read == fingerprint:
        return False
    return switch is not AutoProcess.NEW or any(_is_undecided(run) for run in runs)


def _is_undecided(run: AIProcessingLog) -> bool:
    return run.status in UNDECIDED_STATUSES and run.processing_type != Mode.IMAGES


def _close_outdated(stale: dict[int, str]) -> None:
    """Cards that nobody could approve any more are closed in favour of the new runs."""
    undecided: Collection[int] = set(
        AIProcessingLog.objects.undecided().filter(product_id__in=stale).values_list("product_id", flat=True)
    )
    for run in AIProcessingLog.objects.open().filter(product_id__in=undecided).order_by("pk"):
        settling.close_outdated(run, fingerprint=stale[run.product_id])
