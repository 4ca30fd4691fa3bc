"""Processes of the last release (ops/release.json) go on while the database has this release's schema already.

What they read must still be there, and what they insert, which names no new column, must be accepted.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests_ops.repository import BACKEND, text

RELEASED: dict[str, str] = json.loads(text("ops/release.json"))
#: Columns that refuse what the last release inserts, with the reason why nobody notices.
ACCEPTED = {
    "parsers_parsersource.vanished": "sources are made by people in the admin, whose process is restarted first",
}
#: Columns whose new type takes and gives what the old one did.
WIDENED = {"ai_aiwebhook.secret": "varchar became text, which the database reads and writes alike"}
COLUMNS = """
SELECT table_name || '.' || column_name, data_type,
       is_nullable = 'YES' OR column_default IS NOT NULL OR is_identity = 'YES'
FROM information_schema.columns WHERE table_schema = 'public'
"""

pytestmark = pytest.mark.skipif(not os.environ.get("DATABASE_URL"), reason="DATABASE_URL names no server")


#: What the server holds of a schema, by name; by content what it has named itself, after the table's first name.
HELD = """
SELECT 'column ' || table_name || '.' || column_name, concat_ws(' ', data_type, character_maximum_length,
       numeric_precision, numeric_scale, is_nullable, is_identity, column_default)
FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL SELECT 'index ' || indexname, indexdef FROM pg_indexes
WHERE schemaname = 'public' AND indexname !~ '_pkey$'
UNION ALL SELECT 'constraint ' || conrelid::regclass || '.' ||
       CASE WHEN conname ~ '_(not_null|check|pkey)$' THEN pg_get_constraintdef(oid) ELSE conname END,
       pg_get_constraintdef(oid)
FROM pg_constraint WHERE connamespace = 'public'::regnamespace
"""
#: To those migrations by every step of the last release's shops, which know no squashed one.
BY_STEPS = """
import json, sys
import django
django.setup()
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
executor = MigrationExecutor(connection)
executor.loader.replace_migrations = False
executor.loader.build_graph()
executor.migrate(list(json.loads(sys.argv[1]).items()))
"""


@contextmanager
def database() -> Iterator[str]:
    url, name = os.environ["DATABASE_URL"], f"upgrade_{uuid.uuid4().hex}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield f"{url.rpartition('/')[0]}/{name}"
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


Schema = dict[str, tuple[str, bool]]


def columns(url: str) -> Schema:
    """table.column → (type, may an INSERT leave it out)."""
    with psycopg.connect(url) as connection:
        return {name: (kind, optional) for name, kind, optional in connection.execute(COLUMNS)}


def held(url: str) -> dict[str, str]:
    with psycopg.connect(url) as connection:
        return dict(connection.execute(HELD).fetchall())


def run(url: str, state: Path, *command: str) -> None:
    environment = os.environ | {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "config.settings.local",
        "ENV_FILE": "/dev/null",
        "LOCAL_STATE_DIR": str(state),
    }
    done = subprocess.run(
        [sys.executable, *command], cwd=BACKEND, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Schema, str]]:
    """The last release's schema, and a database that came from it to this one's."""
    state = tmp_path_factory.mktemp("state")
    with database() as url:
        run(url, state, "-c", BY_STEPS, json.dumps(RELEASED))
        before = columns(url)
        run(url, state, "manage.py", "migrate", "--verbosity", "0")
        yield before, url


@pytest.fixture(scope="module")
def schemas(upgraded: tuple[Schema, str]) -> tuple[Schema, Schema]:
    """Of the last release and of this one."""
    before, url = upgraded
    return before, columns(url)


def test_a_new_database_is_as_one_that_came_by_all_steps(
    upgraded: tuple[Schema, str], tmp_path: Path
) -> None:
    """What a squashed migration makes, whoever comes by its steps has, too."""
    with database() as new:
        run(new, tmp_path, "manage.py", "migrate", "--verbosity", "0")
        found, by_steps = held(new), held(upgraded[1])
    assert len(found) > 500
    assert found == by_steps


def test_every_app_has_its_last_release_named() -> None:
    folders = {path.parent.parent.name for path in Path(BACKEND).glob("apps/*/migrations/0001_*.py")}
    assert set(RELEASED) == folders
    for app, name in RELEASED.items():
        assert (BACKEND / f"apps/{app}/migrations/{name}.py").is_file()


def test_what_the_last_release_reads_is_still_there(schemas: tuple[Schema, Schema]) -> None:
    before, after = schemas
    assert len(before) > 300
    changed = {name for name, (kind, _) in before.items() if after.get(name, ("gone", False))[0] != kind}
    assert changed - set(WIDENED) == set()


def test_what_the_last_release_inserts_is_still_accepted(schemas: tuple[Schema, Schema]) -> None:
    """A new column of an old table may be null or has a default in the database (`db_default`), not in Django alone."""
    before, after = schemas
    tables = {name.partition(".")[0] for name in before}
    inserted = {name for name in after if name.partition(".")[0] in tables}
    refusing = {name for name in inserted if not after[name][1] and before.get(name, ("", True))[1]}
    assert refusing - set(ACCEPTED) == set()
