"""Budgets of a day, a month and a run: reserved before a call, charged after it, never exceeded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Q, Sum
from django.utils import timezone

from apps.ai import conf
from apps.ai.exceptions import AIError, BudgetExceeded, PermanentAIError
from apps.ai.models.spending import AIBudgetPeriod, AICall, BudgetScope, dollars, nano
from apps.ai.services.money import alerts
from apps.ai.services.outside import events

#: How soon those come back whom only the reservations of running calls keep out, in seconds.
WAIT_FOR_RESERVATIONS = 15.0
#: A run's budget row is forgotten after so long; its ledger rows stay.
RUN_MEMORY = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Limit:
    """A budget that is set. `start`..`end`: the period in the shop's time zone, None for a run."""

    scope: BudgetScope
    key: str
    usd: Decimal
    start: datetime | None = None
    end: datetime | None = None


class _Full(Exception):
    def __init__(self, limit: Limit, period_id: int) -> None:
        super().__init__()
        self.limit = limit
        self.period_id = period_id


def limits(*, run_id: int | None, now: datetime) -> list[Limit]:
    """Always in the same order, so that two calls that reserve at once never deadlock."""
    values = conf.get()
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    first = midnight.replace(day=1)
    found = []
    if values.budget_run is not None and run_id is not None:
        found.append(Limit(BudgetScope.RUN, str(run_id), values.budget_run))
    if values.budget_month is not None:
        after = (first + timedelta(days=32)).replace(day=1)
        found.append(Limit(BudgetScope.MONTH, f"{first:%Y-%m}", values.budget_month, first, after))
    if values.budget_day is not None:
        after = midnight + timedelta(days=1)
        found.append(Limit(BudgetScope.DAY, f"{midnight:%Y-%m-%d}", values.budget_day, midnight, after))
    return found


def left(*, now: datetime) -> list[tuple[Limit, Decimal]]:
    """What is left of each day's and month's budget, USD; below zero when the limit was lowered."""
    found = []
    for limit in limits(run_id=None, now=now):
        period = AIBudgetPeriod.objects.filter(scope=limit.scope, key=limit.key).first()
        taken = Decimal(0) if period is None else period.spent_usd + period.reserved_usd
        found.append((limit, limit.usd - taken))
    return found


def lifted(*, now: datetime) -> bool:
    """Is there no more reason to wait for the end of a period: no budget is set, or one was changed since?

    Remembers the new limit, so that it is true once a change.
    """
    in_force = limits(run_id=None, now=now)
    changed = [
        AIBudgetPeriod.objects.filter(scope=limit.scope, key=limit.key)
        .exclude(limit_nano=nano(limit.usd))
        .update(limit_nano=nano(limit.usd))
        for limit in in_force
    ]
    return not in_force or any(changed)


def reserve(row: AICall, *, amount: int) -> None:
    """Save the ledger row and take `amount` nano-dollars from every budget, or nothing.

    Raises BudgetExceeded, or PermanentAIError ("run_budget") when it is the run's own.
    """
    in_force = limits(run_id=row.run_id, now=row.created_at)
    period_ids = [_period_id(limit, row) for limit in in_force]
    row.held_nano = amount
    row.periods = period_ids
    try:
        with transaction.atomic():
            row.save()
            for limit, period_id in zip(in_force, period_ids, strict=True):
                if not AIBudgetPeriod.objects.reserve(period_id, amount=amount, limit=nano(limit.usd)):
                    raise _Full(limit, period_id)
    except _Full as full:
        raise _refusal(full, amount) from None


def charge(period_ids: Sequence[int], *, release: int, spend: int) -> None:
    AIBudgetPeriod.objects.charge(period_ids, release=release, spend=spend)


def _period_id(limit: Limit, row: AICall) -> int:
    """The period's row; a new one knows what the ledger says was spent before the budget was set."""
    known = (
        AIBudgetPeriod.objects.filter(scope=limit.scope, key=limit.key).values_list("pk", flat=True).first()
    )
    if known is not None:
        return known
    period, _ = AIBudgetPeriod.objects.get_or_create(
        scope=limit.scope,
        key=limit.key,
        defaults={"limit_nano": nano(limit.usd), "spent_nano": _spent_before(limit, row)},
    )
    return period.pk


def _spent_before(limit: Limit, row: AICall) -> int:
    mine = Q(run_id=row.run_id) if limit.start is None else Q(created_at__gte=limit.start)
    sums = AICall.objects.filter(mine).aggregate(cost=Sum("cost_usd"), held=Sum("held_nano"))
    return nano(sums["cost"] or Decimal(0)) + (sums["held"] or 0)


def _refusal(full: _Full, amount: int) -> AIError:
    limit = full.limit
    name = f"{limit.scope.label} {limit.key}"
    period = AIBudgetPeriod.objects.get(pk=full.period_id)
    if period.spent_nano + amount <= nano(limit.usd):
        text = f"Остаток бюджета ({name}) занят запросами, которые уже идут."
        return BudgetExceeded(text, retry_after=WAIT_FOR_RESERVATIONS)
    spent, next_call = dollars(period.spent_nano), dollars(amount)
    text = (
        f"Бюджет исчерпан ({name}): потрачено {spent:.6f} из {limit.usd:f} $, "
        f"запрос может стоить {next_call:.6f} $."
    )
    if limit.end is None:
        return PermanentAIError(text, code="run_budget")
    _alert(period, limit, text)
    wait = (limit.end - timezone.now()).total_seconds()
    return BudgetExceeded(text, retry_after=max(1.0, wait))


def _alert(period: AIBudgetPeriod, limit: Limit, text: str) -> None:
    """Once a period."""
    if AIBudgetPeriod.objects.filter(pk=period.pk, alerted_at=None).update(alerted_at=timezone.now()):
        events.budget(scope=limit.scope, key=limit.key, limit=limit.usd, spent=dollars(period.spent_nano))
        alerts.send_after_commit(
            f"ИИ-карточки: бюджет исчерпан ({limit.scope.label.lower()} {limit.key})",
            f"{text} Товары ждут в очереди до конца периода или пока предел не поднимут.",
        )


def forget_old_runs() -> None:
    AIBudgetPeriod.objects.filter(scope=BudgetScope.RUN, created_at__lt=timezone.now() - RUN_MEMORY).delete()
