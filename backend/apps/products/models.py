"""The shop's catalogue. It knows nothing of AI."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class ProductKind(models.TextChoices):
    """What sort of goods a branch of the tree holds; decides instructions and mandatory notices."""

    MEDICINE = "medicine", "Лекарство"
    SUPPLEMENT = "supplement", "БАД"
    COSMETICS = "cosmetics", "Косметика"
    PERFUME = "perfume", "Парфюмерия"
    CLOTHES = "clothes", "Одежда"
    SHOES = "shoes", "Обувь"
    BOOK = "book", "Книга"
    FURNITURE = "furniture", "Мебель"
    TABLEWARE = "tableware", "Посуда"
    ELECTRONICS = "electronics", "Электроника"
    FOOD = "food", "Продукты"
    HOUSEHOLD = "household", "Товары для дома"
    TOYS = "toys", "Игрушки"
    OTHER = "other", "Прочее"


class Currency(models.TextChoices):
    RUB = "RUB", "₽"
    TRY = "TRY", "₺"
    USD = "USD", "$"
    EUR = "EUR", "€"


class Category(models.Model):
    """A node of the shop's tree. Names may repeat in different branches; the id is the identity."""

    name = models.CharField("название", max_length=200)
    slug = models.SlugField("слаг", max_length=220, unique=True)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name="родитель",
    )
    external_id = models.CharField("внешний код", max_length=100, null=True, blank=True, unique=True)
    kind = models.CharField(
        "вид товаров",
        max_length=20,
        choices=ProductKind.choices,
        blank=True,
        help_text="Пусто — как у родителя",
    )
    synonyms = models.JSONField(
        "слова для поиска",
        default=list,
        blank=True,
        help_text="Как товары этой категории называют поставщики",
    )
    attribute_schema = models.JSONField(
        "схема характеристик",
        default=list,
        blank=True,
        help_text="Какие характеристики есть у товаров: name, type (text, number, count, choice), units, values. "
        "Действует и для вложенных категорий",
    )
    is_active = models.BooleanField("активна", default=True)
    position = models.PositiveIntegerField("порядок", default=0)
    created_at = models.DateTimeField("создана", auto_now_add=True)
    updated_at = models.DateTimeField("изменена", auto_now=True)

    class Meta:
        ordering = ["position", "name", "pk"]
        verbose_name = "категория"
        verbose_name_plural = "категории"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(parent__isnull=True) | ~models.Q(parent=models.F("id")),
                name="category_is_not_its_own_parent",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Brand(models.Model):
    name = models.CharField("название", max_length=150, unique=True)

    class Meta:
        ordering = ["name"]
        verbose_name = "бренд"
        verbose_name_plural = "бренды"

    def __str__(self) -> str:
        return self.name


class Supplier(models.Model):
    name = models.CharField("название", max_length=150, unique=True)
    site = models.URLField("сайт", blank=True)

    class Meta:
        ordering = ["name"]
        verbose_name = "поставщик"
        verbose_name_plural = "поставщики"

    def __str__(self) -> str:
        return self.name


class Product(models.Model):
    """One product. `title`, `description` are the source's own words; the Russian card stands beside them."""

    class Source(models.TextChoices):
        PARSER = "parser", "Парсер"
        MANUAL = "manual", "Вручную"

    title = models.CharField("название у поставщика", max_length=500, blank=True)
    description = models.TextField("описание у поставщика", blank=True)
    slug = models.SlugField("слаг", max_length=100, unique=True)
    sku = models.CharField("артикул", max_length=100, blank=True, db_index=True)
    barcode = models.CharField("штрихкод", max_length=20, blank=True)
    brand = models.ForeignKey(
        Brand, on_delete=models.SET_NULL, null=True, blank=True, related_name="products", verbose_name="бренд"
    )
    supplier = models.ForeignKey(
        Supplier,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="products",
        verbose_name="поставщик",
    )
    category = models.ForeignKey(
        Category,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="products",
        verbose_name="категория",
    )
    price = models.DecimalField("цена", max_digits=12, decimal_places=2, null=True, blank=True)
    currency = models.CharField("валюта", max_length=3, choices=Currency.choices, blank=True)
    stock = models.PositiveIntegerField("остаток", null=True, blank=True)
    attributes = models.JSONField("характеристики", default=dict, blank=True)

    title_ru = models.CharField("название", max_length=255, null=True, blank=True)
    description_ru = models.TextField("описание", null=True, blank=True)
    seo_title = models.CharField("SEO-заголовок", max_length=70, null=True, blank=True)
    seo_description = models.CharField("SEO-описание", max_length=160, null=True, blank=True)
    seo_keywords = models.JSONField("ключевые слова", default=list, blank=True)
    edited_fields = models.JSONField(
        "изменены человеком",
        default=list,
        blank=True,
        help_text="Поля, которые человек правил сам: автоматика их не меняет",
    )
    hand_edits = models.JSONField(
        "кто и когда изменил", default=dict, blank=True, help_text="Поле: имя человека и время правки"
    )

    source = models.CharField("откуда", max_length=20, choices=Source.choices, default=Source.MANUAL)
    source_name = models.CharField("парсер", max_length=50, blank=True)
    source_id = models.CharField("код у источника", max_length=200, blank=True)
    source_url = models.URLField("страница источника", max_length=1000, blank=True)
    source_category = models.CharField("категория у источника", max_length=500, blank=True)
    is_active = models.BooleanField("продаётся", default=True)
    created_at = models.DateTimeField("создан", default=timezone.now, db_index=True)
    updated_at = models.DateTimeField("изменён", auto_now=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = "товар"
        verbose_name_plural = "товары"
        constraints = [
            models.UniqueConstraint(
                fields=["source_name", "source_id"],
                condition=~models.Q(source_id=""),
                name="one_product_per_source_id",
            )
        ]

    def __str__(self) -> str:
        return self.title_ru or self.title or f"Товар {self.pk}"


class ProductImage(models.Model):
    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, related_name="images", verbose_name="товар"
    )
    url = models.CharField("адрес", max_length=1000)
    position = models.PositiveIntegerField("порядок", default=0)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = "фотография"
        verbose_name_plural = "фотографии"
        constraints = [
            models.UniqueConstraint(fields=["product", "url"], name="one_image_per_product_and_url")
        ]

    def __str__(self) -> str:
        return self.url


class RetiredCode(models.Model):
    """A source's id whose product a person deleted or merged into another: imports do not bring it back.

    Deleting the row gives the product back to its source.
    """

    source_name = models.CharField("парсер", max_length=50)
    source_id = models.CharField("код у источника", max_length=200)
    title = models.CharField("название", max_length=500, blank=True)
    merged_into = models.ForeignKey(
        Product,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="merged_codes",
        verbose_name="объединён с",
    )
    by = models.CharField("кто", max_length=200, blank=True)
    at = models.DateTimeField("когда", auto_now_add=True)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = "удалённый товар источника"
        verbose_name_plural = "удалённые товары источников"
        constraints = [
            models.UniqueConstraint(
                fields=["source_name", "source_id"], name="one_retired_code_per_source_id"
            )
        ]

    def __str__(self) -> str:
        return f"{self.source_name} {self.source_id}: {self.title}"
