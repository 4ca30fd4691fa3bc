"""The test suite: real PostgreSQL and Redis when DATABASE_URL and REDIS_URL name them; never a paid model."""

import os
import tempfile
from pathlib import Path

from config.settings.base import *  # noqa: F403
from config.settings.base import AI_CONFIG, AI_R2_SETTINGS, R2_CONFIG, REDIS_URL

DEBUG = False
# Each process of pytest-xdist has a Redis database of its own, as pytest-django gives it one of PostgreSQL.
_process = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
REDIS_URL = REDIS_URL and f"{REDIS_URL.rpartition('/')[0]}/{_process}"
SECRET_KEY = "test-key-that-is-long-enough-for-every-check-0123456789"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]

# Goes when the process ends; a process that a test kills leaves it.
_folder = tempfile.TemporaryDirectory(prefix="pharmaturk-tests-", ignore_cleanup_errors=True)
_state = Path(_folder.name)
LOCAL_STATE_DIR = _state
MEDIA_ROOT = _state / "media"
PARSER_FILES_DIR = _state / "parsers"
PARSER_HTTP_CACHE = ""
PARSERS_ASK_PICTURE_HOSTS = False
SITE_URL = "http://testserver"
R2_CONFIG = {**R2_CONFIG, "endpoint_url": ""}
AI_R2_SETTINGS = {**AI_R2_SETTINGS, "cdn_url": "http://testserver/media"}
QDRANT = {"URL": "", "HOST": "", "PORT": 6333, "API_KEY": "", "PATH": ":memory:", "TIMEOUT": 5}

OPENAI_API_KEY = ""
OPENAI_BASE_URL = ""
_engines = AI_CONFIG["ENGINES"] or {"plain": "apps.ai.tests.support.plain.PlainEngine"}
AI_CONFIG = {
    **AI_CONFIG,
    "ENGINES": _engines,
    "ENGINE": next(iter(_engines)),
    "EMBEDDING_DIMENSIONS": 384,
    "IMAGE_TIMEOUT": 2.0,
    "KEEP_PICTURES": False,
    "CACHE_SECONDS": 0.0,
    "AUDIT_SHARE": 0.0,
    "AUTO_PROCESS": "new_and_changed",
    "CHAIN_SECONDS": 0.0,
    "API_RATE": "",
    "BUDGET_DAY_USD": "",
    "BUDGET_MONTH_USD": "",
    "BUDGET_RUN_USD": "",
}
# Messages reach a list in memory; tests that need a worker start a real one.
CELERY_BROKER_URL = "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS = {}
