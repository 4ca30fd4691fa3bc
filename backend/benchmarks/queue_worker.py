"""The project's Celery application with a counter of SQL statements: `celery -A benchmarks.queue_worker worker`.

Every second the number so far is written to the file that SQL_COUNT_FILE names, one file a process.
BEGIN and COMMIT, which the driver sends by itself, are not in it.
"""

from __future__ import annotations

import itertools
import os
import threading
import time
from pathlib import Path
from typing import Any

from django.db.backends.utils import CursorWrapper

from config.celery import app

__all__ = ["app"]

_count = itertools.count()
_seen = 0


def _counting(original: Any) -> Any:
    def execute(self: CursorWrapper, *arguments: Any, **options: Any) -> Any:
        global _seen
        _seen = next(_count) + 1
        return original(self, *arguments, **options)

    return execute


def _write() -> None:
    while True:
        Path(f"{os.environ['SQL_COUNT_FILE']}.{os.getpid()}").write_text(str(_seen), encoding="ascii")
        time.sleep(0.5)


def _start() -> None:
    threading.Thread(target=_write, daemon=True).start()


if "SQL_COUNT_FILE" in os.environ:
    for name in ("execute", "executemany"):
        setattr(CursorWrapper, name, _counting(getattr(CursorWrapper, name)))
    _start()
    os.register_at_fork(after_in_child=_start)
