"""Templates for the prompts: from a JSON file into rows, and from rows into the vector store."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from celery import current_app
from django.db import transaction
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from apps.ai import catalog
from apps.ai.models import AITemplate
from apps.ai.services import composition, indexing
from apps.ai.services.indexing import Document, SyncSummary
from apps.ai.services.vector_store import Collection
from apps.ai.types import Meter


class TemplateRow(BaseModel):
    """One row of the file. `category_id` is the category's external id, null for the whole shop."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    name: str = Field(min_length=1, max_length=100)
    template_type: Literal["description", "category_example", "attribute_extraction", "image_prompt"]
    category_id: str | int | None = None
    language: str = Field(default="ru", min_length=2, max_length=10)
    content: str = Field(min_length=1)
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """What became of the rows, by number. `errors`: one sentence for each row that was left out."""

    created: int
    updated: int
    unchanged: int
    errors: tuple[str, ...]


def import_rows(rows: Sequence[Any], *, dry_run: bool = False) -> ImportSummary:
    """Write the good rows by name; a bad one is left out and named by its number (from 1) and its name."""
    categories = catalog.get().category_ids_by_external_id()
    counts = {"created": 0, "updated": 0, "unchanged": 0}
    errors: list[str] = []
    names: set[str] = set()
    for number, row in enumerate(rows, start=1):
        try:
            values = _values(row, categories)
            if values["name"] in names:
                raise ValueError("the name stands in an earlier row")
        except ValueError as error:
            errors.append(f"Row {number}{_name_of(row)}: {_sentence(error)}.")
            continue
        names.add(values["name"])
        counts[_write(values, dry_run=dry_run)] += 1
    return ImportSummary(**counts, errors=tuple(errors))


def sync_templates(
    *, meter: Meter, dry_run: bool = False, progress: Callable[[int], None] = lambda done: None
) -> SyncSummary:
    """Bring the collection of templates in line with the rows; what was deleted goes."""
    return indexing.sync(
        Collection.TEMPLATES,
        _documents(),
        store=composition.vector_store(),
        llm=composition.language_model(),
        meter=meter,
        prune=True,
        dry_run=dry_run,
        progress=progress,
    )


def index_after_commit(template_ids: Sequence[int]) -> None:
    """Let a worker index templates that were saved or deleted, when the surrounding transaction commits.

    There must be one: outside, the worker would be sent before the rows are written.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("Templates are indexed after a transaction's commit.")
    ids = list(template_ids)
    transaction.on_commit(
        lambda: current_app.send_task("apps.ai.tasks.index_templates", args=[ids], queue="ai"), robust=True
    )


def index(template_ids: Sequence[int], *, meter: Meter) -> None:
    """Bring single templates of the collection in line with their rows. Raises VectorStoreUnavailable."""
    if not template_ids:
        return
    documents = list(_documents(template_ids))
    store = composition.vector_store()
    store.upsert(
        Collection.TEMPLATES, indexing.embedded(documents, llm=composition.language_model(), meter=meter)
    )
    store.delete(Collection.TEMPLATES, set(template_ids) - {document.id for document in documents})


def _documents(template_ids: Sequence[int] | None = None) -> Iterator[Document]:
    """All templates, or those of the ids that there are."""
    kinds = {node.id: node.kind for node in catalog.get().categories()}
    rows = AITemplate.objects.order_by("pk")
    if template_ids is not None:
        rows = rows.filter(pk__in=template_ids)
    for template in rows.iterator(chunk_size=500):
        yield Document(
            id=template.pk,
            text=f"{template.name}\n{template.content}",
            payload={
                "name": template.name,
                "content": template.content,
                "template_type": template.template_type,
                "language": template.language,
                "active": template.is_active,
                "everywhere": template.category_id is None,
                "category_id": template.category_id,
                "kind": kinds.get(template.category_id or 0, ""),
            },
        )


def _values(row: Any, categories: dict[str, int]) -> dict[str, Any]:
    """Column values of a valid row. Raises ValueError (pydantic's is one)."""
    template = TemplateRow.model_validate(row)
    values = template.model_dump()
    if "\x00" in template.name + template.content:
        raise ValueError("it holds a NUL character")
    external_id = values.pop("category_id")
    if external_id is not None and str(external_id) not in categories:
        raise ValueError(f"no category has the external id {external_id!r}")
    return {**values, "category_id": None if external_id is None else categories[str(external_id)]}


def _write(values: dict[str, Any], *, dry_run: bool) -> str:
    """Create or change the row of that name; says which."""
    template = AITemplate.objects.filter(name=values["name"]).first()
    if template is None:
        if not dry_run:
            AITemplate.objects.create(**values)
        return "created"
    changed = [name for name, value in values.items() if getattr(template, name) != value]
    if not changed:
        return "unchanged"
    for name in changed:
        setattr(template, name, values[name])
    if not dry_run:
        template.save(update_fields=[*changed, "updated_at"])
    return "updated"


def _name_of(row: Any) -> str:
    return f" ({row['name']!r})" if isinstance(row, dict) and isinstance(row.get("name"), str) else ""


def _sentence(error: ValueError) -> str:
    if not isinstance(error, ValidationError):
        return str(error)
    return "; ".join(
        f"{'.'.join(str(part) for part in problem['loc']) or 'row'}: {problem['msg']}"
        for problem in error.errors(include_url=False, include_input=False)
    )
