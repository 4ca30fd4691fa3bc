from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin import display
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from apps.ai.admin import shop
from apps.ai.models import AITemplate
from apps.ai.services.templates import library


@admin.register(AITemplate)
class AITemplateAdmin(shop.ChoosesCategory, ModelAdmin):
    any_category = True
    list_display = (
        "name",
        "template_type",
        "category_name",
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
    list_select_related = ("source_run",)
    search_fields = ("name", "content")
    readonly_fields = (
        "usage_count",
        "success_rate",
        "source_run",
        "product_page",
        "created_at",
        "updated_at",
    )
    exclude = ("embedding_vector", "source_product")

    @display(description="Категория")
    def category_name(self, template: AITemplate) -> str:
        return shop.category_name(template.category_id)

    @display(description="Товар-источник")
    def product_page(self, template: AITemplate) -> str:
        if template.source_product_id is None:
            return "—"
        return shop.product_link(template.source_product_id, shop.product_title(template.source_product_id))

    def save_model(self, request: HttpRequest, obj: AITemplate, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        library.index_after_commit([obj.pk])

    def delete_model(self, request: HttpRequest, obj: AITemplate) -> None:
        library.index_after_commit([obj.pk])
        super().delete_model(request, obj)

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[AITemplate]) -> None:
        library.index_after_commit(list(queryset.values_list("pk", flat=True)))
        super().delete_queryset(request, queryset)
