"""Many cards decided at once: what a person ordered, and how each card of it ended."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class BulkDecision(models.TextChoices):
    APPROVE = "approve", _("Одобрить")
    REJECT = "reject", _("Отклонить")


class BulkState(models.TextChoices):
    DRAFT = "draft", _("Ждёт подтверждения")
    RUNNING = "running", _("Идёт")
    CANCELLED = "cancelled", _("Остановлена")
    FINISHED = "finished", _("Закончена")


#: For every state, the states from which it may be entered.
BULK_SOURCES: dict[BulkState, tuple[BulkState, ...]] = {
    BulkState.RUNNING: (BulkState.DRAFT,),
    BulkState.CANCELLED: (BulkState.DRAFT, BulkState.RUNNING),
    BulkState.FINISHED: (BulkState.RUNNING,),
}


class BulkItemState(models.TextChoices):
    WAITING = "waiting", _("Ждёт")
    DONE = "done", _("Решена")
    LEFT = "left", _("Оставлена")


class AIBulkDecision(models.Model):
    """One order to decide many cards. `updated_at` moves with every chunk: who stands still has lost its task."""

    decision = models.CharField(_("Решение"), max_length=10, choices=BulkDecision.choices)
    notes = models.TextField(_("Заметки"), blank=True, default="")
    selection = models.CharField(_("Что выбрано"), max_length=300, blank=True, default="")
    state = models.CharField(
        _("Состояние"), max_length=10, choices=BulkState.choices, default=BulkState.DRAFT
    )
    total = models.PositiveIntegerField(_("Карточек"), default=0)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("Кто решил"),
    )
    created_at = models.DateTimeField(_("Создана"), auto_now_add=True)
    updated_at = models.DateTimeField(_("Изменена"), auto_now=True)
    finished_at = models.DateTimeField(_("Закончена"), null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("Массовое решение")
        verbose_name_plural = _("Массовые решения")
        indexes = [
            models.Index(fields=["updated_at"], condition=Q(state="running"), name="ai_bulk_running"),
        ]

    def __str__(self) -> str:
        return f"№{self.pk}: {self.get_decision_display()}"

    def step(self, to: BulkState) -> bool:
        """Guarded UPDATE of the state; False when the present state does not allow the step."""
        fields = {"finished_at": timezone.now()} if to in (BulkState.CANCELLED, BulkState.FINISHED) else {}
        won = AIBulkDecision.objects.filter(pk=self.pk, state__in=BULK_SOURCES[to]).update(
            state=to, updated_at=timezone.now(), **fields
        )
        if won:
            self.refresh_from_db()
        return bool(won)


class AIBulkItem(models.Model):
    """A card of the order. `version`: the run's when the person saw it; `why`: what kept it from being decided."""

    bulk = models.ForeignKey(AIBulkDecision, on_delete=models.CASCADE, related_name="items")
    run = models.ForeignKey("ai.AIProcessingLog", on_delete=models.CASCADE, related_name="+")
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=BulkItemState.choices, default=BulkItemState.WAITING)
    why = models.TextField(blank=True, default="")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("Карточка массового решения")
        verbose_name_plural = _("Карточки массовых решений")
        constraints = [models.UniqueConstraint(fields=["bulk", "run"], name="ai_bulk_one_item_per_run")]
        indexes = [models.Index(fields=["bulk", "state", "id"], name="ai_bulk_item_state")]

    def __str__(self) -> str:
        return f"{self.run_id}: {self.get_state_display()}"
