"""The same searches without Qdrant: everything in memory, nothing approximate, nothing kept. For measuring.

Parts, fusion and scores are those of `QdrantManager` on a server (RRF over dense cosine, stems and n-grams
with IDF, then the
dense cosine). The Qdrant client's own lists give the same answers in Python, a hundred times slower.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from apps.ai.services.vector_store.queries import PREFETCH_FACTOR
from apps.ai.services.vector_store.schema import NO_TERMS, CategoryHit, Collection, Entry, SparseVector
from apps.ai.services.vector_store.word_weights import WordWeights
from apps.ai.types import Neighbour

Floats = NDArray[np.float32]
#: Qdrant's constant of reciprocal rank fusion.
RRF = 2.0


class ExactStore:
    """Holds the entries of both collections; what is not an active leaf is never found."""

    def __init__(self, categories: Iterable[Entry], products: Iterable[Entry]) -> None:
        self._categories = _Points.of(
            [entry for entry in categories if entry.payload["active"] and entry.payload["leaf"]]
        )
        self._products = _Points.of(list(products))
        self._weights = WordWeights.of(entry.sparse for entry in self._products.entries)
        self._titles: dict[int, list[tuple[int, str]]] = {}
        for entry in self._products.entries:
            if title := str(entry.payload.get("title", "")):
                self._titles.setdefault(int(entry.payload["category_id"]), []).append((entry.id, title))

    def counts(self) -> dict[Collection, int]:
        return {
            Collection.CATEGORIES: len(self._categories.entries),
            Collection.PRODUCTS: len(self._products.entries),
        }

    def search_similar_categories(
        self,
        dense: Sequence[float],
        sparse: SparseVector,
        *,
        limit: int,
        branch_ids: Sequence[int] = (),
        grams: SparseVector = NO_TERMS,
    ) -> tuple[CategoryHit, ...]:
        found = self._categories.search(dense, sparse, grams, limit=limit, branches=frozenset(branch_ids))
        return tuple(
            CategoryHit(entry.id, cosine, rank) for rank, (entry, cosine) in enumerate(found, start=1)
        )

    def search_neighbours(
        self,
        dense: Sequence[float],
        sparse: SparseVector,
        *,
        limit: int,
        exclude_product_id: int | None = None,
        grams: SparseVector = NO_TERMS,
    ) -> tuple[Neighbour, ...]:
        asked = limit if exclude_product_id is None else limit + 1
        found = self._products.search(dense, sparse, grams, limit=asked)
        likeness = self._weights.likeness_to(sparse)
        nearest_first = sorted(found, key=lambda one: -one[1])
        return tuple(
            Neighbour(
                product_id=entry.id,
                category_id=int(entry.payload["category_id"]),
                title=str(entry.payload.get("title", "")),
                score=cosine,
                words=likeness(entry.sparse),
                also=tuple(entry.payload.get("also", ())),
            )
            for entry, cosine in nearest_first
            if entry.id != exclude_product_id
        )

    def confirmed_titles(
        self, category_ids: Sequence[int], *, limit: int, exclude_product_id: int | None = None
    ) -> dict[int, tuple[str, ...]]:
        found: dict[int, tuple[str, ...]] = {}
        for category_id in category_ids:
            titles = dict.fromkeys(
                title for one, title in self._titles.get(category_id, ()) if one != exclude_product_id
            )
            if titles:
                found[category_id] = tuple(titles)[:limit]
        return found


@dataclass(frozen=True, slots=True)
class _Postings:
    """Places of the entries that hold a term, and its weight in each."""

    by_term: dict[int, tuple[NDArray[np.int64], Floats]] = field(default_factory=dict)
    entries: int = 0

    @classmethod
    def of(cls, vectors: Sequence[SparseVector]) -> _Postings:
        places: dict[int, list[int]] = {}
        weights: dict[int, list[float]] = {}
        for place, (terms, values) in enumerate(vectors):
            for term, value in zip(terms, values, strict=True):
                places.setdefault(term, []).append(place)
                weights.setdefault(term, []).append(value)
        by_term = {
            term: (np.array(found, dtype=np.int64), np.array(weights[term], dtype=np.float32))
            for term, found in places.items()
        }
        return cls(by_term, len(vectors))

    def scores(self, vector: SparseVector) -> Floats:
        scores = np.zeros(self.entries, dtype=np.float32)
        for term, value in zip(*vector, strict=True):
            if term in self.by_term:
                places, weights = self.by_term[term]
                standing = len(places)
                rarity = np.log((self.entries - standing + 0.5) / (standing + 0.5) + 1.0)
                scores[places] += weights * np.float32(value * rarity)
        return scores


@dataclass(frozen=True, slots=True)
class _Points:
    entries: list[Entry]
    dense: Floats
    words: _Postings
    grams: _Postings

    @classmethod
    def of(cls, entries: list[Entry]) -> _Points:
        dense = np.array([entry.dense for entry in entries], dtype=np.float32)
        if entries:
            lengths = np.linalg.norm(dense, axis=1, keepdims=True)
            dense /= np.where(lengths > 0.0, lengths, 1.0)
        return cls(
            entries,
            dense,
            _Postings.of([entry.sparse for entry in entries]),
            _Postings.of([entry.grams for entry in entries]),
        )

    def search(
        self,
        dense: Sequence[float],
        words: SparseVector,
        grams: SparseVector,
        *,
        limit: int,
        branches: frozenset[int] = frozenset(),
    ) -> list[tuple[Entry, float]]:
        """The fused order, with dense cosines."""
        if not self.entries or limit < 1:
            return []
        query = np.array(dense, dtype=np.float32)
        cosines = self.dense @ (query / (float(np.linalg.norm(query)) or 1.0))
        allowed: NDArray[Any] = np.ones(len(self.entries), dtype=bool)
        if branches:
            allowed = np.array([bool(branches & set(one.payload["branches"])) for one in self.entries])
        fused: Counter[int] = Counter()
        for scores, everything in (
            (cosines, True),
            (self.words.scores(words), False),
            (self.grams.scores(grams), False),
        ):
            ranked = _first(np.where(allowed, scores, -np.inf), limit * PREFETCH_FACTOR)
            for rank, place in enumerate(ranked):
                if everything or scores[place] > 0.0:
                    fused[place] += 1.0 / (RRF + rank)  # type: ignore[assignment]
        best = sorted(fused, key=lambda place: (-fused[place], place))[:limit]
        return [(self.entries[place], float(cosines[place])) for place in best]


def _first(scores: Floats, count: int) -> list[int]:
    """Places of the largest finite scores in order."""
    count = min(count, len(scores))
    some = np.argpartition(-scores, count - 1)[:count]
    ordered = some[np.lexsort((some, -scores[some]))]
    return [int(place) for place in ordered if np.isfinite(scores[place])]
