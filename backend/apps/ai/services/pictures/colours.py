"""A small picture in its own colours becomes upright 8-bit sRGB without metadata."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pyvips
from PIL import Image

Vips = Any
#: Where a profile names its colours, and the name by the picture's bands.
SPACE = slice(16, 20)
SPACES = {1: b"GRAY", 3: b"RGB ", 4: b"CMYK"}


def finished(image: Vips) -> Image.Image:
    """The profile is honoured; without one, or with a broken one, the usual meaning of the mode counts."""
    profiled = _by_profile(image)
    image = _without_profile(image) if profiled is None else profiled
    with suppress(pyvips.Error):
        image = image.autorot()
    if image.format != "uchar":
        image = image.cast("uchar")
    size = (image.width, image.height)
    return Image.frombytes("RGB", size, image.write_to_memory())


def _by_profile(image: Vips) -> Vips | None:
    """None without a profile, or with one of other colours than the picture's: it is meant for something else."""
    profile = image.get("icc-profile-data") if image.get_typeof("icc-profile-data") else b""
    if bytes(profile[SPACE]) != SPACES.get(image.bands):
        return None
    options = {"intent": "relative", "black_point_compensation": True, "depth": 8}
    try:
        done = image.icc_transform("srgb", embedded=True, **options)
        return done.copy_memory() if done.bands == 3 else None
    except pyvips.Error:
        return None


def _without_profile(image: Vips) -> Vips:
    if image.bands == 4:
        return _from_ink(image)
    return image.colourspace("srgb")


def _from_ink(image: Vips) -> Vips:
    """As browsers do it: each ink takes its part of what black leaves."""
    paper = image.invert()
    done = paper.extract_band(0, n=3) * paper.extract_band(3) / 255
    return done.rint().cast("uchar").copy(interpretation="srgb")
