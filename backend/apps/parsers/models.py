from __future__ import annotations

from django.db import models


class ParserRun(models.Model):
    """One import: what was read, what became of it, and every record that could not be taken."""

    class Status(models.TextChoices):
        RUNNING = "running", "Идёт"
        FINISHED = "finished", "Завершён"
        FAILED = "failed", "Ошибка"

    parser = models.CharField("парсер", max_length=50)
    origin = models.CharField("откуда", max_length=1000)
    status = models.CharField("статус", max_length=20, choices=Status.choices, default=Status.RUNNING)
    created_count = models.PositiveIntegerField("новых", default=0)
    updated_count = models.PositiveIntegerField("обновлено", default=0)
    unchanged_count = models.PositiveIntegerField("без изменений", default=0)
    failed_count = models.PositiveIntegerField("не принято", default=0)
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
