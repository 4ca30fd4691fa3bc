"""Which pictures are wanted, which have come, and messages for those that are due. Light: web processes use it, too."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.utils import timezone

from apps.ai import catalog, conf
from apps.ai.models import StoredPicture, database
from utils.r2_storage import ObjectStorage, StorageError, get_storage

logger = logging.getLogger(__name__)

#: Pictures of one message.
CHUNK = 20
#: Rows that one sweep sends messages for.
SWEEP = 2000
#: Products read at once.
PRODUCTS = 500
#: Pictures whose check is written down at once.
CHECKED = 200
Send = Callable[[list[int]], object]


def want(urls: Iterable[str], *, send: Send) -> int:
    """Note addresses that nobody noted before and have their pictures brought after the commit; how many are new."""
    if not conf.get().media.keep:
        return 0
    wanted = {url for url in urls if url}
    known = set(StoredPicture.objects.of(wanted).values_list("url", flat=True)) if wanted else set()
    now = timezone.now()
    new = [StoredPicture.new(url, now=now) for url in sorted(wanted - known)]
    if not new:
        return 0
    StoredPicture.objects.bulk_create(new, batch_size=1000, ignore_conflicts=True)
    added = list(StoredPicture.objects.of(one.url for one in new).owed().values_list("pk", flat=True))
    transaction.on_commit(lambda: _send(added, send), robust=True)
    return len(new)


def want_missing(*, send: Send) -> int:
    """Note the pictures of imported products that came before pictures were kept; how many are new."""
    shop, new, last = catalog.get(), 0, 0
    while ids := shop.imported(after=last, limit=PRODUCTS):
        last = ids[-1]
        new += want((url for one in shop.snapshots(ids).values() for url in one.image_urls), send=send)
    return new


def _send(keys: Sequence[int], send: Send) -> None:
    for first in range(0, len(keys), CHUNK):
        send(list(keys[first : first + CHUNK]))


def on_the_way(urls: Iterable[str]) -> frozenset[str]:
    """Addresses whose pictures are owed and young enough for a card to wait for them (AI_PICTURE_WAIT)."""
    media = conf.get().media
    if not media.keep or media.picture_wait <= 0:
        return frozenset()
    since = timezone.now() - timedelta(seconds=media.picture_wait)
    rows = StoredPicture.objects.of(urls).owed().filter(created_at__gt=since)
    return frozenset(rows.values_list("url", flat=True))


def copy_of(url: str) -> str | None:
    """The key of our own small copy. In a thread of its own it gives the connection back."""
    if not conf.get().media.keep:
        return None
    key = (
        StoredPicture.objects.of([url])
        .exclude(processed_key="")
        .values_list("processed_key", flat=True)
        .first()
    )
    database.release()
    return key


def storage_problem() -> str:
    """Why the storage takes no file now, in a sentence; "" when it does. A small file is written and deleted."""
    try:
        storage = get_storage()
        key = f"{conf.get().media.temp_path}probe-{uuid4().hex}.txt"
        storage.put(key, b"probe", content_type="text/plain")
        storage.delete(key)
    except (StorageError, ImproperlyConfigured) as error:
        return str(error)
    return ""


def sweep(*, send: Send) -> int:
    """Messages for what is due, and temporary files past AI_TEMP_HOURS deleted; how many pictures are due."""
    due = list(StoredPicture.objects.due(timezone.now()).values_list("pk", flat=True)[:SWEEP])
    _send(due, send)
    try:
        clean_temporary(get_storage())
    except StorageError as error:
        logger.warning("Temporary files could not be deleted: %s", error)
    return len(due)


def try_again(keys: Collection[int], *, send: Send) -> int:
    """Have owed pictures brought now, and given-up ones once more; how many. The message goes after the commit."""
    rows = StoredPicture.objects.filter(pk__in=keys).exclude(status=StoredPicture.Status.KEPT)
    wanted = list(rows.values_list("pk", flat=True))
    StoredPicture.objects.filter(pk__in=wanted).update(**_owed_now(reason=""))
    transaction.on_commit(lambda: _send(wanted, send), robust=True)
    return len(wanted)


def recheck() -> int:
    """Have brought again what was kept and no longer lies in the storage whole; how many. Raises StorageError."""
    lost = last = 0
    kept = StoredPicture.objects.filter(status=StoredPicture.Status.KEPT).order_by("pk")
    while keys := list(kept.filter(pk__gt=last).values_list("pk", flat=True)[:CHECKED]):
        last = keys[-1]
        lost += _check(keys)
    return lost


def check(keys: Sequence[int]) -> int:
    """The same for these pictures. Where the storage does not answer they say so until the next check."""
    try:
        return _check(keys)
    except StorageError as error:
        logger.warning("Pictures could not be checked: %s", error)
        return 0


def _check(keys: Sequence[int]) -> int:
    storage = get_storage()
    kept = StoredPicture.objects.filter(pk__in=keys, status=StoredPicture.Status.KEPT)
    rows = list(kept.only("original_key", "processed_key", "thumb_key"))
    whole: list[int] = []
    lost: list[int] = []
    try:
        for row in rows:
            found = all(storage.size(key) for key in row.files())
            (whole if found else lost).append(row.pk)
    except StorageError as error:
        rest = {row.pk for row in rows} - {*whole, *lost}
        kept.filter(pk__in=rest).update(reason=f"Хранилище не ответило на проверку: {error}"[:500])
        raise
    finally:
        kept.filter(pk__in=whole).update(checked_at=timezone.now(), reason="")
        kept.filter(pk__in=lost).update(**_owed_now(reason="Файл пропал из хранилища."))
    return len(lost)


def _owed_now(*, reason: str) -> dict[str, Any]:
    owed = StoredPicture.Status.OWED
    return {"status": owed, "next_attempt_at": timezone.now(), "attempts": 0, "reason": reason}


def clean_temporary(storage: ObjectStorage) -> int:
    media = conf.get().media
    before = timezone.now() - timedelta(hours=media.temp_hours)
    old = list(storage.older_than(media.temp_path, before))
    for key in old:
        storage.delete(key)
    return len(old)
