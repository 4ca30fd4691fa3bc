"""Requests to Qdrant as its REST API has them, built from plain values; and answers read back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from apps.ai.services.vector_store.schema import DENSE, GRAMS, NO_TERMS, WORDS, Entry, Found, SparseVector

if TYPE_CHECKING:
    from qdrant_client import QdrantClient, models

Json = dict[str, Any]
#: Each part of a hybrid query looks this many times deeper than the fused answer.
PREFETCH_FACTOR = 2
#: As in Qdrant's engine: the first of a list counts a half, the second a third.
RRF = 2
#: Of a score; what the engine's copies of a collection differ in lies behind them.
DIGITS = 4


def point(entry: Entry, *, grams: bool) -> models.PointStruct:
    from qdrant_client import models  # noqa: PLC0415

    vector: dict[str, Any] = {DENSE: list(entry.dense)}
    if entry.sparse[0]:
        vector[WORDS] = _sparse(entry.sparse)
    if grams and entry.grams[0]:
        vector[GRAMS] = _sparse(entry.grams)
    payload = {**entry.payload, "content_hash": entry.content_hash}
    return models.PointStruct(id=entry.id, vector=vector, payload=payload)


def condition(every: Mapping[str, Any], some: Mapping[str, Any] | None = None) -> Json:
    """All of `every` and, when given, at least one of `some`; a list means any of its values."""

    def matches(field: str, value: Any) -> Json:
        return {"key": field, "match": {"any": value} if isinstance(value, list) else {"value": value}}

    must = [matches(field, value) for field, value in every.items()]
    should = [matches(field, value) for field, value in some.items()] if some else None
    return {"must": must, "should": should}


def parts(
    dense: Sequence[float], terms: Mapping[str, SparseVector], *, limit: int, where: Json | None
) -> list[Json]:
    """The parts of a hybrid query: the dense vector, and each sparse one that is not empty."""
    vectors: Json = {DENSE: list(dense)}
    vectors |= {
        using: {"indices": list(vector[0]), "values": list(vector[1])}
        for using, vector in terms.items()
        if vector[0]
    }
    return [
        {
            "query": {"nearest": vector},
            "using": using,
            "limit": limit * PREFETCH_FACTOR,
            "filter": where,
            "with_payload": False,
            "with_vector": False,
        }
        for using, vector in vectors.items()
    ]


def fused(found_by: Sequence[Sequence[Found]], *, limit: int) -> list[int]:
    """The first ids by the ranks in all parts (reciprocal rank fusion), `limit` at most.

    The engine fuses as well, but gives equals in another order each time and adds up floats in another order in each
    copy of a collection: then the same question finds other points, and no figure can be measured twice. Here scores
    are rounded, equals go by id, and those that equal the last of a full list, of which others were cut, are left out.
    """
    ranks: Counter[int] = Counter()
    for found in found_by:
        scored = sorted((-round(point.cosine, DIGITS), point.id) for point in found)
        full = len(scored) >= limit * PREFETCH_FACTOR
        last = scored[-1][0] if full and scored[0][0] < scored[-1][0] else None
        for rank, (score, one) in enumerate(scored):
            if score != last:
                ranks[one] += 1.0 / (RRF + rank)  # type: ignore[assignment]
    return sorted(ranks, key=lambda one: (-ranks[one], one))[:limit]


def of_ids(
    ids: Sequence[int], dense: Sequence[float], *, payload: bool | list[str], words: bool = False
) -> Json:
    """The points of these ids by the cosine of their dense vectors, with their stems when `words` are wanted.

    A fused score only orders one answer; a cosine can be compared between products.
    """
    return {
        "query": {"nearest": list(dense)},
        "using": DENSE,
        "filter": {"must": [{"has_id": [*ids]}]},
        "limit": len(ids),
        "with_payload": payload,
        "with_vector": [WORDS] if words else False,
    }


def answers(client: QdrantClient, name: str, searches: Sequence[Json], *, rest: bool) -> list[list[Found]]:
    """The answers to a batch. `rest`: over the client's own REST calls, which its front door copies request by request
    to look for texts that it should embed: a quarter of all CPU of a search.
    """
    from qdrant_client import models  # noqa: PLC0415

    requests = [models.QueryRequest.model_validate(search) for search in searches]
    if rest:
        batch = models.QueryRequestBatch(searches=requests)
        answered = client.http.search_api.query_batch_points(name, query_request_batch=batch).result or []
    else:
        answered = client.query_batch_points(name, requests=requests)
    return [[_found(point) for point in answer.points] for answer in answered]


def found(scored: Json) -> Found:
    """A point of an answer in JSON."""
    words = (scored.get("vector") or {}).get(WORDS)
    terms = (words["indices"], words["values"]) if words is not None else NO_TERMS
    return Found(scored["id"], scored["score"], scored.get("payload") or {}, terms)


def _found(scored: models.ScoredPoint) -> Found:
    return Found(int(scored.id), float(scored.score), scored.payload or {}, words_of(scored))


def dense_of(stored: models.Record) -> np.ndarray[Any, np.dtype[Any]]:
    """The dense vector of a point that was returned with it, in 4 bytes a number."""
    vectors = stored.vector if isinstance(stored.vector, dict) else {}
    return np.asarray(vectors[DENSE], dtype=np.float32)


def words_of(stored: models.ScoredPoint | models.Record) -> SparseVector:
    """The stems of a point that was returned with them."""
    vectors = stored.vector if isinstance(stored.vector, dict) else {}
    words: Any = vectors.get(WORDS)
    return (words.indices, words.values) if words is not None else NO_TERMS


def _sparse(vector: SparseVector) -> models.SparseVector:
    from qdrant_client import models  # noqa: PLC0415

    return models.SparseVector(indices=list(vector[0]), values=list(vector[1]))
