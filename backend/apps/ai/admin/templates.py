from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin import display
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from apps.ai.admin import shop
from apps.ai.models import AITemplate
from apps.ai.services.templates import library


class TemplateForm(forms.ModelForm):
    """`seen_version`: when the template was last changed, as the page showed it."""

    seen_version = forms.CharField(label=gettext_lazy("Версия"), required=False, widget=forms.HiddenInput)

    class Meta:
        model = AITemplate
        fields = ["name", "template_type", "category", "language", "is_active", "content"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            self.initial.update(seen_version=self.instance.version)

    def clean_seen_version(self) -> str:
        seen: str = self.cleaned_data["seen_version"]
        if seen and self.instance.pk is not None and seen != self.instance.version:
            raise forms.ValidationError(_("Пока страница была открыта, шаблон изменили. Обновите страницу."))
        return seen


@admin.register(AITemplate)
class AITemplateAdmin(shop.ChoosesCategory, ModelAdmin):
    form = TemplateForm
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
    fields = (
        ("name", "template_type"),
        ("category", "language", "is_active"),
        "content",
        "seen_version",
        *readonly_fields,
    )

    @display(description=gettext_lazy("Категория"))
    def category_name(self, template: AITemplate) -> str:
        return shop.category_name(template.category_id)

    @display(description=gettext_lazy("Товар-источник"))
    def product_page(self, template: AITemplate) -> str:
        if template.source_product_id is None:
            return "—"
        return shop.product_link(
            self.admin_site, template.source_product_id, shop.product_title(template.source_product_id)
        )

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Who saves reads the template under its lock: of two, the second is told of the first."""
        if request.method == "POST" and super().get_object(request, object_id, from_field):
            locked = AITemplate.objects.select_for_update(of=("self",)).order_by().filter(pk=object_id)
            list(locked.values_list("pk"))
        return super().get_object(request, object_id, from_field)

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
