"""A moderator's edits of an undecided card."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils import timezone

from apps.ai.exceptions import TransitionError
from apps.ai.models import AIProcessingLog
from apps.ai.services.people import edit_measures
from apps.ai.services.runs.applying import RUN_FIELDS
from apps.ai.text.safety import html

#: Columns of a run that a moderator may edit before approving.
EDITABLE_FIELDS = tuple(RUN_FIELDS)
#: Attributes of a card: how many, and characters of a name and of a value.
MOST_ATTRIBUTES, LONGEST_NAME, LONGEST_VALUE = 100, 100, 500
#: Keywords of a card, and characters of one.
MOST_KEYWORDS, LONGEST_KEYWORD = 50, 100
#: Characters of a description; PostgreSQL would take any number, a shop's page would not.
LONGEST_DESCRIPTION = 100_000


def write(run: AIProcessingLog, edits: Mapping[str, Any], *, by: Any) -> list[str]:
    """Write the edits into the locked run, in the caller's transaction; returns the names that really changed.

    Raises ValidationError for unknown fields and values that do not fit, TransitionError when it is decided.
    """
    unknown = sorted(set(edits) - set(EDITABLE_FIELDS))
    if unknown:
        raise ValidationError(dict.fromkeys(unknown, "Это поле нельзя изменить."))
    before = {name: getattr(run, name) for name in EDITABLE_FIELDS}
    for name, value in edits.items():
        setattr(run, name, _cleaned(name, value))
    changed = [name for name in EDITABLE_FIELDS if getattr(run, name) != before[name]]
    if not changed:
        return []
    run.clean_fields(exclude=[field.name for field in run._meta.fields if field.name not in changed])
    now = timezone.now()
    run.note("edit", by=by, at=now, fields=changed)
    run.edited_by_moderator = sorted({*run.edited_by_moderator, *changed})
    run.texts_before_edits = edit_measures.before_edits(run, {name: before[name] for name in changed})
    columns = (*changed, "texts_before_edits", "edited_by_moderator", "history")
    undecided = AIProcessingLog.objects.undecided().filter(pk=run.pk)
    values = {name: getattr(run, name) for name in columns}
    if not undecided.update(**values, version=F("version") + 1, updated_at=now):
        raise TransitionError(f"Run {run.pk} is decided already.")
    run.version += 1
    return changed


def _cleaned(name: str, value: Any) -> Any:
    """The value as it may stand on a card. Raises ValidationError."""
    if name == "suggested_category":
        return value
    if name == "generated_description":
        return html.clean(_text(name, value, LONGEST_DESCRIPTION))
    if name == "generated_keywords":
        return _keywords(name, value)
    if name == "extracted_attributes":
        return _attributes(name, value)
    return html.plain(_text(name, value, LONGEST_DESCRIPTION))


def _keywords(name: str, value: Any) -> list[str]:
    words = value or []
    if not isinstance(words, list) or len(words) > MOST_KEYWORDS:
        raise ValidationError({name: f"Нужен список не длиннее {MOST_KEYWORDS} слов."})
    return [word for word in (html.plain(_text(name, item, LONGEST_KEYWORD)) for item in words) if word]


def _attributes(name: str, value: Any) -> dict[str, str]:
    pairs = value or {}
    if not isinstance(pairs, dict) or len(pairs) > MOST_ATTRIBUTES:
        raise ValidationError({name: f"Нужны пары «название: значение», не больше {MOST_ATTRIBUTES}."})
    cleaned = {
        html.plain(_text(name, key, LONGEST_NAME)): html.plain(_text(name, item, LONGEST_VALUE))
        for key, item in pairs.items()
    }
    if "" in cleaned:
        raise ValidationError({name: "У характеристики нет названия."})
    return cleaned


def _text(name: str, value: Any, longest: int) -> str:
    """A text that every database holds and no page breaks on."""
    if isinstance(value, dict | list):
        raise ValidationError({name: "Нужен текст, а не список и не набор значений."})
    text = "" if value is None else str(value)
    if len(text) > longest:
        raise ValidationError({name: f"Длиннее {longest} символов."})
    if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise ValidationError({name: "Недопустимый символ."})
    return text
