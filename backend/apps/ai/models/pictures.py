"""What is known of pictures: answers of vision models, and the hashes by which the same picture is found again."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy

from apps.ai import conf


class AIPictureAnswer(models.Model):
    """A paid answer about pictures. `key`: of hashes, prompt, schema, model and form; `signature`: of the pixels."""

    key = models.CharField(gettext_lazy("Ключ"), max_length=64, db_index=True)
    signature = models.BinaryField(gettext_lazy("Отпечаток"))
    answer = models.JSONField(gettext_lazy("Ответ"), default=dict)
    model = models.CharField(gettext_lazy("Модель"), max_length=100, blank=True)
    uses = models.PositiveIntegerField(gettext_lazy("Сколько раз пригодился"), default=0)
    created_at = models.DateTimeField(gettext_lazy("Получен"), auto_now_add=True)
    used_at = models.DateTimeField(gettext_lazy("Использован"), db_index=True)

    class Meta:
        verbose_name = gettext_lazy("Ответ о фотографиях")
        verbose_name_plural = gettext_lazy("Ответы о фотографиях")

    def __str__(self) -> str:
        return self.key


class AIPicture(models.Model):
    """A picture of a product by its perceptual hash: `phash` as a signed 64-bit number, `band_*` its pieces.

    Hashes at most four bits apart share a band in its place (`services.pictures.hashes`).
    """

    product = models.ForeignKey(
        conf.PRODUCT_MODEL,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=gettext_lazy("Товар"),
    )
    url = models.CharField(gettext_lazy("Адрес"), max_length=1000)
    phash = models.BigIntegerField(gettext_lazy("Отпечаток"), db_index=True)
    band_1 = models.SmallIntegerField(db_index=True)
    band_2 = models.SmallIntegerField(db_index=True)
    band_3 = models.SmallIntegerField(db_index=True)
    band_4 = models.SmallIntegerField(db_index=True)
    band_5 = models.SmallIntegerField(db_index=True)
    seen_at = models.DateTimeField(gettext_lazy("Увидена"), auto_now=True)

    class Meta:
        verbose_name = gettext_lazy("Фотография")
        verbose_name_plural = gettext_lazy("Фотографии")
        constraints = [
            models.UniqueConstraint(fields=["product", "url"], name="ai_one_picture_per_product_and_url")
        ]

    def __str__(self) -> str:
        return self.url


class AIPictureOrder(models.Model):
    """What a person did to a product's pictures: {"shown": […], "dropped": […]} before and after, addresses."""

    product = models.ForeignKey(
        conf.PRODUCT_MODEL,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=gettext_lazy("Товар"),
    )
    before = models.JSONField(gettext_lazy("Было"), default=dict)
    after = models.JSONField(gettext_lazy("Стало"), default=dict)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=gettext_lazy("Кто"),
    )
    at = models.DateTimeField(gettext_lazy("Когда"), auto_now_add=True)
    undone_at = models.DateTimeField(gettext_lazy("Отменено"), null=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = gettext_lazy("Порядок фотографий")
        verbose_name_plural = gettext_lazy("Порядок фотографий")
        indexes = [models.Index(fields=["product", "-id"], name="ai_picture_order_by_product")]

    def __str__(self) -> str:
        return str(self.product_id)
