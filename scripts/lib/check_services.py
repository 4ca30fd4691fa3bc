"""Whether a server named by the environment answers."""

import time
from collections.abc import Callable
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import environ
import psycopg
import redis
from machine import Failure

ATTEMPT_SECONDS = 5
PAUSE_SECONDS = 1.0


def database(url: str) -> str:
    parsed = environ.Env.db_url_config(url)
    if parsed["ENGINE"] == "django.db.backends.sqlite3":
        return "SQLite"
    with psycopg.connect(
        host=parsed["HOST"] or None,
        port=parsed["PORT"] or None,
        user=parsed["USER"] or None,
        password=parsed["PASSWORD"] or None,
        dbname=parsed["NAME"] or None,
        connect_timeout=ATTEMPT_SECONDS,
    ) as connection:
        row = connection.execute("SHOW server_version").fetchone()
    return f"PostgreSQL {row[0] if row else '?'}"


def redis_server(url: str) -> str:
    with redis.Redis.from_url(
        url, socket_connect_timeout=ATTEMPT_SECONDS, socket_timeout=ATTEMPT_SECONDS
    ) as client:
        return f"Redis {client.info('server')['redis_version']}"


def qdrant(url: str) -> str:
    if urlsplit(url).scheme not in {"http", "https"}:
        raise ValueError("the address of Qdrant starts with http:// or https://")
    request = Request(url.rstrip("/") + "/readyz")  # noqa: S310 - the scheme is checked above
    with urlopen(request, timeout=ATTEMPT_SECONDS) as answer:  # noqa: S310
        answer.read()
    return "Qdrant"


CHECKS: dict[str, tuple[str, Callable[[str], str]]] = {
    "database": ("DATABASE_URL", database),
    "redis": ("REDIS_URL", redis_server),
    "qdrant": ("QDRANT_URL", qdrant),
}


def without_password(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def answer(kind: str, url: str, patience: float = 0.0) -> str:
    """Name and version of the server; Failure when it does not answer within `patience` seconds."""
    variable, check = CHECKS[kind]
    deadline = time.monotonic() + patience
    while True:
        try:
            return check(url)
        except (OSError, ValueError, KeyError, psycopg.Error, redis.RedisError) as exc:
            if time.monotonic() >= deadline:
                reason = " ".join(str(exc).split())
                raise Failure(f"{variable} ({without_password(url)}) does not answer: {reason}") from exc
            time.sleep(PAUSE_SECONDS)
