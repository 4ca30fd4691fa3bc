"""Every AI_SWEEP_SECONDS: bring back what died, wake what is due, submit what no run was ever made for."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.utils import timezone

from apps.ai import catalog, conf
from apps.ai.conf import AutoProcess
from apps.ai.exceptions import BudgetExceeded, TransitionError
from apps.ai.models import AIProcessingLog, AIQueueState, ProcessSign
from apps.ai.models.processing import Actor, Priority, Status
from apps.ai.services.money import breaker, budgets, ledger
from apps.ai.services.people import lessons
from apps.ai.services.queue import window
from apps.ai.services.runs import submission
from apps.ai.services.runs.stock import stock_position
from apps.ai.services.runs.submission import run_options, submit_bulk
from apps.ai.services.worker import control as queue_control
from apps.ai.services.worker import signs
from apps.ai.services.worker.mass_runs import PAUSE_CODES
from apps.ai.types import SourcePolicy

logger = logging.getLogger(__name__)

#: Rows one sweep brings back, so that it ends before the next begins.
BATCH = 500
#: Products one sweep looks at: the newest, and so many further on a round through the whole shop.
NEWEST = 1000
ROUND = 4000
#: A sweep whose process died is over after so long.
TURN = timedelta(seconds=60)


def sweep() -> dict[str, int]:
    """Returns how many runs were brought back, given up, woken and newly submitted.

    Empty when another sweep is under way.
    """
    turn = AIQueueState.take_turn("sweep", lasting=TURN)
    if turn is None:
        return {}
    try:
        brought_back, given_up = _recover()
        ledger.sweep_lost()
        queue_control.tend_mass_runs()
        submitted = _submit_forgotten()
        _end_waits()
        lessons.send_again()
        window.forget_lost()
        signs.leave("sweep", ProcessSign.Kind.SWEEP)
        return {
            "brought_back": brought_back,
            "given_up": given_up,
            "submitted": submitted,
            "woken": window.fill(),
        }
    finally:
        AIQueueState.end_turn("sweep", until=turn)


def _recover() -> tuple[int, int]:
    """Runs whose worker died go back to the queue, or fail after the last attempt."""
    brought_back = given_up = 0
    now = timezone.now()
    expired = AIProcessingLog.objects.lease_expired(now=now).order_by("pk")
    for run in expired.only("attempts", "lease_owner")[:BATCH]:
        dead = run.lease_owner
        try:
            if run.attempts >= conf.get().max_attempts:
                run.advance(
                    Status.FAILED,
                    actor=Actor.QUEUE,
                    owner=dead,
                    completed_at=now,
                    error_code="worker_lost",
                    error_message=f"Исполнитель пропал {run.attempts} раз подряд.",
                    cost_usd=ledger.run_totals(run.pk).cost_usd,
                )
                given_up += 1
            else:
                run.advance(
                    Status.PENDING,
                    actor=Actor.QUEUE,
                    owner=dead,
                    message_sent_at=None,
                    next_attempt_at=None,
                )
                brought_back += 1
        except TransitionError:
            logger.info("Run %s came back by itself.", run.pk)
    return brought_back, given_up


def _end_waits() -> None:
    """Whoever waits for money or for the provider need not wait longer than that takes."""
    now = timezone.now()
    codes = [BudgetExceeded.code] if budgets.lifted(now=now) else []
    if breaker.callers() != 0:
        codes += PAUSE_CODES
    if codes:
        AIProcessingLog.objects.filter(
            status=Status.PENDING, error_code__in=codes, next_attempt_at__gt=now
        ).update(next_attempt_at=now)


def _submit_forgotten() -> int:
    """`bulk_create` sends no signal. The newest products are looked at every time, the others on a round."""
    state = AIQueueState.objects.get(name="sweep")
    products = catalog.get()
    next_ones = products.imported(after=state.position, limit=ROUND)
    AIQueueState.objects.filter(name="sweep").update(position=next_ones[-1] if len(next_ones) == ROUND else 0)
    candidates = {*products.newest_imported(limit=NEWEST), *next_ones}
    known = AIProcessingLog.objects.filter(product_id__in=candidates).values_list("product_id", flat=True)
    stock = stock_position()
    forgotten = [one for one in sorted(candidates.difference(known)) if one > stock]
    return sum(
        submit_bulk(
            product_ids,
            mode=policy.mode,
            options=run_options(analyze_images=policy.analyze_images),
            source="sweeper",
            priority=Priority.IMPORT,
        )
        for policy, product_ids in _by_policy(forgotten).items()
        if policy.auto_process != AutoProcess.OFF
    )


def _by_policy(product_ids: list[int]) -> dict[SourcePolicy, list[int]]:
    """What each product's source says is done with it."""
    if not product_ids:
        return {}
    products = catalog.get().snapshots(product_ids)
    policies = {source: submission.policy_of(source) for source in {one.source for one in products.values()}}
    groups: dict[SourcePolicy, list[int]] = {}
    for product_id in product_ids:
        if product_id in products:
            groups.setdefault(policies[products[product_id].source], []).append(product_id)
    return groups
