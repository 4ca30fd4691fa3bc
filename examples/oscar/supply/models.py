"""What Oscar has no place for: the supplier's own words, and whose the card's present texts are."""

from __future__ import annotations

from django.db import models


class SupplierItem(models.Model):
    """A product as a supplier sent it. Products without one were made by people in Oscar's dashboard."""

    product = models.OneToOneField("catalogue.Product", on_delete=models.CASCADE, related_name="supply")
    source = models.CharField(max_length=50)
    source_id = models.CharField(max_length=100)
    source_url = models.URLField(max_length=500, blank=True)
    source_category = models.CharField(max_length=300, blank=True)
    title = models.CharField(max_length=500)
    description = models.TextField(blank=True)
    brand = models.CharField(max_length=150, blank=True)
    attributes = models.JSONField(default=dict, blank=True)
    keywords = models.JSONField(default=list, blank=True)
    #: Card fields that a person wrote in the dashboard: automation leaves them alone.
    edited_fields = models.JSONField(default=list, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "source_id"], name="one_item_per_source_id")
        ]

    def __str__(self) -> str:
        return self.title
