"""Pictures whose answers are known, because they were drawn so."""

from __future__ import annotations

import time

import pytest
from PIL import Image, ImageDraw

from apps.ai.services.pictures import measures
from apps.ai.tests.pictures.drawn import blurred, busy, pack
from apps.ai.types import Background


@pytest.mark.parametrize(
    ("image", "background"),
    [
        (pack(), Background.WHITE),
        (pack(background=(246, 247, 245)), Background.WHITE),
        (pack(background=(120, 160, 120)), Background.PLAIN),
        (pack(background="black"), Background.PLAIN),
        (busy(), Background.BUSY),
    ],
)
def test_background(image: Image.Image, background: Background) -> None:
    assert measures.measure(image).background is background


@pytest.mark.parametrize(
    ("colour", "name"),
    [
        ((200, 25, 35), "красный"),
        ((25, 75, 185), "синий"),
        ((15, 15, 16), "чёрный"),
        ((245, 212, 45), "жёлтый"),
        ((45, 138, 62), "зелёный"),
        ((118, 72, 42), "коричневый"),
        ((112, 52, 148), "фиолетовый"),
        ((224, 198, 166), "бежевый"),
    ],
)
@pytest.mark.parametrize("background", ["white", (250, 250, 250)])
def test_colour_of_the_thing_and_not_of_its_background(
    colour: tuple[int, int, int], name: str, background: str
) -> None:
    image = Image.new("RGB", (700, 700), background)
    ImageDraw.Draw(image).ellipse((150, 150, 550, 550), fill=colour)
    assert measures.measure(image).colours[0] == name


def test_what_is_blurred_dark_small_or_lost_in_its_frame_is_said() -> None:
    good = measures.measure(pack())
    assert good.reasons == ()
    assert good.score > 0.85
    lost = Image.new("RGB", (1000, 1000), "white")
    ImageDraw.Draw(lost).rectangle((450, 450, 550, 550), fill="red")
    worse = {
        "нерезкая": blurred(pack()),
        "тёмная": Image.blend(pack(), Image.new("RGB", (1000, 1000)), 0.9),
        "маленькая: 300×200": pack(size=(300, 200)),
        "поля занимают 99 %": lost,
        "пёстрый фон": busy(),
        "на фотографии ничего нет": Image.new("RGB", (800, 800), "white"),
    }
    for reason, image in worse.items():
        found = measures.measure(image)
        assert reason in found.reasons, (reason, found)
        assert found.score < good.score
    assert measures.measure(worse["на фотографии ничего нет"]).score == 0.0


@pytest.mark.parametrize("size", [(1, 1), (2, 900), (900, 2), (3, 3), (31, 7)])
def test_any_size_is_measured(size: tuple[int, int]) -> None:
    found = measures.measure(Image.new("RGB", size, "red"))
    assert (found.width, found.height) == size
    assert 0.0 <= found.score <= 1.0


def test_three_pictures_are_measured_in_little_time() -> None:
    images = [pack(size=(1024, 1024)), busy((1024, 768)), blurred(pack(), 9)]
    start = time.process_time()
    for image in images:
        measures.measure(image)
    assert time.process_time() - start < 0.6
