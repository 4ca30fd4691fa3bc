"""The searches in memory against Qdrant's own: same products, same order, same scores."""

from __future__ import annotations

import pytest

from apps.ai.conf import QdrantConfig
from apps.ai.services import indexing
from apps.ai.services.people.confirmed import category_documents, product_document
from apps.ai.services.vector_store import MEMORY, Collection, QdrantManager, SparseVector
from apps.ai.services.vector_store.exact import ExactStore
from apps.ai.tests.support.scripted import ScriptedModel
from apps.ai.types import CategoryNode, FreeMeter

NODES = (
    CategoryNode(1, "Аптека", ("Аптека",), is_leaf=False),
    *(
        CategoryNode(number, name, ("Аптека", name), (1,))
        for number, name in enumerate(("Витамины", "Обезболивающие", "Капли в нос", "Термометры"), start=11)
    ),
    CategoryNode(20, "Архив", ("Архив",), is_active=False),
)
TITLES = [
    f"{kind} {maker} {number} {unit}"
    for number, (kind, maker, unit) in enumerate(
        (kind, maker, unit)
        for kind in ("Витамин C", "Парацетамол", "Капли назальные", "Термометр цифровой")
        for maker in ("Эвалар", "Solgar", "Гранд")
        for unit in ("таблетки", "мл", "шт")
    )
]
QUERIES = ("витамин с эвалар", "парацетамол таблетки 14", "термометр", "Solgar", "капли мл")


@pytest.fixture(scope="module")
def stores() -> tuple[QdrantManager, ExactStore]:
    model = ScriptedModel()
    qdrant = QdrantManager(
        QdrantConfig("", "", MEMORY, 5), dimensions=model.dimensions, model=model.embedding_model
    )
    qdrant.ensure_collections()
    products = [
        product_document(100 + number, title, title, 11 + number // 9, [14] if number == 0 else [])
        for number, title in enumerate(TITLES)
    ]
    entries = []
    for collection, documents in (
        (Collection.CATEGORIES, list(category_documents(NODES))),
        (Collection.PRODUCTS, products),
    ):
        entries.append(indexing.embedded(documents, llm=model, meter=FreeMeter()))
        qdrant.upsert(collection, entries[-1])
        qdrant.activate(collection)
    return qdrant, ExactStore(*entries)


def query(text: str) -> tuple[list[float], SparseVector]:
    [dense] = ScriptedModel().embed([text], meter=FreeMeter())
    return dense, indexing.words(text)


@pytest.mark.parametrize("text", QUERIES)
def test_neighbours_are_those_that_qdrant_finds(stores: tuple[QdrantManager, ExactStore], text: str) -> None:
    theirs, ours = (
        store.search_neighbours(*query(text), limit=10, exclude_product_id=101) for store in stores
    )
    scores = {near.product_id: (near.score, near.words) for near in theirs}
    both = [near for near in ours if near.product_id in scores]
    assert len(both) >= 9  # ties in rank may fall either way at the edge
    for near in both:
        assert (near.score, near.words) == pytest.approx(scores[near.product_id], abs=1e-3)
    assert [near.score for near in ours] == sorted((near.score for near in ours), reverse=True)
    assert 101 not in {near.product_id for near in ours}


@pytest.mark.parametrize("text", QUERIES)
def test_categories_are_those_that_qdrant_finds(stores: tuple[QdrantManager, ExactStore], text: str) -> None:
    theirs, ours = (store.search_similar_categories(*query(text), limit=4) for store in stores)
    assert {hit.category_id for hit in ours} == {hit.category_id for hit in theirs} == {11, 12, 13, 14}
    assert ours[0].category_id == theirs[0].category_id
    assert [hit.rank for hit in ours] == [1, 2, 3, 4]


def test_further_right_categories_come_back(stores: tuple[QdrantManager, ExactStore]) -> None:
    for store in stores:
        found = store.search_neighbours(*query(TITLES[0]), limit=1)
        assert [(near.product_id, near.category_ids) for near in found] == [(100, (11, 14))]


def test_only_a_branch_and_nothing_from_nothing(stores: tuple[QdrantManager, ExactStore]) -> None:
    for store in stores:
        hits = store.search_similar_categories(*query("витамин"), limit=9, branch_ids=[12, 13])
        assert {hit.category_id for hit in hits} == {12, 13}
    empty = ExactStore([], [])
    assert empty.search_neighbours(*query("витамин"), limit=5) == ()
    assert empty.search_similar_categories(*query("витамин"), limit=5) == ()
