"""`QdrantManager`: searches in the three collections of one embedding model."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from typing import Any

from apps.ai.conf import QdrantConfig
from apps.ai.services.vector_store import queries
from apps.ai.services.vector_store.schema import (
    GRAMS,
    NO_TERMS,
    WORDS,
    CategoryHit,
    Collection,
    Found,
    SparseVector,
    TemplateHit,
)
from apps.ai.services.vector_store.store import SCROLL_PAGE, CollectionStore
from apps.ai.services.vector_store.word_weights import WordWeights
from apps.ai.types import Neighbour

#: Confirmed products that say how common a word is, and the seconds for which that is cached.
WEIGHTS_SAMPLE = 2000
WEIGHTS_SECONDS = 600.0
#: Confirmed products whose titles may serve as examples, and how many a category keeps.
TITLES_SAMPLE = 20_000
TITLES_KEPT = 6


class QdrantManager(CollectionStore):
    """Typed access to the three collections; every failure leaves as an AIError with a plain sentence."""

    def __init__(self, config: QdrantConfig, *, dimensions: int, model: str) -> None:
        """`dimensions` and `model` are those of the embedding; no connection is made here."""
        super().__init__(config, dimensions=dimensions, model=model)
        self._weights: tuple[float, WordWeights] | None = None
        self._weights_lock = threading.Lock()
        self._titles: tuple[float, dict[int, list[tuple[int, str]]]] | None = None
        self._titles_lock = threading.Lock()

    # --- Searching ----------------------------------------------------------------------------------------

    def search_similar_categories(
        self,
        dense: Sequence[float],
        sparse: SparseVector,
        *,
        limit: int,
        branch_ids: Sequence[int] = (),
        grams: SparseVector = NO_TERMS,
    ) -> tuple[CategoryHit, ...]:
        """Active leaves whose own words are nearest, the best first.

        `branch_ids`: only leaves that are, or lie under, one of these nodes.
        """
        every: dict[str, Any] = {"active": True, "leaf": True}
        if branch_ids:
            every["branches"] = list(branch_ids)
        found = self._hybrid(
            Collection.CATEGORIES,
            dense,
            {WORDS: sparse, GRAMS: grams},
            limit=limit,
            where=queries.condition(every),
            payload=False,
        )
        return tuple(CategoryHit(point.id, point.cosine, rank) for rank, point in enumerate(found, start=1))

    def search_neighbours(
        self,
        dense: Sequence[float],
        sparse: SparseVector,
        *,
        limit: int,
        exclude_product_id: int | None = None,
        grams: SparseVector = NO_TERMS,
    ) -> tuple[Neighbour, ...]:
        """Products whose category a person confirmed, by either kind of likeness; the most similar first.

        With `exclude_product_id` one more is asked for, as the product itself may be among them; when it is not,
        the one more is given too: cutting by cosine would drop what only its words found.
        """
        if limit < 1:
            return ()
        asked = limit if exclude_product_id is None else limit + 1
        found = self._hybrid(
            Collection.PRODUCTS,
            dense,
            {WORDS: sparse, GRAMS: grams},
            limit=asked,
            payload=["category_id", "also", "title"],
            words=True,
        )
        if not found:
            return ()
        likeness = self._word_weights().likeness_to(sparse)
        return tuple(
            Neighbour(
                product_id=point.id,
                category_id=int(point.payload["category_id"]),
                title=str(point.payload.get("title", "")),
                score=point.cosine,
                words=likeness(point.words),
                also=tuple(point.payload.get("also", ())),
            )
            for point in sorted(found, key=lambda one: (-one.cosine, one.id))
            if point.id != exclude_product_id
        )

    def get_relevant_templates(
        self,
        dense: Sequence[float],
        sparse: SparseVector,
        *,
        template_type: str,
        language: str,
        kind: str = "",
        category_ids: Sequence[int] = (),
        limit: int = 3,
        grams: SparseVector = NO_TERMS,
    ) -> tuple[TemplateHit, ...]:
        """Active templates for a category: its own, its ancestors' (`category_ids` holds both), the shop's.

        `kind` stands in where the category is not known: templates of any category of that kind.
        """
        scopes: dict[str, Any] = {"everywhere": True}
        if category_ids:
            scopes["category_id"] = list(category_ids)
        elif kind:
            scopes["kind"] = kind
        where = queries.condition(
            {"active": True, "template_type": template_type, "language": language}, scopes
        )
        found = self._hybrid(
            Collection.TEMPLATES, dense, {WORDS: sparse, GRAMS: grams}, limit=limit, where=where, payload=True
        )
        return tuple(
            TemplateHit(
                template_id=point.id,
                name=str(point.payload.get("name", "")),
                content=str(point.payload.get("content", "")),
                category_id=point.payload.get("category_id"),
                score=point.cosine,
            )
            for point in found
        )

    def confirmed_titles(
        self, category_ids: Sequence[int], *, limit: int, exclude_product_id: int | None = None
    ) -> dict[int, tuple[str, ...]]:
        """At most `limit` titles that people confirmed in each category; categories without any are missing.

        From the first TITLES_SAMPLE confirmed products, which are read again as seldom as word weights are.
        """
        known = self._confirmed_titles()
        found = {
            category_id: tuple(
                dict.fromkeys(
                    title for product_id, title in known[category_id] if product_id != exclude_product_id
                )
            )[:limit]
            for category_id in category_ids
            if category_id in known
        }
        return {category_id: titles for category_id, titles in found.items() if titles}

    # --- Inside -------------------------------------------------------------------------------------------

    def _hybrid(
        self,
        collection: Collection,
        dense: Sequence[float],
        terms: dict[str, SparseVector],
        *,
        limit: int,
        payload: bool | list[str],
        where: queries.Json | None = None,
        words: bool = False,
    ) -> list[Found]:
        """Points in the order of their ranks in all parts, with the cosines of their dense vectors."""
        if limit < 1:
            return []
        parts = queries.parts(dense, self._terms(terms), limit=limit, where=where)
        ids = queries.fused(self._answers(collection, parts), limit=limit)
        if not ids:
            return []
        [scored] = self._answers(collection, [queries.of_ids(ids, dense, payload=payload, words=words)])
        by_id = {point.id: point for point in scored}
        return [by_id[one] for one in ids if one in by_id]

    def _terms(self, terms: dict[str, SparseVector]) -> dict[str, SparseVector]:
        """In memory there are no n-grams."""
        return terms if self.is_engine else {WORDS: terms[WORDS]}

    def _answers(self, collection: Collection, searches: list[queries.Json]) -> list[list[Found]]:
        self._require_active(collection)
        return self._connection.searched(self.name(collection), searches)

    def _word_weights(self) -> WordWeights:
        """How common words are among confirmed products, from a sample; read again now and then."""
        with self._weights_lock:
            if self._weights is None or time.monotonic() > self._weights[0]:
                pages = self._pages(
                    Collection.PRODUCTS,
                    with_payload=False,
                    with_vectors=[WORDS],
                    pages=WEIGHTS_SAMPLE // SCROLL_PAGE,
                )
                vectors = [queries.words_of(point) for page in pages for point in page]
                # A few products say little yet, and the next decision may double them.
                seconds = WEIGHTS_SECONDS * len(vectors) / WEIGHTS_SAMPLE
                self._weights = (time.monotonic() + seconds, WordWeights.of(vectors))
            return self._weights[1]

    def _confirmed_titles(self) -> dict[int, list[tuple[int, str]]]:
        """Product ids and titles by category, TITLES_KEPT of each."""
        with self._titles_lock:
            if self._titles is None or time.monotonic() > self._titles[0]:
                titles: dict[int, list[tuple[int, str]]] = {}
                count = 0
                for page in self._pages(
                    Collection.PRODUCTS,
                    with_payload=["category_id", "title"],
                    with_vectors=False,
                    pages=TITLES_SAMPLE // SCROLL_PAGE,
                ):
                    count += len(page)
                    for point in page:
                        payload = point.payload or {}
                        kept = titles.setdefault(int(payload["category_id"]), [])
                        if payload.get("title") and len(kept) < TITLES_KEPT:
                            kept.append((int(point.id), str(payload["title"])))
                seconds = WEIGHTS_SECONDS * min(1.0, count / WEIGHTS_SAMPLE)
                self._titles = (time.monotonic() + seconds, titles)
            return self._titles[1]
