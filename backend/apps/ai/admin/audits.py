from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin import display
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateTimeFilter
from unfold.decorators import display as unfold_display

from apps.ai.admin import shop, sites
from apps.ai.models import AIAudit
from apps.ai.permissions import MODERATE
from apps.ai.services.audit import blind, figures
from apps.ai.types import VARIANT
from utils.admin_lists import LargeList

METHODS = {
    "neighbours": gettext_lazy("похожие товары"),
    "model": gettext_lazy("модель"),
    "second_look": gettext_lazy("второй взгляд"),
}
OUTCOME_COLORS = {"right": "success", "wrong": "danger", "unjudged": "info"}


@admin.register(AIAudit)
class AIAuditAdmin(LargeList, ModelAdmin):
    """What automatic decisions are worth, and the judged ones; those that wait are shown to nobody."""

    list_display = (
        "decided_at",
        "branch_name",
        "outcome_label",
        "decided_category",
        "right_category",
        "sure",
        "method_label",
        "texts_edited",
        "decided_by",
    )
    list_filter = (("outcome", ChoicesDropdownFilter), ("decided_at", RangeDateTimeFilter), "method")
    list_filter_submit = True
    list_select_related = ("decided_by",)
    list_before_template = "admin/ai/audit.html"

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).filter(decided_at__isnull=False)

    def has_view_permission(self, request: HttpRequest, obj: AIAudit | None = None) -> bool:
        return request.user.has_perm(MODERATE)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(MODERATE)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: AIAudit | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: AIAudit | None = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        context = {"audit": figures.report(), "audit_is_on": blind.is_on(), **(extra_context or {})}
        page: HttpResponse = super().changelist_view(request, context)
        return page

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """A row opens the card itself."""
        if request.method == "POST" or not self.has_view_permission(request):
            raise PermissionDenied
        judged = self.get_object(request, object_id)
        if judged is None or judged.run_id is None:
            return HttpResponseRedirect(sites.url(request, "ai_aiaudit_changelist"))
        return HttpResponseRedirect(sites.url(request, "ai_review", judged.run_id))

    @unfold_display(description=gettext_lazy("Итог"), ordering="outcome", label=OUTCOME_COLORS)
    def outcome_label(self, judged: AIAudit) -> tuple[str, str]:
        return judged.outcome, judged.get_outcome_display()

    @display(description=gettext_lazy("Ветка"))
    def branch_name(self, judged: AIAudit) -> str:
        return shop.category_name(judged.branch_id)

    @display(description=gettext_lazy("Решила система"))
    def decided_category(self, judged: AIAudit) -> str:
        return shop.category_name(judged.category_id)

    @display(description=gettext_lazy("Решил человек"))
    def right_category(self, judged: AIAudit) -> str:
        return shop.category_name(judged.final_category_id)

    @display(description=gettext_lazy("Уверенность"), ordering="confidence")
    def sure(self, judged: AIAudit) -> str:
        return f"{judged.confidence:.2f}"

    @display(description=gettext_lazy("Чем решено"), ordering="method")
    def method_label(self, judged: AIAudit) -> str:
        method = judged.method.removeprefix(VARIANT)
        taken_over = _("вариант: ") if method != judged.method else ""
        return taken_over + METHODS.get(method, method)

    @display(description=gettext_lazy("Правил тексты"), boolean=True)
    def texts_edited(self, judged: AIAudit) -> bool:
        return judged.texts_edited
