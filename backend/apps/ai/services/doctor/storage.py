"""The picture storage: a small file is written, read by its public address, and deleted."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import requests
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _

from apps.ai import conf
from apps.ai.services.doctor.findings import Finding, fault, ok, warning
from utils.r2_storage import (
    KeyMissing,
    ObjectStorage,
    R2Storage,
    StorageError,
    StorageUnavailable,
    get_storage,
)

CONTENT = b"pharmaturk: storage check"
#: Seconds for the public address.
PATIENCE = 4


def look() -> Iterator[Finding]:
    try:
        storage = get_storage()
    except ImproperlyConfigured as error:
        yield fault(
            "storage_settings", str(error), _("Задайте все переменные R2_… (см. .env.example) или ни одной.")
        )
        return
    key = f"{conf.get().media.temp_path}check-{uuid4().hex}.txt"
    try:
        storage.put(key, CONTENT, content_type="text/plain")
    except StorageError as error:
        yield _refused(error)
        return
    try:
        yield from _read(storage, key)
    finally:
        yield from _delete(storage, key)


def _read(storage: ObjectStorage, key: str) -> Iterator[Finding]:
    try:
        content = storage.get(key, max_bytes=1000)
    except StorageError as error:
        yield fault(
            "storage_unreadable",
            _("Записанное не читается: {error}").format(error=error),
            _("Дайте ключу право на чтение."),
        )
        return
    if content != CONTENT:
        yield fault(
            "storage_wrong_content",
            _("Хранилище вернуло не то, что записано."),
            _("Проверьте R2_ENDPOINT_URL."),
        )
        return
    yield _public(storage, key)


def _public(storage: ObjectStorage, key: str) -> Finding:
    url = storage.public_url(key)
    try:
        answer = requests.get(url, timeout=PATIENCE)
        problem = (
            ""
            if answer.content == CONTENT
            else _("ответ {status_code}, не тот файл").format(status_code=answer.status_code)
        )
    except requests.RequestException as error:
        problem = type(error).__name__
    if not problem:
        return ok(
            "storage",
            _("Хранилище пишет, читает и показывает файлы ({value}).").format(
                value=url.rpartition("/temp")[0]
            ),
        )
    text = _("Файл записан, но по публичному адресу {url} не виден: {problem}.").format(
        url=url, problem=problem
    )
    if isinstance(storage, R2Storage):
        cure = _("Откройте бакет для чтения (r2.dev или свой домен) и впишите этот адрес в R2_PUBLIC_URL.")
        return fault("public_address_wrong", text, cure)
    return warning("media_not_served", text, _("Запустите веб-сервер; адрес берётся из SITE_URL."))


def _delete(storage: ObjectStorage, key: str) -> Iterator[Finding]:
    try:
        storage.delete(key)
    except StorageError as error:
        yield warning(
            "storage_no_delete",
            _("Записанное не удаляется: {error}").format(error=error),
            _("Дайте ключу право на удаление."),
        )


def _refused(error: StorageError) -> Finding:
    text = str(error)
    if isinstance(error, KeyMissing) or "NoSuchBucket" in text:
        return fault(
            "bucket_missing",
            _("Бакета нет: {text}").format(text=text),
            _("Создайте его или исправьте R2_BUCKET_NAME."),
        )
    if isinstance(error, StorageUnavailable):
        cure = _("Проверьте R2_ENDPOINT_URL, сеть, место на диске и права на папку.")
        return fault("storage_away", text, cure)
    if "SignatureDoesNotMatch" in text or "InvalidAccessKeyId" in text:
        cure = _("Впишите R2_ACCESS_KEY_ID и R2_SECRET_ACCESS_KEY одной пары.")
        return fault("storage_wrong_secret", text, cure)
    return fault("storage_read_only", text, _("Дайте ключу право записи в этот бакет."))
