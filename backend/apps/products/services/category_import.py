"""The shop's tree from a file of JSON lines: all of it or nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.products.models import Category, ProductKind
from apps.products.services.attribute_schema import SchemaError, cleaned
from apps.products.services.json_lines import (
    ImportFileError,
    JsonObject,
    RowError,
    id_field,
    read_rows,
    text_field,
)
from apps.products.services.slugs import short_hash, transliterated_slug

_BATCH = 1000
_UPDATED = ["name", "parent", "kind", "synonyms", "attribute_schema", "is_active", "position", "updated_at"]


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """One line. None: the line does not say; a new category takes the default, an old one keeps its value."""

    external_id: str
    parent_external_id: str | None
    name: str
    kind: str | None
    synonyms: tuple[str, ...] | None
    attribute_schema: list[dict[str, Any]] | None
    is_active: bool | None
    position: int | None


@dataclass(frozen=True, slots=True)
class ImportCounts:
    created: int
    updated: int
    unchanged: int


def import_categories(path: Path, *, dry_run: bool = False) -> ImportCounts:
    """Create and update categories by their external id; what the file does not name stays as it is.

    A parent is looked for in the file, then among the categories that exist. A slug, once given, stays.
    Raises ImportFileError when any line is wrong; nothing is written then.
    """
    numbered = read_rows(path, _category_row)
    rows = _by_external_id(numbered)
    with transaction.atomic():
        existing = {
            category.external_id: category
            for category in Category.objects.filter(external_id__isnull=False).select_for_update()
            if category.external_id is not None
        }
        _check_parents(numbered, rows, existing)
        return _write(rows, existing, dry_run=dry_run)


def _category_row(row: JsonObject) -> CategoryRow:
    external_id = id_field(row, "id")
    if external_id is None:
        raise RowError("id is missing")
    return CategoryRow(
        external_id=external_id,
        parent_external_id=id_field(row, "parent_id"),
        name=text_field(row, "name", max_length=200, required=True),
        kind=_kind(row),
        synonyms=_synonyms(row),
        attribute_schema=_attribute_schema(row),
        is_active=_is_active(row),
        position=_position(row),
    )


def _kind(row: JsonObject) -> str | None:
    if row.get("kind") is None:
        return None
    kind = text_field(row, "kind", max_length=20)
    if kind and kind not in ProductKind.values:
        raise RowError(f"kind {kind!r} is unknown; known: {', '.join(ProductKind.values)}")
    return kind


def _synonyms(row: JsonObject) -> tuple[str, ...] | None:
    value = row.get("synonyms")
    if value is None:
        return None
    if not isinstance(value, list):
        raise RowError("synonyms is not a list")
    words = (text_field({"synonyms": word}, "synonyms", max_length=200) for word in value)
    return tuple(dict.fromkeys(word for word in words if word))


def _attribute_schema(row: JsonObject) -> list[dict[str, Any]] | None:
    if row.get("attributes") is None:
        return None
    try:
        return cleaned(row["attributes"])
    except SchemaError as exc:
        raise RowError(str(exc)) from exc


def _is_active(row: JsonObject) -> bool | None:
    value = row.get("is_active")
    if value is not None and not isinstance(value, bool):
        raise RowError("is_active is neither true nor false")
    return value


def _position(row: JsonObject) -> int | None:
    value = row.get("position")
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**31:
        raise RowError("position is not a whole number from 0 to 2147483647")
    return value


def _by_external_id(numbered: list[tuple[int, CategoryRow]]) -> dict[str, CategoryRow]:
    first_line: dict[str, int] = {}
    problems: list[str] = []
    for number, row in numbered:
        first = first_line.setdefault(row.external_id, number)
        if first != number:
            problems.append(f"line {number}: id {row.external_id!r} stands in line {first} already")
    if problems:
        raise ImportFileError(problems)
    return {row.external_id: row for _, row in numbered}


def _check_parents(
    numbered: list[tuple[int, CategoryRow]], rows: Mapping[str, CategoryRow], existing: Mapping[str, Category]
) -> None:
    problems = [
        f"line {number}: the parent {row.parent_external_id!r} of {row.external_id!r} does not exist"
        for number, row in numbered
        if row.parent_external_id is not None
        and row.parent_external_id not in rows
        and row.parent_external_id not in existing
    ]
    if problems:
        raise ImportFileError(problems)
    cycle = _cycle(_parents_after_import(rows, existing))
    if cycle:
        raise ImportFileError([f"the categories form a circle: {' → '.join(cycle)}"])


def _parents_after_import(
    rows: Mapping[str, CategoryRow], existing: Mapping[str, Category]
) -> dict[str, str | None]:
    names = {category.pk: external_id for external_id, category in existing.items()}
    parents = {
        external_id: None if category.parent_id is None else names.get(category.parent_id)
        for external_id, category in existing.items()
    }
    return parents | {row.external_id: row.parent_external_id for row in rows.values()}


def _cycle(parents: Mapping[str, str | None]) -> tuple[str, ...]:
    """The first circle found, its first member repeated at the end; empty when there is none."""
    safe: set[str] = set()
    for start in parents:
        trail: dict[str, None] = {}
        current: str | None = start
        while current is not None and current not in safe:
            if current in trail:
                members = list(trail)
                return (*members[members.index(current) :], current)
            trail[current] = None
            current = parents.get(current)
        safe.update(trail)
    return ()


def _write(rows: Mapping[str, CategoryRow], existing: dict[str, Category], *, dry_run: bool) -> ImportCounts:
    new = [row for row in rows.values() if row.external_id not in existing]
    old = [row for row in rows.values() if row.external_id in existing]
    if dry_run:
        differing = sum(_would_change(row, existing[row.external_id], existing) for row in old)
        return ImportCounts(len(new), differing, len(old) - differing)
    known = dict(existing)
    slugs = set(Category.objects.values_list("slug", flat=True))
    for level in _levels(new, known):
        created = Category.objects.bulk_create(
            [_new_category(row, known, slugs) for row in level], batch_size=_BATCH
        )
        known.update({category.external_id: category for category in created if category.external_id})
    changed = [known[row.external_id] for row in old if _change(row, known[row.external_id], known)]
    # All these rows exist and are locked. An upsert takes a second for ten thousand, bulk_update a dozen.
    Category.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["id"], update_fields=_UPDATED, batch_size=_BATCH
    )
    return ImportCounts(len(new), len(changed), len(old) - len(changed))


def _levels(new: list[CategoryRow], known: Mapping[str, Category]) -> Iterator[list[CategoryRow]]:
    """New rows, every parent before its children; the caller lets `known` grow between the levels."""
    waiting = new
    while waiting:
        yield [row for row in waiting if row.parent_external_id is None or row.parent_external_id in known]
        waiting = [row for row in waiting if row.external_id not in known]


def _new_category(row: CategoryRow, known: Mapping[str, Category], slugs: set[str]) -> Category:
    slug = _free_slug(row, slugs)
    slugs.add(slug)
    return Category(
        external_id=row.external_id,
        name=row.name,
        slug=slug,
        parent=_parent(row, known),
        kind=row.kind or "",
        synonyms=list(row.synonyms or ()),
        attribute_schema=row.attribute_schema or [],
        is_active=row.is_active is not False,
        position=row.position or 0,
    )


def _free_slug(row: CategoryRow, taken: Collection[str]) -> str:
    name = transliterated_slug(row.name, max_length=100)
    code = transliterated_slug(row.external_id, max_length=100)
    slug = "-".join(part for part in (name, code) if part)
    if slug and slug not in taken:
        return slug
    return "-".join(part for part in (slug, short_hash(row.external_id)) if part)


def _parent(row: CategoryRow, known: Mapping[str, Category]) -> Category | None:
    return None if row.parent_external_id is None else known[row.parent_external_id]


def _wanted(row: CategoryRow) -> dict[str, object]:
    """The plain fields that the line names."""
    wanted: dict[str, object] = {"name": row.name}
    if row.kind is not None:
        wanted["kind"] = row.kind
    if row.synonyms is not None:
        wanted["synonyms"] = list(row.synonyms)
    if row.attribute_schema is not None:
        wanted["attribute_schema"] = row.attribute_schema
    if row.is_active is not None:
        wanted["is_active"] = row.is_active
    if row.position is not None:
        wanted["position"] = row.position
    return wanted


def _would_change(row: CategoryRow, category: Category, known: Mapping[str, Category]) -> bool:
    parent = None if row.parent_external_id is None else known.get(row.parent_external_id)
    if (row.parent_external_id is None) != (category.parent_id is None):
        return True
    if row.parent_external_id is not None and (parent is None or parent.pk != category.parent_id):
        return True
    return any(getattr(category, name) != value for name, value in _wanted(row).items())


def _change(row: CategoryRow, category: Category, known: Mapping[str, Category]) -> bool:
    """Set what the line says; tell whether anything differs."""
    if not _would_change(row, category, known):
        return False
    for name, value in _wanted(row).items():
        setattr(category, name, value)
    category.parent = _parent(row, known)
    category.updated_at = timezone.now()
    return True
