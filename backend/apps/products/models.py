"""The shop's catalogue. It knows nothing of AI."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class ProductKind(models.TextChoices):
    """What sort of goods a branch of the tree holds; decides instructions and mandatory notices."""

    MEDICINE = "medicine", gettext_lazy("Лекарство")
    SUPPLEMENT = "supplement", gettext_lazy("БАД")
    COSMETICS = "cosmetics", gettext_lazy("Косметика")
    PERFUME = "perfume", gettext_lazy("Парфюмерия")
    CLOTHES = "clothes", gettext_lazy("Одежда")
    SHOES = "shoes", gettext_lazy("Обувь")
    BOOK = "book", gettext_lazy("Книга")
    FURNITURE = "furniture", gettext_lazy("Мебель")
    TABLEWARE = "tableware", gettext_lazy("Посуда")
    ELECTRONICS = "electronics", gettext_lazy("Электроника")
    FOOD = "food", gettext_lazy("Продукты")
    HOUSEHOLD = "household", gettext_lazy("Товары для дома")
    TOYS = "toys", gettext_lazy("Игрушки")
    OTHER = "other", gettext_lazy("Прочее")


class Currency(models.TextChoices):
    RUB = "RUB", "₽"
    TRY = "TRY", "₺"
    USD = "USD", "$"
    EUR = "EUR", "€"


class Category(models.Model):
    """A node of the shop's tree. Names may repeat in different branches; the id is the identity."""

    name = models.CharField(gettext_lazy("название"), max_length=200)
    slug = models.SlugField(gettext_lazy("слаг"), max_length=220, unique=True)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=gettext_lazy("родитель"),
    )
    external_id = models.CharField(
        gettext_lazy("внешний код"), max_length=100, null=True, blank=True, unique=True
    )
    kind = models.CharField(
        gettext_lazy("вид товаров"),
        max_length=20,
        choices=ProductKind.choices,
        blank=True,
        help_text=gettext_lazy("Пусто — как у родителя"),
    )
    synonyms = models.JSONField(
        gettext_lazy("слова для поиска"),
        default=list,
        blank=True,
        help_text=gettext_lazy("Как товары этой категории называют поставщики"),
    )
    attribute_schema = models.JSONField(
        gettext_lazy("схема характеристик"),
        default=list,
        blank=True,
        help_text=gettext_lazy(
            "Какие характеристики есть у товаров: name, type (text, number, count, choice), units, "
            "values. Действует и для вложенных категорий"
        ),
    )
    is_active = models.BooleanField(gettext_lazy("активна"), default=True)
    position = models.PositiveIntegerField(gettext_lazy("порядок"), default=0)
    created_at = models.DateTimeField(gettext_lazy("создана"), auto_now_add=True)
    updated_at = models.DateTimeField(gettext_lazy("изменена"), auto_now=True)

    class Meta:
        ordering = ["position", "name", "pk"]
        verbose_name = gettext_lazy("категория")
        verbose_name_plural = gettext_lazy("категории")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(parent__isnull=True) | ~models.Q(parent=models.F("id")),
                name="category_is_not_its_own_parent",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Brand(models.Model):
    name = models.CharField(gettext_lazy("название"), max_length=150, unique=True)

    class Meta:
        ordering = ["name"]
        verbose_name = gettext_lazy("бренд")
        verbose_name_plural = gettext_lazy("бренды")

    def __str__(self) -> str:
        return self.name


class Supplier(models.Model):
    name = models.CharField(gettext_lazy("название"), max_length=150, unique=True)
    site = models.URLField(gettext_lazy("сайт"), blank=True)

    class Meta:
        ordering = ["name"]
        verbose_name = gettext_lazy("поставщик")
        verbose_name_plural = gettext_lazy("поставщики")

    def __str__(self) -> str:
        return self.name


class Product(models.Model):
    """One product. `title`, `description` are the source's own words; the Russian card stands beside them."""

    class Source(models.TextChoices):
        PARSER = "parser", gettext_lazy("Парсер")
        MANUAL = "manual", gettext_lazy("Вручную")

    title = models.CharField(gettext_lazy("название у поставщика"), max_length=500, blank=True)
    description = models.TextField(gettext_lazy("описание у поставщика"), blank=True)
    slug = models.SlugField(gettext_lazy("слаг"), max_length=100, unique=True)
    sku = models.CharField(gettext_lazy("артикул"), max_length=100, blank=True, db_index=True)
    barcode = models.CharField(gettext_lazy("штрихкод"), max_length=20, blank=True)
    brand = models.ForeignKey(
        Brand,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="products",
        verbose_name=gettext_lazy("бренд"),
    )
    supplier = models.ForeignKey(
        Supplier,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="products",
        verbose_name=gettext_lazy("поставщик"),
    )
    category = models.ForeignKey(
        Category,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="products",
        verbose_name=gettext_lazy("категория"),
    )
    price = models.DecimalField(gettext_lazy("цена"), max_digits=12, decimal_places=2, null=True, blank=True)
    currency = models.CharField(gettext_lazy("валюта"), max_length=3, choices=Currency.choices, blank=True)
    stock = models.PositiveIntegerField(gettext_lazy("остаток"), null=True, blank=True)
    attributes = models.JSONField(gettext_lazy("характеристики"), default=dict, blank=True)

    title_ru = models.CharField(gettext_lazy("название"), max_length=255, null=True, blank=True)
    description_ru = models.TextField(gettext_lazy("описание"), null=True, blank=True)
    seo_title = models.CharField(gettext_lazy("SEO-заголовок"), max_length=70, null=True, blank=True)
    seo_description = models.CharField(gettext_lazy("SEO-описание"), max_length=160, null=True, blank=True)
    seo_keywords = models.JSONField(gettext_lazy("ключевые слова"), default=list, blank=True)
    edited_fields = models.JSONField(
        gettext_lazy("изменены человеком"),
        default=list,
        blank=True,
        help_text=gettext_lazy("Поля, которые человек правил сам: автоматика их не меняет"),
    )
    hand_edits = models.JSONField(
        gettext_lazy("кто и когда изменил"),
        default=dict,
        blank=True,
        help_text=gettext_lazy("Поле: имя человека и время правки"),
    )

    source = models.CharField(
        gettext_lazy("откуда"), max_length=20, choices=Source.choices, default=Source.MANUAL
    )
    source_name = models.CharField(gettext_lazy("парсер"), max_length=50, blank=True)
    source_id = models.CharField(gettext_lazy("код у источника"), max_length=200, blank=True)
    source_url = models.URLField(gettext_lazy("страница источника"), max_length=1000, blank=True)
    source_category = models.CharField(gettext_lazy("категория у источника"), max_length=500, blank=True)
    is_active = models.BooleanField(gettext_lazy("продаётся"), default=True)
    created_at = models.DateTimeField(gettext_lazy("создан"), default=timezone.now, db_index=True)
    updated_at = models.DateTimeField(gettext_lazy("изменён"), auto_now=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = gettext_lazy("товар")
        verbose_name_plural = gettext_lazy("товары")
        indexes = [
            models.Index(fields=["source_name"], name="product_source_name"),
            models.Index(fields=["-created_at", "-id"], name="product_newest"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["source_name", "source_id"],
                condition=~models.Q(source_id=""),
                name="one_product_per_source_id",
            )
        ]

    def __str__(self) -> str:
        return self.title_ru or self.title or _("Товар {pk}").format(pk=self.pk)


class ProductImage(models.Model):
    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, related_name="images", verbose_name=gettext_lazy("товар")
    )
    url = models.CharField(gettext_lazy("адрес"), max_length=1000)
    position = models.PositiveIntegerField(gettext_lazy("порядок"), default=0)
    is_hidden = models.BooleanField(
        gettext_lazy("убрана"),
        default=False,
        db_default=False,  # of a worker of the release before
        help_text=gettext_lazy("Человек убрал её с сайта; импорт её не возвращает"),
    )
    alt = models.CharField(
        gettext_lazy("подпись для незрячих и поиска"), max_length=255, blank=True, default="", db_default=""
    )
    written_alt = models.CharField(max_length=255, blank=True, default="", db_default="", editable=False)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = gettext_lazy("фотография")
        verbose_name_plural = gettext_lazy("фотографии")
        constraints = [
            # The address first: whose picture it is is asked by address, and products have an index of their own.
            models.UniqueConstraint(fields=["url", "product"], name="one_image_per_product_and_url")
        ]

    def __str__(self) -> str:
        return self.url


class RetiredCode(models.Model):
    """A source's id whose product a person deleted or merged into another: imports do not bring it back.

    Deleting the row gives the product back to its source.
    """

    source_name = models.CharField(gettext_lazy("парсер"), max_length=50)
    source_id = models.CharField(gettext_lazy("код у источника"), max_length=200)
    title = models.CharField(gettext_lazy("название"), max_length=500, blank=True)
    merged_into = models.ForeignKey(
        Product,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="merged_codes",
        verbose_name=gettext_lazy("объединён с"),
    )
    by = models.CharField(gettext_lazy("кто"), max_length=200, blank=True)
    at = models.DateTimeField(gettext_lazy("когда"), auto_now_add=True)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = gettext_lazy("удалённый товар источника")
        verbose_name_plural = gettext_lazy("удалённые товары источников")
        constraints = [
            models.UniqueConstraint(
                fields=["source_name", "source_id"], name="one_retired_code_per_source_id"
            )
        ]

    def __str__(self) -> str:
        return f"{self.source_name} {self.source_id}: {self.title}"
