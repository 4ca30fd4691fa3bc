"""AIProcessingLog: one run of one product, the state machine, and the log of what came out."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, Max, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.ai import conf
from apps.ai.exceptions import TransitionError
from apps.ai.models.mass import AIMassRun, AIQueueState


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


#: Entries of `history` that are kept, the latest.
MOST_HISTORY = 100


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


#: The right to decide cards.
MODERATE = "ai.moderate_aiprocessinglog"
#: The right to decide a card that a colleague holds.
OVERRULE = "ai.overrule_aiprocessinglog"


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

    def with_answers_for(self, keys: Collection[str], variant_keys: Collection[str] = ()) -> RunQuerySet:
        """For each of these kinds of work the latest ended run whose answers may be reused.

        With `variant_keys` also the latest ended run of each kind of variant, and those that are worked on now. A
        variant whose card a person rejected is none.
        """
        reusable = (Status.COMPLETED, Status.MODERATION, Status.APPROVED)
        equal = self._latest("work_key", keys, (*reusable, Status.REJECTED))
        if not variant_keys:
            return self.filter(pk__in=equal)
        variants = self._latest("variant_key", variant_keys, reusable)
        under_way = self.filter(variant_key__in=variant_keys, status=Status.PROCESSING).order_by()
        # Not one condition with OR: PostgreSQL would read the whole table for that.
        return self.filter(pk__in=list(equal.union(variants, under_way.values_list("pk", flat=True))))

    def _latest(self, column: str, keys: Collection[str], statuses: Collection[AIProcessingStatus]) -> Any:
        """Their ids, as a subquery."""
        found = self.filter(**{f"{column}__in": keys}, status__in=statuses).order_by()
        return found.values(column).annotate(latest=Max("pk")).values_list("latest", flat=True)


class AIProcessingLog(models.Model):
    """One run. States change only through `claim` and `advance`; the rest of the row is the full record."""

    PROCESSING_TYPES = [
        ("description_only", _("Только описание")),
        ("categorization_only", _("Только категоризация")),
        ("full", _("Полная обработка")),
        ("image_analysis", _("Анализ изображений")),
    ]

    product = models.ForeignKey(
        conf.PRODUCT_MODEL, on_delete=models.CASCADE, related_name="ai_logs", verbose_name=_("Товар")
    )
    processed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="ai_processed",
        verbose_name=_("Обработал (модератор)"),
        help_text=_("Пусто у одобренного — применено автоматически"),
    )
    processing_type = models.CharField(
        _("Тип обработки"), max_length=20, choices=PROCESSING_TYPES, default="full"
    )
    status = models.CharField(_("Статус"), max_length=20, choices=Status.choices, default=Status.PENDING)

    input_data = models.JSONField(
        _("Входные данные"),
        default=dict,
        help_text=_("Сырые данные от парсера: title, description, specs, images_urls и т.д."),
    )
    input_images_urls = models.JSONField(
        _("URL изображений (вход)"), default=list, help_text=_("Ссылки на R2 или оригинальные URL")
    )

    generated_title = models.CharField(_("Сгенерированный заголовок"), max_length=255, null=True, blank=True)
    generated_description = models.TextField(_("Сгенерированное описание"), null=True, blank=True)
    generated_seo_title = models.CharField(_("SEO заголовок"), max_length=70, null=True, blank=True)
    generated_seo_description = models.CharField(_("SEO описание"), max_length=160, null=True, blank=True)
    generated_keywords = models.JSONField(_("Ключевые слова"), default=list, blank=True)

    suggested_category = models.ForeignKey(
        conf.CATEGORY_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="ai_suggestions",
        verbose_name=_("Предложенная категория"),
    )
    category_confidence = models.FloatField(
        _("Уверенность в категории"), null=True, blank=True, help_text="0.0 - 1.0"
    )
    category_alternatives = models.JSONField(
        _("Альтернативные категории"),
        default=list,
        blank=True,
        help_text=_("Топ-3 альтернативы с confidence score"),
    )
    extracted_attributes = models.JSONField(_("Извлеченные атрибуты"), default=dict, blank=True)
    image_analysis = models.JSONField(_("Анализ изображений"), default=dict, blank=True)

    # Where nearly equal descriptions meet (services.duplicates).
    text_band_1 = models.IntegerField(null=True, editable=False)
    text_band_2 = models.IntegerField(null=True, editable=False)
    text_band_3 = models.IntegerField(null=True, editable=False)
    text_band_4 = models.IntegerField(null=True, editable=False)

    llm_model = models.CharField(_("Использованная модель"), max_length=50, blank=True, default="")
    tokens_used = models.JSONField(
        _("Использовано токенов"),
        default=dict,
        blank=True,
        help_text='{"prompt": 150, "completion": 200, "total": 350}',
    )
    processing_time_ms = models.IntegerField(_("Время обработки (мс)"), null=True, blank=True)
    cost_usd = models.DecimalField(_("Стоимость ($)"), max_digits=10, decimal_places=6, null=True, blank=True)
    raw_llm_response = models.JSONField(_("Полный ответ LLM"), null=True, blank=True)
    error_code = models.CharField(_("Код ошибки"), max_length=30, blank=True, default="")
    error_message = models.TextField(_("Сообщение об ошибке"), null=True, blank=True)
    stack_trace = models.TextField(_("Stack trace (при ошибке)"), null=True, blank=True)

    moderation_notes = models.TextField(_("Заметки модератора"), null=True, blank=True)
    moderation_date = models.DateTimeField(_("Дата модерации"), null=True, blank=True)
    reject_reason = models.CharField(
        _("Причина отклонения"), max_length=20, choices=RejectReason.choices, blank=True, default=""
    )

    reasons = models.JSONField(
        _("Причины"),
        default=list,
        blank=True,
        help_text=_("Все замечания проверки и причины модерации: код, важность, текст"),
    )
    overruled = models.JSONField(
        _("Снятые замечания"),
        default=dict,
        blank=True,
        editable=False,
        help_text=_("По ключу замечания: кто, когда и почему его снял"),
    )
    alignment = models.JSONField(
        _("Чем подтверждено"),
        default=list,
        blank=True,
        editable=False,
        help_text=_("Предложения описания: начало, конец, близость в процентах, начала и концы в источнике"),
    )
    quality_score = models.FloatField(_("Оценка качества"), null=True, blank=True)
    edited_by_moderator = models.JSONField(
        _("Правки модератора"),
        default=list,
        blank=True,
        help_text=_("Какие поля человек изменил до одобрения"),
    )
    version = models.PositiveIntegerField(
        _("Версия"), default=0, help_text=_("Растёт с каждым шагом, правкой и решением")
    )
    history = models.JSONField(
        _("Что делали люди"),
        default=list,
        blank=True,
        help_text=_("Правки и решения: версия, кто, когда, что, поля"),
    )
    superseded_by = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="supersedes",
        verbose_name=_("Заменён запуском"),
    )
    lesson_due_at = models.DateTimeField(
        _("Урок не усвоен"), null=True, blank=True, help_text=_("Когда напомнить о том, чему учит решение")
    )
    taught_at = models.DateTimeField(_("Урок усвоен"), null=True, blank=True)

    mass = models.ForeignKey(
        AIMassRun,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,
        related_name="runs",
        verbose_name=_("Массовая обработка"),
    )
    task_id = models.UUIDField(_("Код задачи"), default=uuid.uuid4, unique=True, editable=False)
    source = models.CharField(_("Кто запустил"), max_length=20, default="api", db_index=True)
    options = models.JSONField(_("Параметры"), default=dict, blank=True)
    priority = models.PositiveSmallIntegerField(
        _("Очередность"), choices=Priority.choices, default=Priority.IMPORT
    )
    input_fingerprint = models.CharField(_("Отпечаток входных данных"), max_length=64, blank=True, default="")
    card_fingerprint = models.CharField(_("Отпечаток карточки"), max_length=64, blank=True, default="")
    prompt_version = models.CharField(_("Версия промптов"), max_length=64, blank=True, default="")
    texts_before_edits = models.JSONField(
        _("Тексты до правок"),
        default=dict,
        blank=True,
        help_text=_("Поля карточки, какими их написала модель"),
    )
    variant_key = models.CharField(_("Ключ варианта"), max_length=64, blank=True, default="")
    work_key = models.CharField(_("Ключ работы"), max_length=64, blank=True, default="")
    stage_results = models.JSONField(_("Результаты этапов"), default=dict, blank=True)
    template_ids = models.JSONField(_("Шаблоны текста"), default=list, blank=True)
    house_rules = models.JSONField(_("Правила карточек"), default=list, blank=True)
    taken_from = models.JSONField(
        _("Взята у варианта"), default=dict, blank=True, help_text='{"run": 12, "replaced": {"S": "M"}}'
    )
    rejected_run_id = models.BigIntegerField(_("Такую же карточку отклонили"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("Попыток на этапе"), default=0)
    restarts = models.PositiveSmallIntegerField(
        _("Начат заново"), default=0, help_text=_("Сколько раз товар изменился, пока его обрабатывали")
    )
    next_attempt_at = models.DateTimeField(_("Следующая попытка"), null=True, blank=True)
    message_sent_at = models.DateTimeField(_("Сообщение отправлено"), null=True, blank=True)
    lease_owner = models.CharField(_("Исполнитель"), max_length=100, blank=True, default="")
    lease_expires_at = models.DateTimeField(_("Аренда до"), null=True, blank=True)

    created_at = models.DateTimeField(_("Создан"), auto_now_add=True)
    updated_at = models.DateTimeField(_("Изменён"), auto_now=True)
    completed_at = models.DateTimeField(_("Завершён"), null=True, blank=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("Лог AI обработки")
        verbose_name_plural = _("Логи AI обработки")
        permissions = [
            ("moderate_aiprocessinglog", _("Может одобрять и отклонять карточки")),
            ("overrule_aiprocessinglog", _("Может решать карточки, взятые коллегой")),
        ]
        indexes = [
            models.Index(fields=["created_at"], name="ai_run_created"),
            models.Index(fields=["status", "created_at"]),
            models.Index(fields=["product", "created_at"]),
            models.Index(fields=["suggested_category", "category_confidence"]),
            models.Index(fields=["status", "next_attempt_at"]),
            models.Index(fields=["work_key"], condition=~Q(work_key=""), name="ai_run_work_key"),
            models.Index(fields=["variant_key"], condition=~Q(variant_key=""), name="ai_run_variant_key"),
            # Who is next (services.queue.window), and for whom a message is under way.
            models.Index(
                fields=["priority", "source", "mass", "id"],
                condition=Q(status=Status.PENDING, message_sent_at__isnull=True),
                name="ai_run_waiting",
            ),
            models.Index(
                fields=["message_sent_at"],
                condition=Q(status=Status.PENDING, message_sent_at__isnull=False),
                name="ai_run_with_message",
            ),
            models.Index(  # whether many fail at once
                fields=["completed_at"],
                condition=Q(completed_at__isnull=False) & ~Q(error_code=""),
                name="ai_run_ended_badly",
            ),
            models.Index(  # what ended on a day
                fields=["completed_at"],
                include=["status"],
                condition=Q(completed_at__isnull=False),
                name="ai_run_completed",
            ),
            models.Index(
                fields=["mass", "status"],
                include=["cost_usd"],
                condition=Q(mass__isnull=False),
                name="ai_run_of_mass",
            ),
            models.Index(
                fields=["lesson_due_at"], condition=Q(lesson_due_at__isnull=False), name="ai_run_lesson_due"
            ),
            *(
                models.Index(
                    fields=[f"text_band_{number}"],
                    condition=Q(**{f"text_band_{number}__isnull": False}),
                    name=f"ai_run_text_band_{number}",
                )
                for number in (1, 2, 3, 4)
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["product"], condition=Q(status__in=OPEN_STATUSES), name="one_open_run_per_product"
            ),
            models.UniqueConstraint(
                fields=["product"], condition=Q(status=Status.MODERATION), name="one_waiting_card_per_product"
            ),
            models.CheckConstraint(
                condition=Q(category_confidence__isnull=True)
                | Q(category_confidence__gte=0.0, category_confidence__lte=1.0),
                name="confidence_between_0_and_1",
            ),
        ]

    def __str__(self) -> str:
        return _("#{pk} товар {product_id} — {get_status_display}").format(
            pk=self.pk, product_id=self.product_id, get_status_display=self.get_status_display()
        )

    @classmethod
    def claim(cls, run_id: int, *, owner: str, lease: timedelta) -> AIProcessingLog | None:
        """`claim_all` of one run; None when it was not to be had."""
        return next(iter(cls.claim_all([run_id], owner=owner, lease=lease)), None)

    @classmethod
    def claim_all(
        cls, run_ids: Collection[int], *, owner: str, lease: timedelta, attempts_below: int | None = None
    ) -> list[AIProcessingLog]:
        """Take those of the runs that are pending and due; the others are somebody else's, or have ended.

        Nothing while the queue is halted, and nothing of a mass run that is. `owner` must be new with every call.
        """
        now = timezone.now()
        wanted = cls.objects.filter(pk__in=run_ids, status__in=sources(Actor.WORKER, Status.PROCESSING))
        if attempts_below is not None:
            wanted = wanted.filter(attempts__lt=attempts_below)
        won = (
            wanted.filter(Q(next_attempt_at__isnull=True) | Q(next_attempt_at__lte=now))
            .exclude(mass__in=AIMassRun.objects.halted().values("pk"))
            .exclude(Exists(AIQueueState.objects.filter(name="queue", paused=True)))
            .update(
                status=Status.PROCESSING,
                attempts=F("attempts") + 1,
                lease_owner=owner,
                lease_expires_at=now + lease,
                updated_at=now,
            )
        )
        return list(cls.objects.filter(pk__in=run_ids, lease_owner=owner)) if won else []

    def advance(
        self,
        to: AIProcessingStatus,
        *,
        actor: Actor = Actor.WORKER,
        owner: str | None = None,
        **fields: Any,
    ) -> None:
        """Step to `to` and write `fields` in the same guarded UPDATE.

        `owner`: the step is only allowed while that worker still holds the lease.
        Raises TransitionError when the run is not in a state from which `actor` may take the step.
        """
        guard = type(self).objects.filter(pk=self.pk, status__in=sources(actor, to))
        if owner is not None:
            guard = guard.filter(lease_owner=owner)
        fields |= {"status": to, "updated_at": timezone.now()}
        if to is not Status.PROCESSING:
            fields |= {"lease_owner": "", "lease_expires_at": None}
        if not guard.update(**fields, version=F("version") + 1):
            raise TransitionError(f"Run {self.pk} cannot become '{to.value}' from its present state.")
        self.version += 1
        self._written(fields)

    def note(
        self,
        what: str,
        *,
        by: Any,
        at: datetime,
        fields: Collection[str] = (),
        note: str = "",
        **before: Any,
    ) -> None:
        """Set, without saving, a further entry of `history` for the version that the next write makes.

        `before`: columns that the act changes besides the card's texts, as they were, for whoever takes it back.
        """
        entry = {
            "version": self.version + 1,
            "by": by.pk,
            "name": str(by),
            "at": at.isoformat(),
            "what": what,
            "fields": sorted(fields),
        }
        more = {name: value for name, value in (("note", note), ("before", before)) if value}
        self.history = [*self.history, entry | more][-MOST_HISTORY:]

    def write_while_held(self, *, owner: str, **fields: Any) -> None:
        """Save `fields` without a step; raises TransitionError when `owner` no longer holds the run."""
        held = type(self).objects.filter(pk=self.pk, status=Status.PROCESSING, lease_owner=owner)
        if not held.update(**{"updated_at": timezone.now(), **fields}):
            raise TransitionError(f"Run {self.pk} is no longer held by {owner}.")
        self._written(fields)

    def _written(self, fields: dict[str, Any]) -> None:
        for name, value in fields.items():
            setattr(self, name, value)
