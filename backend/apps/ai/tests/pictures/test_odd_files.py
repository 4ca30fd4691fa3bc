"""Files that are rare in shops and come all the same: each the right pixels, or a sentence that says what it is."""

from __future__ import annotations

import struct
import zlib

import pytest
import pyvips
from PIL import Image, ImageCms

from apps.ai.services.pictures.decoding import PictureError, decode
from apps.ai.tests.pictures.corpus import BLUE, CORNERS, RED, WHITE, corners, file_of, near, quartered

WIDE, HIGH = 40, 30
Colour = tuple[int, ...]


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png(depth: int, kind: int, line: bytes, *before: tuple[bytes, bytes]) -> bytes:
    """A PNG written by hand: `line` is repeated, `before` are chunks that come before the pixels."""
    head = struct.pack(">IIBBBBB", WIDE, HIGH, depth, kind, 0, 0, 0)
    extra = b"".join(chunk(*one) for one in before)
    pixels = chunk(b"IDAT", zlib.compress((b"\0" + line) * HIGH))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + extra + pixels + chunk(b"IEND", b"")


def bmp_rle() -> bytes:
    pixels = (bytes([20, 1, 20, 2]) + b"\0\0") * HIGH + b"\0\1"
    palette = bytes([0, 0, 0, 0, 0, 0, 255, 0, 255, 0, 0, 0]) + b"\0" * 4 * 253
    head = struct.pack("<IiiHHIIiiII", 40, WIDE, HIGH, 1, 8, 1, len(pixels), 0, 0, 256, 0)
    start = 14 + 40 + 1024
    return b"BM" + struct.pack("<IHHI", start + len(pixels), 0, 0, start) + head + palette + pixels


def psd(mode: int, channels: list[int]) -> bytes:
    head = struct.pack(">H6xHIIHH", 1, len(channels), HIGH, WIDE, 8, mode)
    planes = b"".join(bytes([value]) * (WIDE * HIGH) for value in channels)
    return b"8BPS" + head + struct.pack(">IIIH", 0, 0, 0, 0) + planes


def vips(deep: bool = False) -> pyvips.Image:
    image = quartered()
    plain = pyvips.Image.new_from_memory(image.tobytes(), image.width, image.height, 3, "uchar")
    return (plain.cast("ushort") * 257).cast("ushort").copy(interpretation="rgb16") if deep else plain


PALETTE = (b"PLTE", bytes([255, 0, 0, 0, 0, 255]))
HALF_BLUE = Image.new("RGBA", (60, 40), (0, 0, 255, 128))
FILES: dict[str, tuple[bytes, list[Colour]]] = {
    "PNG, 16-bit grey": (png(16, 0, b"\x80\x80" * WIDE), [(128, 128, 128)] * 4),
    "PNG, 1-bit grey": (png(1, 0, b"\xff" * 5), [WHITE] * 4),
    "PNG, linear gamma": (png(8, 0, b"\x37" * WIDE, (b"gAMA", struct.pack(">I", 100_000))), [(127,) * 3] * 4),
    "PNG, linear gamma, 16 bits": (
        png(16, 2, b"\x37\x37" * 3 * WIDE, (b"gAMA", struct.pack(">I", 100_000))),
        [(127,) * 3] * 4,
    ),
    "PNG, usual gamma": (
        png(8, 2, b"\x80\x40\x20" * WIDE, (b"gAMA", struct.pack(">I", 45455))),
        [(128, 64, 32)] * 4,
    ),
    "PNG, gamma beside sRGB": (
        png(8, 0, b"\x37" * WIDE, (b"gAMA", struct.pack(">I", 100_000)), (b"sRGB", b"\0")),
        [(55, 55, 55)] * 4,
    ),
    "PNG, palette of which one is half seen": (
        png(8, 3, bytes([0] * 20 + [1] * 20), PALETTE, (b"tRNS", b"\x80")),
        [(255, 127, 127), BLUE] * 2,
    ),
    "PNG, a colour that is not seen": (
        png(8, 2, b"\1\2\3" * 20 + b"\0\0\xff" * 20, (b"tRNS", struct.pack(">HHH", 1, 2, 3))),
        [WHITE, BLUE] * 2,
    ),
    "PNG, 16 bits with alpha": (
        png(16, 6, struct.pack(">HHHH", 65535, 0, 0, 32768) * WIDE),
        [(255, 127, 127)] * 4,
    ),
    "PNG, interlaced": (vips().pngsave_buffer(interlace=True), list(CORNERS)),
    "PNG, interlaced palette": (vips().pngsave_buffer(interlace=True, palette=True), list(CORNERS)),
    "PNG without its end": (file_of(quartered(), "PNG")[:-12], list(CORNERS)),
    "JPEG of RGB": (file_of(quartered(), "JPEG", quality=95, keep_rgb=True), list(CORNERS)),
    "JPEG with a tail": (file_of(quartered(), "JPEG", quality=95) + b"\0" * 5000, list(CORNERS)),
    "WebP, lossless with alpha": (file_of(HALF_BLUE, "WEBP", lossless=True), [(127, 127, 255)] * 4),
    "TIFF, tiles": (vips().tiffsave_buffer(tile=True, tile_width=64, tile_height=64), list(CORNERS)),
    "TIFF, tiles of JPEG": (vips().tiffsave_buffer(tile=True, compression="jpeg", Q=95), list(CORNERS)),
    "TIFF, 16 bits": (vips(deep=True).tiffsave_buffer(compression="lzw"), list(CORNERS)),
    "TIFF, big": (vips().tiffsave_buffer(bigtiff=True), list(CORNERS)),
    "AVIF, 10 bits": (vips(deep=True).heifsave_buffer(compression="av1", bitdepth=10, Q=95), list(CORNERS)),
    "AVIF with alpha": (file_of(HALF_BLUE, "AVIF", quality=95), [(127, 127, 255)] * 4),
    "BMP, packed": (bmp_rle(), [RED, BLUE] * 2),
    "ICO": (file_of(quartered((64, 64)), "ICO", sizes=[(16, 16), (64, 64)]), list(CORNERS)),
    "JPEG 2000 with alpha": (file_of(HALF_BLUE, "JPEG2000"), [(127, 127, 255)] * 4),
    "PSD": (psd(3, [255, 0, 0]), [RED] * 4),
    "PSD, CMYK": (psd(4, [255, 0, 0, 255]), [RED] * 4),
}


@pytest.mark.parametrize(("data", "expected"), FILES.values(), ids=FILES.keys())
def test_right_pixels(data: bytes, expected: list[Colour]) -> None:
    image = decode(data, longest=1024).image

    assert image.mode == "RGB"
    found = corners(image)
    assert all(near(pixel, wanted, 8) for pixel, wanted in zip(found, expected, strict=True)), found


def profile(name: str) -> bytes:
    """One that libvips brings, or that littlecms makes."""
    if name in ("p3", "cmyk"):
        data = vips().copy(interpretation="srgb").icc_export(output_profile=name).get("icc-profile-data")
        return bytes(data)
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB" if name == "LAB" else "XYZ")).tobytes()


@pytest.mark.parametrize("format", ["PNG", "TIFF", "JPEG", "WEBP", "AVIF"])
@pytest.mark.parametrize("depth", [8, 16])
def test_wide_colours_become_those_of_a_screen(format: str, depth: int) -> None:
    """Soft colours of sRGB, kept in Display P3, of 16 bits where the format has them."""
    plain = vips() * 0.3 + 100
    flat = plain.cast("uchar").copy(interpretation="srgb")
    wide = flat.icc_transform("p3", input_profile="srgb", depth=depth)
    writers = {
        "PNG": lambda: wide.pngsave_buffer(),
        "TIFF": lambda: wide.tiffsave_buffer(),
        "JPEG": lambda: wide.jpegsave_buffer(Q=95, subsample_mode="off"),
        "WEBP": lambda: wide.webpsave_buffer(lossless=True),
        "AVIF": lambda: wide.heifsave_buffer(compression="av1", Q=95),
    }
    found = corners(decode(writers[format](), longest=1024).image)
    wanted = [tuple(round(value * 0.3 + 100) for value in colour) for colour in CORNERS]
    assert all(near(pixel, colour, 8) for pixel, colour in zip(found, wanted, strict=True)), found


@pytest.mark.parametrize("name", ["cmyk", "LAB", "XYZ"])
@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP"])
def test_a_profile_of_other_colours_is_left_out(format: str, name: str) -> None:
    options = {"lossless": True} if format == "WEBP" else {"quality": 95, "subsampling": 0}
    data = file_of(quartered(), format, icc_profile=profile(name), **options)

    found = corners(decode(data, longest=1024).image)

    assert all(near(pixel, colour, 8) for pixel, colour in zip(found, CORNERS, strict=True)), found


def test_ink_by_its_profile_and_without_one() -> None:
    """Browsers show ink without a profile as bright as a screen can; with one as it is printed."""
    ink = Image.new("CMYK", (60, 40), (0, 255, 255, 0))
    bare, other = (
        file_of(ink, "JPEG", quality=95),
        file_of(ink, "JPEG", quality=95, icc_profile=profile("p3")),
    )
    printed = file_of(ink, "JPEG", quality=95, icc_profile=profile("cmyk"))

    assert near(corners(decode(bare, longest=99).image)[0], RED)
    assert near(corners(decode(other, longest=99).image)[0], RED)
    assert near(corners(decode(printed, longest=99).image)[0], (231, 0, 17), 12)


@pytest.mark.parametrize("first", [(255, 255, 255, 255), (0, 0, 0, 255), (0, 0, 0, 0)])
@pytest.mark.parametrize("format", ["GIF", "WEBP"])
def test_an_animation_that_begins_with_nothing(format: str, first: Colour) -> None:
    nothing, shown = Image.new("RGBA", (120, 80), first), quartered().convert("RGBA")
    options = {"lossless": True} if format == "WEBP" else {}
    data = file_of(nothing, format, save_all=True, append_images=[nothing, shown], duration=90, **options)
    alone = file_of(nothing, format, save_all=True, append_images=[nothing], duration=90, **options)

    assert all(near(*pair, 8) for pair in zip(corners(decode(data, longest=512).image), CORNERS, strict=True))
    wanted = first[:3] if first[3] else WHITE
    assert near(corners(decode(alone, longest=512).image)[0], wanted)


def test_a_progressive_jpeg_may_break_off_anywhere_in_its_last_third() -> None:
    """Also within the tables between two scans, which libvips takes for damage."""
    data = file_of(quartered((800, 600)), "JPEG", quality=88, progressive=True)

    for cut in range(1, len(data) // 3, 5):
        image = decode(data[:-cut], longest=100).image
        assert all(near(*pair, 60) for pair in zip(corners(image), CORNERS, strict=True)), cut


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "пуст"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 500, "HEIC"),
        (b"\xff\x0a" + b"\0" * 500, "JPEG XL"),
        (b"\0\0\0\x0cJXL \r\n\x87\n" + b"\0" * 500, "JPEG XL"),
        (b"\xef\xbb\xbf\n<!DOCTYPE html><p><svg></svg>", "веб-страница"),
        (b"<?xml version='1.0'?><!-- a --><svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
        (b"\0\0\0\x18ftypisom\0\0\0\0isommp42" + b"\0" * 100, "видео"),
        (b"\0\0\0\x18ftypavif\0\0\0\0avifmif1" + b"\0" * 100, "AVIF повреждён"),
        (b"PK\3\4" + b"\0" * 300, "архив"),
        (b"II*\0\x10\0\0\0CR\2\0" + b"\0" * 200, "RAW"),
        (vips().colourspace("lab").tiffsave_buffer(), "TIFF такого вида"),
        (b"GIF89a", "GIF повреждён"),
        (b"plain words", "формат файла не распознан"),
    ],
)
def test_what_it_is_instead_is_said(data: bytes, said: str) -> None:
    with pytest.raises(PictureError, match=rf"^[А-Я].*{said}.*\.$"):
        decode(data, longest=512)
