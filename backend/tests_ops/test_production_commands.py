"""Every command of both compose files starts, answers its health check and stops, with production's packages alone."""

from __future__ import annotations

import os
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
import redis

from apps.ai.tests.support import qdrant_server
from tests_ops import storage
from tests_ops.image import Image, interpolated, services_of_the_image, started
from tests_ops.repository import COMPOSE_FILES

REDIS_DATABASE = 13  # of this file alone
DOT_ENV = {
    "DJANGO_SECRET_KEY": "a-key-of-the-tests-that-is-long-enough-for-every-check-0123456789",
    "DJANGO_ALLOWED_HOSTS": "shop.example",
    "POSTGRES_PASSWORD": "unused",
    "REDIS_PASSWORD": "unused",
    "QDRANT_API_KEY": "key-of-the-vector-store",
    "AI_ENGINE": "offline",
    "AI_SWEEP_SECONDS": "1",
}
pytestmark = [
    pytest.mark.skipif(
        not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")),
        reason="DATABASE_URL and REDIS_URL name no servers",
    ),
]
SERVICES = [(name, service) for name in COMPOSE_FILES for service in services_of_the_image(name)]


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    return Image.build(tmp_path_factory.mktemp("image"))


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """An empty database, an empty Redis database, a Qdrant and a storage, as the variables name them."""
    url, name = os.environ["DATABASE_URL"], f"production_{uuid.uuid4().hex}"
    key = DOT_ENV["QDRANT_API_KEY"]
    with (
        qdrant_server.running(api_key=key) as qdrant,
        storage.running(tmp_path_factory.mktemp("media")) as media,
        psycopg.connect(url, autocommit=True) as connection,
    ):
        connection.execute(f"CREATE DATABASE {name}")
        broker = f"{os.environ['REDIS_URL'].rpartition('/')[0]}/{REDIS_DATABASE}"
        yield {
            "DATABASE_URL": f"{url.rpartition('/')[0]}/{name}",
            "REDIS_URL": broker,
            "CELERY_BROKER_URL": broker,
            "QDRANT_URL": qdrant.url,
            **media,
        }
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def environment(name: str, service: str, image: Image, servers: dict[str, str]) -> dict[str, str]:
    """What the container sees, with the tests' servers in the place of the compose file's."""
    given = services_of_the_image(name)[service]["environment"]
    composed = {key: interpolated(value, DOT_ENV) for key, value in given.items()}
    assert {"DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL"} <= set(composed)
    qdrant = urlsplit(servers["QDRANT_URL"])
    here = servers | {"LOCAL_STATE_DIR": image.environment["LOCAL_STATE_DIR"]}
    if "QDRANT_HOST" in composed:
        here |= {"QDRANT_URL": "", "QDRANT_HOST": str(qdrant.hostname), "QDRANT_PORT": str(qdrant.port)}
    if composed["DJANGO_SETTINGS_MODULE"].endswith(".local"):
        here |= {"DJANGO_ALLOWED_HOSTS": "localhost"}
    return image.environment | DOT_ENV | composed | here | {"WAIT_SECONDS": "0"}


def finished(command: list[str], image: Image, environment: dict[str, str]) -> str:
    done = subprocess.run(
        command,
        cwd=image.directory,
        env=environment,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


KINDS = ("migrate", "../scripts/ai_setup.sh", "runserver", "gunicorn", "worker", "beat")


def kind(command: list[str]) -> str:
    return next(word for word in KINDS if word in command)


def test_nothing_of_the_tests_is_installed(image: Image) -> None:
    python = image.environment["PATH"].partition(":")[0] + "/python"
    script = "import importlib.util as u; print([n for n in ('pytest', 'mypy', 'moto') if u.find_spec(n)])"
    assert finished([python, "-c", script], image, image.environment) == "[]\n"


@pytest.fixture(scope="module")
def migrated(image: Image, servers: dict[str, str]) -> None:
    variables = environment(COMPOSE_FILES[0], "migrate", image, servers)
    finished(["python", "manage.py", "migrate", "--noinput"], image, variables)


@pytest.mark.usefixtures("migrated")
@pytest.mark.parametrize(("name", "service"), SERVICES)
def test_starts_and_stops(name: str, service: str, image: Image, servers: dict[str, str]) -> None:
    definition: dict[str, Any] = services_of_the_image(name)[service]
    variables = environment(name, service, image, servers)
    command = image.command(definition)
    if definition.get("read_only"):
        command = image.locked(command)
    if kind(command) in ("migrate", "../scripts/ai_setup.sh"):
        finished(command, image, variables)
        return
    with redis.Redis.from_url(servers["REDIS_URL"]) as broker:
        broker.flushdb()
        with started(command, image, variables) as running:
            if kind(command) == "beat":
                running.until(lambda: broker.llen("ai") > 0)  # the first sweep was asked for
            elif kind(command) == "worker":
                running.until(lambda: " ready." in running.log)
            running.until(lambda: _healthy(definition, image, variables))


def _healthy(definition: dict[str, Any], image: Image, variables: dict[str, str]) -> bool:
    asked = subprocess.run(
        image.health_check(definition), cwd=image.directory, env=variables, capture_output=True, check=False
    )
    return asked.returncode == 0


@pytest.mark.parametrize("name", COMPOSE_FILES)
def test_the_first_set_up_runs_in_the_image(name: str, image: Image, servers: dict[str, str]) -> None:
    """The first time the shop is empty, the second time it has what the first brought."""
    variables = environment(name, "celery_ai", image, servers)
    command = ["../scripts/ai_setup.sh"]
    if services_of_the_image(name)["celery_ai"].get("read_only"):
        command = image.locked(command)
    said = finished(command, image, variables)
    assert "== 8/8 everything asked" in said
    if name == COMPOSE_FILES[-1]:
        assert "the shop has one" in finished(command, image, variables)


def test_every_service_of_the_image_was_tried() -> None:
    tried = {kind(Image.command(_ANYWHERE, services_of_the_image(n)[s])) for n, s in SERVICES}
    assert tried == set(KINDS)


_ANYWHERE = Image(Path("/"), Path("/"), {}, 1)
