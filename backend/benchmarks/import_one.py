"""One import in a process of its own, and what it cost, as a line of JSON.

    python benchmarks/import_one.py FILE SOURCE [--resume]

It runs on older commits, too: what they lack is not asked for.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

import django

os.environ["DJANGO_DEBUG"] = "false"  # Django would keep every statement
django.setup()

from django.db import connection  # noqa: E402

from apps.ai.models import AIProcessingLog  # noqa: E402
from apps.parsers.services import imports  # noqa: E402

#: The import's own row, which says how far it is.
OWN = "parsers_parserrun"


def main() -> int:
    path, source = Path(sys.argv[1]), sys.argv[2]
    options: dict[str, Any] = {}
    if hasattr(imports, "ImportOptions"):
        options["options"] = imports.ImportOptions(resume="--resume" in sys.argv, accept=True)
    statements = {"all": 0, "writing": 0}

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        statements["all"] += 1
        statements["writing"] += sql.startswith(("INSERT", "UPDATE", "DELETE")) and OWN not in sql
        return execute(sql, params, many, context)

    before = AIProcessingLog.objects.count()
    started, busy = time.perf_counter(), time.process_time()
    with connection.execute_wrapper(count):
        run = imports.import_feed("supplier", path=path, source=source, currency="TRY", **options)
    found = {
        "seconds": time.perf_counter() - started,
        "cpu_seconds": time.process_time() - busy,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "statements": statements["all"],
        "writing": statements["writing"],
        "status": run.status,
        "read": getattr(run, "read_count", None),
        "created": run.created_count,
        "updated": run.updated_count,
        "unchanged": run.unchanged_count,
        "refused": run.failed_count,
        "submitted": AIProcessingLog.objects.count() - before,
    }
    sys.stdout.write(json.dumps(found) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
