from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from apps.ai.services.pictures.budget import BudgetBusy, BudgetExceeded, DecodeBudget
from apps.ai.tests.pictures.corpus import file_of

BACKEND = Path(__file__).resolve().parents[4]
LARGE: dict[str, tuple[str, dict[str, Any]]] = {
    "photo.jpg": ("JPEG", {"quality": 90}),
    "progressive.jpg": ("JPEG", {"progressive": True, "quality": 85}),
    "photo.webp": ("WEBP", {"quality": 80, "method": 0}),
    "lossless.webp": ("WEBP", {"lossless": True, "method": 0, "quality": 0}),
    "photo.png": ("PNG", {"compress_level": 1}),
    "photo.gif": ("GIF", {}),
    "photo.tif": ("TIFF", {"compression": "tiff_deflate"}),
    "photo.avif": ("AVIF", {"speed": 10, "quality": 40}),
}
AS_PICTURES = {"photo.jpg", "photo.webp", "lossless.webp", "photo.png", "progressive.jpg"}


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """40 megapixels in each format."""
    folder = tmp_path_factory.mktemp("large")
    ramp = np.linspace(0, 255, 6400, dtype=np.uint8)
    pixels = np.stack([np.broadcast_to(ramp, (6300, 6400))] * 3, axis=2).copy()
    pixels[::7, ::5, 1] ^= 0x3C
    image = Image.fromarray(pixels)
    for name, (format, options) in LARGE.items():
        (folder / name).write_bytes(file_of(image, format, **options))
    return [folder / name for name in LARGE]


@pytest.mark.timeout(280)
def test_eight_at_once_stay_within_the_budget(large: list[Path]) -> None:
    command = [sys.executable, "-m", "apps.ai.tests.pictures.peak", "8", *map(str, large)]
    done = subprocess.run(command, cwd=BACKEND, env=os.environ, capture_output=True, text=True, check=True)
    measured = json.loads(done.stdout)

    assert measured["above"] <= 300 + 100, measured["peaks"]
    assert max(measured["seconds"].values()) <= 2.0, measured
    assert measured["seconds"].keys() == LARGE.keys()
    assert not measured["reasons"].keys() & AS_PICTURES, measured
    assert all("Фото заняло бы" in reason for reason in measured["reasons"].values()), measured
    print(measured)


def test_more_than_the_budget_is_refused_at_once() -> None:
    with pytest.raises(BudgetExceeded), DecodeBudget(100).hold(101):
        raise AssertionError("was let in")


def test_a_decode_waits_for_room_and_not_for_ever() -> None:
    budget = DecodeBudget(100)
    with budget.hold(60):
        started = time.monotonic()
        with pytest.raises(BudgetBusy), budget.hold(50, patience=0.1):
            raise AssertionError("was let in")
        assert time.monotonic() - started < 5
        with budget.hold(40, patience=0.1):
            pass
    with budget.hold(100, patience=0.1):
        pass


def test_together_they_never_hold_more_and_the_large_one_is_not_starved() -> None:
    budget, held, most, order = DecodeBudget(100), [0], [0], list[int]()
    lock = threading.Lock()

    def work(size: int) -> None:
        with budget.hold(size):
            with lock:
                held[0] += size
                most[0] = max(most[0], held[0])
                order.append(size)
            time.sleep(0.02)
            with lock:
                held[0] -= size

    threads = [threading.Thread(target=work, args=(size,)) for size in [30, 30, 90, *[20] * 20]]
    for thread in threads:
        thread.start()
        time.sleep(0.001)
    for thread in threads:
        thread.join(10)

    assert most[0] <= 100
    assert len(order) == 23
    assert order.index(90) < 6
