"""Perceptual hashes: equal for the same picture in another size or quality, near for one that was touched up.

`phash`: which of the lowest 8×8 frequencies of a 32×32 cosine transform lie above their median (Zauner, 2010), and
clearly so: of a thing on plain white many are nearly 0, and saving it again would turn their bits over.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from PIL import Image

Array = np.ndarray[Any, np.dtype[Any]]

BITS = 64
#: Pictures whose hashes differ in so many bits at most are the same one.
NEAR = 4
#: One band more than bits may differ: of near hashes at least one band is equal.
BANDS = NEAR + 1
#: Bits of each band, from the lowest.
WIDTHS = (13, 13, 13, 13, 12)
_SIDE, _LOW = 32, 8
#: How far above the median; saving a picture again moves a frequency by some tens.
_CLEARLY = 96.0
#: Pixels a side of a signature's grey and of its two colour planes, and bytes of all three.
_GREY, _COLOUR = 64, 16
_SIGNATURE = _GREY**2 + 2 * _COLOUR**2
#: How far a grey value may lie from its fellow: of a picture saved again, and of one scaled to a third besides (20;
#: another dose on the same pack 49 or more). A colour: saved again 5, a green pack for a blue one 50.
ALIKE, ALIKE_IN_ANY_SIZE = 14, 32
_ALIKE_COLOUR = 10


def phash(image: Image.Image) -> int:
    """64 bits."""
    grey = np.asarray(image.convert("L").resize((_SIDE, _SIDE), Image.Resampling.BOX), dtype=np.float64)
    lowest = (_COSINES @ grey @ _COSINES.T)[:_LOW, :_LOW].ravel()
    bits = lowest > np.median(lowest[1:]) + _CLEARLY
    bits[0] = False  # the mean brightness says nothing of the shape
    return int("".join("1" if bit else "0" for bit in bits), 2)


def distance(one: int, other: int) -> int:
    """Bits in which two hashes differ."""
    return (one ^ other).bit_count()


def bands(value: int) -> tuple[int, ...]:
    """The hash in `BANDS` pieces: hashes at most `NEAR` bits apart share at least one of them in its place."""
    return tuple(_bands(value))


def _bands(value: int) -> Iterator[int]:
    for width in WIDTHS:
        yield value & ((1 << width) - 1)
        value >>= width


def text_of(value: int) -> str:
    return f"{value:016x}"


def signed(value: int) -> int:
    """The hash as a signed 64-bit column holds it."""
    return value - (1 << BITS) if value >= 1 << (BITS - 1) else value


def signature(image: Image.Image) -> bytes:
    """64×64 grey values and 16×16 of each colour plane: what a hash is too coarse for.

    Packs that differ in their dose alone have one hash, and so has a thing in red and in blue.
    """
    grey, blue, red = image.convert("YCbCr").split()
    planes = ((grey, _GREY), (blue, _COLOUR), (red, _COLOUR))
    return b"".join(plane.resize((side, side), Image.Resampling.BOX).tobytes() for plane, side in planes)


def is_same(one: bytes, other: bytes, *, alike: int = ALIKE) -> bool:
    """Whether two signatures, or rows of them, are of the same pictures. False for different lengths."""
    if len(one) != len(other) or len(one) % _SIGNATURE:
        return False
    first, second = (
        np.frombuffer(each, dtype=np.uint8).astype(np.int16).reshape(-1, _SIGNATURE) for each in (one, other)
    )
    apart = np.abs(first - second)
    grey, colour = apart[:, : _GREY**2], apart[:, _GREY**2 :]
    return bool(grey.max(initial=0) <= alike and colour.max(initial=0) <= _ALIKE_COLOUR)


def _cosines() -> Array:
    places = np.arange(_SIDE)
    return np.asarray(np.cos(math.pi / _SIDE * (places[None, :] + 0.5) * places[:, None]))


_COSINES = _cosines()
