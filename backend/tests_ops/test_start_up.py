"""What a command loads before its first word: modules are counted, since seconds are the machine's."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from tests_ops.repository import BACKEND

HEAVY = {"openai", "qdrant_client", "boto3", "botocore", "httpx", "openpyxl", "scipy"}
_LOADED = re.compile(r"^import time:[ \d|]+\|\s+(\S+)$", re.MULTILINE)


def _loaded_by(command: str) -> set[str]:
    """Every module that `manage.py COMMAND` imports."""
    ended = subprocess.run(
        [sys.executable, "-X", "importtime", "manage.py", *command.split()],
        cwd=BACKEND,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.local", "ENV_FILE": os.devnull},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr[-2000:]
    return set(_LOADED.findall(ended.stderr))


@pytest.mark.parametrize(
    ("command", "most", "more"),
    [
        ("run_parser --help", 1400, {"numpy", "PIL", "apps.ai.tasks", "apps.ai.admin"}),
        ("ai_queue --help", 1500, {"apps.ai.tasks", "apps.ai.admin"}),
        ("check", 2100, set()),
    ],
)
def test_a_command_loads_little_before_its_first_word(command: str, most: int, more: set[str]) -> None:
    loaded = _loaded_by(command)
    assert not loaded & (HEAVY | more)
    assert "django" in loaded
    assert len(loaded) <= most
