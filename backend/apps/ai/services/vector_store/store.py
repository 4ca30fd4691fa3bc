"""The three collections of one embedding model: made, filled, read by id, put in service.

Those of several models lie side by side; an alias says which of them serves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import count, islice
from typing import TYPE_CHECKING, Any

from apps.ai.conf import QdrantConfig
from apps.ai.exceptions import VectorStoreUnavailable
from apps.ai.services.vector_store import queries
from apps.ai.services.vector_store.connection import Connection
from apps.ai.services.vector_store.schema import DENSE, GRAMS, INDEXES, WORDS, Collection, Entry, StoredVector

if TYPE_CHECKING:
    from qdrant_client import QdrantClient, models

#: Points a request: 256 vectors of 1536 floats are about 6 MB of JSON.
UPSERT_BATCH = 256
SCROLL_PAGE = 1000
_REAL_NAME = re.compile(rf"(?:{'|'.join(Collection)})__.+__\d+")


class CollectionStore:
    """Writes and reads points by id, and says which collections serve; errors leave as AIErrors."""

    def __init__(self, config: QdrantConfig, *, dimensions: int, model: str) -> None:
        """`dimensions` and `model` are those of the embedding; no connection is made here."""
        self._connection = Connection(config, model=model)
        self._calls = self._connection.calls
        self._dimensions = dimensions
        self._model = model
        self._active: set[Collection] = set()

    @property
    def is_engine(self) -> bool:
        return self._connection.is_engine

    @property
    def place(self) -> str:
        """Where the data lies, for messages."""
        return self._connection.place

    def name(self, collection: Collection) -> str:
        """The real name: collection, model and dimension."""
        model = re.sub(r"[^A-Za-z0-9._-]+", "-", self._model)
        return f"{collection.value}__{model}__{self._dimensions}"

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
                if _create(
                    client,
                    collection,
                    self.name(collection),
                    dimensions=self._dimensions,
                    engine=self.is_engine,
                )
            )
            taken = _serving(client)
            free = {one.value: self.name(one) for one in Collection if one.value not in taken}
            _point_aliases(client, free)
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
            _point_aliases(client, {one.value: self.name(one) for one in collections})
        self._active.update(collections)

    def superseded(self) -> tuple[str, ...]:
        """Real names of other models' collections that serve no longer."""
        with self._calls() as client:
            return _superseded(client, {one.value: self.name(one) for one in Collection})

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

    def serving(self) -> dict[str, str]:
        """Real name by alias, other models' collections included."""
        with self._calls() as client:
            return _serving(client)

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
                points = [queries.point(entry, grams=self.is_engine) for entry in batch]
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

    def entries(self, collection: Collection, ids: Iterable[int]) -> list[StoredVector]:
        """Dense vectors and payloads of those of the ids that there are."""
        wanted = sorted(set(ids))
        if not wanted:
            return []
        with self._calls() as client:
            points = client.retrieve(self.name(collection), wanted, with_payload=True, with_vectors=[DENSE])
        return [StoredVector(int(point.id), queries.dense_of(point), point.payload or {}) for point in points]

    def dense_vectors(self, collection: Collection, *, most: int | None = None) -> list[StoredVector]:
        """Dense vectors and payloads of the entries in the order of their ids, at most `most` (in whole pages)."""
        pages = self._pages(
            collection,
            with_payload=True,
            with_vectors=[DENSE],
            pages=None if most is None else -(-most // SCROLL_PAGE),
        )
        return [
            StoredVector(int(point.id), queries.dense_of(point), point.payload or {})
            for page in pages
            for point in page
        ][:most]

    # --- For searches -------------------------------------------------------------------------------------

    def _require_active(self, collection: Collection) -> None:
        """Raises VectorStoreUnavailable while another model's collection still serves: ours is being filled."""
        if collection in self._active:
            return
        with self._calls() as client:
            serving = _serving(client).get(collection.value)
        if serving is not None and serving != self.name(collection):
            raise VectorStoreUnavailable(
                f"Qdrant still serves {serving}; the collection of {self._model} is not filled yet: "
                "run manage.py sync_categories and import_templates."
            )
        if serving is not None:
            self._active.add(collection)

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


# --- collections of several models ---


def _create(
    client: QdrantClient, collection: Collection, name: str, *, dimensions: int, engine: bool
) -> bool:
    """Make the collection and its payload indexes when they are missing; says whether it was missing.

    Two at once, or a crash between the steps, end in the same state.
    """
    from qdrant_client import models  # noqa: PLC0415
    from qdrant_client.http.exceptions import UnexpectedResponse  # noqa: PLC0415

    missing = not client.collection_exists(name)
    if missing:
        sparse = [WORDS, GRAMS] if engine else [WORDS]
        try:
            client.create_collection(
                name,
                vectors_config={DENSE: models.VectorParams(size=dimensions, distance=models.Distance.COSINE)},
                sparse_vectors_config={
                    key: models.SparseVectorParams(modifier=models.Modifier.IDF) for key in sparse
                },
            )
        except UnexpectedResponse as error:
            if error.status_code != 409:
                raise
    if engine:  # in memory there are no payload indexes
        for field, schema in INDEXES[collection].items():
            client.create_payload_index(name, field, field_schema=models.PayloadSchemaType(schema), wait=True)
    return missing


def _serving(client: QdrantClient) -> dict[str, str]:
    """Real name by alias."""
    return {alias.alias_name: alias.collection_name for alias in client.get_aliases().aliases}


def _point_aliases(client: QdrantClient, targets: dict[str, str]) -> None:
    """Make each alias name its target, all in one atomic step; those that do already are left alone."""
    from qdrant_client import models  # noqa: PLC0415

    current = _serving(client)
    steps: list[models.CreateAliasOperation | models.DeleteAliasOperation] = []
    for alias, target in targets.items():
        if current.get(alias) == target:
            continue
        if alias in current:
            steps.append(models.DeleteAliasOperation(delete_alias=models.DeleteAlias(alias_name=alias)))
        steps.append(
            models.CreateAliasOperation(
                create_alias=models.CreateAlias(collection_name=target, alias_name=alias)
            )
        )
    if steps:
        client.update_collection_aliases(change_aliases_operations=steps)


def _superseded(client: QdrantClient, own: dict[str, str]) -> tuple[str, ...]:
    """Collections of other models whose alias has moved on to ours; nothing that still serves."""
    current = _serving(client)
    names = (one.name for one in client.get_collections().collections)
    return tuple(
        sorted(
            name
            for name in names
            if _REAL_NAME.fullmatch(name)
            and (alias := name.partition("__")[0]) in own
            and current.get(alias) == own[alias] != name
        )
    )
