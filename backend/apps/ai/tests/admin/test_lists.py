"""The lists that people open are read by an index however many runs there are."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.models import QuerySet

from apps.ai.models import AIModerationQueue, AIProcessingLog
from apps.ai.views import AIModerationQueueViewSet, AIProcessingLogViewSet

RUNS, QUEUE = AIProcessingLog.objects, AIModerationQueue.objects

LISTS = {
    "runs in the API": AIProcessingLogViewSet.queryset[:50],
    "runs in the admin": RUNS.order_by("-created_at", "-pk")[:100],
    "the queue in the API": AIModerationQueueViewSet.queryset[:50],
    "the queue in the admin": QUEUE.filter(resolved_at__isnull=True).order_by(
        "-priority", "created_at", "-pk"
    )[:100],
}


def _plan(rows: QuerySet[AIProcessingLog]) -> list[str]:
    """What is forbidden the planner does where there is no other way."""
    with connection.cursor() as cursor:
        for forbidden in ("seqscan", "bitmapscan", "sort", "hashjoin", "mergejoin"):
            cursor.execute(f"SET LOCAL enable_{forbidden} = off")
    return [line.strip(" ->") for line in rows.explain().split("\n")]


@pytest.mark.django_db
@pytest.mark.parametrize("rows", LISTS.values(), ids=LISTS.keys())
def test_a_list_reads_and_sorts_no_whole_table(rows: QuerySet[AIProcessingLog]) -> None:
    plan = _plan(rows)
    assert not [line for line in plan if line.startswith(("Seq Scan on ai_", "Sort  ("))], plan
