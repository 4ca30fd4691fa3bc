"""Pictures for the vision model: from a URL in product data to a small, clean JPEG.

A URL of our own storage is read through the storage, every other one through `utils.safe_fetch`. What comes
back is decoded with caps on bytes, pixels and time, so that no picture can hurt the worker. A bad picture is
a value, not an error.
"""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from hashlib import sha256
from io import BytesIO
from typing import NamedTuple, Protocol

from PIL import Image

from apps.ai import conf
from apps.ai.exceptions import PermanentAIError, TransientAIError
from apps.ai.services.pictures.decoding import PictureBusy, PictureError, decode
from utils import safe_fetch
from utils.r2_storage import ObjectStorage, StorageError, StorageUnavailable, get_storage
from utils.safe_fetch import Fetched, FetchError, FetchFailed, FetchLimits, FetchTimeout

MAX_SIZE = (1024, 1024)
JPEG_QUALITY = 85
IMAGE_TYPE = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*\Z")
TRIES_PER_IMAGE = 3
OPTIMIZED, THUMB = "optimized", "thumb"
SHA256 = re.compile(r"[0-9a-f]{64}\Z")


@dataclass(frozen=True, slots=True)
class PreparedImage:
    """A JPEG without metadata. `base64` is a data URL, `sha256` the hex digest of `content`.

    `image`: the RGB picture that it was made of, so that nobody decodes it again.
    """

    url: str
    base64: str
    format: str
    size_bytes: int
    dimensions: tuple[int, int]
    original_format: str
    content: bytes
    sha256: str
    image: Image.Image = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class ImageFailure:
    """A picture that cannot be used. `transient`: another try later may bring it."""

    url: str
    reason: str
    transient: bool = False


class ImageBatch(NamedTuple):
    """Usable pictures in the order of the product, and those that were tried in vain."""

    images: tuple[PreparedImage, ...]
    failures: tuple[ImageFailure, ...]


@dataclass(frozen=True, slots=True)
class Original:
    """A file as it was sent. `key`: where it lies, when it came from our own storage."""

    content: bytes
    key: str
    said_to_be: str


class Fetch(Protocol):
    def __call__(self, url: str, *, limits: FetchLimits) -> Fetched: ...


class R2MediaProcessor:
    """Reads, cleans and stores pictures. Safe to share between threads.

    `limits.total_timeout` is the time in seconds that one call may take, for a picture or for a whole batch.
    """

    def __init__(
        self,
        storage: ObjectStorage,
        *,
        limits: FetchLimits,
        max_pixels: int,
        max_images: int,
        processed_path: str,
        thumbs_path: str = "products/thumbs/",
        fetch: Fetch = safe_fetch.fetch,
        copies: Callable[[str], str | None] = lambda url: None,
    ) -> None:
        self._storage = storage
        self._fetch = fetch
        self._copies = copies
        self._limits = limits
        self._max_pixels = max_pixels
        self._max_images = max_images
        self._processed_path = processed_path
        self._thumbs_path = thumbs_path

    def get_image_for_analysis(
        self,
        image_url: str,
        max_size: tuple[int, int] = MAX_SIZE,
        quality: int = JPEG_QUALITY,
        *,
        timeout: float | None = None,
    ) -> PreparedImage | ImageFailure:
        """One picture, shrunk to `max_size` (width, height). `timeout` in seconds shortens the usual one."""
        original = self.original(image_url, timeout=timeout, copies=True)
        if isinstance(original, ImageFailure):
            return original
        try:
            decoded = decode(original.content, longest=max(max_size), max_pixels=self._max_pixels)
        except PictureError as exc:
            said = original.said_to_be and f" Сервер называет его {original.said_to_be}."
            return ImageFailure(image_url, f"{exc}{said}", transient=isinstance(exc, PictureBusy))
        image = decoded.image
        image.thumbnail(max_size, Image.Resampling.LANCZOS)
        content = _encode(image, quality)
        return PreparedImage(
            url=image_url,
            base64=f"data:image/jpeg;base64,{base64.b64encode(content).decode('ascii')}",
            format="jpeg",
            size_bytes=len(content),
            dimensions=image.size,
            original_format=decoded.format,
            content=content,
            sha256=sha256(content).hexdigest(),
            image=image,
        )

    def original(
        self, url: str, *, timeout: float | None = None, copies: bool = False
    ) -> Original | ImageFailure:
        """The file behind the address, undecoded. `copies`: our own small copy will do."""
        try:
            return self._read(url, timeout or self._limits.total_timeout, copies)
        except FetchError as exc:
            return ImageFailure(url, str(exc), transient=_may_heal(exc))
        except StorageError as exc:
            return ImageFailure(url, str(exc), transient=isinstance(exc, StorageUnavailable))

    def get_product_images_batch(
        self, image_urls: Sequence[str], max_images: int | None = None
    ) -> ImageBatch:
        """The first `max_images` usable pictures; later URLs stand in for bad and repeated ones.

        Never raises for a picture. The time is shared out: one slow server does not starve the others.
        """
        wanted = self._max_images if max_images is None else max_images
        urls = list(dict.fromkeys(image_urls))[: wanted * TRIES_PER_IMAGE]
        end = time.monotonic() + self._limits.total_timeout
        images: dict[str, PreparedImage] = {}
        failures: list[ImageFailure] = []
        for position, url in enumerate(urls):
            missing = min(wanted - len(images), len(urls) - position)
            if missing == 0:
                break
            result = self._within(url, (end - time.monotonic()) / missing)
            if isinstance(result, ImageFailure):
                failures.append(result)
            else:
                images.setdefault(result.sha256, result)
        return ImageBatch(tuple(images.values()), tuple(failures))

    def save_processed_image(
        self, product_id: int | str, image_data: bytes, image_type: str = "optimized"
    ) -> str:
        """Store a JPEG or WebP and return its public URL; an earlier one of the same owner and type is replaced.

        `product_id`: the product's; or an original's SHA-256 for one of the WebP forms, "optimized" and "thumb", that
        all products share. Raises ValueError for bad arguments, TransientAIError and PermanentAIError when the storage
        fails.
        """
        suffix, content_type = _form(image_data)
        key = self._key_of(product_id, image_type, suffix)
        try:
            self._storage.put(key, image_data, content_type=content_type)
            return self._storage.public_url(key)
        except StorageUnavailable as exc:
            raise TransientAIError(str(exc)) from exc
        except StorageError as exc:
            raise PermanentAIError(str(exc)) from exc

    def shared_key(self, digest: str, form: str) -> str:
        """Of the form, OPTIMIZED or THUMB, of the original with this SHA-256. Raises ValueError."""
        folders = {OPTIMIZED: self._processed_path, THUMB: self._thumbs_path}
        if form not in folders:
            raise ValueError(f"Products share two forms, {OPTIMIZED} and {THUMB}, not {form!r}.")
        return named_by(digest, folders[form], "webp")

    def _key_of(self, owner: int | str, image_type: str, suffix: str) -> str:
        if not IMAGE_TYPE.match(image_type):
            raise ValueError(f"The image type must consist of small letters and digits, not {image_type!r}.")
        if isinstance(owner, str):
            if suffix != "webp":
                raise ValueError("What products share is WebP.")
            return self.shared_key(owner, image_type)
        if owner < 1:
            raise ValueError(f"{owner} is no product id.")
        return f"{self._processed_path}{owner}/{image_type}.{suffix}"

    def _within(self, url: str, seconds: float) -> PreparedImage | ImageFailure:
        if seconds <= 0:
            return ImageFailure(url, "No time was left for this picture.", transient=True)
        return self.get_image_for_analysis(url, timeout=seconds)

    def _read(self, url: str, timeout: float, copies: bool) -> Original:
        """Our own addresses are told by their exact origin, and never asked for over the web."""
        key = self._storage.key_of(url)
        if key is None and copies and (copy := self._copies(url)):
            with suppress(StorageError):  # then the supplier still has it
                return Original(self._storage.get(copy, max_bytes=self._limits.max_bytes), copy, "")
        if key is not None:
            return Original(self._storage.get(key, max_bytes=self._limits.max_bytes), key, "")
        fetched = self._fetch(url, limits=replace(self._limits, total_timeout=timeout))
        return Original(fetched.content, "", fetched.content_type)


def default_media_processor(copies: Callable[[str], str | None] = lambda url: None) -> R2MediaProcessor:
    """The processor that the settings describe. `copies`: address → key of our own small copy.

    Raises ImproperlyConfigured when there is no storage.
    """
    values = conf.get()
    return R2MediaProcessor(
        get_storage(),
        limits=FetchLimits(max_bytes=values.media.max_bytes, total_timeout=values.image_timeout),
        max_pixels=values.media.max_pixels,
        max_images=values.max_images,
        processed_path=values.media.processed_path,
        thumbs_path=values.media.thumbs_path,
        copies=copies,
    )


def named_by(digest: str, folder: str, suffix: str) -> str:
    """The key of what all products share, named by an original's SHA-256. Raises ValueError."""
    if not SHA256.match(digest):
        raise ValueError(f"{digest!r} is no SHA-256.")
    return f"{folder}{digest[:2]}/{digest}.{suffix}"


def _form(content: bytes) -> tuple[str, str]:
    """Suffix and content type of what is stored beside originals. Raises ValueError."""
    if content.startswith(b"\xff\xd8\xff"):
        return "jpg", "image/jpeg"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp", "image/webp"
    raise ValueError("Only JPEG and WebP pictures are stored.")


def _may_heal(error: FetchError) -> bool:
    if isinstance(error, FetchFailed):
        return error.status is None or error.status in (408, 429) or error.status >= 500
    return isinstance(error, FetchTimeout)


def _encode(image: Image.Image, quality: int) -> bytes:
    buffer = BytesIO()
    image.save(buffer, format="JPEG", quality=quality)  # optimize takes three times as long, for 6 %
    return buffer.getvalue()
