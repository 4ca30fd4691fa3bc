"""Vectors that this process paid for lately.

They lay in the database once, for all workers: 6 kB a text (1,536 numbers of 4 bytes) to save some 1e-6 USD, and a
query before each product. What a worker needs again it needs within seconds: the text was embedded with its batch, and
the templates are searched with the category's vector.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from hashlib import sha256

import numpy as np
from cachetools import LRUCache

#: Vectors of the runs that are in flight and prefetched, with room to spare; 1.5 MB at 1,536 numbers.
MOST_VECTORS = 256


class VectorMemory:
    """The latest MOST_VECTORS vectors by `vector_key`. Safe to share between threads."""

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
