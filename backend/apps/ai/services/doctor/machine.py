"""The machine and the settings: checks, secrets of the sample, disk, clock, and whether alerts reach anybody."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import requests
from django.conf import settings
from django.core import checks
from django.core.mail import get_connection
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from apps.ai import conf
from apps.ai.services.doctor.findings import Finding, fault, note, ok, warning

#: Bytes that must be free where files are kept.
ROOM = 1_000_000_000
#: Seconds by which clocks may differ: leases last 120.
SKEW = 20.0
PATIENCE = 4
#: What `.env.example` and the development settings show to everybody.
PUBLIC_SECRETS = ("insecure-", "changeme", "change-me", "django-insecure-", "secret")
#: Names under which only this machine finds itself.
LOCAL_HOSTS = {"localhost", "127.0.0.1", "[::1]", ".localhost"}
#: Checks that another part reports in its own words.
_ELSEWHERE = {"security.W018", "security.W009", "ai.E013", "ai.W001", "ai.W030"}


def settings_sound() -> Iterator[Finding]:
    """Django's system checks, those for production with it; only what has a cure of its own is repeated elsewhere."""
    for message in checks.run_checks(include_deployment_checks=not settings.DEBUG):
        if message.id in _ELSEWHERE or message.level < checks.WARNING:
            continue
        code = (message.id or "check").replace(".", "_")
        make = fault if message.level >= checks.ERROR else warning
        yield make(f"check_{code}", str(message.msg), message.hint or "См. .env.example и docs/settings.md.")


def database() -> Iterator[Finding]:
    """Does it answer, and does it know every migration of this code? The other parts are asked only then."""
    try:
        executor = MigrationExecutor(connection)
        owed = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        text = f"База данных не отвечает: {str(error).partition(chr(10))[0]}"
        yield fault("database_away", text, "Запустите PostgreSQL и проверьте DATABASE_URL.")
        return
    if owed:
        names = ", ".join(str(migration) for migration, _ in owed[:3])
        text = f"Не применено миграций: {len(owed)} ({names}…)."
        yield fault("migrations_owed", text, "Выполните manage.py migrate.")
        return
    yield ok("database", f"База данных ({connection.vendor}) отвечает, миграции применены.")


def secrets() -> Iterator[Finding]:
    """A machine that answers to local names alone may be careless; it is still said."""
    make = note if set(settings.ALLOWED_HOSTS) <= LOCAL_HOSTS else fault
    if settings.DEBUG:
        yield make(
            "debug",
            "DEBUG включён: посетители видят код и настройки.",
            "На сервере: DJANGO_SETTINGS_MODULE=config.settings.production.",
        )
    key = settings.SECRET_KEY
    if len(key) < 50 or key.lower().startswith(PUBLIC_SECRETS):
        yield make(
            "default_secret_key",
            "DJANGO_SECRET_KEY короткий или взят из примера.",
            "python3 -c 'import secrets; print(secrets.token_urlsafe(64))' — и впишите его в .env.",
        )
    password = str(connection.settings_dict.get("PASSWORD", ""))
    if connection.vendor == "postgresql" and password in {"pharmaturk", "postgres", "password", ""}:
        yield warning(
            "sample_password",
            "Пароль базы пустой или взят из примера.",
            "Смените POSTGRES_PASSWORD и DATABASE_URL.",
        )


def disk() -> Iterator[Finding]:
    for place in sorted({Path(settings.MEDIA_ROOT), Path(conf.get().qdrant.path)}):
        existing = next((one for one in (place, *place.parents) if one.exists()), None)
        if existing is None:
            continue
        free = shutil.disk_usage(existing).free
        if free < ROOM:
            yield fault(
                "disk_full",
                f"На диске с {place} осталось {free // 1_000_000} МБ.",
                "Освободите место или смените диск.",
            )


def clock() -> Iterator[Finding]:
    """Against the database and, by its Date header, the provider: leases and signatures need one time."""
    now = datetime.now(UTC)
    for name, other in (("базы данных", _database_time()), ("поставщика", _provider_time())):
        if other is None:
            continue
        skew = abs((other - now).total_seconds())
        if skew > SKEW:
            yield fault(
                "clock",
                f"Часы машины и {name} расходятся на {skew:.0f} с.",
                "Включите синхронизацию времени (NTP).",
            )


def _database_time() -> datetime | None:
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        found: datetime = cursor.fetchone()[0]
    return found


def _provider_time() -> datetime | None:
    values = conf.get()
    if values.in_process:
        return None
    try:
        answer = requests.head(values.base_url or "https://api.openai.com/v1", timeout=PATIENCE)
        return parsedate_to_datetime(answer.headers["Date"])
    except (requests.RequestException, KeyError, ValueError):
        return None  # the provider's own part says that it is away


def mail() -> Iterator[Finding]:
    if not settings.ADMINS:
        yield note("no_admins", "Письма о неполадках никому не уходят.", "Задайте DJANGO_ADMINS.")
        return
    backend = get_connection()
    try:
        backend.open()
        backend.close()
    except OSError as error:
        yield fault(
            "mail_refused",
            f"Почтовый сервер {settings.EMAIL_HOST}:{settings.EMAIL_PORT} не принимает: {error}",
            "Проверьте EMAIL_URL: адрес, порт, имя и пароль.",
        )
        return
    yield ok(
        "mail",
        f"Почта принимается, тревоги уходят на {', '.join(str(address) for _, address in settings.ADMINS)}.",
    )


def webhook() -> Iterator[Finding]:
    """Is there anybody? No alert is sent: any HTTP answer but a server's error or "no such page" will do."""
    url = conf.get().alert_webhook
    if not url:
        if not settings.ADMINS:
            yield warning(
                "nobody_alerted",
                "О неполадках никто не узнает.",
                "Задайте DJANGO_ADMINS или AI_ALERT_WEBHOOK.",
            )
        return
    try:
        status = requests.head(url, timeout=PATIENCE, allow_redirects=False).status_code
        problem = "" if status < 500 and status not in (404, 410) else f"ответ {status}"
    except requests.RequestException as error:
        problem = type(error).__name__
    if problem:
        yield fault(
            "webhook_dead",
            f"AI_ALERT_WEBHOOK не отвечает: {problem}.",
            "Исправьте адрес или поднимите приёмник.",
        )
    else:
        yield ok("webhook", "AI_ALERT_WEBHOOK отвечает.")
