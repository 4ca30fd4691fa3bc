"""AIProcessingLog: one run of one product, and the log of what came out."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.ai import conf
from apps.ai.host import person_key
from apps.ai.models.mass import AIMassRun
from apps.ai.models.states import (
    CANCELLED,
    ENDED_STATUSES,
    OPEN_STATUSES,
    STEPS,
    SUPERSEDED,
    UNDECIDED_STATUSES,
    Actor,
    AIProcessingStatus,
    Priority,
    RejectReason,
    RunQuerySet,
    RunState,
    Status,
    sources,
)

__all__ = [
    "CANCELLED",
    "ENDED_STATUSES",
    "OPEN_STATUSES",
    "STEPS",
    "SUPERSEDED",
    "UNDECIDED_STATUSES",
    "AIProcessingLog",
    "AIProcessingStatus",
    "Actor",
    "Priority",
    "RejectReason",
    "RunQuerySet",
    "Status",
    "sources",
]


#: Entries of `history` that are kept, the latest.
MOST_HISTORY = 100
#: The right to decide cards.
MODERATE = "ai.moderate_aiprocessinglog"
#: The right to decide a card that a colleague holds.
OVERRULE = "ai.overrule_aiprocessinglog"


class AIProcessingLog(RunState):
    """One run: its `RunState`, and the full record."""

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
    confidence_measured = models.BooleanField(
        _("Уверенность измерена"),
        default=False,
        db_default=False,
        help_text=_("Нет: как часто так выбранная категория верна, не измерено, и уверенность — лишь оценка"),
    )
    category_alternatives = models.JSONField(
        _("Альтернативные категории"),
        default=list,
        blank=True,
        help_text=_("Топ-3 альтернативы с confidence score"),
    )
    extracted_attributes = models.JSONField(_("Извлеченные атрибуты"), default=dict, blank=True)
    image_analysis = models.JSONField(_("Анализ изображений"), default=dict, blank=True)

    # Where nearly equal descriptions meet (services.runs.twins).
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
    restarts = models.PositiveSmallIntegerField(
        _("Начат заново"), default=0, help_text=_("Сколько раз товар изменился, пока его обрабатывали")
    )
    created_at = models.DateTimeField(_("Создан"), auto_now_add=True)
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
            "by": person_key(by),
            "name": str(by),
            "at": at.isoformat(),
            "what": what,
            "fields": sorted(fields),
        }
        more = {name: value for name, value in (("note", note), ("before", before)) if value}
        self.history = [*self.history, entry | more][-MOST_HISTORY:]
