""".env.example lists what the settings and the compose files read, and changes nothing when it is copied."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests_ops.repository import BACKEND, COMPOSE_FILES, compose_variables, env_example, text

READ = re.compile(r"""\benv(?:\.[a-z_]+)?\(\s*["']([A-Z][A-Z0-9_]*)["']""")
# Django itself reads it, not the settings.
READ_ELSEWHERE = {"DJANGO_SETTINGS_MODULE"}

PRINT_SETTINGS = """
import json
from django.conf import settings
names = sorted(name for name in dir(settings) if name.isupper())
print(json.dumps({name: repr(getattr(settings, name)) for name in names}))
"""


def read_by_the_settings() -> set[str]:
    files = sorted((BACKEND / "config").rglob("*.py"))
    return {name for file in files for name in READ.findall(file.read_text(encoding="utf-8"))}


def test_the_settings_are_searched_at_all() -> None:
    assert read_by_the_settings() >= {"DATABASE_URL", "AI_MODEL", "CELERY_AI_CONCURRENCY", "DJANGO_DEBUG"}


def test_everything_that_is_read_is_listed() -> None:
    read = read_by_the_settings().union(*(compose_variables(name) for name in COMPOSE_FILES), READ_ELSEWHERE)
    assert read - set(env_example()) == set()


def test_everything_that_is_listed_is_read() -> None:
    read = read_by_the_settings().union(*(compose_variables(name) for name in COMPOSE_FILES), READ_ELSEWHERE)
    assert set(env_example()) - read == set()


@pytest.mark.parametrize("variable", sorted(env_example()))
def test_every_variable_is_explained(variable: str) -> None:
    """A comment stands above it, or above the block it belongs to."""
    lines = text(".env.example").splitlines()
    index = next(i for i, line in enumerate(lines) if re.match(rf"#?{variable}=", line))
    above = lines[:index][::-1]
    comment = next(line for line in above if not re.match(r"#?[A-Z][A-Z0-9_]*=", line))
    assert comment.startswith("# "), f"{variable}: {comment!r}"


def settings_with(variables: dict[str, str], state: Path) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name not in env_example()}
    run = subprocess.run(
        [sys.executable, "-c", PRINT_SETTINGS],
        cwd=BACKEND,
        env={
            **inherited,
            "LOCAL_STATE_DIR": str(state),
            "DJANGO_SETTINGS_MODULE": "config.settings.local",
            **variables,
        },
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = json.loads(run.stdout)
    assert isinstance(loaded, dict)
    return loaded


def test_an_untouched_copy_changes_no_setting(tmp_path: Path) -> None:
    values = {name: value.strip('"') for name, (value, commented) in env_example().items() if not commented}
    assert settings_with(values, tmp_path) == settings_with({}, tmp_path)


def test_the_examples_are_understood(tmp_path: Path) -> None:
    """Uncommenting a line must not stop the start: the examples have the form that the settings parse."""
    examples = {
        name: value.strip('"')
        for name, (value, _) in env_example().items()
        if value and name not in {"LOCAL_STATE_DIR", "DJANGO_SETTINGS_MODULE"}
    }
    loaded = settings_with(examples, tmp_path)
    assert "django.db.backends.postgresql" in loaded["DATABASES"]
    assert loaded["CELERY_BROKER_URL"] == "'redis://localhost:6379/0'"
    assert "'ENGINE': 'openai'" in loaded["AI_CONFIG"]
    assert "https://cdn.pharmaturk.com" in loaded["AI_R2_SETTINGS"]
