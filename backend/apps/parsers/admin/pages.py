"""What the page of an import shows."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.parsers.models import ParserRun, RunState
from apps.parsers.services import remote_pictures
from apps.parsers.services.runs import processing, trial

KINDS = {
    "error": gettext_lazy("ошибка"),
    "broken": gettext_lazy("файл не прочитан"),
    "look": gettext_lazy("нужен взгляд"),
    "partial": gettext_lazy("лента неполна"),
    "rejected": gettext_lazy("не принято"),
    "resumed": gettext_lazy("продолжение"),
    "vanished": gettext_lazy("пропали из ленты"),
    "owed": gettext_lazy("фото будут позже"),
    "held": gettext_lazy("значение человека осталось"),
    "warning": gettext_lazy("предупреждение"),
    "note": gettext_lazy("пропущено"),
    "unknown": gettext_lazy("не понято"),
    "mapping": gettext_lazy("столбцы"),
}
FIELDS = {
    "title": gettext_lazy("название"),
    "description": gettext_lazy("описание"),
    "price": gettext_lazy("цена"),
    "currency": gettext_lazy("валюта"),
    "stock": gettext_lazy("остаток"),
    "sku": gettext_lazy("артикул"),
    "barcode": gettext_lazy("штрихкод"),
    "brand": gettext_lazy("бренд"),
    "supplier": gettext_lazy("поставщик"),
    "source_url": gettext_lazy("страница источника"),
    "source_category": gettext_lazy("категория у источника"),
    "attributes": gettext_lazy("характеристики"),
}
#: Steps that a page offers by state: name, label, icon, is it the main one.
STEPS: dict[str, list[tuple[str, Any, str, bool]]] = {
    RunState.PREPARED: [
        ("start", gettext_lazy("Начать"), "play_arrow", True),
        ("cancel", gettext_lazy("Отменить"), "close", False),
    ],
    RunState.QUEUED: [
        ("pause", gettext_lazy("Приостановить"), "pause", False),
        ("cancel", gettext_lazy("Отменить"), "close", False),
    ],
    RunState.RUNNING: [
        ("pause", gettext_lazy("Приостановить"), "pause", False),
        ("cancel", gettext_lazy("Отменить"), "close", False),
    ],
    RunState.PAUSED: [
        ("resume", gettext_lazy("Продолжить"), "play_arrow", True),
        ("cancel", gettext_lazy("Отменить"), "close", False),
    ],
    RunState.NEEDS_LOOK: [
        ("accept", gettext_lazy("Всё верно, импортировать"), "check", True),
        ("cancel", gettext_lazy("Отменить"), "close", False),
    ],
    RunState.DEAD: [
        ("resume", gettext_lazy("Продолжить"), "play_arrow", True),
        ("cancel", gettext_lazy("Отменить"), "close", False),
    ],
    RunState.FAILED: [("resume", gettext_lazy("Попробовать ещё раз"), "replay", True)],
}
MOVING = (RunState.QUEUED, RunState.RUNNING)
_SHOWN = 100


def of_run(run: ParserRun, *, page: int) -> dict[str, Any]:
    rows, has_more = trial.page(run, page)
    steps = [*STEPS.get(run.status, [])]
    if run.dry_run and run.status == RunState.FINISHED:
        steps.append(("import", gettext_lazy("Импортировать"), "download_done", True))
    return {
        "figures": figures(run),
        "groups": _groups(run),
        "steps": steps,
        "moving": run.status in MOVING,
        "rows": [[row[0], FIELDS.get(row[1], row[1]), *row[2:]] for row in rows],
        "page": page,
        "has_more": has_more,
        "choices": _choices(run),
        "progress_url": reverse("admin:parsers_parserrun_progress", args=[run.pk]),
    }


def figures(run: ParserRun) -> list[tuple[str, str, int]]:
    known = [
        ("read_count", _("прочитано записей"), run.read_count),
        ("created_count", _("новых"), run.created_count),
        ("updated_count", _("обновлено"), run.updated_count),
        ("unchanged_count", _("без изменений"), run.unchanged_count),
        ("failed_count", _("не принято"), run.failed_count),
        ("owed_count", _("фото будут позже"), run.owed_count),
    ]
    if run.status in MOVING or run.dry_run or not run.source_name:
        return known
    return [*known, ("pictures", _("фото ждут хранилища"), remote_pictures.owed_to(run.source_name).count())]


def progress(run: ParserRun) -> dict[str, Any]:
    """What the page asks for every other second."""
    return {
        "status": run.status,
        "label": run.get_status_display(),
        "moving": run.status in MOVING,
        "position": run.position,
        "total": run.total,
        "percent": run.percent,
        "figures": {name: value for name, _label, value in figures(run)},
    }


def _groups(run: ParserRun) -> list[dict[str, Any]]:
    """Messages by kind, the gravest first; of each kind the first hundred."""
    by_kind: dict[str, list[dict[str, str]]] = {}
    for entry in run.errors:
        if run.status == RunState.NEEDS_LOOK and entry["kind"] == "error":
            continue  # says the alarms once more, for the terminal
        by_kind.setdefault(entry["kind"], []).append(entry)
    order = [*KINDS, *(kind for kind in by_kind if kind not in KINDS)]
    return [
        {
            "kind": kind,
            "label": KINDS.get(kind, kind),
            "count": run.kinds.get(kind, len(by_kind[kind])),
            "entries": by_kind[kind][:_SHOWN],
            "is_grave": kind in ("error", "broken", "look"),
        }
        for kind in order
        if kind in by_kind
    ]


def _choices(run: ParserRun) -> list[tuple[str, str, int]]:
    """What «process these» may mean, with how many products."""
    if run.dry_run or run.status in MOVING or not (run.created_count or run.updated_count):
        return []
    counts = processing.counts(run)
    labels = {"both": _("новые и изменённые"), "new": _("только новые"), "changed": _("только изменённые")}
    return [(which, label, counts[which]) for which, label in labels.items() if counts[which]]
