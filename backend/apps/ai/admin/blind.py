"""While audits are blind: lists that are neither ordered nor searched by what would tell an audited card."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest

from apps.ai.services.audit import blind
from utils.admin_lists import IndexedValuesFilter, LargeChangeList, LargeList

#: Fields that no address may search by.
FIELDS = frozenset({"audit", "stage_results", "reasons", "category_confidence", "category_alternatives"}) | {
    *blind.TELLING,
    "confidence_measured",
}


class BlindChangeList(LargeChangeList):
    """A large list has one order, whatever the address says: none that would tell."""

    def __init__(
        self, request: HttpRequest, model: Any, list_display: Any, links: Any, filters: Any, *rest: Any
    ) -> None:
        large = [("source", IndexedValuesFilter) if one == "source" else one for one in filters]
        super().__init__(request, model, list_display, links, large, *rest)


class BlindList(LargeList):
    """For a ModelAdmin whose rows are runs, or belong to one."""

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return BlindChangeList

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        if blind.is_on() and FIELDS & set(lookup.split("__")):
            return False
        allowed: bool = super().lookup_allowed(lookup, value, request)  # type: ignore[misc]
        return allowed
