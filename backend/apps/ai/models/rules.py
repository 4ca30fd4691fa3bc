"""House rules: how a shop wants its cards written, version by version, and what each was tried on."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.ai import conf

#: Products that one trial takes.
MOST_PRODUCTS = 20


class RulesState(models.TextChoices):
    DRAFT = "draft", gettext_lazy("Черновик")
    ACTIVE = "active", gettext_lazy("Действует")
    RETIRED = "retired", gettext_lazy("Снята")


class AIHouseRules(models.Model):
    """One version of the rules for a branch, a brand, a source, or the whole shop.

    Only a draft is edited. What is active was tried, is followed by a copy, and comes back by being activated again.
    """

    name = models.CharField(gettext_lazy("Название"), max_length=100)
    category = models.ForeignKey(
        conf.CATEGORY_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=gettext_lazy("Категория"),
        help_text=gettext_lazy("Действует и для вложенных категорий"),
    )
    brand = models.CharField(gettext_lazy("Бренд"), max_length=200, blank=True, default="")
    source = models.CharField(
        gettext_lazy("Источник"),
        max_length=100,
        blank=True,
        default="",
        help_text=gettext_lazy("Имя парсера"),
    )
    tone = models.CharField(gettext_lazy("Тон"), max_length=300, blank=True, default="")
    instructions = models.TextField(gettext_lazy("Указания"), blank=True, default="", max_length=4000)
    words_use = models.JSONField(gettext_lazy("Писать так"), default=list, blank=True)
    words_avoid = models.JSONField(gettext_lazy("Не писать"), default=list, blank=True)
    sections = models.JSONField(gettext_lazy("Разделы описания"), default=list, blank=True)
    title_most = models.PositiveSmallIntegerField(
        gettext_lazy("Знаков в названии, не больше"), null=True, blank=True
    )
    words_least = models.PositiveSmallIntegerField(
        gettext_lazy("Слов в описании, не меньше"), null=True, blank=True
    )
    words_most = models.PositiveSmallIntegerField(
        gettext_lazy("Слов в описании, не больше"), null=True, blank=True
    )
    state = models.CharField(
        gettext_lazy("Состояние"),
        max_length=10,
        choices=RulesState.choices,
        default=RulesState.DRAFT,
        editable=False,
    )
    replaces = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="followers",
        verbose_name=gettext_lazy("Вместо версии"),
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=gettext_lazy("Кем создана"),
    )
    created_at = models.DateTimeField(gettext_lazy("Создана"), auto_now_add=True)
    activated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=gettext_lazy("Кем включена"),
    )
    activated_at = models.DateTimeField(gettext_lazy("Включена"), null=True, editable=False)
    retired_at = models.DateTimeField(gettext_lazy("Снята"), null=True, editable=False)

    class Meta:
        ordering = ["-pk"]
        verbose_name = gettext_lazy("Правила карточек")
        verbose_name_plural = gettext_lazy("Правила карточек")

    def __str__(self) -> str:
        return f"№{self.pk} {self.name}"

    def clean(self) -> None:
        if self.words_least and self.words_most and self.words_least > self.words_most:
            raise ValidationError({"words_most": _("Меньше, чем наименьшее число слов.")})

    @property
    def scope(self) -> tuple[int | None, str, str]:
        """What it is for: of each scope at most one version is active."""
        return self.category_id, self.brand.casefold(), self.source

    def activate(self, *, by: Any) -> bool:
        """From now on; the version that was active for the same scope is retired. False when it is active already."""
        now = timezone.now()
        with transaction.atomic():
            rows = list(AIHouseRules.objects.select_for_update(of=("self",)).order_by("pk"))
            mine = next((row for row in rows if row.pk == self.pk), None)
            if mine is None or mine.state == RulesState.ACTIVE:
                return False
            former = [row.pk for row in rows if row.state == RulesState.ACTIVE and row.scope == mine.scope]
            AIHouseRules.objects.filter(pk__in=former).update(state=RulesState.RETIRED, retired_at=now)
            AIHouseRules.objects.filter(pk=self.pk).update(
                state=RulesState.ACTIVE, activated_at=now, activated_by=by, retired_at=None
            )
        self.refresh_from_db()
        return True

    def retire(self) -> bool:
        """No version is active for its scope from now on."""
        return bool(
            AIHouseRules.objects.filter(pk=self.pk, state=RulesState.ACTIVE).update(
                state=RulesState.RETIRED, retired_at=timezone.now()
            )
        )

    def copy(self, *, by: Any) -> AIHouseRules:
        """A draft to be changed, tried, and activated in this one's place."""
        kept = {
            field.name: getattr(self, field.name) for field in self._meta.concrete_fields if field.editable
        }
        kept.pop("id", None)
        kept.pop("created_at", None)
        return AIHouseRules.objects.create(**kept, replaces=self, created_by=by)


class TrialState(models.TextChoices):
    WAITING = "waiting", gettext_lazy("Ждёт")
    RUNNING = "running", gettext_lazy("Идёт")
    FINISHED = "finished", gettext_lazy("Закончена")
    FAILED = "failed", gettext_lazy("Прервана")


class AITrial(models.Model):
    """Cards made to be looked at: nothing of them reaches a product or a run. What they cost stands in the ledger.

    `versions`: ids of AIHouseRules to write by, each in the place of the active one of its scope; null: as it is now.
    `rows`: a `trials.runner.Row` a product, in their order, as far as it has come.
    """

    product_ids = models.JSONField(gettext_lazy("Товары"))
    versions = models.JSONField(gettext_lazy("Версии правил"), default=list)
    mode = models.CharField(gettext_lazy("Тип обработки"), max_length=20)
    language = models.CharField(gettext_lazy("Язык"), max_length=10)
    analyze_images = models.BooleanField(gettext_lazy("Смотреть фото"), default=False)
    state = models.CharField(
        gettext_lazy("Состояние"), max_length=10, choices=TrialState.choices, default=TrialState.WAITING
    )
    held_until = models.DateTimeField(null=True, editable=False)
    rows = models.JSONField(gettext_lazy("Результаты"), default=list)
    note = models.CharField(gettext_lazy("Почему прервана"), max_length=500, blank=True, default="")
    cost_usd = models.DecimalField(gettext_lazy("Потрачено, $"), max_digits=12, decimal_places=6, default=0)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=gettext_lazy("Кто попробовал"),
    )
    created_at = models.DateTimeField(gettext_lazy("Начата"), auto_now_add=True)
    finished_at = models.DateTimeField(gettext_lazy("Закончена"), null=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = gettext_lazy("Проба")
        verbose_name_plural = gettext_lazy("Пробы")

    def __str__(self) -> str:
        return f"№{self.pk}"
