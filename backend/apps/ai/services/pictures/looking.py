"""A product's pictures, opened once: measured, put on a sheet, named by a key."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from PIL import Image

from apps.ai.services.pictures import hashes, measures, sheet
from apps.ai.types import ImagePart, PictureFacts


@dataclass(frozen=True, slots=True)
class Opened:
    """`parts`: what a model is shown. `signature`: of all pictures in the order of their hashes, compressed by `zlib`:
    suppliers put the same pictures in different orders.
    """

    facts: tuple[PictureFacts, ...]
    parts: tuple[ImagePart, ...]
    signature: bytes


def open_all(pictures: Sequence[tuple[str, bytes]], *, side: int, on_one_sheet: bool) -> Opened:
    """`pictures`: address and JPEG bytes of each, as the media processor cleaned them; `side` in pixels."""
    images = [_opened(content) for _, content in pictures]
    urls = [url for url, _ in pictures]
    facts = tuple(measures.measure(image, url) for image, url in zip(images, urls, strict=True))
    groups = [images] if on_one_sheet else [[image] for image in images]
    parts = tuple(
        sheet.part_of(sheet.compose(group, side=side), url=url)
        for group, url in zip(groups, urls, strict=False)
    )
    in_order = sorted(zip(facts, images, strict=True), key=lambda one: one[0].phash)
    signature = b"".join(hashes.signature(image) for _, image in in_order)
    return Opened(facts, parts, zlib.compress(signature, 1))


def is_same(one: bytes, other: bytes) -> bool:
    """Whether two compressed signatures are of the same pictures."""
    return one == other or hashes.is_same(zlib.decompress(one), zlib.decompress(other))


def _opened(content: bytes) -> Image.Image:
    with Image.open(BytesIO(content)) as image:
        return image.convert("RGB")
