from __future__ import annotations

from django.contrib import admin
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from apps.ai.models import AITemplate


@admin.register(AITemplate)
class AITemplateAdmin(ModelAdmin):
    list_display = (
        "name",
        "template_type",
        "category",
        "language",
        "is_active",
        "usage_count",
        "success_rate",
    )
    list_filter = (("template_type", ChoicesDropdownFilter), "language", "is_active")
    list_select_related = ("category",)
    search_fields = ("name", "content")
    autocomplete_fields = ("category",)
    readonly_fields = ("usage_count", "success_rate", "created_at", "updated_at")
    exclude = ("embedding_vector",)
