"""The steps of scripts/ai_setup.sh in one process: nine commands would each take three seconds of CPU to start.

usage: setup_steps.py CATEGORIES TEMPLATES    two files. CATEGORIES '': the sample's when the shop has none;
                                              TEMPLATES '': none

Environment: WAIT_SECONDS for each server (60), DJANGO_SETTINGS_MODULE. Exit code 1 with the step that failed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from io import StringIO

import server_ready
from django.core.management import CommandError, call_command, execute_from_command_line
from machine import BACKEND, ROOT

sys.path.insert(0, str(BACKEND))
os.chdir(BACKEND)

STEPS = 8
NEXT = (
    "done. Next: workers (celery -A config worker -Q ai …, another with -Q parsers,media,celery) and beat; "
    "see docker-compose.prod.yml"
)


def main(categories: str, templates: str) -> int:
    steps: list[tuple[str, Callable[[], object]]] = [
        ("environment, servers", _servers),
        ("database schema", lambda: manage("migrate", "--noinput")),
        ("static files", _static_files),
        ("category tree", lambda: _tree(categories)),
        ("collections of Qdrant", lambda: manage("init_qdrant")),
        ("categories in Qdrant", lambda: manage("sync_categories")),
        ("templates", lambda: manage("import_templates", templates) if templates else print("left out")),
        # No worker runs yet.
        ("everything asked", lambda: manage("ai_doctor", "--skip", "processes")),
    ]
    for number, (title, step) in enumerate(steps, 1):
        print(f"\n== {number}/{STEPS} {title}", flush=True)
        try:
            step()
        except SystemExit as ended:
            if not ended.code:
                continue
            sys.stderr.write(
                f"error: step {number} ({title}) failed; mend it and run the script again: "
                "what is done already is not done twice.\n"
            )
            return 1
    print(f"\n== {NEXT}")
    return 0


def manage(*arguments: str) -> None:
    """`manage.py ARGUMENTS`: SystemExit with a code when it fails."""
    execute_from_command_line(["manage.py", *arguments])


def _servers() -> None:
    if not server_ready.is_ready(float(os.environ.get("WAIT_SECONDS") or 60)):
        raise SystemExit(1)


def _static_files() -> None:
    """In a container the image holds them, and development serves them without."""
    folder = BACKEND / "staticfiles"
    with suppress(OSError):
        folder.mkdir(exist_ok=True)
    if os.access(folder, os.W_OK):
        manage("collectstatic", "--noinput", "--verbosity", "0")
    else:
        print(f"left as they are: {folder} is not ours to write")


def _tree(categories: str) -> None:
    if not categories and _shop_has_a_tree():
        print("the shop has one")
        return
    if not categories:
        print("the sample: the shop has none yet", flush=True)
    manage("import_categories", categories or str(ROOT / "sample" / "categories.jsonl"))
    from apps.ai import catalog  # noqa: PLC0415  # Django is set up by now

    catalog.get.cache_clear()  # it has seen the empty tree


def _shop_has_a_tree() -> bool:
    try:
        call_command("ai_doctor", only=["tree"], stdout=StringIO(), stderr=StringIO())
    except CommandError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
