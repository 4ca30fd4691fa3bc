"""Pictures that lie beside a feed: found safely, kept in the object storage under their content's hash."""

from __future__ import annotations

import hashlib
from pathlib import Path
from urllib.parse import unquote

from django.conf import settings

from apps.parsers.services.records import LocalImage
from utils.r2_storage import StorageUnavailable, get_storage

MAX_BYTES = 15 * 1024 * 1024
_HEAD = 16
CONTENT_TYPES = {
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".gif": "image/gif",
    ".avif": "image/avif",
}


class LocalImageError(Exception):
    """The feed names a picture that is not there, or not one that may be taken. The message says which."""


def find_image(folder: Path, reference: str) -> LocalImage:
    """The picture that `reference` names inside `folder`. Raises LocalImageError.

    Links are followed first: what counts is where the file really lies.
    """
    root = folder.resolve()
    for name in dict.fromkeys((reference, unquote(reference))):
        try:
            path = (root / name).resolve()
            if not path.is_relative_to(root):
                raise LocalImageError(f"фото {_shown(reference)} лежит вне папки ленты")
            if path.is_file():
                return _checked(path, reference)
        except (OSError, ValueError) as exc:
            raise LocalImageError(f"фото {_shown(reference)} не читается") from exc
    raise LocalImageError(f"фото {_shown(reference)} рядом с лентой нет")


def image_key(content: bytes) -> str:
    """Where a picture with this content lies in the storage. Raises LocalImageError when it is no picture."""
    suffix = _suffix(content[:_HEAD])
    if suffix is None:
        raise LocalImageError("файл — не фото")
    folder = settings.AI_R2_SETTINGS["original_images_path"]
    digest = hashlib.sha256(content).hexdigest()
    return f"{folder}{digest[:2]}/{digest}{suffix}"


def store_image(image: LocalImage, *, known_urls: frozenset[str] = frozenset(), refusal: str = "") -> str:
    """The public address of the picture; uploaded unless the product has that address already.

    `refusal`: why the storage is not to be asked now.

    Raises LocalImageError, and StorageError when the storage does not take it.
    """
    content = _read(image.path)
    key = image_key(content)
    storage = get_storage()
    url = storage.public_url(key)
    if url not in known_urls:
        if refusal:
            raise StorageUnavailable(refusal)
        storage.put(key, content, content_type=CONTENT_TYPES[Path(key).suffix])
    return url


def _checked(path: Path, reference: str) -> LocalImage:
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise LocalImageError(f"в фото {_shown(reference)} {size} байт, берётся не больше {MAX_BYTES}")
    with path.open("rb") as file:
        if _suffix(file.read(_HEAD)) is None:
            raise LocalImageError(f"{_shown(reference)} — не фото")
    return LocalImage(path)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as exc:
        raise LocalImageError(f"фото {path.name} не читается: {exc.strerror}") from exc
    if len(content) > MAX_BYTES:
        raise LocalImageError(f"фото {path.name} выросло больше {MAX_BYTES} байт")
    return content


def _suffix(head: bytes) -> str | None:
    """The format by its first bytes, never by its name: our own domain must not serve a page as a picture."""
    if head.startswith(b"\xff\xd8\xff"):
        return ".jpg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return ".png"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return ".webp"
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return ".gif"
    if head[4:12] in (b"ftypavif", b"ftypavis"):
        return ".avif"
    return None


def _shown(reference: str) -> str:
    return repr(reference if len(reference) <= 80 else f"{reference[:80]}…")
