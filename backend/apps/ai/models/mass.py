"""Mass work and the queue's own memory: who ordered many runs, what is still to be submitted, who sweeps."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class MassState(models.TextChoices):
    RUNNING = "running", _("Идёт")
    PAUSED = "paused", _("Приостановлена")
    CANCELLED = "cancelled", _("Отменена")
    FINISHED = "finished", _("Закончена")


#: For every state, the states from which it may be entered.
MASS_SOURCES: dict[MassState, tuple[MassState, ...]] = {
    MassState.RUNNING: (MassState.PAUSED,),
    MassState.PAUSED: (MassState.RUNNING,),
    MassState.CANCELLED: (MassState.RUNNING, MassState.PAUSED),
    MassState.FINISHED: (MassState.RUNNING, MassState.PAUSED),
}
#: While a mass run is in one of these, none of its runs is woken or claimed.
HALTED_STATES = (MassState.PAUSED, MassState.CANCELLED)


class MassQuerySet(models.QuerySet["AIMassRun"]):
    def halted(self) -> MassQuerySet:
        return self.filter(state__in=HALTED_STATES)

    def unfinished(self) -> MassQuerySet:
        return self.filter(state__in=(MassState.RUNNING, MassState.PAUSED))


class AIMassRun(models.Model):
    """The order to work on many products. Its runs point to it; its unsubmitted products lie in chunks."""

    source = models.CharField(_("Кто запустил"), max_length=20, default="mass")
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Пользователь"),
    )
    mode = models.CharField(_("Тип обработки"), max_length=20)
    options = models.JSONField(_("Параметры"), default=dict, blank=True)
    priority = models.PositiveSmallIntegerField(_("Очередность"))
    selection = models.CharField(_("Что выбрано"), max_length=200, blank=True, default="")
    total = models.PositiveIntegerField(_("Товаров"), default=0)
    submitted = models.PositiveIntegerField(_("Поставлено в очередь"), default=0)
    skipped = models.PositiveIntegerField(
        _("Пропущено"), default=0, help_text=_("Товары, которых уже нет или которые уже в очереди")
    )
    state = models.CharField(
        _("Состояние"), max_length=10, choices=MassState.choices, default=MassState.RUNNING, db_index=True
    )
    note = models.CharField(_("Почему остановлена"), max_length=200, blank=True, default="")
    cost_limit_usd = models.DecimalField(
        _("Предел расходов, $"), max_digits=12, decimal_places=6, null=True, blank=True
    )
    forecast_usd = models.DecimalField(
        _("Прогноз расходов, $"),
        max_digits=12,
        decimal_places=6,
        null=True,
        blank=True,
        help_text=_("Пусто — цена модели неизвестна"),
    )
    sample = models.PositiveIntegerField(
        _("Сначала проба, товаров"),
        null=True,
        blank=True,
        help_text=_("Остальные ждут, пока человек её не примет"),
    )
    sample_accepted_at = models.DateTimeField(_("Проба принята"), null=True, blank=True)
    sample_accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Кто принял пробу"),
    )
    created_at = models.DateTimeField(_("Создана"), auto_now_add=True)
    updated_at = models.DateTimeField(_("Изменена"), auto_now=True)
    finished_at = models.DateTimeField(_("Закончена"), null=True, blank=True)

    objects = MassQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("Массовая обработка")
        verbose_name_plural = _("Очередь и массовые обработки")

    def __str__(self) -> str:
        return f"№{self.pk}: {self.selection or self.source}"

    def step(self, to: MassState, **fields: object) -> bool:
        """Guarded UPDATE of the state; False when the present state does not allow the step."""
        now = timezone.now()
        if to in (MassState.CANCELLED, MassState.FINISHED):
            fields["finished_at"] = now
        won = AIMassRun.objects.filter(pk=self.pk, state__in=MASS_SOURCES[to]).update(
            state=to, updated_at=now, **fields
        )
        if won:
            self.refresh_from_db()
        return bool(won)

    @property
    def awaits_acceptance(self) -> bool:
        """Its sample is submitted, and nobody has said yet that the rest may follow."""
        done = self.submitted + self.skipped
        return (
            self.sample is not None and self.sample_accepted_at is None and self.sample <= done < self.total
        )

    def accept_sample(self, *, by: Any) -> bool:
        """False when there is no sample, or it was accepted before."""
        accepted = AIMassRun.objects.filter(pk=self.pk, sample__isnull=False, sample_accepted_at=None).update(
            sample_accepted_at=timezone.now(), sample_accepted_by=by
        )
        self.refresh_from_db()
        return bool(accepted)

    def reopen(self) -> None:
        """A finished one goes on: one of its failures is tried again."""
        AIMassRun.objects.filter(pk=self.pk, state=MassState.FINISHED).update(
            state=MassState.RUNNING, finished_at=None
        )


class AIMassChunk(models.Model):
    """Products of a mass run that are still to be submitted; deleted in the transaction that submits them."""

    mass = models.ForeignKey(AIMassRun, on_delete=models.CASCADE, related_name="chunks")
    product_ids = models.JSONField()

    class Meta:
        verbose_name = _("Порция массовой обработки")
        verbose_name_plural = _("Порции массовых обработок")

    def __str__(self) -> str:
        return f"№{self.mass_id}: {len(self.product_ids)}"


class AIQueueState(models.Model):
    """What all processes share. "sweep": whose turn, how far it looked; "window": turns; "queue": is it paused."""

    name = models.CharField(max_length=20, primary_key=True)
    held_until = models.DateTimeField(null=True, blank=True)
    position = models.BigIntegerField(default=0)
    paused = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("Состояние очереди")
        verbose_name_plural = _("Состояния очереди")

    def __str__(self) -> str:
        return self.name

    @classmethod
    def take_turn(cls, name: str, *, lasting: timedelta) -> datetime | None:
        """Until when the turn is ours; None while somebody else has it. A turn that was not ended expires."""
        now = timezone.now()
        until = now + lasting
        cls.objects.get_or_create(name=name)
        free = Q(held_until__isnull=True) | Q(held_until__lt=now)
        return until if cls.objects.filter(free, name=name).update(held_until=until) else None

    @classmethod
    def end_turn(cls, name: str, *, until: datetime) -> None:
        """`until`: what `take_turn` returned; a turn that expired and was taken by another is left alone."""
        cls.objects.filter(name=name, held_until=until).update(held_until=None)
