"""How pytest-xdist shares out the tests: one by one, but those of a file together whose preparation they share, and
files that number a database of the shared Redis together.

pytest-xdist's own mark for this, xdist_group, is without effect since pytest 9.2 (xdist 3.8 changes an attribute of
the test that pytest no longer reads).
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

NAMES_REDIS = re.compile(r"""environ\W+(get\W+)?["']?REDIS_URL""")
PREPARES_ONCE = re.compile(r"""scope="(module|class)"|^@cache$""", re.MULTILINE)


@cache
def _scope(file: Path) -> str:
    """Empty: each test of the file is one of its own."""
    text = file.read_text(encoding="utf-8")
    if NAMES_REDIS.search(text):
        return "redis"
    return str(file) if PREPARES_ONCE.search(text) else ""


class Together(LoadScopeScheduling):  # type: ignore[misc]  # it has no types
    """The scope of a test is what one process runs to its end before it asks for more."""

    def _split_scope(self, nodeid: str) -> str:
        return _scope(Path(self.config.rootpath) / nodeid.partition("::")[0]) or nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Together:
    return Together(config, log)
