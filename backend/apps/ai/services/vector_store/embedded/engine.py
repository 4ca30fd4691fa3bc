"""Qdrant's own engine (Rust, in process) behind JSON bodies as the REST API has them; aliases are kept here.

What the app never sends is refused as a bad request rather than ignored: an answer means that all was understood.
"""

from __future__ import annotations

import shutil
import threading
from collections import Counter
from pathlib import Path
from uuid import uuid4

import qdrant_edge as edge
from pydantic_core import from_json, to_json

from apps.ai.services.vector_store.embedded import bodies
from apps.ai.services.vector_store.embedded.bodies import BOOLEAN, BadRequestError, Json

#: Written points after which a closing collection is indexed: up to some tens of thousands the engine scans in 10 ms.
#: Indexing takes 22 s for 100,000 points of 512 and holds the interpreter: it is done when a process opens or closes.
INDEXED_FROM = 10_000
#: Graph over bytes in place of floats (a quarter of the memory, a fifteenth of the time to build).
GRAPH = edge.HnswIndexConfig(m=16, ef_construct=64, full_scan_threshold=10_000)
BYTES = edge.ScalarQuantizationConfig(type=edge.ScalarType.Int8, quantile=0.99, always_ram=True)
COMPLETED = {"operation_id": 0, "status": "completed"}


class NotFoundError(Exception):
    """No such collection or alias."""


class ConflictError(Exception):
    """There is a collection of that name."""


class Engine:
    """Collections in `folder`, each a shard of the engine in a folder of its own; one call at a time.

    `collections.json` says which folder holds which collection, and the aliases; it is replaced as a whole, so that
    a process killed in the middle leaves the state before or after. What it does not name is removed at the start.
    """

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        """`durable`: writes survive a killed process (a write-ahead log). Raises OSError for a folder that cannot be
        written, ValueError for a `collections.json` that nobody here wrote.
        """
        self._folder = folder
        self._durable = durable
        self._catalogue = folder / "collections.json"
        self.turn = threading.Lock()
        known = from_json(self._catalogue.read_bytes()) if self._catalogue.exists() else {}
        self.aliases: dict[str, str] = known.get("aliases", {})
        self._paths: dict[str, str] = known.get("collections", {})
        (folder / "shards").mkdir(parents=True, exist_ok=True)
        for path in (folder / "shards").iterdir():
            if path.name not in self._paths.values():
                shutil.rmtree(path)
        self._written: Counter[str] = Counter()
        self._shards = {
            name: edge.EdgeShard.load(str(self._place(path))) for name, path in self._paths.items()
        }
        for shard in self._shards.values():
            shard.optimize()  # what a killed process left undone; nothing to do takes no time

    @property
    def collections(self) -> list[str]:
        return sorted(self._shards)

    def close(self) -> None:
        with self.turn:
            for name, shard in self._shards.items():
                if self._written[name] >= INDEXED_FROM:
                    shard.optimize()
                shard.close()
            self._shards.clear()

    def _place(self, path: str) -> Path:
        return self._folder / "shards" / path

    def _save(self) -> None:
        written = self._catalogue.with_suffix(".new")
        written.write_bytes(to_json({"collections": self._paths, "aliases": self.aliases}))
        written.replace(self._catalogue)

    def create(self, name: str, body: Json) -> bool:
        if name in self._shards or name in self.aliases:
            raise ConflictError(f"Wrong input: Collection `{name}` already exists!")
        bodies.known(body, "vectors", "sparse_vectors")
        dense = {key: bodies.dense_params(value) for key, value in body["vectors"].items()}
        sparse = {
            key: bodies.sparse_params(value) for key, value in (body.get("sparse_vectors") or {}).items()
        }
        config = edge.EdgeConfig(
            vectors=dense,
            sparse_vectors=sparse,
            hnsw_config=GRAPH,
            quantization_config=BYTES,
            wal_enabled=self._durable,
        )
        path = uuid4().hex  # a name may be dropped and made again
        self._shards[name] = edge.EdgeShard.create(str(self._place(path)), config)
        self._paths[name] = path
        self._save()
        return True

    def drop(self, name: str) -> bool:
        shard = self._shards.pop(name, None)
        if shard is None:
            return False
        self.aliases = {alias: target for alias, target in self.aliases.items() if target != name}
        path = self._paths.pop(name)
        self._save()
        shard.close()
        shutil.rmtree(self._place(path))
        return True

    def change_aliases(self, body: Json) -> bool:
        """All actions or none."""
        changed = dict(self.aliases)
        for action in body["actions"]:
            [(kind, values)] = action.items()
            if kind == "create_alias":
                if values["collection_name"] not in self._shards:
                    raise NotFoundError(_missing(values["collection_name"]))
                changed[values["alias_name"]] = values["collection_name"]
            elif kind == "delete_alias":
                changed.pop(values["alias_name"], None)
            else:
                raise BadRequestError(f"unknown action {kind}")
        self.aliases = changed
        self._save()
        return True

    def index(self, name: str, body: Json) -> Json:
        field, kind = body["field_name"], str(body["field_schema"])
        if kind == "bool":
            field, kind = field + BOOLEAN, "keyword"
        schema = getattr(edge.PayloadSchemaType, kind.capitalize())
        self._shard(name).update(edge.UpdateOperation.create_field_index(field, schema))
        return COMPLETED

    def upsert(self, name: str, body: Json) -> Json:
        bodies.known(body, "points")
        points = [
            edge.Point(
                point["id"],
                {key: bodies.vector(value) for key, value in point["vector"].items()},
                bodies.with_booleans(point.get("payload") or {}),
            )
            for point in body["points"]
        ]
        self._shard(name).update(edge.UpdateOperation.upsert_points(points))
        self._written[self.aliases.get(name, name)] += len(points)
        return COMPLETED

    def delete(self, name: str, body: Json) -> Json:
        bodies.known(body, "points")
        self._shard(name).update(edge.UpdateOperation.delete_points(body["points"]))
        return COMPLETED

    def set_payload(self, name: str, body: Json) -> Json:
        bodies.known(body, "payload", "points")
        self._shard(name).update(
            edge.UpdateOperation.set_payload(body["points"], bodies.with_booleans(body["payload"]))
        )
        return COMPLETED

    def count(self, name: str, body: Json) -> Json:
        return {"count": self._shard(name).count(edge.CountRequest(filter=bodies.filter(body.get("filter"))))}

    def retrieve(self, name: str, body: Json) -> list[Json]:
        found = self._shard(name).retrieve(
            body["ids"], body.get("with_payload", True), body.get("with_vector", False)
        )
        return [bodies.record(point) for point in found]

    def scroll(self, name: str, body: Json) -> Json:
        request = edge.ScrollRequest(
            offset=body.get("offset"),
            limit=body.get("limit") or 10,
            filter=bodies.filter(body.get("filter")),
            with_payload=bodies.payload(body),
            with_vector=body.get("with_vector") or False,
        )
        points, following = self._shard(name).scroll(request)
        return {"points": [bodies.record(point) for point in points], "next_page_offset": following}

    def query(self, name: str, body: Json) -> Json:
        found = self._shard(name).query(bodies.request(body))
        return {"points": [bodies.scored(point, body) for point in found]}

    def query_batch(self, name: str, body: Json) -> list[Json]:
        batch = edge.QueryBatchRequest([bodies.request(search) for search in body["searches"]])
        answers = zip(body["searches"], self._shard(name).query_batch(batch), strict=True)
        return [{"points": [bodies.scored(point, search) for point in found]} for search, found in answers]

    def exists(self, name: str) -> Json:
        return {"exists": name in self._shards or name in self.aliases}

    def listed_aliases(self) -> Json:
        pairs = sorted(self.aliases.items())
        return {"aliases": [{"alias_name": alias, "collection_name": target} for alias, target in pairs]}

    def listed(self) -> Json:
        return {"collections": [{"name": name} for name in self.collections]}

    def _shard(self, name: str) -> edge.EdgeShard:
        shard = self._shards.get(self.aliases.get(name, name))
        if shard is None:
            raise NotFoundError(_missing(name))
        return shard


def _missing(name: str) -> str:
    return f"Not found: Collection `{name}` doesn't exist!"
