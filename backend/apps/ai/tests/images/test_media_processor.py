import base64
import random
import socket
import time
from collections.abc import Callable, Iterator
from functools import partial
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pytest_django import Settings

from apps.ai.exceptions import PermanentAIError, TransientAIError
from apps.ai.services.media_processor import (
    ImageFailure,
    PreparedImage,
    R2MediaProcessor,
    default_media_processor,
)
from utils import safe_fetch
from utils.r2_storage import LocalStorage, R2Storage
from utils.safe_fetch import FetchLimits
from utils.tests.local_server import LocalServer, http_answer, local_server

CDN = "https://cdn.shop.example/media"
Make = Callable[..., R2MediaProcessor]


@pytest.fixture
def server() -> Iterator[LocalServer]:
    with local_server() as server:
        yield server


@pytest.fixture
def storage(tmp_path: Path) -> LocalStorage:
    return LocalStorage(tmp_path, CDN)


@pytest.fixture
def make(server: LocalServer, storage: LocalStorage) -> Make:
    """Builds a processor that may read the local server."""

    def build(*, max_bytes: int = 15_000_000, seconds: float = 5, **options: Any) -> R2MediaProcessor:
        values: dict[str, Any] = {
            "limits": FetchLimits(max_bytes=max_bytes, total_timeout=seconds, ports=frozenset({server.port})),
            "storage": storage,
            "max_pixels": 40_000_000,
            "max_images": 3,
            "processed_path": "products/processed/",
            "fetch": partial(safe_fetch.fetch, allow_private=True),
        }
        return R2MediaProcessor(**(values | options))

    return build


def file_of(image: Image.Image, format: str, **options: Any) -> bytes:
    buffer = BytesIO()
    image.save(buffer, format=format, **options)
    return buffer.getvalue()


def jpeg(color: str = "red", size: tuple[int, int] = (60, 40)) -> bytes:
    return file_of(Image.new("RGB", size, color), "JPEG")


WEBP = file_of(Image.new("RGB", (9, 9), "red"), "WEBP")


def stored(make: Make, storage: LocalStorage, content: bytes, **options: Any) -> PreparedImage | ImageFailure:
    """What becomes of a file in our own storage."""
    storage.put("file", content, content_type="image/jpeg")
    return make(**options).get_image_for_analysis(f"{CDN}/file")


def prepared(make: Make, storage: LocalStorage, content: bytes, **options: Any) -> PreparedImage:
    result = stored(make, storage, content, **options)
    assert isinstance(result, PreparedImage), result
    return result


def reopened(result: PreparedImage) -> Image.Image:
    image = Image.open(BytesIO(result.content))
    image.load()
    return image


def assert_color(image: Image.Image, at: tuple[int, int], expected: tuple[int, int, int]) -> None:
    """Within what JPEG may change."""
    pixel = image.getpixel(at)
    assert isinstance(pixel, tuple)
    assert max(abs(is_ - should) for is_, should in zip(pixel, expected, strict=True)) <= 6, pixel


# --- One picture -------------------------------------------------------------------------------------------


def test_own_url_is_read_through_the_storage_and_all_fields_agree(make: Make, storage: LocalStorage) -> None:
    storage.put(
        "products/7/фото.png", file_of(Image.new("RGB", (3000, 1500), "red"), "PNG"), content_type="x"
    )
    url = storage.public_url("products/7/фото.png")

    def never(url: str, *, limits: FetchLimits) -> safe_fetch.Fetched:
        raise AssertionError("our own picture must not be fetched")

    result = make(fetch=never).get_image_for_analysis(url)

    assert isinstance(result, PreparedImage)
    assert result.url == url
    assert result.format == "jpeg"
    assert result.original_format == "PNG"
    assert result.dimensions == (1024, 512)
    assert result.size_bytes == len(result.content)
    assert result.sha256 == sha256(result.content).hexdigest()
    assert result.base64 == "data:image/jpeg;base64," + base64.b64encode(result.content).decode()
    image = reopened(result)
    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (1024, 512))
    assert_color(image, (500, 250), (255, 0, 0))


def test_other_url_is_fetched(make: Make, server: LocalServer) -> None:
    server.routes["/a.jpg"] = http_answer(jpeg("blue"), "image/jpeg")

    result = make().get_image_for_analysis(server.url("/a.jpg"))

    assert isinstance(result, PreparedImage)
    assert result.dimensions == (60, 40)
    assert result.original_format == "JPEG"
    assert_color(reopened(result), (30, 20), (0, 0, 255))


def test_size_and_quality_are_the_callers(make: Make, storage: LocalStorage) -> None:
    noise = Image.frombytes("RGB", (400, 400), random.Random(1).randbytes(480_000))
    storage.put("noise.png", file_of(noise, "PNG"), content_type="image/png")
    url = storage.public_url("noise.png")

    fine = make().get_image_for_analysis(url, (200, 100), 95)
    coarse = make().get_image_for_analysis(url, (200, 100), 20)

    assert isinstance(fine, PreparedImage)
    assert isinstance(coarse, PreparedImage)
    assert fine.dimensions == coarse.dimensions == (100, 100)
    assert coarse.size_bytes * 2 < fine.size_bytes


GREY = (128, 128, 128)
RED = (255, 0, 0)


@pytest.mark.parametrize(
    ("mode", "color", "format", "expected"),
    [
        ("1", 1, "PNG", (255, 255, 255)),
        ("1", 0, "TIFF", (0, 0, 0)),
        ("L", 128, "PNG", GREY),
        ("L", 128, "JPEG", GREY),
        ("L", 128, "BMP", GREY),
        ("LA", (128, 255), "PNG", GREY),
        ("LA", (0, 0), "PNG", (255, 255, 255)),
        ("LA", (0, 0), "TIFF", (255, 255, 255)),
        ("RGB", RED, "WEBP", RED),
        ("RGB", RED, "BMP", RED),
        ("RGB", RED, "GIF", RED),
        ("RGB", RED, "TIFF", RED),
        ("RGBA", (*RED, 255), "PNG", RED),
        ("RGBA", (0, 0, 0, 0), "PNG", (255, 255, 255)),
        ("RGBA", (*RED, 128), "PNG", (255, 127, 127)),
        ("RGBA", (0, 0, 0, 0), "WEBP", (255, 255, 255)),
        ("RGBA", (0, 0, 0, 0), "TIFF", (255, 255, 255)),
        ("CMYK", (0, 255, 255, 0), "JPEG", RED),
        ("CMYK", (0, 255, 255, 0), "TIFF", RED),
        ("YCbCr", (76, 85, 255), "JPEG", RED),
        ("YCbCr", (76, 85, 255), "TIFF", RED),
        ("LAB", (136, 128, 128), "TIFF", (127, 127, 127)),
        ("I", 32896, "TIFF", GREY),
        ("I", 128, "TIFF", GREY),
        ("I;16", 32896, "PNG", GREY),
        ("I;16", 32896, "TIFF", GREY),
        ("I;16B", 32896, "TIFF", GREY),
        ("F", 0.5, "TIFF", GREY),
        ("F", 128.0, "TIFF", GREY),
        ("F", 1e9, "TIFF", (255, 255, 255)),
        ("F", float("nan"), "TIFF", (0, 0, 0)),
    ],
)
def test_every_mode_becomes_rgb(
    make: Make,
    storage: LocalStorage,
    mode: str,
    color: Any,
    format: str,
    expected: tuple[int, int, int],
) -> None:
    result = prepared(make, storage, file_of(Image.new(mode, (40, 30), color), format))

    assert result.original_format == format
    assert result.dimensions == (40, 30)
    assert_color(reopened(result), (20, 15), expected)


def test_transparent_palette_is_laid_on_white(make: Make, storage: LocalStorage) -> None:
    image = Image.new("P", (40, 30), 1)
    image.putpalette([0, 0, 0, 0, 0, 255])
    image.paste(0, (0, 0, 20, 30))

    result = reopened(prepared(make, storage, file_of(image, "PNG", transparency=0)))

    assert_color(result, (8, 15), (255, 255, 255))
    assert_color(result, (32, 15), (0, 0, 255))


def test_transparent_color_of_deep_grey_is_ignored(make: Make, storage: LocalStorage) -> None:
    content = file_of(Image.new("I;16", (40, 30), 65535), "PNG", transparency=65535)

    assert_color(reopened(prepared(make, storage, content)), (20, 15), (255, 255, 255))


@pytest.mark.parametrize("format", ["GIF", "PNG", "WEBP", "TIFF"])
def test_animation_gives_its_first_frame(make: Make, storage: LocalStorage, format: str) -> None:
    frames = [Image.new("RGB", (40, 30), color) for color in ("red", "lime", "blue")]
    content = file_of(frames[0], format, save_all=True, append_images=frames[1:])

    assert_color(reopened(prepared(make, storage, content)), (20, 15), RED)


def test_multi_picture_file_of_a_camera_counts_as_jpeg(make: Make, storage: LocalStorage) -> None:
    frames = [Image.new("RGB", (40, 30), color) for color in ("red", "blue")]
    result = prepared(make, storage, file_of(frames[0], "MPO", save_all=True, append_images=frames[1:]))

    assert result.original_format == "JPEG"
    assert_color(reopened(result), (20, 15), RED)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_exif_orientation_is_applied_and_metadata_dropped(
    make: Make, storage: LocalStorage, format: str
) -> None:
    image = Image.new("RGB", (400, 200), "red")
    image.paste("blue", (200, 0, 400, 200))
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: left becomes top
    exif[0x010F] = "Secret camera"

    result = prepared(make, storage, file_of(image, format, exif=exif))

    assert result.dimensions == (200, 400)
    assert_color(reopened(result), (100, 100), RED)
    assert_color(reopened(result), (100, 300), (0, 0, 255))
    assert b"Secret camera" not in result.content
    assert b"Exif" not in result.content


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
def test_damaged_exif_turns_nothing(make: Make, storage: LocalStorage) -> None:
    content = file_of(Image.new("RGB", (60, 40), "red"), "JPEG", exif=b"Exif\0\0MM\0*\xff\xff\xff\xff")

    assert prepared(make, storage, content).dimensions == (60, 40)


@pytest.mark.parametrize(
    ("size", "expected"),
    [((1, 1), (1, 1)), ((1024, 1024), (1024, 1024)), ((1025, 10), (1024, 10)), ((20000, 1), (1024, 1))],
)
def test_sizes_at_the_edges(
    make: Make, storage: LocalStorage, size: tuple[int, int], expected: tuple[int, int]
) -> None:
    assert prepared(make, storage, jpeg(size=size)).dimensions == expected


# --- Bad pictures ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF"])
def test_truncated_file_is_a_failure(make: Make, storage: LocalStorage, format: str) -> None:
    noise = Image.frombytes("RGB", (200, 200), random.Random(1).randbytes(120_000))
    content = file_of(noise, format)

    result = stored(make, storage, content[: len(content) // 2])

    assert isinstance(result, ImageFailure)
    assert result.reason.startswith(("Файл ", "Это не фото"))
    assert result.transient is False


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"just a text in a file named photo.jpg",
        b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
        b"%PDF-1.7\n",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        b"<!doctype html><title>404</title>",
        b"\xff\xd8\xff",
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a\0\0\0\0",
    ],
)
def test_what_is_no_picture_is_a_failure(make: Make, storage: LocalStorage, content: bytes) -> None:
    result = stored(make, storage, content)

    assert isinstance(result, ImageFailure)
    assert result.transient is False


@pytest.mark.parametrize(
    ("format", "said"),
    [
        ("PDF", "Это не фото, а документ PDF."),
        ("EPS", "Это рисунок PostScript: такой формат не читается, нужен JPEG, PNG или WebP."),
    ],
)
def test_programs_and_documents_are_refused(
    make: Make, storage: LocalStorage, format: str, said: str
) -> None:
    content = file_of(Image.new("RGB", (64, 64), "red"), format)

    assert stored(make, storage, content) == ImageFailure(f"{CDN}/file", said)


def test_text_named_jpg_says_what_the_server_called_it(make: Make, server: LocalServer) -> None:
    server.routes["/a.jpg"] = http_answer(b"<html>sorry</html>", "text/html; charset=utf-8")
    url = server.url("/a.jpg")

    assert make().get_image_for_analysis(url) == ImageFailure(
        url,
        "Это не фото: вместо него пришла веб-страница. Сервер называет его text/html.",
    )


@pytest.mark.parametrize("format", ["PNG", "GIF", "TIFF"])
def test_decompression_bomb_is_refused_before_it_is_decoded(
    make: Make, storage: LocalStorage, format: str
) -> None:
    options = {"compression": "tiff_deflate"} if format == "TIFF" else {}
    bomb = file_of(Image.new("1", (7000, 6000)), format, **options)
    assert len(bomb) < 200_000
    started = time.process_time()

    result = stored(make, storage, bomb)

    assert isinstance(result, ImageFailure)
    assert result.reason == "В фото 7000×6000 пикселей; допускается 40000000."
    assert time.process_time() - started < 0.5


@pytest.mark.parametrize("size", [(15_000, 10_000), (60_000, 60_000)])
def test_bomb_that_pillow_itself_notices_is_refused(
    make: Make, storage: LocalStorage, size: tuple[int, int]
) -> None:
    header = bytearray(file_of(Image.new("L", (1, 1)), "BMP"))
    header[18:26] = size[0].to_bytes(4, "little") + size[1].to_bytes(4, "little")

    result = stored(make, storage, bytes(header))

    assert isinstance(result, ImageFailure)
    assert "пикселей; допускается 40000000" in result.reason


def test_pixels_exactly_at_the_limit_are_allowed(make: Make, storage: LocalStorage) -> None:
    assert prepared(make, storage, jpeg(size=(60, 40)), max_pixels=2400).dimensions == (60, 40)
    assert isinstance(stored(make, storage, jpeg(size=(60, 40)), max_pixels=2399), ImageFailure)


def test_file_above_the_byte_limit_is_refused(make: Make, storage: LocalStorage, server: LocalServer) -> None:
    content = jpeg()
    server.routes["/a.jpg"] = http_answer(content, "image/jpeg")
    limit = len(content) - 1

    own = stored(make, storage, content, max_bytes=limit)
    foreign = make(max_bytes=limit).get_image_for_analysis(server.url("/a.jpg"))

    assert own == ImageFailure(f"{CDN}/file", f"file has more than the {limit} bytes allowed.")
    assert foreign == ImageFailure(
        server.url("/a.jpg"), f"The file has {limit + 1} bytes; {limit} are allowed."
    )


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
def test_thousand_damaged_files_never_raise(make: Make, storage: LocalStorage) -> None:
    """Bytes of real files of every format are overwritten at random."""
    dice = random.Random(20261122)
    noise = Image.frombytes("RGB", (24, 24), dice.randbytes(24 * 24 * 3))
    files = [file_of(noise, format) for format in ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")]
    processor = make(max_pixels=1_000_000)
    kinds = set()
    for number in range(1200):
        content = bytearray(files[number % len(files)])
        for _ in range(dice.randint(1, 12)):
            content[dice.randrange(len(content) if number % 2 else 64)] = dice.randrange(256)
        storage.put("damaged", bytes(content), content_type="image/jpeg")
        kinds.add(type(processor.get_image_for_analysis(f"{CDN}/damaged")))

    assert kinds == {PreparedImage, ImageFailure}


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/a.jpg", "http://169.254.169.254/a.jpg", "file:///etc/passwd", "photo.jpg", ""]
)
def test_unsafe_url_is_a_failure(storage: LocalStorage, make: Make, url: str) -> None:
    result = make(fetch=safe_fetch.fetch, limits=FetchLimits(max_bytes=10)).get_image_for_analysis(url)

    assert isinstance(result, ImageFailure)
    assert result.url == url
    assert result.transient is False


@pytest.mark.parametrize(
    ("status", "transient"), [("404 Not Found", False), ("429 Slow down", True), ("503 Busy", True)]
)
def test_status_tells_whether_to_try_again(
    make: Make, server: LocalServer, status: str, transient: bool
) -> None:
    server.routes["/a.jpg"] = http_answer(b"", status=status)

    result = make().get_image_for_analysis(server.url("/a.jpg"))

    assert isinstance(result, ImageFailure)
    assert result.reason == f"127.0.0.1 answered with status {status[:3]}."
    assert result.transient is transient


def test_missing_own_picture_is_a_failure(make: Make) -> None:
    assert make().get_image_for_analysis(f"{CDN}/gone.jpg") == ImageFailure(
        f"{CDN}/gone.jpg", "There is no object gone.jpg."
    )


def bucket_that_is_down() -> R2Storage:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    config = {
        "endpoint_url": f"http://127.0.0.1:{port}",
        "aws_access_key_id": "access-key",
        "aws_secret_access_key": "secret-key",
        "region_name": "auto",
        "bucket_name": "shop-media",
    }
    return R2Storage(config, CDN)


def test_storage_that_is_down_is_a_transient_failure(make: Make) -> None:
    result = make(storage=bucket_that_is_down()).get_image_for_analysis(f"{CDN}/a.jpg")

    assert isinstance(result, ImageFailure)
    assert result.transient is True


# --- A batch -----------------------------------------------------------------------------------------------


def test_batch_keeps_the_order_and_replaces_bad_pictures(make: Make, server: LocalServer) -> None:
    for name, color in (("red", "red"), ("lime", "lime"), ("blue", "blue"), ("black", "black")):
        server.routes[f"/{name}"] = http_answer(jpeg(color), "image/jpeg")
    server.routes["/text"] = http_answer(b"no picture")
    urls = [server.url(path) for path in ("/red", "/gone", "/text", "/lime", "/blue", "/black")]

    images, failures = make().get_product_images_batch(urls)

    assert [image.url for image in images] == [urls[0], urls[3], urls[4]]
    assert [failure.url for failure in failures] == [urls[1], urls[2]]
    assert server.paths == ["/red", "/gone", "/text", "/lime", "/blue"]


def test_identical_pictures_are_sent_and_equal_urls_fetched_once(make: Make, server: LocalServer) -> None:
    server.routes["/a"] = http_answer(jpeg(), "image/jpeg")
    server.routes["/copy"] = http_answer(jpeg(), "image/jpeg")
    server.routes["/b"] = http_answer(jpeg("blue"), "image/jpeg")
    urls = [server.url(path) for path in ("/a", "/a", "/copy", "/b")]

    batch = make().get_product_images_batch(urls)

    assert [image.url for image in batch.images] == [urls[0], urls[3]]
    assert batch.failures == ()
    assert server.paths == ["/a", "/copy", "/b"]


@pytest.mark.parametrize(("max_images", "count"), [(None, 3), (1, 1), (0, 0), (9, 5)])
def test_number_of_pictures_is_capped(
    make: Make, server: LocalServer, max_images: int | None, count: int
) -> None:
    for number in range(5):
        server.routes[f"/{number}"] = http_answer(jpeg(size=(10 + number, 10)), "image/jpeg")

    images, _ = make().get_product_images_batch([server.url(f"/{number}") for number in range(5)], max_images)

    assert [image.dimensions[0] for image in images] == [10, 11, 12, 13, 14][:count]
    assert len(server.paths) == count


def test_number_of_tries_is_capped(make: Make, server: LocalServer) -> None:
    images, failures = make().get_product_images_batch([server.url(f"/{number}") for number in range(1000)])

    assert images == ()
    assert len(failures) == len(server.paths) == 9


def test_empty_batch(make: Make) -> None:
    assert make().get_product_images_batch([]) == ((), ())


def test_slow_servers_share_the_time_and_leave_some_for_the_others(make: Make, server: LocalServer) -> None:
    def drip(connection: socket.socket) -> None:
        while True:
            time.sleep(0.05)
            connection.sendall(b"x")

    server.routes["/slow"] = drip
    server.routes["/slower"] = drip
    server.routes["/good"] = http_answer(jpeg(), "image/jpeg")
    urls = [server.url(path) for path in ("/slow", "/slower", "/good")]
    started = time.monotonic()

    images, failures = make(seconds=1.5).get_product_images_batch(urls)

    assert [image.url for image in images] == [urls[2]]
    assert [failure.url for failure in failures] == urls[:2]
    assert all(failure.transient for failure in failures)
    assert time.monotonic() - started < 1.5


def test_when_the_time_is_spent_the_rest_is_not_tried(make: Make, server: LocalServer) -> None:
    calls: list[str] = []

    def slow(url: str, *, limits: FetchLimits) -> safe_fetch.Fetched:
        calls.append(url)
        time.sleep(0.2)
        return safe_fetch.Fetched(url, jpeg(), "image/jpeg")

    images, failures = make(fetch=slow, seconds=0.1).get_product_images_batch(["http://a/1", "http://a/2"])

    assert calls == ["http://a/1"]
    assert [image.url for image in images] == ["http://a/1"]
    assert failures == (ImageFailure("http://a/2", "No time was left for this picture.", transient=True),)


# --- Storing -----------------------------------------------------------------------------------------------


def test_processed_picture_is_stored_under_the_product(make: Make, storage: LocalStorage) -> None:
    processor = make()

    url = processor.save_processed_image(7, jpeg("red"))
    again = processor.save_processed_image(7, jpeg("blue"))
    thumb = processor.save_processed_image(7, jpeg("blue"), "thumb-200_x2")

    assert url == again == f"{CDN}/products/processed/7/optimized.jpg"
    assert thumb == f"{CDN}/products/processed/7/thumb-200_x2.jpg"
    assert storage.get("products/processed/7/optimized.jpg", max_bytes=10_000) == jpeg("blue")
    assert isinstance(processor.get_image_for_analysis(url), PreparedImage)


@pytest.mark.parametrize(
    ("product_id", "content", "image_type", "message"),
    [
        (0, jpeg(), "optimized", "no product id"),
        (-1, jpeg(), "optimized", "no product id"),
        (7, b"", "optimized", "Only JPEG"),
        (7, b"\x89PNG\r\n\x1a\n", "optimized", "Only JPEG"),
        ("7", WEBP, "optimized", "SHA-256"),
        ("A" * 64, WEBP, "thumb", "SHA-256"),
        ("../" + "a" * 61, WEBP, "thumb", "SHA-256"),
        ("a" * 64, jpeg(), "thumb", "WebP"),
        ("a" * 64, WEBP, "banner", "optimized"),
        (7, jpeg(), "", "image type"),
        (7, jpeg(), "../../secret", "image type"),
        (7, jpeg(), "Thumb", "image type"),
        (7, jpeg(), "thumb\n", "image type"),
        (7, jpeg(), "превью", "image type"),
    ],
)
def test_bad_arguments_store_nothing(
    make: Make, tmp_path: Path, product_id: int | str, content: bytes, image_type: str, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        make().save_processed_image(product_id, content, image_type)

    assert list(tmp_path.iterdir()) == []


def test_storage_errors_become_errors_of_the_app(make: Make, tmp_path: Path) -> None:
    with pytest.raises(TransientAIError):
        make(storage=bucket_that_is_down()).save_processed_image(7, jpeg())

    (tmp_path / "products").write_bytes(b"a file where a folder should be")
    with pytest.raises(PermanentAIError, match="folder or lies under a file"):
        make().save_processed_image(7, jpeg())


def test_default_processor_follows_the_settings(
    settings: Settings, tmp_path: Path, server: LocalServer
) -> None:
    settings.MEDIA_ROOT = tmp_path
    settings.R2_CONFIG = {"endpoint_url": ""}
    settings.AI_R2_SETTINGS = {"cdn_url": server.url("/media"), "processed_images_path": "done/"}
    settings.AI_CONFIG = {
        **settings.AI_CONFIG,
        "MAX_IMAGES_PER_PRODUCT": 1,
        "IMAGE_TIMEOUT": 1.0,
        "IMAGE_MAX_BYTES": 5000,
        "IMAGE_MAX_PIXELS": 10_000,
    }
    processor = default_media_processor()

    urls = [
        processor.save_processed_image(1, jpeg(size=(200, 51))),
        processor.save_processed_image(2, jpeg() + b"\0" * 5000),
        processor.save_processed_image(3, jpeg("lime")),
        processor.save_processed_image(4, jpeg("blue")),
    ]
    images, failures = processor.get_product_images_batch(urls)
    assert [failure.reason for failure in failures] == [
        "В фото 200×51 пикселей; допускается 10000.",
        "done/2/optimized.jpg has more than the 5000 bytes allowed.",
    ]
    assert [image.url for image in images] == [server.url("/media/done/3/optimized.jpg")]
    assert server.heads == []

    refused = processor.get_image_for_analysis(server.url("/other/a.jpg"))
    assert isinstance(refused, ImageFailure)
    assert server.heads == []
