"""The shop's tree in memory: which nodes may be chosen, and a word search for when Qdrant is away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from apps.ai.services.vector_store import CategoryHit
from apps.ai.text.language.stems import sparse_vector
from apps.ai.types import CategoryNode

Array = np.ndarray[Any, np.dtype[Any]]


class CategoryIndex:
    """Built once per state of the tree; the word index only when it is first searched."""

    def __init__(self, nodes: Iterable[CategoryNode]) -> None:
        self.nodes: dict[int, CategoryNode] = {node.id: node for node in nodes}
        self.choosable: dict[int, CategoryNode] = {
            node.id: node for node in self.nodes.values() if self._may_be_chosen(node)
        }

    def _may_be_chosen(self, node: CategoryNode) -> bool:
        """An active leaf with no inactive ancestor."""
        ancestors = (self.nodes[ancestor] for ancestor in node.ancestor_ids if ancestor in self.nodes)
        return node.is_leaf and node.is_active and all(ancestor.is_active for ancestor in ancestors)

    def search(self, text: str, *, limit: int) -> tuple[CategoryHit, ...]:
        """Choosable nodes that share terms with `text`, the best first; scores are TF-IDF cosines."""
        scores = self._words.scores(text)
        best = [place for place in np.argsort(-scores, kind="stable")[:limit] if scores[place] > 0.0]
        return tuple(
            CategoryHit(self._words.ids[place], float(scores[place]), rank)
            for rank, place in enumerate(best, start=1)
        )

    @cached_property
    def _words(self) -> _WordIndex:
        return _WordIndex.build(self.choosable.values())


def document(node: CategoryNode) -> str:
    """What a category is found by. Weighing the name over its ancestors found less on a shop with a deep tree."""
    return "\n".join([" ".join(node.path), ", ".join(node.synonyms)]).strip()


@dataclass(frozen=True, slots=True)
class _WordIndex:
    """Postings by term: places of the documents that hold it, and its normalised weight in each."""

    ids: Sequence[int]
    postings: dict[int, tuple[Array, Array]]
    idf: dict[int, float]

    @classmethod
    def build(cls, nodes: Iterable[CategoryNode]) -> _WordIndex:
        chosen = list(nodes)
        documents = [_terms(document(node)) for node in chosen]
        frequency: dict[int, int] = {}
        for terms in documents:
            for term in terms:
                frequency[term] = frequency.get(term, 0) + 1
        idf = {term: _idf(count, len(documents)) for term, count in frequency.items()}
        places: dict[int, list[int]] = {}
        weights: dict[int, list[float]] = {}
        for place, terms in enumerate(documents):
            length = _length(terms, idf)
            for term, count in terms.items():
                places.setdefault(term, []).append(place)
                weights.setdefault(term, []).append(count * idf[term] / length)
        postings = {
            term: (np.asarray(found, dtype=np.int64), np.asarray(weights[term], dtype=np.float32))
            for term, found in places.items()
        }
        return cls([node.id for node in chosen], postings, idf)

    def scores(self, text: str) -> Array:
        """Cosine of `text` to every document, in the order of `ids`."""
        scores = np.zeros(len(self.ids), dtype=np.float32)
        terms = _terms(text)
        length = _length(terms, self.idf)
        for term, count in terms.items():
            if term in self.postings:
                places, weights = self.postings[term]
                scores[places] += weights * (count * self.idf[term] / length)
        return scores


def _terms(text: str) -> dict[int, float]:
    indices, values = sparse_vector(text)
    return dict(zip(indices, values, strict=True))


def _idf(documents_with_term: int, documents: int) -> float:
    """The formula of Qdrant's IDF modifier, so that both searches weigh words alike."""
    return float(np.log((documents - documents_with_term + 0.5) / (documents_with_term + 0.5) + 1.0))


def _length(terms: dict[int, float], idf: dict[int, float]) -> float:
    """Euclidean length of a text's known terms; 1 for a text without any."""
    return float(np.sqrt(sum((count * idf.get(term, 0.0)) ** 2 for term, count in terms.items()))) or 1.0
