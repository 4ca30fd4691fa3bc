"""The shell scripts and their Python helpers, run for real."""

import importlib
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import ModuleType

import psycopg
import pytest
import redis

from tests_ops.repository import ROOT, SCRIPTS, text

EXECUTABLE = (
    *("test.sh", "demo.sh", "ai_setup.sh", "services.sh", "lock.sh", "lib/checks.sh", "../.ci/run"),
    *("bench_guards", "bench_llm.sh", "bench_queue", "bench_vectors", "chaos"),
    *("backup", "restore", "try_production", "try_restore", "try_local_model"),
)
WITHOUT_SERVERS = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "REDIS_URL"}}
SERVICES = SCRIPTS / "lib" / "services.py"


def services(
    command: str, folder: Path, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, SERVICES, command, folder],
        env=WITHOUT_SERVERS if env is None else env,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


def addresses(lines: str) -> list[str]:
    """What `start` has printed for the shell."""
    return [line.partition("=")[2] for line in lines.splitlines()]


def bash(script: str, *args: object, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", script, *map(str, args)],
        env=WITHOUT_SERVERS if env is None else env,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


@pytest.mark.parametrize("name", EXECUTABLE)
def test_scripts_can_be_executed_and_parsed(name: str) -> None:
    path = SCRIPTS / name
    assert os.access(path, os.X_OK)
    assert bash(f"bash -n {path}").stderr == ""


@pytest.mark.parametrize("path", sorted(SCRIPTS.glob("lib/*.sh")), ids=lambda path: path.name)
def test_libraries_can_be_parsed(path: Path) -> None:
    assert bash(f"bash -n {path}").stderr == ""


def test_ci_runs_the_test_script_and_nothing_else() -> None:
    lines = [line for line in text(".ci/run").splitlines() if line and not line.startswith("#!")]
    assert lines == ['exec "$(dirname "$0")/../scripts/test.sh"']


# --- a private PostgreSQL and Redis


@pytest.fixture
def places(tmp_path: Path) -> Iterator[list[Path]]:
    """Two directories for servers, and an end to all that runs in them."""
    tmp_path.chmod(0o711)
    found = [tmp_path / "one", tmp_path / "two"]
    yield found
    for place in found:
        services("stop", place)


def test_two_sets_start_at_once_and_neither_is_the_other(places: list[Path]) -> None:
    running = [
        subprocess.Popen(
            [sys.executable, SERVICES, "start", place],
            env=WITHOUT_SERVERS,
            stdout=subprocess.PIPE,
            text=True,
        )
        for place in places
    ]
    found = [addresses(process.communicate(timeout=90)[0]) for process in running]
    assert [process.returncode for process in running] == [0, 0]
    assert len({address for pair in found for address in pair}) == 4
    for number, (database, broker) in enumerate(found):
        with psycopg.connect(database) as connection:
            connection.execute("CREATE TABLE mine (number int)")
            connection.execute("INSERT INTO mine VALUES (%s)", [number])
            lowered = connection.execute(
                "SELECT lower('ПЛАТЬЕ'), current_setting('max_connections')"
            ).fetchone()
        assert lowered == ("платье", "200")
        with redis.Redis.from_url(broker) as client:
            assert client.set("mine", number, nx=True) is True


def test_a_second_start_finds_the_first_and_stop_ends_it(places: list[Path]) -> None:
    first = services("start", places[0])
    second = services("start", places[0])
    assert first.returncode == 0, first.stderr
    assert first.stdout == second.stdout != ""
    database, broker = addresses(first.stdout)
    assert services("stop", places[0]).returncode == 0
    assert not places[0].exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(database, connect_timeout=3)
    with pytest.raises(redis.ConnectionError):
        redis.Redis.from_url(broker).ping()


def test_strangers_on_this_machine_need_the_password(places: list[Path]) -> None:
    database, broker = addresses(services("start", places[0]).stdout)
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(re.sub(r":[0-9a-f]+@", ":guess@", database), connect_timeout=3)
    with pytest.raises(redis.AuthenticationError):
        redis.Redis.from_url(re.sub(r":[0-9a-f]+@", "", broker)).ping()
    assert (places[0] / "secret").stat().st_mode & 0o077 == 0


def test_a_half_made_cluster_is_made_anew(places: list[Path]) -> None:
    (places[0] / "pg").mkdir(parents=True)
    (places[0] / "pg" / "PG_VERSION").write_text("9\n")
    (places[0] / "pg.home").write_text(f"{places[0]}\n")
    started = services("start", places[0])
    assert started.returncode == 0, started.stderr
    with psycopg.connect(addresses(started.stdout)[0]) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_server_that_was_killed_is_started_again(places: list[Path]) -> None:
    services("start", places[0])
    os.kill(int((places[0] / "redis.pid").read_text()), 9)
    started = services("start", places[0])
    assert started.returncode == 0, started.stderr
    with redis.Redis.from_url(addresses(started.stdout)[1]) as client:
        assert client.ping() is True


def test_servers_that_are_named_are_used_and_nothing_is_started(places: list[Path]) -> None:
    database, broker = addresses(services("start", places[0]).stdout)
    env = {**WITHOUT_SERVERS, "DATABASE_URL": database, "REDIS_URL": broker}
    used = services("start", places[1], env)
    assert addresses(used.stdout) == [database, broker]
    assert re.fullmatch(r"# PostgreSQL [\d.]+.* \(DATABASE_URL\), Redis [\d.]+ \(REDIS_URL\)\n", used.stderr)
    assert sorted(path.name for path in places[1].iterdir()) == ["lock", "secret"]


def test_a_named_server_that_does_not_answer_is_one_sentence(places: list[Path]) -> None:
    env = {
        **WITHOUT_SERVERS,
        "DATABASE_URL": "postgres://u:hidden@127.0.0.1:1/x",
        "REDIS_URL": "redis://127.0.0.1:1",
    }
    refused = services("start", places[0], env)
    assert refused.returncode == 1
    assert refused.stdout == ""
    (line,) = refused.stderr.splitlines()
    assert line.startswith("error: DATABASE_URL (postgres://127.0.0.1:1/x) does not answer: ")
    assert "hidden" not in line


# --- a command with servers of its own


def run_with_services(name: str, *command: str, env: dict[str, str] | None = None) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, SERVICES, "run", name, "--", *command],
        env={**WITHOUT_SERVERS, **(env or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.fixture
def name() -> Iterator[str]:
    """Of a set of servers below .local that nobody else has."""
    found = f"test-{uuid.uuid4().hex[:8]}"
    yield found
    for left in (ROOT / ".local" / found).glob("*"):
        services("stop", left)
    shutil.rmtree(ROOT / ".local" / found, ignore_errors=True)


def test_the_command_sees_its_servers_and_no_setting_of_the_caller(name: str) -> None:
    shown = "DATABASE_URL REDIS_URL LOCAL_STATE_DIR OPENAI_API_KEY ENV_FILE UNRELATED"
    command = f"for name in {shown}; do eval echo $name=\\$$name; done; exit 7"
    caller = {"OPENAI_API_KEY": "sk-real", "ENV_FILE": "/etc/secret", "UNRELATED": "kept"}
    process = run_with_services(name, "sh", "-c", command, env=caller)
    said = process.communicate(timeout=90)[0]
    seen = dict(re.findall(r"^([A-Z_]+)=(.*)$", said, re.MULTILINE))
    assert process.returncode == 7
    assert re.search(r"^Python \S+, PostgreSQL \S+ \(\w+\), Redis \S+ \(\w+\)$", said, re.MULTILINE)
    assert re.search(r"^FAILED \(exit code 7\), [\d.]+ s$", said, re.MULTILINE)
    assert seen["OPENAI_API_KEY"] == ""
    assert (seen["ENV_FILE"], seen["UNRELATED"]) == ("/dev/null", "kept")
    assert list((ROOT / ".local" / name).iterdir()) == []
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(seen["DATABASE_URL"], connect_timeout=3)


def test_a_term_ends_the_command_and_its_servers(name: str) -> None:
    process = run_with_services(name, "sh", "-c", "echo $REDIS_URL; exec sleep 60")
    assert process.stdout is not None
    url = next(line.strip() for line in process.stdout if line.startswith("redis://"))
    process.terminate()
    assert process.wait(timeout=30) == 128 + signal.SIGTERM
    with pytest.raises(redis.ConnectionError):
        redis.Redis.from_url(url).ping()
    assert list((ROOT / ".local" / name).iterdir()) == []


def test_the_next_run_removes_what_a_killed_one_left(name: str) -> None:
    process = run_with_services(name, "sh", "-c", "echo $REDIS_URL; exec sleep 60")
    assert process.stdout is not None
    url = next(line.strip() for line in process.stdout if line.startswith("redis://"))
    process.kill()
    process.wait()
    assert run_with_services(name, "true").wait(timeout=90) == 0
    with pytest.raises(redis.ConnectionError):
        redis.Redis.from_url(url).ping()
    assert list((ROOT / ".local" / name).iterdir()) == []


# --- the helpers of ai_setup.sh and of the image


@pytest.fixture
def server_ready(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(SCRIPTS / "lib")
    return importlib.import_module("server_ready")


COMPLETE = {
    "DJANGO_SECRET_KEY": "x" * 50,
    "DJANGO_ALLOWED_HOSTS": "shop.example",
    "DATABASE_URL": "postgres://u@db/x",
    "REDIS_URL": "redis://redis:6379/0",
    "QDRANT_HOST": "qdrant",
    "OPENAI_API_KEY": "sk-x",
}


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({}, []),
        ({"DJANGO_SECRET_KEY": "x" * 49}, ["DJANGO_SECRET_KEY"]),
        ({"DJANGO_ALLOWED_HOSTS": "", "DATABASE_URL": ""}, ["DJANGO_ALLOWED_HOSTS", "DATABASE_URL"]),
        ({"REDIS_URL": ""}, ["REDIS_URL"]),
        ({"REDIS_URL": "", "CELERY_BROKER_URL": "amqp://rabbit"}, []),
        ({"QDRANT_HOST": ""}, ["QDRANT_URL"]),
        ({"OPENAI_API_KEY": ""}, ["OPENAI_API_KEY"]),
        ({"OPENAI_API_KEY": "", "AI_ENGINE": "offline"}, []),
        (
            {"R2_ENDPOINT_URL": "https://r2.example"},
            ["R2_ACCESS_KEY_ID, R2_SECRET_ACCESS_KEY, R2_BUCKET_NAME, R2_PUBLIC_URL"],
        ),
    ],
)
def test_what_production_lacks_is_named(
    server_ready: ModuleType, change: dict[str, str], named: list[str]
) -> None:
    assert [line.split(":")[0] for line in server_ready.problems({**COMPLETE, **change})] == named


def test_the_servers_to_wait_for(server_ready: ModuleType) -> None:
    assert server_ready.servers(COMPLETE) == [
        ("database", "postgres://u@db/x"),
        ("redis", "redis://redis:6379/0"),
        ("qdrant", "http://qdrant:6333"),
    ]
    assert server_ready.servers({"CELERY_BROKER_URL": "amqp://rabbit"}) == []


@pytest.mark.parametrize(("status", "code"), [(200, 0), (302, 1), (400, 1), (500, 1)])
def test_the_web_health_check_asks_as_a_proxy_would(
    status: int, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append((self.path, self.headers["Host"], self.headers["X-Forwarded-Proto"]))
            self.send_response(status)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    source = text("scripts/lib/web_health.py").replace("PORT = 8000", f"PORT = {server.server_port}")
    env = {**os.environ, "DJANGO_ALLOWED_HOSTS": "*,.shop.example,www.shop.example"}
    checked = subprocess.run([sys.executable, "-c", source], env=env, capture_output=True, check=False)
    server.shutdown()
    server.server_close()
    assert checked.returncode == code
    assert seen == [("/health/web", "shop.example", "https")]


# --- the demo's arguments; the demo itself is run by hand and in the tests of the whole


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["--nonsense"], 2, "usage: scripts/demo.sh "),
        (["--json"], 2, "usage: scripts/demo.sh "),
        (["--port", "70000"], 1, "error: --port 70000 is not a port number."),
        (["--port", "x"], 1, "error: --port x is not a port number."),
        (
            ["--json", "/no/such/directory/out.json"],
            1,
            "error: --json /no/such/directory/out.json: no such directory",
        ),
    ],
)
def test_the_demo_refuses_bad_arguments_before_it_does_anything(
    arguments: list[str], code: int, says: str
) -> None:
    refused = subprocess.run(
        [SCRIPTS / "demo.sh", *arguments], cwd=ROOT, capture_output=True, text=True, check=False, timeout=20
    )
    assert refused.returncode == code
    assert says in refused.stderr
    assert refused.stdout == ""


@pytest.mark.parametrize(
    ("failing", "code"),
    [("", 0), ("pytest", 1), ("mypy", 1), ("check_without_offline", 1), ("ruff", 1)],
)
def test_the_checks_end_with_what_they_found(tmp_path: Path, failing: str, code: int) -> None:
    """Every tool is a stub here: what counts is that each one's failure, and nothing else, is the end's."""
    (tmp_path / "scripts/lib").mkdir(parents=True)
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / "backend").mkdir()
    checks = tmp_path / "scripts/lib/checks.sh"
    checks.write_text(text("scripts/lib/checks.sh"))
    tools = [tmp_path / ".venv/bin" / name for name in ("ruff", "lint-imports", "mypy", "python", "pytest")]
    for tool in (checks, *tools, tmp_path / "scripts/check_without_offline"):
        if tool != checks:
            tool.write_text(f"#!/bin/sh\nexit {int(tool.name == failing)}\n")
        tool.chmod(0o755)
    done = subprocess.run([checks], cwd=tmp_path / "backend", capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stdout + done.stderr
