"""Processes of pytest-xdist do not meet: databases, Redis, folders, and tests that name a shared number."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

PROCESS = os.environ.get("PYTEST_XDIST_WORKER", "")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="DATABASE_URL names no PostgreSQL")
def test_the_database_is_of_this_process(db: None) -> None:
    assert str(connection.settings_dict["NAME"]).endswith(f"_{PROCESS}" if PROCESS else "test_postgres")


@pytest.mark.skipif(not PROCESS or connection.vendor != "postgresql", reason="needs -n and a PostgreSQL")
def test_the_database_is_a_copy_of_one_that_is_migrated(db: None) -> None:
    """Nothing is left to migrate, and this process migrated nothing."""
    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []
    assert connection.settings_dict["TEST"]["MIGRATE"] is False
    assert connection.settings_dict["TEST"]["TEMPLATE"].startswith("test_migrated_")


@pytest.mark.skipif(not settings.REDIS_URL, reason="REDIS_URL names no server")
def test_the_redis_database_is_of_this_process() -> None:
    assert settings.REDIS_URL.rpartition("/")[2] == PROCESS.removeprefix("gw") or PROCESS == ""


def test_folders_are_of_this_process() -> None:
    state = Path(settings.LOCAL_STATE_DIR)
    assert state in Path(settings.MEDIA_ROOT).parents
    assert state.name.startswith("pharmaturk-tests-")


FILES = {
    "test_numbered.py": """
import os
import pytest
@pytest.mark.parametrize("number", range(6))
def test_uses(number):
    assert os.environ["REDIS_URL"].rpartition("/")[0]
    with open(os.environ["SEEN"], "a") as seen:
        seen.write(os.environ["PYTEST_XDIST_WORKER"] + " ")
""",
    "test_prepared.py": """
import os
import pytest
@pytest.fixture(scope="module")
def prepared():
    with open(os.environ["PREPARED"], "a") as seen:
        seen.write(os.environ["PYTEST_XDIST_WORKER"] + " ")
@pytest.mark.parametrize("number", range(6))
def test_uses(number, prepared):
    pass
""",
    "test_free.py": """
import pytest
@pytest.mark.parametrize("number", range(6))
def test_uses(number):
    pass
""",
}


def test_tests_that_share_something_run_in_one_process(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(**{name.removesuffix(".py"): body for name, body in FILES.items()})
    seen, prepared = pytester.path / "seen", pytester.path / "prepared"
    variables = {
        "SEEN": str(seen),
        "PREPARED": str(prepared),
        "REDIS_URL": "redis://nowhere/0",
        "PYTHONPATH": str(settings.BACKEND_DIR),
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        ended = pytester.runpytest_subprocess("-n", "2", "-p", "no:django", "-p", "tests_ops.parallel")
    ended.assert_outcomes(passed=18)
    assert len(seen.read_text().split()) == 6
    assert len(set(seen.read_text().split())) == 1
    assert len(prepared.read_text().split()) == 1
