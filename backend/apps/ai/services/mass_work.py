"""Work on many products at once, and the care of old runs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from apps.ai import catalog
from apps.ai.exceptions import KeyRefused, PauseError, QuotaExceeded, TransitionError
from apps.ai.models import AIProcessingLog
from apps.ai.models.processing import Priority, Status
from apps.ai.services import breaker, embedding_cache
from apps.ai.services.submission import submit, wake_after_commit
from apps.ai.types import Mode

#: A failure older than this is not tried again by itself.
RETRY_WINDOW = timedelta(days=7)
#: What a run's `error_code` says while it waits for the provider's pause to end.
PAUSE_CODES = (PauseError.code, QuotaExceeded.code, KeyRefused.code)
REVIEWED = (Status.COMPLETED, Status.APPROVED, Status.REJECTED, Status.FAILED)


def submit_many(product_ids: Iterable[int], **options: Any) -> int:
    """Submit each product once, after all single imports; returns how many new runs were made."""
    products = catalog.get()
    options = {"source": "mass", "priority": Priority.MASS, **options}
    return sum(
        submit(product_id, **options).created
        for product_id in dict.fromkeys(product_ids)
        if products.exists(product_id)
    )


def submit_uncategorized(*, limit: int) -> int:
    """Categorise parsed products that lie nowhere, in a dead category or not in a leaf."""
    return submit_many(catalog.get().without_category(limit=limit), mode=Mode.CATEGORY)


def submit_without_description(*, limit: int) -> int:
    """Describe categorised products that have no accepted text in Russian."""
    return submit_many(catalog.get().without_description(limit=limit), mode=Mode.DESCRIPTION)


def retry_failed(*, limit: int) -> int:
    """Put the latest failure of each product back into the queue, in its own mode; returns how many."""
    newer = AIProcessingLog.objects.filter(product_id=OuterRef("product_id"), pk__gt=OuterRef("pk"))
    failed = AIProcessingLog.objects.filter(
        ~Exists(newer), status=Status.FAILED, created_at__gte=timezone.now() - RETRY_WINDOW
    )
    return sum(retry(run) for run in failed.order_by("pk")[:limit])


def retry(run: AIProcessingLog) -> bool:
    """Give a failed run a new set of attempts; false when it is no longer failed or another run is open."""
    try:
        with transaction.atomic():
            run.advance(
                Status.PENDING,
                attempts=0,
                next_attempt_at=None,
                message_sent_at=None,
                error_code="",
                error_message=None,
                stack_trace=None,
            )
    except (TransitionError, IntegrityError):
        return False
    wake_after_commit([run])
    return True


def resume_provider(*, by: Any, endpoint: str) -> int | None:
    """Lift the provider's pause and make the runs that waited for it due at once.

    Returns how many those are, None when there was no pause.
    """
    if not breaker.resume(by=by, name=endpoint):
        return None
    waiting = AIProcessingLog.objects.filter(status=Status.PENDING, error_code__in=PAUSE_CODES)
    return waiting.update(next_attempt_at=None, message_sent_at=None)


def cleanup(*, days: int) -> int:
    """Delete runs that are older than `days` and that nobody waits for, and vectors as old; returns how many runs.

    The latest run of a product stays: it is the record of what the shop shows.
    """
    newer = AIProcessingLog.objects.filter(product_id=OuterRef("product_id"), pk__gt=OuterRef("pk"))
    old = AIProcessingLog.objects.filter(
        Exists(newer), status__in=REVIEWED, created_at__lt=timezone.now() - timedelta(days=days)
    )
    _, rows = old.delete()
    embedding_cache.prune(days=days)
    return rows.get("ai.AIProcessingLog", 0)
