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
from apps.ai.services.quality import meaning_rules
from apps.ai.services.runs.applying import RUN_FIELDS
from apps.ai.text.safety import html
from apps.ai.types import ProductSnapshot

#: Columns of a run that a moderator may edit before approving.
EDITABLE_FIELDS = tuple(RUN_FIELDS)
#: Attributes and keywords of a card.
MOST_ATTRIBUTES, MOST_KEYWORDS = 100, 50
#: Characters of any of its texts; PostgreSQL would take any number, a shop's page would not.
LONGEST_TEXT = 100_000


def write(run: AIProcessingLog, edits: Mapping[str, Any], *, by: Any) -> list[str]:
    """Write the edits into the locked run, in the caller's transaction; returns the names that really changed.

    Raises ValidationError for unknown fields and values that do not fit, TransitionError when it is decided.
    """
    before = {name: getattr(run, name) for name in EDITABLE_FIELDS}
    changed = put(run, edits)
    if not changed:
        return []
    now = timezone.now()
    run.note("edit", by=by, at=now, fields=changed)
    run.edited_by_moderator = sorted({*run.edited_by_moderator, *changed})
    run.texts_before_edits = edit_measures.before_edits(run, {name: before[name] for name in changed})
    columns = (*changed, "texts_before_edits", "edited_by_moderator", "history")
    if "generated_description" in changed:
        run.alignment = meaning_rules.alignment(source_text(run), run.generated_description or "")
        columns = (*columns, "alignment")
    undecided = AIProcessingLog.objects.undecided().filter(pk=run.pk)
    values = {name: getattr(run, name) for name in columns}
    if not undecided.update(**values, version=F("version") + 1, updated_at=now):
        raise TransitionError(f"Run {run.pk} is decided already.")
    run.version += 1
    return changed


def put(run: AIProcessingLog, edits: Mapping[str, Any]) -> list[str]:
    """Set the edits on the run without saving; returns the names that really changed. Raises ValidationError."""
    unknown = sorted(set(edits) - set(EDITABLE_FIELDS))
    if unknown:
        raise ValidationError(dict.fromkeys(unknown, "Это поле нельзя изменить."))
    before = {name: getattr(run, name) for name in EDITABLE_FIELDS}
    for name, value in edits.items():
        _check(name, value)
        setattr(run, name, cleaned(name, value))
    changed = [name for name in EDITABLE_FIELDS if getattr(run, name) != before[name]]
    if changed:
        run.clean_fields(exclude=[field.name for field in run._meta.fields if field.name not in changed])
    return changed


def source_text(run: AIProcessingLog) -> str:
    """`ProductSnapshot.source_text` of the product as the run read it."""
    return product_as_read(run).source_text


def product_as_read(run: AIProcessingLog) -> ProductSnapshot:
    """The product as the run read it, as far as the run keeps it."""
    told = run.input_data
    attributes = told.get("parsed_attributes") or {}
    return ProductSnapshot(
        run.product_id,
        str(told.get("title") or ""),
        str(told.get("original_description") or ""),
        brand=str(told.get("brand") or ""),
        barcode=str(told.get("barcode") or ""),
        attributes={str(name): str(value) for name, value in attributes.items()},
        supplier=str(told.get("supplier") or ""),
        source_category=str(told.get("source_category") or ""),
    )


def cleaned(name: str, value: Any) -> Any:
    """The value as it may stand on a card: nothing in it runs in a browser."""
    if name == "suggested_category":
        return value
    if name == "generated_description":
        return html.clean(str(value or ""))
    if name == "generated_keywords":
        return [word for word in (html.plain(str(item)) for item in value or []) if word]
    if name == "extracted_attributes":
        return {html.plain(str(key)): html.plain(str(item)) for key, item in (value or {}).items()}
    return html.plain(str(value or ""))


def _check(name: str, value: Any) -> None:
    """Its shape and its size. Raises ValidationError."""
    if name == "suggested_category" or not value:
        return
    if name == "generated_keywords":
        if not isinstance(value, list) or len(value) > MOST_KEYWORDS:
            raise ValidationError({name: f"Нужен список не длиннее {MOST_KEYWORDS} слов."})
        for word in value:
            _check_text(name, word)
    elif name == "extracted_attributes":
        if not isinstance(value, dict) or len(value) > MOST_ATTRIBUTES:
            raise ValidationError({name: f"Нужны пары «название: значение», не больше {MOST_ATTRIBUTES}."})
        for key, item in value.items():
            _check_text(name, key)
            _check_text(name, item)
        if not all(html.plain(str(key)) for key in value):
            raise ValidationError({name: "У характеристики нет названия."})
    else:
        _check_text(name, value)


def _check_text(name: str, value: Any) -> None:
    if isinstance(value, dict | list):
        raise ValidationError({name: "Нужен текст, а не список и не набор значений."})
    if len(str(value)) > LONGEST_TEXT:
        raise ValidationError({name: f"Длиннее {LONGEST_TEXT} символов."})
