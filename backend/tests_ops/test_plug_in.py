"""docs/plug-in.md followed to the letter in an empty project; and what the script says when it runs again."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import global_settings

from tests_ops.repository import BACKEND, ROOT, env_example, text

#: Packages are those of the tests' environment: tests of the requirements look at what production installs.
INSTALLS = re.compile(r"^(?:python3 -m venv|pip install).*$", re.MULTILINE)
OLDER = "# the older version\n"
OPEN_PAGES = """
import django
django.setup()
from django.conf import settings
settings.ALLOWED_HOSTS = ["testserver"]
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.test import Client
client = Client()
client.force_login(get_user_model().objects.create_superuser("root", "root@shop.example", "secret-word"))
for model in admin.site._registry:
    if model._meta.app_label == "ai":
        page = f"/admin/ai/{model._meta.model_name}/"
        print(page, client.get(page).status_code)
        for row in model._default_manager.all()[:1]:
            print(page, client.get(f"{page}{row.pk}/change/", follow=True).status_code)
print("/api/ai/logs/", client.get("/api/ai/logs/").status_code)
"""


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in env_example()}
    path = f"{Path(sys.executable).parent}{os.pathsep}{kept.get('PATH', '')}"
    return kept | {"PATH": path, "SHOP_AI": str(ROOT), "DJANGO_SETTINGS_MODULE": "project.settings"}


def _plug_in(target: Path, *arguments: str, within: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [str(ROOT / "scripts" / "plug-in"), str(target), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=within)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "manage.py").touch()
    assert _plug_in(tmp_path).returncode == 0
    return tmp_path


@pytest.mark.timeout(300)
def test_from_nothing_to_a_first_card(tmp_path: Path) -> None:
    walk = text("docs/plug-in.md").partition("## From nothing to a first card")[2]
    script = "set -euo pipefail\n" + INSTALLS.sub(
        ":", "\n".join(re.findall(r"```bash\n(.*?)```", walk, re.S))
    )
    environment = _environment()
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-3000:]
    assert "ai_catalog.OurCatalog keeps the contract." in done.stdout
    (card,) = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["products"]
    assert card["title"] == "Parol 500 mg 20 Tablet"
    assert card["category_path"] == "Аптека > Обезболивающие"
    assert card["status"] == "moderation"
    assert "500 мг" in card["generated_title"].replace("\xa0", " ")

    command = [sys.executable, "-c", OPEN_PAGES]
    pages = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert pages.returncode == 0, pages.stderr[-3000:]
    opened = [line.rsplit(" ", 1) for line in pages.stdout.splitlines()]
    assert len(opened) > 15
    assert {status for _, status in opened} == {"200"}, opened


def test_nothing_of_this_shop_goes_along(project: Path) -> None:
    copied = [path.relative_to(project) for path in project.rglob("*") if path.is_file()]
    assert Path("apps/ai/prompts/draft.md") in copied
    assert Path("apps/__init__.py") not in copied
    assert [path for path in copied if {"tests", "products", "parsers", "users"} & set(path.parts)] == []
    settings = (project / "ai_settings.py").read_text(encoding="utf-8")
    assert re.search(r"apps\.products|PharmaTurk|config\.", settings) is None


def test_pictures_have_a_folder_whatever_the_project_says(project: Path) -> None:
    """Django's own MEDIA_ROOT is empty: each process would write pictures into the folder it was started in."""
    say = "import ai_settings; print(ai_settings.MEDIA_ROOT)"
    done = subprocess.run(
        [sys.executable, "-c", say], cwd=project, env=_environment(), capture_output=True, text=True
    )
    assert done.stdout.strip() == str(project / ".ai_state" / "media"), done.stderr
    assert (project / ".ai_state" / ".gitignore").read_text(encoding="utf-8") == "*"


def test_every_setting_that_the_app_reads_comes_with_it(project: Path) -> None:
    """The two models are the project's own to name; Django's are there anyway."""
    files = [path for folder in ("apps", "utils") for path in (project / folder).rglob("*.py")]
    read = {
        name
        for path in files
        for name in re.findall(r"(?<!self\.)\bsettings\.([A-Z][A-Z0-9_]+)", path.read_text(encoding="utf-8"))
    }
    exported = (project / "ai_settings.py").read_text(encoding="utf-8").partition("__all__ = ")[2]
    missing = {name for name in read if f'"{name}"' not in exported and not hasattr(global_settings, name)}
    assert {"AI_CONFIG", "QDRANT", "R2_CONFIG"} <= read
    assert missing == set()


def test_a_second_run_finds_nothing(project: Path) -> None:
    again = _plug_in(project, "--check")
    assert (again.returncode, again.stdout) == (0, "Nothing differs.\n")


def test_without_the_offline_engine(tmp_path: Path) -> None:
    (tmp_path / "manage.py").touch()
    assert _plug_in(tmp_path, "--without-offline").returncode == 0
    assert not (tmp_path / "apps/ai_offline").exists()
    assert "ai_offline" not in (tmp_path / "ai_settings.py").read_text(encoding="utf-8")


def _older(project: Path, name: str) -> None:
    """As if the copy had been made from an older version of this file."""
    record = project / "apps/ai/.plugged-in.json"
    known = json.loads(record.read_text(encoding="utf-8"))
    (project / name).write_text(OLDER, encoding="utf-8")
    record.write_text(
        json.dumps(known | {name: hashlib.sha256(OLDER.encode()).hexdigest()}), encoding="utf-8"
    )


def test_an_update_is_said_and_brought_in(project: Path) -> None:
    _older(project, "apps/ai/urls.py")
    asked = _plug_in(project, "--check")
    assert asked.returncode == 1
    assert "1 file updated:\n   apps/ai/urls.py" in asked.stdout
    assert (project / "apps/ai/urls.py").read_text(encoding="utf-8") == OLDER
    _plug_in(project)
    assert (project / "apps/ai/urls.py").read_bytes() == (BACKEND / "apps/ai/urls.py").read_bytes()


def test_ones_own_change_stays(project: Path) -> None:
    mine = project / "apps/ai/urls.py"
    mine.write_text("# mine\n", encoding="utf-8")
    assert "1 file changed by you, left as it is:\n   apps/ai/urls.py" in _plug_in(project).stdout
    assert mine.read_text(encoding="utf-8") == "# mine\n"


def test_where_both_changed_the_updates_lies_beside(project: Path) -> None:
    _older(project, "apps/ai/urls.py")
    mine = project / "apps/ai/urls.py"
    mine.write_text("# mine\n", encoding="utf-8")
    for _ in range(2):  # a third run has not forgotten it
        assert "changed by you AND by the update" in _plug_in(project).stdout
        assert mine.read_text(encoding="utf-8") == "# mine\n"
    beside = project / "apps/ai/urls.py.new"
    assert beside.read_bytes() == (BACKEND / "apps/ai/urls.py").read_bytes()
    assert _plug_in(project, "--force").returncode == 0
    assert mine.read_bytes() == beside.read_bytes()


def test_what_is_no_longer_part_goes(project: Path) -> None:
    _older(project, "apps/ai/services/old.py")
    assert "1 file no longer part of the app:\n   apps/ai/services/old.py" in _plug_in(project).stdout
    assert not (project / "apps/ai/services/old.py").exists()


def test_a_filled_in_adapter_is_never_touched(project: Path) -> None:
    (project / "ai_catalog.py").write_text("# mine\n", encoding="utf-8")
    (project / "apps/ai/.plugged-in.json").unlink()
    _plug_in(project, "--force")
    assert (project / "ai_catalog.py").read_text(encoding="utf-8") == "# mine\n"


def _package(folder: Path, line: str = "") -> Path:
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text(line, encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", ["apps", "utils"])
def test_apps_below_src_are_joined_there(tmp_path: Path, name: str) -> None:
    """Two packages of one name: whichever is first on the path would hide the other."""
    (tmp_path / "manage.py").touch()
    _package(tmp_path / "project" / "utils")  # imported as project.utils, in nobody's way
    (tmp_path / "project" / "__init__.py").touch()
    mine = _package(tmp_path / "src" / name, "# mine\n") / "__init__.py"
    refused = _plug_in(tmp_path)
    assert (refused.returncode, f"scripts/plug-in {tmp_path / 'src'}." in refused.stderr) == (2, True)
    assert not (tmp_path / "apps").exists()
    done = _plug_in(Path(), within=tmp_path / "src")
    assert (done.returncode, "changed by you" in done.stdout) == (0, False), done.stderr
    assert (tmp_path / "src/apps/ai/apps.py").is_file()
    assert mine.read_text(encoding="utf-8") == "# mine\n"
    assert _plug_in(tmp_path / "src", "--check").stdout == "Nothing differs.\n"


def test_a_module_of_yours_is_not_taken_for_the_apps(tmp_path: Path) -> None:
    (tmp_path / "manage.py").touch()
    mine = _package(tmp_path / "utils") / "secret.py"
    mine.write_text("KEY = 1\n", encoding="utf-8")
    refused = _plug_in(tmp_path)
    assert (refused.returncode, "utils/secret.py" in refused.stderr) == (2, True)
    assert not (tmp_path / "apps").exists()


def test_places_where_it_cannot_go(tmp_path: Path) -> None:
    assert "holds a manage.py" in _plug_in(tmp_path).stderr
    (tmp_path / "manage.py").touch()
    (tmp_path / "utils.py").touch()
    refused = _plug_in(tmp_path)
    assert (refused.returncode, "utils/__init__.py" in refused.stderr) == (2, True)
