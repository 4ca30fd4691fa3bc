"""Settings of every environment. What differs comes from the environment; `.env.example` lists it.

With nothing set, everything is embedded: SQLite, a file broker, Qdrant's engine embedded, a media folder and
the offline engine, all under LOCAL_STATE_DIR.
"""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from celery.schedules import crontab

from config import logs, monitoring
from config.settings.environment import Environment

BACKEND_DIR = Path(__file__).resolve().parents[2]
REPOSITORY_DIR = BACKEND_DIR.parent

env = Environment()
Environment.read_env(env("ENV_FILE", default=str(REPOSITORY_DIR / ".env")))

LOCAL_STATE_DIR = Path(env("LOCAL_STATE_DIR", default=str(REPOSITORY_DIR / ".local" / "dev")))
LOCAL_STATE_DIR.mkdir(parents=True, exist_ok=True)

SECRET_KEY = env("DJANGO_SECRET_KEY", default="insecure-development-key-not-for-production-use-0000")
# Former keys: sessions, and secrets of sources that were stored under them, can still be read.
SECRET_KEY_FALLBACKS = env.list("DJANGO_SECRET_KEY_FALLBACKS", default=[])
DEBUG = env.bool("DJANGO_DEBUG", default=False)
ALLOWED_HOSTS = env.list("DJANGO_ALLOWED_HOSTS", default=["localhost", "127.0.0.1"])
CSRF_TRUSTED_ORIGINS = env.list("DJANGO_CSRF_TRUSTED_ORIGINS", default=[])
SITE_URL = env("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin.apps.SimpleAdminConfig",  # pages are loaded by config.urls: workers have none
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "django_structlog",
    "apps.users",
    "apps.products",
    "apps.parsers",
    "apps.ai",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.language.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BACKEND_DIR / "config" / "templates"],  # this shop's own start page
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES: dict[str, dict[str, Any]] = {
    "default": env.db("DATABASE_URL", default=f"sqlite:///{LOCAL_STATE_DIR / 'db.sqlite3'}")
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Several processes write: the web server, the worker, a parser.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 30,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }


def pooled(database: dict[str, Any]) -> dict[str, Any]:
    """The same with a connection pool: every call to a model gives its connection back. psycopg 3 only."""
    if not database["ENGINE"].endswith("postgresql") or find_spec("psycopg_pool") is None:
        return database
    size = env.int("DATABASE_POOL_SIZE", default=16)
    pool = {"min_size": 1, "max_size": size, "timeout": 30, "max_idle": 60}
    return {**database, "CONN_MAX_AGE": 0, "OPTIONS": {**database.get("OPTIONS", {}), "pool": pool}}


DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "users.User"
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# Alerts go by mail to ADMINS. EMAIL_URL: smtp+tls://user:password@host:587, smtp://host:25; default: the console.
vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env("EMAIL_FROM", default="pharmaturk@localhost")
ADMINS = [("", address) for address in env.list("DJANGO_ADMINS", default=[])]
LANGUAGE_CODE = "ru"
LANGUAGES = [("ru", "Русский"), ("en", "English")]
# What the packages' own Russian catalogues lack; those of the apps lie in their folders.
LOCALE_PATHS = [BACKEND_DIR / "config" / "locale"]
TIME_ZONE = env("TIME_ZONE", default="Europe/Moscow")
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = BACKEND_DIR / "staticfiles"
MEDIA_URL = "/media/"
MEDIA_ROOT = LOCAL_STATE_DIR / "media"

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.SessionAuthentication",
        "rest_framework.authentication.BasicAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAdminUser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.LimitOffsetPagination",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "PAGE_SIZE": 50,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "PharmaTurk AI",
    "DESCRIPTION": "Карточки товаров: обработка, модерация, шаблоны, статистика.",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {
        "ProcessingStatusEnum": "apps.ai.models.AIProcessingStatus.choices",
        "RunPriorityEnum": "apps.ai.models.processing.Priority.choices",
        "BulkActionEnum": "apps.ai.models.bulk.BulkDecision.choices",
        "QueuePriorityEnum": "apps.ai.models.AIModerationQueue.PRIORITY_CHOICES",
    },
}

# --- Celery -----------------------------------------------------------------------------------------------

REDIS_URL = env("REDIS_URL", default="")
CELERY_BROKER_URL = env("CELERY_BROKER_URL", default=REDIS_URL or "filesystem://")
CELERY_TASK_DEFAULT_QUEUE = "celery"
# Whoever watches the AI workers does not wait behind them.
CELERY_TASK_ROUTES = {
    "apps.ai.tasks.watch": {"queue": "celery"},
    # Slow servers of suppliers hold up neither cards nor imports.
    "apps.ai.tasks.check_pictures": {"queue": "media"},
    "apps.ai.tasks.keep_pictures": {"queue": "media"},
    "apps.ai.tasks.sweep_pictures": {"queue": "media"},
    "apps.ai.tasks.*": {"queue": "ai"},
    "apps.parsers.tasks.*": {"queue": "parsers"},
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CONCURRENCY = env.int("CELERY_AI_CONCURRENCY", default=4)
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# Seconds that a worker which is told to stop gives its runs to finish the stage they are in.
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = env.float("CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT", default=60.0)
CELERY_TIMEZONE = TIME_ZONE
if CELERY_BROKER_URL.startswith("filesystem://"):
    _broker_dir = LOCAL_STATE_DIR / "broker"
    for _name in ("messages", "control"):
        (_broker_dir / _name).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
        "data_folder_in": str(_broker_dir / "messages"),
        "data_folder_out": str(_broker_dir / "messages"),
        "control_folder": str(_broker_dir / "control"),
    }
else:
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 3600,
        "max_connections": 300,
        "priority_steps": [0, 3, 6, 9],
        "queue_order_strategy": "priority",
    }
CELERY_BEAT_SCHEDULE_FILENAME = str(LOCAL_STATE_DIR / "celerybeat-schedule")
AI_SWEEP_SECONDS = env.float("AI_SWEEP_SECONDS", default=10.0)
# A dead worker is told of after four signs that stay away and two looks: 80 seconds.
AI_SIGN_SECONDS = env.float("AI_SIGN_SECONDS", default=10.0)
AI_WATCH_SECONDS = env.float("AI_WATCH_SECONDS", default=20.0)
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    # A sweep that no worker took before the next one is due is of no use.
    "ai-sweep": {
        "task": "apps.ai.tasks.sweep",
        "schedule": AI_SWEEP_SECONDS,
        "options": {"expires": AI_SWEEP_SECONDS, "priority": 0},
    },
}
CELERY_BEAT_SCHEDULE |= {
    # What a lost message or a failed attempt left behind; new events wake a worker themselves.
    "ai-webhooks": {
        "task": "apps.ai.tasks.deliver_webhooks",
        "schedule": AI_WATCH_SECONDS,
        "options": {"expires": AI_WATCH_SECONDS},
    },
    "ai-watch": {
        "task": "apps.ai.tasks.watch",
        "schedule": AI_WATCH_SECONDS,
        "options": {"expires": AI_WATCH_SECONDS},
    },
}
CELERY_BEAT_SCHEDULE |= {
    # Pictures whose message was lost or whose server did not answer; temporary files past their lifetime.
    "ai-pictures": {"task": "apps.ai.tasks.sweep_pictures", "schedule": 60.0, "options": {"expires": 60.0}},
}
# The moderators' desk: figures of the day, the order of the queue, bulk decisions that lost their task.
CELERY_BEAT_SCHEDULE |= {
    "ai-desk": {"task": "apps.ai.tasks.desk", "schedule": 120.0, "options": {"expires": 120.0}},
    "ai-count-figures": {
        "task": "apps.ai.tasks.count_figures",
        "schedule": crontab(minute="50", hour="2"),
    },
    "ai-rank-queue": {"task": "apps.ai.tasks.rank_queue", "schedule": crontab(minute="50", hour="5")},
}
AI_SCHEDULE = env.bool("AI_SCHEDULE", default=False)
if AI_SCHEDULE:
    CELERY_BEAT_SCHEDULE |= {
        # Does nothing while too little has changed since the last fit.
        "ai-fit-categories": {
            "task": "apps.ai.tasks.fit_categories",
            "schedule": crontab(minute="20", hour="3"),
        },
        "ai-uncategorized": {
            "task": "apps.ai.tasks.process_uncategorized",
            "schedule": crontab(minute="10"),
            "kwargs": {"limit": 1000},
        },
        "ai-without-description": {
            "task": "apps.ai.tasks.process_without_description",
            "schedule": crontab(minute="40"),
            "kwargs": {"limit": 1000},
        },
        "ai-retry-failed": {
            "task": "apps.ai.tasks.retry_failed_processing",
            "schedule": crontab(minute="0", hour="4"),
            "kwargs": {"limit": 500},
        },
        "ai-cleanup": {
            "task": "apps.ai.tasks.cleanup_old_ai_logs",
            "schedule": crontab(minute="30", hour="4"),
        },
    }

# Mass runs through the provider's Batch API at half price; off, `manage.py ai_batch` does it by hand.
AI_BATCH = env.bool("AI_BATCH", default=False)
if AI_BATCH:
    CELERY_BEAT_SCHEDULE |= {
        "ai-batch-submit": {
            "task": "apps.ai.tasks.batch_submit",
            "schedule": crontab(minute="*/10"),
            "kwargs": {"limit": 5000},
            "options": {"expires": 600},
        },
        "ai-batch-poll": {
            "task": "apps.ai.tasks.batch_poll",
            "schedule": crontab(minute="*/5"),
            "options": {"expires": 300},
        },
        "ai-batch-ingest": {
            "task": "apps.ai.tasks.batch_ingest",
            "schedule": crontab(minute="2-59/5"),
            "options": {"expires": 300},
        },
    }

# --- Media: Cloudflare R2, or a local folder when no endpoint is named ------------------------------------

R2_CONFIG = {
    "endpoint_url": env("R2_ENDPOINT_URL", default=""),
    "aws_access_key_id": env("R2_ACCESS_KEY_ID", default=""),
    "aws_secret_access_key": env("R2_SECRET_ACCESS_KEY", default=""),
    "region_name": "auto",
    "bucket_name": env("R2_BUCKET_NAME", default=""),
}
AI_R2_SETTINGS = {
    "original_images_path": "products/original/",
    "processed_images_path": "products/processed/",
    "thumbnails_path": "products/thumbs/",
    "temp_processing_path": "temp/ai_processing/",
    # Environments that share a bucket have a prefix each, e.g. "staging/".
    "key_prefix": env("R2_KEY_PREFIX", default=""),
    # Without a public address the bucket is private: browsers get signed links.
    "cdn_url": env("R2_PUBLIC_URL", default="")
    or ("" if R2_CONFIG["endpoint_url"] else f"{SITE_URL}{MEDIA_URL}".rstrip("/")),
}

# --- The AI module; apps.ai.conf documents and checks every key -------------------------------------------

# The shop's models that the AI app's tables point to; what else it needs to know of them, AI_CONFIG["CATALOG"] says.
AI_PRODUCT_MODEL = "products.Product"
AI_CATEGORY_MODEL = "products.Category"
OPENAI_API_KEY = env("OPENAI_API_KEY", default="")
OPENAI_BASE_URL = env("OPENAI_BASE_URL", default="")
# Engines that run in the process, by name. apps/ai_offline can be deleted together with the lines that name it.
_engines: dict[str, str] = {
    "offline": "apps.ai_offline.OfflineEngine",
}
_engine = env(
    "AI_ENGINE", default="openai" if OPENAI_API_KEY or OPENAI_BASE_URL else next(iter(_engines), "openai")
)
AI_CONFIG: dict[str, Any] = {
    "ENGINE": _engine,
    "MODEL": env("AI_MODEL", default="gpt-4o-mini"),
    "VISION_MODEL": env("AI_VISION_MODEL", default="gpt-4o-mini"),
    "EMBEDDING_MODEL": env("AI_EMBEDDING_MODEL", default="text-embedding-3-small"),
    "EMBEDDING_DIMENSIONS": env.int("AI_EMBEDDING_DIMENSIONS", default=512 if _engine in _engines else 1536),
    "STRUCTURED_OUTPUT": env("AI_STRUCTURED_OUTPUT", default="auto"),
    "CONNECT_TIMEOUT": env.float("AI_CONNECT_TIMEOUT", default=10.0),
    "READ_TIMEOUT": env.float("AI_READ_TIMEOUT", default=120.0),
    "ENGINES": _engines,
    "ATTRIBUTE_RULES": "apps.ai_offline.category.claims",
    "CATALOG": "apps.products.ai_catalog.ShopCatalog",
    "SOURCE_POLICY": "apps.parsers.services.ai_policy.policy_of",
    "MAX_IMAGES_PER_PRODUCT": env.int("AI_MAX_IMAGES_PER_PRODUCT", default=3),
    "IMAGE_MAX_PIXELS": env.int("AI_IMAGE_MAX_PIXELS", default=64_000_000),
    "IMAGE_DECODE_BUDGET": env.int("AI_IMAGE_DECODE_BUDGET", default=300_000_000),
    "KEEP_PICTURES": env.bool("AI_KEEP_PICTURES", default=True),
    "PICTURE_WAIT": env.float("AI_PICTURE_WAIT", default=30.0),
    "TEMP_HOURS": env.float("AI_TEMP_HOURS", default=24.0),
    "IMAGE_TIMEOUT": env.float("AI_IMAGE_TIMEOUT", default=20.0),
    "DEFAULT_LANGUAGE": env("AI_DEFAULT_LANGUAGE", default="ru"),
    "SHOP_NAME": env("AI_SHOP_NAME", default="PharmaTurk"),
    "SHOP_TONE": env("AI_SHOP_TONE", default="спокойный, точный, без преувеличений"),
    "AUTO_PROCESS": env("AI_AUTO_PROCESS", default=""),
    "AUTO_APPLY": env.bool("AI_AUTO_APPLY", default=True),
    "AUTO_APPLY_THRESHOLD": env.float("AI_AUTO_APPLY_THRESHOLD", default=None)
    if env("AI_AUTO_APPLY_THRESHOLD", default="")
    else None,
    "TARGET_PRECISION": env.float("AI_TARGET_PRECISION", default=0.98),
    "AUDIT_SHARE": env.float("AI_AUDIT_SHARE", default=0.1),
    "MAX_ATTEMPTS": env.int("AI_MAX_ATTEMPTS", default=5),
    "RETRY_SECONDS": env.float("AI_RETRY_SECONDS", default=15.0),
    "LEASE_SECONDS": env.int("AI_LEASE_SECONDS", default=120),
    "RUN_SECONDS": env.int("AI_RUN_SECONDS", default=1800),
    "MESSAGE_WINDOW": env.int("AI_MESSAGE_WINDOW", default=max(64, 4 * CELERY_WORKER_CONCURRENCY)),
    "CHAIN_SECONDS": env.float("AI_CHAIN_SECONDS", default=30.0),
    "CACHE_SECONDS": env.float("AI_CACHE_SECONDS", default=2.0),
    "BUDGET_DAY_USD": env("AI_BUDGET_DAY_USD", default=""),
    "BUDGET_MONTH_USD": env("AI_BUDGET_MONTH_USD", default=""),
    "BUDGET_RUN_USD": env("AI_BUDGET_RUN_USD", default=""),
    "IMAGE_DETAIL": env("AI_IMAGE_DETAIL", default="low"),
    "VISION": env("AI_VISION", default="poor"),
    "VISION_PIXELS": env.int("AI_VISION_PIXELS", default=512),
    "VISION_SHEET": env.bool("AI_VISION_SHEET", default=True),
    "RATE_LIMITS": env.json("AI_RATE_LIMITS", default={}),
    "BREAKER": env.json("AI_BREAKER", default={}),
    "RETENTION": env.json("AI_RETENTION", default={}),
    "BATCH_LIMITS": env.json("AI_BATCH_LIMITS", default={}),
    "ALERT_WEBHOOK": env("AI_ALERT_WEBHOOK", default=""),
    "ALERT_TELEGRAM": {
        "url": env("AI_ALERT_TELEGRAM_URL", default="https://api.telegram.org"),
        "token": env("AI_ALERT_TELEGRAM_TOKEN", default=""),
        "chat": env("AI_ALERT_TELEGRAM_CHAT", default=""),
    },
    "EXAMINATIONS": ["apps.parsers.services.examination.OWED_PICTURES"],
    "COLLECTORS": ["apps.parsers.services.examination.PictureCollector"],
    "API_RATE": env("AI_API_RATE", default="600/min"),
    "WEBHOOK_HOSTS": env.list("AI_WEBHOOK_HOSTS", default=[]),
    "PRICE_FLOORS": env.json("AI_PRICE_FLOORS", default={"RUB": 20, "TRY": 10, "USD": 0.5, "EUR": 0.5}),
    "NOTICES": env.json("AI_NOTICES", default={}),
    "VERIFY": env.list("AI_VERIFY", default=[]),
}
#: What monitoring shows to /health/ready (details) and /metrics; empty: they answer without details, and not at all.
HEALTH_TOKEN = env("HEALTH_TOKEN", default="")
QDRANT = {
    "URL": env("QDRANT_URL", default=""),
    "HOST": env("QDRANT_HOST", default=""),
    "PORT": env.int("QDRANT_PORT", default=6333),
    "API_KEY": env("QDRANT_API_KEY", default=""),
    "PATH": str(LOCAL_STATE_DIR / "qdrant"),
    "TIMEOUT": env.int("QDRANT_TIMEOUT", default=15),
}

# --- Imports ----------------------------------------------------------------------------------------------

# Uploaded and fetched feeds, tables of trials: the web server and the workers must see the same folder.
PARSER_FILES_DIR = Path(env("PARSER_FILES_DIR", default=str(LOCAL_STATE_DIR / "parsers")))
# Seconds without a sign of life after which an import counts as dead.
PARSER_DEAD_SECONDS = env.float("PARSER_DEAD_SECONDS", default=60.0)
PARSER_USER_AGENT = env("PARSER_USER_AGENT", default="Mozilla/5.0 (compatible; PharmaTurk/1.0)")
PARSER_OBEY_ROBOTS = env.bool("PARSER_OBEY_ROBOTS", default=True)
# Folder in which answers are kept, for development; empty: none is.
PARSER_HTTP_CACHE = env("PARSER_HTTP_CACHE", default="")
PARSERS_TAKE_OFF_VANISHED = env.bool("PARSERS_TAKE_OFF_VANISHED", default=False)
# Wildberries does not say on which of its hosts an article's pictures lie: an import asks them.
PARSERS_ASK_PICTURE_HOSTS = env.bool("PARSERS_ASK_PICTURE_HOSTS", default=True)
# Seconds between two looks for imports that are due or dead.
PARSER_TICK_SECONDS = env.float("PARSER_TICK_SECONDS", default=30.0)
CELERY_BEAT_SCHEDULE |= {
    "parsers-owed-pictures": {
        "task": "apps.parsers.tasks.fetch_owed_pictures",
        "schedule": 600.0,
        "options": {"expires": 600.0},
    },
    # Takes up imports whose worker died, starts those whose time has come.
    "parsers-tick": {
        "task": "apps.parsers.tasks.tick",
        "schedule": PARSER_TICK_SECONDS,
        "options": {"expires": PARSER_TICK_SECONDS},
    },
}

LOGGING = logs.configured(form=env("LOG_FORMAT", default="plain"), level=env("LOG_LEVEL", default="INFO"))
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
monitoring.start_sentry(
    env("SENTRY_DSN", default=""),
    environment=env("SENTRY_ENVIRONMENT", default="production"),
    release=env("SENTRY_RELEASE", default=""),
)

UNFOLD = {
    "SITE_TITLE": "PharmaTurk",
    "SITE_HEADER": "PharmaTurk",
    "SHOW_HISTORY": True,
    "SHOW_LANGUAGES": True,
    "DASHBOARD_CALLBACK": "apps.ai.admin.start.context",
    "SIDEBAR": {"show_search": True, "navigation": "config.menu.navigation"},
}
