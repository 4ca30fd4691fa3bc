"""What people make of the texts, and what was translated once."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from apps.ai import conf


class Outcome(models.TextChoices):
    CLEAN = "clean", "Одобрено без правок"
    EDITED = "edited", "Одобрено с правками"
    REJECTED = "rejected", "Отклонено"


class AIEditMeasure(models.Model):
    """How much of a run's texts a person changed; one row a decided run, written again when the decision changes."""

    run = models.OneToOneField(
        "ai.AIProcessingLog",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="edit_measure",
        verbose_name="Запуск",
    )
    moderator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="ai_edit_measures",
        verbose_name="Модератор",
    )
    category = models.ForeignKey(
        conf.CATEGORY_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="ai_edit_measures",
        verbose_name="Категория",
    )
    templates = models.ManyToManyField(
        "ai.AITemplate", blank=True, related_name="measures", verbose_name="Шаблоны в промпте"
    )
    house_rules = models.ManyToManyField(
        "ai.AIHouseRules", blank=True, related_name="measures", verbose_name="Правила карточек"
    )
    prompt_version = models.CharField("Версия промптов", max_length=64, blank=True, default="")
    llm_model = models.CharField("Модель", max_length=50, blank=True, default="")
    language = models.CharField("Язык", max_length=10, default="ru")
    outcome = models.CharField("Решение", max_length=10, choices=Outcome.choices)
    share = models.FloatField(
        "Доля изменённых слов", default=0.0, help_text="0.0 - 1.0, по всем текстам карточки"
    )
    fields = models.JSONField("По полям", default=dict, blank=True)
    words = models.PositiveIntegerField("Слов в карточке", default=0)
    decided_at = models.DateTimeField("Решено", default=timezone.now)

    class Meta:
        ordering = ["-decided_at"]
        verbose_name = "Мера правки"
        verbose_name_plural = "Меры правок"
        indexes = [models.Index(fields=["-decided_at"], name="ai_edit_decided_at")]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}: {self.share:.0%}"


class AILeafletSection(models.Model):
    """A section of a leaflet that was translated and passed its checks: pack sizes of a medicine share it.

    `key`: SHA-256 of heading, text, language, prompt version and model, so that no version sees another's.
    """

    key = models.CharField("Ключ", max_length=64, unique=True)
    language = models.CharField("Язык", max_length=10)
    prompt_version = models.CharField("Версия промптов", max_length=64)
    llm_model = models.CharField("Модель", max_length=50)
    source_heading = models.CharField("Заголовок источника", max_length=200)
    heading = models.CharField("Заголовок", max_length=200)
    text = models.TextField("Перевод")
    created_at = models.DateTimeField("Переведён", auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]
        verbose_name = "Раздел инструкции"
        verbose_name_plural = "Разделы инструкций"

    def __str__(self) -> str:
        return self.heading
