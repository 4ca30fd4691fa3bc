"""Batches at the provider: one row a batch, one a line of its file."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.ai.models.processing import AIProcessingLog
from apps.ai.models.spending import AICall


class BatchState(models.TextChoices):
    """What we know of it. Only `creating` may, after a crash, exist at the provider without our knowledge."""

    BUILDING = "building", gettext_lazy("Собирается")
    CREATING = "creating", gettext_lazy("Создаётся")
    OPEN = "open", gettext_lazy("У поставщика")
    ENDED = "ended", gettext_lazy("Ждёт разбора")
    INGESTED = "ingested", gettext_lazy("Разобран")
    DISCARDED = "discarded", gettext_lazy("Не отправлен")


class ItemState(models.TextChoices):
    SENT = "sent", gettext_lazy("Ждёт ответа")
    DONE = "done", gettext_lazy("Ответ принят")
    UNUSABLE = "unusable", gettext_lazy("Ответ не годится")
    REFUSED = "refused", gettext_lazy("Поставщик отказал")
    UNANSWERED = "unanswered", gettext_lazy("Без ответа")
    OVERTAKEN = "overtaken", gettext_lazy("Ответ опоздал")
    WITHDRAWN = "withdrawn", gettext_lazy("Не отправлен")


class BatchQuerySet(models.QuerySet["AIBatch"]):
    def abandoned(self, *, now: datetime) -> BatchQuerySet:
        """Being sent, by a process that has not been heard of for too long."""
        return self.filter(state__in=(BatchState.BUILDING, BatchState.CREATING), locked_until__lt=now)

    def at_provider(self) -> BatchQuerySet:
        return self.filter(state__in=(BatchState.CREATING, BatchState.OPEN))


class AIBatch(models.Model):
    """`token` travels as the batch's metadata, so that one that was created but not noted is found again.

    `tokens`: an estimate of what its lines ask, for the provider's cap on waiting tokens. `locked_until`: while
    it is built and created, until when its process is taken to be alive.
    """

    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    stage = models.CharField(gettext_lazy("Этап"), max_length=20)
    model = models.CharField(gettext_lazy("Модель"), max_length=100)
    state = models.CharField(
        gettext_lazy("Состояние"), max_length=10, choices=BatchState.choices, default=BatchState.BUILDING
    )
    provider_id = models.CharField(
        gettext_lazy("Номер у поставщика"), max_length=100, blank=True, default="", db_index=True
    )
    provider_status = models.CharField(
        gettext_lazy("Состояние у поставщика"), max_length=30, blank=True, default=""
    )
    input_file_id = models.CharField(gettext_lazy("Файл вопросов"), max_length=100, blank=True, default="")
    output_file_id = models.CharField(gettext_lazy("Файл ответов"), max_length=100, blank=True, default="")
    error_file_id = models.CharField(gettext_lazy("Файл ошибок"), max_length=100, blank=True, default="")
    lines = models.PositiveIntegerField(gettext_lazy("Строк"), default=0)
    tokens = models.PositiveBigIntegerField(gettext_lazy("Токенов, примерно"), default=0)
    completed = models.PositiveIntegerField(gettext_lazy("Готово"), default=0)
    failed = models.PositiveIntegerField(gettext_lazy("С ошибкой"), default=0)
    problem = models.TextField(gettext_lazy("Что случилось"), blank=True, default="")
    locked_until = models.DateTimeField(gettext_lazy("Занят до"), null=True, blank=True)
    created_at = models.DateTimeField(gettext_lazy("Создан"), auto_now_add=True)
    expires_at = models.DateTimeField(gettext_lazy("Истекает"), null=True, blank=True)
    ended_at = models.DateTimeField(gettext_lazy("Завершён"), null=True, blank=True)
    ingested_at = models.DateTimeField(gettext_lazy("Разобран"), null=True, blank=True)

    objects = BatchQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = gettext_lazy("Пакет")
        verbose_name_plural = gettext_lazy("Пакеты")
        indexes = [models.Index(fields=["state", "locked_until"], name="ai_batch_state")]

    def __str__(self) -> str:
        return _("Пакет {pk}, {stage}: {get_state_display}").format(
            pk=self.pk, stage=self.stage, get_state_display=self.get_state_display()
        )

    @property
    def owner(self) -> str:
        """What stands on its runs as the holder of their lease."""
        return f"batch:{self.pk}"

    def step(self, *, sources: tuple[str, ...], **fields: object) -> bool:
        """Write `fields` if it is still in one of `sources`: one of several processes wins."""
        won = type(self).objects.filter(pk=self.pk, state__in=sources).update(**fields)
        if won:
            for name, value in fields.items():
                setattr(self, name, value)
        return bool(won)

    def lock(self, *, until: datetime) -> bool:
        """Take over an abandoned one; False when somebody else was quicker."""
        taken = type(self).objects.abandoned(now=timezone.now()).filter(pk=self.pk)
        return bool(taken.update(locked_until=until))


class AIBatchItem(models.Model):
    """One line: one question of one run. `context`: what its answer refers to, until it was taken in."""

    batch = models.ForeignKey(
        AIBatch, on_delete=models.CASCADE, related_name="items", verbose_name=gettext_lazy("Пакет")
    )
    run = models.ForeignKey(
        AIProcessingLog,
        on_delete=models.CASCADE,
        related_name="batch_items",
        verbose_name=gettext_lazy("Запуск"),
    )
    call = models.ForeignKey(
        AICall, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=gettext_lazy("Обращение")
    )
    stage = models.CharField(gettext_lazy("Этап"), max_length=20)
    custom_id = models.CharField(gettext_lazy("Код строки"), max_length=64, unique=True)
    state = models.CharField(
        gettext_lazy("Состояние"), max_length=10, choices=ItemState.choices, default=ItemState.SENT
    )
    context = models.JSONField(gettext_lazy("К чему относится ответ"), default=dict, blank=True)
    error = models.TextField(gettext_lazy("Ошибка"), blank=True, default="")

    class Meta:
        ordering = ["pk"]
        verbose_name = gettext_lazy("Строка пакета")
        verbose_name_plural = gettext_lazy("Строки пакетов")
        indexes = [models.Index(fields=["batch", "state"], name="ai_batch_item_state")]

    def __str__(self) -> str:
        return f"{self.custom_id}: {self.get_state_display()}"
