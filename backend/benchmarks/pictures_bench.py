"""What pictures cost: CPU to prepare three of 12 megapixels, and what a second time into a bucket stores."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path

import django

django.setup()

import numpy as np  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test.utils import override_settings  # noqa: E402
from PIL import Image  # noqa: E402
from rich.console import Console  # noqa: E402
from rich.table import Table  # noqa: E402

from apps.ai.models import StoredPicture  # noqa: E402
from apps.ai.services.keeping import bringing, wanting  # noqa: E402
from apps.ai.services.media_processor import PreparedImage, R2MediaProcessor  # noqa: E402
from apps.ai.services.pictures import looking, streamed  # noqa: E402
from apps.ai.tests.pictures.s3_servers import config_of, free_port, rclone  # noqa: E402
from utils import safe_fetch  # noqa: E402
from utils.r2_storage import LocalStorage, get_storage  # noqa: E402
from utils.safe_fetch import FetchLimits  # noqa: E402
from utils.tests.local_server import LocalServer, http_answer, local_server  # noqa: E402

#: Seconds of CPU that three pictures of 12 megapixels of a product may take.
MARK = 0.5
#: The fastest of so many counts: other work on the machine only adds.
ROUNDS = 5
FORMATS = {"JPEG": {"quality": 88}, "WEBP": {"quality": 80}, "PNG": {"compress_level": 1}}


def main() -> int:
    options = _options()
    call_command("migrate", verbosity=0)
    table = Table("what", "figure", "mark")
    too_slow = [format for format in FORMATS if not _add_preparing(table, format)]
    second = 0
    with (
        tempfile.TemporaryDirectory() as folder,
        rclone(Path(folder), free_port()) as endpoint,
        override_settings(R2_CONFIG=config_of(endpoint)),
        local_server() as server,
    ):
        for turn in ("first", "second"):
            started = time.monotonic()
            done = _into_the_bucket(server, options.pictures)
            took = time.monotonic() - started
            second = done.stored
            table.add_row(
                f"{options.pictures} pictures into the bucket, the {turn} time",
                f"{done.kept} kept, {done.stored} objects stored, {took:.0f} s",
                "" if turn == "first" else "0 stored",
            )
    Console().print(table)
    return int(second != 0 or bool(too_slow))


def _add_preparing(table: Table, format: str) -> bool:
    """Two rows; whether the mark holds, or a bare decode alone takes as much as the mark."""
    content = _photo(format)
    decoders = [partial(decoder, content) for decoder in (_by_pillow, partial(_by_libvips, format))]
    bare = min(_cpu(decode) for decode in decoders for _ in range(ROUNDS)) * 3
    spent = min(_preparing(content) for _ in range(ROUNDS))
    table.add_row(f"three {format} of 12 MP, every pixel decoded, no more", f"{bare:.2f} s CPU", "")
    table.add_row(
        "the same from file to facts and sheet", f"{spent:.2f} s CPU, {spent / bare:.2f} of that", f"{MARK} s"
    )
    return spent <= MARK or bare > MARK


def _photo(format: str) -> bytes:
    chance = np.random.default_rng(1)
    coarse = Image.fromarray(chance.integers(0, 255, (100, 133, 3), dtype=np.uint8))
    buffer = BytesIO()
    coarse.resize((4000, 3000), Image.Resampling.BICUBIC).save(buffer, format=format, **FORMATS[format])
    return buffer.getvalue()


def _by_pillow(content: bytes) -> None:
    with Image.open(BytesIO(content)) as image:
        image.load()


def _by_libvips(format: str, content: bytes) -> None:
    streamed.header(format, content).copy_memory()


def _cpu(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _preparing(content: bytes) -> float:
    with tempfile.TemporaryDirectory() as folder:
        storage = LocalStorage(Path(folder), "https://cdn.example")
        limits = FetchLimits(max_bytes=30_000_000, total_timeout=60)
        media = R2MediaProcessor(
            storage, limits=limits, max_pixels=64_000_000, max_images=3, processed_path="p/"
        )
        urls = [storage.public_url(f"{number}.jpg") for number in range(3)]
        for number in range(3):  # each differs, so that none is left out
            storage.put(f"{number}.jpg", content + bytes([number]), content_type="image/jpeg")

        def prepare() -> None:
            images = [media.get_image_for_analysis(url) for url in urls]
            pictures = [(one.url, one.image) for one in images if isinstance(one, PreparedImage)]
            looking.open_all(pictures).parts(side=512, on_one_sheet=True)

        media.get_image_for_analysis(urls[0])  # loading libvips is paid once a process
        return _cpu(prepare)


def _into_the_bucket(server: LocalServer, count: int) -> bringing.Result:
    """With an empty table each time, so that the bucket itself must know what it has."""
    limits = FetchLimits(max_bytes=15_000_000, total_timeout=20, ports=frozenset({server.port}))
    fetch = partial(safe_fetch.fetch, allow_private=True)
    media = R2MediaProcessor(
        get_storage(), limits=limits, max_pixels=64_000_000, max_images=3, processed_path="p/", fetch=fetch
    )
    StoredPicture.objects.all().delete()
    for number in range(count):
        path = f"/{number}.png"
        if path not in server.routes:
            buffer = BytesIO()
            Image.new("RGB", (64, 64), (number % 256, number // 256, 7)).save(buffer, format="PNG")
            server.routes[path] = http_answer(buffer.getvalue(), "image/png")
    wanting.want([server.url(f"/{number}.png") for number in range(count)], send=lambda keys: None)
    return bringing.pay(limit=count, media=media)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=10_000)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
