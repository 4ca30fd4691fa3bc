"""The shape of a category's attribute schema: checked when it is written, so that readers may rely on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

TYPES = ("text", "number", "count", "choice")
#: A category that says that it has not what its parent has.
ABSENT = "none"
MOST_ATTRIBUTES = 50
MOST_VALUES = 300
LONGEST = 100
_KEYS = {"name", "type", "units", "values", "multiple", "from_title", "synonyms"}


class SchemaError(ValueError):
    """One sentence that names the attribute."""


def cleaned(value: object) -> list[dict[str, Any]]:
    """The schema with its spaces put right and nothing empty in it. Raises SchemaError.

    A list of objects: `name`; `type`, one of TYPES ("text" when missing) or ABSENT; `units` for numbers and counts;
    `values` for choices, each a text or {name, synonyms}; `multiple`; `from_title`: a title
    that names one of the values states it; `synonyms` of the name.
    """
    if not isinstance(value, list):
        raise SchemaError("the attribute schema is not a list")
    if len(value) > MOST_ATTRIBUTES:
        raise SchemaError(
            f"the attribute schema has {len(value)} attributes, at most {MOST_ATTRIBUTES} are possible"
        )
    rows = [_row(row) for row in value]
    names = [row["name"].casefold() for row in rows]
    twice = next((row["name"] for row in rows if names.count(row["name"].casefold()) > 1), None)
    if twice is not None:
        raise SchemaError(f"the attribute {twice!r} stands twice")
    return rows


def inherited(levels: Iterable[list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Schemas from the root down as one: what a level names again it replaces, ABSENT takes away."""
    merged: dict[str, dict[str, Any]] = {}
    for level in levels:
        for row in level:
            key = str(row["name"]).casefold()
            if row.get("type") == ABSENT:
                merged.pop(key, None)
            else:
                merged[key] = row
    return list(merged.values())


def _row(row: object) -> dict[str, Any]:
    if not isinstance(row, Mapping):
        raise SchemaError("an attribute is not an object")
    name = _text(row.get("name"), "the name of an attribute")
    unknown = set(row) - _KEYS
    if unknown:
        raise SchemaError(f"the attribute {name!r} has unknown keys: {', '.join(sorted(map(str, unknown)))}")
    kind = row.get("type", "text")
    if kind not in (*TYPES, ABSENT):
        raise SchemaError(
            f"the attribute {name!r} has the type {kind!r}; known: {', '.join(TYPES)}, {ABSENT}"
        )
    units, values = _texts(row.get("units"), f"units of {name!r}"), _values(row.get("values"), name)
    if units and kind not in ("number", "count"):
        raise SchemaError(f"the attribute {name!r} has units, but is no number")
    if kind == "number" and not units:
        raise SchemaError(f"the number {name!r} has no units")
    if bool(values) != (kind == "choice"):
        raise SchemaError(f"the attribute {name!r}: a choice has values, and nothing else has")
    flags = {key: row.get(key, False) for key in ("multiple", "from_title")}
    for key, flag in flags.items():
        if not isinstance(flag, bool):
            raise SchemaError(f"{key} of {name!r} is neither true nor false")
    whole = {
        "name": name,
        "type": kind,
        "units": units,
        "values": values,
        **flags,
        "synonyms": _texts(row.get("synonyms"), f"synonyms of {name!r}"),
    }
    return {key: part for key, part in whole.items() if part and (key, part) != ("type", "text")}


def _values(value: object, name: str) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > MOST_VALUES:
        raise SchemaError(f"values of {name!r} are no list of at most {MOST_VALUES}")
    return [_value(one, name) for one in value]


def _value(value: object, name: str) -> Any:
    if not isinstance(value, Mapping):
        return _text(value, f"a value of {name!r}")
    if set(value) - {"name", "synonyms"}:
        raise SchemaError(f"a value of {name!r} has other keys than name and synonyms")
    said = _text(value.get("name"), f"a value of {name!r}")
    synonyms = _texts(value.get("synonyms"), f"synonyms of {said!r}")
    return {"name": said, "synonyms": synonyms} if synonyms else said


def _texts(value: object, what: str) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > MOST_ATTRIBUTES:
        raise SchemaError(f"{what} are no list of at most {MOST_ATTRIBUTES}")
    return list(dict.fromkeys(_text(one, what) for one in value))


def _text(value: object, what: str) -> str:
    """Readable text that every database holds."""
    if not isinstance(value, str):
        raise SchemaError(f"{what} is not a text")
    text = " ".join(value.replace("\x00", " ").split())
    if not text or len(text) > LONGEST:
        raise SchemaError(f"{what} must have 1 to {LONGEST} characters")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise SchemaError(f"{what} holds half a character (a lone surrogate)")
    return text
