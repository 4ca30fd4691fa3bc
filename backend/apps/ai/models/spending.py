"""The money: dated prices, the ledger of calls, budgets. Amounts that are added up are whole nano-dollars.

A nano-dollar is 1e-9 USD: the cheapest token of the price list costs five of them, so nothing is rounded
away, and whole numbers add up exactly on every database.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from decimal import ROUND_CEILING, Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.ai.models.provider import AIRateBucket, ServicePause

__all__ = [
    "AIBudgetPeriod",
    "AICall",
    "AIPrice",
    "AIRateBucket",
    "BudgetScope",
    "LedgerStatus",
    "ServicePause",
    "dollars",
    "nano",
]

NANO = 10**9
#: Prices are named per million tokens; one USD per million tokens is 1000 nano-dollars a token.
NANO_PER_TOKEN = 1000


def nano(usd: Decimal) -> int:
    """USD as nano-dollars, rounded up: a fraction is never lost to the shop's favour."""
    return int((usd * NANO).to_integral_value(rounding=ROUND_CEILING))


def dollars(amount: int) -> Decimal:
    """Nano-dollars as USD with nine decimals."""
    return Decimal(amount).scaleb(-9)


class PriceQuerySet(models.QuerySet["AIPrice"]):
    def in_force(self, model: str, *, on: date) -> AIPrice | None:
        """The price of exactly this model on that day; None when nobody has entered one."""
        return self.filter(model=model, valid_from__lte=on).order_by("-valid_from").first()


class AIPrice(models.Model):
    """What a model costs from a day on, in USD per million tokens. A model of one's own may cost 0."""

    model = models.CharField(gettext_lazy("Модель"), max_length=100)
    valid_from = models.DateField(gettext_lazy("Действует с"))
    input_usd = models.DecimalField(gettext_lazy("Вход, $ за 1 млн токенов"), max_digits=12, decimal_places=6)
    cached_input_usd = models.DecimalField(
        gettext_lazy("Вход из кеша, $ за 1 млн токенов"),
        max_digits=12,
        decimal_places=6,
        null=True,
        blank=True,
        help_text=gettext_lazy("Пусто — как обычный вход"),
    )
    output_usd = models.DecimalField(
        gettext_lazy("Выход, $ за 1 млн токенов"),
        max_digits=12,
        decimal_places=6,
        default=Decimal(0),
        help_text=gettext_lazy("Рассуждения модели оплачиваются как выход"),
    )
    image_formula = models.JSONField(
        gettext_lazy("Токены за изображение"),
        default=dict,
        blank=True,
        help_text=gettext_lazy(
            'Формула поставщика: {"base": 85, "tile": 170} — плитки по 512 px; '
            '{"patch": 32, "factor": 1.62, "most": 1536} — клетки по 32 px; '
            '{"low": 85, "high": 1445} — не больше скольких токенов входа стоит одно изображение'
        ),
    )
    batch_factor = models.DecimalField(
        gettext_lazy("Множитель пакетного режима"), max_digits=4, decimal_places=3, default=Decimal(1)
    )
    source = models.URLField(gettext_lazy("Источник"), max_length=300, blank=True, default="")
    updated_at = models.DateTimeField(gettext_lazy("Изменена"), auto_now=True)

    objects = PriceQuerySet.as_manager()

    class Meta:
        ordering = ["model", "-valid_from"]
        verbose_name = gettext_lazy("Цена модели")
        verbose_name_plural = gettext_lazy("Цены моделей")
        constraints = [
            models.UniqueConstraint(fields=["model", "valid_from"], name="ai_one_price_per_model_and_day"),
            models.CheckConstraint(
                condition=Q(input_usd__gte=0) & Q(output_usd__gte=0), name="ai_prices_are_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return _("{model} с {valid_from}").format(model=self.model, valid_from=self.valid_from)

    def cost(self, *, prompt: int, cached: int, completion: int, factor: Decimal = Decimal(1)) -> int:
        """Nano-dollars for tokens as the provider counts them: `cached` is a part of `prompt`.

        `factor`: `batch_factor` for a line of a batch.
        """
        cached = min(cached, prompt)
        cached_price = self.input_usd if self.cached_input_usd is None else self.cached_input_usd
        total = (prompt - cached) * self.input_usd + cached * cached_price + completion * self.output_usd
        return int((total * factor * NANO_PER_TOKEN).to_integral_value(rounding=ROUND_CEILING))


class LedgerStatus(models.TextChoices):
    SENT = "sent", gettext_lazy("Отправлен")
    OK = "ok", gettext_lazy("Ответ принят")
    UNUSABLE = "unusable", gettext_lazy("Ответ не годится")
    FAILED = "failed", gettext_lazy("Ошибка")
    LOST = "lost", gettext_lazy("Итог неизвестен")


class CallQuerySet(models.QuerySet["AICall"]):
    def open(self) -> CallQuerySet:
        return self.filter(status=LedgerStatus.SENT)


class AICall(models.Model):
    """One HTTP request to the provider; also the reservation of its money while it is under way.

    It outlives the runs: plain numbers instead of foreign keys. `created_at` is when it was reserved: the day
    its budget belongs to. `held_nano`: reserved while `sent`; afterwards what the budgets keep counting, as
    the true cost is unknown (a timeout after the request had left, a worker that died), else 0. `estimated`: it is
    what comparable calls cost, no longer the most that this one can cost.
    """

    ticket = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    created_at = models.DateTimeField(gettext_lazy("Отправлен"), db_index=True)
    settled_at = models.DateTimeField(gettext_lazy("Завершён"), null=True, blank=True)
    expires_at = models.DateTimeField(gettext_lazy("Ждём до"))
    run_id = models.BigIntegerField(gettext_lazy("Запуск"), null=True, blank=True, db_index=True)
    product_id = models.BigIntegerField(gettext_lazy("Товар"), null=True, blank=True)
    source = models.CharField(gettext_lazy("Кто запустил"), max_length=20, blank=True, default="")
    mode = models.CharField(gettext_lazy("Тип обработки"), max_length=20, blank=True, default="")
    stage = models.CharField(gettext_lazy("Этап"), max_length=20)
    operation = models.CharField(gettext_lazy("Вид"), max_length=20)
    model = models.CharField(gettext_lazy("Модель"), max_length=100)
    images = models.PositiveSmallIntegerField(gettext_lazy("Изображений"), default=0)
    prompt_tokens = models.PositiveIntegerField(gettext_lazy("Токены входа"), default=0)
    cached_tokens = models.PositiveIntegerField(gettext_lazy("из них из кеша"), default=0)
    fixed_share = models.FloatField(
        gettext_lazy("Доля постоянной части"),
        default=0.0,
        db_default=0.0,
        help_text=gettext_lazy(
            "Какую часть входа, примерно, занимают указания и схема, одинаковые у всех товаров"
        ),
    )
    completion_tokens = models.PositiveIntegerField(gettext_lazy("Токены выхода"), default=0)
    reasoning_tokens = models.PositiveIntegerField(gettext_lazy("из них рассуждения"), default=0)
    cost_usd = models.DecimalField(
        gettext_lazy("Стоимость, $"), max_digits=15, decimal_places=9, null=True, blank=True
    )
    held_nano = models.BigIntegerField(gettext_lazy("Удержано, нано-$"), default=0)
    estimated = models.BooleanField(gettext_lazy("Удержано по оценке"), default=False)
    price = models.ForeignKey(
        AIPrice,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=gettext_lazy("Цена"),
    )
    price_factor = models.DecimalField(
        gettext_lazy("Множитель цены"),
        max_digits=4,
        decimal_places=3,
        default=Decimal(1),
        help_text=gettext_lazy("Меньше 1 у пакетов"),
    )
    periods = models.JSONField(gettext_lazy("Бюджеты"), default=list, blank=True)
    status = models.CharField(
        gettext_lazy("Итог"), max_length=10, choices=LedgerStatus.choices, default=LedgerStatus.SENT
    )
    duration_ms = models.PositiveIntegerField(gettext_lazy("Длительность, мс"), null=True, blank=True)
    request_id = models.CharField(
        gettext_lazy("Номер запроса у поставщика"), max_length=100, blank=True, default=""
    )
    error = models.TextField(gettext_lazy("Ошибка"), blank=True, default="")

    objects = CallQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = gettext_lazy("Обращение к модели")
        verbose_name_plural = gettext_lazy("Обращения к модели (расходы)")
        indexes = [
            models.Index(fields=["model", "created_at"]),
            models.Index(
                fields=["expires_at"], condition=Q(status=LedgerStatus.SENT), name="ai_call_under_way"
            ),
            models.Index(
                fields=["id"],
                condition=~Q(status=LedgerStatus.SENT) & Q(held_nano__gt=0, estimated=False),
                name="ai_call_cost_unknown",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.model}, {self.stage}: {self.get_status_display()}"


class BudgetScope(models.TextChoices):
    DAY = "day", gettext_lazy("День")
    MONTH = "month", gettext_lazy("Месяц")
    RUN = "run", gettext_lazy("Запуск")


class BudgetQuerySet(models.QuerySet["AIBudgetPeriod"]):
    def reserve(self, period_id: int, *, amount: int, limit: int) -> bool:
        """Take `amount` in one guarded UPDATE; False when that would pass the limit."""
        room = self.filter(pk=period_id).alias(after=F("spent_nano") + F("reserved_nano") + amount)
        return bool(
            room.filter(after__lte=limit).update(reserved_nano=F("reserved_nano") + amount, limit_nano=limit)
        )

    def charge(self, period_ids: Sequence[int], *, release: int, spend: int) -> None:
        """Turn a reservation into spending, in the order of `reserve`: two at once never deadlock."""
        for period_id in period_ids:
            self.filter(pk=period_id).update(
                reserved_nano=F("reserved_nano") - release, spent_nano=F("spent_nano") + spend
            )


class AIBudgetPeriod(models.Model):
    """A day ("2026-11-22"), a month ("2026-11") or a run (its id): what may be and was spent in it."""

    scope = models.CharField(gettext_lazy("Период"), max_length=5, choices=BudgetScope.choices)
    key = models.CharField(gettext_lazy("Ключ"), max_length=20)
    limit_nano = models.BigIntegerField(gettext_lazy("Предел, нано-$"))
    reserved_nano = models.BigIntegerField(gettext_lazy("Зарезервировано, нано-$"), default=0)
    spent_nano = models.BigIntegerField(gettext_lazy("Потрачено, нано-$"), default=0)
    alerted_at = models.DateTimeField(gettext_lazy("Сообщили об исчерпании"), null=True, blank=True)
    created_at = models.DateTimeField(gettext_lazy("Открыт"), auto_now_add=True)

    objects = BudgetQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = gettext_lazy("Бюджет")
        verbose_name_plural = gettext_lazy("Бюджеты")
        constraints = [
            models.UniqueConstraint(fields=["scope", "key"], name="ai_one_budget_per_period"),
        ]

    def __str__(self) -> str:
        return _("{get_scope_display} {key}: {spent_usd} из {limit_usd} $").format(
            get_scope_display=self.get_scope_display(),
            key=self.key,
            spent_usd=self.spent_usd,
            limit_usd=self.limit_usd,
        )

    @property
    def limit_usd(self) -> Decimal:
        return dollars(self.limit_nano)

    @property
    def reserved_usd(self) -> Decimal:
        return dollars(self.reserved_nano)

    @property
    def spent_usd(self) -> Decimal:
        return dollars(self.spent_nano)
