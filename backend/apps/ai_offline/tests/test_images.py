"""The offline engine's eyes: colours by name and technical quality, of pictures drawn here."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageDraw, ImageFilter

from apps.ai.exceptions import PermanentAIError
from apps.ai.schemas import ImageAnswer
from apps.ai.types import FreeMeter, ImageFacts, ProductSnapshot, Prompt, Question, Stage
from apps.ai_offline import OfflineEngine
from apps.ai_offline.images import quality


def jpeg(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format="JPEG", quality=92)
    return buffer.getvalue()


def plain(colour: tuple[int, int, int], size: tuple[int, int] = (300, 300)) -> Image.Image:
    return Image.new("RGB", size, colour)


def on_white(colour: tuple[int, int, int]) -> Image.Image:
    image = plain((255, 255, 255), (400, 400))
    ImageDraw.Draw(image).rectangle((120, 120, 280, 280), fill=colour)
    return image


def look(*pictures: bytes) -> ImageAnswer:
    asked = ImageFacts(ProductSnapshot(1, "Mont", ""), pictures)
    question = Question(Stage.IMAGES, Prompt("images", "1", "", ""), ImageAnswer, asked)
    return OfflineEngine(dimensions=8).ask(question, meter=FreeMeter()).content


@pytest.mark.parametrize(
    ("colour", "name"),
    [
        ((255, 255, 255), "белый"),
        ((10, 10, 12), "чёрный"),
        ((130, 130, 130), "серый"),
        ((200, 20, 30), "красный"),
        ((110, 15, 35), "бордовый"),
        ((30, 80, 190), "синий"),
        ((20, 30, 80), "тёмно-синий"),
        ((135, 195, 235), "голубой"),
        ((40, 140, 60), "зелёный"),
        ((250, 215, 40), "жёлтый"),
        ((245, 130, 30), "оранжевый"),
        ((110, 65, 40), "коричневый"),
        ((225, 200, 165), "бежевый"),
        ((110, 50, 150), "фиолетовый"),
        ((245, 160, 185), "розовый"),
    ],
)
def test_plain_colours(colour: tuple[int, int, int], name: str) -> None:
    assert look(jpeg(plain(colour))).dominant_colors == [name]


def test_a_white_background_is_no_colour_of_the_goods() -> None:
    answer = look(jpeg(on_white((200, 20, 30))))
    assert answer.dominant_colors == ["красный"]
    red = answer.color_hex[0]
    assert int(red[1:3], 16) > 180
    assert int(red[3:5], 16) < 50


def test_it_claims_no_more_than_it_sees() -> None:
    answer = look(jpeg(on_white((30, 80, 190))))
    assert answer.detected_objects == []
    assert answer.product_type == ""
    assert answer.text_on_package == []
    assert len(answer.color_hex) == len(answer.dominant_colors)


def test_colours_of_several_pictures_are_counted_together() -> None:
    answer = look(jpeg(plain((200, 20, 30))), jpeg(plain((200, 20, 30))), jpeg(plain((30, 80, 190))))
    assert answer.dominant_colors == ["красный", "синий"]


def test_sharp_and_large_beats_blurred_and_small() -> None:
    sharp = plain((255, 255, 255), (1200, 1200))
    draw = ImageDraw.Draw(sharp)
    for place in range(0, 1200, 24):
        draw.rectangle((place, 200, place + 11, 1000), fill=(40, 60, 90))
    blurred = sharp.filter(ImageFilter.GaussianBlur(12))
    small = sharp.resize((150, 150))
    assert quality(sharp) > 0.9
    assert quality(blurred) < quality(sharp) - 0.2
    assert quality(small) < quality(sharp) - 0.2
    assert 0.0 <= quality(plain((0, 0, 0), (1, 1))) <= 0.3


def test_broken_pictures() -> None:
    good = jpeg(plain((200, 20, 30)))
    assert look(b"not a picture", good).dominant_colors == ["красный"]
    with pytest.raises(PermanentAIError, match="pictures"):
        look(b"not a picture", good[:40])
