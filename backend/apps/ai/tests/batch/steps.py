"""What the tests of the lane do and look at."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from django.utils import timezone

from apps.ai.models import AIBatch, AIBatchItem, AIProcessingLog
from apps.ai.services.batch import answers, lane
from apps.ai.services.runs import pipeline
from apps.ai.tests.support.openai_batches import Batches
from apps.ai.tests.support.openai_server import OpenAIServer


def time_passes() -> None:
    """Longer than a process that sends may be silent."""
    past = timezone.now() - timedelta(seconds=1)
    AIBatch.objects.filter(locked_until__isnull=False).update(locked_until=past)


def states() -> Counter[str]:
    return Counter(AIProcessingLog.objects.values_list("status", flat=True))


def items() -> Counter[str]:
    return Counter(AIBatchItem.objects.values_list("state", flat=True))


def through(server: OpenAIServer) -> None:
    """Poll and ingest until nothing is open, every batch finished at once."""
    for _ in range(4):
        server.batches.finish()
        lane.poll()
        answers.ingest()


def work_off() -> None:
    """The normal worker, on everything that is pending."""
    for run in AIProcessingLog.objects.filter(status="pending").order_by("pk"):
        pipeline.run(run.pk)


def chats(server: OpenAIServer) -> int:
    """Paid chat requests outside the lane."""
    return sum(entry.path == "/v1/chat/completions" for entry in server.books)


def asked(batches: Batches) -> Counter[str]:
    """How often each line was sent in a batch."""
    return Counter(line["custom_id"] for batch_id in batches.rows for line in batches.lines(batch_id))
