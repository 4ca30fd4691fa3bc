"""How much a shared word says: document frequencies of a sample, and cosines weighed by them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from apps.ai.services.vector_store.schema import SparseVector


@dataclass(frozen=True, slots=True)
class WordWeights:
    """Documents in the sample, how rare each term is there, and how rare one that is not."""

    documents: int
    rarity: Mapping[int, float]
    unseen: float

    @classmethod
    def of(cls, vectors: Iterable[SparseVector]) -> WordWeights:
        frequency: Counter[int] = Counter()
        documents = 0
        for indices, _ in vectors:
            frequency.update(indices)
            documents += 1
        rarity = {standing: _rarity(standing, documents) for standing in {0, *frequency.values()}}
        by_term = {term: rarity[standing] for term, standing in frequency.items()}
        return cls(documents, by_term, rarity[0])

    def likeness_to(self, one: SparseVector) -> Callable[[SparseVector], float]:
        """The rarity-weighted cosine of any other to `one`, 0..1; 0 when one of them is empty."""
        mine = self._weighed(one)
        own = _length(mine)

        def likeness(other: SparseVector) -> float:
            theirs = self._weighed(other)
            product = sum(weight * mine[term] for term, weight in theirs.items() if term in mine)
            length = own * _length(theirs)
            return min(1.0, product / length) if length else 0.0

        return likeness

    def _weighed(self, vector: SparseVector) -> dict[int, float]:
        rarity, unseen = self.rarity, self.unseen
        return {term: value * rarity.get(term, unseen) for term, value in zip(*vector, strict=True)}


def _rarity(standing: int, documents: int) -> float:
    """The formula of Qdrant's IDF modifier."""
    return math.log((documents - standing + 0.5) / (standing + 0.5) + 1.0)


def _length(weights: dict[int, float]) -> float:
    return math.sqrt(sum(weight * weight for weight in weights.values()))
