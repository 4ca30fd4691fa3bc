"""Fragments of the admin pages. Everything that comes from outside is escaped or went through the allow-list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from apps.ai.models import AIProcessingLog
from apps.ai.services.audit import blind
from apps.ai.services.keeping.showing import ShownPicture, shown
from apps.ai.text.safety import html

HIDDEN = _("скрыто до решения")
SEVERITY_LABELS = {"blocking": _("стоп"), "warning": _("внимание"), "note": _("заметка")}
SEVERITY_COLORS = {
    "blocking": "bg-red-100 text-red-700 dark:bg-red-500/20 dark:text-red-400",
    "warning": "bg-orange-100 text-orange-700 dark:bg-orange-500/20 dark:text-orange-400",
    "note": "bg-blue-100 text-blue-700 dark:bg-blue-500/20 dark:text-blue-400",
}


def reasons(found: Iterable[Mapping[str, Any]]) -> SafeString | str:
    """A list of findings with coloured severities, their codes, and what each took from the score."""
    return _list(
        format_html(
            '<span class="rounded-default px-2 py-0.5 text-xs font-semibold {}">{}</span> {} '
            '<code class="text-xs">{}</code>{}',
            SEVERITY_COLORS[reason["severity"]],
            SEVERITY_LABELS[reason["severity"]],
            reason["message"],
            reason["code"],
            f" −{reason['score']:.2f}" if reason.get("score") else "",
        )
        for reason in found
    )


def figure(run: AIProcessingLog, name: str) -> str:
    """A figure of the run with two places; while audits are blind, only of decided runs."""
    value = getattr(run, name)
    if value is None:
        return "—"
    return str(HIDDEN) if blind.hides(run) else f"{value:.2f}"


def confidence(run: AIProcessingLog) -> str:
    """How sure the category is, likewise; a guess that nobody measured is no number."""
    if run.category_confidence is None or run.confidence_measured or blind.hides(run):
        return figure(run, "category_confidence")
    return str(_("не измерена"))


def telling(run: AIProcessingLog, name: str) -> str:
    """Another field of the run, likewise."""
    value = getattr(run, name)
    if value in (None, {}):
        return "—"
    return str(HIDDEN if blind.hides(run) else value)


def pairs(values: Mapping[str, Any]) -> SafeString | str:
    """Name: value, one a line."""
    return _list(format_html("<b>{}</b>: {}", name, value) for name, value in values.items())


def names(values: Iterable[str]) -> SafeString | str:
    return _list(format_html("{}", value) for value in values)


def proved(values: Mapping[str, Any], evidence: Mapping[str, str]) -> SafeString | str:
    """Name: value, and the source's words for it, one a line."""
    return _list(
        format_html(
            '<b>{}</b>: {} <span class="text-font-subtle-light">{}</span>',
            name,
            value,
            _quoted(evidence.get(name)),
        )
        for name, value in values.items()
    )


def _quoted(words: str | None) -> str:
    return f"«{words}»" if words else ""


def prose(markup: str | None) -> SafeString | str:
    """Stored HTML as a reader sees it, through the allow-list once more."""
    if not markup:
        return "—"
    return mark_safe(f'<div class="prose max-w-none">{html.clean(markup)}</div>')  # noqa: S308  (cleaned)


def plain(text: str | None) -> SafeString | str:
    """A source's text with its line breaks, as text."""
    return format_html('<div style="white-space: pre-line">{}</div>', html.to_text(text)) if text else "—"


def pictures(urls: Iterable[str]) -> SafeString | str:
    """Small pictures that open the large ones; what no browser loads is shown as text."""
    items = [
        thumbnail(one) if one.src else format_html("<code>{}</code>", one.original)
        for one in shown(urls, broken=True).values()
    ]
    return format_html_join(" ", "{}", ((item,) for item in items)) if items else "—"


def thumbnail(one: ShownPicture) -> SafeString:
    """Where it came from is said when the pointer rests on it."""
    return format_html(
        '<a href="{}" title="{}" target="_blank" rel="noreferrer noopener">'
        '<img src="{}" alt="" loading="lazy" referrerpolicy="no-referrer" '
        'style="display:inline-block;height:96px;max-width:160px;object-fit:contain;border-radius:6px"></a>',
        *(one.src, one.original, one.thumb),
    )


def _list(items: Iterable[SafeString]) -> SafeString | str:
    rows = format_html_join("", '<li class="mb-1">{}</li>', ((item,) for item in items))
    return format_html("<ul>{}</ul>", rows) if rows else "—"
