"""The filter of runs by how sure their category is."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import RangeNumericFilter


class MeasuredConfidenceFilter(RangeNumericFilter):
    """From … to …: of the runs alone whose confidence was measured; a guess lies in no range."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any] | None:
        found: QuerySet[Any] | None = super().queryset(request, queryset)
        if found is None or not any(self.used_parameters.values()):
            return found
        return found.filter(confidence_measured=True)
