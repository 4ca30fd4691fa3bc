"""The card's fields as the review page shows them: marked, beside what stands in the shop now."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from apps.ai.issue_codes import FIELDS
from apps.ai.models import AIProcessingLog
from apps.ai.services import composition
from apps.ai.services.people import card_marks, differences
from apps.ai.services.people.card_marks import Mark
from apps.ai.services.people.differences import Change
from apps.ai.services.people.replacing import FieldPlan, Plan
from apps.ai.services.runs.applying import RUN_FIELDS
from apps.ai.text.attributes.schema import AttributeSpec, AttributeType
from apps.ai.text.safety import html
from apps.ai.types import TEXT_FIELDS, Mode

COLUMNS = {field: column for column, field in RUN_FIELDS.items()}
#: Characters that a field may have; of the SEO fields also what a search engine shows.
LIMITS = {"title": 255, "seo_title": 70, "seo_description": 160}
_AMOUNT = re.compile(r"\s*([\d\s.,/×x*–-]+?)\s*(\D.*)?$")


@dataclass(frozen=True, slots=True)
class Field:
    """`markup`: the value as safe HTML with its marks. `state`: "empty" (nothing is live), "same", "differs" or "kept"
    (a person wrote or cleared the live value). `live`: as text. `offered`: the card has a value to write.
    """

    name: str
    column: str
    label: str
    value: Any
    markup: str
    limit: int | None
    state: str
    live: str
    author: str
    author_name: str
    at: datetime | None
    is_ticked: bool
    offered: bool
    changes: Sequence[Change]


@dataclass(frozen=True, slots=True)
class AttributeRow:
    """`kind`: "text", "choice" or "amount". `options`: allowed values, or units. `fits`: as the schema wants it.

    `amount`, `unit`: the two parts of an amount. `evidence`: the source's words for it.
    """

    name: str
    value: str
    kind: str
    options: tuple[str, ...]
    fits: bool
    known: bool
    amount: str = ""
    unit: str = ""
    evidence: str = ""
    sources: tuple[int, ...] = ()


def fields_of(run: AIProcessingLog, plan: Plan | None, marks: dict[str, list[Mark]]) -> dict[str, Field]:
    """By card field, of those that the run's mode owns. `plan`: None once it is decided."""
    planned = {one.field: one for one in plan.fields} if plan else {}
    mode = Mode(run.processing_type)
    return {
        name: _field(run, name, planned.get(name), plan, marks.get(name, [])) for name in mode.card_fields
    }


def attribute_rows(
    values: dict[str, Any], specs: Sequence[AttributeSpec], evidence: dict[str, str]
) -> list[AttributeRow]:
    """What the card has, in the schema's order, then what the schema does not know."""
    by_name = {spec.name: spec for spec in specs}
    known = [spec.name for spec in specs if spec.name in values]
    others = [name for name in values if name not in by_name]
    return [
        _row(name, str(values[name]), by_name.get(name), evidence.get(name, "")) for name in known + others
    ]


def missing_attributes(values: dict[str, Any], specs: Sequence[AttributeSpec]) -> list[AttributeRow]:
    """What the schema asks for and the card has not."""
    return [_row(spec.name, "", spec, "") for spec in specs if spec.name not in values]


def _field(
    run: AIProcessingLog, name: str, planned: FieldPlan | None, plan: Plan | None, marks: list[Mark]
) -> Field:
    value = getattr(run, "suggested_category_id" if name == "category" else COLUMNS[name])
    live = plan.live.values.get(name) if plan else None
    text, proposed = _text(name, live), _text(name, value)
    state = _state(name, planned, plan, text, proposed)
    return Field(
        name=name,
        column=COLUMNS[name],
        label=str(FIELDS[name]),
        value=value,
        markup=_markup(name, value, marks),
        limit=LIMITS.get(name),
        state=state,
        live=text,
        author=str(planned.author) if planned else "",
        author_name=planned.name if planned else "",
        at=planned.at if planned else None,
        is_ticked=planned.is_ticked if planned else bool(value),
        offered=planned is not None,
        changes=differences.words(text, proposed) if text and text != proposed else (),
    )


def _state(name: str, planned: FieldPlan | None, plan: Plan | None, live: str, proposed: str) -> str:
    if planned is not None and planned.is_protected and live != proposed:
        return "kept"
    if plan is None or (not live and not (planned and planned.is_protected)):
        return "empty"
    return "same" if live == proposed else "differs"


def _text(name: str, value: Any) -> str:
    if name == "category":
        node = composition.category_index().nodes.get(value or 0)
        return node.path_text if node else ""
    return differences.readable(name, value)


def _markup(name: str, value: Any, marks: list[Mark]) -> str:
    if name == "description":
        return card_marks.marked(html.clean(value or ""), marks)
    if name in TEXT_FIELDS and name != "keywords":
        return card_marks.marked_plain(html.plain(value or ""), marks)
    return ""


def _row(name: str, value: str, spec: AttributeSpec | None, evidence: str) -> AttributeRow:
    if spec is None:
        return AttributeRow(name, value, "text", (), fits=True, known=False, evidence=evidence)
    if spec.type is AttributeType.CHOICE and not spec.multiple:
        options = tuple(one.name for one in spec.values)
        fits = not value or value in options
        return AttributeRow(name, value, "choice", options, fits=fits, known=True, evidence=evidence)
    if spec.type is AttributeType.NUMBER and spec.units:
        found = _AMOUNT.match(value)
        amount, unit = (found[1], (found[2] or "").strip()) if found else ("", "")
        if not value or unit in spec.units:
            return AttributeRow(
                name, value, "amount", spec.units, True, True, amount, unit or spec.units[0], evidence
            )
        return AttributeRow(name, value, "text", spec.units, fits=False, known=True, evidence=evidence)
    options = tuple(one.name for one in spec.values)
    return AttributeRow(name, value, "text", options, fits=True, known=True, evidence=evidence)
