"""The figures of /metrics, read from the database when Prometheus asks: right for any number of processes.

Counters count since midnight of the shop's time zone, which Prometheus takes for a restart. So a scrape costs what a
day's rows cost, however large the ledger has grown.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, Exists, Min, OuterRef, Q, Sum
from django.utils import timezone
from django.utils.module_loading import import_string
from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

from apps.ai import conf
from apps.ai.models import AICall, AIModerationQueue, AIProcessingLog, ProcessSign, Trouble
from apps.ai.models.processing import RunQuerySet, Status
from apps.ai.services.audit import figures as audits
from apps.ai.services.money import breaker, budgets
from apps.ai.services.people.confirmed import CATEGORY_MODES
from apps.ai.types import Stage

#: Seconds; answers of a model take from half a second to its read timeout.
BUCKETS = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 60.0, 120.0)


class ShopCollector(Collector):
    """Everything this app knows, and what the shop's other apps add (AI_CONFIG["COLLECTORS"])."""

    def collect(self) -> Iterator[Metric]:
        now = timezone.now()
        midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
        yield from _queue(now)
        yield from _ended(midnight)
        yield from _moderation(now, midnight)
        yield from _calls(midnight)
        yield from _money(now)
        yield from _processes(now)
        for path in conf.get().collectors:
            yield from import_string(path)().collect()


def _queue(now: datetime) -> Iterator[Metric]:
    runs = GaugeMetricFamily("ai_runs_open", "Open runs", labels=["status", "source"])
    oldest = GaugeMetricFamily("ai_queue_oldest_seconds", "Age of the oldest waiting run", labels=["source"])
    rows = AIProcessingLog.objects.open().order_by().values("status", "source")
    for row in rows.annotate(count=Count("pk"), first=Min("created_at")):
        runs.add_metric([row["status"], row["source"]], row["count"])
        if row["status"] == Status.PENDING:
            oldest.add_metric([row["source"]], (now - row["first"]).total_seconds())
    yield runs
    yield oldest
    messages = AIProcessingLog.objects.with_message().count()
    yield GaugeMetricFamily("ai_queue_messages", "Runs whose message is under way", value=messages)


def _ended(midnight: datetime) -> Iterator[Metric]:
    ended = CounterMetricFamily(
        "ai_runs_ended", "Runs that ended, since midnight", labels=["status", "source"]
    )
    today = AIProcessingLog.objects.filter(completed_at__gte=midnight).order_by()
    for row in today.values("status", "source").annotate(count=Count("pk")):
        ended.add_metric([row["status"], row["source"]], row["count"])
    yield ended
    badly = CounterMetricFamily("ai_runs_failed", "Runs that ended badly, since midnight", labels=["code"])
    for code, count in today.exclude(error_code="").values_list("error_code").annotate(count=Count("pk")):
        badly.add_metric([code], count)
    yield badly
    counts = today.aggregate(
        automatic=Count("pk", filter=Q(status=Status.APPROVED, processed_by=None)),
        reused=Count("pk", filter=~Q(taken_from={})),
        repeated=Sum("attempts", filter=Q(attempts__gt=1), default=0) - Count("pk", filter=Q(attempts__gt=1)),
    )
    yield CounterMetricFamily(
        "ai_runs_automatic", "Cards applied without a person", value=counts["automatic"]
    )
    yield CounterMetricFamily(
        "ai_runs_reused", "Cards taken from a variant or from the same goods", value=counts["reused"]
    )
    yield CounterMetricFamily("ai_runs_repeated", "Attempts beyond the first", value=counts["repeated"])
    yield CounterMetricFamily(
        "ai_runs_by_neighbours",
        "Categories taken from confirmed neighbours, no model asked",
        value=_unasked(today),
    )


def _unasked(today: RunQuerySet) -> int:
    """An engine in the process leaves no calls behind by which to tell: 0."""
    if conf.get().in_process:
        return 0
    asked = AICall.objects.filter(run_id=OuterRef("pk"), stage=Stage.CATEGORY, operation="chat")
    chosen = today.filter(suggested_category__isnull=False, processing_type__in=CATEGORY_MODES, taken_from={})
    return chosen.filter(~Exists(asked)).count()


def _moderation(now: datetime, midnight: datetime) -> Iterator[Metric]:
    waiting = GaugeMetricFamily("ai_moderation_waiting", "Cards that wait for a person", labels=["reason"])
    first = now
    rows = AIModerationQueue.objects.waiting().order_by().values("reason")
    for row in rows.annotate(count=Count("pk"), first=Min("created_at")):
        waiting.add_metric([row["reason"]], row["count"])
        first = min(first, row["first"])
    yield waiting
    yield GaugeMetricFamily(
        "ai_moderation_oldest_seconds", "Age of the oldest waiting card", value=(now - first).total_seconds()
    )
    decided = AIModerationQueue.objects.filter(resolved_at__gte=midnight).count()
    yield CounterMetricFamily(
        "ai_moderation_decided", "Cards decided by people, since midnight", value=decided
    )
    total = audits.report(days=30).total
    if total.precision is not None:
        yield GaugeMetricFamily(
            "ai_audit_precision", "Right ones of the audited cards, 30 days", value=total.precision
        )


def _calls(midnight: datetime) -> Iterator[Metric]:
    labels = ["model", "stage"]
    calls = CounterMetricFamily("ai_calls", "Requests to the provider", labels=[*labels, "status"])
    tokens = CounterMetricFamily("ai_tokens", "Tokens, since midnight", labels=[*labels, "kind"])
    cost = CounterMetricFamily("ai_cost_usd", "Spent, since midnight", labels=labels)
    lasting = HistogramMetricFamily("ai_call_seconds", "How long answers took", labels=labels)
    today = AICall.objects.filter(created_at__gte=midnight).order_by()
    for row in today.values(*labels, "status").annotate(count=Count("pk")):
        calls.add_metric([row["model"], row["stage"], row["status"]], row["count"])
    sums = {
        "prompt": Sum("prompt_tokens"),
        "cached": Sum("cached_tokens"),
        "completion": Sum("completion_tokens"),
        "cost": Sum("cost_usd"),
        "ms": Sum("duration_ms"),
        **{f"le_{one:g}": Count("pk", filter=Q(duration_ms__lte=one * 1000)) for one in BUCKETS},
        "timed": Count("duration_ms"),
    }
    for row in today.values(*labels).annotate(**sums):
        names = [row["model"], row["stage"]]
        for kind in ("prompt", "cached", "completion"):
            tokens.add_metric([*names, kind], row[kind] or 0)
        cost.add_metric(names, float(row["cost"] or 0))
        buckets = [(str(one), row[f"le_{one:g}"]) for one in BUCKETS]
        lasting.add_metric(names, [*buckets, ("+Inf", row["timed"])], sum_value=(row["ms"] or 0) / 1000)
    yield from (calls, tokens, cost, lasting)


def _money(now: datetime) -> Iterator[Metric]:
    left = GaugeMetricFamily("ai_budget_left_usd", "Left of the budget", labels=["period"])
    for limit, usd in budgets.left(now=now):
        left.add_metric([limit.scope.value], float(usd))
    yield left
    yield GaugeMetricFamily("ai_provider_paused", "Pauses of the provider", value=len(breaker.pauses()))


def _processes(now: datetime) -> Iterator[Metric]:
    seen = GaugeMetricFamily(
        "ai_process_last_sign_seconds", "Since the last sign of life", labels=["kind", "name"]
    )
    for sign in ProcessSign.objects.all():
        seen.add_metric([sign.kind, sign.name], max(0.0, (now - sign.at).total_seconds()))
    yield seen
    troubles = GaugeMetricFamily("ai_trouble", "Open troubles, as ai_doctor names them", labels=["code"])
    for trouble in Trouble.objects.open():
        troubles.add_metric([trouble.code], 1)
    yield troubles
