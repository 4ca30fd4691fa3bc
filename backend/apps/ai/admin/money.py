from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin import display
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateTimeFilter
from unfold.decorators import action

from apps.ai.models import AIBudgetPeriod, AICall, AIPrice, ServicePause
from apps.ai.models.provider import PauseState
from apps.ai.services.worker import mass_runs
from utils.admin_lists import IndexedValuesFilter, LargeList


class ReadOnlyAdmin(ModelAdmin):
    """Written by the machine: a person reads it."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(AIPrice)
class AIPriceAdmin(ModelAdmin):
    list_display = (
        "model",
        "valid_from",
        "input_usd",
        "cached_input_usd",
        "output_usd",
        "batch_factor",
        "updated_at",
    )
    list_filter = ("model",)
    search_fields = ("model",)


@admin.register(AICall)
class AICallAdmin(LargeList, ReadOnlyAdmin):
    """The ledger: newest first, found by run or product."""

    list_display = (
        "created_at",
        "run_id",
        "stage",
        "model",
        "prompt_tokens",
        "cached_tokens",
        "completion_tokens",
        "cost_usd",
        "status",
        "duration_ms",
    )
    list_filter = (
        ("status", ChoicesDropdownFilter),
        ("model", IndexedValuesFilter),
        ("created_at", RangeDateTimeFilter),
    )
    list_filter_submit = True
    search_fields = ("=run_id",)
    search_numbers = ("run_id",)
    search_help_text = gettext_lazy("Номер запуска")


@admin.register(AIBudgetPeriod)
class AIBudgetPeriodAdmin(ReadOnlyAdmin):
    list_display = ("scope", "key", "limit", "spent", "reserved", "created_at")
    list_filter = (("scope", ChoicesDropdownFilter),)

    @display(description=gettext_lazy("Предел, $"), ordering="limit_nano")
    def limit(self, period: AIBudgetPeriod) -> str:
        return f"{period.limit_usd:.4f}"

    @display(description=gettext_lazy("Потрачено, $"), ordering="spent_nano")
    def spent(self, period: AIBudgetPeriod) -> str:
        return f"{period.spent_usd:.4f}"

    @display(description=gettext_lazy("Зарезервировано, $"), ordering="reserved_nano")
    def reserved(self, period: AIBudgetPeriod) -> str:
        return f"{period.reserved_usd:.4f}"


@admin.register(ServicePause)
class ServicePauseAdmin(ModelAdmin):
    """Why nothing is asked now, and the button that resumes."""

    list_display = ("endpoint", "state", "reason", "opened_at", "until", "failures", "resumed_by")
    readonly_fields = (
        "endpoint",
        "state",
        "reason",
        "message",
        "failures",
        "opened_at",
        "until",
        "alerted_at",
        "resumed_at",
        "resumed_by",
    )
    fields = readonly_fields
    actions_submit_line = ("resume",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ServicePause | None = None) -> bool:
        return False

    def get_actions_submit_line(self, request: HttpRequest, object_id: Any) -> Any:
        pause = self.get_object(request, str(object_id))
        is_paused = pause is not None and pause.state != PauseState.CLOSED
        return super().get_actions_submit_line(request, object_id) if is_paused else []

    def save_model(self, request: HttpRequest, obj: ServicePause, form: Any, change: bool) -> None:
        if not any(
            offer.action_name in request.POST for offer in self.get_actions_submit_line(request, obj.pk)
        ):
            return
        waiting = mass_runs.resume_provider(by=request.user, endpoint=obj.endpoint)
        if waiting is not None:
            self.message_user(request, _("Пауза снята. Ждали её: {waiting}.").format(waiting=waiting))

    def response_change(self, request: HttpRequest, obj: ServicePause) -> HttpResponse:
        return HttpResponseRedirect(request.path)

    @action(description=gettext_lazy("Снять паузу"), icon="play_arrow", permissions=["change"])
    def resume(self, request: HttpRequest, obj: ServicePause) -> None:
        """Handled in save_model."""
