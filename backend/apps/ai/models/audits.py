from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.ai import conf


class AuditOutcome(models.TextChoices):
    RIGHT = "right", gettext_lazy("Верно")
    WRONG = "wrong", gettext_lazy("Ошибка")
    UNJUDGED = "unjudged", gettext_lazy("Не оценено")


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
        verbose_name=gettext_lazy("Запуск"),
    )
    branch = models.ForeignKey(
        conf.CATEGORY_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=gettext_lazy("Ветка"),
    )
    category = models.ForeignKey(
        conf.CATEGORY_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=gettext_lazy("Решила система"),
    )
    final_category = models.ForeignKey(
        conf.CATEGORY_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=gettext_lazy("Решил человек"),
    )
    confidence = models.FloatField(gettext_lazy("Уверенность"))
    method = models.CharField(gettext_lazy("Чем решено"), max_length=20, blank=True)
    share = models.FloatField(gettext_lazy("Доля проверок"))
    outcome = models.CharField(
        gettext_lazy("Итог"), max_length=10, choices=AuditOutcome.choices, blank=True, default=""
    )
    texts_edited = models.BooleanField(gettext_lazy("Правил тексты"), default=False)
    created_at = models.DateTimeField(gettext_lazy("Выбрано"), auto_now_add=True)
    decided_at = models.DateTimeField(gettext_lazy("Решено"), null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=gettext_lazy("Кто решил"),
    )

    objects = AuditQuerySet.as_manager()

    class Meta:
        ordering = ["-decided_at", "-pk"]
        verbose_name = gettext_lazy("Слепая проверка")
        verbose_name_plural = gettext_lazy("Слепые проверки")
        indexes = [
            models.Index(fields=["-decided_at", "-id"], name="ai_audit_decided"),
            models.Index(
                fields=["branch", "-decided_at"],
                condition=models.Q(outcome__in=["right", "wrong"]),
                name="ai_audit_judged",
            ),
        ]

    def __str__(self) -> str:
        return _("Проверка {pk}: {value}").format(pk=self.pk, value=self.get_outcome_display() or _("ждёт"))
