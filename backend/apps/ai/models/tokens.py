"""Keys of the API: who calls it without a browser."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class TokenQuerySet(models.QuerySet["AIApiToken"]):
    def valid(self) -> TokenQuerySet:
        now = timezone.now()
        return self.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now), revoked_at__isnull=True)


class AIApiToken(models.Model):
    """A token acts with the rights of its user. Only its SHA-256 is stored: 256 random bits need no slow hash."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="ai_api_tokens",
        verbose_name=_("Чьими правами"),
    )
    name = models.CharField(_("Для чего"), max_length=100)
    digest = models.CharField("SHA-256", max_length=64, unique=True, editable=False)
    start = models.CharField(
        _("Начало"), max_length=12, editable=False, help_text=_("Первые знаки, чтобы узнать токен")
    )
    created_at = models.DateTimeField(_("Создан"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("Кем создан"),
    )
    expires_at = models.DateTimeField(
        _("Действует до"), null=True, blank=True, help_text=_("Пусто — без срока")
    )
    last_used_at = models.DateTimeField(_("Последний запрос"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("Отозван"), null=True, editable=False)

    objects = TokenQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("Токен API")
        verbose_name_plural = _("Токены API")

    def __str__(self) -> str:
        return f"{self.name} ({self.start}…)"
