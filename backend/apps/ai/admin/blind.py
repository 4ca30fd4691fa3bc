"""While audits are blind: lists that are neither ordered nor searched by what would tell an audited card."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest

from apps.ai.services.audit import blind

#: Columns whose order would tell.
COLUMNS = frozenset({"confidence", "quality", "cost"})
#: Fields that no address may search by.
FIELDS = frozenset({"audit", "stage_results", "reasons", "category_confidence", "category_alternatives"}) | {
    *blind.TELLING
}


class BlindChangeList(ChangeList):
    """Django takes an order by any column from the address, sortable or not."""

    def get_ordering_field(self, field_name: Any) -> Any:
        return None if blind.is_on() and field_name in COLUMNS else super().get_ordering_field(field_name)


class BlindList:
    """For a ModelAdmin whose rows are runs, or belong to one."""

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return BlindChangeList

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        if blind.is_on() and FIELDS & set(lookup.split("__")):
            return False
        allowed: bool = super().lookup_allowed(lookup, value, request)  # type: ignore[misc]
        return allowed

    def get_sortable_by(self, request: HttpRequest) -> Any:
        columns = super().get_sortable_by(request)  # type: ignore[misc]
        return [name for name in columns if name not in COLUMNS] if blind.is_on() else columns
