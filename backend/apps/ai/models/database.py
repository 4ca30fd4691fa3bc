"""The database below the ORM: writes of one row in SQL that is composed once a shape, and this thread's connections.

The ORM takes 0.4 ms of CPU to compose an UPDATE of a dozen columns, sending it takes 0.1. The writes here are for what
every run writes, several of them in one statement; everything else is the ORM's.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from django.db import InterfaceError, OperationalError, connection, connections, transaction
from django.db.models import Field, Model

logger = logging.getLogger(__name__)
T = TypeVar("T")

#: Seconds that a paid answer is kept in memory while the database is away.
OUTAGE = 60.0


@dataclass(frozen=True, slots=True)
class Write:
    """An UPDATE or INSERT that ends in a condition, and what it is given."""

    sql: str
    values: tuple[Any, ...]


def update(
    model: type[Model], where: Mapping[str, Any], values: Mapping[str, Any], *, raised: str = ""
) -> Write:
    """Where each field has its value, or one of a tuple's. `raised`: a field that grows by one besides."""
    guard = {name: value if isinstance(value, tuple) else (value,) for name, value in where.items()}
    shape = tuple((name, len(allowed)) for name, allowed in guard.items())
    given = [_prepared(_field(model, name), value) for name, value in values.items()]
    given += [_prepared(_field(model, name), value) for name, allowed in guard.items() for value in allowed]
    return Write(_update(model, shape, tuple(values), raised), tuple(given))


def insert(row: Model) -> Write:
    """A row whose key the database gives; all its columns have plain values."""
    fields = _columns(type(row))
    return Write(
        _insert(type(row)), tuple(_prepared(field, field.pre_save(row, add=True)) for field in fields)
    )


def save(row: Model) -> None:
    """Insert a new row, without signals; its key is set."""
    [row.pk] = together([insert(row)])
    row._state.adding = False


def together(writes: Sequence[Write], *, given: Write | None = None) -> list[Any]:
    """The key of the row that each wrote, None where none was. All or nothing, and nothing unless `given` writes, whose
    key is the first.
    """
    parts = [*([given] if given is not None else []), *writes]
    if len(parts) > 1 and _writes_in_select():
        return _as_one(parts, guarded=given is not None)
    with transaction.atomic() if len(parts) > 1 else nullcontext():
        return _one_by_one(parts, guarded=given is not None)


def _writes_in_select() -> bool:
    return bool(connection.vendor == "postgresql")


def _as_one(parts: Sequence[Write], *, guarded: bool) -> list[Any]:
    guards = ["", *([" AND EXISTS (SELECT 1 FROM w0)" if guarded else ""] * (len(parts) - 1))]
    steps = [
        f"w{number} AS ({part.sql}{guard} RETURNING id)"
        for number, (part, guard) in enumerate(zip(parts, guards, strict=True))
    ]
    keys = [f"(SELECT id FROM w{number})" for number in range(len(parts))]  # noqa: S608 (of our own making)
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH {', '.join(steps)} SELECT {', '.join(keys)}",
            [value for part in parts for value in part.values],
        )
        return list(cursor.fetchone())


def _one_by_one(parts: Sequence[Write], *, guarded: bool) -> list[Any]:
    keys: list[Any] = []
    for part in parts:
        if guarded and keys[:1] == [None]:
            keys.append(None)
            continue
        with connection.cursor() as cursor:
            cursor.execute(f"{part.sql} RETURNING id", part.values)
            found = cursor.fetchone()
        keys.append(None if found is None else found[0])
    return keys


@lru_cache(maxsize=256)
def _update(
    model: type[Model], where: tuple[tuple[str, int], ...], names: tuple[str, ...], raised: str
) -> str:
    quote = connection.ops.quote_name
    columns = [_column(model, name) for name in names]
    changes = [f"{column} = %s" for column in columns]
    if raised:
        column = _column(model, raised)
        changes.append(f"{column} = {column} + 1")
    conditions = [f"{_column(model, name)} IN ({', '.join(['%s'] * number)})" for name, number in where]
    table = quote(model._meta.db_table)
    return f"UPDATE {table} SET {', '.join(changes)} WHERE {' AND '.join(conditions)}"  # noqa: S608 (names of ours)


@lru_cache(maxsize=16)
def _insert(model: type[Model]) -> str:
    quote = connection.ops.quote_name
    fields = _columns(model)
    columns, places = ", ".join(quote(str(field.column)) for field in fields), ", ".join(["%s"] * len(fields))
    return f"INSERT INTO {quote(model._meta.db_table)} ({columns}) SELECT {places} WHERE 1 = 1"


@lru_cache(maxsize=16)
def _columns(model: type[Model]) -> tuple[Field[Any, Any], ...]:
    return tuple(field for field in model._meta.concrete_fields if not field.primary_key)


def _column(model: type[Model], name: str) -> str:
    return connection.ops.quote_name(str(_field(model, name).column))


def _field(model: type[Model], name: str) -> Field[Any, Any]:
    field = model._meta.pk if name == "pk" else model._meta.get_field(name)
    assert isinstance(field, Field)  # noqa: S101
    return field


def _prepared(field: Field[Any, Any], value: Any) -> Any:
    if hasattr(value, "prepare_database_save"):  # a row, for a foreign key
        value = value.prepare_database_save(field)
    return field.get_db_prep_save(value, connection)


# --- connections ---


def release() -> None:
    """Give this thread's connections back before a call to a model; inside a transaction it does nothing.

    With 64 threads on 16 connections, two thirds of all waiting was for a connection that a waiting thread held.
    """
    for used in connections.all(initialized_only=True):
        if not used.in_atomic_block:
            used.close()


def write_through_outage(write: Callable[[], T]) -> T:
    """Repeat `write` for up to OUTAGE seconds while the database restarts, so that a paid answer is not lost.

    `write` must do no harm twice. Inside a transaction it runs once. Nothing else in a worker waits for the database.
    """
    deadline = time.monotonic() + OUTAGE
    while True:
        try:
            return write()
        except (OperationalError, InterfaceError) as error:
            if connection.in_atomic_block or time.monotonic() > deadline:
                raise
            logger.warning("The database does not answer, a paid answer waits: %s", error)
            connection.close()
            time.sleep(random.uniform(0.3, 1.0))  # noqa: S311
