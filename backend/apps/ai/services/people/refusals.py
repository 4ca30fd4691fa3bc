"""Why a decision was refused, in the words of the person who made it, and what a program may read of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from apps.ai.exceptions import (
    AIError,
    CardHeld,
    CardSuperseded,
    DecidedAlready,
    NothingToUndo,
    ProductMissing,
    StaleProductError,
    TransitionError,
    VersionConflict,
)
from apps.ai.issue_codes import FIELDS
from apps.ai.models import AIProcessingStatus
from apps.ai.services.runs.applying import RUN_FIELDS

ACTS = {
    "edit": "правка",
    "approve": "одобрено",
    "reject": "отклонено",
    "reprocess": "отправлено на повторную обработку",
    "roll_back": "откачено",
    "take_over": "карточка перенята",
    "live": "текст на сайте",
    "undo": "решение отменено",
    "overrule": "замечание снято",
    "restore": "замечание возвращено",
}
AUTHORS = {"person": "правил человек", "machine": "из карточки", "import": "из импорта", "": ""}


def sentence(error: AIError) -> str:
    """In Russian."""
    for kind, said in _SENTENCES.items():
        if isinstance(error, kind):
            return said(error)
    return str(error)


def details(error: AIError) -> dict[str, Any]:
    """JSON-able: who decided, who holds the card, what changed since, which run goes on."""
    if isinstance(error, VersionConflict):
        return {"version": error.version, "changes": list(error.changes)}
    if isinstance(error, CardHeld):
        return {"holder": error.holder, "until": error.until.isoformat()}
    if isinstance(error, CardSuperseded):
        return {"newer_run": error.newer_run}
    if isinstance(error, DecidedAlready):
        return {"status": error.status, "by": error.name, "at": error.at}
    if isinstance(error, StaleProductError) and error.fresh_run is not None:
        return {"newer_run": error.fresh_run}
    return {}


def field_name(name: str) -> str:
    """A card field or a run's column, as moderators call it."""
    return str(FIELDS.get(RUN_FIELDS.get(name, name), name))


def change(entry: Mapping[str, Any]) -> str:
    """An entry of a run's history: who did what to which fields, and when."""
    names = ", ".join(field_name(name) for name in entry.get("fields", ()))
    said = [ACTS.get(entry["what"], entry["what"]), names, AUTHORS.get(entry.get("author", ""), "")]
    said += [entry.get("name", ""), moment(entry.get("at", "")), entry.get("note", "")]
    return ", ".join(word for word in said if word)


def moment(text: str) -> str:
    """An ISO time as people read it; "" when there is none."""
    at = parse_datetime(text) if text else None
    return "" if at is None else f"{timezone.localtime(at):%d.%m.%Y %H:%M}"


def _stale(error: Any) -> str:
    if error.fresh_run is None:
        return "Данные товара изменились после того, как карточка была готова."
    return (
        "Данные товара изменились после того, как карточка была готова. "
        f"Новая уже готовится: запуск №{error.fresh_run}."
    )


def _decided(error: Any) -> str:
    status = AIProcessingStatus(error.status).label.lower()
    by = ", ".join(word for word in (error.name, moment(error.at)) if word)
    return f"Карточка уже решена или сейчас в другом состоянии: {status}{f' ({by})' if by else ''}."


def _version(error: Any) -> str:
    since = "; ".join(change(entry) for entry in error.changes)
    return (
        f"Пока страница была открыта, карточка изменилась{f': {since}' if since else ''}. "
        "Обновите страницу и посмотрите её ещё раз."
    )


_SENTENCES: dict[type[AIError], Callable[[Any], str]] = {
    VersionConflict: _version,
    CardHeld: lambda error: f"Карточку взял(а) {error.holder}, до {timezone.localtime(error.until):%H:%M}.",
    CardSuperseded: lambda error: f"Карточку заменила более новая: запуск №{error.newer_run}.",
    DecidedAlready: _decided,
    StaleProductError: _stale,
    ProductMissing: lambda error: "Такого товара больше нет.",
    NothingToUndo: lambda error: str(error),
    TransitionError: lambda error: "Карточка уже решена или сейчас в другом состоянии. Обновите страницу.",
}
