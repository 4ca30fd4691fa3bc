"""What a category's products are described by: names, types, units and allowed values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

from apps.ai.text.facts import units
from apps.ai.text.language.stems import stems


class AttributeType(StrEnum):
    """`number` has a unit; `count` is pieces, tablets, pages; `choice` is one of the allowed values."""

    TEXT = "text"
    NUMBER = "number"
    COUNT = "count"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class AllowedValue:
    """`name`: as the card says it; `synonyms`: as suppliers do, in any language."""

    name: str
    synonyms: tuple[str, ...] = ()

    @property
    def spellings(self) -> tuple[str, ...]:
        return (self.name, *self.synonyms)


@dataclass(frozen=True, slots=True)
class AttributeSpec:
    """`units`: as the card writes them, the preferred first. `multiple`: several values may hold at once.

    `from_title`: a title that names one of the values states it («20 Tablet»). Not for words with other meanings:
    «yağlı» in a title is oily skin or argan oil.
    """

    name: str
    type: AttributeType = AttributeType.TEXT
    units: tuple[str, ...] = ()
    values: tuple[AllowedValue, ...] = ()
    multiple: bool = False
    synonyms: tuple[str, ...] = ()
    from_title: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.synonyms)


@lru_cache(maxsize=20_000)
def normal_form(text: str) -> str:
    """Equal for spellings that differ in case, ё, punctuation or ending."""
    return " ".join(stems(text))


@lru_cache(maxsize=500)
def unit_id(spelling: str) -> str:
    """The id of a unit in `units.UNITS`, "%" for a percentage, "" for an unknown one."""
    folded = units.fold(spelling.strip())
    return "%" if folded == "%" else units.unit_name(folded) or units.unit_name(folded.rstrip("."))


def specs(rows: Sequence[Mapping[str, Any]]) -> tuple[AttributeSpec, ...]:
    """Rows as the shop stores them (checked when they were written), without those that cannot be used."""
    return tuple(_spec(row) for row in rows if not problem(row))


def problem(row: Mapping[str, Any]) -> str:
    """Why a row cannot be used, in a word or two for people; "" when it can."""
    if not isinstance(row, Mapping) or not row.get("name"):
        return "no name"
    if row.get("type", AttributeType.TEXT) not in set(AttributeType):
        return f"unknown type {row.get('type')!r}"
    measured = row.get("type") == AttributeType.NUMBER
    unknown = [unit for unit in row.get("units") or () if measured and not unit_id(str(unit))]
    return f"unknown unit {', '.join(map(repr, unknown))}" if unknown else ""


def _spec(row: Mapping[str, Any]) -> AttributeSpec:
    return AttributeSpec(
        name=str(row["name"]),
        type=AttributeType(row.get("type", AttributeType.TEXT)),
        units=tuple(map(str, row.get("units") or ())),
        values=tuple(_value(value) for value in row.get("values") or ()),
        multiple=bool(row.get("multiple")),
        synonyms=tuple(map(str, row.get("synonyms") or ())),
        from_title=bool(row.get("from_title")),
    )


def _value(value: Any) -> AllowedValue:
    if isinstance(value, Mapping):
        return AllowedValue(str(value["name"]), tuple(map(str, value.get("synonyms") or ())))
    return AllowedValue(str(value))
