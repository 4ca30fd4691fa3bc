from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin import display
from django.db.models import F, FloatField, Sum
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import (
    ChoicesDropdownFilter,
    RangeDateTimeFilter,
    RangeNumericFilter,
)
from unfold.decorators import display as unfold_display

from apps.ai.admin import display as fragments
from apps.ai.admin import shop, sites
from apps.ai.models import AIDayFigures, AIEditMeasure, AILeafletSection, AIProcessingLog
from apps.ai.models.figures import FigureGroup
from apps.ai.models.texts import Outcome
from utils.admin_lists import LARGE_FIELDS, IndexedValuesFilter, LargeList

OUTCOME_COLORS = {Outcome.CLEAN: "success", Outcome.EDITED: "warning", Outcome.REJECTED: "danger"}
FIELD_NAMES = {
    "title": gettext_lazy("Название"),
    "description": gettext_lazy("Описание"),
    "seo_title": gettext_lazy("SEO-заголовок"),
    "seo_description": gettext_lazy("SEO-описание"),
    "keywords": gettext_lazy("Ключевые слова"),
}


#: Measures that the line above the list sums up: the latest of the filter.
SUMMED = 10_000
#: Columns of a run that no row shows.
RUN_TEXTS = [
    f"run__{one.name}" for one in AIProcessingLog._meta.concrete_fields if isinstance(one, LARGE_FIELDS)
]


class KnownVersionFilter(IndexedValuesFilter):
    """Versions that the figures by day know: the measures themselves are too many to look through."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lookup_choices = AIDayFigures.objects.keys_of(FigureGroup.PROMPT)


class ReadOnlyAdmin(ModelAdmin):
    """A record that is only looked at."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(AIEditMeasure)
class AIEditMeasureAdmin(LargeList, ReadOnlyAdmin):
    """What people changed. The line above the list sums up what the filters leave."""

    list_before_template = "admin/ai/edits.html"
    list_display = (
        "decided_at",
        "run_title",
        "outcome_label",
        "percent",
        "words",
        "category_name",
        "moderator",
        "version",
    )
    list_display_links = ("decided_at", "run_title")
    list_filter = (
        ("outcome", ChoicesDropdownFilter),
        shop.CategoryFilter,
        shop.ModeratorFilter,
        ("share", RangeNumericFilter),
        ("decided_at", RangeDateTimeFilter),
        ("prompt_version", KnownVersionFilter),
    )
    list_filter_submit = True
    list_select_related = ("run", "moderator")
    fields = (
        "run_link",
        ("outcome", "percent", "words"),
        "by_field",
        ("category_name", "moderator", "decided_at"),
        ("llm_model", "language"),
        "prompt_version",
        "templates_used",
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("run", "moderator").defer(*RUN_TEXTS)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        response: HttpResponse = super().changelist_view(request, extra_context)
        context = getattr(response, "context_data", None)
        if context and "cl" in context:
            context["summary"] = _summary(context["cl"].queryset)
        return response

    @display(description=gettext_lazy("Запуск"), ordering="run")
    def run_link(self, measure: AIEditMeasure) -> str:
        if measure.run_id is None:
            return "—"
        link = sites.url(self.admin_site, "ai_aiprocessinglog_change", measure.run_id)
        title = measure.run.generated_title if measure.run else ""
        return format_html('<a href="{}">№{} {}</a>', link, measure.run_id, title or "")

    @display(description=gettext_lazy("Карточка"), ordering="run")
    def run_title(self, measure: AIEditMeasure) -> str:
        title = measure.run.generated_title if measure.run else ""
        return Truncator(title or _("Запуск №{value}").format(value=measure.run_id or "—")).chars(60)

    @display(description=gettext_lazy("Категория"))
    def category_name(self, measure: AIEditMeasure) -> str:
        return shop.category_name(measure.category_id)

    @display(description=gettext_lazy("Промпты"), ordering="prompt_version")
    def version(self, measure: AIEditMeasure) -> str:
        return measure.prompt_version[:8]

    @unfold_display(description=gettext_lazy("Решение"), ordering="outcome", label=OUTCOME_COLORS)
    def outcome_label(self, measure: AIEditMeasure) -> tuple[str, str]:
        return measure.outcome, measure.get_outcome_display()

    @display(description=gettext_lazy("Изменено слов"), ordering="share")
    def percent(self, measure: AIEditMeasure) -> str:
        return f"{measure.share:.1%}".replace(".", ",")

    @display(description=gettext_lazy("По полям"))
    def by_field(self, measure: AIEditMeasure) -> str:
        shares = {FIELD_NAMES.get(name, name): f"{share:.0%}" for name, share in measure.fields.items()}
        return fragments.pairs(shares)

    @display(description=gettext_lazy("Шаблоны в промпте"))
    def templates_used(self, measure: AIEditMeasure) -> str:
        return ", ".join(measure.templates.values_list("name", flat=True)) or "—"


def _summary(measures: Any) -> str:
    latest = AIEditMeasure.objects.filter(pk__in=measures.values("pk")[:SUMMED])
    sums = latest.aggregate(
        all_words=Sum("words"), changed=Sum(F("words") * F("share"), output_field=FloatField())
    )
    if not sums["all_words"]:
        return _("Решений нет.")
    share = f"{sums['changed'] / sums['all_words']:.1%}".replace(".", ",")
    return _("Решений: {count}, изменено слов: {share}.").format(count=latest.count(), share=share)


@admin.register(AILeafletSection)
class AILeafletSectionAdmin(ReadOnlyAdmin):
    """Sections that were translated once. A wrong one is deleted, and asked for anew."""

    list_display = ("source_heading", "heading", "language", "llm_model", "prompt_version", "created_at")
    list_filter = ("language", "llm_model", "prompt_version")
    search_fields = ("source_heading", "heading", "text")
    fields = (
        "source_heading",
        "heading",
        "preview",
        ("language", "llm_model", "prompt_version"),
        "created_at",
    )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser)

    @display(description=gettext_lazy("Перевод"))
    def preview(self, section: AILeafletSection) -> str:
        return fragments.prose(section.text)
