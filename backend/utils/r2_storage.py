"""Where the shop's pictures lie: Cloudflare R2 (S3 protocol), or a local folder when no endpoint is named.

The only module that knows boto3. Keys are relative paths such as `products/processed/7/optimized.jpg`.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypedDict, TypeVar

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed

from utils.deadlines import within
from utils.local_storage import LocalStorage
from utils.storage_urls import (
    LINK_SECONDS,
    KeyMissing,
    ObjectTooLarge,
    PublicBase,
    StorageError,
    StorageUnavailable,
    capped,
    checked_key,
    checked_prefix,
)

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CACHE_CONTROL = "max-age=31536000"
#: Seconds of one request: 15 MB at 1 Mbit/s.
SECONDS = 120.0
#: What S3 allows at most.
LINK_SECONDS_MOST = 7 * 24 * 3600
MISSING_CODES = frozenset({"NoSuchKey", "404", "NotFound"})
BUSY_CODES = frozenset({"SlowDown", "RequestTimeout", "TooManyRequests"})

__all__ = [
    "KeyMissing",
    "LocalStorage",
    "ObjectStorage",
    "ObjectTooLarge",
    "R2Storage",
    "StorageError",
    "StorageUnavailable",
    "get_storage",
    "put_once",
]


T = TypeVar("T")


class Target(TypedDict):
    Bucket: str
    Key: str


class ObjectStorage(Protocol):
    """A flat store of files. Every method may raise StorageError, `put` replaces what was there."""

    def put(self, key: str, content: bytes, *, content_type: str) -> None: ...

    def get(self, key: str, *, max_bytes: int) -> bytes:
        """Raises KeyMissing and ObjectTooLarge."""
        ...

    def size(self, key: str) -> int | None:
        """Bytes of what is there, None when nothing is."""
        ...

    def exists(self, key: str) -> bool: ...

    def delete(self, key: str) -> None:
        """Nothing happens when there is no such key."""
        ...

    def keys(self, prefix: str) -> Iterator[str]:
        """Every key that begins with the folder `prefix`, which ends with a slash."""
        ...

    def public_url(self, key: str) -> str: ...

    def browser_url(self, key: str, *, seconds: int = LINK_SECONDS) -> str:
        """What a browser can read: the public URL, or a signed one for some time when the bucket is private."""
        ...

    def key_of(self, url: str) -> str | None:
        """The key behind one of our URLs, public or signed, None when the URL is not ours."""
        ...

    def older_than(self, folder: str, moment: datetime) -> Iterator[str]:
        """Keys below `folder` (ends with a slash) that were written before then."""
        ...


class R2Storage:
    """A bucket behind the S3 protocol. One client for all threads, made at the first use."""

    def __init__(
        self, config: dict[str, str], base_url: str = "", *, prefix: str = "", seconds: float = SECONDS
    ) -> None:
        """`base_url`: "" when the bucket is private. `prefix`: of all keys, one for each environment.

        `seconds`: that one request may take from its start to its last byte.
        """
        self._seconds = seconds
        self._config = config
        self._bucket = config["bucket_name"]
        self._prefix = checked_prefix(prefix)
        self._own = PublicBase(f"{config['endpoint_url'].rstrip('/')}/{self._bucket}", prefix)
        self._is_public = bool(base_url)
        self._base = PublicBase(base_url, prefix) if base_url else self._own
        self._lock = threading.Lock()
        self._client: S3Client | None = None

    @property
    def client(self) -> S3Client:
        with self._lock:
            if self._client is None:
                self._client = _make_client(self._config)
            return self._client

    def put(self, key: str, content: bytes, *, content_type: str) -> None:
        """What the bucket says it took is looked for: a full or failing one has said so of what it then lost."""
        target = self._target(key)
        self._ask(
            key,
            lambda: self.client.put_object(
                **target, Body=content, ContentType=content_type, CacheControl=CACHE_CONTROL
            ),
        )
        if self.size(key) != len(content):
            raise StorageUnavailable(f"The bucket took {key} and does not have it.")

    def get(self, key: str, *, max_bytes: int) -> bytes:
        target = self._target(key)

        def read() -> bytes:
            with self.client.get_object(**target)["Body"] as body:
                return body.read(max_bytes + 1)

        return capped(self._ask(key, read), key, max_bytes)

    def size(self, key: str) -> int | None:
        target = self._target(key)
        try:
            return self._ask(key, lambda: self.client.head_object(**target))["ContentLength"]
        except KeyMissing:
            return None

    def exists(self, key: str) -> bool:
        return self.size(key) is not None

    def delete(self, key: str) -> None:
        target = self._target(key)
        self._ask(key, lambda: self.client.delete_object(**target))

    def keys(self, prefix: str) -> Iterator[str]:
        return (key for key, _ in self._listed(prefix))

    def public_url(self, key: str) -> str:
        return self._base.url_of(key)

    def browser_url(self, key: str, *, seconds: int = LINK_SECONDS) -> str:
        """A signature is computed here, nothing is asked."""
        if self._is_public:
            return self._base.url_of(key)
        if not 0 < seconds <= LINK_SECONDS_MOST:
            raise ValueError(f"A signed link lives 1 to {LINK_SECONDS_MOST} seconds, not {seconds}.")
        return self.client.generate_presigned_url("get_object", Params=self._target(key), ExpiresIn=seconds)

    def key_of(self, url: str) -> str | None:
        return self._base.key_of(url) or self._own.key_of(url)

    def older_than(self, folder: str, moment: datetime) -> Iterator[str]:
        return (key for key, written in self._listed(folder) if written < moment)

    def _listed(self, folder: str) -> Iterator[tuple[str, datetime]]:
        """Keys of this environment, and when each was written."""
        paginator = self.client.get_paginator("list_objects_v2")
        pages = iter(paginator.paginate(Bucket=self._bucket, Prefix=self._prefix + folder))
        while page := self._ask(folder, lambda: next(pages, None)):
            for item in page.get("Contents", ()):
                yield item["Key"].removeprefix(self._prefix), item["LastModified"]

    def _target(self, key: str) -> Target:
        return {"Bucket": self._bucket, "Key": self._prefix + checked_key(key)}

    def _ask(self, key: str, request: Callable[[], T]) -> T:
        _ = self.client  # boto3 is loaded here, not within the deadline
        with _s3_errors(key):
            return within(self._seconds, request)


def put_once(storage: ObjectStorage, key: str, content: bytes, *, content_type: str) -> bool:
    """Store what lies under a key that names its content, unless it is there whole; was it stored?

    Raises StorageError.
    """
    if storage.size(key) == len(content):
        return False
    storage.put(key, content, content_type=content_type)
    return True


_building = threading.Lock()


def get_storage() -> ObjectStorage:
    """The storage that the settings name, built once a process (a forked child builds its own).

    Raises ImproperlyConfigured when the settings are incomplete.
    """
    with _building:
        return _storage_of_process(os.getpid())


@lru_cache(maxsize=1)
def _storage_of_process(process_id: int) -> ObjectStorage:
    config: dict[str, str] = settings.R2_CONFIG
    base_url: str = settings.AI_R2_SETTINGS["cdn_url"]
    prefix: str = settings.AI_R2_SETTINGS.get("key_prefix", "")
    empty = [name for name, value in config.items() if not value]
    try:
        if "endpoint_url" in empty:
            return LocalStorage(Path(settings.MEDIA_ROOT), base_url, prefix=prefix)
        if empty:
            raise StorageError(f"R2_CONFIG names an endpoint but lacks {', '.join(empty)}.")
        return R2Storage(config, base_url, prefix=prefix)
    except StorageError as exc:
        raise ImproperlyConfigured(str(exc)) from exc


def _forget(*, setting: str, **kwargs: object) -> None:
    if setting in {"R2_CONFIG", "AI_R2_SETTINGS", "MEDIA_ROOT"}:
        _storage_of_process.cache_clear()


setting_changed.connect(_forget, dispatch_uid="utils.r2_storage.forget")


def _make_client(config: dict[str, str]) -> S3Client:
    """R2 answers 501 to the streamed checksums that boto3 sends by default, hence `when_required`."""
    import boto3  # noqa: PLC0415  half a second and 40 MiB, only for those who use it
    from botocore.config import Config  # noqa: PLC0415

    return boto3.session.Session().client(
        "s3",
        endpoint_url=config["endpoint_url"],
        aws_access_key_id=config["aws_access_key_id"],
        aws_secret_access_key=config["aws_secret_access_key"],
        region_name=config["region_name"],
        config=Config(
            signature_version="s3v4",
            s3={"addressing_style": "path"},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            connect_timeout=5,
            read_timeout=15,
            # One more try heals a kept connection that the server closed; anything longer is the queue's.
            retries={"mode": "standard", "total_max_attempts": 2},
        ),
    )


@contextmanager
def _s3_errors(key: str) -> Iterator[None]:
    from botocore import exceptions as boto  # noqa: PLC0415  only after boto3 itself

    try:
        yield
    except boto.ClientError as exc:
        raise _named(exc.response, key) from exc
    except (boto.ConnectionError, boto.HTTPClientError, boto.IncompleteReadError, OSError) as exc:
        raise StorageUnavailable(f"The bucket does not answer: {exc}") from exc
    except boto.BotoCoreError as exc:
        raise StorageError(f"The bucket cannot be used: {exc}") from exc


def _named(response: Any, key: str) -> StorageError:
    error = response.get("Error", {})
    code, message = error.get("Code", ""), error.get("Message", "")
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in MISSING_CODES:
        return KeyMissing(f"There is no object {key}.")
    if code in BUSY_CODES or status == 429 or status >= 500:
        return StorageUnavailable(f"The bucket is busy: {code} {message}".strip())
    return StorageError(f"The bucket refuses {key}: {code} {message}".strip())
