from __future__ import annotations

from django.db import models
from django.urls import reverse

from second_host.shelves.models import Shelf


class Item(models.Model):
    """The shadow row: what cart and search know. `origin`: source, supplier, id, url, category; {} by hand."""

    id = models.AutoField(primary_key=True)
    label = models.CharField(max_length=300)
    description = models.TextField(blank=True, help_text="as the parser found it, Turkish")
    shelf = models.ForeignKey(Shelf, on_delete=models.PROTECT, related_name="items")
    price = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    origin = models.JSONField(default=dict, blank=True)
    by_hand = models.JSONField(default=list, blank=True, help_text="what a person wrote: name, body, shelf …")
    made = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return reverse("item", args=[self.pk])


class Medicine(models.Model):
    item = models.OneToOneField(Item, on_delete=models.CASCADE, related_name="medicine")
    maker = models.CharField(max_length=100, blank=True)
    barcode = models.CharField(max_length=20, blank=True)
    dose = models.CharField(max_length=50, blank=True)
    tablets = models.PositiveIntegerField(null=True, blank=True)


class Book(models.Model):
    item = models.OneToOneField(Item, on_delete=models.CASCADE, related_name="book")
    publisher = models.CharField(max_length=100, blank=True)
    isbn = models.CharField(max_length=20, blank=True)
    pages = models.PositiveIntegerField(null=True, blank=True)


class Wear(models.Model):
    item = models.OneToOneField(Item, on_delete=models.CASCADE, related_name="wear")
    label_name = models.CharField(max_length=100, blank=True)
    fabric = models.CharField(max_length=100, blank=True)
    size = models.CharField(max_length=20, blank=True)


class Text(models.Model):
    """A sheet's texts in one language."""

    language = models.CharField(max_length=5)
    name = models.CharField(max_length=255, blank=True)
    body = models.TextField(blank=True)
    meta_title = models.CharField(max_length=70, blank=True)
    meta_text = models.CharField(max_length=160, blank=True)
    words = models.JSONField(default=list, blank=True)
    traits = models.JSONField(default=dict, blank=True)

    class Meta:
        abstract = True


class MedicineText(Text):
    sheet = models.ForeignKey(Medicine, on_delete=models.CASCADE, related_name="texts")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sheet", "language"], name="one_medicine_text")]


class BookText(Text):
    sheet = models.ForeignKey(Book, on_delete=models.CASCADE, related_name="texts")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sheet", "language"], name="one_book_text")]


class WearText(Text):
    sheet = models.ForeignKey(Wear, on_delete=models.CASCADE, related_name="texts")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sheet", "language"], name="one_wear_text")]


class LeafletPart(models.Model):
    """A section of a medicine's leaflet in one language: the parser's in Turkish, the shop's in ru and en."""

    sheet = models.ForeignKey(Medicine, on_delete=models.CASCADE, related_name="leaflet")
    language = models.CharField(max_length=5)
    place = models.PositiveSmallIntegerField()
    heading = models.CharField(max_length=200)
    body = models.TextField()

    class Meta:
        ordering = ["place"]


class BoxShot(models.Model):
    """Pictures of medicines and books."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="shots")
    address = models.URLField(max_length=500)


class Look(models.Model):
    """Pictures of clothes hang on the sheet."""

    sheet = models.ForeignKey(Wear, on_delete=models.CASCADE, related_name="looks")
    file_url = models.URLField(max_length=500)
    rank = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["rank"]
