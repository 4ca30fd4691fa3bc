"""Is this server ready for the set-up?"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import check_services
import environ
from machine import Failure

REPOSITORY_DIR = Path(__file__).resolve().parents[2]
R2_NAMES = ("R2_ENDPOINT_URL", "R2_ACCESS_KEY_ID", "R2_SECRET_ACCESS_KEY", "R2_BUCKET_NAME", "R2_PUBLIC_URL")
SECRET_KEY_LENGTH = 50  # what Django's own check (security.W009) asks for


def problems(values: Mapping[str, str]) -> list[str]:
    """What is missing for config.settings.production, one sentence each."""
    found = []
    if len(values.get("DJANGO_SECRET_KEY", "")) < SECRET_KEY_LENGTH:
        found.append(f"DJANGO_SECRET_KEY: set a random text of at least {SECRET_KEY_LENGTH} characters.")
    if not values.get("DJANGO_ALLOWED_HOSTS"):
        found.append("DJANGO_ALLOWED_HOSTS: set the host names of the site.")
    if not values.get("DATABASE_URL"):
        found.append("DATABASE_URL: set the address of PostgreSQL.")
    if not (values.get("CELERY_BROKER_URL") or values.get("REDIS_URL")):
        found.append("REDIS_URL: set the address of Redis (or CELERY_BROKER_URL).")
    if not (values.get("QDRANT_URL") or values.get("QDRANT_HOST")):
        found.append("QDRANT_URL: set the address of Qdrant (or QDRANT_HOST): several processes share it.")
    if not any(values.get(name) for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "AI_ENGINE")):
        found.append("OPENAI_API_KEY: set it, or OPENAI_BASE_URL, or AI_ENGINE=offline.")
    lacking = [name for name in R2_NAMES if not values.get(name)]
    if lacking and len(lacking) < len(R2_NAMES):
        found.append(f"{', '.join(lacking)}: some R2 variables are set and these are not.")
    return found


def servers(values: Mapping[str, str]) -> list[tuple[str, str]]:
    """(kind, address) of each server that the variables name."""
    broker = values.get("CELERY_BROKER_URL") or values.get("REDIS_URL", "")
    qdrant = values.get("QDRANT_URL", "")
    if not qdrant and values.get("QDRANT_HOST"):
        qdrant = f"http://{values['QDRANT_HOST']}:{values.get('QDRANT_PORT') or 6333}"
    named = [("database", values.get("DATABASE_URL", "")), ("qdrant", qdrant)]
    if broker.startswith(("redis://", "rediss://", "unix://")):
        named.insert(1, ("redis", broker))
    return [(kind, url) for kind, url in named if url]


def is_ready(patience: float) -> bool:
    """Reads the environment and .env as the settings do, names every variable that production needs and lacks, then
    waits up to `patience` seconds for each server that is named. One line on stderr for each problem.
    """
    environ.Env.read_env(str(REPOSITORY_DIR / ".env"))
    values = os.environ
    if values.get("DJANGO_SETTINGS_MODULE", "").endswith(".production"):
        missing = problems(values)
        sys.stderr.writelines(f"error: {line}\n" for line in missing)
        if missing:
            return False
    ready = True
    for kind, url in servers(values):
        try:
            print(check_services.answer(kind, url, patience))
        except Failure as failure:
            sys.stderr.write(f"error: {failure}\n")
            ready = False
    return ready
