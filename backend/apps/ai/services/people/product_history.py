"""What happened to a product's card, in order and in words: runs, decisions, what was written and taken back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from apps.ai.models import AIPictureOrder, AIProcessingLog, AppliedChange
from apps.ai.models.processing import SUPERSEDED, Status
from apps.ai.services.people import differences, refusals
from apps.ai.services.people.differences import Change

#: Runs and changes of a product that are told, the latest.
MOST = 50


@dataclass(frozen=True, slots=True)
class Event:
    """`kind` names an icon: "run", "person", "live" or "back". `changes`: field label → what it did to the text."""

    at: datetime
    kind: str
    text: str
    who: str = ""
    run_id: int | None = None
    change_id: int | None = None
    may_roll_back: bool = False
    changes: Mapping[str, list[Change]] | None = None


def events_of(product_id: int) -> list[Event]:
    """The latest first."""
    runs = AIProcessingLog.objects.filter(product_id=product_id).order_by("-pk")
    columns = ("history", "status", "source", "created_at", "completed_at", "processing_type", "error_code")
    found = [event for run in runs.only(*columns)[:MOST] for event in _of_run(run)]
    changes = AppliedChange.objects.filter(product_id=product_id).select_related("applied_by", "reverted_by")
    found += [event for change in changes[:MOST] for event in _of_change(change)]
    orders = AIPictureOrder.objects.filter(product_id=product_id).select_related("by")
    found += [event for order in orders[:MOST] for event in _of_pictures(order)]
    return sorted(found, key=lambda event: event.at, reverse=True)


def _of_pictures(order: AIPictureOrder) -> Iterator[Event]:
    who = str(order.by) if order.by else ""
    count = len(order.after["dropped"]) - len(order.before["dropped"])
    said = _("Фотографии переставлены")
    if count > 0:
        said = _("Убрано фотографий: %(count)s") % {"count": count}
    elif count < 0:
        said = _("Возвращено фотографий: %(count)s") % {"count": -count}
    yield Event(order.at, "person", said, who)
    if order.undone_at is not None:
        yield Event(order.undone_at, "back", _("Прежний порядок фотографий возвращён"), who)


def _of_run(run: AIProcessingLog) -> Iterator[Event]:
    mode = run.get_processing_type_display().lower()
    yield Event(
        run.created_at, "run", _("Заказана обработка: %(mode)s") % {"mode": mode}, _asker(run), run.pk
    )
    if run.completed_at is not None:
        yield Event(run.completed_at, "run", _ended(run), run_id=run.pk)
    for entry in run.history:
        at = parse_datetime(entry["at"])
        if at is not None:
            yield Event(at, "person", _act(entry), str(entry.get("name", "")), run.pk)


def _asker(run: AIProcessingLog) -> str:
    """Who ordered the run, as people say it; a parser or a program by its own name."""
    return {
        "moderator": _("модератор"),
        "parser": _("импорт"),
        "sweeper": _("по расписанию"),
        "mass": _("массовая обработка"),
        "api": _("через API"),
        "admin": _("из админки"),
    }.get(run.source, run.source)


def _ended(run: AIProcessingLog) -> str:
    if run.error_code == SUPERSEDED:
        return _("Карточка готова; позже её заменила более новая")
    if run.status == Status.FAILED:
        return _("Обработка не удалась")
    if run.status == Status.APPROVED and not run.history:
        return _("Карточка готова и применена автоматически")
    return _("Карточка готова")


def _act(entry: Mapping[str, Any]) -> str:
    names = ", ".join(refusals.field_name(name) for name in entry.get("fields", ()))
    said = refusals.ACTS.get(entry["what"], entry["what"]).capitalize()
    return ": ".join(filter(None, (said, names, entry.get("note", ""))))


def _of_change(change: AppliedChange) -> Iterator[Event]:
    names = ", ".join(refusals.field_name(name) for name in change.after)
    yield Event(
        change.applied_at,
        "live",
        _("На сайт записано: %(names)s") % {"names": names},
        str(change.applied_by) if change.applied_by else _("автоматически"),
        change.run_id,
        change.pk,
        change.reverted_at is None,
        {
            refusals.field_name(name): differences.words(
                differences.readable(name, change.before.get(name)), differences.readable(name, value)
            )
            for name, value in change.after.items()
            if name != "category"
        },
    )
    if change.reverted_at is not None:
        who = str(change.reverted_by) if change.reverted_by else ""
        yield Event(change.reverted_at, "back", _("Запись на сайте откачена"), who, change.run_id, change.pk)
