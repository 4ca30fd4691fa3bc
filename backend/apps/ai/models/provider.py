"""What all workers know together about the provider: is it paused, how fast may we go, what did it embed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class PauseState(models.TextChoices):
    CLOSED = "closed", "Работает"
    OPEN = "open", "Пауза"
    HALF_OPEN = "half_open", "Пробный запрос"


class PauseReason(models.TextChoices):
    QUOTA = "quota", "У поставщика кончились деньги"
    KEY_REFUSED = "key_refused", "Ключ не принят"
    FAILURES = "failures", "Поставщик не отвечает"
    REJECTED = "rejected", "Поставщик отклоняет запросы"
    BUSY = "busy", "Поставщик просит подождать"


class ServicePause(models.Model):
    """The circuit breaker of an endpoint ("host/path"), or of one model there ("host/path model").

    Only `services.money.breaker` changes it. `failures`: in a row, since the last success. `rejection`: the 4xx that
    came last without a success since, and `rejected_by` the products it came for (null: none in particular).
    `opens`: how often in a row it opened without a success between. `alerted_for`: the trouble that people know of.
    """

    endpoint = models.CharField("Адрес", max_length=255, unique=True)
    state = models.CharField(
        "Состояние", max_length=10, choices=PauseState.choices, default=PauseState.CLOSED
    )
    reason = models.CharField("Причина", max_length=20, choices=PauseReason.choices, blank=True, default="")
    message = models.TextField("Что сказал поставщик", blank=True, default="")
    failures = models.PositiveIntegerField("Ошибок подряд", default=0)
    last_failure_at = models.DateTimeField("Последняя из них", null=True, blank=True)
    rejection = models.CharField("Отказ", max_length=30, blank=True, default="")
    rejected_by = models.JSONField("Товары с этим отказом", default=list, blank=True)
    opens = models.PositiveIntegerField("Пауз подряд", default=0)
    opened_at = models.DateTimeField("Пауза с", null=True, blank=True)
    until = models.DateTimeField("Следующая проба", null=True, blank=True)
    probe_until = models.DateTimeField("Проба ждёт до", null=True, blank=True)
    alerted_at = models.DateTimeField("Сообщили", null=True, blank=True)
    alerted_for = models.CharField("О чём", max_length=60, blank=True, default="")
    resumed_at = models.DateTimeField("Снята", null=True, blank=True)
    resumed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="Снял",
        help_text="Пусто — снята сама",
    )

    class Meta:
        ordering = ["endpoint"]
        verbose_name = "Пауза поставщика"
        verbose_name_plural = "Паузы поставщиков"

    def __str__(self) -> str:
        return f"{self.endpoint}: {self.get_state_display()}"

    @property
    def sentence(self) -> str:
        """For people: what is waited for, and until when."""
        until = "" if self.until is None else f" до {timezone.localtime(self.until):%H:%M:%S}"
        reason = PauseReason(self.reason).label if self.reason else "Пауза"
        return f"{self.endpoint}: {reason[0].lower()}{reason[1:]}{until}. {self.message}".strip()


class AIRateBucket(models.Model):
    """A rate limit: the time up to which requests are paid for, in seconds since 1970.

    `promised`: the latest time that a refused caller was given.
    """

    key = models.CharField(max_length=150, unique=True)
    paid_until = models.FloatField(default=0.0)
    promised = models.FloatField(default=0.0)

    class Meta:
        verbose_name = "Ограничение частоты"
        verbose_name_plural = "Ограничения частоты"

    def __str__(self) -> str:
        return self.key
