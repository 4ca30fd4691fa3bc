"""Signs of life of the processes behind the queue."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ProcessSign(models.Model):
    """When a process was last seen. The time is the database's: clocks of machines differ."""

    class Kind(models.TextChoices):
        WORKER = "worker", _("Исполнитель")
        BEAT = "beat", _("Планировщик")
        SWEEP = "sweep", _("Обход очереди")

    name = models.CharField(_("Процесс"), max_length=200, primary_key=True)
    kind = models.CharField(_("Вид"), max_length=10, choices=Kind.choices)
    queues = models.JSONField(_("Очереди"), default=list, blank=True)
    at = models.DateTimeField(_("Последний знак"))

    class Meta:
        verbose_name = _("Знак процесса")
        verbose_name_plural = _("Знаки процессов")

    def __str__(self) -> str:
        return self.name

    @property
    def age(self) -> str:
        """For people: "0:02:10"."""
        return str(timedelta(seconds=max(0, int((timezone.now() - self.at).total_seconds()))))


class TroubleQuerySet(models.QuerySet["Trouble"]):
    def open(self) -> TroubleQuerySet:
        return self.filter(over_at=None)


class Trouble(models.Model):
    """A fault of the installation from when it was first seen until it was gone. At most one of a code is open."""

    code = models.CharField(_("Код"), max_length=60)
    text = models.TextField(_("Что случилось"))
    cure = models.TextField(_("Что делать"), blank=True, default="")
    since = models.DateTimeField(_("С"), auto_now_add=True)
    seen_at = models.DateTimeField(_("Видели"), auto_now_add=True)
    announced_at = models.DateTimeField(_("Сообщили"), null=True, blank=True)
    over_at = models.DateTimeField(_("Кончилось"), null=True, blank=True)

    objects = TroubleQuerySet.as_manager()

    class Meta:
        ordering = ["-since"]
        verbose_name = _("Неполадка")
        verbose_name_plural = _("Неполадки")
        constraints = [
            models.UniqueConstraint(
                fields=["code"], condition=models.Q(over_at__isnull=True), name="ai_one_open_trouble_per_code"
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]
