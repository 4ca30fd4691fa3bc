"""The vector index: collections brought in line with the documents they should hold, and what is found for a product.

Only what changed is embedded. Found are leaves by their own words, and confirmed products near the product.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol

from apps.ai.exceptions import PermanentAIError, VectorStoreUnavailable
from apps.ai.services.category.index import CategoryIndex
from apps.ai.services.category.warnings import STORE_AWAY
from apps.ai.services.vector_store import CategoryHit, Collection, Entry, QdrantManager, SparseVector
from apps.ai.text.language import glossary
from apps.ai.text.language.shelves import shelves
from apps.ai.text.language.stems import sparse_vector, stem_index, stems
from apps.ai.types import LanguageModel, Meter, Neighbour, fingerprint

#: Texts a call of the embedding model; providers take up to 2,048, and a failed call loses less when small.
EMBED_BATCH = 128
#: Raised when sparse vectors or payloads are made differently, so that the next sync writes everything anew.
VECTOR_FORMAT = 2
#: Characters of a document that are embedded; the rest of a long description only dilutes it.
TEXT_LIMIT = 2000


_CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)
#: Terms that weigh less are character n-grams: a sparse vector of their own, which the lists in memory leave out.
LIGHTEST_WORD = 1.0


@dataclass(frozen=True, slots=True)
class Document:
    """What a collection should hold under `id`: `text` makes the vectors, `payload` is stored beside them."""

    id: int
    text: str
    payload: Mapping[str, Any]

    @property
    def content_hash(self) -> str:
        return fingerprint(VECTOR_FORMAT, self.text, dict(self.payload))


@dataclass(frozen=True, slots=True)
class SyncSummary:
    """How many documents were found changed, equal and gone; `deleted` of the gone were removed."""

    written: int = 0
    unchanged: int = 0
    gone: int = 0
    deleted: int = 0


def sync(
    collection: Collection,
    documents: Iterable[Document],
    *,
    store: QdrantManager,
    llm: LanguageModel,
    meter: Meter,
    prune: bool = False,
    dry_run: bool = False,
    removable: Callable[[set[int]], set[int]] = lambda gone: gone,
    progress: Callable[[int], None] = lambda done: None,
) -> SyncSummary:
    """Write what is new or differs from what is stored; with `prune` remove what `documents` no longer hold.

    `removable` narrows what may be removed.

    `progress` is called with the number of documents seen since the last call. Whatever was written before an
    error stays written, so the next run goes on from there. Only a complete run lets the collection serve.
    """
    remaining = iter(list(documents))  # read whole: a paid call gives the database connection back
    stored = store.stored_hashes(collection)
    written = unchanged = 0
    seen: set[int] = set()
    while batch := list(islice(remaining, EMBED_BATCH)):
        seen.update(document.id for document in batch)
        changed = [document for document in batch if stored.get(document.id) != document.content_hash]
        if not dry_run:
            store.upsert(collection, embedded(changed, llm=llm, meter=meter))
        written += len(changed)
        unchanged += len(batch) - len(changed)
        progress(len(batch))
    gone = removable(stored.keys() - seen)
    if prune and not dry_run:
        store.delete(collection, gone)
    if not dry_run:
        store.activate(collection)
    return SyncSummary(written, unchanged, len(gone), len(gone) if prune else 0)


def words(text: str) -> SparseVector:
    """The stems of a text."""
    return terms(text)[0]


def terms(text: str) -> tuple[SparseVector, SparseVector]:
    """The sparse vectors of a text: its stems, and its character n-grams. IDF is left to Qdrant."""
    pairs = list(zip(*sparse_vector(text), strict=True))
    whole = [pair for pair in pairs if pair[1] >= LIGHTEST_WORD]
    grams = [pair for pair in pairs if pair[1] < LIGHTEST_WORD]
    return _columns(whole), _columns(grams)


def category_terms(text: str) -> SparseVector:
    """What a category is searched by: a product's stems, those of its title in Russian, and the words under which a
    shop shelves such a thing.
    """
    title = text.split("\n", 1)[0]
    russian = title if _CYRILLIC.search(title) else glossary.translate(title).text
    wanted = dict(zip(*words(text), strict=True))
    translated = {} if russian is title else dict.fromkeys(stems(russian), 1.0)
    for stem, weight in {**shelves(russian), **translated}.items():
        index = stem_index(stem)
        wanted[index] = wanted.get(index, 0.0) + weight
    return _columns(sorted(wanted.items()))


def _columns(pairs: list[tuple[int, float]]) -> SparseVector:
    return [index for index, _ in pairs], [weight for _, weight in pairs]


def embedded(documents: list[Document], *, llm: LanguageModel, meter: Meter) -> list[Entry]:
    """The documents with their vectors; one call of the embedding model."""
    texts = [document.text[:TEXT_LIMIT] for document in documents]
    vectors = llm.embed(texts, meter=meter)
    return [
        _entry(document, text, dense) for document, text, dense in zip(documents, texts, vectors, strict=True)
    ]


def _entry(document: Document, text: str, dense: list[float]) -> Entry:
    whole, grams = terms(text)
    return Entry(document.id, dense, whole, document.content_hash, document.payload, grams)


# --- what is found for a product ---

CATEGORY_HITS = 30
NEIGHBOUR_HITS = 30


@dataclass(frozen=True, slots=True)
class Retrieval:
    """`hits`: leaves by their words; `neighbours`: confirmed products. `warnings`: what was amiss in finding them."""

    hits: tuple[CategoryHit, ...]
    neighbours: tuple[Neighbour, ...] = ()
    warnings: tuple[str, ...] = ()


class Searches(Protocol):
    """What the category stage asks of a vector store: `QdrantManager`, or `ExactStore` where things are measured."""

    def counts(self) -> Mapping[Collection, int]: ...

    def search_similar_categories(
        self, dense: Sequence[float], sparse: SparseVector, *, limit: int, grams: SparseVector
    ) -> tuple[CategoryHit, ...]: ...

    def search_neighbours(
        self,
        dense: Sequence[float],
        sparse: SparseVector,
        *,
        limit: int,
        exclude_product_id: int | None,
        grams: SparseVector,
    ) -> tuple[Neighbour, ...]: ...

    def confirmed_titles(
        self, category_ids: Sequence[int], *, limit: int, exclude_product_id: int | None = None
    ) -> dict[int, tuple[str, ...]]: ...


def retrieve(
    store: Searches, tree: CategoryIndex, text: str, dense: Sequence[float], *, product_id: int
) -> Retrieval:
    """Searches by a product's text and its dense vector; the product itself is never its own neighbour.

    While Qdrant is away the tree in memory is searched by words, without neighbours, and a warning says so.
    Raises PermanentAIError when the collection of categories is empty.
    """
    stemmed, grams = terms(text)
    try:
        hits = store.search_similar_categories(dense, category_terms(text), grams=grams, limit=CATEGORY_HITS)
        neighbours = store.search_neighbours(
            dense, stemmed, grams=grams, limit=NEIGHBOUR_HITS, exclude_product_id=product_id
        )
        if not hits and not store.counts()[Collection.CATEGORIES]:
            raise PermanentAIError(
                "Qdrant holds no categories yet; run: manage.py sync_categories", code="vector_store_empty"
            )
    except VectorStoreUnavailable:
        return Retrieval(tree.search(text, limit=CATEGORY_HITS), warnings=(STORE_AWAY,))
    return Retrieval(hits, neighbours)
