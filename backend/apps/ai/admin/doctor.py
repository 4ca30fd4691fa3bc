"""Troubles of the installation, and the page that examines it when a person asks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin

from apps.ai.models import Trouble
from apps.ai.services.doctor import examining
from apps.ai.services.doctor.examining import Part
from apps.ai.services.doctor.findings import Examination, State

SEE = "ai.view_trouble"
#: (heading, names of the examinations); those of the shop's other apps stand with the shop.
GROUPS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (
        gettext_lazy("Машина и настройки"),
        ("database", "settings", "secrets", "disk", "clock", "mail", "webhook"),
    ),
    (gettext_lazy("Очередь и процессы"), ("routing", "processes", "broker", "pauses", "failures")),
    (gettext_lazy("Модель, векторы, картинки"), ("provider", "vectors", "synced", "storage")),
    (gettext_lazy("Магазин"), ("tree", "automatic", "money", "owed")),
)
LABELS = {
    State.OK: gettext_lazy("в порядке"),
    State.NOTE: gettext_lazy("к сведению"),
    State.WARNING: gettext_lazy("обратите внимание"),
    State.FAULT: gettext_lazy("неисправно"),
}
_GRAVITY = tuple(State)


@admin.register(Trouble)
class TroubleAdmin(ModelAdmin):
    """What the watcher found, read only."""

    list_display = ("text", "code", "since", "announced_at", "over_at")
    list_filter = ("code",)
    search_fields = ("code", "text")
    list_before_template = "admin/ai/doctor_link.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Trouble | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Trouble | None = None) -> bool:
        return False

    def get_urls(self) -> list[Any]:
        doctor = path("doctor/", self.admin_site.admin_view(self.doctor), name="ai_doctor")
        return [doctor, *super().get_urls()]

    def doctor(self, request: HttpRequest) -> HttpResponseBase:
        """GET shows what would be asked, POST asks: the model's answer costs money, and strange servers are called.

        With `stream` the answer is a line of JSON for each part as soon as it is known.
        """
        if not request.user.has_perm(SEE):
            raise PermissionDenied
        if request.method == "POST" and request.POST.get("stream"):
            answer = StreamingHttpResponse(
                _lines(translation.get_language() or "ru"), content_type="application/x-ndjson"
            )
            answer.headers["X-Accel-Buffering"] = "no"  # nginx would keep the lines together
            answer.headers["Cache-Control"] = "no-store"
            return answer
        return self._page(request)

    def _page(self, request: HttpRequest) -> HttpResponse:
        found, spent = {}, None
        if request.method == "POST":
            report = examining.examine()
            found, spent = {part.examination.name: part for part in report.parts}, report.spent_usd
        context = {
            **self.admin_site.each_context(request),
            "title": _("Проверка системы"),
            "groups": _groups(found),
            "summary": None if spent is None else _summary(list(found.values()), str(spent)),
            "seconds": round(examining.PATIENCE),
            "troubles": Trouble.objects.open(),
        }
        return TemplateResponse(request, "admin/ai/doctor.html", context)


def _groups(found: dict[str, Part]) -> list[dict[str, Any]]:
    """The examinations under their headings, each with what was found; nothing while nobody has asked."""
    examinations = {one.name: one for one in examining.examinations()}
    grouped = {name for _title, names in GROUPS for name in names}
    others = [name for name in examinations if name not in grouped]
    rows = [[title, list(names)] for title, names in GROUPS]
    rows[-1][1] += others
    groups = [
        {
            "title": title,
            "parts": [_part(examinations[name], found.get(name)) for name in names if name in examinations],
        }
        for title, names in rows
    ]
    return [group for group in groups if group["parts"]]


def _part(examination: Examination, part: Part | None) -> dict[str, Any]:
    """For `doctor_part.html`. `state`: the worst of its findings."""
    empty: dict[str, Any] = {
        "name": examination.name,
        "title": examination.title,
        "state": "",
        "findings": [],
    }
    if part is None:
        return empty
    findings = sorted(part.findings, key=lambda one: -_GRAVITY.index(one.state))
    state = findings[0].state if findings else State.OK
    return empty | {
        "state": state.value,
        "label": LABELS[state],
        "seconds": part.seconds,
        "findings": [{"one": finding, "label": LABELS[finding.state]} for finding in findings],
    }


def _lines(language: str) -> Iterator[str]:
    """A line a part, the summary last. By the time they are made, the middleware of the request has ended."""
    with translation.override(language):
        began, parts = timezone.now(), []
        for part in examining.examine_each():
            parts.append(part)
            html = render_to_string("admin/ai/doctor_part.html", {"part": _part(part.examination, part)})
            yield json.dumps({"name": part.examination.name, "html": html}) + "\n"
        summary = _summary(parts, str(examining.spent_since(began)))
        yield json.dumps({"summary": summary}) + "\n"


def _summary(parts: list[Part], spent: str) -> str:
    states = [finding.state for part in parts for finding in part.findings]
    faults, warnings = states.count(State.FAULT), states.count(State.WARNING)
    head = _("Всё работает.") if not faults else _("Неисправно: %d.") % faults
    told = _("Обратите внимание: %d.") % warnings if warnings else ""
    return " ".join(filter(None, (head, told, _("Вопросы к модели стоили %s $.") % spent)))
