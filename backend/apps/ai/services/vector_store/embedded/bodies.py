"""JSON bodies of Qdrant's REST API as the engine's values, and its answers as JSON."""

from __future__ import annotations

from typing import Any

import qdrant_edge as edge

Json = dict[str, Any]
#: The engine's binding takes a boolean match for the number 1, which no boolean equals: a boolean is kept a
#: second time as a word under its name with this ending, and matched there.
BOOLEAN = "__is"
#: Twice as many as asked for are compared by their floats: 0.994 of the true 30 neighbours among 100,000, in 10 ms.
SEARCH = edge.SearchParams(
    hnsw_ef=256, quantization=edge.QuantizationSearchParams(rescore=True, oversampling=2.0)
)


class BadRequestError(Exception):
    """The body is not what this engine understands."""


def known(body: Json, *names: str) -> None:
    if unknown := {key for key, value in body.items() if value is not None} - set(names):
        raise BadRequestError(f"unknown fields: {', '.join(sorted(unknown))}")


def dense_params(body: Json) -> edge.EdgeVectorParams:
    return edge.EdgeVectorParams(size=body["size"], distance=getattr(edge.Distance, body["distance"]))


def sparse_params(body: Json) -> edge.EdgeSparseVectorParams:
    return edge.EdgeSparseVectorParams(modifier=edge.Modifier.Idf if body.get("modifier") == "idf" else None)


def vector(value: Any) -> Any:
    return edge.SparseVector(**value) if isinstance(value, dict) else value


def query(query: Any, using: str | None) -> Any:
    if query is None:
        return None
    if isinstance(query, dict) and "fusion" in query:
        return {"rrf": lambda: edge.Fusion.Rrf(k=2), "dbsf": edge.Fusion.Dbsf}[query["fusion"]]()
    nearest = query["nearest"] if isinstance(query, dict) and "nearest" in query else query
    return edge.Query.Nearest(vector(nearest), using=using)


def several(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]


def prefetch(body: Json) -> edge.Prefetch:
    known(body, "query", "using", "limit", "filter", "prefetch")
    return edge.Prefetch(
        limit=body.get("limit") or 10,
        query=query(body.get("query"), body.get("using")),
        params=SEARCH,
        filter=filter(body.get("filter")),
        prefetches=[prefetch(one) for one in several(body.get("prefetch"))],
    )


def request(body: Json) -> edge.QueryRequest:
    known(body, "query", "using", "limit", "filter", "prefetch", "with_payload", "with_vector")
    return edge.QueryRequest(
        limit=body.get("limit") or 10,
        query=query(body.get("query"), body.get("using")),
        params=SEARCH,
        filter=filter(body.get("filter")),
        prefetches=[prefetch(one) for one in several(body.get("prefetch"))],
        with_payload=payload(body),
        with_vector=body.get("with_vector") or False,
    )


def payload(body: Json) -> Any:
    wanted = body.get("with_payload")
    return True if wanted is None else wanted


def filter(body: Json | None) -> edge.Filter | None:
    if body is None:
        return None
    known(body, "must", "should", "must_not")
    must, should, must_not = (
        [condition(one) for one in several(body[key])] if body.get(key) is not None else None
        for key in ("must", "should", "must_not")
    )
    return edge.Filter(must=must, should=should, must_not=must_not)


def condition(body: Json) -> Any:
    if "has_id" in body:
        return edge.HasIdCondition(set(body["has_id"]))
    known(body, "key", "match")
    match = body["match"]
    if isinstance(match.get("value"), bool):
        return edge.FieldCondition(key=body["key"] + BOOLEAN, match=edge.MatchValue(str(match["value"])))
    if "value" in match:
        return edge.FieldCondition(key=body["key"], match=edge.MatchValue(match["value"]))
    if "any" in match:
        return edge.FieldCondition(key=body["key"], match=edge.MatchAny(match["any"]))
    raise BadRequestError(f"unknown match {match}")


def with_booleans(payload: Json) -> Json:
    words = {key + BOOLEAN: str(value) for key, value in payload.items() if isinstance(value, bool)}
    return {**payload, **words}


def plain(vectors: Any) -> Any:
    """Vectors as JSON has them."""
    if not isinstance(vectors, dict):
        return None
    return {
        key: {"indices": value.indices, "values": value.values}
        if isinstance(value, edge.SparseVector)
        else value
        for key, value in vectors.items()
    }


def record(point: edge.Record | edge.ScoredPoint) -> Json:
    payload = {key: value for key, value in (point.payload or {}).items() if not key.endswith(BOOLEAN)}
    return {"id": point.id, "payload": payload, "vector": plain(point.vector)}


def scored(point: edge.ScoredPoint, search: Json) -> Json:
    """A point of the answer to a search, with what was asked for: most are wanted for their place alone."""
    bare = {"id": point.id, "version": point.version, "score": point.score}
    if search.get("with_payload") is False and not search.get("with_vector"):
        return bare
    return bare | record(point)
