"""Sources that are read again and again, and what many processes share about the hosts they lie on."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.products.models import Currency
from utils.safe_urls import shown
from utils.secret_field import SecretField


class ParserSource(models.Model):
    """A feed: where it lies, how it is fetched, when, and what the AI module does with its products.

    `address`, `proxy`, `cookies` and `headers` may hold keys: they are encrypted and shown masked.
    `headers`: a line each, "Name: value". `etag` and `modified` are of the last import that ended well.
    """

    class Parser(models.TextChoices):
        SUPPLIER = "supplier", _("Поставщик: YML, CSV, XLSX, JSON, страницы")
        WILDBERRIES = "wildberries", "Wildberries"
        OZON = "ozon", "Ozon"
        INSTAGRAM = "instagram", "Instagram"

    class Ai(models.TextChoices):
        SETTING = "", _("как в настройках")
        OFF = "off", _("выключено")
        NEW = "new", _("новые товары")
        NEW_AND_CHANGED = "new_and_changed", _("новые и изменённые")

    class AiMode(models.TextChoices):
        FULL = "full", _("категория и тексты")
        CATEGORY = "categorization_only", _("только категория")
        DESCRIPTION = "description_only", _("только тексты")

    class Vanished(models.TextChoices):
        SETTING = "", _("как в настройках")
        MARK = "mark", _("только отмечать")
        TAKE_OFF = "take_off", _("снимать с продажи")

    title = models.CharField(_("название"), max_length=100)
    parser = models.CharField(_("парсер"), max_length=50, choices=Parser.choices, default=Parser.SUPPLIER)
    name = models.SlugField(
        _("имя источника"),
        max_length=30,
        blank=True,
        help_text=_("Строчные латинские буквы, цифры и дефис. Держит врозь ленты с одинаковыми кодами"),
    )
    currency = models.CharField(
        _("валюта"),
        max_length=3,
        choices=Currency.choices,
        blank=True,
        help_text=_("Для цен без валюты"),
    )
    address = SecretField(_("адрес ленты"), blank=True, default="")
    is_active = models.BooleanField(_("по расписанию"), default=False)
    every_minutes = models.PositiveIntegerField(_("каждые, минут"), default=1440)
    next_at = models.DateTimeField(_("следующий импорт"), null=True, blank=True)
    vanished = models.CharField(
        _("пропавшие товары"),
        max_length=10,
        choices=Vanished.choices,
        blank=True,
        default=Vanished.SETTING,
        help_text=_("Товары, которых в полной ленте больше нет"),
    )
    ai = models.CharField(
        _("обработка ИИ"), max_length=20, choices=Ai.choices, blank=True, default=Ai.SETTING
    )
    ai_mode = models.CharField(_("что делает ИИ"), max_length=20, choices=AiMode.choices, default=AiMode.FULL)
    ai_images = models.BooleanField(_("ИИ смотрит фото"), default=True)
    pace = models.FloatField(
        _("секунд между запросами"), default=1.0, help_text=_("К одному сайту, у всех процессов вместе")
    )
    obeys_robots = models.BooleanField(_("соблюдать robots.txt"), default=True)
    user_agent = models.CharField(_("как представляться"), max_length=200, blank=True)
    proxy = SecretField(_("прокси"), blank=True, default="")
    cookies = SecretField(_("cookies"), blank=True, default="")
    headers = SecretField(_("заголовки"), blank=True, default="")
    etag = models.CharField(max_length=300, blank=True, editable=False)
    modified = models.CharField(max_length=100, blank=True, editable=False)

    class Meta:
        ordering = ["title", "pk"]
        verbose_name = _("источник")
        verbose_name_plural = _("источники")
        constraints = [models.UniqueConstraint(fields=["parser", "name"], name="parsers_one_source_per_name")]

    def __str__(self) -> str:
        return self.title

    @property
    def source_name(self) -> str:
        """What its products keep as `Product.source_name`."""
        return f"{self.parser}:{self.name}" if self.name else self.parser

    @property
    def shown_address(self) -> str:
        return shown(self.address.reveal()) if self.address else ""


class HostPace(models.Model):
    """When the next request to a host may be sent: unix time, moved on by whoever takes a turn."""

    host = models.CharField(max_length=255, primary_key=True)
    free_at = models.FloatField(default=0.0)

    class Meta:
        verbose_name = _("темп запросов к сайту")
        verbose_name_plural = _("темп запросов к сайтам")

    def __str__(self) -> str:
        return self.host


class RunProducts(models.Model):
    """Known products that one stretch of an import changed, by their ids at the source."""

    run = models.ForeignKey("parsers.ParserRun", on_delete=models.CASCADE, related_name="changed")
    source_ids = models.JSONField(default=list)

    class Meta:
        verbose_name = _("изменённые товары импорта")
        verbose_name_plural = _("изменённые товары импортов")

    def __str__(self) -> str:
        return f"{self.run_id}: {len(self.source_ids)}"
