from __future__ import annotations

from django_filters import rest_framework as filters

from apps.ai.models import AIModerationQueue, AIProcessingLog, AITemplate


class AIProcessingLogFilter(filters.FilterSet):
    product_id = filters.NumberFilter(field_name="product_id")
    created_after = filters.IsoDateTimeFilter(field_name="created_at", lookup_expr="gte")
    created_before = filters.IsoDateTimeFilter(field_name="created_at", lookup_expr="lt")

    class Meta:
        model = AIProcessingLog
        fields = ["status", "processing_type", "source", "suggested_category"]


class AIModerationQueueFilter(filters.FilterSet):
    resolved = filters.BooleanFilter(field_name="resolved_at", lookup_expr="isnull", exclude=True)
    mine = filters.BooleanFilter(method="filter_mine")

    class Meta:
        model = AIModerationQueue
        fields = ["priority", "reason", "assigned_to"]

    def filter_mine(self, queryset, name, value):  # type: ignore[no-untyped-def]
        return queryset.filter(assigned_to=self.request.user) if value else queryset


class AITemplateFilter(filters.FilterSet):
    class Meta:
        model = AITemplate
        fields = ["template_type", "category", "language", "is_active"]
