"""What the pages show of the shop: products, categories and people by name, all through the port."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import DropdownFilter
from unfold.widgets import UnfoldAdminAutocompleteWidget

from apps.ai import catalog
from apps.ai.admin import sites
from apps.ai.host import category_model
from apps.ai.models import AIDayFigures
from apps.ai.models.figures import FigureGroup
from apps.ai.permissions import MODERATE
from apps.ai.services import composition

#: Products by their title that a search in a list goes through.
MOST_FOUND = 1000
#: Categories of one page of the drop-down.
PAGE = 20


def category_name(category_id: int | None) -> str:
    node = composition.category_index().nodes.get(category_id or 0)
    return node.name if node else "—"


def category_path(where: AdminSite, category_id: int | None) -> str:
    """The full path, as a link to the category where the shop has a page for it."""
    node = composition.category_index().nodes.get(category_id or 0)
    return category_link(where, node.id, node.path_text) if node else "—"


def category_link(where: AdminSite, category_id: int, text: str) -> str:
    url = sites.here(where, catalog.get().category_admin_url(category_id))
    return format_html('<a class="text-primary-600" href="{}">{}</a>', url, text) if url else text


def product_link(where: AdminSite, product_id: int, title: str) -> str:
    """The title, with the pages on which a person edits the product and a buyer sees it, where there are any."""
    edited, seen = sites.here(where, catalog.get().admin_url(product_id)), catalog.get().shop_url(product_id)
    link = '<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>'
    name = format_html(link, edited, title) if edited else title
    return format_html(_('{} · <a href="{}">на сайте</a>'), name, seen) if seen else name


def product_title(product_id: int) -> str:
    return catalog.get().titles([product_id]).get(product_id) or _("Товар {product_id}").format(
        product_id=product_id
    )


def people(user_ids: Iterable[Any]) -> list[tuple[str, str]]:
    """Choices for a drop-down, by name."""
    names = catalog.get().people(user_ids)
    return sorted(((str(key), name) for key, name in names.items()), key=lambda choice: choice[1].casefold())


class ProductList:
    """For a ModelAdmin whose rows belong to products: their titles by one query a page, and the search for them.

    `product_lookup`: where a row has its product's id.
    """

    product_lookup = "product_id"

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        changes = super().get_changelist_instance(request)  # type: ignore[misc]
        rows = list(changes.result_list)
        titles = catalog.get().titles({self._product_id(row) for row in rows})
        for row in rows:
            row.title_in_shop = titles.get(self._product_id(row), "")
        changes.result_list = rows
        return changes

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        """Only what an index answers: numbers. Words find products, and those their rows."""
        fields = super().get_search_fields(request)  # type: ignore[misc]
        return [name for name in fields if name.startswith("=")]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        words = search_term.strip()
        if not words:
            return queryset, False
        found = Q(**{f"{self.product_lookup}__in": catalog.get().search(words, limit=MOST_FOUND)})
        if words.isdecimal() and len(words) < 19:
            found |= Q(pk=int(words))
        return queryset.filter(found), False

    def listed_title(self, row: Any) -> str:
        product_id = self._product_id(row)
        title = getattr(row, "title_in_shop", None)
        return (product_title(product_id) if title is None else title)[:80] or _("Товар {product_id}").format(
            product_id=product_id
        )

    def _product_id(self, row: Any) -> int:
        for name in self.product_lookup.split("__"):
            row = getattr(row, name)
        return int(row)


class CategorySelect(UnfoldAdminAutocompleteWidget):
    """A drop-down over the tree, which may have thousands of leaves: what is typed is looked for by its path."""

    any_category = False
    admin_site: AdminSite

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        url = sites.url(self.admin_site, "ai_categories") + ("?any=1" if self.any_category else "")
        context["widget"]["attrs"] |= {
            "data-ajax--url": url,
            "data-allow-clear": json.dumps(not self.is_required),
        }
        return context

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> list[Any]:
        """Only the chosen one: the others come as they are looked for."""
        nodes = composition.category_index().nodes
        chosen = [nodes[int(key)] for key in value if key.isdecimal() and int(key) in nodes]
        options = [("", "")] + [(str(node.id), node.path_text) for node in chosen]
        subgroup = [
            self.create_option(name, key, label, key in value, place, attrs=attrs)
            for place, (key, label) in enumerate(options)
        ]
        return [(None, subgroup, 0)]


class ChoosesCategory:
    """For a ModelAdmin whose forms name a category. `any_category`: also one that has others below it."""

    any_category = False

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.related_model is not category_model():
            return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]
        widget = CategorySelect()
        widget.any_category = self.any_category
        widget.admin_site = self.admin_site  # type: ignore[attr-defined]
        return forms.ModelChoiceField(
            queryset=category_model()._base_manager.all(),
            required=not db_field.blank,
            label=db_field.verbose_name,
            help_text=db_field.help_text,
            widget=widget,
        )


class CategorySearch:
    """For the ModelAdmin under whose address the drop-down's answers lie."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.find_categories)  # type: ignore[attr-defined]
        return [path("categories/", view, name="ai_categories"), *super().get_urls()]  # type: ignore[misc]

    def find_categories(self, request: HttpRequest) -> JsonResponse:
        """What select2 asks for: categories all of whose words are found in the path, a page at a time."""
        if not (request.user.has_perm(MODERATE) or request.user.has_perm("ai.view_aitemplate")):
            raise PermissionDenied
        words = request.GET.get("term", "").casefold().split()
        page = max(1, int(number) if (number := request.GET.get("page", "1")).isdecimal() else 1)
        wanted = [
            node
            for node in catalog.get().categories()
            if (node.is_leaf or "any" in request.GET)
            and node.is_active
            and all(word in node.path_text.casefold() for word in words)
        ]
        shown = sorted(wanted, key=lambda node: node.path)[(page - 1) * PAGE : page * PAGE]
        return JsonResponse(
            {
                "results": [{"id": str(node.id), "text": node.path_text} for node in shown],
                "pagination": {"more": page * PAGE < len(wanted)},
            }
        )


class CategoryFilter(DropdownFilter):
    """Categories that people have decided in, as the figures by day know them."""

    title = gettext_lazy("категория")
    parameter_name = "category"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        nodes = {str(node.id): node for node in catalog.get().categories()}
        known = AIDayFigures.objects.keys_of(FigureGroup.CATEGORY)
        found = [nodes[key] for key in known if key in nodes]
        return [(str(node.id), node.path_text) for node in sorted(found, key=lambda node: node.path)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        return queryset.filter(category_id=value) if value and value.isdecimal() else queryset


class ModeratorFilter(DropdownFilter):
    """People who have decided cards, as the figures by day know them."""

    title = gettext_lazy("модератор")
    parameter_name = "moderator"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return people(AIDayFigures.objects.keys_of(FigureGroup.MODERATOR))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        known = {key for key, _ in self.lookup_choices}
        return queryset.filter(moderator_id=self.value()) if self.value() in known else queryset
