"""What all workers know together about the provider: is it paused, how fast may we go, what did it embed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class PauseState(models.TextChoices):
    CLOSED = "closed", gettext_lazy("Работает")
    OPEN = "open", gettext_lazy("Пауза")
    HALF_OPEN = "half_open", gettext_lazy("Пробный запрос")


class PauseReason(models.TextChoices):
    QUOTA = "quota", gettext_lazy("У поставщика кончились деньги")
    KEY_REFUSED = "key_refused", gettext_lazy("Ключ не принят")
    FAILURES = "failures", gettext_lazy("Поставщик не отвечает")
    REJECTED = "rejected", gettext_lazy("Поставщик отклоняет запросы")
    BUSY = "busy", gettext_lazy("Поставщик просит подождать")


class ServicePause(models.Model):
    """The circuit breaker of an endpoint ("host/path"), or of one model there ("host/path model").

    Only `services.money.breaker` changes it. `failures`: in a row, since the last success. `rejection`: the 4xx that
    came last without a success since, and `rejected_by` the products it came for (null: none in particular).
    `opens`: how often in a row it opened without a success between. `alerted_for`: the trouble that people know of.
    """

    endpoint = models.CharField(gettext_lazy("Адрес"), max_length=255, unique=True)
    state = models.CharField(
        gettext_lazy("Состояние"), max_length=10, choices=PauseState.choices, default=PauseState.CLOSED
    )
    reason = models.CharField(
        gettext_lazy("Причина"), max_length=20, choices=PauseReason.choices, blank=True, default=""
    )
    message = models.TextField(gettext_lazy("Что сказал поставщик"), blank=True, default="")
    failures = models.PositiveIntegerField(gettext_lazy("Ошибок подряд"), default=0)
    last_failure_at = models.DateTimeField(gettext_lazy("Последняя из них"), null=True, blank=True)
    rejection = models.CharField(gettext_lazy("Отказ"), max_length=30, blank=True, default="")
    rejected_by = models.JSONField(gettext_lazy("Товары с этим отказом"), default=list, blank=True)
    opens = models.PositiveIntegerField(gettext_lazy("Пауз подряд"), default=0)
    opened_at = models.DateTimeField(gettext_lazy("Пауза с"), null=True, blank=True)
    until = models.DateTimeField(gettext_lazy("Следующая проба"), null=True, blank=True)
    probe_until = models.DateTimeField(gettext_lazy("Проба ждёт до"), null=True, blank=True)
    alerted_at = models.DateTimeField(gettext_lazy("Сообщили"), null=True, blank=True)
    alerted_for = models.CharField(gettext_lazy("О чём"), max_length=60, blank=True, default="")
    resumed_at = models.DateTimeField(gettext_lazy("Снята"), null=True, blank=True)
    resumed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=gettext_lazy("Снял"),
        help_text=gettext_lazy("Пусто — снята сама"),
    )

    class Meta:
        ordering = ["endpoint"]
        verbose_name = gettext_lazy("Пауза поставщика")
        verbose_name_plural = gettext_lazy("Паузы поставщиков")

    def __str__(self) -> str:
        return f"{self.endpoint}: {self.get_state_display()}"

    @property
    def sentence(self) -> str:
        """For people: what is waited for, and until when."""
        until = (
            ""
            if self.until is None
            else _(" до {localtime:%H:%M:%S}").format(localtime=timezone.localtime(self.until))
        )
        reason = PauseReason(self.reason).label if self.reason else _("Пауза")
        return f"{self.endpoint}: {reason[0].lower()}{reason[1:]}{until}. {self.message}".strip()


class AIRateBucket(models.Model):
    """A rate limit: the time up to which requests are paid for, in seconds since 1970.

    `promised`: the latest time that a refused caller was given.
    """

    key = models.CharField(max_length=150, unique=True)
    paid_until = models.FloatField(default=0.0)
    promised = models.FloatField(default=0.0)

    class Meta:
        verbose_name = gettext_lazy("Ограничение частоты")
        verbose_name_plural = gettext_lazy("Ограничения частоты")

    def __str__(self) -> str:
        return self.key
