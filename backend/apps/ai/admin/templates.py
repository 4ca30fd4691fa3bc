from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from apps.ai.models import AITemplate
from apps.ai.services.templates import library


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
        "source_run",
    )
    list_filter = (
        ("template_type", ChoicesDropdownFilter),
        "language",
        "is_active",
        ("source_run", admin.EmptyFieldListFilter),
    )
    list_select_related = ("category", "source_run__product")
    search_fields = ("name", "content")
    autocomplete_fields = ("category",)
    readonly_fields = (
        "usage_count",
        "success_rate",
        "source_run",
        "source_product",
        "created_at",
        "updated_at",
    )
    exclude = ("embedding_vector",)

    def save_model(self, request: HttpRequest, obj: AITemplate, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        library.index_after_commit([obj.pk])

    def delete_model(self, request: HttpRequest, obj: AITemplate) -> None:
        library.index_after_commit([obj.pk])
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[AITemplate]) -> None:
        library.index_after_commit(list(queryset.values_list("pk", flat=True)))
        super().delete_queryset(request, queryset)
