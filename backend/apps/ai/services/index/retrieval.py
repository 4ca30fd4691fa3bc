"""What is found for a product: leaves by their own words, and confirmed products near it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from apps.ai.exceptions import PermanentAIError, VectorStoreUnavailable
from apps.ai.services.category.index import CategoryIndex
from apps.ai.services.category.warnings import STORE_AWAY
from apps.ai.services.index.indexing import category_terms, terms
from apps.ai.services.vector_store import CategoryHit, Collection, SparseVector
from apps.ai.types import Neighbour

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
