"""Which runs wait in the lane for the card of another: of the same goods, or of another colour or size of them.

A follower is `processing`, held by "batch:same". It is never followed itself: no two wait for each other for ever.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, Expression, F, OuterRef, Q, Value

from apps.ai.models import AIMassRun, AIProcessingLog
from apps.ai.models.processing import RunQuerySet, Status
from apps.ai.types import RunOptions

#: The holder of a follower's lease.
FOLLOWING = "batch:same"
#: Ended runs whose card a variant may be made from.
_WITH_CARD = (Status.COMPLETED, Status.MODERATION, Status.APPROVED)
OWN_WORK, OWN_VARIANT = OuterRef("work_key"), OuterRef("variant_key")


def follows(run: AIProcessingLog) -> bool:
    """Whether another run's answers are on their way for one that has none yet and has noted what it sees.

    A variant does not wait where an ended card of its kind could not serve it: the next one would not either.
    """
    if run.stage_results or run.taken_from or RunOptions(**run.options).force:
        return False
    variant_key = run.variant_key
    if variant_key and _cards(variant_key).exists():
        variant_key = ""
    under_way = _under_way(Value(run.work_key), Value(variant_key))
    return AIProcessingLog.objects.filter(pk=run.pk).filter(under_way).exists()


def _cards(variant_key: str) -> RunQuerySet:
    return AIProcessingLog.objects.filter(variant_key=variant_key, status__in=_WITH_CARD)


def waiting() -> RunQuerySet:
    return AIProcessingLog.objects.filter(status=Status.PROCESSING, lease_owner=FOLLOWING)


def behind_the_lane() -> RunQuerySet:
    """Those whose leader the lane holds."""
    return waiting().filter(_under_way(lease_owner__startswith="batch:"))


def left_alone() -> RunQuerySet:
    """Those whose leader has ended, however it did."""
    return waiting().filter(~_under_way())


def halted() -> RunQuerySet:
    """Those of a mass run that stands still or was cancelled."""
    return waiting().filter(mass__in=AIMassRun.objects.halted().values("pk"))


def _under_way(
    work_key: Expression | F = OWN_WORK, variant_key: Expression | F = OWN_VARIANT, **leader: Any
) -> Q:
    """Whether another run's answers, of the same goods or of a variant, are on their way for the outer row."""
    open_ones = AIProcessingLog.objects.filter(status__in=(Status.PENDING, Status.PROCESSING), **leader)
    others = open_ones.exclude(pk=OuterRef("pk")).exclude(lease_owner=FOLLOWING).order_by()
    # Not one condition with OR, and never the empty key: the database takes the partial indexes.
    same = others.filter(work_key=work_key).exclude(work_key="")
    variants = others.filter(variant_key=variant_key).exclude(variant_key="")
    return Q(Exists(same)) | Q(Exists(variants))
