from __future__ import annotations

from django.db import models

from apps.products.models import Product


class ParserRun(models.Model):
    """One import: what was read, what became of it, and every record that could not be taken."""

    class Status(models.TextChoices):
        RUNNING = "running", "Идёт"
        FINISHED = "finished", "Завершён"
        FAILED = "failed", "Ошибка"
        NEEDS_LOOK = "needs_look", "Нужен взгляд"

    parser = models.CharField("парсер", max_length=50)
    origin = models.CharField("откуда", max_length=1000)
    status = models.CharField("статус", max_length=20, choices=Status.choices, default=Status.RUNNING)
    created_count = models.PositiveIntegerField("новых", default=0)
    updated_count = models.PositiveIntegerField("обновлено", default=0)
    unchanged_count = models.PositiveIntegerField("без изменений", default=0)
    failed_count = models.PositiveIntegerField("не принято", default=0)
    read_count = models.PositiveIntegerField("записей прочитано", default=0)
    position = models.PositiveIntegerField("обработано товаров", default=0)
    feed_digest = models.CharField(
        "отпечаток ленты",
        max_length=64,
        blank=True,
        default="",
        help_text="Продолжить с места остановки можно только в ленте с тем же отпечатком",
    )
    dry_run = models.BooleanField("проба без записи", default=False)
    errors = models.JSONField("ошибки", default=list, blank=True)
    started_at = models.DateTimeField("начат", auto_now_add=True)
    finished_at = models.DateTimeField("закончен", null=True, blank=True)

    class Meta:
        ordering = ["-started_at"]
        verbose_name = "импорт"
        verbose_name_plural = "импорты"

    def __str__(self) -> str:
        return f"{self.parser} {self.started_at:%d.%m.%Y %H:%M} — {self.get_status_display()}"


class OwedPicture(models.Model):
    """A picture beside a feed that the storage did not take when its product was imported.

    `path`: where it lies; `position`: its place among the product's images. Paid by `services.owed_pictures`.
    """

    product = models.ForeignKey(
        "products.Product", on_delete=models.CASCADE, related_name="owed_pictures", verbose_name="товар"
    )
    path = models.CharField("файл", max_length=1000)
    position = models.PositiveSmallIntegerField("место")
    reason = models.CharField("почему", max_length=500, blank=True, default="")
    created_at = models.DateTimeField("с", auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = "недостающее фото"
        verbose_name_plural = "недостающие фото"
        constraints = [models.UniqueConstraint(fields=["product", "path"], name="parsers_owed_once")]

    def __str__(self) -> str:
        return self.path


class SourceState(models.Model):
    """What a source last said of a product: an import writes over these values and over nobody else's.

    `said` holds columns of Product; `variants` sizes and colours with price, stock, barcode and pictures of their own.
    `feed`: the complete feed that brings the product; `missing_since`: it was not in that feed's last import.
    """

    product = models.OneToOneField(
        Product, on_delete=models.CASCADE, related_name="source_state", verbose_name="товар"
    )
    said = models.JSONField("сказано источником", default=dict)
    variants = models.JSONField("варианты", default=list, blank=True)
    feed = models.CharField("лента", max_length=16, blank=True, default="", db_index=True)
    missing_since = models.DateTimeField("нет в ленте с", null=True, blank=True)
    taken_off = models.BooleanField("снят с продажи импортом", default=False)

    class Meta:
        verbose_name = "слова источника"
        verbose_name_plural = "слова источников"

    def __str__(self) -> str:
        return f"источник товара {self.product_id}"


class PricePoint(models.Model):
    """Price and stock as an import found them, one row a change."""

    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, related_name="price_history", verbose_name="товар"
    )
    price = models.DecimalField("цена", max_digits=12, decimal_places=2, null=True)
    currency = models.CharField("валюта", max_length=3, blank=True)
    stock = models.PositiveIntegerField("остаток", null=True)
    at = models.DateTimeField("когда", auto_now_add=True)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = "цена и остаток"
        verbose_name_plural = "цены и остатки"

    def __str__(self) -> str:
        return f"{self.price} {self.currency}, {self.stock} шт."


class SupplierMapping(models.Model):
    """Which field each heading of a supplier's table or key of its JSON is, where the guess is not right."""

    source_name = models.CharField(
        "источник", max_length=50, unique=True, help_text="Как у товаров: supplier или supplier:имя"
    )
    mapping = models.JSONField(
        "столбцы",
        default=dict,
        help_text="Заголовок: поле. Поля: id, title, description, brand, supplier, price, currency, stock, in_stock, "
        "sku, barcode, url, category, images, attributes",
    )

    class Meta:
        verbose_name = "столбцы поставщика"
        verbose_name_plural = "столбцы поставщиков"

    def __str__(self) -> str:
        return self.source_name
