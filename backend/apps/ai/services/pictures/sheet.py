"""Several pictures on one sheet: a vision model is paid by the picture, so three in one cost a third and less."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from io import BytesIO

import numpy as np
from PIL import Image

from apps.ai.services.pictures import measures
from apps.ai.types import ImagePart

QUALITY = 85
#: White around a picture on the sheet, in pixels.
_GAP = 4
#: The first picture's share of the sheet's height where there are three or more.
_MAIN = 0.62
Box = tuple[int, int, int, int]


def compose(images: Sequence[tuple[Image.Image, Image.Image]], *, side: int) -> Image.Image:
    """One RGB picture of at most `side` pixels: the picture itself, or all of them, the first the largest.

    Even margins are cut off, so that the thing and the letters on it are as large as they can be. `images`: each
    with its `measures.sample`.
    """
    trimmed = [_trimmed(image, small) for image, small in images]
    if len(trimmed) == 1:
        return measures.fitted(trimmed[0], (side, side), Image.Resampling.LANCZOS)
    canvas = Image.new("RGB", (side, side), "white")
    for image, (left, top, right, bottom) in zip(trimmed, _places(trimmed, side), strict=True):
        room = (right - left - _GAP, bottom - top - _GAP)
        fitted = measures.fitted(image, room, Image.Resampling.LANCZOS)
        canvas.paste(
            fitted, (left + (right - left - fitted.width) // 2, top + (bottom - top - fitted.height) // 2)
        )
    return canvas


def part_of(image: Image.Image, *, url: str) -> ImagePart:
    """The picture as a part of a question."""
    buffer = BytesIO()
    image.save(buffer, format="JPEG", quality=QUALITY, optimize=True)
    packed = base64.b64encode(buffer.getvalue()).decode("ascii")
    return ImagePart(f"data:image/jpeg;base64,{packed}", image.width, image.height, url)


def _places(images: Sequence[Image.Image], side: int) -> list[Box]:
    """Two share the sheet along their longer sides; of more the first has the upper part."""
    if len(images) == 2:
        wide = sum(image.width for image in images) > sum(image.height for image in images)
        half = side // 2
        return (
            [(0, 0, side, half), (0, half, side, side)]
            if wide
            else [(0, 0, half, side), (half, 0, side, side)]
        )
    line = round(side * _MAIN)
    others = len(images) - 1
    across = others if others <= 3 else -(-others // 2)
    down = -(-others // across)
    width, height = side // across, (side - line) // down
    corners = [(number % across * width, line + number // across * height) for number in range(others)]
    return [(0, 0, side, line), *((x, y, x + width, y + height) for x, y in corners)]


def _trimmed(image: Image.Image, small: Image.Image) -> Image.Image:
    box = measures.content_box(np.asarray(small, dtype=np.int16))
    if box is None:
        return image
    across, down = image.width / small.width, image.height / small.height
    left, top, right, bottom = box
    return image.crop(
        (
            max(0, int((left - 1) * across)),
            max(0, int((top - 1) * down)),
            min(image.width, int((right + 1) * across) + 1),
            min(image.height, int((bottom + 1) * down) + 1),
        )
    )
