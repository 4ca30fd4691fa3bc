"""What pictures cost: CPU to prepare three of 12 megapixels, and what a second time into a bucket stores."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
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
from apps.ai.services.media_processor import R2MediaProcessor  # noqa: E402
from apps.ai.tests.pictures.s3_servers import config_of, free_port, rclone  # noqa: E402
from utils import safe_fetch  # noqa: E402
from utils.r2_storage import LocalStorage, get_storage  # noqa: E402
from utils.safe_fetch import FetchLimits  # noqa: E402
from utils.tests.local_server import LocalServer, http_answer, local_server  # noqa: E402

#: Seconds of CPU that three pictures of 12 megapixels of a product may take.
MARK = 0.5
FORMATS = {"JPEG": {"quality": 88}, "WEBP": {"quality": 80}, "PNG": {"compress_level": 1}}


def main() -> int:
    options = _options()
    call_command("migrate", verbosity=0)
    table = Table("what", "figure", "mark")
    seconds = {format: _preparing(format) for format in FORMATS}
    for format, spent in seconds.items():
        mark = f"{MARK} s" if format == "JPEG" else ""
        table.add_row(f"three {format} of 12 MP for the model", f"{spent:.2f} s CPU", mark)
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
    return int(second != 0 or seconds["JPEG"] > MARK)


def _preparing(format: str) -> float:
    chance = np.random.default_rng(1)
    coarse = Image.fromarray(chance.integers(0, 255, (100, 133, 3), dtype=np.uint8))
    photo = coarse.resize((4000, 3000), Image.Resampling.BICUBIC)
    buffer = BytesIO()
    photo.save(buffer, format=format, **FORMATS[format])
    with tempfile.TemporaryDirectory() as folder:
        storage = LocalStorage(Path(folder), "https://cdn.example")
        limits = FetchLimits(max_bytes=30_000_000, total_timeout=60)
        media = R2MediaProcessor(
            storage, limits=limits, max_pixels=64_000_000, max_images=3, processed_path="p/"
        )
        urls = [storage.public_url(f"{number}.jpg") for number in range(3)]
        for number in range(3):  # each differs, so that none is left out
            content = buffer.getvalue() + bytes([number])
            storage.put(f"{number}.jpg", content, content_type="image/jpeg")
        media.get_image_for_analysis(urls[0])  # loading libvips is paid once a process
        started = time.process_time()
        for url in urls:
            media.get_image_for_analysis(url)
        return time.process_time() - started


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
