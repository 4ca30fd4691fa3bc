"""Every other format, through Pillow, which decodes the whole picture; the budget is asked for that much."""

from __future__ import annotations

import struct
import zlib
from contextlib import suppress
from io import BytesIO
from typing import Any, cast

import pyvips
from PIL import Image, UnidentifiedImageError

from apps.ai.services.pictures.streamed import BLACK, WHITE, opaque, to_size

#: EPS starts another program; the others are stubs without pixels.
NOT_OPENED = frozenset({"EPS", "WMF", "BUFR", "GRIB", "HDF5", "MPEG", "IPTC"})
ORIENTATION = 0x0112
#: Frames of an animation among which the first good one is looked for.
FRAMES = 20
#: Bytes per pixel of what AVIF's decoder holds: planes, RGBA, Pillow's copy.
AVIF = 12
#: Pillow's own bytes per pixel by mode; every other has four.
NARROW = {"1": 1, "L": 1, "P": 1, "I;16": 2, "I;16B": 2, "I;16L": 2, "I;16N": 2}
DAMAGED = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    EOFError,
    AttributeError,
    ArithmeticError,
    MemoryError,
    RuntimeError,
    struct.error,
    zlib.error,
)
"""What Pillow raises on hostile files; not all of it is documented."""

Vips = Any


def formats() -> tuple[str, ...]:
    """What the installed Pillow opens."""
    Image.init()
    return tuple(sorted(Image.OPEN.keys() - NOT_OPENED))


def opened(data: bytes) -> Image.Image:
    """The header alone is read. Raises UnidentifiedImageError and `DAMAGED`."""
    image = Image.open(BytesIO(data), formats=formats())
    if image.format is None:
        raise UnidentifiedImageError
    return image


def cost(image: Image.Image) -> int:
    """Bytes that decoding holds at most: the pixels, those converted, and a copy for libvips."""
    pixels = image.width * image.height
    if image.format == "AVIF":
        return pixels * AVIF
    own = NARROW.get(image.mode, 4)
    if image.mode == "F" or image.mode.startswith("I"):
        return pixels * (own + 12)
    return pixels * (own + 8 if _needs_converting(image) else own + 4)


def shrunk(image: Image.Image, *, longest: int) -> Vips:
    """The first good frame: one that decodes and is not wholly transparent, white or black. Raises `DAMAGED`."""
    frame = _first_good(image)
    profile, orientation = frame.info.get("icc_profile"), _orientation(frame)
    plain = _plain(frame, longest)
    bands = len(plain.getbands())
    memory = pyvips.Image.new_from_memory(plain.tobytes(), plain.width, plain.height, bands, "uchar")
    space = "cmyk" if plain.mode == "CMYK" else "srgb" if bands > 2 else "b-w"
    small = to_size(opaque(memory.copy(interpretation=space)), longest).copy_memory()
    if isinstance(profile, bytes) and plain.mode in _own_modes(frame.mode):
        small.set_type(pyvips.GValue.blob_type, "icc-profile-data", profile)
    if orientation in range(2, 9):
        small.set_type(pyvips.GValue.gint_type, "orientation", orientation)
    return small


def _first_good(image: Image.Image) -> Image.Image:
    count = min(FRAMES, getattr(image, "n_frames", 1)) if image.format in ("GIF", "AVIF") else 1
    fault: Exception | None = None
    for number in range(count):
        try:
            if number:
                image.seek(number)
            image.load()
        except DAMAGED as exc:
            fault = fault or exc
            continue
        if number == count - 1 or not _is_empty(image):
            return image
    if fault is not None:
        raise fault
    return image


def _is_empty(image: Image.Image) -> bool:
    grey = image.convert("L")
    if image.has_transparency_data:
        alpha = image.convert("RGBA").getchannel("A")
        grey = Image.composite(grey, Image.new("L", grey.size, 255), alpha)
    darkest, lightest = cast(tuple[int, int], grey.getextrema())
    return darkest >= WHITE or lightest <= BLACK


def _plain(image: Image.Image, longest: int) -> Image.Image:
    """One of L, LA, RGB, RGBA and CMYK; deep grey comes out as L."""
    if image.mode == "F" or image.mode.startswith("I"):
        return _grey(image, longest)
    if not _needs_converting(image):
        return image
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _needs_converting(image: Image.Image) -> bool:
    if image.mode in ("LA", "RGBA", "CMYK"):
        return False
    return image.mode not in ("L", "RGB") or image.has_transparency_data


def _own_modes(mode: str) -> tuple[str, ...]:
    """Into what a picture may have been brought without leaving the space of its profile."""
    return {"P": ("RGB", "RGBA"), "RGBX": ("RGB",), "RGB": ("RGB", "RGBA"), "L": ("L",)}.get(mode, (mode,))


def _grey(image: Image.Image, longest: int) -> Image.Image:
    """Deep grey to 8 bits. The brightest pixel tells the scale: a fraction, 8 bits, 16 bits or its own."""
    deep = image.convert("F")
    brightest = cast(tuple[float, float], deep.getextrema())[1]
    scales = (1.0, 255.0, 65535.0) if image.mode == "F" else (255.0, 65535.0)
    white = next((scale for scale in scales if brightest <= scale), brightest)
    return (
        deep.reduce(max(1, max(deep.size) // longest))
        .point(lambda value: value * (255.0 / white))
        .convert("L")
    )


def _orientation(image: Image.Image) -> int:
    """As EXIF says; a damaged EXIF block turns nothing."""
    with suppress(*DAMAGED):
        return int(image.getexif().get(ORIENTATION, 1))
    return 1
