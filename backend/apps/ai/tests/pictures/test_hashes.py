from __future__ import annotations

import random

import pytest
from PIL import Image

from apps.ai.services.pictures import hashes
from apps.ai.services.pictures.hashes import BANDS, NEAR, bands, distance, is_same, phash, signature
from apps.ai.tests.pictures.drawn import again, busy, pack


@pytest.mark.parametrize("image", [pack(), busy(), pack(colour="#C81928", background="black"), busy(seed=7)])
@pytest.mark.parametrize("size", [(1000, 1000), (500, 500), (333, 333)])
def test_the_same_picture_in_another_size_and_quality_is_near(
    image: Image.Image, size: tuple[int, int]
) -> None:
    assert distance(phash(image), phash(again(image, size=size))) <= NEAR


@pytest.mark.parametrize("image", [pack(), busy(), pack(colour="#C81928", background="black")])
@pytest.mark.parametrize("quality", [50, 75, 95])
def test_the_same_picture_saved_again_is_the_same(image: Image.Image, quality: int) -> None:
    other = again(image, quality=quality)
    assert distance(phash(image), phash(other)) <= NEAR
    assert is_same(signature(image), signature(other))


def test_other_pictures_are_far() -> None:
    pictures = [busy(seed=seed) for seed in range(1, 20)]
    values = [phash(picture) for picture in pictures]
    apart = [distance(one, other) for at, one in enumerate(values) for other in values[:at]]
    assert min(apart) > 3 * NEAR


def test_packs_that_differ_in_their_dose_alone_are_near_but_not_the_same() -> None:
    """Why a hash alone must not find a kept answer: 500 mg would be told of 850 mg."""
    one, other = pack("500 mg"), pack("850 mg")
    assert distance(phash(one), phash(other)) <= NEAR
    assert not is_same(signature(one), signature(other))
    assert not is_same(signature(one), signature(one)[:-1])


@pytest.mark.parametrize("bits", range(NEAR + 1))
def test_near_hashes_share_a_band(bits: int) -> None:
    chance = random.Random(bits)
    for _ in range(300):
        value = chance.getrandbits(64)
        changed = value
        for place in chance.sample(range(64), bits):
            changed ^= 1 << place
        shared = [one == other for one, other in zip(bands(value), bands(changed), strict=True)]
        assert any(shared)


def test_bands_are_the_whole_hash() -> None:
    value = 0xFEDC_BA98_7654_3210
    assert len(bands(value)) == BANDS
    whole, shift = 0, 0
    for piece, width in zip(bands(value), hashes.WIDTHS, strict=True):
        whole |= piece << shift
        shift += width
    assert (whole, shift) == (value, 64)
    assert hashes.text_of(value) == "fedcba9876543210"
    assert hashes.signed(value) == value - 2**64
