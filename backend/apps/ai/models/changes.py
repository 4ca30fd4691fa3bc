from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.ai import conf


class AppliedChange(models.Model):
    """What an apply wrote into a product: each card field before and after, so that it can be taken back."""

    run = models.ForeignKey(
        "ai.AIProcessingLog",
        on_delete=models.SET_NULL,
        null=True,
        related_name="applied_changes",
        verbose_name=gettext_lazy("Запуск"),
    )
    product = models.ForeignKey(
        conf.PRODUCT_MODEL,
        on_delete=models.CASCADE,
        related_name="ai_changes",
        verbose_name=gettext_lazy("Товар"),
    )
    language = models.CharField(
        gettext_lazy("Язык текстов"),
        max_length=10,
        default="",
        help_text=gettext_lazy("Пусто — язык магазина"),
    )
    before = models.JSONField(gettext_lazy("Было"))
    after = models.JSONField(gettext_lazy("Стало"))
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=gettext_lazy("Применил"),
        help_text=gettext_lazy("Пусто — автоматически"),
    )
    applied_at = models.DateTimeField(gettext_lazy("Применено"), auto_now_add=True)
    reverted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=gettext_lazy("Откатил"),
    )
    reverted_at = models.DateTimeField(gettext_lazy("Откачено"), null=True, blank=True)

    class Meta:
        ordering = ["-applied_at", "-pk"]
        verbose_name = gettext_lazy("Применённое изменение")
        verbose_name_plural = gettext_lazy("Применённые изменения")
        indexes = [
            models.Index(fields=["-applied_at", "-id"], include=["applied_by"], name="ai_change_applied"),
            models.Index(
                fields=["reverted_at"],
                condition=models.Q(reverted_at__isnull=False),
                name="ai_change_reverted",
            ),
        ]

    def __str__(self) -> str:
        return _("Товар {product_id}: {text}").format(product_id=self.product_id, text=", ".join(self.after))
