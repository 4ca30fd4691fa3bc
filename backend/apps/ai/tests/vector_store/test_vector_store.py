"""The Qdrant door in all of its forms: lists in memory, the engine in a folder, and a server over HTTP."""

from __future__ import annotations

import math
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from qdrant_client import QdrantClient

from apps.ai.conf import QdrantConfig
from apps.ai.exceptions import PermanentAIError, VectorStoreUnavailable
from apps.ai.services import indexing
from apps.ai.services.indexing import Document
from apps.ai.services.vector_store import MEMORY, Collection, Entry, QdrantManager, connection
from apps.ai.tests.support import qdrant_server
from apps.ai.tests.support.plain import PlainEngine
from apps.ai.types import FreeMeter

EAST, NORTH, NORTH_EAST = [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.6, 0.8, 0.0]
NO_WORDS: tuple[list[int], list[float]] = ([], [])


def manager(
    *, url: str = "", path: str = MEMORY, api_key: str = "", model: str = "test-model"
) -> QdrantManager:
    return QdrantManager(QdrantConfig(url, api_key, path, timeout=5), dimensions=3, model=model)


@pytest.fixture(params=["memory", "folder", "server"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[QdrantManager]:
    if request.param == "server":
        with qdrant_server.running() as server:
            opened = manager(url=server.url)
            opened.ensure_collections()
            yield opened
            opened.close()
        return
    opened = manager(path=MEMORY if request.param == "memory" else str(tmp_path / "qdrant"))
    opened.ensure_collections()
    yield opened
    opened.close()


def category(
    number: int, dense: list[float], words: tuple[list[int], list[float]] = NO_WORDS, **payload: object
) -> Entry:
    fields = {"active": True, "leaf": True, "branches": [number], **payload}
    return Entry(number, dense, words, f"hash-{number}", fields)


def product(number: int, dense: list[float], category_id: int, title: str = "") -> Entry:
    return Entry(number, dense, NO_WORDS, f"hash-{number}", {"category_id": category_id, "title": title})


def template(number: int, dense: list[float] = EAST, **payload: object) -> Entry:
    fields = {
        "name": f"t{number}",
        "content": f"text {number}",
        "template_type": "description",
        "language": "ru",
        "active": True,
        "everywhere": False,
        "category_id": None,
        "kind": "",
        **payload,
    }
    return Entry(number, dense, NO_WORDS, f"hash-{number}", fields)


def test_collections_are_made_once_and_named_by_model_and_dimension(store: QdrantManager) -> None:
    assert store.name(Collection.CATEGORIES) == "categories__test-model__3"
    assert store.ensure_collections() == ()
    assert store.existing() == tuple(Collection)
    assert store.counts() == dict.fromkeys(Collection, 0)


def test_a_model_name_with_slashes_makes_a_legal_collection_name() -> None:
    assert (
        manager(model="intfloat/e5: base").name(Collection.PRODUCTS) == "product_vectors__intfloat-e5-base__3"
    )


def test_leaves_come_nearest_first_with_their_cosines(store: QdrantManager) -> None:
    store.upsert(Collection.CATEGORIES, [category(1, EAST), category(2, NORTH), category(3, NORTH_EAST)])
    hits = store.search_similar_categories(EAST, NO_WORDS, limit=5)
    assert [(hit.category_id, hit.rank) for hit in hits] == [(1, 1), (3, 2), (2, 3)]
    assert [hit.score for hit in hits] == pytest.approx([1.0, 0.6, 0.0], abs=1e-6)


def test_words_find_what_the_dense_vector_does_not(store: QdrantManager) -> None:
    fillers = [category(number, NORTH_EAST, ([900 + number], [1.0])) for number in range(10, 16)]
    store.upsert(Collection.CATEGORIES, [category(1, NORTH, ([7], [1.0])), *fillers])
    assert 1 not in {hit.category_id for hit in store.search_similar_categories(EAST, NO_WORDS, limit=3)}
    found = store.search_similar_categories(EAST, ([7], [1.0]), limit=3)
    assert 1 in {hit.category_id for hit in found}


def test_inactive_nodes_and_nodes_with_children_are_never_found(store: QdrantManager) -> None:
    store.upsert(
        Collection.CATEGORIES,
        [category(1, EAST, active=False), category(2, EAST, leaf=False), category(3, NORTH)],
    )
    assert [hit.category_id for hit in store.search_similar_categories(EAST, NO_WORDS, limit=5)] == [3]


def test_a_branch_narrows_the_search(store: QdrantManager) -> None:
    store.upsert(
        Collection.CATEGORIES, [category(1, EAST, branches=[9, 1]), category(2, EAST, branches=[8, 2])]
    )
    hits = store.search_similar_categories(EAST, NO_WORDS, limit=5, branch_ids=[8])
    assert [hit.category_id for hit in hits] == [2]


def test_neighbours_carry_cosines_and_leave_the_product_itself_out(store: QdrantManager) -> None:
    store.upsert(
        Collection.PRODUCTS,
        [
            product(1, EAST, 100, "сам"),
            product(2, NORTH_EAST, 200, "похожий"),
            product(3, NORTH, 300, "другой"),
        ],
    )
    found = store.search_neighbours(EAST, NO_WORDS, limit=2, exclude_product_id=1)
    assert [(near.product_id, near.category_id, near.title) for near in found] == [
        (2, 200, "похожий"),
        (3, 300, "другой"),
    ]
    assert [near.score for near in found] == pytest.approx([0.6, 0.0], abs=1e-6)


def test_templates_are_inherited_down_the_tree_and_no_further(store: QdrantManager) -> None:
    store.upsert(
        Collection.TEMPLATES,
        [
            template(1, everywhere=True),
            template(2, category_id=5, kind="medicine"),
            template(3, category_id=6, kind="medicine"),
            template(4, everywhere=True, language="tr"),
            template(5, everywhere=True, active=False),
            template(6, everywhere=True, template_type="image_prompt"),
        ],
    )

    def ids(**scope: object) -> set[int]:
        found = store.get_relevant_templates(
            EAST,
            NO_WORDS,
            template_type="description",
            language="ru",
            limit=10,
            **scope,  # type: ignore[arg-type]
        )
        return {hit.template_id for hit in found}

    assert ids(category_ids=[5, 1]) == {1, 2}
    assert ids(category_ids=[5, 1], kind="medicine") == {1, 2}
    assert ids(kind="medicine") == {1, 2, 3}
    assert ids() == {1}


def test_the_same_id_written_again_is_replaced(store: QdrantManager) -> None:
    store.upsert(Collection.PRODUCTS, [product(1, EAST, 100)])
    store.upsert(Collection.PRODUCTS, [Entry(1, NORTH, NO_WORDS, "newer", {"category_id": 200, "title": ""})])
    assert store.counts()[Collection.PRODUCTS] == 1
    assert store.stored_hashes(Collection.PRODUCTS) == {1: "newer"}
    [near] = store.search_neighbours(NORTH, NO_WORDS, limit=3)
    assert near.category_id == 200
    assert near.score == pytest.approx(1.0)


def test_batches_and_pages_lose_nothing(store: QdrantManager) -> None:
    entries = [category(number, EAST) for number in range(1, 1301)]
    assert store.upsert(Collection.CATEGORIES, iter(entries)) == 1300
    hashes = store.stored_hashes(Collection.CATEGORIES)
    assert hashes == {number: f"hash-{number}" for number in range(1, 1301)}
    store.delete(Collection.CATEGORIES, range(2, 5000))
    assert store.stored_hashes(Collection.CATEGORIES) == {1: "hash-1"}


def test_empty_collections_answer_with_nothing(store: QdrantManager) -> None:
    assert store.search_similar_categories(EAST, ([3], [1.0]), limit=5) == ()
    assert store.search_neighbours(EAST, ([3], [1.0]), limit=5) == ()
    assert store.stored_hashes(Collection.TEMPLATES) == {}


def test_recreate_empties_this_models_collections(store: QdrantManager) -> None:
    store.upsert(Collection.PRODUCTS, [product(1, EAST, 100)])
    store.recreate()
    assert store.counts() == dict.fromkeys(Collection, 0)


def test_a_missing_collection_names_the_command(tmp_path: Path) -> None:
    with qdrant_server.running() as server:
        for opened in (manager(), manager(path=str(tmp_path / "q")), manager(url=server.url)):
            with pytest.raises(PermanentAIError, match=r"run: manage\.py init_qdrant") as caught:
                opened.search_neighbours(EAST, NO_WORDS, limit=1)
            assert caught.value.code == "vector_store_empty"


def test_a_wrong_dimension_is_a_sentence_and_not_a_crash(store: QdrantManager) -> None:
    store.upsert(Collection.PRODUCTS, [product(1, EAST, 100)])
    with pytest.raises(VectorStoreUnavailable, match="Qdrant"):
        store.search_neighbours([1.0, 0.0], NO_WORDS, limit=1)


def test_another_embedding_model_has_collections_of_its_own(tmp_path: Path) -> None:
    with qdrant_server.running() as server:
        old, new = manager(url=server.url, model="old"), manager(url=server.url, model="new")
        old.ensure_collections()
        old.upsert(Collection.PRODUCTS, [product(1, EAST, 100)])
        assert new.ensure_collections() == tuple(Collection)
        assert new.counts()[Collection.PRODUCTS] == 0
        assert old.counts()[Collection.PRODUCTS] == 1
        assert server.engine.aliases == {one.value: old.name(one) for one in Collection}
        assert [near.product_id for near in old.search_neighbours(EAST, NO_WORDS, limit=1)] == [1]
        with pytest.raises(VectorStoreUnavailable, match=r"sync_categories"):
            new.search_neighbours(EAST, NO_WORDS, limit=1)
        assert new.superseded() == ()
        new.activate(*Collection)
        assert server.engine.aliases == {one.value: new.name(one) for one in Collection}
        assert new.search_neighbours(EAST, NO_WORDS, limit=1) == ()
        assert [near.product_id for near in old.search_neighbours(EAST, NO_WORDS, limit=1)] == [1]
        assert new.drop_superseded() == tuple(sorted(old.name(one) for one in Collection))
        assert new.existing() == tuple(Collection)


def test_a_reader_finds_everything_while_the_alias_moves() -> None:
    """Through the alias itself: never an error, never an empty or half-filled answer."""
    with qdrant_server.running() as server:
        managers = [manager(url=server.url, model=name) for name in ("old", "new")]
        for one in managers:
            one.ensure_collections()
            one.upsert(Collection.PRODUCTS, [product(number, EAST, 100) for number in range(1, 51)])
        answers: list[int] = []
        failures: list[Exception] = []
        done = threading.Event()

        def read() -> None:
            reader = QdrantClient(url=server.url, check_compatibility=False)
            while not done.is_set():
                try:
                    found = reader.query_points("product_vectors", query=EAST, using="dense", limit=50)
                    answers.append(len(found.points))
                except Exception as error:
                    failures.append(error)

        thread = threading.Thread(target=read)
        thread.start()
        for turn in range(40):
            managers[turn % 2].activate(Collection.PRODUCTS)
        done.set()
        thread.join()
        assert failures == []
        assert set(answers) == {50}


def test_neighbours_say_how_much_their_words_agree(store: QdrantManager) -> None:
    """Term 1 stands everywhere and says little; 2 and 3 are rare."""
    shared = [Entry(n, NORTH, ([1, 100 + n], [1.0, 1.0]), "", {"category_id": 1}) for n in range(10, 40)]
    rare = Entry(1, NORTH, ([1, 2, 3], [1.0, 1.0, 1.0]), "", {"category_id": 2})
    store.upsert(Collection.PRODUCTS, [*shared, rare])
    first, *others = sorted(
        store.search_neighbours(NORTH, ([1, 2, 3], [1.0, 1.0, 1.0]), limit=5), key=lambda near: -near.words
    )
    assert first.product_id == 1
    assert first.words == pytest.approx(1.0)
    assert others
    assert all(0.0 <= near.words < 0.01 for near in others)


def test_character_ngrams_find_on_a_server() -> None:
    with qdrant_server.running() as server:
        opened = manager(url=server.url)
        opened.ensure_collections()
        entry = Entry(1, NORTH, NO_WORDS, "", {"category_id": 5}, ([7, 8], [0.25, 0.25]))
        fillers = [Entry(n, NORTH_EAST, NO_WORDS, "", {"category_id": 6}) for n in range(10, 20)]
        opened.upsert(Collection.PRODUCTS, [entry, *fillers])
        assert 1 not in {near.product_id for near in opened.search_neighbours(EAST, NO_WORDS, limit=2)}
        found = opened.search_neighbours(EAST, NO_WORDS, grams=([7], [0.25]), limit=2)
        assert 1 in {near.product_id for near in found}


@pytest.mark.parametrize("fault", ["503", "401", "slow", "refused"])
def test_a_dead_server_is_left_alone_for_a_while(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with qdrant_server.running(api_key="key" if fault == "401" else "") as server:
        patience = 1 if fault == "slow" else 10
        opened = QdrantManager(
            QdrantConfig(server.url, "", MEMORY, timeout=patience), dimensions=3, model="m"
        )
        if fault == "refused":
            server.server_close()
            server.shutdown()
        server.failing = 503 if fault == "503" else 0
        server.latency = 1.5 if fault == "slow" else 0.0
        with pytest.raises(VectorStoreUnavailable):
            opened.counts()
        asked = len(server.requests)
        started = time.monotonic()
        for _ in range(20):
            with pytest.raises(VectorStoreUnavailable, match="not asked again"):
                opened.search_neighbours(EAST, NO_WORDS, limit=1)
        assert time.monotonic() - started < 0.5
        assert len(server.requests) == asked
        if fault == "503":  # and back again
            server.failing = 0
            later = started + connection.PAUSE_SECONDS + 1
            monkeypatch.setattr(time, "monotonic", lambda: later)
            assert opened.ensure_collections() == tuple(Collection)
            assert opened.counts() == dict.fromkeys(Collection, 0)


def test_what_is_not_found_or_not_understood_does_not_close_the_door() -> None:
    with qdrant_server.running() as server:
        opened = manager(url=server.url)
        for _ in range(2):
            with pytest.raises(PermanentAIError, match="init_qdrant"):
                opened.counts()
        opened.ensure_collections()
        for _ in range(2):
            with pytest.raises(VectorStoreUnavailable, match="does not answer as it should"):
                opened.search_neighbours([1.0, 0.0], NO_WORDS, limit=1)


def test_payload_indexes_are_built_on_a_server() -> None:
    with qdrant_server.running() as server:
        manager(url=server.url).ensure_collections()
        assert server.requests.count("PUT /collections/categories__test-model__3/index") == 3


def test_a_server_that_is_not_there_is_transient_and_says_what_to_check() -> None:
    with qdrant_server.running() as server:
        url = server.url
    with pytest.raises(VectorStoreUnavailable, match=f"{url}.*QDRANT_URL"):
        manager(url=url).counts()


def test_a_server_that_answers_503_is_transient() -> None:
    with qdrant_server.running() as server:
        server.failing = 503
        with pytest.raises(VectorStoreUnavailable, match="503"):
            manager(url=server.url).counts()


def test_the_key_is_sent_and_a_refused_key_is_named() -> None:
    with qdrant_server.running(api_key="right") as server:
        assert manager(url=server.url, api_key="right").existing() == ()
        with pytest.raises(VectorStoreUnavailable, match="QDRANT_API_KEY"):
            manager(url=server.url, api_key="wrong").existing()


def test_a_folder_survives_a_restart(tmp_path: Path) -> None:
    folder = str(tmp_path / "qdrant")
    first = manager(path=folder)
    first.ensure_collections()
    first.upsert(Collection.PRODUCTS, [product(1, EAST, 100, "первый")])
    first.close()
    second = manager(path=folder)
    [near] = second.search_neighbours(EAST, NO_WORDS, limit=1)
    assert (near.product_id, near.title) == (1, "первый")
    second.close()


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with pytest.raises(VectorStoreUnavailable, match="file"):
        manager(path=str(blocked / "qdrant")).counts()


def test_threads_share_a_local_folder(tmp_path: Path) -> None:
    store = manager(path=str(tmp_path / "qdrant"))
    store.ensure_collections()
    failures: list[Exception] = []

    def work(start: int) -> None:
        try:
            for number in range(start, start + 20):
                store.upsert(Collection.PRODUCTS, [product(number, EAST, 100)])
                store.search_neighbours(EAST, NO_WORDS, limit=3)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(start,)) for start in (100, 200, 300, 400)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert store.counts()[Collection.PRODUCTS] == 80
    store.close()


def test_a_sync_that_broke_goes_on_and_only_then_takes_over() -> None:
    documents = [Document(number, f"платье {number}", {"category_id": 1}) for number in range(1, 301)]
    llm = PlainEngine(dimensions=3)
    with qdrant_server.running() as server:

        def sync(store: QdrantManager) -> indexing.SyncSummary:
            return indexing.sync(Collection.PRODUCTS, documents, store=store, llm=llm, meter=FreeMeter())

        manager(url=server.url, model="old").ensure_collections()
        broken = manager(url=server.url, model="new")
        broken.ensure_collections()
        server.upserts_left = 1
        with pytest.raises(VectorStoreUnavailable, match="503"):
            sync(broken)
        assert server.engine.aliases["product_vectors"] == "product_vectors__old__3"
        server.upserts_left = None
        next_run = manager(url=server.url, model="new")
        assert next_run.counts()[Collection.PRODUCTS] == 128
        summary = sync(next_run)
        assert (summary.written, summary.unchanged) == (172, 128)
        assert server.engine.aliases["product_vectors"] == "product_vectors__new__3"


def test_the_server_runs_as_a_process_of_its_own() -> None:
    command = [sys.executable, "-m", "apps.ai.tests.support.qdrant_server", "--api-key", "secret"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[4]
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        opened = manager(url=url, api_key="secret")
        assert opened.ensure_collections() == tuple(Collection)
        with pytest.raises(VectorStoreUnavailable, match="QDRANT_API_KEY"):
            manager(url=url, api_key="wrong").counts()
        opened.close()
        process.terminate()
        assert process.wait(timeout=10) == 0


def test_the_same_question_finds_the_same_points(store: QdrantManager) -> None:
    """Every two of them are equal by ranks: the n-th by its vector is the n-th last by its words."""
    turns = [number * math.pi / 100 for number in range(40)]
    entries = [
        category(number + 1, [math.cos(turn), math.sin(turn), 0.0], ([7], [1.0 + number]))
        for number, turn in enumerate(turns)
    ]
    store.upsert(Collection.CATEGORIES, entries)
    found = [
        tuple(hit.category_id for hit in store.search_similar_categories(EAST, ([7], [1.0]), limit=15))
        for _ in range(12)
    ]
    assert len(set(found)) == 1
