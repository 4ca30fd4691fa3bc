from __future__ import annotations

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.products.models import Product


class ParserRun(models.Model):
    """One import: what was read, what became of it, and every record that could not be taken."""

    class Status(models.TextChoices):
        RUNNING = "running", gettext_lazy("Идёт")
        FINISHED = "finished", gettext_lazy("Завершён")
        FAILED = "failed", gettext_lazy("Ошибка")
        NEEDS_LOOK = "needs_look", gettext_lazy("Нужен взгляд")

    parser = models.CharField(gettext_lazy("парсер"), max_length=50)
    origin = models.CharField(gettext_lazy("откуда"), max_length=1000)
    status = models.CharField(
        gettext_lazy("статус"), max_length=20, choices=Status.choices, default=Status.RUNNING
    )
    created_count = models.PositiveIntegerField(gettext_lazy("новых"), default=0)
    updated_count = models.PositiveIntegerField(gettext_lazy("обновлено"), default=0)
    unchanged_count = models.PositiveIntegerField(gettext_lazy("без изменений"), default=0)
    failed_count = models.PositiveIntegerField(gettext_lazy("не принято"), default=0)
    read_count = models.PositiveIntegerField(gettext_lazy("записей прочитано"), default=0)
    position = models.PositiveIntegerField(gettext_lazy("обработано товаров"), default=0)
    feed_digest = models.CharField(
        gettext_lazy("отпечаток ленты"),
        max_length=64,
        blank=True,
        default="",
        help_text=gettext_lazy("Продолжить с места остановки можно только в ленте с тем же отпечатком"),
    )
    dry_run = models.BooleanField(gettext_lazy("проба без записи"), default=False)
    errors = models.JSONField(gettext_lazy("ошибки"), default=list, blank=True)
    started_at = models.DateTimeField(gettext_lazy("начат"), auto_now_add=True)
    finished_at = models.DateTimeField(gettext_lazy("закончен"), null=True, blank=True)

    class Meta:
        ordering = ["-started_at"]
        verbose_name = gettext_lazy("импорт")
        verbose_name_plural = gettext_lazy("импорты")

    def __str__(self) -> str:
        return f"{self.parser} {self.started_at:%d.%m.%Y %H:%M} — {self.get_status_display()}"


class OwedPicture(models.Model):
    """A picture beside a feed that the storage did not take when its product was imported.

    `path`: where it lies; `position`: its place among the product's images. Paid by `services.owed_pictures`.
    """

    product = models.ForeignKey(
        "products.Product",
        on_delete=models.CASCADE,
        related_name="owed_pictures",
        verbose_name=gettext_lazy("товар"),
    )
    path = models.CharField(gettext_lazy("файл"), max_length=1000)
    position = models.PositiveSmallIntegerField(gettext_lazy("место"))
    reason = models.CharField(gettext_lazy("почему"), max_length=500, blank=True, default="")
    created_at = models.DateTimeField(gettext_lazy("с"), auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = gettext_lazy("недостающее фото")
        verbose_name_plural = gettext_lazy("недостающие фото")
        constraints = [models.UniqueConstraint(fields=["product", "path"], name="parsers_owed_once")]

    def __str__(self) -> str:
        return self.path


class SourceState(models.Model):
    """What a source last said of a product: an import writes over these values and over nobody else's.

    `said` holds columns of Product; `variants` sizes and colours with price, stock, barcode and pictures of their own.
    `feed`: the complete feed that brings the product; `missing_since`: it was not in that feed's last import.
    """

    product = models.OneToOneField(
        Product, on_delete=models.CASCADE, related_name="source_state", verbose_name=gettext_lazy("товар")
    )
    said = models.JSONField(gettext_lazy("сказано источником"), default=dict)
    variants = models.JSONField(gettext_lazy("варианты"), default=list, blank=True)
    feed = models.CharField(gettext_lazy("лента"), max_length=16, blank=True, default="", db_index=True)
    missing_since = models.DateTimeField(gettext_lazy("нет в ленте с"), null=True, blank=True)
    taken_off = models.BooleanField(gettext_lazy("снят с продажи импортом"), default=False)

    class Meta:
        verbose_name = gettext_lazy("слова источника")
        verbose_name_plural = gettext_lazy("слова источников")

    def __str__(self) -> str:
        return _("источник товара {product_id}").format(product_id=self.product_id)


class PricePoint(models.Model):
    """Price and stock as an import found them, one row a change."""

    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, related_name="price_history", verbose_name=gettext_lazy("товар")
    )
    price = models.DecimalField(gettext_lazy("цена"), max_digits=12, decimal_places=2, null=True)
    currency = models.CharField(gettext_lazy("валюта"), max_length=3, blank=True)
    stock = models.PositiveIntegerField(gettext_lazy("остаток"), null=True)
    at = models.DateTimeField(gettext_lazy("когда"), auto_now_add=True)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = gettext_lazy("цена и остаток")
        verbose_name_plural = gettext_lazy("цены и остатки")

    def __str__(self) -> str:
        return _("{price} {currency}, {stock} шт.").format(
            price=self.price, currency=self.currency, stock=self.stock
        )


class SupplierMapping(models.Model):
    """Which field each heading of a supplier's table or key of its JSON is, where the guess is not right."""

    source_name = models.CharField(
        gettext_lazy("источник"),
        max_length=50,
        unique=True,
        help_text=gettext_lazy("Как у товаров: supplier или supplier:имя"),
    )
    mapping = models.JSONField(
        gettext_lazy("столбцы"),
        default=dict,
        help_text=gettext_lazy(
            "Заголовок: поле. Поля: id, title, description, brand, supplier, price, currency, stock, "
            "in_stock, sku, barcode, url, category, images, attributes"
        ),
    )

    class Meta:
        verbose_name = gettext_lazy("столбцы поставщика")
        verbose_name_plural = gettext_lazy("столбцы поставщиков")

    def __str__(self) -> str:
        return self.source_name
