from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

#: What lists of cards are filtered by, in the admin and in the API.
STATES = {"waiting": "Ждут решения", "mine": "Мои", "resolved": "Решённые", "all": "Все"}
ORDER = ("-priority", "created_at", "pk")


class ModerationQuerySet(models.QuerySet["AIModerationQueue"]):
    def waiting(self) -> ModerationQuerySet:
        return self.filter(resolved_at__isnull=True)

    def held_by(self, user: Any, *, now: datetime | None = None) -> ModerationQuerySet:
        """Waiting cards that the person has taken and whose time is not over."""
        return self.waiting().filter(assigned_to=user, taken_until__gt=now or timezone.now())

    def free_for(self, user: Any, *, now: datetime | None = None) -> ModerationQuerySet:
        """Waiting cards that nobody else holds."""
        now = now or timezone.now()
        return self.waiting().filter(
            Q(assigned_to__isnull=True)
            | Q(assigned_to=user)
            | Q(taken_until__isnull=True)
            | Q(taken_until__lte=now)
        )

    def in_order(self) -> ModerationQuerySet:
        """The one order of the list and of "next": the urgent first, then the oldest."""
        return self.order_by(*ORDER)

    def next_for(self, user: Any) -> AIModerationQueue | None:
        """The first card of the list that the person may decide."""
        return self.free_for(user).in_order().first()

    def in_state(self, state: str, *, user: Any) -> ModerationQuerySet:
        """`state`: one of STATES."""
        chosen = {
            "waiting": self.waiting,
            "mine": lambda: self.held_by(user),
            "resolved": lambda: self.filter(resolved_at__isnull=False),
            "all": self.all,
        }
        return chosen[state]()


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
    taken_until = models.DateTimeField(
        "Взято до", null=True, blank=True, help_text="Потом карточку может взять другой"
    )
    created_at = models.DateTimeField("Создано", auto_now_add=True)
    resolved_at = models.DateTimeField("Решено", null=True, blank=True)

    objects = ModerationQuerySet.as_manager()

    class Meta:
        ordering = list(ORDER)
        verbose_name = "Карточка на модерации"
        verbose_name_plural = "Очередь модерации"
        indexes = [
            models.Index(fields=["resolved_at", "-priority", "created_at"]),
            # PostgreSQL takes no order from an index behind a column that IS NULL.
            models.Index(fields=["-priority", "created_at"], name="ai_moderation_order"),
        ]

    def __str__(self) -> str:
        return f"{self.log_entry_id}: {self.reason}"

    def is_held(self) -> bool:
        """Whether somebody has taken the card and the time is not over."""
        until = self.taken_until
        return self.assigned_to_id is not None and until is not None and until > timezone.now()
