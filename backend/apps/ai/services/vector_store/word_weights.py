"""How much a shared word says: document frequencies of a sample, and cosines weighed by them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from apps.ai.services.vector_store.schema import SparseVector


@dataclass(frozen=True, slots=True)
class WordWeights:
    """Documents in the sample, and in how many of them each term stands; an unseen term is a rare one."""

    documents: int
    frequency: dict[int, int]

    @classmethod
    def of(cls, vectors: Iterable[SparseVector]) -> WordWeights:
        frequency: Counter[int] = Counter()
        documents = 0
        for indices, _ in vectors:
            frequency.update(indices)
            documents += 1
        return cls(documents, dict(frequency))

    def likeness(self, one: SparseVector, other: SparseVector) -> float:
        """IDF-weighted cosine, 0..1; 0 when one of them is empty."""
        mine, theirs = self._weighed(one), self._weighed(other)
        if len(mine) > len(theirs):
            mine, theirs = theirs, mine
        product = sum(weight * theirs[term] for term, weight in mine.items() if term in theirs)
        length = _length(mine) * _length(theirs)
        return min(1.0, product / length) if length else 0.0

    def _weighed(self, vector: SparseVector) -> dict[int, float]:
        return {term: value * self._idf(term) for term, value in zip(*vector, strict=True)}

    def _idf(self, term: int) -> float:
        """The formula of Qdrant's IDF modifier, over the sample."""
        standing = self.frequency.get(term, 0)
        return math.log((self.documents - standing + 0.5) / (standing + 0.5) + 1.0)


def _length(weights: dict[int, float]) -> float:
    return math.sqrt(sum(weight * weight for weight in weights.values()))
