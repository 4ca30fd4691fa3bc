"""`QdrantManager`: the three collections of one embedding model."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import count, islice
from typing import TYPE_CHECKING, Any

from apps.ai.conf import QdrantConfig
from apps.ai.exceptions import VectorStoreUnavailable
from apps.ai.services.vector_store import generations, queries
from apps.ai.services.vector_store.connection import Connection
from apps.ai.services.vector_store.schema import (
    GRAMS,
    NO_TERMS,
    WORDS,
    CategoryHit,
    Collection,
    Entry,
    Found,
    SparseVector,
    TemplateHit,
)
from apps.ai.services.vector_store.word_weights import WordWeights
from apps.ai.types import Neighbour

if TYPE_CHECKING:
    from qdrant_client import models

#: Points a request: 256 vectors of 1536 floats are about 6 MB of JSON.
UPSERT_BATCH = 256
SCROLL_PAGE = 1000
#: Confirmed products that say how common a word is, and the seconds for which that is believed.
WEIGHTS_SAMPLE = 2000
WEIGHTS_SECONDS = 600.0


class QdrantManager:
    """Typed access to the three collections; every failure leaves as an AIError with a plain sentence."""

    def __init__(self, config: QdrantConfig, *, dimensions: int, model: str) -> None:
        """`dimensions` and `model` are those of the embedding; no connection is made here."""
        self._connection = Connection(config, model=model)
        self._calls = self._connection.calls
        self._dimensions = dimensions
        self._model = model
        self._active: set[Collection] = set()
        self._weights: tuple[float, WordWeights] | None = None
        self._weights_lock = threading.Lock()

    @property
    def is_server(self) -> bool:
        return self._connection.is_server

    @property
    def place(self) -> str:
        """Where the data lies, for messages."""
        return self._connection.place

    def name(self, collection: Collection) -> str:
        """The real name: collection, model and dimension."""
        return generations.real_name(collection, model=self._model, dimensions=self._dimensions)

    def close(self) -> None:
        """Let go of the connection or the folder; the next call opens it again."""
        self._connection.close()

    # --- Collections --------------------------------------------------------------------------------------

    def ensure_collections(self) -> tuple[Collection, ...]:
        """Create what is missing; an alias that nobody has yet points here. Returns what was created.

        While another model's collection serves, it goes on serving until `activate`.
        """
        with self._calls() as client:
            created = tuple(
                collection
                for collection in Collection
                if generations.create(
                    client,
                    collection,
                    self.name(collection),
                    dimensions=self._dimensions,
                    server=self.is_server,
                )
            )
            taken = generations.serving(client)
            free = {one.value: self.name(one) for one in Collection if one.value not in taken}
            generations.point_aliases(client, free)
            return created

    def recreate(self) -> None:
        """Drop the collections of this model with all their vectors, and create them empty."""
        with self._calls() as client:
            for collection in Collection:
                client.delete_collection(self.name(collection))
        self._active.clear()
        self.ensure_collections()

    def activate(self, *collections: Collection) -> None:
        """This model's collections are filled: let their aliases name them, in one atomic step."""
        with self._calls() as client:
            generations.point_aliases(client, {one.value: self.name(one) for one in collections})
        self._active.update(collections)

    def superseded(self) -> tuple[str, ...]:
        """Real names of other models' collections that serve no longer."""
        with self._calls() as client:
            return generations.superseded(client, {one.value: self.name(one) for one in Collection})

    def drop_superseded(self) -> tuple[str, ...]:
        """Remove what `superseded` names; returns it."""
        names = self.superseded()
        with self._calls() as client:
            for name in names:
                client.delete_collection(name)
        return names

    def existing(self) -> tuple[Collection, ...]:
        with self._calls() as client:
            return tuple(
                collection for collection in Collection if client.collection_exists(self.name(collection))
            )

    def counts(self) -> dict[Collection, int]:
        """Points in each collection. Raises PermanentAIError for a missing one."""
        with self._calls() as client:
            return {
                collection: client.count(self.name(collection), exact=True).count for collection in Collection
            }

    # --- Writing ------------------------------------------------------------------------------------------

    def upsert(self, collection: Collection, entries: Iterable[Entry]) -> int:
        """Write entries by id, in batches; writing the same again changes nothing. Returns how many."""
        written = 0
        remaining = iter(entries)
        while batch := list(islice(remaining, UPSERT_BATCH)):
            with self._calls() as client:
                points = [queries.point(entry, grams=self.is_server) for entry in batch]
                client.upsert(self.name(collection), points, wait=True)
            written += len(batch)
        return written

    def delete(self, collection: Collection, ids: Iterable[int]) -> None:
        """Remove entries by id; an unknown id is no error."""
        from qdrant_client import models  # noqa: PLC0415

        wanted: list[models.ExtendedPointId] = [*sorted(set(ids))]
        if not wanted:
            return
        with self._calls() as client:
            client.delete(
                self.name(collection), points_selector=models.PointIdsList(points=wanted), wait=True
            )

    def stored_hashes(self, collection: Collection) -> dict[int, str]:
        """The content hash of every entry by id."""
        return {
            int(point.id): str((point.payload or {}).get("content_hash", ""))
            for page in self._pages(collection, with_payload=["content_hash"], with_vectors=False)
            for point in page
        }

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
        parts = queries.parts(dense, self._terms({WORDS: sparse, GRAMS: grams}), limit=asked, where=None)
        request = queries.rescored(parts, dense, limit=asked, payload=["category_id", "title"])
        [found] = self._answers(Collection.PRODUCTS, [request])
        weights = self._word_weights() if found else WordWeights(0, {})
        return tuple(
            Neighbour(
                product_id=point.id,
                category_id=int(point.payload["category_id"]),
                title=str(point.payload.get("title", "")),
                score=point.cosine,
                words=weights.likeness(sparse, point.words),
            )
            for point in found
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

    # --- Inside -------------------------------------------------------------------------------------------

    def _hybrid(
        self,
        collection: Collection,
        dense: Sequence[float],
        terms: dict[str, SparseVector],
        *,
        limit: int,
        where: models.Filter | None,
        payload: bool,
    ) -> list[Found]:
        """Points in the order fused on Qdrant's side, with the cosines of their dense vectors.

        Asking for those of the found ids is quicker than fusing twice in one batch, and than sending vectors.
        """
        if limit < 1:
            return []
        parts = queries.parts(dense, self._terms(terms), limit=limit, where=where)
        [ordered] = self._answers(collection, [queries.fused(parts, limit=limit)])
        if not ordered:
            return []
        ids = [point.id for point in ordered]
        [scored] = self._answers(collection, [queries.of_ids(ids, dense, payload=payload)])
        by_id = {point.id: point for point in scored}
        return [by_id[point.id] for point in ordered if point.id in by_id]

    def _terms(self, terms: dict[str, SparseVector]) -> dict[str, SparseVector]:
        """Local mode holds no n-grams."""
        return terms if self.is_server else {WORDS: terms[WORDS]}

    def _answers(self, collection: Collection, requests: list[models.QueryRequest]) -> list[list[Found]]:
        self._require_active(collection)
        with self._calls() as client:
            answers = client.query_batch_points(self.name(collection), requests=requests)
            return [[queries.found(point) for point in answer.points] for answer in answers]

    def _require_active(self, collection: Collection) -> None:
        """Raises VectorStoreUnavailable while another model's collection still serves: ours is being filled."""
        if collection in self._active:
            return
        with self._calls() as client:
            serving = generations.serving(client).get(collection.value)
        if serving is not None and serving != self.name(collection):
            raise VectorStoreUnavailable(
                f"Qdrant still serves {serving}; the collection of {self._model} is not filled yet: "
                "run manage.py sync_categories and import_templates."
            )
        if serving is not None:
            self._active.add(collection)

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

    def _pages(
        self,
        collection: Collection,
        *,
        with_payload: bool | list[str],
        with_vectors: bool | list[str],
        pages: int | None = None,
    ) -> Iterator[list[models.Record]]:
        """The points of a collection, page by page; at most `pages`."""
        offset: Any = None
        for _ in count() if pages is None else range(pages):
            with self._calls() as client:
                page, offset = client.scroll(
                    self.name(collection),
                    limit=SCROLL_PAGE,
                    offset=offset,
                    with_payload=with_payload,
                    with_vectors=with_vectors,
                )
            yield page
            if offset is None:
                return
