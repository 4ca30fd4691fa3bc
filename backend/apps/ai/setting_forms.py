"""Settings as people write them, read strictly: what is wrong is named with the variable and the right form."""

from __future__ import annotations

import difflib
import json
from dataclasses import fields
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, TypeVar, cast

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

SettingsT = TypeVar("SettingsT")
#: The shop's own sentences take the place of these, kind by kind; an empty list asks for none.
NOTICES = Path(__file__).parent / "data" / "notices.json"


def dollars(key: str) -> Decimal | None:
    text = str(settings.AI_CONFIG.get(key) or "").strip()
    if not text:
        return None
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise ImproperlyConfigured(
            f"AI_CONFIG['{key}'] must be an amount such as 5.00, not {text!r}."
        ) from error


def structured(kind: type[SettingsT], values: Any, variable: str) -> SettingsT:
    """`kind` with some of its fields set. Raises ImproperlyConfigured for a key it does not have and for no number."""
    form = json.dumps({one.name: one.default for one in fields(cast(Any, kind))})
    if not isinstance(values, dict):
        raise ImproperlyConfigured(f"{variable} must be an object such as {form}, not {values!r}.")
    known = {one.name for one in fields(cast(Any, kind))}
    for key, value in values.items():
        if key not in known:
            near = difflib.get_close_matches(str(key), known, n=1)
            meant = f" Did you mean {near[0]!r}?" if near else ""
            raise ImproperlyConfigured(f"{variable} has no key {key!r}.{meant} Its keys: {form}")
        if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
            raise ImproperlyConfigured(f"{variable}: {key!r} must be a number above 0, not {value!r}.")
    return kind(**values)


def looks(text: str) -> dict[str, str]:
    """`poor`, or by kind of goods: `clothes=always, book=never, *=poor`."""
    words = ("never", "poor", "always")
    found: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        kind, _, word = part.rpartition("=")
        if word.strip() not in words:
            raise ImproperlyConfigured(
                f"AI_VISION says {part!r}; use {', '.join(words)}, or by kind of goods: clothes=always,*=poor."
            )
        found[kind.strip() or "*"] = word.strip()
    return found


def rate_limits(values: Any) -> dict[str, dict[str, float]]:
    form = '{"gpt-4o-mini": {"rpm": 500, "tpm": 200000}}'
    right = isinstance(values, dict) and all(
        isinstance(limits, dict)
        and set(limits) <= {"rpm", "tpm"}
        and all(
            isinstance(one, int | float) and not isinstance(one, bool) and one > 0 for one in limits.values()
        )
        for limits in values.values()
    )
    if not right:
        raise ImproperlyConfigured(
            f"AI_RATE_LIMITS must be requests and tokens a minute by model, {form}, not {values!r}."
        )
    return {str(model): dict(limits) for model, limits in values.items()}


def floors(values: dict[str, Any]) -> dict[str, Decimal]:
    try:
        return {currency.upper(): Decimal(str(amount)) for currency, amount in values.items()}
    except (InvalidOperation, AttributeError) as error:
        raise ImproperlyConfigured(
            f"AI_CONFIG['PRICE_FLOORS'] must be amounts by currency such as {{\"RUB\": 20}}, not {values!r}."
        ) from error


def notices(own: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    shipped = json.loads(NOTICES.read_text(encoding="utf-8"))
    if not isinstance(own, dict) or not all(isinstance(sentences, list) for sentences in own.values()):
        raise ImproperlyConfigured(
            f"AI_CONFIG['NOTICES'] must be lists of sentences by kind of goods, not {own!r}."
        )
    return {kind: tuple(map(str, sentences)) for kind, sentences in {**shipped, **own}.items()}
