"""One row of any model, filled from its columns: a new model needs no maker of its own."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.utils import timezone

#: A value for a column that must have one and says no default.
VALUES: tuple[tuple[type[models.Field[Any, Any]], Any], ...] = (
    (models.BooleanField, False),
    (models.DateTimeField, timezone.now),
    (models.DateField, lambda: timezone.now().date()),
    (models.IntegerField, 1),
    (models.FloatField, 0.5),
    (models.DecimalField, 1),
    (models.JSONField, dict),
    (models.UUIDField, uuid.uuid4),
    (models.BinaryField, b"x"),
    (models.URLField, "https://example.com/"),
    (models.EmailField, "a@example.com"),
)


#: Columns that may be empty, but whose row no page would then show.
SHOWN: dict[str, dict[str, Any]] = {"ai_aiaudit": {"decided_at": timezone.now}}


def row_of(model: type[models.Model]) -> models.Model:
    """The first row there is, or a new one with the rows that it needs."""
    values = {field.name: _value(field) for field in _required(model)}
    shown = SHOWN.get(f"{model._meta.app_label}_{model._meta.model_name}", {})
    values |= {name: value() for name, value in shown.items()}
    return model._base_manager.first() or model._base_manager.create(**values)


def _required(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    return [
        field
        for field in model._meta.concrete_fields
        if not (field.primary_key and isinstance(field, models.AutoField | models.BigAutoField))
        and not field.null
        and not field.has_default()
        and not getattr(field, "auto_now", False)
        and not getattr(field, "auto_now_add", False)
    ]


def _value(field: models.Field[Any, Any]) -> Any:
    if isinstance(field, models.ForeignKey):
        return row_of(field.related_model)
    if field.choices:
        return next(key for key, _ in field.flatchoices if key)
    for kind, value in VALUES:
        if isinstance(field, kind):
            return value() if callable(value) else value
    if isinstance(field, models.FileField):
        return ""  # no file
    if isinstance(field, models.SlugField):
        return "slug"
    return "строка"[: field.max_length]
