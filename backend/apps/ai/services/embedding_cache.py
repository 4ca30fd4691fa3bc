"""Vectors in the database, so that a text is embedded once for all workers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import numpy as np
from django.utils import timezone

from apps.ai.models.provider import AIEmbedding

#: SQLite takes at most 999 parameters in the versions that are still about.
_CHUNK = 500


class DatabaseEmbeddingCache:
    """Implements `llm_client.EmbeddingCache`."""

    def get(self, keys: list[str]) -> dict[str, list[float]]:
        found: dict[str, list[float]] = {}
        for start in range(0, len(keys), _CHUNK):
            rows = AIEmbedding.objects.filter(key__in=keys[start : start + _CHUNK])
            found |= {key: _numbers(vector) for key, vector in rows.values_list("key", "vector")}
        return found

    def put(self, vectors: Mapping[str, list[float]]) -> None:
        rows = [
            AIEmbedding(key=key, vector=np.asarray(vector, dtype="<f4").tobytes())
            for key, vector in vectors.items()
        ]
        AIEmbedding.objects.bulk_create(rows, batch_size=_CHUNK, ignore_conflicts=True)


def prune(*, days: int) -> int:
    """Forget vectors older than `days`: a text still in use is paid for anew, some 1e-5 USD. Returns how many."""
    old = AIEmbedding.objects.filter(created_at__lt=timezone.now() - timedelta(days=days))
    return old.delete()[0]


def _numbers(vector: bytes | memoryview) -> list[float]:
    numbers: list[float] = np.frombuffer(bytes(vector), dtype="<f4").tolist()
    return numbers
