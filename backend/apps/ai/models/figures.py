from __future__ import annotations

from datetime import datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class FigureGroup(models.TextChoices):
    """What the figures of a day are split by; `key` names one part of it. ALL has the key ""."""

    ALL = "all", _("Всё")
    CATEGORY = "category", _("Категория")
    PROMPT = "prompt", _("Версия промптов")
    MODEL = "model", _("Модель")
    MODERATOR = "moderator", _("Модератор")
    REASON = "reason", _("Причина")
    #: Tenths of the category's confidence: "0" … "9".
    CONFIDENCE = "confidence", _("Уверенность")


class FiguresQuerySet(models.QuerySet["AIDayFigures"]):
    def keys_of(self, group: str) -> list[str]:
        """The parts of the group that were ever counted, without the empty one."""
        keys = self.filter(group=group).exclude(key="").order_by("key").values_list("key", flat=True)
        return list(keys.distinct())

    def mark_stale(self, *moments: datetime | None) -> None:
        """Something that counted at these moments has changed: their days are counted again soon.

        Today and yesterday always are.
        """
        today = timezone.localdate()
        days = {timezone.localdate(moment) for moment in moments if moment is not None}
        old = [day for day in days if (today - day).days > 1]
        if old:
            self.filter(day__in=old, group=FigureGroup.ALL).update(stale=True)


class AIDayFigures(models.Model):
    """What happened on a day of the shop's time zone, counted once so that no page reads a million runs.

    Everything counts on the day on which it happened: a run when it ended, a decision when it was made, a call when
    its money was reserved. `stale`: something of that day has changed since, and it is to be counted again.
    """

    day = models.DateField(_("День"))
    group = models.CharField(_("По чему"), max_length=12, choices=FigureGroup.choices)
    key = models.CharField(_("Ключ"), max_length=100, blank=True, default="")
    ended = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    queued = models.PositiveIntegerField(default=0)
    automatic = models.PositiveIntegerField(default=0)
    kept = models.PositiveIntegerField(default=0)
    edited = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    rolled_back = models.PositiveIntegerField(default=0)
    words = models.PositiveBigIntegerField(default=0)
    changed_words = models.FloatField(default=0.0)
    right = models.PositiveIntegerField(default=0)
    wrong = models.PositiveIntegerField(default=0)
    calls = models.PositiveIntegerField(default=0)
    cost_nano = models.BigIntegerField(default=0)
    stale = models.BooleanField(default=False)
    counted_at = models.DateTimeField(auto_now=True)

    objects = FiguresQuerySet.as_manager()

    class Meta:
        ordering = ["day", "group", "key"]
        verbose_name = _("Показатели дня")
        verbose_name_plural = _("Показатели по дням")
        constraints = [
            models.UniqueConstraint(fields=["group", "day", "key"], name="ai_one_figure_per_day_and_key")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.group} {self.key}".strip()
