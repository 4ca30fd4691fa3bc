"""Numbers and times as the desk's pages write them."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.translation import ngettext

register = template.Library()


@register.filter
def thousands(value: int | float | None) -> str:
    """12345 → "12 345", with spaces that do not break."""
    return "—" if value is None else f"{value:,.0f}".replace(",", "\u00a0")


@register.filter
def percent(value: float | None) -> str:
    """0.973 → "97,3 %"; a dash when there was nothing to divide by."""
    return "—" if value is None else f"{100 * value:.1f}\u00a0%".replace(".", ",")


@register.filter
def waited(since: datetime | None) -> str:
    """How long something waits, in its largest unit."""
    if since is None:
        return "—"
    return duration((timezone.now() - since).total_seconds())


@register.filter
def duration(seconds: float | None) -> str:
    if seconds is None:
        return "—"
    minutes = max(0, int(seconds // 60))
    if minutes < 60:
        return ngettext("%(n)d мин", "%(n)d мин", minutes) % {"n": minutes}
    hours = minutes // 60
    if hours < 48:
        return ngettext("%(n)d ч", "%(n)d ч", hours) % {"n": hours}
    days = hours // 24
    return ngettext("%(n)d дн.", "%(n)d дн.", days) % {"n": days}
