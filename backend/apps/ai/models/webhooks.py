"""Addresses of other systems that hear of events, and what was sent to them."""

from __future__ import annotations

import secrets
import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.ai.signals import SIGNALS
from utils.secret_field import SecretField

EVENT_LABELS = {
    "card_ready": _("Карточка готова"),
    "card_applied": _("Карточка на сайте"),
    "card_rejected": _("Карточка отклонена"),
    "card_rolled_back": _("Карточка откачена"),
    "card_failed": _("Карточка не получилась"),
    "budget_spent": _("Бюджет исчерпан"),
}


def new_secret() -> str:
    return secrets.token_urlsafe(32)


class AIWebhook(models.Model):
    """A subscription. `secret` signs what is sent; it is shown to whoever makes it, once."""

    name = models.CharField(_("Название"), max_length=100)
    url = models.URLField(_("Адрес"), max_length=500)
    events = models.JSONField(_("События"), default=list)
    secret = SecretField(_("Секрет"), default=new_secret, editable=False)
    is_active = models.BooleanField(_("Включён"), default=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("Кем создан"),
    )
    created_at = models.DateTimeField(_("Создан"), auto_now_add=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("Вебхук")
        verbose_name_plural = _("Вебхуки")

    def __str__(self) -> str:
        return self.name

    def hears(self, event: str) -> bool:
        return event in self.events and event in SIGNALS


class DeliveryState(models.TextChoices):
    PENDING = "pending", _("Ждёт")
    DELIVERED = "delivered", _("Доставлено")
    DEAD = "dead", _("Не доставлено")


class DeliveryQuerySet(models.QuerySet["AIWebhookDelivery"]):
    def due(self, now: datetime) -> DeliveryQuerySet:
        return self.filter(state=DeliveryState.PENDING, next_attempt_at__lte=now, webhook__is_active=True)


class AIWebhookDelivery(models.Model):
    """An event on its way to one address: at least once, in no certain order. `id` is the same at every attempt."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    webhook = models.ForeignKey(
        AIWebhook, on_delete=models.CASCADE, related_name="deliveries", verbose_name=_("Вебхук")
    )
    event = models.CharField(_("Событие"), max_length=30, choices=list(EVENT_LABELS.items()))
    body = models.JSONField(_("Тело"))
    state = models.CharField(
        _("Состояние"), max_length=10, choices=DeliveryState.choices, default=DeliveryState.PENDING
    )
    attempts = models.PositiveSmallIntegerField(_("Попыток"), default=0)
    next_attempt_at = models.DateTimeField(_("Следующая попытка"), default=timezone.now)
    status = models.PositiveSmallIntegerField(_("Ответ HTTP"), null=True)
    error = models.CharField(_("Ошибка"), max_length=500, blank=True, default="")
    created_at = models.DateTimeField(_("Создано"), auto_now_add=True)
    delivered_at = models.DateTimeField(_("Доставлено"), null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("Доставка вебхука")
        verbose_name_plural = _("Доставки вебхуков")
        indexes = [
            models.Index(
                fields=["next_attempt_at"], condition=models.Q(state="pending"), name="ai_delivery_due"
            ),
            models.Index(fields=["-created_at"], name="ai_delivery_created"),
        ]

    def __str__(self) -> str:
        return f"{self.get_event_display()} → {self.webhook_id}"

    def claim(self, *, until: datetime) -> bool:
        """Guarded UPDATE: of two workers one sends; one that dies in between is followed by another after `until`."""
        won = AIWebhookDelivery.objects.filter(
            pk=self.pk, state=DeliveryState.PENDING, next_attempt_at=self.next_attempt_at
        ).update(next_attempt_at=until, attempts=models.F("attempts") + 1)
        if won:
            self.refresh_from_db()
        return bool(won)

    def settle(self, **fields: Any) -> None:
        """What the attempt that we claimed came to; an attempt that another has overtaken says nothing."""
        AIWebhookDelivery.objects.filter(
            pk=self.pk, state=DeliveryState.PENDING, attempts=self.attempts
        ).update(**fields)
