from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import display
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.timezone import localtime
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from apps.ai.admin import display as fragments
from apps.ai.admin import shop
from apps.ai.admin.blind import BlindList
from apps.ai.exceptions import TransitionError
from apps.ai.models import AIModerationQueue
from apps.ai.models.moderation import ORDER, STATES
from apps.ai.permissions import MODERATE
from apps.ai.services.audit import blind
from apps.ai.services.people import moderation
from apps.ai.services.worker import store_health


class WaitingFilter(admin.SimpleListFilter):
    title = "состояние"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(state, label) for state, label in STATES.items() if state != "waiting"]

    def choices(self, changelist: Any) -> Any:
        yield {
            "selected": self.value() is None,
            "query_string": changelist.get_query_string(remove=[self.parameter_name]),
            "display": STATES["waiting"],
        }
        yield from list(super().choices(changelist))[1:]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.in_state(self.value() or "waiting", user=request.user)


@admin.register(AIModerationQueue)
class AIModerationQueueAdmin(shop.ProductList, BlindList, ModelAdmin):
    """Cards that wait for a person, the urgent first; a row opens the card itself."""

    list_display = (
        "product_title",
        "category",
        "confidence",
        "why",
        "priority",
        "holder",
        "created_at",
    )
    list_filter = (WaitingFilter, ("priority", ChoicesDropdownFilter), "reason")
    list_select_related = ("log_entry", "assigned_to")
    product_lookup = "log_entry__product_id"
    search_fields = ("reason",)
    actions = ("take", "release")
    ordering = ORDER

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: AIModerationQueue | None = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if away := store_health.lately().sentence:
            messages.warning(request, away)
        page: HttpResponse = super().changelist_view(request, extra_context)
        return page

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        entry = self.get_object(request, object_id)
        if entry is None:
            return HttpResponseRedirect(reverse("admin:ai_aimoderationqueue_changelist"))
        return HttpResponseRedirect(reverse("admin:ai_review", args=[entry.log_entry_id]))

    @admin.action(description="Взять себе", permissions=["change"])
    def take(self, request: HttpRequest, queryset: QuerySet[AIModerationQueue]) -> None:
        self._each(request, queryset, lambda entry: moderation.assign(entry, to=request.user), done="Взято")

    @admin.action(description="Вернуть всем", permissions=["change"])
    def release(self, request: HttpRequest, queryset: QuerySet[AIModerationQueue]) -> None:
        self._each(
            request, queryset, lambda entry: moderation.release(entry, by=request.user), done="Возвращено"
        )

    def _each(
        self,
        request: HttpRequest,
        queryset: QuerySet[AIModerationQueue],
        act: Callable[[AIModerationQueue], None],
        *,
        done: str,
    ) -> None:
        if not request.user.has_perm(MODERATE):
            messages.error(request, "Нет права модерировать карточки.")
            return
        acted = refused = 0
        for entry in queryset:
            try:
                act(entry)
                acted += 1
            except TransitionError:
                refused += 1
        self.message_user(request, f"{done}: {acted}. Уже у других или решено: {refused}.")

    @display(description="Кому назначено", ordering="assigned_to")
    def holder(self, entry: AIModerationQueue) -> str:
        """Empty once the time is over: then the card is anybody's."""
        return f"{entry.assigned_to} до {localtime(entry.taken_until):%H:%M}" if entry.is_held() else "—"

    @display(description="Товар")
    def product_title(self, entry: AIModerationQueue) -> str:
        return self.listed_title(entry)

    @display(description="Категория")
    def category(self, entry: AIModerationQueue) -> str:
        return shop.category_name(entry.log_entry.suggested_category_id)

    @display(description="Почему", ordering="reason")
    def why(self, entry: AIModerationQueue) -> str:
        """The gravest reason in words."""
        reasons = blind.shown_reasons(entry.log_entry)
        found = [reason["message"] for reason in reasons if reason["code"] == entry.reason]
        return Truncator(found[0] if found else entry.reason).chars(110)

    @display(description="Уверенность", ordering="log_entry__category_confidence")
    def confidence(self, entry: AIModerationQueue) -> str:
        return fragments.figure(entry.log_entry, "category_confidence")
