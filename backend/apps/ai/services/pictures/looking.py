"""A product's pictures, opened once: measured, put on a sheet, named by a key."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from PIL import Image

from apps.ai.services.pictures import hashes, measures, sheet
from apps.ai.types import ImagePart, PictureFacts


@dataclass(frozen=True, slots=True)
class Opened:
    """`images`: each with its `measures.sample`. `signature`: of all pictures in the order of their hashes, compressed
    by `zlib`: suppliers put the same pictures in different orders.
    """

    facts: tuple[PictureFacts, ...]
    images: tuple[tuple[Image.Image, Image.Image], ...]
    signature: bytes

    def parts(self, *, side: int, on_one_sheet: bool) -> tuple[ImagePart, ...]:
        """What a model is shown; `side` in pixels."""
        groups = [self.images] if on_one_sheet else [(pair,) for pair in self.images]
        return tuple(
            sheet.part_of(sheet.compose(group, side=side), url=fact.url)
            for group, fact in zip(groups, self.facts, strict=False)
        )


def open_all(pictures: Sequence[tuple[str, Image.Image]]) -> Opened:
    """`pictures`: address and RGB picture of each, as the media processor cleaned them."""
    sampled = tuple((image, measures.sample(image)) for _, image in pictures)
    facts = tuple(
        measures.measure(image, url, small=small)
        for (image, small), (url, _) in zip(sampled, pictures, strict=True)
    )
    signatures = [hashes.signature(image) for _, image in pictures]
    in_order = sorted(zip(facts, signatures, strict=True), key=lambda one: one[0].phash)
    signature = b"".join(one for _, one in in_order)
    return Opened(_repeated(facts, signatures), sampled, zlib.compress(signature, 1))


def _repeated(facts: Sequence[PictureFacts], signatures: Sequence[bytes]) -> tuple[PictureFacts, ...]:
    """With the address of the first picture that each repeats, in whatever size and quality."""
    found: list[PictureFacts] = []
    for one, signature in zip(facts, signatures, strict=True):
        earlier = (
            before.repeats or before.url
            for before, other in zip(found, signatures, strict=False)
            if hashes.is_same(signature, other, alike=hashes.ALIKE_IN_ANY_SIZE)
            and hashes.distance(int(one.phash, 16), int(before.phash, 16)) <= hashes.NEAR
        )
        found.append(replace(one, repeats=next(earlier, "")))
    return tuple(found)


def is_same(one: bytes, other: bytes) -> bool:
    """Whether two compressed signatures are of the same pictures."""
    return one == other or hashes.is_same(zlib.decompress(one), zlib.decompress(other))
