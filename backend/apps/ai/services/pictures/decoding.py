"""From the bytes of a stranger's file to a small, upright, opaque sRGB picture, within the process's memory budget.

What a file will cost is known from its format and size before a pixel is decoded. JPEG, PNG and WebP are read in
streams and shrunk on the way (`streamed`), all else that Pillow opens is decoded whole (`whole`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PIL import Image, UnidentifiedImageError

from apps.ai import conf
from apps.ai.services.pictures import budget, naming
from apps.ai.services.pictures.errors import PictureBusy, PictureError

__all__ = ["Decoded", "PictureBusy", "PictureError", "decode", "open_bounded"]


@dataclass(frozen=True, slots=True)
class Decoded:
    """`image`: RGB, sRGB, without metadata. `format`: Pillow's name of the file's. Its size in pixels, as stored."""

    image: Image.Image
    format: str
    width: int
    height: int


def open_bounded(data: bytes, *, longest: int) -> Image.Image:
    """The picture with no side over `longest` pixels: RGB in sRGB, upright, transparency on white, first good frame.

    A smaller picture keeps its size. Safe in any thread; waits for its part of the budget. Raises PictureError, whose
    text is a Russian sentence, and PictureBusy when another try later may work.
    """
    return decode(data, longest=longest).image


def decode(data: bytes, *, longest: int, max_pixels: int | None = None) -> Decoded:
    """The same, with the file's format and size. `max_pixels`: of the file, by default AI_IMAGE_MAX_PIXELS."""
    most = conf.get().media.max_pixels if max_pixels is None else max_pixels
    kind = _kind(data)
    return _streamed(kind, data, longest, most) if kind else _whole(data, longest, most)


def _kind(data: bytes) -> str | None:
    """By its first bytes, never by its name or by what a server calls it."""
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    return "WEBP" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else None


def _streamed(kind: str, data: bytes, longest: int, most: int) -> Decoded:
    from apps.ai.services.pictures import colours, streamed  # noqa: PLC0415  libvips: see there

    try:
        image = streamed.header(kind, data)
        _refuse_many(image.width, image.height, most)
        cost = streamed.cost(kind, data, image)

        def small() -> Image.Image:
            page = _first_page(kind, data, image, longest)
            return colours.finished(streamed.shrunk(kind, data, image, longest=longest, page=page))

        return Decoded(_within(cost, small), kind, image.width, image.height)
    except streamed.ERRORS as exc:
        raise PictureError(f"Файл {kind} повреждён и не читается.") from exc


def _first_page(kind: str, data: bytes, image: Any, longest: int) -> int:
    from apps.ai.services.pictures import streamed, whole  # noqa: PLC0415

    pages = image.get("n-pages") if image.get_typeof("n-pages") else 1
    for page in range(min(pages, whole.FRAMES) if kind == "WEBP" and pages > 1 else 0):
        try:
            if not streamed.is_empty(kind, data, longest=longest, page=page):
                return page
        except streamed.ERRORS:
            continue
    return 0


def _whole(data: bytes, longest: int, most: int) -> Decoded:
    from apps.ai.services.pictures import colours, streamed, whole  # noqa: PLC0415

    try:
        with whole.opened(data) as image:
            width, height, kind = image.width, image.height, str(image.format)
            _refuse_many(width, height, most)
            small = _within(whole.cost(image), lambda: colours.finished(whole.shrunk(image, longest=longest)))
            return Decoded(small, kind, width, height)
    except UnidentifiedImageError as exc:
        raise PictureError(naming.said_of(data)) from exc
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as exc:
        raise PictureError(f"В фото слишком много пикселей; допускается {most}.") from exc
    except (*whole.DAMAGED, *streamed.ERRORS) as exc:
        raise PictureError("Файл фото повреждён и не читается.") from exc


def _refuse_many(width: int, height: int, most: int) -> None:
    if width < 1 or height < 1:
        raise PictureError("В фото нет ни одного пикселя.")
    if width * height > most:
        raise PictureError(f"В фото {width}×{height} пикселей; допускается {most}.")


def _within(cost: int, small: Callable[[], Image.Image]) -> Image.Image:
    shared = budget.of_process()
    try:
        with shared.hold(cost):
            return small()
    except budget.BudgetExceeded as exc:
        needs, has = (round(size / 1e6) for size in (cost, shared.limit))
        raise PictureError(f"Фото заняло бы {needs} МБ памяти; отведено {has} МБ.") from exc
    except budget.BudgetBusy as exc:
        raise PictureBusy("Сейчас разбирается слишком много больших фото.") from exc
