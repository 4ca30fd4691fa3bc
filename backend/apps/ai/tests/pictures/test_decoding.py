from __future__ import annotations

import random
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageCms

from apps.ai.services.pictures import whole
from apps.ai.services.pictures.decoding import PictureError, decode, open_bounded
from apps.ai.tests.pictures.corpus import (
    BLUE,
    CORNERS,
    LIME,
    RED,
    WHITE,
    as_camera_held,
    corners,
    file_of,
    near,
    progressive,
    quartered,
)

GREY = (128, 128, 128)


def middle(data: bytes) -> tuple[int, ...]:
    image = open_bounded(data, longest=512)
    assert image.mode == "RGB"
    assert image.info == {}
    pixel = image.getpixel((image.width // 2, image.height // 2))
    assert isinstance(pixel, tuple)
    return pixel


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "MPO"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_all_orientations_come_upright(format: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = file_of(as_camera_held(quartered(), orientation), format, exif=exif)

    image = open_bounded(data, longest=512)

    assert image.size == (120, 80)
    assert all(near(is_, should, 12) for is_, should in zip(corners(image), CORNERS, strict=True))


MODES = [
    ("1", 1, WHITE),
    ("1", 0, (0, 0, 0)),
    ("L", 128, GREY),
    ("LA", (128, 255), GREY),
    ("LA", (0, 0), WHITE),
    ("RGB", RED, RED),
    ("RGBA", (*RED, 255), RED),
    ("RGBA", (*RED, 128), (255, 127, 127)),
    ("RGBA", (0, 0, 0, 0), WHITE),
    ("RGBX", (*RED, 0), RED),
    ("CMYK", (0, 255, 255, 0), RED),
    ("CMYK", (0, 0, 0, 127), GREY),
    ("YCbCr", (76, 85, 255), RED),
    ("LAB", (136, 128, 128), (127, 127, 127)),
    ("HSV", (0, 255, 255), RED),
    ("I", 32896, GREY),
    ("I;16", 32896, GREY),
    ("I;16B", 32896, GREY),
    ("F", 0.5, GREY),
    ("PA", 1, LIME),
    ("P", 1, LIME),
]


def _of_mode(mode: str, colour: Any, format: str) -> bytes:
    image = Image.new(mode, (64, 48), colour)
    if mode in ("P", "PA"):
        image = Image.new("P", (64, 48), colour)
        image.putpalette([*RED, *LIME, *BLUE])
        image = image.convert(mode) if mode == "PA" else image
    return file_of(image, format)


def _keeps(mode: str, image: Image.Image) -> bool:
    """Did the writer keep depth, transparency and space? What it dropped, no reader brings back."""
    if mode in ("LA", "PA", "RGBA") and not image.has_transparency_data:
        return False
    if image.mode == "P" and image.palette is None:  # Pillow's ICNS loses it
        return False
    if mode in ("LAB", "CMYK"):
        return image.mode == mode
    return mode[0] not in "IF" or image.mode[0] in "IF"


def _writable() -> list[tuple[str, str, Any, tuple[int, int, int]]]:
    """Each mode in each format that the installed Pillow both writes and opens."""
    found = []
    for format in sorted(set(whole.formats()) & set(Image.SAVE) - {"SPIDER"}):
        for mode, colour, expected in MODES:
            try:
                with Image.open(BytesIO(_of_mode(mode, colour, format))) as image:
                    image.load()
                    if _keeps(mode, image):
                        found.append((format, mode, colour, expected))
            except Exception:
                continue
    return found


@pytest.mark.parametrize(("format", "mode", "colour", "expected"), _writable())
def test_every_mode_of_every_format(
    format: str, mode: str, colour: Any, expected: tuple[int, int, int]
) -> None:
    assert near(middle(_of_mode(mode, colour, format)), expected), middle(_of_mode(mode, colour, format))


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF"])
def test_a_profile_is_honoured(format: str) -> None:
    """Green in a space whose red and green are swapped is red in sRGB."""
    profile = _swapped_profile()
    data = file_of(Image.new("RGB", (64, 48), LIME), format, icc_profile=profile)

    assert near(middle(data), RED, 8), middle(data)


def _swapped_profile() -> bytes:
    """sRGB whose red and green primaries have changed places in the table of tags."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, green = data.index(b"rXYZ", 128), data.index(b"gXYZ", 128)
    data[red : red + 4], data[green : green + 4] = data[green : green + 4], data[red : red + 4]
    return bytes(data)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
@pytest.mark.parametrize("profile", [b"no profile at all", b"\0" * 128])
def test_a_broken_profile_is_left_out(format: str, profile: bytes) -> None:
    data = file_of(Image.new("RGB", (64, 48), RED), format, icc_profile=profile)

    assert near(middle(data), RED)


@pytest.mark.parametrize("format", ["GIF", "PNG", "WEBP", "TIFF", "AVIF"])
def test_an_animation_gives_its_first_frame(format: str) -> None:
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "lime", "blue")]
    data = file_of(frames[0], format, save_all=True, append_images=frames[1:])

    assert near(middle(data), RED)


@pytest.mark.parametrize("format", ["GIF", "WEBP"])
def test_an_empty_first_frame_is_passed_over(format: str) -> None:
    frames = [Image.new("RGBA", (40, 30), colour) for colour in ((0, 0, 0, 0), (0, 0, 255, 255))]
    data = file_of(frames[0], format, save_all=True, append_images=frames[1:], duration=100)

    assert near(middle(data), BLUE)


@pytest.mark.parametrize("cut", [1, 2, 3, 10])
@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_that_lacks_its_last_bytes_is_a_picture(cut: int, progressive: bool) -> None:
    data = file_of(quartered((600, 400)), "JPEG", progressive=progressive)[:-cut]

    image = open_bounded(data, longest=512)

    assert near(corners(image)[0], RED)
    assert near(corners(image)[3], CORNERS[3])


def test_a_jpeg_of_which_half_lacks_says_how_much() -> None:
    noise = Image.frombytes("RGB", (400, 400), random.Random(1).randbytes(480_000))
    data = file_of(noise, "JPEG")

    with pytest.raises(PictureError, match=r"Файл фото обрывается: нет (4[5-9]|5[0-5]) % картинки"):
        open_bounded(data[: len(data) // 2], longest=512)
    assert open_bounded(data[:-2000], longest=512).size == (400, 400)


@pytest.mark.parametrize("format", sorted({"PNG", "WEBP", "GIF", "TIFF", "AVIF", "BMP", "JPEG2000"}))
@pytest.mark.parametrize("cut", [2000, 20_000])
def test_another_format_that_breaks_off_is_a_sentence(format: str, cut: int) -> None:
    noise = Image.frombytes("RGB", (200, 200), random.Random(1).randbytes(120_000))

    with pytest.raises(PictureError, match=r"^(Файл|Это не фото).*\.$"):
        open_bounded(file_of(noise, format)[:-cut], longest=512)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0" * 1000,
        b"just a text in a file named photo.jpg" * 30,
        "Просто текст".encode() * 100,
        b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>',
        b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>',
        b"%PDF-1.7\n",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        b"<!doctype html><title>404</title>",
        b"\xff\xd8\xff",
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a\0\0\0\0",
        b"RIFF\x04\0\0\0WEBP",
        b"BM" + b"\0" * 60,
        b"id=1,2,3;\n" * 500,
    ],
)
def test_what_is_no_picture_is_a_sentence(data: bytes) -> None:
    with pytest.raises(PictureError, match=r"^[А-Я].*\.$"):
        open_bounded(data, longest=512)


@pytest.mark.parametrize("format", ["PNG", "GIF", "WEBP", "TIFF", "AVIF", "JPEG"])
def test_a_bomb_is_refused_by_its_header(format: str) -> None:
    size = (9000, 9000) if format != "AVIF" else (8200, 8200)
    options: dict[str, Any] = {"speed": 10} if format == "AVIF" else {}
    bomb = file_of(Image.new("L", size), format, **options)

    with pytest.raises(PictureError, match=r"пикселей; допускается"):
        open_bounded(bomb, longest=512)


@pytest.mark.parametrize("format", ["GIF", "TIFF", "BMP"])
def test_what_would_take_more_than_the_budget_is_refused(format: str) -> None:
    data = file_of(Image.new("P", (6300, 6300)), format)

    with pytest.raises(PictureError, match=r"Фото заняло бы \d+ МБ памяти; отведено 300 МБ\."):
        open_bounded(data, longest=512)


def test_the_format_and_the_size_of_the_file_are_known() -> None:
    found = decode(file_of(Image.new("RGB", (3000, 1500), "red"), "WEBP"), longest=300)

    assert (found.format, found.width, found.height) == ("WEBP", 3000, 1500)
    assert found.image.size == (300, 150)


@pytest.mark.parametrize("size", [(1, 1), (1, 20_000), (20_000, 1), (511, 513), (4000, 3000)])
@pytest.mark.parametrize("format", ["PNG", "JPEG", "TIFF"])
def test_sizes_at_the_edges(size: tuple[int, int], format: str) -> None:
    image = open_bounded(file_of(Image.new("RGB", size, RED), format), longest=512)

    longest = min(512, max(size))
    assert max(image.size) in range(round(longest * 0.94), longest + 1)
    assert near(middle(file_of(Image.new("RGB", size, RED), format)), RED)


def test_a_progressive_jpeg_of_40_megapixels_is_a_picture() -> None:
    assert near(middle(progressive((7000, 5800))), RED)


def test_thousand_damaged_files_never_raise_anything_else() -> None:
    chance = random.Random(7)
    originals = [
        file_of(quartered(), format)
        for format in ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "AVIF", "PSD")
        if format in Image.SAVE
    ]
    for _ in range(1000):
        data = bytearray(chance.choice(originals))
        for _ in range(chance.randint(1, 20)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            assert open_bounded(bytes(data), longest=64).mode == "RGB"
        except PictureError as error:
            assert str(error).endswith(".")
