"""The page of charts, and each of them as CSV."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.ai.admin import charts_svg as svg
from apps.ai.models.figures import FigureGroup
from apps.ai.permissions import MODERATE
from apps.ai.services.desk import series

#: The right to see what is paid: the ledger's own.
SEE_MONEY = "ai.view_aicall"
#: Reasons that the page shows; the CSV has all.
MOST_REASONS = 8
GROUPS = {
    "category": (FigureGroup.CATEGORY, gettext_lazy("категориям")),
    "prompt": (FigureGroup.PROMPT, gettext_lazy("версиям промптов")),
    "model": (FigureGroup.MODEL, gettext_lazy("моделям")),
    "moderator": (FigureGroup.MODERATOR, gettext_lazy("модераторам")),
}


@dataclass(frozen=True, slots=True)
class Chart:
    """`rows`: of the CSV. `drawn`: the SVG, "" where the template shows a table of `parts`."""

    name: str
    title: str
    note: str
    rows: Callable[[], list[Any]]
    drawn: SafeString | str = ""
    parts: tuple[series.Part, ...] = ()


def urls(of: admin.ModelAdmin[Any]) -> list[Any]:
    return [path("charts/", of.admin_site.admin_view(lambda request: page(of, request)), name="ai_charts")]


def page(of: admin.ModelAdmin[Any], request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm(MODERATE):
        raise PermissionDenied
    span = int(days) if (days := request.GET.get("days", "30")) in map(str, series.SPANS) else 30
    by = chosen if (chosen := request.GET.get("by", "category")) in GROUPS else "category"
    charts = _charts(span, by, money=request.user.has_perm(SEE_MONEY))
    if wanted := request.GET.get("csv"):
        return _csv(charts, wanted)
    context = {
        **of.admin_site.each_context(request),
        "title": _("Графики"),
        "charts": charts,
        "span": span,
        "spans": series.SPANS,
        "by": by,
        "groups": {name: label for name, (_group, label) in GROUPS.items()},
    }
    return TemplateResponse(request, "admin/ai/desk_charts.html", context)


def _charts(span: int, by: str, *, money: bool) -> list[Chart]:
    days, group = series.days(span), GROUPS[by][0]
    parts, reasons, sure = series.parts(group, span), series.reasons(span), series.reliability(span)
    found = [
        _throughput(days),
        _automatic(days),
        _reliability(sure),
        Chart(
            "reasons",
            _("Почему карточки идут к людям"),
            "",
            lambda: list(reasons),
            parts=tuple(reasons[:MOST_REASONS]),
        ),
        Chart(
            "parts",
            _("Приёмка и правки"),
            _("Из решений людей: сколько одобрено, и какую долю слов поправили."),
            lambda: list(parts),
            parts=tuple(part for part in parts if part.decisions or part.judged)[: series.ROWS],
        ),
    ]
    return [*found, _spend(days)] if money else found


def _throughput(days: list[series.Day]) -> Chart:
    stacks = [
        (_("автоматически"), "auto", [one.counts["automatic"] for one in days]),
        (_("одобрено людьми"), "people", [one.counts["kept"] + one.counts["edited"] for one in days]),
        (_("отклонено"), "bad", [one.counts["rejected"] for one in days]),
        (_("ошибки"), "grey", [one.counts["failed"] for one in days]),
    ]
    drawn = svg.bars(_names(days), stacks, label=_("Карточки по дням"))
    return Chart("throughput", _("Карточки по дням"), "", lambda: list(days), drawn)


def _automatic(days: list[series.Day]) -> Chart:
    shares = [(_("автоматически"), "auto", [one.automatic_share for one in days])]
    drawn = svg.lines(_names(days), shares, label=_("Доля вышедших автоматически"))
    note = _("Из всех карточек, вышедших в магазин за день.")
    return Chart("automatic", _("Доля автоматических"), note, lambda: list(days), drawn)


def _reliability(sure: list[series.Part]) -> Chart:
    points = [
        (
            (int(part.key) + 0.5) / 10,
            part.right_share,
            part.judged,
            f"{part.label}: {100 * part.right_share:.1f} % ({part.judged})",
        )
        for part in sure
        if part.right_share is not None and part.key.isdecimal()
    ]
    drawn = svg.curve(points, label=_("Насколько верна уверенность")) if points else ""
    note = _("По горизонтали — уверенность в категории, по вертикали — как часто человек с ней согласился.")
    return Chart("reliability", _("Насколько верна уверенность"), note, lambda: list(sure), drawn)


def _spend(days: list[series.Day]) -> Chart:
    stacks = [(_("расходы, $"), "auto", [one.usd for one in days])]
    drawn = svg.bars(_names(days), stacks, label=_("Расходы по дням, $"), unit=" $")
    return Chart("spend", _("Расходы по дням, $"), "", lambda: list(days), drawn)


def _names(days: list[series.Day]) -> list[str]:
    return [f"{one.day:%d.%m}" for one in days]


def _csv(charts: list[Chart], wanted: str) -> HttpResponse:
    """With a byte order mark, so that a spreadsheet reads the Cyrillic."""
    chart = next((one for one in charts if one.name == wanted), None)
    if chart is None:
        raise Http404
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{chart.name}.csv"'
    writer = csv.writer(response)
    writer.writerows([[_cell(value) for value in row] for row in series.table(chart.rows())])
    return response


def _cell(value: Any) -> Any:
    """A name that a spreadsheet would take for a formula is text."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
