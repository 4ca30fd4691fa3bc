"""The door to Qdrant: a server, or the client's local mode in a folder or in memory. Nothing else imports it.

A collection's real name carries the embedding model and its dimension (`categories__offline-hash-1__512`),
and everything here uses real names: vectors of two models can never meet. The alias of the plain name points
at the collection of the model in use, for people and tools.
"""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from apps.ai.conf import QdrantConfig
from apps.ai.exceptions import AIError, PermanentAIError, VectorStoreUnavailable
from apps.ai.types import Neighbour

if TYPE_CHECKING:
    from qdrant_client import QdrantClient, models

DENSE = "dense"
WORDS = "words"
#: Points a request: 256 vectors of 1536 floats are about 6 MB of JSON.
UPSERT_BATCH = 256
SCROLL_PAGE = 1000
#: Each half of a hybrid query looks this many times deeper than the fused answer.
PREFETCH_FACTOR = 2
MEMORY = ":memory:"

SparseVector = tuple[Sequence[int], Sequence[float]]


class Collection(StrEnum):
    CATEGORIES = "categories"
    TEMPLATES = "description_templates"
    PRODUCTS = "product_vectors"


#: Payload fields that are filtered on, with the index that a server builds for them.
INDEXES: dict[Collection, dict[str, str]] = {
    Collection.CATEGORIES: {"active": "bool", "leaf": "bool", "branches": "integer"},
    Collection.TEMPLATES: {
        "active": "bool",
        "template_type": "keyword",
        "language": "keyword",
        "everywhere": "bool",
        "category_id": "integer",
        "kind": "keyword",
    },
    Collection.PRODUCTS: {"category_id": "integer"},
}


@dataclass(frozen=True, slots=True)
class Entry:
    """What is stored under an integer id. `content_hash` says what the vectors were made from."""

    id: int
    dense: Sequence[float]
    sparse: SparseVector
    content_hash: str
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CategoryHit:
    """A leaf found by its words. `score`: cosine of the dense vectors; `rank` from 1 in the fused order."""

    category_id: int
    score: float
    rank: int


@dataclass(frozen=True, slots=True)
class TemplateHit:
    """`category_id` None: the template serves the whole shop. `score`: cosine of the dense vectors."""

    template_id: int
    name: str
    content: str
    category_id: int | None
    score: float


@dataclass(frozen=True, slots=True)
class _Found:
    """A point of a hybrid answer with the cosine of its dense vector to the query's."""

    id: int
    cosine: float
    payload: Mapping[str, Any]


class QdrantManager:
    """Typed access to the three collections; every failure leaves as an AIError with a plain sentence."""

    def __init__(self, config: QdrantConfig, *, dimensions: int, model: str) -> None:
        """`dimensions` and `model` are those of the embedding; no connection is made here."""
        self._config = config
        self._dimensions = dimensions
        self._model = model
        self._client: QdrantClient | None = None
        self._client_lock = threading.Lock()
        # Local mode is plain Python over lists and one SQLite connection: one caller at a time.
        self._turn: AbstractContextManager[Any] = nullcontext() if config.url else threading.RLock()

    @property
    def is_server(self) -> bool:
        return bool(self._config.url)

    @property
    def place(self) -> str:
        """Where the data lies, for messages."""
        if self.is_server:
            return f"the server {self._config.url}"
        return "memory" if self._config.path == MEMORY else f"the folder {self._config.path}"

    def name(self, collection: Collection) -> str:
        """The real name: collection, model and dimension."""
        model = re.sub(r"[^A-Za-z0-9._-]+", "-", self._model)
        return f"{collection.value}__{model}__{self._dimensions}"

    def close(self) -> None:
        """Let go of the connection or the folder; the next call opens it again."""
        with self._client_lock, self._turn:
            if self._client is not None:
                self._client.close()
                self._client = None

    # --- Collections --------------------------------------------------------------------------------------

    def ensure_collections(self) -> tuple[Collection, ...]:
        """Create what is missing and point the aliases at it; returns what was created."""
        with self._calls() as client:
            created = tuple(
                collection for collection in Collection if not client.collection_exists(self.name(collection))
            )
            for collection in created:
                self._create(client, collection)
            self._point_aliases(client)
            return created

    def recreate(self) -> None:
        """Drop the collections of this model with all their vectors, and create them empty."""
        with self._calls() as client:
            for collection in Collection:
                client.delete_collection(self.name(collection))
                self._create(client, collection)
            self._point_aliases(client)

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
                client.upsert(self.name(collection), [_point(entry) for entry in batch], wait=True)
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
        hashes: dict[int, str] = {}
        offset: Any = None
        while True:
            with self._calls() as client:
                page, offset = client.scroll(
                    self.name(collection),
                    limit=SCROLL_PAGE,
                    offset=offset,
                    with_payload=["content_hash"],
                    with_vectors=False,
                )
            hashes.update(
                (int(point.id), str((point.payload or {}).get("content_hash", ""))) for point in page
            )
            if offset is None:
                return hashes

    # --- Searching ----------------------------------------------------------------------------------------

    def search_similar_categories(
        self, dense: Sequence[float], sparse: SparseVector, *, limit: int, branch_ids: Sequence[int] = ()
    ) -> tuple[CategoryHit, ...]:
        """Active leaves whose own words are nearest, the best first.

        `branch_ids`: only leaves that are, or lie under, one of these nodes.
        """
        every: dict[str, Any] = {"active": True, "leaf": True}
        if branch_ids:
            every["branches"] = list(branch_ids)
        found = self._hybrid(Collection.CATEGORIES, dense, sparse, limit=limit, condition=_filter(every))
        return tuple(CategoryHit(point.id, point.cosine, rank) for rank, point in enumerate(found, start=1))

    def search_neighbours(
        self,
        dense: Sequence[float],
        sparse: SparseVector,
        *,
        limit: int,
        exclude_product_id: int | None = None,
    ) -> tuple[Neighbour, ...]:
        """Products whose category a person confirmed, the most similar first."""
        found = self._hybrid(Collection.PRODUCTS, dense, sparse, limit=limit + 1)
        neighbours = [
            Neighbour(
                product_id=point.id,
                category_id=int(point.payload["category_id"]),
                title=str(point.payload.get("title", "")),
                score=point.cosine,
            )
            for point in found
            if point.id != exclude_product_id
        ]
        # The extra one asked for is the last of the fused order: drop it before sorting by similarity.
        return tuple(sorted(neighbours[:limit], key=lambda neighbour: -neighbour.score))

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
    ) -> tuple[TemplateHit, ...]:
        """Active templates for a category: its own, its ancestors' (`category_ids` holds both), the shop's.

        `kind` stands in where the category is not known: templates of any category of that kind.
        """
        scopes: dict[str, Any] = {"everywhere": True}
        if category_ids:
            scopes["category_id"] = list(category_ids)
        elif kind:
            scopes["kind"] = kind
        condition = _filter({"active": True, "template_type": template_type, "language": language}, scopes)
        found = self._hybrid(Collection.TEMPLATES, dense, sparse, limit=limit, condition=condition)
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
        sparse: SparseVector,
        *,
        limit: int,
        condition: models.Filter | None = None,
    ) -> list[_Found]:
        """Dense and sparse answers fused by rank on Qdrant's side; scores are recomputed as cosines.

        A fused score only orders one answer; a cosine can be compared between products.
        """
        from qdrant_client import models  # noqa: PLC0415  (the import costs more than a second)

        if limit < 1:
            return []
        depth = limit * PREFETCH_FACTOR
        halves = [models.Prefetch(query=list(dense), using=DENSE, limit=depth, filter=condition)]
        if sparse[0]:
            words = models.SparseVector(indices=list(sparse[0]), values=list(sparse[1]))
            halves.append(models.Prefetch(query=words, using=WORDS, limit=depth, filter=condition))
        with self._calls() as client:
            answer = client.query_points(
                self.name(collection),
                prefetch=halves,
                query=models.FusionQuery(fusion=models.Fusion.RRF),
                limit=limit,
                with_payload=True,
                with_vectors=[DENSE],
            )
        query = np.asarray(dense, dtype=np.float32)
        return [
            _Found(int(point.id), _cosine(query, point.vector), point.payload or {})
            for point in answer.points
        ]

    def _create(self, client: QdrantClient, collection: Collection) -> None:
        from qdrant_client import models  # noqa: PLC0415

        client.create_collection(
            self.name(collection),
            vectors_config={
                DENSE: models.VectorParams(size=self._dimensions, distance=models.Distance.COSINE)
            },
            sparse_vectors_config={WORDS: models.SparseVectorParams(modifier=models.Modifier.IDF)},
        )
        if not self.is_server:  # local mode has no payload indexes
            return
        for field, schema in INDEXES[collection].items():
            client.create_payload_index(
                self.name(collection), field, field_schema=models.PayloadSchemaType(schema), wait=True
            )

    def _point_aliases(self, client: QdrantClient) -> None:
        """Make each plain name an alias of this model's collection, in one step."""
        from qdrant_client import models  # noqa: PLC0415

        current = {alias.alias_name: alias.collection_name for alias in client.get_aliases().aliases}
        steps: list[models.CreateAliasOperation | models.DeleteAliasOperation] = []
        for collection in Collection:
            target = self.name(collection)
            if current.get(collection.value) == target:
                continue
            if collection.value in current:
                steps.append(
                    models.DeleteAliasOperation(delete_alias=models.DeleteAlias(alias_name=collection.value))
                )
            steps.append(
                models.CreateAliasOperation(
                    create_alias=models.CreateAlias(collection_name=target, alias_name=collection.value)
                )
            )
        if steps:
            client.update_collection_aliases(change_aliases_operations=steps)

    @contextmanager
    def _calls(self) -> Iterator[QdrantClient]:
        """The client, for one caller at a time in local mode; whatever goes wrong becomes an AIError."""
        try:
            client = self._connected()
            with self._turn:
                yield client
        except _failures() as error:
            raise self._translated(error) from error

    def _connected(self) -> QdrantClient:
        """The one client of this manager. Opening a local folder takes its lock."""
        with self._client_lock:
            if self._client is None:
                self._client = self._open()
            return self._client

    def _open(self) -> QdrantClient:
        from qdrant_client import QdrantClient  # noqa: PLC0415

        if self.is_server:
            return QdrantClient(
                url=self._config.url,
                api_key=self._config.api_key or None,
                timeout=self._config.timeout,
                check_compatibility=False,
            )
        if self._config.path == MEMORY:
            return QdrantClient(MEMORY)
        Path(self._config.path).mkdir(parents=True, exist_ok=True)
        return QdrantClient(path=self._config.path, force_disable_check_same_thread=True)

    def _translated(self, error: Exception) -> AIError:
        """The app's error for one of Qdrant's, its HTTP client's or the local store's."""
        from qdrant_client.http.exceptions import UnexpectedResponse  # noqa: PLC0415

        text = " ".join(str(error).split())[:300]
        status = error.status_code if isinstance(error, UnexpectedResponse) else None
        if _says_collection_missing(text, status):
            return PermanentAIError(
                f"Qdrant has no collection for {self._model} at {self.place}; run: manage.py init_qdrant",
                code="vector_store_empty",
            )
        if "already accessed by another instance" in text:
            return VectorStoreUnavailable(
                f"The local Qdrant folder {self._config.path} is in use by another process; "
                "stop the worker first, or set QDRANT_URL so that processes can share a server."
            )
        if status in (401, 403):
            return VectorStoreUnavailable(f"Qdrant at {self.place} refuses the key; check QDRANT_API_KEY.")
        if not self.is_server:
            return VectorStoreUnavailable(f"Qdrant in {self.place} failed: {type(error).__name__}: {text}")
        return VectorStoreUnavailable(
            f"Qdrant at {self.place} does not answer as it should ({type(error).__name__}: {text}); "
            "check QDRANT_URL and that it runs."
        )


def _failures() -> tuple[type[Exception], ...]:
    """What the client raises: ValueError, RuntimeError, OSError and SQLite's errors come from local mode."""
    from qdrant_client.common.client_exceptions import QdrantException  # noqa: PLC0415
    from qdrant_client.http.exceptions import ApiException  # noqa: PLC0415

    return (ApiException, QdrantException, ValueError, RuntimeError, OSError, sqlite3.Error)


def _says_collection_missing(text: str, status: int | None) -> bool:
    if status == 404:
        return "ollection" in text
    return status is None and text.startswith("Collection ") and text.endswith(" not found")


def _point(entry: Entry) -> models.PointStruct:
    from qdrant_client import models  # noqa: PLC0415

    vector: dict[str, Any] = {DENSE: list(entry.dense)}
    if entry.sparse[0]:
        vector[WORDS] = models.SparseVector(indices=list(entry.sparse[0]), values=list(entry.sparse[1]))
    payload = {**entry.payload, "content_hash": entry.content_hash}
    return models.PointStruct(id=entry.id, vector=vector, payload=payload)


def _filter(every: Mapping[str, Any], some: Mapping[str, Any] | None = None) -> models.Filter:
    """All of `every` and, when given, at least one of `some`; a list means any of its values."""
    from qdrant_client import models  # noqa: PLC0415

    def matches(field: str, value: Any) -> models.FieldCondition:
        match = models.MatchAny(any=value) if isinstance(value, list) else models.MatchValue(value=value)
        return models.FieldCondition(key=field, match=match)

    return models.Filter(
        must=[matches(field, value) for field, value in every.items()],
        should=[matches(field, value) for field, value in some.items()] if some else None,
    )


def _cosine(query: np.ndarray[Any, Any], vectors: Any) -> float:
    """Cosine of the query and a returned point's dense vector; 0 for an empty vector."""
    other = np.asarray(vectors[DENSE], dtype=np.float32)
    length = float(np.linalg.norm(query) * np.linalg.norm(other))
    return float(query @ other) / length if length > 0.0 else 0.0
