from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin import display
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import action

from apps.parsers.admin.forms import SourceForm
from apps.parsers.models import ParserSource, SupplierMapping


@admin.register(SupplierMapping)
class SupplierMappingAdmin(ModelAdmin):
    list_display = ["source_name", "mapping"]
    search_fields = ["source_name"]


@admin.register(ParserSource)
class ParserSourceAdmin(ModelAdmin):
    """Feeds that are read again and again. Secrets are written here and never shown."""

    form = SourceForm
    list_display = ["title", "parser", "shown", "is_active", "every_minutes", "next_at", "ai"]
    list_filter = ["parser", "is_active"]
    search_fields = ["title", "name"]
    actions_detail = ["start"]
    fieldsets = [
        (None, {"fields": ["title", ("parser", "name"), "currency", "address"]}),
        (_("Расписание"), {"fields": ["is_active", ("every_minutes", "next_at"), "vanished"]}),
        (_("Обработка ИИ"), {"fields": [("ai", "ai_mode"), "ai_images"]}),
        (
            _("Вежливость и доступ"),
            {"fields": [("pace", "obeys_robots"), "user_agent", "proxy", "cookies", "headers"]},
        ),
    ]

    @display(description=_("адрес"))
    def shown(self, source: ParserSource) -> str:
        return source.shown_address or "—"

    @action(description=_("Импортировать сейчас"), icon="play_arrow", permissions=["start"])
    def start(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """To the page that starts imports, with this source chosen: a link itself starts nothing."""
        return HttpResponseRedirect(f"{reverse('admin:parsers_parserrun_start')}?source={object_id}")

    def has_start_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("parsers.add_parserrun")
