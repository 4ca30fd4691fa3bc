"""The work of the queue `media`: fetch a picture, store it with its small forms, or say why not.

The row is the truth and the message only wakes a worker, as with runs. A picture whose server or whose storage does not
answer stays owed and is tried again; only a file that is no picture, or that is gone, is given up.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from typing import NamedTuple

from django.db.models import F
from django.utils import timezone
from PIL import Image

from apps.ai import conf
from apps.ai.exceptions import PermanentAIError, TransientAIError
from apps.ai.models import StoredPicture, database
from apps.ai.services.keeping.wanting import SWEEP
from apps.ai.services.media_processor import (
    OPTIMIZED,
    THUMB,
    ImageFailure,
    Original,
    R2MediaProcessor,
    default_media_processor,
    named_by,
)
from apps.ai.services.pictures.decoding import Decoded, PictureBusy, PictureError, decode
from utils.r2_storage import StorageError, get_storage, put_once

WEBP_QUALITY = 82
#: Seconds after which another worker may take a picture over.
LEASE = 600
#: Waits of 30 s, 1, 2, 4 … minutes, at most six hours.
FIRST_WAIT, LONGEST_WAIT = 30.0, 6 * 3600.0
CONTENT_TYPES = {
    "JPEG": ("jpg", "image/jpeg"),
    "PNG": ("png", "image/png"),
    "WEBP": ("webp", "image/webp"),
    "GIF": ("gif", "image/gif"),
    "AVIF": ("avif", "image/avif"),
    "TIFF": ("tif", "image/tiff"),
    "BMP": ("bmp", "image/bmp"),
}
OTHER = ("bin", "application/octet-stream")


class Result(NamedTuple):
    """Pictures kept, given up, and still owed; `stored`: objects that were written."""

    kept: int = 0
    broken: int = 0
    owed: int = 0
    stored: int = 0


def keep(keys: Sequence[int], *, media: R2MediaProcessor | None = None) -> Result:
    """Bring these pictures, as far as they are due. A storage that refuses one is not asked for the others: they wait,
    too, else each minute's messages would queue up behind a storage that hangs.
    """
    kept = broken = owed = stored = 0
    for place, key in enumerate(keys):
        picture = _claimed(key)
        if picture is None:
            continue
        try:
            stored += _bring(picture, media or default_media_processor())
        except (StorageError, TransientAIError, PermanentAIError) as error:
            _postpone(picture, f"Хранилище не приняло фото: {error}")
            owed += 1 + _postpone_others(keys[place + 1 :], picture)
            break
        kept += picture.status == StoredPicture.Status.KEPT
        broken += picture.status == StoredPicture.Status.BROKEN
        owed += picture.status == StoredPicture.Status.OWED
    return Result(kept, broken, owed, stored)


def pay(*, limit: int = SWEEP, at_once: bool = False, media: R2MediaProcessor | None = None) -> Result:
    """Bring what is due here and now, until the storage refuses. `at_once`: also what waits for its next attempt."""
    now = timezone.now()
    if at_once:
        StoredPicture.objects.owed().filter(attempts__gt=0).update(next_attempt_at=now)
    done = keep(list(StoredPicture.objects.due(now).values_list("pk", flat=True)[:limit]), media=media)
    return done._replace(owed=StoredPicture.objects.owed().count())


def _claimed(key: int) -> StoredPicture | None:
    """None when it is not due: another worker has it, or it was brought meanwhile."""
    now = timezone.now()
    due = StoredPicture.objects.due(now).filter(pk=key).order_by()
    if not due.update(next_attempt_at=now + timedelta(seconds=LEASE), attempts=F("attempts") + 1):
        return None
    return StoredPicture.objects.filter(pk=key).first()


def _bring(picture: StoredPicture, media: R2MediaProcessor) -> int:
    """How many objects were stored. Raises StorageError, and what `save_processed_image` makes of it."""
    database.release()
    original = media.original(picture.url)
    if isinstance(original, ImageFailure):
        _postpone(picture, original.reason) if original.transient else _give_up(picture, original.reason)
        return 0
    try:
        decoded = decode(original.content, longest=StoredPicture.PROCESSED_SIZE)
    except PictureBusy as error:
        _postpone(picture, str(error))
        return 0
    except PictureError as error:
        _give_up(picture, str(error))
        return 0
    return _store(picture, original, decoded, media)


def _store(picture: StoredPicture, original: Original, decoded: Decoded, media: R2MediaProcessor) -> int:
    """The original first: when the storage fails midway, the next attempt finds it there."""
    storage = get_storage()
    digest = sha256(original.content).hexdigest()
    suffix, content_type = CONTENT_TYPES.get(decoded.format, OTHER)
    picture.original_key = original.key or named_by(digest, conf.get().media.original_path, suffix)
    picture.processed_key = media.shared_key(digest, OPTIMIZED)
    picture.thumb_key = media.shared_key(digest, THUMB)
    stored = 0
    if not original.key:
        stored += put_once(storage, picture.original_key, original.content, content_type=content_type)
    for form, key, longest in (
        (OPTIMIZED, picture.processed_key, picture.PROCESSED_SIZE),
        (THUMB, picture.thumb_key, picture.THUMB_SIZE),
    ):
        if not storage.exists(key):
            media.save_processed_image(digest, _webp(decoded.image, longest), form)
            stored += 1
    picture.sha256, picture.format = digest, decoded.format
    picture.width, picture.height = _upright(decoded)
    picture.status, picture.reason, picture.kept_at = StoredPicture.Status.KEPT, "", timezone.now()
    picture.save()
    return stored


def _upright(decoded: Decoded) -> tuple[int, int]:
    """The original's size as it is seen: a turned photo is stored on its side."""
    width, height = decoded.width, decoded.height
    turned = (width - height) * (decoded.image.width - decoded.image.height) < 0
    return (height, width) if turned else (width, height)


def _webp(image: Image.Image, longest: int) -> bytes:
    small = image.copy() if max(image.size) > longest else image
    small.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    buffer = BytesIO()
    small.save(buffer, format="WEBP", quality=WEBP_QUALITY, method=2)
    return buffer.getvalue()


def _postpone(picture: StoredPicture, reason: str) -> None:
    wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(picture.attempts - 1, 20))
    picture.reason, picture.next_attempt_at = reason[:500], timezone.now() + timedelta(seconds=wait)
    picture.save(update_fields=["reason", "next_attempt_at"])


def _postpone_others(keys: Sequence[int], picture: StoredPicture) -> int:
    others = StoredPicture.objects.due(timezone.now()).filter(pk__in=keys).order_by()
    return others.update(
        next_attempt_at=picture.next_attempt_at, reason=picture.reason, attempts=F("attempts") + 1
    )


def _give_up(picture: StoredPicture, reason: str) -> None:
    picture.reason, picture.status = reason[:500], StoredPicture.Status.BROKEN
    picture.save(update_fields=["reason", "status"])
