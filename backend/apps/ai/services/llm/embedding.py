"""Vectors: one batch a request, checked before anybody relies on them, and those that the process paid for lately."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any

import numpy as np
from cachetools import LRUCache
from pydantic import ValidationError

from apps.ai.exceptions import RequestRejected
from apps.ai.services.llm.errors import RequestFailed
from apps.ai.services.llm.wire import Embeddings, Reading, Response, WireUsage, byte_length
from apps.ai.types import Operation, PlannedCall, Stage

#: OpenAI's limits are 8,191 tokens a text, 300,000 tokens and 2,048 texts a request; counted in upper bounds.
MAX_TEXT_TOKENS = 8_000
MAX_BATCH_TOKENS = 250_000
MAX_BATCH_TEXTS = 2_048
#: Vectors of the runs that are in flight and prefetched, with room to spare; 1.5 MB at 1,536 numbers.
MOST_VECTORS = 256


def fitted(text: str) -> str:
    """The text as it may be sent: never empty (a blank instead), never longer than the model reads."""
    encoded = text.encode("utf-8", "replace")[:MAX_TEXT_TOKENS]
    return encoded.decode("utf-8", "ignore") or " "


def batches(texts: list[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    size = 0
    for text in texts:
        length = byte_length(text)
        if batch and (size + length > MAX_BATCH_TOKENS or len(batch) == MAX_BATCH_TEXTS):
            yield batch
            batch, size = [], 0
        batch.append(text)
        size += length
    if batch:
        yield batch


def planned(model: str, batch: list[str]) -> PlannedCall:
    return PlannedCall(
        operation=Operation.EMBEDDING,
        stage=Stage.CATEGORY,
        model=model,
        prompt_tokens=sum(byte_length(text) + 2 for text in batch),
        completion_tokens=0,
    )


def body(model: str, batch: list[str], *, dimensions: int | None) -> dict[str, Any]:
    request: dict[str, Any] = {"model": model, "input": batch, "encoding_format": "base64"}
    return request if dimensions is None else {**request, "dimensions": dimensions}


def read(response: Response, *, expected: int, dimensions: int) -> Reading[list[list[float]]]:
    """The vectors in the order of the texts. A wrong number is trouble, a wrong length is for ever."""
    usage = reported_usage(response.body)
    usage_value = usage.usage if usage else None
    try:
        items = sorted(Embeddings.model_validate(response.body).data, key=lambda item: item.index)
        vectors = [item.vector for item in items]
    except (ValidationError, ValueError) as error:
        text = f"Эмбеддинги не читаются: {type(error).__name__}."
        raise RequestFailed(
            502, text, begun=True, request_id=response.request_id, usage=usage_value
        ) from None
    if [item.index for item in items] != list(range(expected)):
        text = f"Отправлено текстов: {expected}, получено векторов: {len(items)}."
        raise RequestFailed(502, text, begun=True, request_id=response.request_id, usage=usage_value)
    wrong = next((len(vector) for vector in vectors if len(vector) != dimensions), None)
    if wrong is None:
        return Reading(vectors, usage_value)
    return Reading(vectors, usage_value, "dimension", f"{wrong} instead of {dimensions}")


def check_dimension(reading: Reading[list[list[float]]], *, model: str) -> list[list[float]]:
    if reading.problem:
        raise RequestRejected(
            f"Векторы модели {model} другой длины ({reading.problem}). Задайте AI_EMBEDDING_DIMENSIONS и "
            "выполните init_qdrant и sync_categories.",
            code="dimension",
        )
    return reading.result


def reported_usage(answer: dict[str, Any]) -> WireUsage | None:
    """The usage of an answer whose other parts may be unreadable."""
    try:
        return WireUsage.model_validate(answer.get("usage"))
    except ValidationError:
        return None


class VectorMemory:
    """The latest MOST_VECTORS vectors by `vector_key`. Safe to share between threads.

    They lay in the database once, for all workers: 6 kB a text (1,536 numbers of 4 bytes) to save some 1e-6 USD, and a
    query before each product. What a worker needs again it needs within seconds: the text was embedded with its batch,
    and the templates are searched with the category's vector.
    """

    def __init__(self) -> None:
        self._vectors: LRUCache[str, bytes] = LRUCache(MOST_VECTORS)
        self._lock = threading.Lock()

    def get(self, keys: Iterable[str]) -> dict[str, list[float]]:
        """Those that are known."""
        with self._lock:
            known = {key: self._vectors[key] for key in keys if key in self._vectors}
        return {key: np.frombuffer(vector, dtype="<f4").tolist() for key, vector in known.items()}

    def put(self, vectors: Mapping[str, list[float]]) -> None:
        stored = {key: np.asarray(vector, dtype="<f4").tobytes() for key, vector in vectors.items()}
        with self._lock:
            self._vectors.update(stored)


def vector_key(model: str, dimensions: int, text: str) -> str:
    """SHA-256 (hex) of what a vector depends on."""
    return sha256(f"{model}\n{dimensions}\n{text}".encode("utf-8", "surrogatepass")).hexdigest()
