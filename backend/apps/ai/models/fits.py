"""What was fitted on this shop's confirmed products: how sure a category is."""

from __future__ import annotations

from django.db import models


class AICategoryFit(models.Model):
    """One fit; the newest of the present format and embedding model is in force. Rows are written once,
    by `services.fitting.store`.

    `calibrations` and `reliability` by method ("neighbours": decided without a model; "model").
    """

    created_at = models.DateTimeField("Обучена", auto_now_add=True)
    format = models.PositiveSmallIntegerField("Формат")
    embedding_model = models.CharField("Модель эмбеддингов", max_length=100)
    target_precision = models.FloatField("Требуемая точность")
    confirmed = models.PositiveIntegerField("Подтверждённых товаров")
    decided = models.PositiveIntegerField("Решений людей")
    tested = models.PositiveIntegerField("Проверено товаров")
    counted = models.JSONField("Было подтверждено и одобрено", default=dict, blank=True)
    weights = models.JSONField("Веса признаков")
    calibrations = models.JSONField("Калибровка и пороги")
    reliability = models.JSONField(
        "Надёжность", help_text="Товары, доля верных, ошибка калибровки, Brier, корзины"
    )
    classifier = models.BinaryField("Классификатор")

    class Meta:
        ordering = ["-pk"]
        verbose_name = "Калибровка категорий"
        verbose_name_plural = "Калибровки категорий"

    def __str__(self) -> str:
        return f"№{self.pk}: {self.confirmed} товаров, {self.created_at:%d.%m.%Y %H:%M}"
