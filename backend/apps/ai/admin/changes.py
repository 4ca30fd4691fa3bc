from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin import display
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin
from unfold.decorators import action

from apps.ai.admin import display as fragments
from apps.ai.admin import shop
from apps.ai.admin.decisions import decide
from apps.ai.models import AppliedChange
from apps.ai.permissions import MODERATE
from apps.ai.services.people import moderation
from utils.admin_lists import LargeList


@admin.register(AppliedChange)
class AppliedChangeAdmin(shop.ProductList, LargeList, ModelAdmin):
    """What was written into the shop, and the button that takes it back."""

    list_display = ("id", "product_title", "fields_changed", "applied_by", "applied_at", "reverted_at")
    list_filter = (("reverted_at", admin.EmptyFieldListFilter), ("applied_by", admin.EmptyFieldListFilter))
    list_select_related = ("applied_by",)
    list_load = ("after",)
    search_fields = ("=id",)
    search_help_text = gettext_lazy("Номер изменения или товара, название")
    readonly_fields = (
        "product_page",
        "run",
        "was",
        "became",
        "applied_by",
        "applied_at",
        "reverted_by",
        "reverted_at",
    )
    fields = readonly_fields
    actions_submit_line = ("roll_back",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: AppliedChange | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: AppliedChange | None = None) -> bool:
        return request.user.has_perm(MODERATE)

    def get_actions_submit_line(self, request: HttpRequest, object_id: Any) -> Any:
        change = self.get_object(request, str(object_id))
        is_in_force = change is not None and change.reverted_at is None
        return super().get_actions_submit_line(request, object_id) if is_in_force else []

    def save_model(self, request: HttpRequest, obj: AppliedChange, form: Any, change: bool) -> None:
        if any(offer.action_name in request.POST for offer in self.get_actions_submit_line(request, obj.pk)):
            decide(
                request,
                lambda: moderation.roll_back(AppliedChange.objects.get(pk=obj.pk), by=request.user),
                done=_("Товару возвращено прежнее содержание."),
            )

    def response_change(self, request: HttpRequest, obj: AppliedChange) -> HttpResponse:
        return HttpResponseRedirect(request.path)

    @action(description=gettext_lazy("Откатить"), icon="undo", permissions=["change"])
    def roll_back(self, request: HttpRequest, obj: AppliedChange) -> None:
        """Handled in save_model."""

    @display(description=gettext_lazy("Товар"))
    def product_title(self, change: AppliedChange) -> str:
        return self.listed_title(change)

    @display(description=gettext_lazy("Товар"))
    def product_page(self, change: AppliedChange) -> str:
        return shop.product_link(self.admin_site, change.product_id, shop.product_title(change.product_id))

    @display(description=gettext_lazy("Поля"))
    def fields_changed(self, change: AppliedChange) -> str:
        return ", ".join(change.after)

    @display(description=gettext_lazy("Было"))
    def was(self, change: AppliedChange) -> str:
        return fragments.pairs(change.before)

    @display(description=gettext_lazy("Стало"))
    def became(self, change: AppliedChange) -> str:
        return fragments.pairs(change.after)
