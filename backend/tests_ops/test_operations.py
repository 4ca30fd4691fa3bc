"""docs/operations.md and the files of ops/: read by the programs they are for, and true to the repository."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests_ops.image import services_of_the_image
from tests_ops.repository import COMPOSE_FILES, ROOT, env_example, text

PAGE = text("docs/operations.md")
UNITS = sorted((ROOT / "ops/systemd").glob("*.service"))
LIVE = "/etc/letsencrypt/live/shop.example"


def run(*command: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, env=variables or None)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze on this machine")
def test_systemd_understands_every_unit(tmp_path: Path) -> None:
    """With this checkout in the place of /opt/pharmaturk, as the programs must exist."""
    shutil.copytree(ROOT / "ops/systemd", tmp_path, dirs_exist_ok=True)
    for file in (one for one in tmp_path.rglob("*") if one.is_file()):
        file.write_text(file.read_text().replace("/opt/pharmaturk", str(ROOT)))
    names = [tmp_path / unit.name.replace("@", "@1") for unit in UNITS]
    path = {"SYSTEMD_UNIT_PATH": f"{tmp_path}:", "PATH": "/usr/bin:/bin"}
    checked = run("systemd-analyze", "verify", "--recursive-errors=no", "--man=no", *names, **path)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_the_units_start_what_the_compose_file_starts() -> None:
    """The same command, but for the folder, the number of an AI worker, and where the web server listens."""
    started = {}
    for unit in UNITS:
        (line,) = re.findall(r"^ExecStart=/opt/pharmaturk/\.venv/bin/(.*)$", unit.read_text(), re.MULTILINE)
        started[unit.stem] = line.replace("%%", "%").replace("_%i@", "@").split()
    composed = services_of_the_image(COMPOSE_FILES[-1])
    assert started.pop("pharmaturk-web")[0] == "gunicorn"
    assert started == {
        "pharmaturk-ai@": composed["celery_ai"]["command"],
        "pharmaturk-parsers": composed["celery_parsers"]["command"],
        "pharmaturk-beat": composed["celery_beat"]["command"],
    }


@pytest.mark.skipif(shutil.which("nginx") is None, reason="no nginx on this machine")
def test_nginx_understands_its_file(tmp_path: Path) -> None:
    name: list[str | Path] = [
        "-subj",
        "/CN=shop.example",
        "-keyout",
        tmp_path / "privkey.pem",
        "-out",
        tmp_path / "fullchain.pem",
    ]
    assert run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *name).returncode == 0
    site = text("ops/nginx/pharmaturk.conf").replace(LIVE, str(tmp_path))
    site = re.sub(r"listen (80|443)", r"listen 127.0.0.1:2\1", site)  # for a tester who is not root
    conf = tmp_path / "nginx.conf"
    conf.write_text(
        f"pid {tmp_path}/pid; error_log {tmp_path}/log; events {{}} http {{ access_log off; {site} }}"
    )
    tested = run("nginx", "-t", "-c", conf)
    assert tested.returncode == 0, tested.stderr
    assert "warn" not in tested.stderr


def test_every_variable_of_the_page_exists() -> None:
    (settings,) = re.findall(r"```ini\n(.*?)```", PAGE, re.DOTALL)
    named = {line.partition("=")[0] for line in settings.splitlines()}
    assert len(named) > 15
    assert named <= set(env_example())


def test_every_file_of_the_page_exists() -> None:
    named = set(re.findall(r"`((?:docs|ops|scripts|backend|sample)/[\w./@-]+)`|\b(docs/\w+\.md)", PAGE))
    paths = {one or other for one, other in named}
    assert paths
    assert {path for path in paths if not (ROOT / path).exists()} == set()


def test_the_page_stays_readable() -> None:
    assert len(PAGE.splitlines()) <= 250
