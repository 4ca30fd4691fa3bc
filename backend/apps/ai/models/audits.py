from __future__ import annotations

from django.conf import settings
from django.db import models

from apps.ai import conf


class AuditOutcome(models.TextChoices):
    RIGHT = "right", "Верно"
    WRONG = "wrong", "Ошибка"
    UNJUDGED = "unjudged", "Не оценено"


class AuditQuerySet(models.QuerySet["AIAudit"]):
    def decided(self) -> AuditQuerySet:
        return self.filter(decided_at__isnull=False)

    def judged(self) -> AuditQuerySet:
        return self.filter(outcome__in=(AuditOutcome.RIGHT, AuditOutcome.WRONG))


class AIAudit(models.Model):
    """An automatic decision that went to a person all the same, who does not know it. Outlives its run.

    `branch`: the part of the tree whose share of audits it counts for. `share`: the one in force when it was drawn.
    """

    run = models.OneToOneField(
        "ai.AIProcessingLog",
        on_delete=models.SET_NULL,
        null=True,
        related_name="audit",
        verbose_name="Запуск",
    )
    branch = models.ForeignKey(
        conf.CATEGORY_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="Ветка"
    )
    category = models.ForeignKey(
        conf.CATEGORY_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name="Решила система",
    )
    final_category = models.ForeignKey(
        conf.CATEGORY_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name="Решил человек",
    )
    confidence = models.FloatField("Уверенность")
    method = models.CharField("Чем решено", max_length=20, blank=True)
    share = models.FloatField("Доля проверок")
    outcome = models.CharField("Итог", max_length=10, choices=AuditOutcome.choices, blank=True, default="")
    texts_edited = models.BooleanField("Правил тексты", default=False)
    created_at = models.DateTimeField("Выбрано", auto_now_add=True)
    decided_at = models.DateTimeField("Решено", null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name="Кто решил",
    )

    objects = AuditQuerySet.as_manager()

    class Meta:
        ordering = ["-decided_at", "-pk"]
        verbose_name = "Слепая проверка"
        verbose_name_plural = "Слепые проверки"
        indexes = [
            models.Index(fields=["-decided_at", "-id"], name="ai_audit_decided"),
            models.Index(
                fields=["branch", "-decided_at"],
                condition=models.Q(outcome__in=["right", "wrong"]),
                name="ai_audit_judged",
            ),
        ]

    def __str__(self) -> str:
        return f"Проверка {self.pk}: {self.get_outcome_display() or 'ждёт'}"
