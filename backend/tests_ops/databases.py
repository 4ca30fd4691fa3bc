"""One migrated database for all processes of pytest-xdist: each copies it, migrating takes six seconds of CPU."""

from __future__ import annotations

import os

import psycopg
import pytest
from django.db import connection
from psycopg import sql
from pytest_django.plugin import DjangoDbBlocker
from xdist.workermanage import WorkerController

#: The name of this run's migrated database.
_MIGRATED = pytest.StashKey[str]()
_LOCK = 7_294  # any number: PostgreSQL's lock while one process migrates


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: WorkerController) -> None:
    node.workerinput["migrated"] = f"test_migrated_{node.workerinput['testrunuid']}"
    node.config.stash[_MIGRATED] = node.workerinput["migrated"]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """The process that started the others removes what they copied."""
    name = session.config.stash.get(_MIGRATED, "")
    if name and connection.vendor == "postgresql":
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    request: pytest.FixtureRequest,
    django_db_modify_db_settings_parallel_suffix: None,
    django_db_blocker: DjangoDbBlocker,
) -> None:
    """pytest-django's place for settings of the database it is about to make: of what it is a copy."""
    name = getattr(request.config, "workerinput", {}).get("migrated")
    if not name or connection.vendor != "postgresql":
        return
    with django_db_blocker.unblock(), psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        server.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            _migrate(name)
    connection.settings_dict["TEST"] |= {"TEMPLATE": name, "MIGRATE": False}


def _migrate(name: str) -> None:
    own, real = connection.settings_dict["TEST"]["NAME"], connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = name
    connection.creation.create_test_db(verbosity=0, serialize=False)
    connection.creation.destroy_test_db(real, verbosity=0, keepdb=True)  # sets the old name again
    connection.settings_dict["TEST"]["NAME"] = own
