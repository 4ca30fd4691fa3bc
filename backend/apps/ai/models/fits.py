"""What was fitted on this shop's confirmed products: how sure a category is."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class AICategoryFit(models.Model):
    """One fit; the newest of the present format and embedding model is in force. Rows are written once,
    by `services.fitting.store`.

    `calibrations` and `reliability` by method ("neighbours": decided without a model; "model").
    """

    created_at = models.DateTimeField(gettext_lazy("Обучена"), auto_now_add=True)
    format = models.PositiveSmallIntegerField(gettext_lazy("Формат"))
    embedding_model = models.CharField(gettext_lazy("Модель эмбеддингов"), max_length=100)
    target_precision = models.FloatField(gettext_lazy("Требуемая точность"))
    confirmed = models.PositiveIntegerField(gettext_lazy("Подтверждённых товаров"))
    decided = models.PositiveIntegerField(gettext_lazy("Решений людей"))
    tested = models.PositiveIntegerField(gettext_lazy("Проверено товаров"))
    counted = models.JSONField(gettext_lazy("Было подтверждено и одобрено"), default=dict, blank=True)
    weights = models.JSONField(gettext_lazy("Веса признаков"))
    calibrations = models.JSONField(gettext_lazy("Калибровка и пороги"))
    reliability = models.JSONField(
        gettext_lazy("Надёжность"),
        help_text=gettext_lazy("Товары, доля верных, ошибка калибровки, Brier, корзины"),
    )
    classifier = models.BinaryField(gettext_lazy("Классификатор"))

    class Meta:
        ordering = ["-pk"]
        verbose_name = gettext_lazy("Калибровка категорий")
        verbose_name_plural = gettext_lazy("Калибровки категорий")

    def __str__(self) -> str:
        return _("№{pk}: {confirmed} товаров, {created_at:%d.%m.%Y %H:%M}").format(
            pk=self.pk, confirmed=self.confirmed, created_at=self.created_at
        )
