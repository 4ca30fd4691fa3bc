"""A second admin site beside the default one: where the house's own people work, with rules of its own."""

from __future__ import annotations

from django.http import HttpRequest
from unfold.sites import UnfoldAdminSite

from apps.ai.admin.sites import register_on
from apps.ai.product_desk import ProductDesk
from second_host.shelves.models import Shelf
from second_host.warehouse.admin import ItemAdmin
from second_host.warehouse.models import Item


class Counter(UnfoldAdminSite):  # type: ignore[misc]
    def has_permission(self, request: HttpRequest) -> bool:
        of_the_house = getattr(request.user, "email", "").endswith("@shop.example")
        return of_the_house and bool(super().has_permission(request))


class CounterItemAdmin(ProductDesk, ItemAdmin):
    pass


counter = Counter(name="counter")
counter.register(Item, CounterItemAdmin)
counter.register(Shelf)  # on this site alone
register_on(counter)
