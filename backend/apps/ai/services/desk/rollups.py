"""The figures of a day, counted from the rows themselves and kept: pages read these, never a million runs.

A day is always counted as a whole and written in one transaction, so counting twice is harmless and a change that
came late is right after the next count. Today and yesterday are counted every few minutes, a day that is marked stale
with them, and every night the last NIGHTLY days once more. Older days stay as they are: their runs are deleted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Count, F, FloatField, Q, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from apps.ai.models import (
    AIAudit,
    AICall,
    AIDayFigures,
    AIEditMeasure,
    AIModerationQueue,
    AIProcessingLog,
    AppliedChange,
)
from apps.ai.models.audits import AuditOutcome
from apps.ai.models.figures import FigureGroup
from apps.ai.models.processing import Status
from apps.ai.models.spending import nano
from apps.ai.models.texts import Outcome

#: Days that are counted again every night: what is older has been cleaned up (`cleanup_old_ai_logs`).
NIGHTLY = 60

COUNTS = (
    *("ended", "failed", "queued", "automatic", "kept", "edited", "rejected", "rolled_back"),
    *("words", "changed_words", "right", "wrong", "calls", "cost_nano"),
)
#: (group, key) → counts by the column's name.
Figures = dict[tuple[FigureGroup, str], dict[str, float]]

_DECISIONS = {
    "kept": Count("pk", filter=Q(outcome=Outcome.CLEAN)),
    "edited": Count("pk", filter=Q(outcome=Outcome.EDITED)),
    "rejected": Count("pk", filter=Q(outcome=Outcome.REJECTED)),
    "all_words": Coalesce(Sum("words"), 0),
    "changed_words": Coalesce(Sum(F("words") * F("share"), output_field=FloatField()), 0.0),
}
_BY = {
    FigureGroup.CATEGORY: "category_id",
    FigureGroup.PROMPT: "prompt_version",
    FigureGroup.MODEL: "llm_model",
    FigureGroup.MODERATOR: "moderator_id",
}


def refresh(*, days: int = 2) -> int:
    """Count the last days, and those that are marked stale; returns how many days."""
    today = timezone.localdate()
    wanted = {today - timedelta(days=back) for back in range(days)}
    oldest = today - timedelta(days=NIGHTLY)
    stale = AIDayFigures.objects.filter(stale=True, day__gte=oldest)
    wanted |= set(stale.values_list("day", flat=True))
    for day in sorted(wanted):
        count(day)
    return len(wanted)


def count(day: date) -> None:
    """Count the day and write its figures in the place of those that there were.

    Whoever marks the day waits for the lock of its row and marks it after this; the row is therefore never deleted.
    """
    AIDayFigures.objects.get_or_create(day=day, group=FigureGroup.ALL, key="")
    with transaction.atomic():
        AIDayFigures.objects.select_for_update().get(day=day, group=FigureGroup.ALL, key="")
        found = _figures(*_bounds(day))
        rows = [AIDayFigures(day=day, group=group, key=key, **row) for (group, key), row in found.items()]
        written = AIDayFigures.objects.bulk_create(
            rows,
            batch_size=500,
            update_conflicts=True,
            unique_fields=["group", "day", "key"],
            update_fields=[*COUNTS, "stale", "counted_at"],
        )
        AIDayFigures.objects.filter(day=day).exclude(pk__in=[row.pk for row in written]).delete()


def _bounds(day: date) -> tuple[datetime, datetime]:
    start = timezone.make_aware(datetime.combine(day, time.min))
    return start, timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def _figures(start: datetime, end: datetime) -> Figures:
    found: Figures = defaultdict(lambda: defaultdict(int))
    found[FigureGroup.ALL, ""]["ended"] += 0
    _runs(found, start, end)
    _changes(found, start, end)
    _decisions(found, start, end)
    _audits(found, start, end)
    _calls(found, start, end)
    return found


def _runs(found: Figures, start: datetime, end: datetime) -> None:
    ended = AIProcessingLog.objects.filter(completed_at__gte=start, completed_at__lt=end).order_by()
    counts = ended.aggregate(ended=Count("pk"), failed=Count("pk", filter=Q(status=Status.FAILED)))
    _add(found, FigureGroup.ALL, "", counts)
    queued = AIModerationQueue.objects.filter(created_at__gte=start, created_at__lt=end).order_by()
    for row in queued.values("reason").annotate(queued=Count("pk")):
        _add(found, FigureGroup.REASON, row["reason"], {"queued": row["queued"]})
        _add(found, FigureGroup.ALL, "", {"queued": row["queued"]})


def _changes(found: Figures, start: datetime, end: datetime) -> None:
    """What went live by itself, and what was taken back, whoever had applied it."""
    automatic = AppliedChange.objects.filter(
        applied_at__gte=start, applied_at__lt=end, applied_by__isnull=True, run__isnull=False
    )
    reverted = AppliedChange.objects.filter(reverted_at__gte=start, reverted_at__lt=end)
    counts = {"automatic": automatic.count(), "rolled_back": reverted.count()}
    _add(found, FigureGroup.ALL, "", counts)


def _decisions(found: Figures, start: datetime, end: datetime) -> None:
    decided = AIEditMeasure.objects.filter(decided_at__gte=start, decided_at__lt=end).order_by()
    _add(found, FigureGroup.ALL, "", _decided(decided.aggregate(**_DECISIONS)))
    for group, column in _BY.items():
        for row in decided.values(group_key=F(column)).annotate(**_DECISIONS):
            _add(found, group, _key(row["group_key"]), _decided(row))
    # How often a category of this confidence was right, as people saw it who approved the card.
    judged = decided.exclude(outcome=Outcome.REJECTED).filter(run__category_confidence__isnull=False)
    for confidence, edits in judged.values_list("run__category_confidence", "run__edited_by_moderator"):
        if confidence is not None:
            right = "suggested_category" not in edits
            _add(found, FigureGroup.CONFIDENCE, tenth(confidence), _judged(right))


def _audits(found: Figures, start: datetime, end: datetime) -> None:
    audits = AIAudit.objects.judged().filter(decided_at__gte=start, decided_at__lt=end).order_by()
    for outcome, category_id in audits.values_list("outcome", "category_id"):
        counts = _judged(outcome == AuditOutcome.RIGHT)
        _add(found, FigureGroup.ALL, "", counts)
        _add(found, FigureGroup.CATEGORY, _key(category_id), counts)


def _calls(found: Figures, start: datetime, end: datetime) -> None:
    calls = AICall.objects.filter(created_at__gte=start, created_at__lt=end).order_by()
    for row in calls.values("model").annotate(count=Count("pk"), cost=Sum("cost_usd"), held=Sum("held_nano")):
        counts = {"calls": row["count"], "cost_nano": nano(row["cost"] or Decimal(0)) + (row["held"] or 0)}
        _add(found, FigureGroup.MODEL, row["model"], counts)
        _add(found, FigureGroup.ALL, "", counts)


def tenth(confidence: float) -> str:
    """Which tenth of 0..1 a confidence lies in: "0" … "9"."""
    return str(min(9, int(confidence * 10)))


def _judged(is_right: bool) -> dict[str, int]:
    return {"right": int(is_right), "wrong": int(not is_right)}


def _decided(row: Mapping[str, Any]) -> dict[str, Any]:
    names: Iterable[str] = ("kept", "edited", "rejected", "changed_words")
    return {**{name: row[name] for name in names}, "words": row["all_words"]}


def _add(found: Figures, group: FigureGroup, key: str, counts: Mapping[str, float]) -> None:
    for name, value in counts.items():
        found[group, key][name] += value


def _key(value: Any) -> str:
    return "" if value is None else str(value)[:100]
