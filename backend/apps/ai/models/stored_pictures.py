"""Pictures of products by their address, and what of them lies in our own storage."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

from django.db import models


class StoredPictureQuerySet(models.QuerySet["StoredPicture"]):
    def of(self, urls: Iterable[str]) -> StoredPictureQuerySet:
        return self.filter(url_hash__in={hash_of(url) for url in urls})

    def owed(self) -> StoredPictureQuerySet:
        return self.filter(status=StoredPicture.Status.OWED)

    def due(self, now: datetime) -> StoredPictureQuerySet:
        return self.owed().filter(next_attempt_at__lte=now).order_by("next_attempt_at", "pk")


class StoredPicture(models.Model):
    """One address, whichever products show it. Keys are empty until the picture is kept.

    `next_attempt_at`: for one that is worked on, when another worker may take it. `reason`: why it is not kept yet, or
    why it never will be; one sentence.
    """

    class Status(models.TextChoices):
        OWED = "owed", "Ожидает"
        KEPT = "kept", "В хранилище"
        BROKEN = "broken", "Не фото"

    url_hash = models.CharField("Хеш адреса", max_length=64, unique=True, editable=False)
    url = models.TextField("Адрес")
    status = models.CharField("Состояние", max_length=10, choices=Status.choices, default=Status.OWED)
    sha256 = models.CharField("Хеш файла", max_length=64, blank=True, default="", db_index=True)
    original_key = models.CharField("Исходный файл", max_length=300, blank=True, default="")
    processed_key = models.CharField("Обработанный файл", max_length=300, blank=True, default="")
    thumb_key = models.CharField("Превью", max_length=300, blank=True, default="")
    width = models.PositiveIntegerField("Ширина", default=0)
    height = models.PositiveIntegerField("Высота", default=0)
    format = models.CharField("Формат", max_length=20, blank=True, default="")
    attempts = models.PositiveIntegerField("Попытки", default=0)
    next_attempt_at = models.DateTimeField("Следующая попытка")
    reason = models.CharField("Почему", max_length=500, blank=True, default="")
    created_at = models.DateTimeField("С", auto_now_add=True)
    kept_at = models.DateTimeField("Сохранено", null=True, blank=True)

    objects = StoredPictureQuerySet.as_manager()

    class Meta:
        verbose_name = "Фото в хранилище"
        verbose_name_plural = "Фото в хранилище"
        indexes = [models.Index(fields=["status", "next_attempt_at"], name="ai_picture_due")]

    def __str__(self) -> str:
        return self.url[:80]

    @classmethod
    def new(cls, url: str, *, now: datetime) -> StoredPicture:
        return cls(url=url, url_hash=hash_of(url), next_attempt_at=now)


def hash_of(url: str) -> str:
    return sha256(url.encode("utf-8", "surrogatepass")).hexdigest()
