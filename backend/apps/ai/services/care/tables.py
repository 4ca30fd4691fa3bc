"""Where data about one product lies in this app's tables: what is exported, and what is deleted, is this one list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q, QuerySet

from apps.ai.models import (
    AIAudit,
    AIBatchItem,
    AIBudgetPeriod,
    AIBulkItem,
    AICall,
    AIEditMeasure,
    AILeafletSection,
    AIMassChunk,
    AIModerationQueue,
    AIPicture,
    AIPictureOrder,
    AIProcessingLog,
    AITemplate,
    AITrial,
    AIWebhookDelivery,
    AppliedChange,
)
from apps.ai.models.spending import BudgetScope
from apps.ai.services.runs import leaflets

Rows = QuerySet[Any]


@dataclass(frozen=True, slots=True)
class Table:
    """`blank`: what is written over the rows that stay, as sums need them; None: they are deleted."""

    name: str
    model: type[Model]
    rows: Callable[[int], Rows]
    blank: dict[str, Any] | None = None


def _runs(product_id: int) -> QuerySet[AIProcessingLog]:
    return AIProcessingLog.objects.filter(product_id=product_id)


def _run_ids(product_id: int) -> list[int]:
    return list(_runs(product_id).values_list("pk", flat=True))


def _sections(product_id: int) -> Rows:
    keys = {key for run in _runs(product_id).iterator() for key in leaflets.keys_of(run)}
    return AILeafletSection.objects.filter(key__in=keys)


def _calls(product_id: int) -> Rows:
    return AICall.objects.filter(Q(product_id=product_id) | Q(run_id__in=_run_ids(product_id)))


def _templates(product_id: int) -> Rows:
    return AITemplate.objects.filter(
        Q(source_product_id=product_id) | Q(source_run__product_id=product_id)
    ).distinct()


def _trials(product_id: int) -> Rows:
    """Whole trials: their rows tell of the products in one text."""
    listed = AITrial.objects.values_list("pk", "product_ids")
    return AITrial.objects.filter(pk__in=[pk for pk, products in listed if product_id in products])


def _chunks(product_id: int) -> Rows:
    listed = AIMassChunk.objects.values_list("pk", "product_ids").iterator()
    return AIMassChunk.objects.filter(pk__in=[pk for pk, products in listed if product_id in products])


#: In the order in which rows are deleted: what is found through the runs goes before them.
TABLES = (
    Table("leaflets", AILeafletSection, _sections),
    Table("lessons", AITemplate, _templates),
    Table(
        "budgets_of_runs",
        AIBudgetPeriod,
        lambda product_id: AIBudgetPeriod.objects.filter(
            scope=BudgetScope.RUN, key__in=[str(pk) for pk in _run_ids(product_id)]
        ),
    ),
    Table("ledger", AICall, _calls, {"product_id": None, "run_id": None, "error": "", "request_id": ""}),
    Table(
        "corrections",
        AIEditMeasure,
        lambda product_id: AIEditMeasure.objects.filter(run__product_id=product_id),
        {"run_id": None},
    ),
    Table(
        "audits",
        AIAudit,
        lambda product_id: AIAudit.objects.filter(run__product_id=product_id),
        {"run_id": None},
    ),
    Table("changes", AppliedChange, lambda product_id: AppliedChange.objects.filter(product_id=product_id)),
    Table(
        "events",
        AIWebhookDelivery,
        lambda product_id: AIWebhookDelivery.objects.filter(body__data__product_id=product_id),
    ),
    Table("picture_hashes", AIPicture, lambda product_id: AIPicture.objects.filter(product_id=product_id)),
    Table(
        "picture_orders",
        AIPictureOrder,
        lambda product_id: AIPictureOrder.objects.filter(product_id=product_id),
    ),
    Table("trials", AITrial, _trials),
    Table(
        "bulk_decisions",
        AIBulkItem,
        lambda product_id: AIBulkItem.objects.filter(run__product_id=product_id),
    ),
    Table(
        "batch_lines",
        AIBatchItem,
        lambda product_id: AIBatchItem.objects.filter(run__product_id=product_id),
    ),
    Table(
        "moderation",
        AIModerationQueue,
        lambda product_id: AIModerationQueue.objects.filter(log_entry__product_id=product_id),
    ),
    Table("runs", AIProcessingLog, _runs),
)


def unsubmitted(product_id: int) -> QuerySet[AIMassChunk]:
    """Parts of mass runs that still name the product among others: it is taken out of their lists."""
    return _chunks(product_id)
