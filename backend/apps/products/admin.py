from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import AutocompleteSelectFilter, RangeDateFilter

from apps.ai import shop_pictures
from apps.ai.product_desk import ProductDesk
from apps.products.models import Brand, Category, Product, ProductImage, ProductKind, RetiredCode, Supplier
from apps.products.picture_inline import ProductImageInline
from apps.products.services import retiring, search
from apps.products.services.attribute_schema import SchemaError, cleaned
from apps.products.services.editing import MARKS, forget_edits, mark_edited
from apps.products.services.tree import CategoryTree
from utils.admin_lists import IndexedValuesFilter, LargeList

#: Products that a search finds.
MOST_FOUND = 1000

if TYPE_CHECKING:
    _CategoryForm = forms.ModelForm[Category]
    _ProductForm = forms.ModelForm[Product]
else:
    _CategoryForm = _ProductForm = forms.ModelForm


class CategoryForm(_CategoryForm):
    class Meta:
        model = Category
        fields = [
            *("name", "slug", "parent", "external_id", "kind"),
            *("synonyms", "attribute_schema", "is_active", "position"),
        ]

    def clean_parent(self) -> Category | None:
        parent: Category | None = self.cleaned_data["parent"]
        if parent is None or self.instance.pk is None:
            return parent
        if parent.pk == self.instance.pk or parent.pk in CategoryTree.load().descendants(self.instance.pk):
            raise forms.ValidationError(_("Категория не может лежать внутри самой себя."))
        return parent

    def clean_attribute_schema(self) -> list[dict[str, Any]]:
        try:
            return cleaned(self.cleaned_data["attribute_schema"] or [])
        except SchemaError as error:
            raise forms.ValidationError(str(error)) from error

    def clean_external_id(self) -> str | None:
        """Empty is null: several categories may have no outside code."""
        return self.cleaned_data["external_id"] or None


@admin.register(Category)
class CategoryAdmin(ModelAdmin):
    form = CategoryForm
    list_filter = ["is_active", "kind"]
    search_fields = ["name", "external_id", "synonyms"]
    autocomplete_fields = ["parent"]
    prepopulated_fields = {"slug": ["name"]}
    list_per_page = 50

    def get_list_display(self, request: HttpRequest) -> Sequence[str | Callable[[Category], str]]:
        tree = cache(CategoryTree.load)

        @admin.display(description=_("путь"))
        def path(category: Category) -> str:
            return tree().path_text(category.pk)

        @admin.display(description=_("вид товаров"))
        def kind(category: Category) -> str:
            own_or_inherited = tree().kind(category.pk)
            known = own_or_inherited in ProductKind.values
            return str(ProductKind(own_or_inherited).label) if known else "—"

        return ["name", path, kind, "is_active", "position"]


@admin.register(Brand)
class BrandAdmin(ModelAdmin):
    list_display = ["name"]
    search_fields = ["name"]


@admin.register(Supplier)
class SupplierAdmin(ModelAdmin):
    list_display = ["name", "site"]
    search_fields = ["name", "site"]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}


class ProductForm(_ProductForm):
    """Carries along what the person saw. A field counts as changed when they changed it, not when an import or an
    approved card did so while the page was open; a field that both changed is a question for the person.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            sent = not self.is_bound or self.add_initial_prefix(name) in self.data
            field.show_hidden_initial = self.instance.pk is not None and sent

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in self.changed_data:
            field, bound = self.fields[name], self[name]
            if not field.show_hidden_initial or self.has_error(name):
                continue
            seen = field.hidden_widget().value_from_datadict(self.data, self.files, bound.html_initial_name)
            if field.has_changed(bound.initial, seen) and field.has_changed(bound.initial, bound.data):
                shown = bound.initial if bound.initial not in (None, "") else _("пусто")
                self.add_error(
                    name,
                    _("Поле изменилось, пока страница была открыта. Сейчас в нём: {shown}").format(
                        shown=shown
                    ),
                )
        return cleaned


@admin.register(Product)
class ProductAdmin(ProductDesk, LargeList, ModelAdmin):
    form = ProductForm
    list_display = ["__str__", "category", "brand", "price", "currency", "source", "source_name", "is_active"]
    list_select_related = ["category", "brand"]
    list_filter = [
        "source",
        ("source_name", IndexedValuesFilter),
        "is_active",
        ("category", AutocompleteSelectFilter),
        ("supplier", AutocompleteSelectFilter),
        ("created_at", RangeDateFilter),
    ]
    list_filter_submit = True
    search_fields = ["title", "title_ru", "sku", "barcode", "source_id"]
    autocomplete_fields = ["category", "brand", "supplier"]
    readonly_fields = [
        *("source", "source_name", "source_id", "source_url", "source_category"),
        *("edited_fields", "hand_edits", "created_at", "updated_at"),
    ]
    inlines = [ProductImageInline]
    actions = ["release_fields", "release_market", "merge_products"]
    list_per_page = 50
    warn_unsaved_form = True
    fieldsets = [
        (
            gettext_lazy("Карточка"),
            {
                "fields": [
                    ("title", "title_ru"),
                    ("description", "description_ru"),
                    ("source_category", "category"),
                    "attributes",
                ],
                "description": gettext_lazy("Слева — слова поставщика, справа — карточка магазина."),
            },
        ),
        ("SEO", {"fields": ["seo_title", "seo_description", "seo_keywords"]}),
        (
            gettext_lazy("Торговля"),
            {
                "fields": [
                    ("brand", "supplier"),
                    ("sku", "barcode"),
                    ("price", "currency", "stock"),
                    ("slug", "is_active"),
                ]
            },
        ),
        (
            gettext_lazy("Источник"),
            {
                "fields": [
                    ("source", "source_name", "source_id"),
                    "source_url",
                    ("edited_fields", "hand_edits"),
                    ("created_at", "updated_at"),
                ]
            },
        ),
    ]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Product], search_term: str
    ) -> tuple[QuerySet[Product], bool]:
        """By an index, at most MOST_FOUND."""
        if not search_term.strip():
            return queryset, False
        return search.find(queryset, search_term, limit=MOST_FOUND), False

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Product | None:
        """Who saves reads the product under its lock: what the form compares with is still so when it is written."""
        if request.method == "POST" and super().get_object(request, object_id, from_field):
            locked = Product.objects.select_for_update(of=("self",)).order_by().filter(pk=object_id)
            list(locked.values_list("pk"))
        found: Product | None = super().get_object(request, object_id, from_field)
        return found

    def save_model(
        self, request: HttpRequest, obj: Product, form: forms.ModelForm[Product], change: bool
    ) -> None:
        """Write only what the person changed: meanwhile automation may have written the rest."""
        mark_edited(obj, form.changed_data, by=request.user)
        if not change:
            super().save_model(request, obj, form, change)
        elif form.changed_data:
            obj.save(update_fields=[*form.changed_data, *MARKS, "updated_at"])

    def save_related(
        self,
        request: HttpRequest,
        form: forms.ModelForm[Product],
        formsets: Sequence[forms.BaseModelFormSet[ProductImage, forms.ModelForm[ProductImage]]],
        change: bool,
    ) -> None:
        super().save_related(request, form, formsets, change)
        if any(formset.has_changed() for formset in formsets):
            shop_pictures.want(form.instance.images.values_list("url", flat=True))
            mark_edited(form.instance, ["images"], by=request.user)
            form.instance.save(update_fields=[*MARKS, "updated_at"])

    @admin.action(description=gettext_lazy("Снять отметки «изменены человеком»"), permissions=["change"])
    def release_fields(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        count = forget_edits(queryset)
        self.message_user(request, _("Отметки сняты, товаров: {count}.").format(count=count))

    @admin.action(
        description=gettext_lazy("Вернуть источнику цену, валюту и остаток"), permissions=["change"]
    )
    def release_market(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        count = forget_edits(queryset, fields=("price", "currency", "stock"))
        self.message_user(
            request, _("Цена и остаток снова от источника, товаров: {count}.").format(count=count)
        )

    @admin.action(
        description=gettext_lazy("Объединить дубли: остаётся самый старый, остальные импорт не вернёт"),
        permissions=["change", "delete"],
    )
    def merge_products(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        try:
            kept = retiring.merge(queryset, by=request.user)
        except retiring.NothingToMerge as error:
            self.message_user(request, str(error), messages.WARNING)
            return
        self.message_user(request, _("Остался товар №{pk}: {title}.").format(pk=kept.pk, title=kept))

    def get_deleted_objects(
        self, objs: QuerySet[Product] | Sequence[Product], request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[str], list[Any]]:
        """Journals, which nobody deletes by themselves, go with their product: else none with a run could go."""
        deleted, counts, needed, protected = super().get_deleted_objects(objs, request)
        own = {str(model._meta.verbose_name) for model in (Product, ProductImage)}
        return deleted, counts, needed & own, protected

    def delete_model(self, request: HttpRequest, obj: Product) -> None:
        retiring.delete(Product.objects.filter(pk=obj.pk), by=request.user)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        retiring.delete(queryset, by=request.user)


@admin.register(RetiredCode)
class RetiredCodeAdmin(ModelAdmin):
    """Ids that imports leave out; who deletes a row lets the source bring its product back."""

    list_display = ["source_name", "source_id", "title", "merged_into", "by", "at"]
    list_select_related = ["merged_into"]
    list_filter = ["source_name"]
    search_fields = ["source_id", "title"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: RetiredCode | None = None) -> bool:
        return False
