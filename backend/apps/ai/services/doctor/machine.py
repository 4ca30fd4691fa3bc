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
from django.utils.translation import gettext as _

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
        yield make(
            f"check_{code}", str(message.msg), message.hint or _("См. .env.example и docs/settings.md.")
        )


def database() -> Iterator[Finding]:
    """Does it answer, and does it know every migration of this code? The other parts are asked only then."""
    try:
        executor = MigrationExecutor(connection)
        owed = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        text = _("База данных не отвечает: {value}").format(value=str(error).partition(chr(10))[0])
        yield fault("database_away", text, _("Запустите PostgreSQL и проверьте DATABASE_URL."))
        return
    if owed:
        names = ", ".join(str(migration) for migration, _ in owed[:3])
        text = _("Не применено миграций: {count} ({names}…).").format(count=len(owed), names=names)
        yield fault("migrations_owed", text, _("Выполните manage.py migrate."))
        return
    yield ok(
        "database", _("База данных ({vendor}) отвечает, миграции применены.").format(vendor=connection.vendor)
    )


def secrets() -> Iterator[Finding]:
    """A machine that answers to local names alone may be careless; it is still said."""
    make = note if set(settings.ALLOWED_HOSTS) <= LOCAL_HOSTS else fault
    if settings.DEBUG:
        yield make(
            "debug",
            _("DEBUG включён: посетители видят код и настройки."),
            _("На сервере: DJANGO_SETTINGS_MODULE=config.settings.production."),
        )
    key = settings.SECRET_KEY
    if len(key) < 50 or key.lower().startswith(PUBLIC_SECRETS):
        yield make(
            "default_secret_key",
            _("DJANGO_SECRET_KEY короткий или взят из примера."),
            _("python3 -c 'import secrets; print(secrets.token_urlsafe(64))' — и впишите его в .env."),
        )
    password = str(connection.settings_dict.get("PASSWORD", ""))
    if connection.vendor == "postgresql" and password in {"pharmaturk", "postgres", "password", ""}:
        yield warning(
            "sample_password",
            _("Пароль базы пустой или взят из примера."),
            _("Смените POSTGRES_PASSWORD и DATABASE_URL."),
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
                _("На диске с {place} осталось {amount} МБ.").format(place=place, amount=free // 1_000_000),
                _("Освободите место или смените диск."),
            )


def clock() -> Iterator[Finding]:
    """Against the database and, by its Date header, the provider: leases and signatures need one time."""
    now = datetime.now(UTC)
    for name, other in ((_("базы данных"), _database_time()), (_("поставщика"), _provider_time())):
        if other is None:
            continue
        skew = abs((other - now).total_seconds())
        if skew > SKEW:
            yield fault(
                "clock",
                _("Часы машины и {name} расходятся на {skew:.0f} с.").format(name=name, skew=skew),
                _("Включите синхронизацию времени (NTP)."),
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
        yield note("no_admins", _("Письма о неполадках никому не уходят."), _("Задайте DJANGO_ADMINS."))
        return
    backend = get_connection()
    try:
        backend.open()
        backend.close()
    except OSError as error:
        yield fault(
            "mail_refused",
            _("Почтовый сервер {EMAIL_HOST}:{EMAIL_PORT} не принимает: {error}").format(
                EMAIL_HOST=settings.EMAIL_HOST, EMAIL_PORT=settings.EMAIL_PORT, error=error
            ),
            _("Проверьте EMAIL_URL: адрес, порт, имя и пароль."),
        )
        return
    yield ok(
        "mail",
        _("Почта принимается, тревоги уходят на {names}.").format(
            names=", ".join(str(address) for _, address in settings.ADMINS)
        ),
    )


def webhook() -> Iterator[Finding]:
    """Is there anybody? No alert is sent: any HTTP answer but a server's error or "no such page" will do."""
    url = conf.get().alert_webhook
    if not url:
        if not settings.ADMINS:
            yield warning(
                "nobody_alerted",
                _("О неполадках никто не узнает."),
                _("Задайте DJANGO_ADMINS или AI_ALERT_WEBHOOK."),
            )
        return
    try:
        status = requests.head(url, timeout=PATIENCE, allow_redirects=False).status_code
        problem = (
            "" if status < 500 and status not in (404, 410) else _("ответ {status}").format(status=status)
        )
    except requests.RequestException as error:
        problem = type(error).__name__
    if problem:
        yield fault(
            "webhook_dead",
            _("AI_ALERT_WEBHOOK не отвечает: {problem}.").format(problem=problem),
            _("Исправьте адрес или поднимите приёмник."),
        )
    else:
        yield ok("webhook", _("AI_ALERT_WEBHOOK отвечает."))
