"""JPEG, PNG and WebP through libvips, which shrinks while it reads: a 40-megapixel WebP costs 15 MB, not 635.

The loader is named, never guessed: a file cannot choose a more dangerous one. Imported only where a picture is
decoded, for libvips must not be started before a worker forks.
"""

from __future__ import annotations

import ctypes
import os
from contextlib import suppress
from typing import Any

os.environ.setdefault("VIPS_CONCURRENCY", "1")  # threads of libvips would each hold strips of the picture
import pyvips

from apps.ai.services.pictures.errors import PictureError


def _give_memory_back() -> None:
    """Have glibc return each large block at once: else every thread's heap keeps tens of MB of its last picture.

    Does nothing on another C library.
    """
    with suppress(OSError, AttributeError):
        tune = ctypes.CDLL(None).mallopt
        tune(MMAP_THRESHOLD, 1 << 18)
        tune(TRIM_THRESHOLD, 1 << 20)


#: Names of mallopt's parameters in malloc.h.
MMAP_THRESHOLD, TRIM_THRESHOLD = -3, -1
_give_memory_back()
pyvips.cache_set_max(0)
pyvips.block_untrusted_set(True)

MEGABYTE = 1_000_000
#: What libvips holds for any picture that streams: strips of lines and the small result.
STREAM = 28 * MEGABYTE
#: A JPEG shrunk while it is read may fall short of the wanted size by this much: it saves most of the time.
NEARLY = 0.95
#: Decoded so far, a picture whose file breaks off is still one.
MOST_THAT_MAY_LACK = 0.25
#: What libjpeg paints where data lack.
LACKING = 128
#: Second bytes of what begins like a marker and has no length behind it: a value of 255, fill, restarts.
NO_SEGMENT = (b"\x00", b"\xff", *(bytes([0xD0 + number]) for number in range(8)))
#: A frame all of which is as light, or as dark, begins an animation and shows nothing.
WHITE, BLACK = 250, 5
#: A screen's gamma.
SCREEN = 2.2
ERRORS = (pyvips.Error,)

Vips = Any


def cost(kind: str, data: bytes, image: Vips) -> int:
    """Bytes that decoding holds at most."""
    pixels: int = image.width * image.height
    bands: int = image.bands
    if kind == "JPEG" and _field(image, "jpeg-multiscan"):
        return STREAM + pixels * bands * 2  # a progressive one: 16-bit coefficients of the whole picture
    if kind == "PNG" and data[28:29] == b"\x01":
        return STREAM + pixels * bands * (2 if image.format == "ushort" else 1)  # interlaced
    if kind == "WEBP":
        return STREAM + pixels * _webp_bytes(data, image)
    return 2 * STREAM if kind == "PNG" else STREAM  # of PNG 46 MB at 40 megapixels, measured


def header(kind: str, data: bytes, *, page: int = 0) -> Vips:
    """The picture before a pixel is decoded. Raises pyvips.Error."""
    return _load(kind, data, shrink=1.0, page=page)


def shrunk(kind: str, data: bytes, image: Vips, *, longest: int, page: int = 0) -> Vips:
    """At most `longest` pixels wide and high, in memory, opaque; still in its own colours, not yet upright.

    Raises pyvips.Error, and PictureError for a JPEG of which a large part lacks.
    """
    # A side of few pixels must not vanish.
    factor = min(max(image.width, image.height) / longest, image.width, image.height)
    # A PNG is read from where its header ended.
    source = image if kind == "PNG" else _load(kind, data, shrink=factor, page=page)
    small = _brightened(to_size(opaque(source), longest), gamma_of(kind, data)).copy_memory()
    if kind == "JPEG" and b"\xff\xd9" not in data[-64:]:
        _refuse_half(small)
    return small


def _brightened(image: Vips, exponent: float) -> Vips:
    if exponent == 1.0:
        return image
    most = 65535 if image.format == "ushort" else 255
    changed = (image / most) ** exponent * most
    return changed.rint().cast(image.format).copy(interpretation=image.interpretation)


def to_size(image: Vips, longest: int) -> Vips:
    scale = longest / max(image.width, image.height)
    if scale >= 1:
        return image
    # Both sides are scaled to whole pixels, at least one.
    wide, high = (max(1, round(side * scale)) for side in (image.width, image.height))
    return image.resize(wide / image.width, vscale=high / image.height)


def opaque(image: Vips) -> Vips:
    """On white, also what was half transparent."""
    if not image.hasalpha():
        return image
    white = 65535 if image.format == "ushort" else 255
    return image.flatten(background=[white] * (image.bands - 1), max_alpha=white)


def is_empty(kind: str, data: bytes, *, longest: int, page: int) -> bool:
    """Is this frame of an animation wholly transparent, white or black?"""
    found = opaque(_load(kind, data, shrink=1.0, page=page)).stats()  # in one pass: least, greatest, …
    return bool(found.getpoint(0, 0)[0] >= WHITE or found.getpoint(1, 0)[0] <= BLACK)


def _load(kind: str, data: bytes, *, shrink: float, page: int) -> Vips:
    if kind == "JPEG":
        factor = next((one for one in (8, 4, 2) if one * NEARLY <= shrink), 1)
        return pyvips.Image.jpegload_buffer(
            _without_half_segment(data), shrink=factor, access="sequential", fail_on="none"
        )
    if kind == "PNG":
        return pyvips.Image.pngload_buffer(data, access="sequential", fail_on="truncated")
    scale = min(1.0, 1.0 / shrink)
    return pyvips.Image.webpload_buffer(data, page=page, scale=scale, access="sequential", fail_on="error")


def gamma_of(kind: str, data: bytes) -> float:
    """The exponent that brings the values of a PNG with a gamma of its own, and no profile, to those of sRGB; else 1.

    As browsers do it: of what is seen on a screen of 2.2.
    """
    at = data.find(b"gAMA", 0, data.find(b"IDAT")) if kind == "PNG" else -1
    head = data[: data.find(b"IDAT")]
    if at < 0 or any(name in head for name in (b"sRGB", b"iCCP", b"cICP")):
        return 1.0
    stored = int.from_bytes(data[at + 4 : at + 8], "big") / 100_000
    return 1.0 if not 0.1 <= stored <= 10 or abs(stored * SCREEN - 1) < 0.05 else 1 / (stored * SCREEN)


def _without_half_segment(data: bytes) -> bytes:
    """A JPEG that breaks off within the tables between its scans, without them: what was decoded so far is kept."""
    if b"\xff\xd9" in data[-64:]:
        return data
    at = len(data)
    while (at := data.rfind(b"\xff", 0, at)) > 0:
        marker = data[at + 1 : at + 2]
        if marker in NO_SEGMENT:
            continue
        size = int.from_bytes(data[at + 2 : at + 4], "big")
        return data if marker and len(data) >= at + 4 and at + 2 + size <= len(data) else data[:at]
    return data


def _webp_bytes(data: bytes, image: Vips) -> int:
    """Per pixel: a lossless picture is held whole, an animation twice more, of a lossy one the alpha channel."""
    lossless = 4 if b"VP8L" in data else 0
    animated = 8 if b"ANMF" in data else 0
    return lossless + animated + (1 if image.hasalpha() else 0)


def _refuse_half(image: Vips) -> None:
    lines = 0
    step = max(1, image.height // 64)
    for top in range(image.height - step, -1, -step):
        strip = image.crop(0, top, image.width, step)
        if strip.min() < LACKING - 1 or strip.max() > LACKING + 1:
            break
        lines += step
    if lines > image.height * MOST_THAT_MAY_LACK:
        raise PictureError(f"Файл фото обрывается: нет {round(100 * lines / image.height)} % картинки.")


def _field(image: Vips, name: str) -> object:
    return image.get(name) if image.get_typeof(name) else None
