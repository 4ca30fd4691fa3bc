"""What docker-compose.prod.yml holds its services to, and the model of one's own of both files."""

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests_ops.image import interpolated, services_of_the_image
from tests_ops.repository import COMPOSE_FILES, ROOT, compose, env_example, instructions, text
from tests_ops.test_env_example import settings_with

PRODUCTION = COMPOSE_FILES[-1]
SERVICES: dict[str, dict[str, Any]] = compose(PRODUCTION)["services"]
UNITS = {"s": 1, "m": 60, "M": 2**20, "g": 2**30}
#: Length of the vectors, from the models' own pages.
DIMENSIONS = {"bge-m3": 1024}


def number(value: str) -> float:
    """Seconds or bytes of `2m`, `512m`, `1g`, defaults taken for variables."""
    found = re.fullmatch(r"(\d+)(s|m|g)", interpolated(value, {}))
    assert found, value
    return int(found[1]) * UNITS[found[2]]


@pytest.mark.parametrize("service", SERVICES)
def test_no_service_can_change_its_image_gain_rights_or_fill_the_disk(service: str) -> None:
    definition = SERVICES[service]
    assert definition["read_only"] is True
    assert "/tmp" in definition["tmpfs"]
    assert definition["security_opt"] == ["no-new-privileges:true"]
    assert definition["logging"] == {
        "driver": "json-file",
        "options": {"max-size": "20m", "max-file": "5"},
    }
    assert definition["mem_limit"]
    assert definition["init"] is True
    if "build" in definition:
        assert definition["cap_drop"] == ["ALL"]


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_that_stays_has_a_health_check(service: str) -> None:
    """The web server's stands in the Dockerfile; jobs have none."""
    definition = SERVICES[service]
    check = definition.get("healthcheck", {})
    if definition["restart"] == "no":
        assert check.get("disable", True) is True
    elif service == "backend":
        assert [rest for name, rest in instructions() if name == "HEALTHCHECK"]
    else:
        assert check["test"]


def test_the_checks_of_workers_and_beat_ask_for_their_own_sign() -> None:
    for service in ("celery_parsers", "celery_ai", "celery_beat"):
        *_, asked = SERVICES[service]["healthcheck"]["test"]
        command = SERVICES[service]["command"]
        name = command[command.index("-n") + 1] if "-n" in command else "beat@%h"
        assert asked == name


def test_a_stop_waits_longer_than_what_is_being_done() -> None:
    """Workers finish the stage they are in, gunicorn its requests (30 s); compose kills after ten seconds otherwise."""
    seconds = float(env_example()["CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT"][0])
    for service in ("celery_parsers", "celery_ai"):
        assert float(interpolated(SERVICES[service]["stop_grace_period"], {})[:-1]) * 60 >= seconds + 30
    assert number(SERVICES["backend"]["stop_grace_period"]) >= 40
    for service in ("db", "redis", "qdrant"):
        assert interpolated(SERVICES[service]["stop_grace_period"], {}) in {"30s", "1m"}


def test_the_database_has_a_connection_for_every_pool() -> None:
    """Twice as many AI processes as by default fit, too."""
    (connections,) = [
        re.search(r"max_connections=(\d+)", word) for word in SERVICES["db"]["command"] if "max_" in word
    ]
    assert connections
    pool = int(env_example()["DATABASE_POOL_SIZE"][0])
    web = int(interpolated(SERVICES["backend"]["environment"]["WEB_CONCURRENCY"], {}))
    workers = int(interpolated(SERVICES["celery_ai"]["scale"], {}))
    others = 2  # imports, beat
    assert pool * (web + 2 * workers + others) < int(connections[1])


def test_shared_buffers_fit_into_the_memory_of_the_database() -> None:
    (word,) = [word for word in SERVICES["db"]["command"] if "shared_buffers" in word]
    buffers = int(interpolated(word, {}).partition("=")[2].removesuffix("MB")) * UNITS["M"]
    assert buffers * 3 < number(SERVICES["db"]["mem_limit"])


def own_model() -> dict[str, str]:
    lines = text("ops/ml_service.env").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


@pytest.mark.parametrize("name", COMPOSE_FILES)
def test_the_profile_brings_its_model_to_every_process(name: str) -> None:
    for service, definition in services_of_the_image(name).items():
        last = definition["env_file"][-1]["path"]
        assert interpolated(last, {"COMPOSE_PROFILES": "ml_service"}) == "ops/ml_service.env", service
        assert not (ROOT / interpolated(last, {})).exists()
        assert not set(own_model()) & set(definition["environment"]), "environment wins over a file"


def test_the_settings_understand_the_model_of_ones_own(tmp_path: Path) -> None:
    assert set(own_model()) <= set(env_example())
    loaded = settings_with(own_model(), tmp_path)
    assert "'ENGINE': 'openai'" in loaded["AI_CONFIG"]
    assert f"'EMBEDDING_DIMENSIONS': {DIMENSIONS[own_model()['AI_EMBEDDING_MODEL']]}" in loaded["AI_CONFIG"]
    assert loaded["CELERY_WORKER_CONCURRENCY"] == "1"
    assert loaded["OPENAI_BASE_URL"] == "'http://ml_service:11434/v1'"


@pytest.mark.parametrize("name", COMPOSE_FILES)
def test_the_job_pulls_every_model_that_is_asked(name: str, tmp_path: Path) -> None:
    """With a program in the place of ollama that writes down what it is told, and fails at one of them."""
    job = compose(name)["services"]["ml_models"]
    program = tmp_path / "ollama"
    program.write_text('#!/bin/sh\necho "$OLLAMA_HOST $*" >> "$LOG"\n[ "$2" != absent ]\n')
    program.chmod(0o755)
    command = [*job["entrypoint"], *(word.replace("$$", "$") for word in job["command"])]
    environment = own_model() | {"PATH": f"{tmp_path}:{os.environ['PATH']}", "LOG": str(tmp_path / "log")}
    environment["OLLAMA_HOST"] = job["environment"]["OLLAMA_HOST"]
    assert subprocess.run(command, env=environment, check=False).returncode == 0
    models = {own_model()[f"AI_{kind}MODEL"] for kind in ("", "VISION_", "EMBEDDING_")}
    assert set((tmp_path / "log").read_text().splitlines()) == {
        f"ml_service:11434 pull {one}" for one in models
    }
    assert subprocess.run(command, env=environment | {"AI_MODEL": "absent"}, check=False).returncode != 0
