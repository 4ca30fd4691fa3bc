from __future__ import annotations

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class AITaxonomyReport(models.Model):
    """What was found in the tree at a moment (`services.taxonomy.Report` as JSON); the last few are kept."""

    created_at = models.DateTimeField(gettext_lazy("Составлен"), auto_now_add=True)
    seconds = models.FloatField(gettext_lazy("Секунд"))
    figures = models.JSONField(gettext_lazy("Что найдено"), default=dict)

    class Meta:
        ordering = ["-pk"]
        verbose_name = gettext_lazy("Отчёт о каталоге")
        verbose_name_plural = gettext_lazy("Отчёты о каталоге")

    def __str__(self) -> str:
        return _("Отчёт о каталоге {created_at:%d.%m.%Y %H:%M}").format(created_at=self.created_at)
