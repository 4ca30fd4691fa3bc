from __future__ import annotations

from django.conf import settings
from django.db import models

from apps.ai import conf


class AppliedChange(models.Model):
    """What an apply wrote into a product: each card field before and after, so that it can be taken back."""

    run = models.ForeignKey(
        "ai.AIProcessingLog",
        on_delete=models.SET_NULL,
        null=True,
        related_name="applied_changes",
        verbose_name="Запуск",
    )
    product = models.ForeignKey(
        conf.PRODUCT_MODEL, on_delete=models.CASCADE, related_name="ai_changes", verbose_name="Товар"
    )
    language = models.CharField("Язык текстов", max_length=10, default="", help_text="Пусто — язык магазина")
    before = models.JSONField("Было")
    after = models.JSONField("Стало")
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="Применил",
        help_text="Пусто — автоматически",
    )
    applied_at = models.DateTimeField("Применено", auto_now_add=True)
    reverted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="Откатил",
    )
    reverted_at = models.DateTimeField("Откачено", null=True, blank=True)

    class Meta:
        ordering = ["-applied_at", "-pk"]
        verbose_name = "Применённое изменение"
        verbose_name_plural = "Применённые изменения"
        indexes = [
            models.Index(fields=["-applied_at", "-id"], include=["applied_by"], name="ai_change_applied"),
            models.Index(
                fields=["reverted_at"],
                condition=models.Q(reverted_at__isnull=False),
                name="ai_change_reverted",
            ),
        ]

    def __str__(self) -> str:
        return f"Товар {self.product_id}: {', '.join(self.after)}"
