from __future__ import annotations

from django.conf import settings
from django.db import models


class ModerationQuerySet(models.QuerySet["AIModerationQueue"]):
    def waiting(self) -> ModerationQuerySet:
        return self.filter(resolved_at__isnull=True)


class AIModerationQueue(models.Model):
    """A card that waits for a person, or waited. All reasons stand on the run; `reason` is the gravest."""

    PRIORITY_CHOICES = [
        (1, "Низкий"),
        (2, "Средний"),
        (3, "Высокий"),
    ]

    log_entry = models.OneToOneField(
        "ai.AIProcessingLog",
        on_delete=models.CASCADE,
        related_name="moderation_queue",
        verbose_name="Запуск",
    )
    priority = models.PositiveSmallIntegerField("Приоритет", choices=PRIORITY_CHOICES, default=2)
    reason = models.CharField(
        "Причина",
        max_length=100,
        help_text="Причина отправки на модерацию: low_confidence, sensitive_content и т.д.",
    )
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="ai_moderation_tasks",
        verbose_name="Кому назначено",
    )
    created_at = models.DateTimeField("Создано", auto_now_add=True)
    resolved_at = models.DateTimeField("Решено", null=True, blank=True)

    objects = ModerationQuerySet.as_manager()

    class Meta:
        ordering = ["-priority", "created_at"]
        verbose_name = "Карточка на модерации"
        verbose_name_plural = "Очередь модерации"
        indexes = [
            models.Index(fields=["resolved_at", "-priority", "created_at"]),
            # PostgreSQL takes no order from an index behind a column that IS NULL.
            models.Index(fields=["-priority", "created_at"], name="ai_moderation_order"),
        ]

    def __str__(self) -> str:
        return f"{self.log_entry_id}: {self.reason}"
