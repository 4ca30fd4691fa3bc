"""The figures of the start page: what waits, what went live, how right the machine was, what it costs, what is wrong.

Each reads a day, an hour or an index; none counts a whole table. A count that could be large stops at MOST.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count
from django.utils import timezone

from apps.ai import catalog, conf
from apps.ai.models import AIBudgetPeriod, AIModerationQueue, AIProcessingLog, AppliedChange
from apps.ai.models.processing import Status
from apps.ai.models.spending import BudgetScope, dollars
from apps.ai.services.desk.series import Day
from apps.ai.services.fitting.binomial import lower_bound

#: Where counting ends: "more than that".
MOST = 10_000
#: Days over which the machine is judged.
JUDGED_DAYS = 31
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a queue empties. `per_hour`: the ended of the last hour; `came`: those that came in it."""

    waiting: int
    per_hour: int
    came: int

    @property
    def is_many(self) -> bool:
        return self.waiting >= MOST

    @property
    def seconds_left(self) -> float | None:
        """Until nothing waits, when it goes on like this; None when it does not get shorter."""
        gain = self.per_hour - self.came
        if not self.waiting:
            return 0.0
        return None if gain <= 0 or self.is_many else self.waiting / gain * 3600


@dataclass(frozen=True, slots=True)
class WentLive:
    """Cards that were written into the shop today. `people`: (name, cards), the busiest first."""

    automatic: int
    people: tuple[tuple[str, int], ...]
    taken_back: int

    @property
    def total(self) -> int:
        return self.automatic + sum(count for _, count in self.people)


@dataclass(frozen=True, slots=True)
class Rightness:
    """Blind audits of the last JUDGED_DAYS days. `bound`: not less than this, 95 %."""

    right: int
    judged: int

    @property
    def share(self) -> float | None:
        return self.right / self.judged if self.judged else None

    @property
    def bound(self) -> float:
        return lower_bound(self.right, self.judged)


@dataclass(frozen=True, slots=True)
class Spending:
    """USD. `limit` None: none is set. `per_card`: of the month's finished cards."""

    name: str
    spent: Decimal
    limit: Decimal | None

    @property
    def percent(self) -> int | None:
        return None if not self.limit else min(999, int(100 * self.spent / self.limit))


def oldest_waiting() -> datetime | None:
    rows = AIModerationQueue.objects.waiting().order_by("created_at").values_list("created_at", flat=True)
    return rows.first()


def people_pace(*, waiting: int) -> Pace:
    """Of the moderators' queue. `waiting`: as counted for the filters."""
    since = timezone.now() - HOUR
    decided = AIModerationQueue.objects.filter(resolved_at__gte=since)
    came = AIModerationQueue.objects.filter(created_at__gte=since)
    return Pace(waiting, *_capped(decided, came))


def worker_pace() -> Pace:
    """Of the runs that wait for the model."""
    since = timezone.now() - HOUR
    waiting = AIProcessingLog.objects.filter(status=Status.PENDING)
    ended = AIProcessingLog.objects.filter(completed_at__gte=since)
    came = AIProcessingLog.objects.filter(created_at__gte=since)
    return Pace(*_capped(waiting, ended, came))


def went_live(days: Sequence[Day]) -> WentLive:
    """`days`: the last ones, today last."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    today = AppliedChange.objects.filter(applied_at__gte=midnight).order_by()
    counts = dict(today.values_list("applied_by").annotate(count=Count("pk")))
    automatic = counts.pop(None, 0)
    names = catalog.get().people(counts)
    people = sorted(((names.get(key, "—"), count) for key, count in counts.items()), key=lambda one: -one[1])
    return WentLive(automatic, tuple(people), _sum(days[-1:], "rolled_back"))


def rightness(days: Sequence[Day]) -> Rightness:
    """`days`: the last JUDGED_DAYS days."""
    right, wrong = _sum(days, "right"), _sum(days, "wrong")
    return Rightness(right, right + wrong)


def spending(days: Sequence[Day]) -> tuple[Spending, ...]:
    """Of today and of this month, beside the budgets in force. `days`: the last ones, at least of this month."""
    today = timezone.localdate()
    values = conf.get()
    periods = AIBudgetPeriod.objects.filter(scope__in=(BudgetScope.DAY, BudgetScope.MONTH))
    kept = dict(periods.filter(key__in=(f"{today}", f"{today:%Y-%m}")).values_list("scope", "spent_nano"))
    month, day = _sum(days[-today.day :], "cost_nano"), _sum(days[-1:], "cost_nano")
    return (
        Spending(BudgetScope.DAY, dollars(max(day, kept.get(BudgetScope.DAY, 0))), values.budget_day),
        Spending(BudgetScope.MONTH, dollars(max(month, kept.get(BudgetScope.MONTH, 0))), values.budget_month),
    )


def cost_of_a_card(days: Sequence[Day]) -> Decimal | None:
    """USD, the average of the days; None without any card."""
    ended = _sum(days, "ended")
    return dollars(_sum(days, "cost_nano") // ended) if ended else None


def failures() -> list[tuple[str, int]]:
    """Error codes of what failed within the last day, the most frequent first."""
    ended = AIProcessingLog.objects.filter(
        completed_at__gte=timezone.now() - DAY, status=Status.FAILED
    ).exclude(error_code="")
    rows: Iterable[Any] = ended.order_by().values_list("error_code").annotate(count=Count("pk"))
    return sorted(rows, key=lambda row: -row[1])


def _sum(days: Sequence[Day], name: str) -> int:
    return int(sum(day.counts[name] for day in days))


def _capped(*counted: Any) -> list[int]:
    """How many rows each query has, at most MOST: one query for all of them."""
    parts, values = [], []
    for rows in counted:
        sql, params = rows.order_by().values("pk")[:MOST].query.sql_with_params()
        parts.append(f"(SELECT COUNT(*) FROM ({sql}) counted)")  # noqa: S608  (compiled by Django)
        values += params
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", values)
        return list(cursor.fetchone())
