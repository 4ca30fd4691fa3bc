"""The till: every call passes the pause, the rate limits and the budgets, and is booked to the token.

The ledger row is the reservation. It is written before the call with the most that the call can cost, and
settled after it. Whose outcome nobody knows (a timeout after the request had left, a worker that died) stays
in the budgets with the reserved amount, because the provider may bill it.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, connections, transaction
from django.utils import timezone

from apps.ai import conf
from apps.ai.exceptions import BudgetExceeded
from apps.ai.models.provider import PauseReason
from apps.ai.models.spending import AICall, AIPrice, LedgerStatus, dollars
from apps.ai.services.llm import errors
from apps.ai.services.money import breaker, budgets, rate_limits
from apps.ai.ttl_cache import TTLCached
from apps.ai.types import CallOutcome, CallStatus, PlannedCall, Usage

logger = logging.getLogger(__name__)
T = TypeVar("T")

#: What a picture is taken to cost with a model whose price row has no formula: more than any known at "low".
DEFAULT_IMAGE_TOKENS = 4_000
#: Seconds after the read timeout at which an unsettled call is given up for lost.
LOST_AFTER = 300.0
#: Seconds that a paid answer is held on to while the database is away.
OUTAGE = 60.0

_TROUBLE = {errors.OVERLOADED, errors.TIMEOUT, errors.CONNECTION}
_ACCOUNT = {errors.QUOTA: PauseReason.QUOTA, errors.KEY_REFUSED: PauseReason.KEY_REFUSED}
_warned: set[str] = set()


@dataclass(frozen=True, slots=True)
class Ticket:
    """What `admit` did and `settle` must answer for. `row`: the ledger's, as it was reserved."""

    row: AICall
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
                row = self._reserve(call, price, prompt_tokens=call.prompt_tokens + images)
            except BaseException:
                rate_limits.give_back(call.model, expected)
                raise
        except BaseException:
            if probe:
                breaker.give_back_probe(endpoint)
            raise
        release_connections()
        return Ticket(row, endpoint, probe, expected)

    def settle(self, ticket: Ticket, call: PlannedCall, outcome: CallOutcome) -> None:
        patiently(lambda: book(ticket.row, outcome))
        self.tell(ticket, call, outcome)

    def tell(self, ticket: Ticket, call: PlannedCall, outcome: CallOutcome) -> None:
        """The rate limits and the breaker learn of the outcome."""
        rate_limits.correct(call.model, expected=ticket.expected_tokens, usage=outcome.usage)
        _report(ticket, outcome)

    def _reserve(self, call: PlannedCall, price: AIPrice | None, *, prompt_tokens: int) -> AICall:
        amount = 0
        if price is not None:
            amount = price.cost(prompt=prompt_tokens, cached=0, completion=call.completion_tokens)
        elif budgets.are_set():
            raise BudgetExceeded(
                f"Задан бюджет, но цена модели {call.model} неизвестна: добавьте её в «Цены моделей».",
                retry_after=600.0,
            )
        row = self._ledger_row(call, price)
        budgets.reserve(row, amount=amount)
        return row

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
    price = _prices.get((model, timezone.localdate()))
    if price is None and model not in _warned:
        _warned.add(model)
        logger.warning("No price is known for the model %s: its calls are booked without a cost.", model)
    return price


_prices = TTLCached[tuple[str, date], AIPrice | None](lambda key: AIPrice.objects.in_force(key[0], on=key[1]))


def forget() -> None:
    """Read the prices anew at the next call."""
    _prices.clear()


def image_tokens(price: AIPrice | None) -> int:
    """At most so many prompt tokens a picture, at the detail that is asked for."""
    formula = price.image_formula if price is not None else {}
    detail = "low" if settings.AI_CONFIG.get("IMAGE_DETAIL", "low") == "low" else "high"
    return int(formula.get(detail, DEFAULT_IMAGE_TOKENS))


def patiently(write: Callable[[], T]) -> T:
    """Repeat a write that keeps what was paid for while the database restarts; inside a transaction once.

    `write` must do no harm twice. The only place where a worker waits for the database.
    """
    deadline = time.monotonic() + OUTAGE
    while True:
        try:
            return write()
        except (OperationalError, InterfaceError) as error:
            if connection.in_atomic_block or time.monotonic() > deadline:
                raise
            logger.warning("The database does not answer, a paid answer waits: %s", error)
            connection.close()
            time.sleep(random.uniform(0.3, 1.0))  # noqa: S311


def release_connections() -> None:
    """Inside a transaction they stay."""
    for used in connections.all(initialized_only=True):
        if not used.in_atomic_block:
            used.close()


def book(row: AICall, outcome: CallOutcome) -> None:
    """Settle a call's ledger row and its budgets. Harmless twice."""
    if not _book_reserved(row, outcome):
        _book(row.pk, outcome)


def book_late(call_id: int, outcome: CallOutcome) -> None:
    """Settle a call whose answer did not come over its own connection: a line of a batch."""
    _book(call_id, outcome)


def _book_reserved(row: AICall, outcome: CallOutcome) -> bool:
    """Settle a row that is as it was reserved, in one guarded UPDATE; false when something happened to it."""
    known, cost = _cost(row, outcome)
    held = 0 if known else row.held_nano
    with budgets.together(row.periods):
        settled = AICall.objects.filter(pk=row.pk, status=LedgerStatus.SENT).update(
            held_nano=held, **_settled(outcome, cost)
        )
        if settled:
            budgets.book(row.periods, release=row.held_nano, spend=(cost or 0) + held)
    return bool(settled)


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
        for name, value in _settled(outcome, cost).items():
            setattr(row, name, value)
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
    return True, row.price.cost(
        prompt=usage.prompt, cached=usage.cached, completion=usage.completion, factor=row.price_factor
    )


def _settled(outcome: CallOutcome, cost: int | None) -> dict[str, Any]:
    """The fields of a ledger row that an outcome fills."""
    usage = outcome.usage or Usage()
    return {
        "status": LedgerStatus(outcome.status.value),
        "settled_at": timezone.now(),
        "prompt_tokens": usage.prompt,
        "cached_tokens": usage.cached,
        "completion_tokens": usage.completion,
        "reasoning_tokens": usage.reasoning,
        "cost_usd": None if cost is None else dollars(cost),
        "duration_ms": outcome.duration_ms,
        "request_id": outcome.request_id[:100],
        "error": f"{outcome.code}: {outcome.error}" if outcome.code else outcome.error,
    }


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
    """A few rows, added up here: composing the aggregates costs the worker more than reading them."""
    rows = AICall.objects.order_by().filter(run_id=run_id)
    calls, usage, cost, unpriced = 0, Usage(), Decimal(0), False
    for prompt, completion, cached, reasoning, price in rows.values_list(
        "prompt_tokens", "completion_tokens", "cached_tokens", "reasoning_tokens", "cost_usd"
    ):
        calls += 1
        usage += Usage(prompt, completion, cached, reasoning)
        cost += price or 0
        unpriced |= price is None and bool(prompt or completion)
    return RunTotals(calls, usage, None if unpriced else cost)
