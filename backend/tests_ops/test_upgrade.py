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
#: One process for all of them: each would take three seconds to start.
MIGRATE = """
import json, sys
import django
from django.core.management import call_command
django.setup()
for target in json.loads(sys.argv[1]):
    call_command("migrate", *target, verbosity=0)
"""

pytestmark = pytest.mark.skipif(not os.environ.get("DATABASE_URL"), reason="DATABASE_URL names no server")


@pytest.fixture(scope="module")
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


@pytest.fixture(scope="module")
def schemas(database: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Schema, Schema]:
    """Of the last release and of this one."""
    environment = os.environ | {
        "DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "config.settings.local",
        "ENV_FILE": "/dev/null",
        "LOCAL_STATE_DIR": str(tmp_path_factory.mktemp("state")),
    }

    def migrate(*targets: list[str]) -> None:
        command = [sys.executable, "-c", MIGRATE, json.dumps(targets)]
        done = subprocess.run(
            command, cwd=BACKEND, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr

    migrate(*([app, name] for app, name in RELEASED.items()))
    before = columns(database)
    migrate([])
    return before, columns(database)


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
