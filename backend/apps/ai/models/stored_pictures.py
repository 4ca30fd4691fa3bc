"""Pictures of products by their address, and what of them lies in our own storage."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

from django.db import models
from django.utils.translation import gettext_lazy


class StoredPictureQuerySet(models.QuerySet["StoredPicture"]):
    def of(self, urls: Iterable[str]) -> StoredPictureQuerySet:
        return self.filter(url_hash__in={hash_of(url) for url in urls})

    def owed(self) -> StoredPictureQuerySet:
        return self.filter(status=StoredPicture.Status.OWED)

    def due(self, now: datetime) -> StoredPictureQuerySet:
        return self.owed().filter(next_attempt_at__lte=now).order_by("next_attempt_at", "pk")


class StoredPicture(models.Model):
    """One address, whichever products show it. Keys are empty until the picture is kept.

    `width`, `height`: of the original, upright. `next_attempt_at`: for one that is worked on, when another worker may
    take it. `reason`: why it is not kept yet, why it never will be, or why its copy could not be
    checked; one sentence. `checked_at`: when all its files lay in the storage, besides `kept_at`.
    """

    #: Longest sides in pixels of the copies that a kept picture has.
    PROCESSED_SIZE, THUMB_SIZE = 1024, 320

    class Status(models.TextChoices):
        OWED = "owed", gettext_lazy("Ожидает")
        KEPT = "kept", gettext_lazy("В хранилище")
        BROKEN = "broken", gettext_lazy("Фото нет")

    url_hash = models.CharField(gettext_lazy("Хеш адреса"), max_length=64, unique=True, editable=False)
    url = models.TextField(gettext_lazy("Адрес"))
    status = models.CharField(
        gettext_lazy("Состояние"), max_length=10, choices=Status.choices, default=Status.OWED
    )
    sha256 = models.CharField(gettext_lazy("Хеш файла"), max_length=64, blank=True, default="", db_index=True)
    original_key = models.CharField(gettext_lazy("Исходный файл"), max_length=300, blank=True, default="")
    processed_key = models.CharField(
        gettext_lazy("Обработанный файл"), max_length=300, blank=True, default=""
    )
    thumb_key = models.CharField(gettext_lazy("Превью"), max_length=300, blank=True, default="")
    width = models.PositiveIntegerField(gettext_lazy("Ширина"), default=0)
    height = models.PositiveIntegerField(gettext_lazy("Высота"), default=0)
    format = models.CharField(gettext_lazy("Формат"), max_length=20, blank=True, default="")
    attempts = models.PositiveIntegerField(gettext_lazy("Попытки"), default=0)
    next_attempt_at = models.DateTimeField(gettext_lazy("Следующая попытка"))
    reason = models.CharField(gettext_lazy("Почему"), max_length=500, blank=True, default="")
    created_at = models.DateTimeField(gettext_lazy("С"), auto_now_add=True)
    kept_at = models.DateTimeField(gettext_lazy("Сохранено"), null=True, blank=True)
    checked_at = models.DateTimeField(gettext_lazy("Проверено"), null=True, blank=True)

    objects = StoredPictureQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("Фото в хранилище")
        verbose_name_plural = gettext_lazy("Фото в хранилище")
        indexes = [
            models.Index(fields=["status", "next_attempt_at"], name="ai_picture_due"),
            models.Index(fields=["status", "-id"], name="ai_picture_status"),  # the admin's list
        ]

    def __str__(self) -> str:
        return self.url[:80]

    def files(self) -> list[str]:
        """Keys of what lies in the storage."""
        return [key for key in (self.original_key, self.processed_key, self.thumb_key) if key]

    @classmethod
    def new(cls, url: str, *, now: datetime) -> StoredPicture:
        return cls(url=url, url_hash=hash_of(url), next_attempt_at=now)


def hash_of(url: str) -> str:
    return sha256(url.encode("utf-8", "surrogatepass")).hexdigest()
