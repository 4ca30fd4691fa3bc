"""The till: every call passes the pause, the rate limits and the budgets, and is booked to the token.

The ledger row is the reservation. It is written before the call with the most that the call can cost, and
settled after it. Whose outcome nobody knows (a timeout after the request had left, a worker that died) stays
in the budgets with the reserved amount, because the provider may bill it.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connections, transaction
from django.db.models import Count, Q, Sum
from django.utils import timezone

from apps.ai import conf
from apps.ai.exceptions import BudgetExceeded
from apps.ai.models.provider import PauseReason
from apps.ai.models.spending import AICall, AIPrice, LedgerStatus, dollars
from apps.ai.services import breaker, budgets, rate_limits
from apps.ai.services.llm import errors
from apps.ai.types import CallOutcome, CallStatus, PlannedCall, Usage

logger = logging.getLogger(__name__)

#: What a picture is taken to cost with a model whose price row has no formula: more than any known at "low".
DEFAULT_IMAGE_TOKENS = 4_000
#: Seconds after the read timeout at which an unsettled call is given up for lost.
LOST_AFTER = 300.0

_TROUBLE = {errors.OVERLOADED, errors.TIMEOUT, errors.CONNECTION}
_ACCOUNT = {errors.QUOTA: PauseReason.QUOTA, errors.KEY_REFUSED: PauseReason.KEY_REFUSED}
_warned: set[str] = set()


@dataclass(frozen=True, slots=True)
class Ticket:
    """What `admit` did and `settle` must answer for."""

    call_id: int
    endpoint: str
    probe: bool
    expected_tokens: int


@dataclass(frozen=True)
class RunMeter:
    """Implements `types.Meter` for a run. `run_id` None: the money is the shop's, not a run's."""

    run_id: int | None
    product_id: int | None
    source: str
    mode: str

    def admit(self, call: PlannedCall) -> Ticket:
        """Gives the thread's database connections back: the caller is about to wait.

        Raises PauseError (the provider's pause, a rate limit, a day's or a month's budget) or
        PermanentAIError (the run's own budget).
        """
        endpoint = breaker.endpoint()
        probe = breaker.admit(endpoint)
        try:
            price = price_of(call.model)
            images = call.images * image_tokens(price)
            expected = rate_limits.expected_tokens(call, image_tokens=images)
            rate_limits.take(call.model, expected)
            try:
                call_id = self._reserve(call, price, prompt_tokens=call.prompt_tokens + images)
            except BaseException:
                rate_limits.give_back(call.model, expected)
                raise
        except BaseException:
            if probe:
                breaker.give_back_probe(endpoint)
            raise
        release_connections()
        return Ticket(call_id, endpoint, probe, expected)

    def settle(self, ticket: Ticket, call: PlannedCall, outcome: CallOutcome) -> None:
        _book(ticket.call_id, outcome)
        rate_limits.correct(call.model, expected=ticket.expected_tokens, usage=outcome.usage)
        _report(ticket, outcome)

    def _reserve(self, call: PlannedCall, price: AIPrice | None, *, prompt_tokens: int) -> int:
        amount = 0
        if price is not None:
            amount = price.cost(prompt=prompt_tokens, cached=0, completion=call.completion_tokens)
        elif budgets.are_set():
            raise BudgetExceeded(
                f"Задан бюджет, но цена модели {call.model} неизвестна: добавьте её в «Цены моделей».",
                retry_after=600.0,
            )
        return budgets.reserve(self._ledger_row(call, price), amount=amount)

    def _ledger_row(self, call: PlannedCall, price: AIPrice | None) -> AICall:
        now = timezone.now()
        return AICall(
            created_at=now,
            expires_at=now + timedelta(seconds=conf.get().read_timeout + LOST_AFTER),
            run_id=self.run_id,
            product_id=self.product_id,
            source=self.source[:20],
            mode=self.mode,
            stage=call.stage.value,
            operation=call.operation.value,
            model=call.model,
            images=call.images,
            price=price,
        )


class UnattendedMeter(RunMeter):
    """For commands and upkeep that belong to no run."""

    def __init__(self, source: str) -> None:
        super().__init__(run_id=None, product_id=None, source=source, mode="")


def price_of(model: str) -> AIPrice | None:
    """The price in force; for a model without one, None and one warning a process."""
    price = AIPrice.objects.in_force(model, on=timezone.localdate())
    if price is None and model not in _warned:
        _warned.add(model)
        logger.warning("No price is known for the model %s: its calls are booked without a cost.", model)
    return price


def image_tokens(price: AIPrice | None) -> int:
    """At most so many prompt tokens a picture, at the detail that is asked for."""
    formula = price.image_formula if price is not None else {}
    detail = "low" if settings.AI_CONFIG.get("IMAGE_DETAIL", "low") == "low" else "high"
    return int(formula.get(detail, DEFAULT_IMAGE_TOKENS))


def release_connections() -> None:
    """Inside a transaction they stay."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()


def _book(call_id: int, outcome: CallOutcome) -> None:
    """Settle the ledger row and its budgets; a second settling, or one after the sweep, only corrects."""
    with transaction.atomic():
        row = AICall.objects.select_for_update(of=("self",)).select_related("price").get(pk=call_id)
        if row.status not in (LedgerStatus.SENT, LedgerStatus.LOST):
            return
        released = row.held_nano
        known, cost = _cost(row, outcome)
        row.held_nano = 0 if known else released
        was_lost = row.status == LedgerStatus.LOST
        _fill(row, outcome, cost)
        row.save()
        counted = (cost or 0) + row.held_nano
        if was_lost:
            budgets.book(row.periods, release=0, spend=counted - released)
        else:
            budgets.book(row.periods, release=released, spend=counted)


def _cost(row: AICall, outcome: CallOutcome) -> tuple[bool, int | None]:
    """Is the outcome known, and what it costs in nano-dollars (None: no price, or nobody knows)."""
    if outcome.usage is None:
        return (True, 0) if outcome.status is CallStatus.FAILED else (False, None)
    if row.price is None:
        return True, None
    usage = outcome.usage
    return True, row.price.cost(prompt=usage.prompt, cached=usage.cached, completion=usage.completion)


def _fill(row: AICall, outcome: CallOutcome, cost: int | None) -> None:
    usage = outcome.usage or Usage()
    row.status = LedgerStatus(outcome.status.value)
    row.settled_at = timezone.now()
    row.prompt_tokens = usage.prompt
    row.cached_tokens = usage.cached
    row.completion_tokens = usage.completion
    row.reasoning_tokens = usage.reasoning
    row.cost_usd = None if cost is None else dollars(cost)
    row.duration_ms = outcome.duration_ms
    row.request_id = outcome.request_id[:100]
    row.error = f"{outcome.code}: {outcome.error}" if outcome.code else outcome.error


def _report(ticket: Ticket, outcome: CallOutcome) -> None:
    """Tell the breaker."""
    code, message = outcome.code, outcome.error
    if code in _ACCOUNT:
        breaker.account_failed(ticket.endpoint, _ACCOUNT[code], message)
    elif code in _TROUBLE:
        breaker.failed(ticket.endpoint, message, probe=ticket.probe)
    elif code != errors.INTERRUPTED:
        breaker.succeeded(ticket.endpoint, probe=ticket.probe)
    elif ticket.probe:
        breaker.give_back_probe(ticket.endpoint)


def sweep_lost() -> int:
    """Give up calls whose worker never came back: their money counts as spent, their tokens are unknown."""
    lost = 0
    for call_id in AICall.objects.open().filter(expires_at__lt=timezone.now()).values_list("pk", flat=True):
        with transaction.atomic():
            row = AICall.objects.select_for_update().get(pk=call_id)
            if row.status != LedgerStatus.SENT:
                continue
            row.status = LedgerStatus.LOST
            row.settled_at = timezone.now()
            row.error = "lost: the worker ended before the answer came"
            row.save()
            budgets.book(row.periods, release=row.held_nano, spend=row.held_nano)
            lost += 1
    budgets.forget_old_runs()
    return lost


@dataclass(frozen=True, slots=True)
class RunTotals:
    """What a run cost over all its attempts. `cost_usd` None: some of its tokens have no known price."""

    calls: int
    usage: Usage
    cost_usd: Decimal | None


def run_totals(run_id: int) -> RunTotals:
    sums: dict[str, Any] = AICall.objects.filter(run_id=run_id).aggregate(
        calls=Count("pk"),
        prompt=Sum("prompt_tokens"),
        cached=Sum("cached_tokens"),
        completion=Sum("completion_tokens"),
        reasoning=Sum("reasoning_tokens"),
        cost=Sum("cost_usd"),
        unpriced=Count("pk", filter=Q(cost_usd__isnull=True) & ~Q(prompt_tokens=0, completion_tokens=0)),
    )
    usage = Usage(*(sums[name] or 0 for name in ("prompt", "completion", "cached", "reasoning")))
    cost = None if sums["unpriced"] else sums["cost"] or Decimal(0)
    return RunTotals(sums["calls"], usage, cost)
