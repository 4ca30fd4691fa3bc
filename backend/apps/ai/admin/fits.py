from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.contrib.admin import display
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin

from apps.ai import catalog
from apps.ai.models import AICategoryFit
from apps.ai.permissions import MODERATE
from apps.ai.types import NEIGHBOURS

METHODS = {
    "neighbours": gettext_lazy("без модели, по подтверждённым товарам"),
    "model": gettext_lazy("выбор модели"),
}
NONE_IS_SAFE = gettext_lazy("нет: решает человек")


@admin.register(AICategoryFit)
class AICategoryFitAdmin(ModelAdmin):
    """How sure categories are, and from which confidence on nobody need look; made by `fit_categories`."""

    list_display = ("created_at", "confirmed", "decided", "tested", "right", "error", "threshold")
    fields = (
        ("created_at", "embedding_model"),
        ("confirmed", "decided", "tested"),
        "target_precision",
        "thresholds",
        "tables",
    )
    readonly_fields = ("created_at", "thresholds", "tables")

    def get_queryset(self, request: HttpRequest) -> QuerySet[AICategoryFit]:
        rows: QuerySet[AICategoryFit] = super().get_queryset(request).defer("classifier")
        return rows

    def has_view_permission(self, request: HttpRequest, obj: AICategoryFit | None = None) -> bool:
        return request.user.has_perm(MODERATE)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(MODERATE)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: AICategoryFit | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: AICategoryFit | None = None) -> bool:
        return False

    @display(description=gettext_lazy("Верных"))
    def right(self, fit: AICategoryFit) -> str:
        return _percent(fit.reliability.get(NEIGHBOURS, {}).get("accuracy"))

    @display(description=gettext_lazy("Ошибка калибровки"))
    def error(self, fit: AICategoryFit) -> str:
        return _number(fit.reliability.get(NEIGHBOURS, {}).get("calibration_error"))

    @display(description=gettext_lazy("Порог магазина"))
    def threshold(self, fit: AICategoryFit) -> str:
        return _threshold(fit.calibrations.get(NEIGHBOURS, {}).get("threshold"))

    @display(description=gettext_lazy("Пороги"))
    def thresholds(self, fit: AICategoryFit) -> str:
        """Of the shop, and of branches that have data enough of their own."""
        names = {str(node.id): node.path_text for node in catalog.get().categories()}
        rows = [
            (METHODS.get(method, method), names.get(str(branch), _("весь магазин")), _threshold(value))
            for method, fitted in fit.calibrations.items()
            for branch, value in {"": fitted["threshold"], **fitted["branches"]}.items()
        ]
        return _table((_("Как выбрана категория"), _("Ветка"), _("Автоматически от")), rows)

    @display(description=gettext_lazy("Надёжность"))
    def tables(self, fit: AICategoryFit) -> str:
        """Confidences against how often they were right, on choices that were not used to fit them."""
        parts = [
            format_html(
                _("<p><strong>{}</strong>: {} товаров, верных {}, ошибка калибровки {}, Brier {}</p>{}"),
                METHODS.get(method, method),
                found["products"],
                _percent(found["accuracy"]),
                _number(found["calibration_error"]),
                _number(found["brier"]),
                _table((_("Уверенность от"), _("Товаров"), _("В среднем"), _("Верных")), _bins(found)),
            )
            for method, found in fit.reliability.items()
        ]
        return format_html_join("", "{}", ((part,) for part in parts))


def _bins(reliability: Mapping[str, Any]) -> list[tuple[str, int, str, str]]:
    return [
        (_number(edge), count, _number(mean), _percent(share))
        for edge, count, mean, share in reliability["bins"]
        if count
    ]


def _table(heads: tuple[str, ...], rows: list[Any]) -> str:
    cell = "<td class='pr-4'>{}</td>" * len(heads)
    return format_html(
        "<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>",
        format_html_join("", "<th class='pr-4 text-left'>{}</th>", ((head,) for head in heads)),
        format_html_join("", f"<tr>{cell}</tr>", rows),
    )


def _threshold(value: float | None) -> str:
    return NONE_IS_SAFE if value is None or value > 1.0 else _number(value)


def _number(value: float | None) -> str:
    return "—" if value is None else f"{value:.3f}"


def _percent(value: float | None) -> str:
    return "—" if value is None else f"{value:.1%}"
