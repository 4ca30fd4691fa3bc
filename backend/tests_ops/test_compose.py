"""The compose files, without an engine: the schema, the references inside, what production must not do."""

import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests_ops.repository import COMPOSE_FILES, ROOT, compose, compose_variables, strings

DURATION = re.compile(r"(\d+(us|ms|s|m|h))+")
SPECIFIED_SERVICES = {"db", "redis", "qdrant", "backend", "celery_ai", "celery_beat", "ml_service"}
SECRETS = {"DJANGO_SECRET_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD", "QDRANT_API_KEY"}

pytestmark = pytest.mark.parametrize("name", COMPOSE_FILES)


def services(name: str) -> dict[str, dict[str, Any]]:
    found = compose(name)["services"]
    assert isinstance(found, dict)
    return found


def test_fits_the_compose_specification(name: str) -> None:
    tool = Path(sys.executable).with_name("check-jsonschema")
    checked = subprocess.run(
        [tool, "--builtin-schema", "vendor.compose-spec", ROOT / name],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_has_the_services_of_the_specification(name: str) -> None:
    assert set(services(name)) >= SPECIFIED_SERVICES


def test_every_service_has_an_image_or_a_dockerfile_that_exists(name: str) -> None:
    for service, definition in services(name).items():
        if "build" not in definition:
            assert re.fullmatch(r"[a-z0-9./_-]+:v?\d[\w.-]*", definition["image"]), (
                f"{service}: pin the image"
            )
            continue
        build = definition["build"]
        assert (ROOT / build["context"] / build.get("dockerfile", "Dockerfile")).is_file(), service


def test_dependencies_exist_and_can_become_healthy(name: str) -> None:
    for service, definition in services(name).items():
        for needed, how in definition.get("depends_on", {}).items():
            assert needed in services(name), f"{service} waits for {needed}"
            optional = not how.get("required", True)
            assert optional == ("profiles" in services(name)[needed] and "profiles" not in definition)
            if how["condition"] == "service_healthy":
                health = services(name)[needed]["healthcheck"]
                assert health["test"], f"{service} waits for the health of {needed}"
            if how["condition"] == "service_completed_successfully":
                assert services(name)[needed]["restart"] == "no", f"{service} waits for the end of {needed}"


def test_volumes_and_networks_are_declared_and_used(name: str) -> None:
    named = {
        source
        for definition in services(name).values()
        for volume in definition.get("volumes", [])
        if not (source := volume.split(":")[0]).startswith((".", "/"))
    }
    networks = {network for definition in services(name).values() for network in definition["networks"]}
    assert named == set(compose(name)["volumes"])
    assert networks == set(compose(name)["networks"]) == {"pharmaturk_network"}
    assert "qdrant_storage:/qdrant/storage" in services(name)["qdrant"]["volumes"]


def test_mounted_paths_of_the_repository_exist(name: str) -> None:
    for definition in services(name).values():
        for volume in definition.get("volumes", []):
            source = volume.split(":")[0]
            assert not source.startswith(".") or (ROOT / source).exists(), source


def test_times_are_durations(name: str) -> None:
    keys = ("interval", "timeout", "start_period", "start_interval")
    for service, definition in services(name).items():
        times = [definition["healthcheck"].get(key, "1s") for key in keys if "healthcheck" in definition]
        times.append(definition.get("stop_grace_period", "1s"))
        assert all(DURATION.fullmatch(time) for time in times), service


def test_dollar_signs_are_escaped_or_interpolated(name: str) -> None:
    for line in strings(compose(name)):
        rest = re.sub(r"\$\{[A-Z][A-Z0-9_]*(:[?-][^}]*)?\}", "", line.replace("$$", ""))
        assert "$" not in rest, line


def test_every_port_is_bound_to_this_machine(name: str) -> None:
    ports = [port for definition in services(name).values() for port in definition.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)
    assert len(ports) == len(set(ports))


def test_container_names_are_unique(name: str) -> None:
    """One that runs several times can have no name of its own."""
    named = [definition for definition in services(name).values() if "scale" not in definition]
    assert len({definition["container_name"] for definition in named}) == len(named)
    assert all("container_name" not in d for d in services(name).values() if "scale" in d)


def test_the_ai_worker_takes_the_ai_queue_with_threads(name: str) -> None:
    command = services(name)["celery_ai"]["command"]
    options = dict(zip(command[4::2], command[5::2], strict=True))
    assert command[:4] == ["celery", "-A", "config", "worker"]
    assert options == {
        "-Q": "ai",
        "-n": "ai_worker@%h",
        "--loglevel": "INFO",
        "--pool": "threads",
    }
    # How many stands in CELERY_AI_CONCURRENCY, which a model of one's own lowers in its file.
    assert not any(line.startswith("${CELERY_AI_CONCURRENCY") for line in strings(compose(name)))


def test_every_queue_has_a_worker(name: str) -> None:
    commands = [definition.get("command", []) for definition in services(name).values()]
    queues = {command[command.index("-Q") + 1] for command in commands if "-Q" in command}
    assert queues == {"ai", "parsers,media,celery"}


def test_optional_services_wait_for_their_profile(name: str) -> None:
    optional = {service: d["profiles"] for service, d in services(name).items() if "profiles" in d}
    assert optional == {"ml_service": ["ml_service"], "ml_models": ["ml_service"]}


def test_production_has_no_password_of_its_own(name: str) -> None:
    if name == "docker-compose.yml":
        assert not SECRETS & set(compose_variables(name)), "development needs no secret to start"
        return
    used = compose_variables(name)
    assert set(used) >= SECRETS
    for secret in SECRETS:
        assert all(rest.startswith(":?") for rest in used[secret]), secret
    for service, definition in services(name).items():
        for key, value in definition.get("environment", {}).items():
            if key.endswith(("PASSWORD", "SECRET_KEY", "API_KEY", "REDISCLI_AUTH")):
                assert str(value).startswith("${"), f"{service}: {key}"


def test_production_mounts_no_code_and_restarts(name: str) -> None:
    if name == "docker-compose.yml":
        assert "./backend:/srv/pharmaturk/backend" in services(name)["backend"]["volumes"]
        return
    for service, definition in services(name).items():
        assert not any(volume.startswith(".") for volume in definition.get("volumes", [])), service
        job = service in {"migrate", "ml_models"}
        assert definition["restart"] == ("no" if job else "unless-stopped"), service


@contextmanager
def http_server(status: int) -> Iterator[int]:
    """A server that answers `status` to /readyz (404 to the rest); its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/readyz" else 404)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


def qdrant_health(name: str, port: int) -> int:
    kind, *command = services(name)["qdrant"]["healthcheck"]["test"]
    assert kind == "CMD"
    script = command[-1].replace("$$", "$").replace("/6333", f"/{port}")
    return subprocess.run(
        [*command[:-1], script], timeout=15, check=False, stderr=subprocess.DEVNULL
    ).returncode


def test_the_health_check_of_qdrant_needs_only_bash_and_tells_ready_from_not(name: str) -> None:
    with http_server(200) as port:
        assert qdrant_health(name, port) == 0
    assert qdrant_health(name, port) != 0, "nobody listens any more"
    with http_server(503) as port:
        assert qdrant_health(name, port) != 0
