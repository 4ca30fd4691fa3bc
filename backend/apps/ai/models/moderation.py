from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.ai import conf

#: What lists of cards are filtered by, in the admin and in the API.
STATES = {
    "waiting": _("Ждут решения"),
    "mine": _("Мои"),
    "free": _("Свободные"),
    "overdue": _("Просроченные"),
    "resolved": _("Решённые"),
    "all": _("Все"),
}
#: What matters first: priority, then what a decision teaches or earns (`worth`), then age.
ORDER = ("-priority", "-worth", "created_at", "pk")
#: By priority, how long a card may wait before it is overdue.
DUE = {3: timedelta(hours=4), 2: timedelta(days=1), 1: timedelta(days=3)}


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

    def overdue(self, *, now: datetime | None = None) -> ModerationQuerySet:
        """Waiting cards that have waited longer than their priority allows."""
        now = now or timezone.now()
        late = Q()
        for priority, term in DUE.items():
            late |= Q(priority=priority, created_at__lt=now - term)
        return self.waiting().filter(late)

    def in_order(self) -> ModerationQuerySet:
        """The one order of the list and of "next": priority, then what a decision teaches or earns, then age."""
        return self.order_by(*ORDER)

    def next_for(self, user: Any) -> AIModerationQueue | None:
        """The first card of the list that the person may decide."""
        return self.free_for(user).in_order().first()

    def in_state(self, state: str, *, user: Any) -> ModerationQuerySet:
        """`state`: one of STATES."""
        chosen = {
            "waiting": self.waiting,
            "mine": lambda: self.held_by(user),
            "free": lambda: self.free_for(user),
            "overdue": self.overdue,
            "resolved": lambda: self.filter(resolved_at__isnull=False),
            "all": self.all,
        }
        return chosen[state]()


class AIModerationQueue(models.Model):
    """A card that waits for a person, or waited. All reasons stand on the run; `reason` is the gravest."""

    PRIORITY_CHOICES = [
        (1, _("Низкий")),
        (2, _("Средний")),
        (3, _("Высокий")),
    ]

    log_entry = models.OneToOneField(
        "ai.AIProcessingLog",
        on_delete=models.CASCADE,
        related_name="moderation_queue",
        verbose_name=_("Запуск"),
    )
    priority = models.PositiveSmallIntegerField(_("Приоритет"), choices=PRIORITY_CHOICES, default=2)
    reason = models.CharField(
        _("Причина"),
        max_length=100,
        help_text=_("Причина отправки на модерацию: low_confidence, sensitive_content и т.д."),
    )
    worth = models.PositiveSmallIntegerField(
        _("Польза решения"),
        default=0,
        help_text=_("0–100: насколько решение учит систему и скоро ли товар начнёт продаваться"),
    )
    branch = models.ForeignKey(
        conf.CATEGORY_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("Ветка"),
    )
    origin = models.CharField(_("Источник товара"), max_length=50, blank=True, default="")
    variant_key = models.CharField(max_length=64, blank=True, default="", editable=False)
    ranked_at = models.DateTimeField(null=True, editable=False)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="ai_moderation_tasks",
        verbose_name=_("Кому назначено"),
    )
    taken_until = models.DateTimeField(
        _("Взято до"), null=True, blank=True, help_text=_("Потом карточку может взять другой")
    )
    created_at = models.DateTimeField(_("Создано"), auto_now_add=True)
    resolved_at = models.DateTimeField(_("Решено"), null=True, blank=True)

    objects = ModerationQuerySet.as_manager()

    class Meta:
        ordering = list(ORDER)
        verbose_name = _("Карточка на модерации")
        verbose_name_plural = _("Очередь модерации")
        indexes = [
            models.Index(fields=["-resolved_at", "-id"], name="ai_queue_resolved"),
            models.Index(fields=["-priority", "-worth", "created_at", "id"], name="ai_moderation_order"),
            models.Index(
                fields=["-priority", "-worth", "created_at", "id"],
                condition=Q(resolved_at__isnull=True),
                name="ai_queue_waiting",
            ),
            # The numbers beside the filters: counted from the index alone.
            models.Index(
                fields=["reason", "branch", "origin", "priority", "created_at"],
                include=["assigned_to", "taken_until"],
                condition=Q(resolved_at__isnull=True),
                name="ai_queue_facets",
            ),
            models.Index(
                fields=["variant_key"],
                condition=Q(resolved_at__isnull=True) & ~Q(variant_key=""),
                name="ai_queue_variants",
            ),
            models.Index(
                fields=["id"],
                condition=Q(resolved_at__isnull=True, ranked_at__isnull=True),
                name="ai_queue_unranked",
            ),
            models.Index(fields=["created_at"], include=["reason"], name="ai_queue_created"),
            models.Index(
                fields=["created_at"], condition=Q(resolved_at__isnull=True), name="ai_queue_oldest"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.log_entry_id}: {self.reason}"

    def is_held(self) -> bool:
        """Whether somebody has taken the card and the time is not over."""
        until = self.taken_until
        return self.assigned_to_id is not None and until is not None and until > timezone.now()
