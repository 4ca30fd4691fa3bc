"""Admin lists that stay fast with millions of rows: no count, no OFFSET, no large columns, filters by an index.

The list has one order, its model's, newest first. A page begins behind the last row of the one before it (`after`), so
that page 3,000 costs as much as the first, and says whether there is more instead of how much there is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db import models
from django.db.models import Q, QuerySet
from django.http import HttpRequest

AFTER = "after"
#: Values of a column that a filter offers.
MOST_VALUES = 30
LARGE_FIELDS = (models.JSONField, models.TextField)


class LargeChangeList(ChangeList):
    """For `LargeList`."""

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.after = request.GET.get(AFTER, "")
        super().__init__(request, *args, **kwargs)
        # It would look for the first and the last day, and for every year between.
        self.date_hierarchy = None

    def get_filters_params(self, params: Any = None) -> Any:
        kept = super().get_filters_params(params)
        kept.pop(AFTER, None)
        return kept

    def get_query_string(self, new_params: Any = None, remove: Any = None) -> str:
        """A filter that is changed begins at the first page."""
        return super().get_query_string(new_params, [*(remove or []), AFTER])

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        names = [str(name) for name in self.lookup_opts.ordering or ()]
        return names if names and names[-1] in ("-pk", "pk") else [*names, "-pk"]

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        rows = super().get_queryset(request, exclude_parameters)
        shown = set(getattr(self.model_admin, "list_load", ()))
        large = [
            field.name
            for field in self.lookup_opts.concrete_fields
            if isinstance(field, LARGE_FIELDS) and field.name not in shown
        ]
        return rows.defer(*large) if large else rows

    def get_results(self, request: HttpRequest) -> None:
        ordering = self.get_ordering(request, self.queryset)
        rows = behind(self.queryset, ordering, self.after, self.root_queryset)
        found: Any = list(rows[: self.list_per_page + 1])
        self.has_more = len(found) > self.list_per_page
        self.result_list: Any = found[: self.list_per_page]
        self.result_count = len(self.result_list)
        self.full_result_count = None
        self.show_full_result_count = False
        self.show_admin_actions = bool(found)
        self.can_show_all, self.multi_page = False, False
        self.paginator = self.model_admin.get_paginator(request, self.result_list, self.list_per_page)

    @property
    def next_url(self) -> str:
        """The next page's address; "" when there is none."""
        return super().get_query_string({AFTER: self.result_list[-1].pk}) if self.has_more else ""

    @property
    def first_url(self) -> str:
        return self.get_query_string() if self.after else ""


class LargeList:
    """For a ModelAdmin. `list_load`: large columns that its rows do show."""

    change_list_template = "admin/ai/large_list.html"
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_load: Sequence[str] = ()
    list_per_page = 50
    #: Whole-number columns, each with an index, that a search for a number looks in.
    search_numbers: Sequence[str] = ()

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Django's own search for a whole number compares it as text, which no index answers."""
        number = search_term.strip()
        if not self.search_numbers or not number:
            return super().get_search_results(request, queryset, search_term)  # type: ignore[misc, no-any-return]
        if not number.isdecimal() or len(number) > 18:
            return queryset.none(), False
        return queryset.filter(
            Q(*((name, int(number)) for name in self.search_numbers), _connector=Q.OR)
        ), False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return LargeChangeList

    def get_sortable_by(self, request: HttpRequest) -> Sequence[str]:
        """Another order than the list's own would sort the whole table."""
        return ()


def behind(rows: QuerySet[Any], ordering: Sequence[str], after: str, every: QuerySet[Any]) -> QuerySet[Any]:
    """The rows that come behind the row whose key is `after`, or all when there is no such row."""
    last = every.filter(pk=after).first() if after.isdecimal() and len(after) < 19 else None
    if last is None:
        return rows
    wanted, same = Q(), Q()
    for name in ordering:
        plain = name.removeprefix("-")
        value = last.pk if plain == "pk" else getattr(last, plain)
        wanted |= same & Q(**{f"{plain}__{'lt' if name.startswith('-') else 'gt'}": value})
        same &= Q(**{plain: value})
    # Said once more for the first column alone: that is what an index begins at.
    first = ordering[0].removeprefix("-")
    edge = "lte" if ordering[0].startswith("-") else "gte"
    value = last.pk if first == "pk" else getattr(last, first)
    return rows.filter(Q(**{f"{first}__{edge}": value}) & wanted)


class IndexedValuesFilter(admin.AllValuesFieldListFilter):
    """The values of an indexed column, each found by one step through the index instead of reading all rows."""

    lookup_choices: Any

    def __init__(
        self,
        field: Any,
        request: HttpRequest,
        params: dict[str, Any],
        model: type[models.Model],
        model_admin: Any,
        field_path: str,
    ) -> None:
        self.lookup_kwarg = field_path
        self.lookup_kwarg_isnull = f"{field_path}__isnull"
        value = params.get(field_path)
        self.lookup_val = value[-1] if value else None
        self.lookup_val_isnull = None
        self.empty_value_display = model_admin.get_empty_value_display()
        self.lookup_choices = values_of(model, field_path)
        admin.FieldListFilter.__init__(self, field, request, params, model, model_admin, field_path)


def values_of(model: type[models.Model], name: str) -> list[Any]:
    """The first MOST_VALUES different values of an indexed column, in order."""
    rows: Any = model._default_manager.order_by(name).values_list(name, flat=True)
    found: list[Any] = []
    value = rows.first()
    while value is not None and len(found) < MOST_VALUES:
        found.append(value)
        value = rows.filter(**{f"{name}__gt": value}).first()
    return found
