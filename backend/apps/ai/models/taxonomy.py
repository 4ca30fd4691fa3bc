from __future__ import annotations

from django.db import models


class AITaxonomyReport(models.Model):
    """What was found in the tree at a moment (`services.taxonomy.Report` as JSON); the last few are kept."""

    created_at = models.DateTimeField("Составлен", auto_now_add=True)
    seconds = models.FloatField("Секунд")
    figures = models.JSONField("Что найдено", default=dict)

    class Meta:
        ordering = ["-pk"]
        verbose_name = "Отчёт о каталоге"
        verbose_name_plural = "Отчёты о каталоге"

    def __str__(self) -> str:
        return f"Отчёт о каталоге {self.created_at:%d.%m.%Y %H:%M}"
