"""Real processes for tests: commands and a Celery worker on the test database and a broker of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import connection

BACKEND = Path(settings.BACKEND_DIR)
COMMANDS = """
import json, sys
from django.core.management import execute_from_command_line
for arguments in json.loads(sys.argv[1]):
    execute_from_command_line(["manage.py", *arguments])
"""


def database_url() -> str:
    """The test database as another process names it. Only PostgreSQL can be shared."""
    values = connection.settings_dict
    return (
        f"postgres://{quote(values['USER'])}:{quote(values['PASSWORD'])}"
        f"@{values['HOST']}:{values['PORT']}/{values['NAME']}"
    )


@dataclass
class Shop:
    """The application as separate processes see it: environment, state folder, log."""

    state: Path
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return kept | {
            "DJANGO_SETTINGS_MODULE": "config.settings.local",
            "DATABASE_URL": database_url(),
            "LOCAL_STATE_DIR": str(self.state),
            "ENV_FILE": "/dev/null",
            "PYTHONUNBUFFERED": "1",
            "CELERY_SKIP_CHECKS": "1",  # a worker that checks the system starts a third later; the image's do
            **self.extra,
        }

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a management command to its end; its output is in the result."""
        return self._run("manage.py", *arguments)

    def manage_all(self, *commands: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
        """Management commands one after the other in one process, which takes three seconds of CPU to start. Ends with
        the first that fails.
        """
        return self._run("-c", COMMANDS, json.dumps(commands))

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=BACKEND,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    @contextmanager
    def worker(self, *arguments: str, queue: str = "ai") -> Iterator[subprocess.Popen[Any]]:
        """A worker of one queue until the block ends."""
        command = ["celery", "-A", "config", "worker", "-Q", queue, "--pool", "threads", *arguments]
        with self.module(*command) as process:
            yield process

    @contextmanager
    def module(self, *command: str) -> Iterator[subprocess.Popen[Any]]:
        """`python -m COMMAND` until the block ends; what it says is in the log."""
        with (self.state / "worker.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", *command], cwd=BACKEND, env=self.environment, stdout=log, stderr=log
            )
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    @property
    def log(self) -> str:
        return (self.state / "worker.log").read_text(errors="replace")


def until(condition: Callable[[], bool], *, seconds: float = 60.0) -> bool:
    """Poll; true as soon as the condition holds, false when the time is over."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.2)
    return False
