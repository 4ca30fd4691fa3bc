"""The states of a run: who may take which step, and the reads and steps of many runs at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, F, Max, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.ai.exceptions import TransitionError
from apps.ai.models import database
from apps.ai.models.database import Write
from apps.ai.models.mass import AIMassRun, AIQueueState

if TYPE_CHECKING:
    from apps.ai.models.processing import AIProcessingLog


class AIProcessingStatus(models.TextChoices):
    PENDING = "pending", _("В очереди")
    PROCESSING = "processing", _("Обработка")
    COMPLETED = "completed", _("Завершено")
    FAILED = "failed", _("Ошибка")
    MODERATION = "moderation", _("На модерации")
    APPROVED = "approved", _("Одобрено")
    REJECTED = "rejected", _("Отклонено")


Status = AIProcessingStatus

OPEN_STATUSES = (Status.PENDING, Status.PROCESSING)
ENDED_STATUSES = (
    Status.COMPLETED,
    Status.FAILED,
    Status.MODERATION,
    Status.APPROVED,
    Status.REJECTED,
)

#: A result that a person may still approve or reject.
UNDECIDED_STATUSES = (Status.MODERATION, Status.COMPLETED)
#: A result, decided or not; a decision may be taken back.
CARD_STATUSES = (*UNDECIDED_STATUSES, Status.APPROVED, Status.REJECTED)


class Actor(StrEnum):
    """Who takes a step. What one of them may do is forbidden to the others."""

    WORKER = "worker"
    PERSON = "person"
    ROLL_BACK = "roll_back"
    #: The sweeper, cancelled mass runs, and the nightly retry of failures.
    QUEUE = "queue"
    #: A later run of the same product, whose result takes the place of an undecided one.
    NEWER_RUN = "newer_run"
    #: A person who takes their own last decision back: the card waits again.
    UNDO = "undo"


#: By actor, for every state that it may enter, the states from which it may.
STEPS: dict[Actor, dict[AIProcessingStatus, tuple[AIProcessingStatus, ...]]] = {
    Actor.WORKER: {
        Status.PROCESSING: (Status.PENDING,),
        Status.PENDING: (Status.PROCESSING,),
        Status.COMPLETED: (Status.PROCESSING,),
        Status.MODERATION: (Status.PROCESSING,),
        Status.APPROVED: (Status.PROCESSING,),
        Status.FAILED: (Status.PROCESSING,),
    },
    Actor.PERSON: {
        Status.APPROVED: UNDECIDED_STATUSES,
        Status.REJECTED: UNDECIDED_STATUSES,
        Status.PENDING: (Status.FAILED,),
    },
    Actor.ROLL_BACK: {Status.REJECTED: (Status.APPROVED,)},
    Actor.QUEUE: {
        Status.PENDING: (Status.PROCESSING, Status.FAILED),
        Status.FAILED: (Status.PROCESSING, Status.PENDING),
    },
    Actor.NEWER_RUN: {Status.REJECTED: UNDECIDED_STATUSES},
    Actor.UNDO: {
        Status.MODERATION: (Status.APPROVED, Status.REJECTED),
        Status.COMPLETED: (Status.APPROVED, Status.REJECTED),
    },
}
#: `error_code` of a run that a person took out of the queue.
CANCELLED = "cancelled"
#: `error_code` of a card whose place a newer run's has taken: nobody rejected it.
SUPERSEDED = "superseded"


def sources(actor: Actor, to: AIProcessingStatus) -> tuple[AIProcessingStatus, ...]:
    """The states from which `actor` may step to `to`; empty when it never may."""
    return STEPS[actor].get(to, ())


class RejectReason(models.TextChoices):
    """Why a person rejects a card; what a list shows and what is counted. Words are a note beside it."""

    WRONG_CATEGORY = "wrong_category", _("Не та категория")
    WRONG_FACTS = "wrong_facts", _("Факты искажены или выдуманы")
    INCOMPLETE = "incomplete", _("Пропущено важное")
    BAD_TEXT = "bad_text", _("Плохой текст: язык, стиль, повторы")
    BAD_SOURCE = "bad_source", _("Негодные данные поставщика")
    NOT_FOR_SALE = "not_for_sale", _("Товар нам не подходит")
    FORBIDDEN = "forbidden", _("Запрещённый товар или подделка")
    DUPLICATE = "duplicate", _("Такой товар уже есть")
    OTHER = "other", _("Другое")


class Priority(models.IntegerChoices):
    """Redis counts from 0 = first; the file broker ignores priorities."""

    PERSON = 0, _("Человек ждёт")
    IMPORT = 3, _("Импорт")
    MASS = 6, _("Массовая обработка")


class RunQuerySet(models.QuerySet["AIProcessingLog"]):
    def open(self) -> RunQuerySet:
        return self.filter(status__in=OPEN_STATUSES)

    def lease_expired(self, *, now: datetime) -> RunQuerySet:
        """Runs whose worker died: still `processing`, lease over."""
        return self.filter(status=Status.PROCESSING, lease_expires_at__lt=now)

    def due(self, *, now: datetime) -> RunQuerySet:
        """Pending, and its time has come."""
        return self.filter(status=Status.PENDING).filter(
            Q(next_attempt_at__isnull=True) | Q(next_attempt_at__lte=now)
        )

    def with_message(self) -> RunQuerySet:
        """Pending runs of whom a message is, or should be, under way."""
        return self.filter(status=Status.PENDING, message_sent_at__isnull=False)

    def without_message(self) -> RunQuerySet:
        return self.filter(status=Status.PENDING, message_sent_at__isnull=True)

    def undecided(self) -> RunQuerySet:
        """Results that wait for a person's decision, in the moderators' queue or beside it."""
        return self.filter(status__in=UNDECIDED_STATUSES).exclude(processing_type="image_analysis")

    def step(self, to: AIProcessingStatus, *, actor: Actor = Actor.WORKER, **fields: Any) -> int:
        """`AIProcessingLog.advance` of many at once: those that may not enter `to` stay. Returns how many went."""
        allowed = self.filter(status__in=sources(actor, to))
        if to is not Status.PROCESSING:
            fields |= {"lease_owner": "", "lease_expires_at": None}
        return allowed.update(status=to, updated_at=timezone.now(), **fields)

    def claim(self, run_id: int, *, owner: str, lease: timedelta) -> AIProcessingLog | None:
        """`claim_all` of one run; None when it was not to be had."""
        return next(iter(self.claim_all([run_id], owner=owner, lease=lease)), None)

    def claim_all(
        self, run_ids: Collection[int], *, owner: str, lease: timedelta, attempts_below: int | None = None
    ) -> list[AIProcessingLog]:
        """Take those of the runs that are pending and due; the others are somebody else's, or have ended.

        Nothing while the queue is halted, and nothing of a mass run that is. `owner` must be new with every call.
        """
        now = timezone.now()
        wanted = self.filter(pk__in=run_ids).due(now=now)
        if attempts_below is not None:
            wanted = wanted.filter(attempts__lt=attempts_below)
        won = (
            wanted.exclude(mass__in=AIMassRun.objects.halted().values("pk"))
            .exclude(Exists(AIQueueState.objects.filter(name="queue", paused=True)))
            .update(
                status=Status.PROCESSING,
                attempts=F("attempts") + 1,
                lease_owner=owner,
                lease_expires_at=now + lease,
                updated_at=now,
            )
        )
        if not won:
            return []
        cards = self.model.objects.filter(product=OuterRef("product"), status__in=CARD_STATUSES).order_by()
        return list(self.filter(pk__in=run_ids, lease_owner=owner).annotate(has_cards=Exists(cards)))

    def with_answers_for(
        self, keys: Collection[str], fingerprints: Collection[str], variant_keys: Collection[str]
    ) -> RunQuerySet:
        """For each of these kinds of work the latest ended run whose answers may be reused, and the latest of those
        with one of the inputs' `fingerprints`; of each kind of variant the latest; and those of both that are worked
        on now. A variant whose card a person rejected is none.
        """
        reusable = (Status.COMPLETED, Status.MODERATION, Status.APPROVED)
        of_the_words = self.filter(work_key__in=keys, status__in=(*reusable, Status.REJECTED))
        variants = self.filter(variant_key__in=variant_keys, status__in=reusable)
        busy = self.filter(status=Status.PROCESSING)
        under_way = (busy.filter(work_key__in=keys), busy.filter(variant_key__in=variant_keys))
        # Not one condition with OR: PostgreSQL would read the whole table for that.
        return self.filter(
            pk__in=_latest(of_the_words, "work_key").union(
                _latest(
                    of_the_words.filter(input_fingerprint__in=fingerprints), "work_key", "input_fingerprint"
                ),
                _latest(variants, "variant_key"),
                *(runs.order_by().values_list("pk", flat=True) for runs in under_way),
            )
        )


def _latest(runs: RunQuerySet, *columns: str) -> Any:
    """Ids of the latest run of each group, as a subquery."""
    return runs.order_by().values(*columns).annotate(latest=Max("pk")).values_list("latest", flat=True)


class RunState(models.Model):
    """Where a run stands and who works on it. Changes only through `RunQuerySet.claim_all`, `step` and `advance`."""

    status = models.CharField(_("Статус"), max_length=20, choices=Status.choices, default=Status.PENDING)
    version = models.PositiveIntegerField(
        _("Версия"), default=0, help_text=_("Растёт с каждым шагом, правкой и решением")
    )
    attempts = models.PositiveSmallIntegerField(_("Попыток на этапе"), default=0)
    next_attempt_at = models.DateTimeField(_("Следующая попытка"), null=True, blank=True)
    message_sent_at = models.DateTimeField(_("Сообщение отправлено"), null=True, blank=True)
    lease_owner = models.CharField(_("Исполнитель"), max_length=100, blank=True, default="")
    lease_expires_at = models.DateTimeField(_("Аренда до"), null=True, blank=True)
    updated_at = models.DateTimeField(_("Изменён"), auto_now=True)

    class Meta:
        abstract = True

    @property
    def may_meet_cards(self) -> bool:
        """False when the product had no card, decided or not, as the run was claimed: no other run of it can end while
        this one is open, so there is none at its end either, and none that was applied.
        """
        return getattr(self, "has_cards", True)

    def advance(
        self,
        to: AIProcessingStatus,
        *,
        actor: Actor = Actor.WORKER,
        owner: str | None = None,
        along: Sequence[Write] = (),
        **fields: Any,
    ) -> list[Any]:
        """Step to `to` and write `fields` in the same guarded UPDATE; returns the keys of what was written `along`.

        `owner`: the step is only allowed while that worker still holds the lease.
        Raises TransitionError when the run is not in a state from which `actor` may take the step.
        """
        where: dict[str, Any] = {"pk": self.pk, "status": tuple(sources(actor, to))}
        if owner is not None:
            where["lease_owner"] = owner
        fields |= {"status": to, "updated_at": timezone.now()}
        if to is not Status.PROCESSING:
            fields |= {"lease_owner": "", "lease_expires_at": None}
        step = database.update(type(self), where, fields, raised="version") if where["status"] else None
        if step is None or (keys := database.together(along, given=step))[0] is None:
            raise TransitionError(f"Run {self.pk} cannot become '{to.value}' from its present state.")
        self.version += 1
        self._written(fields)
        return keys[1:]

    def held_write(self, fields: Mapping[str, Any], *, owner: str) -> Write:
        """Saves `fields` without a step while `owner` holds the run."""
        held = {"pk": self.pk, "status": Status.PROCESSING, "lease_owner": owner}
        return database.update(type(self), held, {"updated_at": timezone.now(), **fields})

    def write_while_held(self, *, owner: str, **fields: Any) -> None:
        """Save `fields` without a step; raises TransitionError when `owner` no longer holds the run."""
        if database.together([self.held_write(fields, owner=owner)]) == [None]:
            raise TransitionError(f"Run {self.pk} is no longer held by {owner}.")
        self._written(fields)

    def _written(self, fields: dict[str, Any]) -> None:
        for name, value in fields.items():
            setattr(self, name, value)
