from django.contrib import admin

from second_host.warehouse.models import Item


@admin.register(Item)
class ItemAdmin(admin.ModelAdmin):
    """Django's own admin class, and none for shelves: the AI app asks nothing more of a shop."""

    list_display = ("label", "price")
