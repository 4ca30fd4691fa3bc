"""What people make of the texts, and what was translated once."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.ai import conf


class Outcome(models.TextChoices):
    CLEAN = "clean", _("Одобрено без правок")
    EDITED = "edited", _("Одобрено с правками")
    REJECTED = "rejected", _("Отклонено")


class AIEditMeasure(models.Model):
    """How much of a run's texts a person changed; one row a decided run, written again when the decision changes."""

    run = models.OneToOneField(
        "ai.AIProcessingLog",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="edit_measure",
        verbose_name=_("Запуск"),
    )
    moderator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="ai_edit_measures",
        verbose_name=_("Модератор"),
    )
    category = models.ForeignKey(
        conf.CATEGORY_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="ai_edit_measures",
        verbose_name=_("Категория"),
    )
    templates = models.ManyToManyField(
        "ai.AITemplate", blank=True, related_name="measures", verbose_name=_("Шаблоны в промпте")
    )
    house_rules = models.ManyToManyField(
        "ai.AIHouseRules", blank=True, related_name="measures", verbose_name=_("Правила карточек")
    )
    prompt_version = models.CharField(_("Версия промптов"), max_length=64, blank=True, default="")
    llm_model = models.CharField(_("Модель"), max_length=50, blank=True, default="")
    language = models.CharField(_("Язык"), max_length=10, default="ru")
    outcome = models.CharField(_("Решение"), max_length=10, choices=Outcome.choices)
    share = models.FloatField(
        _("Доля изменённых слов"), default=0.0, help_text=_("0.0 - 1.0, по всем текстам карточки")
    )
    fields = models.JSONField(_("По полям"), default=dict, blank=True)
    words = models.PositiveIntegerField(_("Слов в карточке"), default=0)
    decided_at = models.DateTimeField(_("Решено"), default=timezone.now)

    class Meta:
        ordering = ["-decided_at"]
        verbose_name = _("Мера правки")
        verbose_name_plural = _("Меры правок")
        indexes = [models.Index(fields=["-decided_at"], name="ai_edit_decided_at")]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}: {self.share:.0%}"


class AILeafletSection(models.Model):
    """A section of a leaflet that was translated and passed its checks: pack sizes of a medicine share it.

    `key`: SHA-256 of heading, text, language, prompt version and model, so that no version sees another's.
    """

    key = models.CharField(_("Ключ"), max_length=64, unique=True)
    language = models.CharField(_("Язык"), max_length=10)
    prompt_version = models.CharField(_("Версия промптов"), max_length=64)
    llm_model = models.CharField(_("Модель"), max_length=50)
    source_heading = models.CharField(_("Заголовок источника"), max_length=200)
    heading = models.CharField(_("Заголовок"), max_length=200)
    text = models.TextField(_("Перевод"))
    created_at = models.DateTimeField(_("Переведён"), auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("Раздел инструкции")
        verbose_name_plural = _("Разделы инструкций")

    def __str__(self) -> str:
        return self.heading
