"""What many threads believe for a moment is read by one of them."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from apps.ai.ttl_cache import TTLCached

SECONDS = 0.2


@pytest.fixture(autouse=True)
def _short(settings: Any) -> None:
    settings.AI_CONFIG = {**settings.AI_CONFIG, "CACHE_SECONDS": SECONDS}


class Source:
    """Counts its reads; one that is told to hangs until it is released."""

    def __init__(self) -> None:
        self.reads = 0
        self.hanging = threading.Event()
        self.released = threading.Event()
        self.released.set()

    def read(self, key: str) -> int:
        self.reads += 1
        number = self.reads
        if not self.released.is_set():
            self.hanging.set()
            self.released.wait(10)
        return number

    def hang(self) -> None:
        self.released.clear()


def test_while_one_reads_the_others_go_on_with_what_was_known() -> None:
    source = Source()
    cache = TTLCached(source.read)
    assert cache.get("price") == 1
    time.sleep(SECONDS)
    source.hang()
    reader = threading.Thread(target=cache.get, args=("price",))
    reader.start()
    assert source.hanging.wait(5)
    assert [cache.get("price") for _ in range(20)] == [1] * 20
    assert source.reads == 2
    source.released.set()
    reader.join()
    assert cache.get("price") == 2


def test_a_reader_that_hangs_does_not_keep_an_old_value_alive() -> None:
    source = Source()
    cache = TTLCached(source.read)
    cache.get("price")
    time.sleep(SECONDS)
    source.hang()
    reader = threading.Thread(target=cache.get, args=("price",))
    reader.start()
    assert source.hanging.wait(5)
    time.sleep(SECONDS)
    source.released.set()  # whoever asks now reads as well
    assert cache.get("price") > 1
    reader.join()


def test_a_failed_read_is_tried_again_and_leaves_nobody_waiting() -> None:
    answers = iter([1])
    cache = TTLCached[str, int](lambda key: next(answers))
    assert cache.get("price") == 1
    time.sleep(SECONDS)
    for _ in range(2):
        with pytest.raises(StopIteration):
            cache.get("price")


def test_without_seconds_every_question_is_a_read(settings: Any) -> None:
    settings.AI_CONFIG = {**settings.AI_CONFIG, "CACHE_SECONDS": 0.0}
    source = Source()
    cache = TTLCached(source.read)
    assert [cache.get("price") for _ in range(3)] == [1, 2, 3]
