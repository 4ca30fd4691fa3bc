"""Whose a run is while it is in the batch lane: claimed, parked between two batches, given back.

All by guarded UPDATEs: the lease owner "batch:<id>" is a batch, "batch:<stage>" is nobody yet,
"batch:same" another run of the same goods.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from apps.ai.exceptions import TransitionError
from apps.ai.models import AIBatch, AIBatchItem, AIMassRun, AIProcessingLog
from apps.ai.models.batches import ItemState
from apps.ai.models.processing import Priority, RunQuerySet, Status
from apps.ai.services.batch import followers, questions
from apps.ai.services.queue import window
from apps.ai.types import Mode, Stage

#: The stages in the order of their batches. Runs whose next stage is to be asked are held by "batch:<stage>".
STAGES = (Stage.IMAGES, Stage.CATEGORY, Stage.DRAFT)
#: So long the normal workers wait for a parked run's next batch; then they do the rest.
PARKED_LEASE = timedelta(hours=2)
#: The provider's 24 hours, and time to take the answers in; `poll` renews it.
LEASE = timedelta(hours=26)
#: Runs claimed at a time, and vectors asked for at once.
SLICE = 200
#: Items after which a run is left to the normal queue.
FRUITLESS = (ItemState.UNUSABLE, ItemState.REFUSED, ItemState.UNANSWERED, ItemState.OVERTAKEN)


@dataclass(slots=True)
class Claims:
    """Runs for one stage, slice by slice, each looked at once. `left`: how many may still be claimed (None: all)."""

    stage: Stage
    left: int | None
    only_parked: bool = False
    last: int = 0

    def waiting(self) -> RunQuerySet:
        """Those not looked at yet."""
        runs = parked(self.stage) if self.only_parked else claimable(self.stage)
        return runs.filter(pk__gt=self.last)

    def claim(self, owner: str, most: int) -> list[AIProcessingLog]:
        """The next runs, now held by `owner`; empty when there are none."""
        size = min(most, SLICE if self.left is None else self.left)
        ids = list(self.waiting().order_by("pk").values_list("pk", flat=True)[: max(0, size)])
        if not ids:
            return []
        self.last = ids[-1]
        lease: dict[str, Any] = {"lease_owner": owner, "lease_expires_at": timezone.now() + LEASE}
        claimable(self.stage).filter(pk__in=ids, status=Status.PENDING).step(Status.PROCESSING, **lease)
        parked(self.stage).filter(pk__in=ids).update(**lease)
        taken = list(AIProcessingLog.objects.filter(pk__in=ids, lease_owner=owner).order_by("pk"))
        if self.left is not None:
            self.left -= len(taken)
        return taken

    def give_back(self, runs: list[AIProcessingLog], owner: str) -> None:
        """The next batch takes them."""
        ids = [run.pk for run in runs]
        AIProcessingLog.objects.filter(pk__in=ids, status=Status.PROCESSING, lease_owner=owner).update(
            lease_owner=_parking(self.stage), lease_expires_at=timezone.now() + PARKED_LEASE
        )
        self.last = runs[0].pk - 1
        if self.left is not None:
            self.left += len(runs)


def claimable(stage: Stage) -> RunQuerySet:
    """Runs that the lane may take for the stage: those parked for it, and mass runs without a message.

    Whether a product has pictures shows only when it is read: of all that may, those without go on at once.
    """
    fruitless = AIBatchItem.objects.filter(run=OuterRef("pk"), state__in=FRUITLESS)
    waiting = (
        Q(status=Status.PENDING, message_sent_at__isnull=True, priority=Priority.MASS)
        & (Q(next_attempt_at__isnull=True) | Q(next_attempt_at__lte=timezone.now()))
        & ~Q(mass__in=AIMassRun.objects.halted().values("pk"))
        & ~Exists(fruitless)
        & ~_saved(stage)
    )
    parked_for_it = Q(status=Status.PROCESSING, lease_owner=_parking(stage))
    return AIProcessingLog.objects.filter((waiting & _asks(stage)) | parked_for_it)


def _asks(stage: Stage) -> Q:
    """Pending runs whose next stage it may be, as far as the row tells."""
    looks = Q(options__analyze_images=True) & ~_saved(Stage.IMAGES)
    if stage is Stage.IMAGES:
        return looks
    chooses = Q(processing_type__in=(Mode.FULL.value, Mode.CATEGORY.value)) & ~_saved(Stage.CATEGORY)
    if stage is Stage.CATEGORY:
        return ~looks & chooses
    writes = Q(processing_type__in=(Mode.FULL.value, Mode.DESCRIPTION.value))
    return ~looks & ~chooses & writes


def _saved(stage: Stage) -> Q:
    return Q(stage_results__has_key=stage.value)


def parked(*stages: Stage) -> RunQuerySet:
    """Runs that wait for a batch of one of these stages (none named: of any)."""
    owners = [_parking(stage) for stage in stages or STAGES]
    return AIProcessingLog.objects.filter(status=Status.PROCESSING, lease_owner__in=owners)


def _parking(stage: Stage) -> str:
    return f"batch:{stage.value}"


def held(batch: AIBatch) -> RunQuerySet:
    return AIProcessingLog.objects.filter(status=Status.PROCESSING, lease_owner=batch.owner)


def go_on(run: AIProcessingLog, owner: str) -> None:
    """Park the run for its next stage's batch, or let it go when the lane has nothing more to ask."""
    stage = questions.next_stage(run)
    if stage is None:
        release(run, owner)
        return
    lease_end = timezone.now() + PARKED_LEASE
    run.write_while_held(owner=owner, lease_owner=_parking(stage), lease_expires_at=lease_end)


def follow(run: AIProcessingLog, owner: str) -> None:
    """Let it wait for the run that asks about the same."""
    lease_end = timezone.now() + LEASE
    run.write_while_held(owner=owner, lease_owner=followers.FOLLOWING, lease_expires_at=lease_end)


def wake_followers() -> None:
    """Park those whose leader has ended for their next batch: there they take its card over, or are asked about.

    Those of a halted mass run wait in the queue again, for nothing was asked about them yet.
    """
    followers.halted().step(Status.PENDING)
    for run in followers.left_alone().order_by("pk").iterator():
        with suppress(TransitionError):  # another process was quicker
            go_on(run, followers.FOLLOWING)


def renew(batch: AIBatch) -> None:
    held(batch).update(lease_expires_at=timezone.now() + LEASE)


def renew_followers() -> None:
    followers.behind_the_lane().update(lease_expires_at=timezone.now() + LEASE)


def release(run: AIProcessingLog, owner: str) -> None:
    """To the normal queue: a worker finds the saved stages and does the rest."""
    run.advance(Status.PENDING, owner=owner, message_sent_at=None, next_attempt_at=None)
    window.notify_after_commit(run)


def hand_back(runs: Iterable[AIProcessingLog], owner: str) -> None:
    """As if they had never been taken."""
    ids = [run.pk for run in runs]
    AIProcessingLog.objects.filter(pk__in=ids, lease_owner=owner).step(Status.PENDING)
