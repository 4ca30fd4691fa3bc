"""Qdrant's own engine (Rust, in process) behind JSON bodies as the REST API has them; aliases are kept here.

What the app never sends is refused as a bad request rather than ignored: a test that passes has been understood.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import qdrant_edge as edge

Json = dict[str, Any]
#: The engine's binding takes a boolean match for the number 1, which no boolean equals: a boolean is kept a
#: second time as a word under its name with this ending, and matched there.
BOOLEAN = "__is"
COMPLETED = {"operation_id": 0, "status": "completed"}


class NotFoundError(Exception):
    """No such collection or alias."""


class BadRequestError(Exception):
    """The body is not what this engine understands."""


class ConflictError(Exception):
    """There is a collection of that name."""


class Engine:
    """Collections in `folder`, each one a shard of the engine; one call at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._shards: dict[str, edge.EdgeShard] = {}
        self._made = 0
        self.aliases: dict[str, str] = {}
        self.turn = threading.Lock()

    @property
    def collections(self) -> list[str]:
        return sorted(self._shards)

    def close(self) -> None:
        with self.turn:
            for shard in self._shards.values():
                shard.close()
            self._shards.clear()

    def create(self, name: str, body: Json) -> bool:
        if name in self._shards or name in self.aliases:
            raise ConflictError(f"Wrong input: Collection `{name}` already exists!")
        _known(body, "vectors", "sparse_vectors")
        self._made += 1  # a name may be dropped and made again: each shard has its own folder
        path = self._folder / str(self._made)
        path.mkdir(parents=True)
        dense = {key: _dense_params(value) for key, value in body["vectors"].items()}
        sparse = {key: _sparse_params(value) for key, value in (body.get("sparse_vectors") or {}).items()}
        # Without the write-ahead log: what a test wrote need not survive the machine's death.
        config = edge.EdgeConfig(vectors=dense, sparse_vectors=sparse, wal_enabled=False)
        self._shards[name] = edge.EdgeShard.create(str(path), config)
        return True

    def drop(self, name: str) -> bool:
        shard = self._shards.pop(name, None)
        if shard is None:
            return False
        self.aliases = {alias: target for alias, target in self.aliases.items() if target != name}
        shard.close()
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
        return True

    def index(self, name: str, body: Json) -> Json:
        field, kind = body["field_name"], str(body["field_schema"])
        if kind == "bool":
            field, kind = field + BOOLEAN, "keyword"
        schema = getattr(edge.PayloadSchemaType, kind.capitalize())
        self._shard(name).update(edge.UpdateOperation.create_field_index(field, schema))
        return COMPLETED

    def upsert(self, name: str, body: Json) -> Json:
        _known(body, "points")
        points = [
            edge.Point(
                point["id"],
                {key: _vector(value) for key, value in point["vector"].items()},
                _with_booleans(point.get("payload") or {}),
            )
            for point in body["points"]
        ]
        self._shard(name).update(edge.UpdateOperation.upsert_points(points))
        return COMPLETED

    def delete(self, name: str, body: Json) -> Json:
        _known(body, "points")
        self._shard(name).update(edge.UpdateOperation.delete_points(body["points"]))
        return COMPLETED

    def set_payload(self, name: str, body: Json) -> Json:
        _known(body, "payload", "points")
        self._shard(name).update(
            edge.UpdateOperation.set_payload(body["points"], _with_booleans(body["payload"]))
        )
        return COMPLETED

    def count(self, name: str, body: Json) -> Json:
        return {"count": self._shard(name).count(edge.CountRequest(filter=_filter(body.get("filter"))))}

    def retrieve(self, name: str, body: Json) -> list[Json]:
        found = self._shard(name).retrieve(
            body["ids"], body.get("with_payload", True), body.get("with_vector", False)
        )
        return [_record(point) for point in found]

    def scroll(self, name: str, body: Json) -> Json:
        request = edge.ScrollRequest(
            offset=body.get("offset"),
            limit=body.get("limit") or 10,
            filter=_filter(body.get("filter")),
            with_payload=_payload(body),
            with_vector=body.get("with_vector") or False,
        )
        points, following = self._shard(name).scroll(request)
        return {"points": [_record(point) for point in points], "next_page_offset": following}

    def query(self, name: str, body: Json) -> Json:
        return {"points": [_scored(point) for point in self._shard(name).query(_request(body))]}

    def query_batch(self, name: str, body: Json) -> list[Json]:
        batch = edge.QueryBatchRequest([_request(search) for search in body["searches"]])
        answers = self._shard(name).query_batch(batch)
        return [{"points": [_scored(point) for point in answer]} for answer in answers]

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


def _known(body: Json, *names: str) -> None:
    if unknown := {key for key, value in body.items() if value is not None} - set(names):
        raise BadRequestError(f"unknown fields: {', '.join(sorted(unknown))}")


def _dense_params(body: Json) -> edge.EdgeVectorParams:
    return edge.EdgeVectorParams(size=body["size"], distance=getattr(edge.Distance, body["distance"]))


def _sparse_params(body: Json) -> edge.EdgeSparseVectorParams:
    return edge.EdgeSparseVectorParams(modifier=edge.Modifier.Idf if body.get("modifier") == "idf" else None)


def _vector(value: Any) -> Any:
    return edge.SparseVector(**value) if isinstance(value, dict) else value


def _query(query: Any, using: str | None) -> Any:
    if query is None:
        return None
    if isinstance(query, dict) and "fusion" in query:
        return {"rrf": lambda: edge.Fusion.Rrf(k=2), "dbsf": edge.Fusion.Dbsf}[query["fusion"]]()
    nearest = query["nearest"] if isinstance(query, dict) and "nearest" in query else query
    return edge.Query.Nearest(_vector(nearest), using=using)


def _several(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]


def _prefetch(body: Json) -> edge.Prefetch:
    _known(body, "query", "using", "limit", "filter", "prefetch")
    return edge.Prefetch(
        limit=body.get("limit") or 10,
        query=_query(body.get("query"), body.get("using")),
        filter=_filter(body.get("filter")),
        prefetches=[_prefetch(one) for one in _several(body.get("prefetch"))],
    )


def _request(body: Json) -> edge.QueryRequest:
    _known(body, "query", "using", "limit", "filter", "prefetch", "with_payload", "with_vector")
    return edge.QueryRequest(
        limit=body.get("limit") or 10,
        query=_query(body.get("query"), body.get("using")),
        filter=_filter(body.get("filter")),
        prefetches=[_prefetch(one) for one in _several(body.get("prefetch"))],
        with_payload=_payload(body),
        with_vector=body.get("with_vector") or False,
    )


def _payload(body: Json) -> Any:
    wanted = body.get("with_payload")
    return True if wanted is None else wanted


def _filter(body: Json | None) -> edge.Filter | None:
    if body is None:
        return None
    _known(body, "must", "should", "must_not")
    must, should, must_not = (
        [_condition(one) for one in _several(body[key])] if body.get(key) is not None else None
        for key in ("must", "should", "must_not")
    )
    return edge.Filter(must=must, should=should, must_not=must_not)


def _condition(body: Json) -> Any:
    if "has_id" in body:
        return edge.HasIdCondition(set(body["has_id"]))
    _known(body, "key", "match")
    match = body["match"]
    if isinstance(match.get("value"), bool):
        return edge.FieldCondition(key=body["key"] + BOOLEAN, match=edge.MatchValue(str(match["value"])))
    if "value" in match:
        return edge.FieldCondition(key=body["key"], match=edge.MatchValue(match["value"]))
    if "any" in match:
        return edge.FieldCondition(key=body["key"], match=edge.MatchAny(match["any"]))
    raise BadRequestError(f"unknown match {match}")


def _with_booleans(payload: Json) -> Json:
    words = {key + BOOLEAN: str(value) for key, value in payload.items() if isinstance(value, bool)}
    return {**payload, **words}


def _plain(vectors: Any) -> Any:
    """Vectors as JSON has them."""
    if not isinstance(vectors, dict):
        return None
    return {
        key: {"indices": value.indices, "values": value.values}
        if isinstance(value, edge.SparseVector)
        else value
        for key, value in vectors.items()
    }


def _record(point: edge.Record | edge.ScoredPoint) -> Json:
    payload = {key: value for key, value in (point.payload or {}).items() if not key.endswith(BOOLEAN)}
    return {"id": point.id, "payload": payload, "vector": _plain(point.vector)}


def _scored(point: edge.ScoredPoint) -> Json:
    return {**_record(point), "version": point.version, "score": point.score}


Answer = Callable[[Engine, str, Json], Any]
#: Method, path, and what answers it: the routes that the client uses.
ROUTES: Iterable[tuple[str, str, Answer]] = (
    ("GET", "/aliases", lambda engine, name, body: engine.listed_aliases()),
    ("GET", "/collections", lambda engine, name, body: engine.listed()),
    ("POST", "/collections/aliases", lambda engine, name, body: engine.change_aliases(body)),
    ("GET", "/collections/{name}/exists", lambda engine, name, body: engine.exists(name)),
    ("PUT", "/collections/{name}", Engine.create),
    ("DELETE", "/collections/{name}", lambda engine, name, body: engine.drop(name)),
    ("PUT", "/collections/{name}/index", Engine.index),
    ("PUT", "/collections/{name}/points", Engine.upsert),
    ("POST", "/collections/{name}/points", Engine.retrieve),
    ("POST", "/collections/{name}/points/delete", Engine.delete),
    ("POST", "/collections/{name}/points/payload", Engine.set_payload),
    ("POST", "/collections/{name}/points/count", Engine.count),
    ("POST", "/collections/{name}/points/scroll", Engine.scroll),
    ("POST", "/collections/{name}/points/query", Engine.query),
    ("POST", "/collections/{name}/points/query/batch", Engine.query_batch),
)
