"""Copies the AI app into another Django project, and remembers what it copied.

The record in TARGET/apps/ai/.plugged-in.json holds a hash a file, so that a second run can tell what the update
changed from what the other project changed: its own changes are never overwritten, and both are said.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BACKEND = ROOT / "backend"
RECORD = Path("apps/ai/.plugged-in.json")
ADAPTER = Path("ai_catalog.py")
TREES = ("apps/ai", "apps/ai_offline", "utils")
OFFLINE = "apps/ai_offline"
#: Lines of config/settings/base.py that are the AI app's: from the first to before the second.
SECTIONS = (("AI_SWEEP_SECONDS =", "# --- Media"), ("# --- Media", "# --- Imports"))
SETTINGS_HEAD = '''"""Settings of the AI app, from the environment; written by scripts/plug-in.

At the top of your settings, but below the line that reads your .env: `from ai_settings import *`.
What you set yourself after that wins.
"""

import os
from pathlib import Path
from typing import Any

import environ
from celery.schedules import crontab

env = environ.Env()
LOCAL_STATE_DIR = Path(env("LOCAL_STATE_DIR", default=str(Path(__file__).resolve().parent / ".ai_state")))
LOCAL_STATE_DIR.mkdir(parents=True, exist_ok=True)
if not (LOCAL_STATE_DIR / ".gitignore").exists():
    (LOCAL_STATE_DIR / ".gitignore").write_text("*")
SITE_URL = env("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
MEDIA_URL = env("MEDIA_URL", default="/media/")
MEDIA_ROOT = env("MEDIA_ROOT", default=str(LOCAL_STATE_DIR / "media"))  # without it: wherever a process starts
CELERY_WORKER_CONCURRENCY = env.int("CELERY_AI_CONCURRENCY", default=4)
'''
SETTINGS_TAIL = """
# Whoever watches the AI workers does not wait behind them.
AI_TASK_ROUTES = {"apps.ai.tasks.watch": {"queue": "celery"}, "apps.ai.tasks.*": {"queue": "ai"}}
AI_BEAT_SCHEDULE = CELERY_BEAT_SCHEDULE
#: A check compares it: what your .env brings after this line has no effect.
AI_ENVIRONMENT = frozenset(os.environ)

__all__ = [
    "AI_BEAT_SCHEDULE",
    "AI_CONFIG",
    "AI_ENVIRONMENT",
    "AI_R2_SETTINGS",
    "AI_SWEEP_SECONDS",
    "AI_TASK_ROUTES",
    "HEALTH_TOKEN",
    "MEDIA_ROOT",
    "MEDIA_URL",
    "OPENAI_API_KEY",
    "OPENAI_BASE_URL",
    "QDRANT",
    "R2_CONFIG",
    "SITE_URL",
]
"""


def main() -> int:
    arguments = _arguments()
    target: Path = arguments.target.resolve()  # the folder above `.` is one, too
    files = dict(_files(offline=not arguments.without_offline))
    known: dict[str, str] = _record(target)
    first = not known
    if hindrance := _hindrance(target, files if first and not arguments.force else {}):
        return _refuse(hindrance)
    changes = _copy(files, target, known, check=arguments.check, force=arguments.force)
    if not arguments.check:
        (target / RECORD).write_text(
            json.dumps(dict(sorted(known.items())), indent=0) + "\n", encoding="utf-8"
        )
    _say(changes, check=arguments.check)
    if first and not arguments.check:
        _adapter(target)
        print(NEXT.format(target=target))
    return 1 if arguments.check and any(changes.values()) else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/plug-in", description=__doc__)
    parser.add_argument(
        "target",
        type=Path,
        metavar="TARGET_BACKEND",
        help="the folder of the other project that its apps are imported from",
    )
    parser.add_argument(
        "--without-offline", action="store_true", help="leave out the engine that needs no model"
    )
    parser.add_argument(
        "--check", action="store_true", help="only say what differs; exit code 1 when something does"
    )
    parser.add_argument("--force", action="store_true", help="overwrite what was changed in the copy")
    return parser.parse_args()


def _hindrance(target: Path, new: dict[str, bytes]) -> str | None:
    """Why a copy could not be imported there, or would be imported in place of the project's own modules."""
    project = next((folder for folder in (target, target.parent) if (folder / "manage.py").is_file()), None)
    if project is None:
        return (
            f"neither {target} nor the folder above it holds a manage.py: name the folder of the other project "
            "that your own apps are imported from."
        )
    if (target / "utils.py").exists():
        return f"{target}/utils.py is in the way of the package utils/: make it utils/__init__.py."
    for package in sorted({*project.glob("*/apps/__init__.py"), *project.glob("*/utils/__init__.py")}):
        folder = package.parents[1]
        if folder.resolve() != target.resolve() and not (folder / "__init__.py").exists():
            return (
                f"{package.parent} is a package {package.parent.name}, too, and only one of two can be imported: "
                f"run scripts/plug-in {folder}."
            )
    ours = {name: _hash(content) for name, content in new.items() if content and name.startswith("utils/")}
    if own := [name for name, ours_ in ours.items() if _hash_of(target / name) not in (None, ours_)]:
        return f"{target} has {', '.join(own)} already: rename yours, the app brings files of these names."
    return None


def _refuse(sentence: str) -> int:
    print(f"error: {sentence}", file=sys.stderr)
    return 2


def _files(*, offline: bool) -> Iterator[tuple[str, bytes]]:
    """What belongs into the other project, by path below its backend; tests stay here, they need this shop."""
    for tree in TREES:
        if tree == OFFLINE and not offline:
            continue
        for path in sorted((BACKEND / tree).rglob("*")):
            place = path.relative_to(BACKEND)
            if path.is_file() and not {"tests", "__pycache__"} & set(place.parts):
                yield place.as_posix(), path.read_bytes()
    yield "requirements-ai.txt", _requirements().encode()
    yield "ai_settings.py", _settings(offline=offline).encode()


def _requirements() -> str:
    with (BACKEND / "pyproject.toml").open("rb") as file:
        packages: list[str] = tomllib.load(file)["project"]["dependencies"]
    return "\n".join(packages) + "\n"


def _settings(*, offline: bool) -> str:
    """This shop's own lines, so that there is one set of defaults; what is the shop's in them is taken out."""
    base = (BACKEND / "config" / "settings" / "base.py").read_text(encoding="utf-8")
    parts = []
    for first, last in SECTIONS:
        start = base.index(f"\n{first}") + 1
        parts.append(base[start : base.index(f"\n{last}", start)].rstrip())
    text = "\n\n".join(parts)
    text = re.sub(r"(?m)^(# The shop's models|AI_PRODUCT_MODEL|AI_CATEGORY_MODEL).*\n", "", text)
    text = re.sub(r'"CATALOG": "[^"]*"', '"CATALOG": "ai_catalog.OurCatalog"', text)
    text = re.sub(r"(?m)^.*apps[.]parsers.*\n|^PARSERS?_.*\n", "", text)
    text = text.replace("PharmaTurk", "Our shop")
    if not offline:
        text = re.sub(r"(?m)^.*apps[.]ai_offline.*\n|^# Engines that run in the process.*\n", "", text)
    return f"{SETTINGS_HEAD}{text}\n{SETTINGS_TAIL}"


def _record(target: Path) -> dict[str, str]:
    path = target / RECORD
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def _copy(
    files: dict[str, bytes], target: Path, known: dict[str, str], *, check: bool, force: bool
) -> dict[str, list[str]]:
    """Write what is new or updated; `known` is brought up to date. Returns paths by what became of them."""
    changes: dict[str, list[str]] = {"new": [], "updated": [], "gone": [], "yours": [], "both": []}
    for name, content in files.items():
        there, ours = _hash_of(target / name), _hash(content)
        if there == ours:
            known[name] = ours
            continue
        if there is not None and not content and name not in known:
            continue  # a package of yours that we add modules to
        if there is not None and there != known.get(name) and not force:
            changes["yours" if known.get(name) == ours else "both"].append(name)
            if known.get(name) != ours and not check:
                _write(target / f"{name}.new", content)
            continue
        changes["new" if there is None else "updated"].append(name)
        if not check:
            _write(target / name, content)
            known[name] = ours
    for name in sorted(set(known) - set(files)):
        changes["gone"].append(name)
        if not check:
            if _hash_of(target / name) == known[name]:
                (target / name).unlink()
            del known[name]
    return changes


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _hash_of(path: Path) -> str | None:
    return _hash(path.read_bytes()) if path.is_file() else None


def _say(changes: dict[str, list[str]], *, check: bool) -> None:
    words = {
        "new": "new",
        "updated": "updated",
        "gone": "no longer part of the app",
        "yours": "changed by you, left as it is",
        "both": "changed by you AND by the update: yours is kept, the update's lies beside it as FILE.new",
    }
    if not any(changes.values()):
        print("Nothing differs.")
    for kind, names in changes.items():
        if names:
            print(f"{len(names)} {'file' if len(names) == 1 else 'files'} {words[kind]}:")
            shown = names if kind not in ("new", "updated") or len(names) <= 40 else names[:5]
            print("".join(f"   {name}\n" for name in shown), end="")
            if len(shown) < len(names):
                print(f"   … and {len(names) - len(shown)} more")
    migrations = [name for kind in ("new", "updated") for name in changes[kind] if "/migrations/0" in name]
    if migrations and changes["updated"]:
        print("Migrations came with it: python manage.py migrate")
    if "requirements-ai.txt" in changes["updated"]:
        print("Packages changed: pip install -r requirements-ai.txt")
    if check and any(changes.values()):
        print("Nothing was written (--check).")


def _adapter(target: Path) -> None:
    """The skeleton, unless the project has an adapter already."""
    if not (target / ADAPTER).exists():
        _write(target / ADAPTER, (ROOT / "scripts/lib/adapter_skeleton.txt").read_bytes())
        print(f"The adapter's skeleton: {target / ADAPTER}")


NEXT = """
Next, in {target} (docs/plug-in.md explains each step):

 1. Packages           pip install -r requirements-ai.txt
 2. Settings, at the top of your settings file, but below the line that reads your .env, if you have one:
                       from ai_settings import *
    and below, with your own models:
                       AI_PRODUCT_MODEL = "shop.Product"
                       AI_CATEGORY_MODEL = "shop.Category"
                       AI_CONFIG["CATALOG"] = "ai_catalog.OurCatalog"
    INSTALLED_APPS        "unfold", "unfold.contrib.filters"   before "django.contrib.admin"
                       "rest_framework", "django_filters", "apps.ai"
    Celery             CELERY_TASK_ROUTES = AI_TASK_ROUTES
                       CELERY_BEAT_SCHEDULE = AI_BEAT_SCHEDULE     (added to your own)
 3. Addresses          path("api/ai/", include("apps.ai.urls"))
 4. The adapter        fill in ai_catalog.py
 5. Tables             python manage.py check && python manage.py migrate
 6. Is it right?       python manage.py ai_check_catalog
 7. Vectors            python manage.py init_qdrant && python manage.py sync_categories
 8. A first card       python manage.py shell -c "from apps.ai import tasks; tasks.process_product_ai(PRODUCT_ID)"
 9. From then on       apps.ai.tasks.submit_imported(product_id, origin="the parser's name", created=True or False)
                       where your parser has saved a product, in the same transaction, and a worker:
                       celery -A YOUR_PROJECT worker -Q ai,celery -B
"""

if __name__ == "__main__":
    sys.exit(main())
