"""How long data is kept, by state (AI_RETENTION): what is older is deleted in batches, a transaction each."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from apps.ai import conf
from apps.ai.models import (
    AICall,
    AILeafletSection,
    AIMassRun,
    AIPictureAnswer,
    AIProcessingLog,
    AITrial,
    AIWebhookDelivery,
    Trouble,
)
from apps.ai.models.mass import MassState
from apps.ai.models.processing import OPEN_STATUSES, Status
from apps.ai.models.rules import TrialState
from apps.ai.models.spending import LedgerStatus
from apps.ai.models.webhooks import DeliveryState
from apps.ai.types import Mode

#: Rows of one transaction: a lock is held for moments, and what was deleted stays so when the rest fails.
BATCH = 500


def due(*, days: int | None = None) -> dict[str, QuerySet[Any]]:
    """What is to be deleted now, by name of its table. `days`: in place of AI_RETENTION for the runs and leaflets."""
    kept, now = conf.get().retention, timezone.now()

    def before(wanted: float) -> datetime:
        return now - timedelta(days=wanted)

    ended = (MassState.FINISHED, MassState.CANCELLED)
    runs_before = {
        Status.APPROVED: before(days or kept.approved),
        Status.REJECTED: before(days or kept.rejected),
        Status.COMPLETED: before(days or kept.completed),
        Status.FAILED: before(days or kept.failed),
    }
    return {
        "runs": _runs(runs_before),
        "mass_runs": AIMassRun.objects.filter(
            state__in=ended, finished_at__lt=min(runs_before.values()), runs__isnull=True
        ),
        "leaflets": AILeafletSection.objects.filter(created_at__lt=before(days or kept.leaflets)),
        "picture_answers": AIPictureAnswer.objects.filter(used_at__lt=before(kept.picture_answers)),
        "events": AIWebhookDelivery.objects.filter(created_at__lt=before(kept.events)).exclude(
            state=DeliveryState.PENDING
        ),
        "trials": AITrial.objects.filter(
            created_at__lt=before(kept.trials), state__in=(TrialState.FINISHED, TrialState.FAILED)
        ),
        "troubles": Trouble.objects.filter(over_at__lt=before(kept.troubles)),
        "ledger": AICall.objects.filter(created_at__lt=before(kept.ledger)).exclude(status=LedgerStatus.SENT),
    }


def delete_old(*, days: int | None = None) -> dict[str, int]:
    """Returns how many rows went, by name of their table."""
    return {name: _delete(rows) for name, rows in due(days=days).items()}


def _runs(before: dict[Status, datetime]) -> QuerySet[AIProcessingLog]:
    """Ended runs that nobody waits for.

    The latest run of a product stays: it is the record of what the shop shows. A result that nobody has looked at
    stays until a later run came to one for the same fields.
    """
    newer = AIProcessingLog.objects.filter(product_id=OuterRef("product_id"), pk__gt=OuterRef("pk"))
    same_fields = Q(processing_type=OuterRef("processing_type")) | Q(processing_type=Mode.FULL.value)
    replaced = newer.filter(same_fields).exclude(status__in=(*OPEN_STATUSES, Status.FAILED))
    unseen = Q(status=Status.COMPLETED) & ~Q(processing_type=Mode.IMAGES.value) & ~Exists(replaced)
    old = Q()
    for status, moment in before.items():
        old |= Q(status=status, created_at__lt=moment)
    return AIProcessingLog.objects.filter(old, Exists(newer)).exclude(unseen)


def _delete(rows: QuerySet[Any]) -> int:
    deleted, label = 0, rows.model._meta.label
    while ids := list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        _, counts = rows.model._base_manager.filter(pk__in=ids).delete()
        deleted += counts.get(label, 0)
    return deleted
