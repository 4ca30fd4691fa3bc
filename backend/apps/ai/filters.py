from __future__ import annotations

from datetime import UTC
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from django_filters.fields import IsoDateTimeField

from apps.ai.models import AIModerationQueue, AIProcessingLog, AITemplate
from apps.ai.models.moderation import STATES

YES, NO = ("true", "True", "1"), ("false", "False", "0")


class IntegerFilter(filters.NumberFilter):
    """A whole number; django_filters' own takes 1.5 for 1."""

    field_class = forms.IntegerField

    def get_max_validator(self) -> None:
        return None


class YesNoFilter(filters.TypedChoiceFilter):
    """true or false; anything else is an error, not "no filter"."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        words = [(word, word) for word in (*YES, *NO)]
        super().__init__(*args, choices=words, coerce=YES.__contains__, **kwargs)


class MomentField(IsoDateTimeField):
    """In UTC: PostgreSQL refuses offsets that Python takes, such as -19:03."""

    def to_python(self, value: Any) -> Any:
        moment = super().to_python(value)
        try:
            return moment and moment.astimezone(UTC)
        except OverflowError as error:
            raise forms.ValidationError(_("Такой даты нет."), code="invalid") from error


class MomentFilter(filters.IsoDateTimeFilter):
    field_class = MomentField


class AIProcessingLogFilter(filters.FilterSet):
    product_id = IntegerFilter(field_name="product_id")
    created_after = MomentFilter(field_name="created_at", lookup_expr="gte")
    created_before = MomentFilter(field_name="created_at", lookup_expr="lt")

    class Meta:
        model = AIProcessingLog
        fields = ["status", "processing_type", "source", "suggested_category"]


class AIModerationQueueFilter(filters.FilterSet):
    """`state`: the admin's own words. `resolved` and `mine` say parts of the same."""

    state = filters.ChoiceFilter(choices=list(STATES.items()), method="filter_state")
    resolved = YesNoFilter(field_name="resolved_at", lookup_expr="isnull", exclude=True)
    mine = YesNoFilter(method="filter_mine")

    class Meta:
        model = AIModerationQueue
        fields = ["priority", "reason", "assigned_to"]

    def filter_state(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.in_state(value, user=self.request.user)

    def filter_mine(self, queryset: Any, name: str, value: bool) -> Any:
        return queryset.filter(assigned_to=self.request.user) if value else queryset


class AITemplateFilter(filters.FilterSet):
    is_active = YesNoFilter(field_name="is_active")

    class Meta:
        model = AITemplate
        fields = ["template_type", "category", "language"]
