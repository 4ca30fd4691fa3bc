"""What was spent, by day, model, stage or source. Reads the ledger only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from apps.ai.models import AIProcessingLog
from apps.ai.models.spending import AIBudgetPeriod, AICall, LedgerStatus, dollars
from apps.ai.services.money import budgets

GROUPINGS = ("day", "model", "stage", "operation", "source", "mode")
#: Calls that have tokens and yet no cost: their model has no price.
UNPRICED = Q(cost_usd__isnull=True) & ~Q(prompt_tokens=0, completion_tokens=0)


@dataclass(frozen=True, slots=True)
class Line:
    """Spending of one group. `held_usd`: kept in the budgets for calls whose cost is unknown."""

    name: str
    calls: int
    failed: int
    prompt: int
    cached: int
    completion: int
    cost_usd: Decimal
    held_usd: Decimal
    unpriced: int


@dataclass(frozen=True, slots=True)
class CardLine:
    """What one finished card took on average: requests, tokens in and out, USD.

    `fixed`: of the tokens in, about, instructions and schema, the rest is the product's own; `cached`: of all in, at
    the provider's lower price. `how`: "live", "batch" (half the price, hours later), "free" (answered by what was
    known: a variant, the same goods, a sure category without a text), or "all" together.
    """

    how: str
    cards: int
    requests: float
    prompt: float
    fixed: float
    cached: float
    completion: float
    usd: Decimal


def per_card(*, days: int) -> list[CardLine]:
    """By `how` they were answered, the cards that ended in so many days, today included; failed runs are none.

    Vectors that were asked for many runs at once belong to no card, and are in `report` alone.
    """
    ended = AIProcessingLog.objects.filter(completed_at__gte=_since(days), error_code="")
    calls = AICall.objects.filter(run_id__in=ended.values("pk"))
    batch = calls.filter(price_factor__lt=1).values("run_id")
    lanes = {"live": calls.exclude(run_id__in=batch), "batch": calls.filter(run_id__in=batch)}
    lines = [line for how, some in lanes.items() if (line := _card_line(how, some)) is not None]
    free = ended.count() - sum(line.cards for line in lines)
    if free:
        lines.append(CardLine("free", free, 0.0, 0.0, 0.0, 0.0, 0.0, Decimal(0)))
    return lines


def mean_card(lines: Sequence[CardLine]) -> CardLine | None:
    """The mean of all cards of `per_card`, those that cost nothing included; None without a card."""
    count = sum(line.cards for line in lines)
    if not count:
        return None

    def mean(name: str) -> float:
        total: float = sum(getattr(line, name) * line.cards for line in lines)
        return total / count

    usd = sum((line.usd * line.cards for line in lines), Decimal(0)) / count
    names = ("requests", "prompt", "fixed", "cached", "completion")
    return CardLine("all", count, **{name: mean(name) for name in names}, usd=usd)


def _card_line(how: str, calls: QuerySet[AICall]) -> CardLine | None:
    sums = calls.aggregate(
        cards=Count("run_id", distinct=True),
        requests=Count("pk"),
        prompt=Sum("prompt_tokens"),
        fixed=Sum(F("prompt_tokens") * F("fixed_share")),
        cached=Sum("cached_tokens"),
        completion=Sum("completion_tokens"),
        usd=Sum("cost_usd"),
    )
    count = sums.pop("cards")
    if not count:
        return None
    usd = (sums.pop("usd") or Decimal(0)) / count
    return CardLine(how, count, **{name: (value or 0) / count for name, value in sums.items()}, usd=usd)


def _since(days: int) -> datetime:
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=days - 1)


def report(*, by: str, days: int) -> list[Line]:
    """`by`: one of GROUPINGS; `days`: how many, today included."""
    rows = AICall.objects.filter(created_at__gte=_since(days))
    grouped = rows.annotate(group=TruncDate("created_at") if by == "day" else F(by))
    bad = Q(status__in=(LedgerStatus.UNUSABLE, LedgerStatus.FAILED, LedgerStatus.LOST))
    sums = (
        grouped.order_by()
        .values("group")
        .annotate(
            calls=Count("pk"),
            failed=Count("pk", filter=bad),
            prompt=Sum("prompt_tokens"),
            cached=Sum("cached_tokens"),
            completion=Sum("completion_tokens"),
            cost=Sum("cost_usd"),
            held=Sum("held_nano"),
            unpriced=Count("pk", filter=UNPRICED),
        )
        .order_by("group")
    )
    return [_line(dict(group)) for group in sums]


def total(lines: list[Line]) -> Line:
    return Line(
        name="total",
        calls=sum(line.calls for line in lines),
        failed=sum(line.failed for line in lines),
        prompt=sum(line.prompt for line in lines),
        cached=sum(line.cached for line in lines),
        completion=sum(line.completion for line in lines),
        cost_usd=sum((line.cost_usd for line in lines), Decimal(0)),
        held_usd=sum((line.held_usd for line in lines), Decimal(0)),
        unpriced=sum(line.unpriced for line in lines),
    )


def open_budgets() -> list[AIBudgetPeriod]:
    """The budgets of today and this month that are set and have been used."""
    in_force = budgets.limits(run_id=None, now=timezone.now())
    wanted = [Q(scope=limit.scope, key=limit.key) for limit in in_force]
    return [period for one in wanted for period in AIBudgetPeriod.objects.filter(one)]


def _line(sums: dict[str, Any]) -> Line:
    return Line(
        name=str(sums["group"] or "—"),
        calls=sums["calls"],
        failed=sums["failed"],
        prompt=sums["prompt"],
        cached=sums["cached"],
        completion=sums["completion"],
        cost_usd=sums["cost"] or Decimal(0),
        held_usd=dollars(sums["held"]),
        unpriced=sums["unpriced"],
    )
