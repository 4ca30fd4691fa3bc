"""The shop's tree. This app has no migrations, as in projects whose tables were there before Django was."""

from __future__ import annotations

from django.db import models


class Shelf(models.Model):
    class Type(models.TextChoices):
        MEDICINE = "medicine"
        BOOKS = "books"
        WEAR = "wear"
        UNSORTED = "unsorted"

    type = models.CharField(max_length=10, choices=Type.choices)
    inside = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="shelves"
    )
    hidden = models.BooleanField(default=False)
    changed = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"Shelf {self.pk}"


class ShelfName(models.Model):
    shelf = models.ForeignKey(Shelf, on_delete=models.CASCADE, related_name="names")
    language = models.CharField(max_length=5)
    name = models.CharField(max_length=100)
    also_called = models.TextField(blank=True, help_text="one a line")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shelf", "language"], name="one_name_per_language")]

    def __str__(self) -> str:
        return self.name
