"""Vectors in the database, so that a text is embedded once for all workers; the latest also in memory."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from datetime import timedelta

import numpy as np
from django.utils import timezone

from apps.ai.models.provider import AIEmbedding

#: SQLite takes at most 999 parameters in the versions that are still about.
_CHUNK = 500
#: Vectors of the runs that are in flight and in stock, with room to spare.
REMEMBERED = 256


class DatabaseEmbeddingCache:
    """Implements `llm_client.EmbeddingCache`. Memory: REMEMBERED vectors, 4 bytes a number (1.5 MB at 1536)."""

    def __init__(self) -> None:
        self._latest: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, keys: list[str]) -> dict[str, list[float]]:
        with self._lock:
            known = {key: self._latest[key] for key in keys if key in self._latest}
        found = {key: _numbers(vector) for key, vector in known.items()}
        missing = [key for key in keys if key not in found]
        for start in range(0, len(missing), _CHUNK):
            rows = AIEmbedding.objects.filter(key__in=missing[start : start + _CHUNK])
            read = {key: bytes(vector) for key, vector in rows.values_list("key", "vector")}
            self._remember(read)
            found |= {key: _numbers(vector) for key, vector in read.items()}
        return found

    def remembered(self, key: str) -> list[float] | None:
        with self._lock:
            vector = self._latest.get(key)
        return None if vector is None else _numbers(vector)

    def put(self, vectors: Mapping[str, list[float]]) -> None:
        stored = {key: np.asarray(vector, dtype="<f4").tobytes() for key, vector in vectors.items()}
        rows = [AIEmbedding(key=key, vector=vector) for key, vector in stored.items()]
        AIEmbedding.objects.bulk_create(rows, batch_size=_CHUNK, ignore_conflicts=True)
        self._remember(stored)

    def _remember(self, vectors: Mapping[str, bytes]) -> None:
        with self._lock:
            self._latest.update(vectors)
            while len(self._latest) > REMEMBERED:
                self._latest.popitem(last=False)


def prune(*, days: int) -> int:
    """Forget vectors older than `days`: a text still in use is paid for anew, some 1e-5 USD. Returns how many."""
    old = AIEmbedding.objects.filter(created_at__lt=timezone.now() - timedelta(days=days))
    return old.delete()[0]


def _numbers(vector: bytes | memoryview) -> list[float]:
    numbers: list[float] = np.frombuffer(bytes(vector), dtype="<f4").tolist()
    return numbers
