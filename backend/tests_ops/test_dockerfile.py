"""backend/Dockerfile and .dockerignore, without an engine."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

from tests_ops.repository import BACKEND, ROOT, instructions, text


def arguments(instruction: str) -> list[str]:
    return [rest for name, rest in instructions() if name == instruction]


def copied_from_the_repository() -> list[str]:
    sources: list[str] = []
    for rest in arguments("COPY"):
        words = shlex.split(rest)
        if not any(word.startswith("--from=") for word in words):
            sources += [word for word in words[:-1] if not word.startswith("--")]
    return sources


def test_hadolint_finds_nothing() -> None:
    tool = Path(sys.executable).with_name("hadolint")
    linted = subprocess.run([tool, BACKEND / "Dockerfile"], capture_output=True, text=True, check=False)
    assert (linted.returncode, linted.stdout + linted.stderr) == (0, "")


def test_two_stages_on_the_python_of_the_tests() -> None:
    stages = arguments("FROM")
    assert [stage.split()[-1] for stage in stages] == ["build", "runtime"]
    assert {stage.split()[0] for stage in stages} == {"python:3.11.14-slim-bookworm"}


def test_installs_the_locked_packages_by_hash() -> None:
    (install,) = [rest for rest in arguments("RUN") if "uv sync" in rest]
    assert "pip install --no-cache-dir --require-hashes -r /lock/uv.txt" in install
    assert "uv sync --project /lock --frozen --group production" in install


def test_runs_as_a_plain_user() -> None:
    assert arguments("USER") == ["10001:10001"]
    order = [name for name, _ in instructions()]
    assert order.index("USER") > max(i for i, name in enumerate(order) if name == "RUN")


def test_has_a_health_check_and_a_command_in_exec_form() -> None:
    (health,) = arguments("HEALTHCHECK")
    (command,) = arguments("CMD")
    assert "/scripts/lib/web_health.py" in health
    assert command.startswith('["gunicorn", "config.wsgi:application"')


def test_no_secret_becomes_part_of_the_image() -> None:
    assert arguments("ARG") == []
    assert not re.search(r"SECRET|PASSWORD|API_KEY", " ".join(arguments("ENV")))


def test_what_is_copied_exists_and_is_let_through() -> None:
    let_through = [line[1:] for line in text(".dockerignore").splitlines() if line.startswith("!")]
    assert "*" in text(".dockerignore").splitlines()
    for source in copied_from_the_repository():
        assert (ROOT / source).exists(), source
        assert any(f"{source.rstrip('/')}/".startswith(f"{path}/") for path in let_through), source


def test_local_secrets_stay_out_of_the_image() -> None:
    assert "**/.env" in text(".dockerignore").splitlines()
