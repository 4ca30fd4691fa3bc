"""What an approval would write, and whose live texts it would replace: shown before it is decided, checked after."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_datetime

from apps.ai import catalog
from apps.ai.catalog import Card
from apps.ai.models import AIProcessingLog, AppliedChange
from apps.ai.services.runs import applying
from apps.ai.types import CARD_FIELDS, Mode, fingerprint

#: Applied changes of a product that are searched for the one that wrote a live text.
MOST_CHANGES = 50


class Author(StrEnum):
    """Who wrote a live text; nobody when there is none."""

    PERSON = "person"
    MACHINE = "machine"
    IMPORT = "import"
    NOBODY = ""


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """One card field: what is proposed, and what stands in the shop.

    `name`, `at`: of the person who wrote the live text, or approved it; "" and None when the shop does not know.
    `is_protected`: a person wrote or cleared it by hand. `is_ticked`: written when the person says nothing else.
    """

    field: str
    proposed: Any
    live: Any
    author: Author
    name: str
    at: datetime | None
    is_protected: bool
    is_ticked: bool

    @property
    def replaces(self) -> bool:
        """Whether something else stands there now, be it only a person's decision to leave it empty."""
        return self.proposed != self.live and (bool(self.live) or self.is_protected)


@dataclass(frozen=True, slots=True)
class Plan:
    """`version`: of the run and of the live card together; who decides sends it back."""

    fields: tuple[FieldPlan, ...]
    live: Card
    version: str

    def chosen(self, wanted: Collection[str] | None) -> dict[str, Any]:
        """The values to write. `wanted`: the card fields that were left ticked; None: the person did not choose.

        Raises ValidationError for a field that this card does not have.
        """
        if wanted is None:
            return {one.field: one.proposed for one in self.fields if one.is_ticked}
        known = {one.field: one.proposed for one in self.fields}
        unknown = sorted(set(wanted) - set(known))
        if unknown:
            raise ValidationError({"fields": f"В этой карточке нет полей: {', '.join(unknown)}."})
        return {name: value for name, value in known.items() if name in wanted}


def plan(run: AIProcessingLog, *, edited_now: Collection[str] = ()) -> Plan:
    """`edited_now`: names of the run's columns that the person edits in the act of approving."""
    card = catalog.get().card(run.product_id, language=_language(run))
    mode = Mode(run.processing_type)
    changes = list(
        AppliedChange.objects.filter(product_id=run.product_id, reverted_at__isnull=True).select_related(
            "applied_by"
        )[:MOST_CHANGES]
    )
    fields = tuple(
        _field_plan(name, value, run, card, changes, edited_now)
        for name, value in applying.proposed_values(run).items()
        if not applying.is_never_written(name, mode=mode)
    )
    return Plan(fields, card, version_of(run, card))


def version_of(run: AIProcessingLog, card: Card) -> str:
    """`<version of the run>-<fingerprint of the live card>`; the first part alone is a weaker version."""
    return f"{run.version}-{fingerprint(dict(card.values), list(card.edited_fields))[:12]}"


def _field_plan(
    name: str,
    value: Any,
    run: AIProcessingLog,
    card: Card,
    changes: list[AppliedChange],
    edited_now: Collection[str],
) -> FieldPlan:
    live, is_protected = card.values[name], name in card.edited_fields
    author, who, at = _author(name, card, changes)
    return FieldPlan(
        field=name,
        proposed=value,
        live=live,
        author=author,
        name=who,
        at=at,
        is_protected=is_protected,
        is_ticked=not is_protected or _was_edited_since(name, at, run, edited_now),
    )


def _author(name: str, card: Card, changes: list[AppliedChange]) -> tuple[Author, str, datetime | None]:
    live = card.values[name]
    if name in card.edited_fields:
        edit = card.hand_edits.get(name)
        return Author.PERSON, edit.name if edit else "", edit.at if edit else None
    if not live:
        return Author.NOBODY, "", None
    for change in changes:
        if name in change.after and change.after[name] == live:
            approved_by = "" if change.applied_by is None else str(change.applied_by)
            return Author.MACHINE, approved_by, change.applied_at
    return Author.IMPORT, "", None


def _was_edited_since(
    name: str, at: datetime | None, run: AIProcessingLog, edited_now: Collection[str]
) -> bool:
    """Whether a moderator wrote this field of the card after the live text was written by hand."""
    columns = {column for column, field in applying.RUN_FIELDS.items() if field == name}
    if columns & set(edited_now):
        return True
    times = (parse_datetime(entry["at"]) for entry in run.history if columns & set(entry["fields"]))
    return any(at is None or (time is not None and time > at) for time in times)


def _language(run: AIProcessingLog) -> str:
    language, known = applying.language_of(run), catalog.get().languages()
    return language if language in known else known[0]


def accepted_fields(run: AIProcessingLog) -> tuple[str, ...]:
    """Card fields that the last approval wrote or confirmed; all of the mode for a run from before there were ticks."""
    approvals: list[Mapping[str, Any]] = [entry for entry in run.history if entry["what"] == "approve"]
    fields = approvals[-1]["fields"] if approvals else CARD_FIELDS
    return tuple(name for name in Mode(run.processing_type).card_fields if name in fields)
