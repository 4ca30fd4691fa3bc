"""The embedded engine in a folder that several processes share: who keeps it, and what a killed keeper leaves."""

from __future__ import annotations

import fcntl
import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from apps.ai.exceptions import VectorStoreUnavailable
from apps.ai.services.vector_store import Collection
from apps.ai.services.vector_store.embedded import shared
from apps.ai.services.vector_store.embedded.engine import Engine
from apps.ai.tests.vector_store.test_vector_store import EAST, NO_WORDS, NORTH, manager, product

BACKEND = Path(__file__).parents[4]
KEEPER = """
import sys, time
from apps.ai.services.vector_store import Collection
from apps.ai.tests.vector_store.test_vector_store import EAST, NORTH, manager, product
store = manager(path=sys.argv[1])
store.ensure_collections()
store.upsert(Collection.PRODUCTS, [product(1, EAST, 100, "первый")])
print("kept", flush=True)
sys.stdin.read()
store.close()
"""


@contextmanager
def keeper(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that has opened the folder first; it lets go when its input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", KEEPER, str(folder)],
        cwd=BACKEND,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "kept"
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def test_two_processes_read_and_write_one_folder(tmp_path: Path) -> None:
    with keeper(tmp_path):
        store = manager(path=str(tmp_path))
        store.upsert(Collection.PRODUCTS, [product(2, NORTH, 200, "второй")])
        assert [near.title for near in store.search_neighbours(NORTH, NO_WORDS, limit=2)] == [
            "второй",
            "первый",
        ]
        assert store.counts()[Collection.PRODUCTS] == 2
        store.close()


@pytest.mark.parametrize("how", ["killed", "ended"])
def test_when_the_keeper_goes_the_next_takes_over_and_nothing_is_lost(tmp_path: Path, how: str) -> None:
    with keeper(tmp_path) as process:
        store = manager(path=str(tmp_path))
        store.upsert(Collection.PRODUCTS, [product(2, NORTH, 200, "второй")])
        if how == "killed":
            process.send_signal(signal.SIGKILL)
            process.wait()
        else:
            process.communicate()
        assert store.counts()[Collection.PRODUCTS] == 2
        store.upsert(Collection.PRODUCTS, [product(3, EAST, 300)])
    store.close()
    reopened = manager(path=str(tmp_path))
    assert reopened.counts()[Collection.PRODUCTS] == 3
    assert set(reopened.serving()) == {collection.value for collection in Collection}
    reopened.close()


def test_a_fork_asks_its_parent_and_its_end_takes_nothing_away(tmp_path: Path) -> None:
    store = manager(path=str(tmp_path))
    store.ensure_collections()
    child = os.fork()
    if child == 0:  # as a worker of a prefork pool
        code = 1
        try:
            own = manager(path=str(tmp_path))
            own.upsert(Collection.PRODUCTS, [product(7, EAST, 100)])
            own.close()
            code = 0
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert store.counts()[Collection.PRODUCTS] == 1
    store.close()


def test_strangers_are_refused(tmp_path: Path) -> None:
    store = manager(path=str(tmp_path))
    store.ensure_collections()
    announced = (tmp_path / "owner.json").read_text()
    url = announced.split('"')[3]
    assert httpx.get(f"{url}/collections").status_code == 401
    assert (tmp_path / "owner.json").stat().st_mode & 0o077 == 0
    store.close()


def test_a_keeper_that_says_nothing_is_waited_for_and_then_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared, "PATIENCE", 0.3)
    with keeper(tmp_path) as process:
        (tmp_path / "owner.json").unlink()
        store = manager(path=str(tmp_path))
        started = time.monotonic()
        with pytest.raises(VectorStoreUnavailable, match="has not said yet where it is"):
            store.counts()
        assert time.monotonic() - started < 5
        process.communicate()
    assert store.counts()[Collection.PRODUCTS] == 1  # the folder is free now
    store.close()


def test_what_a_crash_left_half_made_is_removed(tmp_path: Path) -> None:
    engine = Engine(tmp_path)
    engine.create("one", {"vectors": {"dense": {"size": 3, "distance": "Cosine"}}})
    engine.close()
    (tmp_path / "shards" / "half-made").mkdir()
    again = Engine(tmp_path)
    assert again.collections == ["one"]
    assert len(list((tmp_path / "shards").iterdir())) == 1
    again.close()


def test_a_foreign_catalogue_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "collections.json").write_text("{")
    with pytest.raises(VectorStoreUnavailable, match="EOF"):
        manager(path=str(tmp_path)).counts()


def test_a_damaged_collection_is_a_sentence_and_the_folder_is_let_go(tmp_path: Path) -> None:
    engine = Engine(tmp_path)
    engine.create("one", {"vectors": {"dense": {"size": 3, "distance": "Cosine"}}})
    engine.close()
    for file in (tmp_path / "shards").rglob("*.json"):
        file.write_text("{")
    with pytest.raises(VectorStoreUnavailable, match="does not open"):
        manager(path=str(tmp_path)).counts()
    with (tmp_path / "owner.lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


@pytest.mark.timeout(120)
def test_many_points_are_found_by_the_index_as_by_a_scan(tmp_path: Path) -> None:
    """Twelve thousand points are indexed when the folder is closed; the nearest of a cluster are the same."""
    store = manager(path=str(tmp_path))
    store.ensure_collections()
    turns = [number * 2 * math.pi / 12_000 for number in range(12_000)]
    store.upsert(
        Collection.PRODUCTS,
        (product(number + 1, [math.cos(turn), math.sin(turn), 0.2], 1) for number, turn in enumerate(turns)),
    )
    scanned = [near.product_id for near in store.search_neighbours([1.0, 0.0001, 0.2], NO_WORDS, limit=9)]
    store.close()
    indexed = [near.product_id for near in store.search_neighbours([1.0, 0.0001, 0.2], NO_WORDS, limit=9)]
    assert set(indexed) == set(scanned)
    store.close()
