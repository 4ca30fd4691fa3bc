from __future__ import annotations

from typing import Any

from celery import current_app
from django.contrib import admin
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin

from apps.ai.admin import shop, sites
from apps.ai.models import AITaxonomyReport
from apps.ai.permissions import MODERATE

TASK = "apps.ai.tasks.taxonomy_report"
#: Sections in the order of the page: key of the report, heading, what to do about it.
SECTIONS = (
    (
        "confused",
        gettext_lazy("Путают друг с другом"),
        gettext_lazy("Уточните названия и слова для поиска или объедините."),
    ),
    (
        "duplicate_names",
        gettext_lazy("Одинаковые названия"),
        gettext_lazy("Слова те же, отличаются только формой или порядком."),
    ),
    (
        "duplicate_meaning",
        gettext_lazy("Близкие по смыслу"),
        gettext_lazy("Похожи названия и слова для поиска: возможно, одна и та же."),
    ),
    (
        "same_name",
        gettext_lazy("Одно название в разных ветках"),
        gettext_lazy("Так можно, если ветки действительно разные."),
    ),
    ("chains", gettext_lazy("Единственная вложенная"), gettext_lazy("Уровень ничего не уточняет.")),
    ("empty", gettext_lazy("Пустые"), gettext_lazy("Нет ни товаров, ни подтверждённых примеров.")),
)


@admin.register(AITaxonomyReport)
class AITaxonomyReportAdmin(ModelAdmin):
    """The latest report on the tree; a worker makes a new one."""

    list_display = ("created_at", "seconds")
    list_before_template = "admin/ai/taxonomy.html"
    list_per_page = 10

    def has_view_permission(self, request: HttpRequest, obj: AITaxonomyReport | None = None) -> bool:
        return request.user.has_perm(MODERATE)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(MODERATE)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: AITaxonomyReport | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: AITaxonomyReport | None = None) -> bool:
        return False

    def get_urls(self) -> list[Any]:
        make = path("make/", self.admin_site.admin_view(self.make), name="ai_taxonomy_make")
        return [make, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        shown = (extra_context or {}).get("report") or AITaxonomyReport.objects.first()
        context = {
            "report": shown,
            "sections": _sections(self.admin_site, shown),
            "make_url": sites.url(request, "ai_taxonomy_make"),
        }
        page: HttpResponse = super().changelist_view(request, {**(extra_context or {}), **context})
        return page

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """A row shows its report above the list."""
        if request.method == "POST":
            raise PermissionDenied
        if not self.has_view_permission(request):
            raise PermissionDenied  # before it is told whether there is such a report
        report = self.get_object(request, object_id)
        if report is None:
            raise Http404
        return self.changelist_view(request, {"report": report})

    def make(self, request: HttpRequest) -> HttpResponse:
        """Ask a worker for a new report: it reads vectors, which a web request never does."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not request.user.has_perm(MODERATE):
            raise PermissionDenied
        current_app.send_task(TASK, queue="ai")
        self.message_user(request, _("Отчёт составляется: обновите страницу через минуту."))
        return HttpResponseRedirect(sites.url(request, "ai_aitaxonomyreport_changelist"))


def _linked(where: AdminSite, row: dict[str, Any]) -> dict[str, Any]:
    """The finding, each of its categories with a link; one that has gone keeps the path of the report's day."""
    return row | {
        "categories": [
            {"link": shop.category_link(where, one["id"], one["path"])} for one in row["categories"]
        ]
    }


def _sections(where: AdminSite, report: AITaxonomyReport | None) -> list[dict[str, Any]]:
    if report is None:
        return []
    return [
        {
            "title": title,
            "advice": advice,
            "rows": [_linked(where, row) for row in report.figures.get(key, [])],
            "total": report.figures.get("totals", {}).get(key, 0),
        }
        for key, title, advice in SECTIONS
    ]
