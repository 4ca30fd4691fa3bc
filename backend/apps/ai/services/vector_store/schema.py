"""What lies in the collections, and what a search gives back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

DENSE = "dense"
#: Sparse vectors: stems, and character n-grams (on a server only: numpy would pay six times for them).
WORDS = "words"
GRAMS = "grams"
MEMORY = ":memory:"

SparseVector = tuple[Sequence[int], Sequence[float]]
NO_TERMS: SparseVector = ((), ())


class Collection(StrEnum):
    CATEGORIES = "categories"
    TEMPLATES = "description_templates"
    PRODUCTS = "product_vectors"


#: Payload fields that are filtered on, with the index that a server builds for them.
INDEXES: dict[Collection, dict[str, str]] = {
    Collection.CATEGORIES: {"active": "bool", "leaf": "bool", "branches": "integer"},
    Collection.TEMPLATES: {
        "active": "bool",
        "template_type": "keyword",
        "language": "keyword",
        "everywhere": "bool",
        "category_id": "integer",
        "kind": "keyword",
    },
    Collection.PRODUCTS: {"category_id": "integer"},
}


@dataclass(frozen=True, slots=True)
class Entry:
    """What is stored under an integer id. `content_hash` says what the vectors were made from.

    `sparse`: stems; `grams`: character n-grams, left out in memory.
    """

    id: int
    dense: Sequence[float]
    sparse: SparseVector
    content_hash: str
    payload: Mapping[str, Any]
    grams: SparseVector = NO_TERMS


@dataclass(frozen=True, slots=True)
class CategoryHit:
    """A leaf found by its words. `score`: cosine of the dense vectors; `rank` from 1 in the fused order."""

    category_id: int
    score: float
    rank: int


@dataclass(frozen=True, slots=True)
class TemplateHit:
    """`category_id` None: the template serves the whole shop. `score`: cosine of the dense vectors."""

    template_id: int
    name: str
    content: str
    category_id: int | None
    score: float


@dataclass(frozen=True, slots=True)
class StoredVector:
    """An entry as it lies in the collection. `dense`: float32."""

    id: int
    dense: np.ndarray[Any, np.dtype[Any]]
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """A point of an answer with the cosine of its dense vector to the query's (its score, in a search by words), and
    its stems.
    """

    id: int
    cosine: float
    payload: Mapping[str, Any]
    words: SparseVector = NO_TERMS
