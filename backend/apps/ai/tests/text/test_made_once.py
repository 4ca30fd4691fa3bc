"""Long-lived tables of the text rules are made by one thread."""

from __future__ import annotations

import gc
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from apps.ai.text.made_once import made_once

THREADS = 8


def test_threads_that_ask_at_once_get_the_same_table_made_once() -> None:
    made: list[object] = []
    together = threading.Barrier(THREADS)

    @made_once
    def table() -> object:
        time.sleep(0.05)  # the others ask meanwhile
        made.append(object())
        return made[-1]

    def ask(_: int) -> object:
        together.wait()
        return table()

    with ThreadPoolExecutor(THREADS) as pool:
        found = list(pool.map(ask, range(THREADS)))
    assert len(made) == 1
    assert {id(one) for one in found} == {id(made[0])}


def test_an_error_is_not_kept() -> None:
    tries = []

    @made_once
    def table() -> int:
        tries.append(1)
        if len(tries) == 1:
            raise OSError("the file is not there yet")
        return 7

    with pytest.raises(OSError, match="not there yet"):
        table()
    assert (table(), table(), len(tries)) == (7, 7, 2)


def test_the_garbage_collector_passes_over_a_table_that_was_made() -> None:
    @made_once
    def table() -> dict[str, list[str]]:
        return {"word": []}

    made = table()
    assert not any(one is made for one in gc.get_objects())
