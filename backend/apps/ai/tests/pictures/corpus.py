"""Pictures as shops' suppliers send them, made on the spot; and bombs."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from PIL import Image

RED, LIME, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
CORNERS = (RED, LIME, BLUE, (255, 255, 0))
"""Top left, top right, bottom left, bottom right of `quartered`."""


def file_of(image: Image.Image, format: str, **options: Any) -> bytes:
    buffer = BytesIO()
    image.save(buffer, format=format, **options)
    return buffer.getvalue()


def quartered(size: tuple[int, int] = (120, 80)) -> Image.Image:
    """Four colours, so that each of the eight orientations looks different."""
    image = Image.new("RGB", size)
    wide, high = size[0] // 2, size[1] // 2
    for number, colour in enumerate(CORNERS):
        left, top = number % 2 * wide, number // 2 * high
        image.paste(colour, (left, top, left + wide, top + high))
    return image


def as_camera_held(image: Image.Image, orientation: int) -> Image.Image:
    """How a camera stores `image` when it notes that orientation: the inverse of what a viewer must do."""
    turn = Image.Transpose
    steps: dict[int, tuple[Image.Transpose, ...]] = {
        1: (),
        2: (turn.FLIP_LEFT_RIGHT,),
        3: (turn.ROTATE_180,),
        4: (turn.FLIP_TOP_BOTTOM,),
        5: (turn.TRANSPOSE,),
        6: (turn.ROTATE_90,),
        7: (turn.TRANSVERSE,),
        8: (turn.ROTATE_270,),
    }
    for step in steps[orientation]:
        image = image.transpose(step)
    return image


def corners(image: Image.Image) -> list[tuple[int, ...]]:
    wide, high = image.size
    places = [(x, y) for y in (high // 4, 3 * high // 4) for x in (wide // 4, 3 * wide // 4)]
    return [pixel for place in places if isinstance(pixel := image.getpixel(place), tuple)]


def near(pixel: tuple[int, ...], expected: tuple[int, ...], within: int = 6) -> bool:
    return len(pixel) == len(expected) and all(
        abs(is_ - should) <= within for is_, should in zip(pixel, expected, strict=True)
    )


def progressive(size: tuple[int, int]) -> bytes:
    return file_of(Image.new("RGB", size, "red"), "JPEG", progressive=True, subsampling=0)
