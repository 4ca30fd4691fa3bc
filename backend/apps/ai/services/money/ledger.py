"""The ledger of calls: each one's cost is recorded to the token, its reservation released.

Of an unknown outcome (a timeout after the request had left, a worker that died) the provider may bill something. The
budgets keep counting it: with the most that it can cost at first, then with what comparable calls cost. The most is
one token a byte and a full answer, 4 to 7 times what a Russian prompt really has; 96 such calls once held a third of
the money of 864 known ones.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.ai import conf
from apps.ai.models import AIDayFigures, database
from apps.ai.models.database import Write
from apps.ai.models.spending import AICall, AIPrice, LedgerStatus, dollars, nano
from apps.ai.services.money import budgets, image_tokens
from apps.ai.ttl_cache import TTLCached
from apps.ai.types import CallOutcome, CallStatus, PlannedCall, Usage

logger = logging.getLogger(__name__)

#: An unknown cost is taken from so many latest comparable calls, if there are at least so few.
COMPARED, COMPARED_LEAST = 50, 3
#: Bytes a token of our instructions and schemas, and of products' titles and descriptions as JSON.
FIXED_BYTES, OWN_BYTES = 5.6, 4.7
#: Rows that one sweep corrects.
BATCH = 500
_warned: set[str] = set()


def price_of(model: str) -> AIPrice | None:
    """The price in force; for a model without one, None and one warning a process."""
    price = _prices.get((model, timezone.localdate()))
    if price is None and model not in _warned:
        _warned.add(model)
        logger.warning("No price is known for the model %s: its calls are recorded without a cost.", model)
    return price


_prices = TTLCached[tuple[str, date], AIPrice | None](lambda key: AIPrice.objects.in_force(key[0], on=key[1]))


def forget() -> None:
    """Read the prices anew at the next call."""
    _prices.clear()


def picture_tokens(price: AIPrice | None, call: PlannedCall) -> int:
    """Prompt tokens of the call's pictures, by the model's own formula, each by its size and at the detail asked for.

    A picture without a size is taken for the dearest.
    """
    formula = price.image_formula if price is not None else {}
    unknown = [image_tokens.LARGEST] * (call.images - len(call.image_sizes))
    return sum(
        image_tokens.of_picture(formula, size, detail=conf.get().image_detail)
        for size in (*call.image_sizes, *unknown)
    )


def fixed_share(price: AIPrice | None, call: PlannedCall) -> float:
    """About what part of the call's prompt is the same in every such question, by bytes; its pictures are not."""
    fixed = call.fixed_tokens / FIXED_BYTES
    own = (call.prompt_tokens - call.fixed_tokens) / OWN_BYTES + picture_tokens(price, call)
    return round(fixed / max(1.0, fixed + own), 4)


def record(row: AICall, outcome: CallOutcome) -> None:
    """Record a call's outcome in its ledger row and its budgets. Harmless twice."""
    if not _record_reserved(row, outcome):
        record_late(row.pk, outcome)


def _record_reserved(row: AICall, outcome: CallOutcome) -> bool:
    """Record it on a row that is as it was reserved, in one guarded UPDATE; false when something happened to it."""
    if not row.periods:
        return database.together([recording(row, outcome)]) != [None]
    charge = _charge(row, outcome)
    with transaction.atomic():
        written = database.together([_recording(row, outcome, charge)]) != [None]
        if written:
            budgets.charge(row.periods, release=row.held_nano, spend=charge.counted)
    return written


def recording(row: AICall, outcome: CallOutcome) -> Write:
    """Records it on a row that is as it was reserved; for rows without budgets."""
    return _recording(row, outcome, _charge(row, outcome))


def _recording(row: AICall, outcome: CallOutcome, charge: _Charge) -> Write:
    return database.update(AICall, {"pk": row.pk, "status": LedgerStatus.SENT}, _recorded(outcome, charge))


def record_late(call_id: int, outcome: CallOutcome) -> None:
    """The same for a call whose row may have changed, or whose answer came by another way: a line of a batch.

    A second outcome, or one after the sweep, only corrects.
    """
    with transaction.atomic():
        row = AICall.objects.select_for_update(of=("self",)).select_related("price").get(pk=call_id)
        if row.status not in (LedgerStatus.SENT, LedgerStatus.LOST):
            return
        before, was_lost = row.held_nano, row.status == LedgerStatus.LOST
        charge = _charge(row, outcome)
        for name, value in _recorded(outcome, charge).items():
            setattr(row, name, value)
        row.save()
        AIDayFigures.objects.mark_stale(row.created_at)
        if was_lost:
            budgets.charge(row.periods, release=0, spend=charge.counted - before)
        else:
            budgets.charge(row.periods, release=before, spend=charge.counted)


@dataclass(frozen=True, slots=True)
class _Charge:
    """Nano-dollars. `cost` None: no price, or nobody knows. `held`: what an unknown outcome may cost."""

    cost: int | None
    held: int = 0
    estimated: bool = False

    @property
    def counted(self) -> int:
        return (self.cost or 0) + self.held


def _charge(row: AICall, outcome: CallOutcome) -> _Charge:
    usage = outcome.usage
    if usage is not None and row.price is None:
        return _Charge(None)
    if usage is not None and row.price is not None:
        return _Charge(_cost(row, row.price, usage))
    if outcome.status is CallStatus.FAILED:
        return _Charge(0)
    typical = typical_cost(row)
    return _Charge(None, row.held_nano) if typical is None else _Charge(None, typical, estimated=True)


def _cost(row: AICall, price: AIPrice, usage: Usage) -> int:
    return price.cost(
        prompt=usage.prompt, cached=usage.cached, completion=usage.completion, factor=row.price_factor
    )


def typical_cost(row: AICall) -> int | None:
    """What the latest calls of the same model and stage cost on average, in nano-dollars, at most the reservation.

    None while fewer than COMPARED_LEAST are known.
    """
    known = AICall.objects.filter(
        model=row.model, stage=row.stage, price_factor=row.price_factor, status=LedgerStatus.OK
    ).exclude(cost_usd=None)
    latest = known.order_by("-created_at").values_list("cost_usd", flat=True)[:COMPARED]
    costs = [cost for cost in latest if cost is not None]
    if len(costs) < COMPARED_LEAST:
        return None
    return min(row.held_nano, nano(sum(costs, Decimal(0)) / len(costs)))


def _recorded(outcome: CallOutcome, charge: _Charge) -> dict[str, Any]:
    """The fields of a ledger row that an outcome fills."""
    usage = outcome.usage or Usage()
    return {
        "status": LedgerStatus(outcome.status.value),
        "settled_at": timezone.now(),
        "prompt_tokens": usage.prompt,
        "cached_tokens": usage.cached,
        "completion_tokens": usage.completion,
        "reasoning_tokens": usage.reasoning,
        "cost_usd": None if charge.cost is None else dollars(charge.cost),
        "held_nano": charge.held,
        "estimated": charge.estimated,
        "duration_ms": outcome.duration_ms,
        "request_id": outcome.request_id[:100],
        "error": f"{outcome.code}: {outcome.error}" if outcome.code else outcome.error,
    }


def sweep_lost() -> int:
    """Give up calls whose worker never came back; returns how many. What unknown outcomes hold is corrected, too."""
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
            budgets.charge(row.periods, release=row.held_nano, spend=row.held_nano)
            lost += 1
    correct_held()
    budgets.forget_old_runs()
    return lost


def correct_held() -> int:
    """Let unknown outcomes hold what comparable calls cost, as soon as those are known. Returns how many changed."""
    unknown = AICall.objects.exclude(status=LedgerStatus.SENT).filter(held_nano__gt=0, estimated=False)
    corrected = 0
    for row in unknown.order_by("pk")[:BATCH]:
        typical = typical_cost(row)
        if typical is None:
            continue
        with transaction.atomic():
            same = AICall.objects.filter(pk=row.pk, held_nano=row.held_nano, estimated=False)
            if same.exclude(status=LedgerStatus.SENT).update(held_nano=typical, estimated=True):
                budgets.charge(row.periods, release=0, spend=typical - row.held_nano)
                corrected += 1
    return corrected


@dataclass(frozen=True, slots=True)
class RunTotals:
    """What a run cost over all its attempts. `cost_usd` None: some of its tokens have no known price."""

    calls: int = 0
    usage: Usage = field(default_factory=Usage)
    cost_usd: Decimal | None = Decimal(0)

    def plus(self, usage: Usage, cost: Decimal | None) -> RunTotals:
        """With a further call; `cost` None: no price is known, or nobody knows what it used."""
        unpriced = self.cost_usd is None or (cost is None and bool(usage.prompt or usage.completion))
        return RunTotals(
            self.calls + 1,
            self.usage + usage,
            None if unpriced else (self.cost_usd or 0) + (cost or Decimal(0)),
        )


def run_totals(run_id: int) -> RunTotals:
    return totals_of([run_id]).get(run_id, RunTotals())


def totals_of(run_ids: Collection[int]) -> dict[int | None, RunTotals]:
    """By run; one without a call is missing. Composing the aggregates would cost more than reading these few rows."""
    rows = AICall.objects.order_by().filter(run_id__in=run_ids)
    found: dict[int | None, RunTotals] = {}
    for run_id, prompt, completion, cached, reasoning, cost in rows.values_list(
        "run_id", "prompt_tokens", "completion_tokens", "cached_tokens", "reasoning_tokens", "cost_usd"
    ):
        before = found.get(run_id, RunTotals())
        found[run_id] = before.plus(Usage(prompt, completion, cached, reasoning), cost)
    return found


def cost_of(row: AICall, usage: Usage | None) -> Decimal | None:
    """What an answer costs at the price of its reservation, USD. None: no price, or the usage is unknown."""
    if usage is None or row.price is None:
        return None
    return dollars(_cost(row, row.price, usage))
