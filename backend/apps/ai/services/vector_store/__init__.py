"""The door to Qdrant: a server, or the same engine embedded in a folder; tests may keep lists in memory.

Nothing else imports the client.

A collection's real name carries the embedding model and its dimension (`categories__offline-hash-1__512`),
and everything here uses real names: vectors of two models can never meet. The alias of the plain name points at
the collection that serves; it moves to a new model's collection only when that one is filled.
"""

from apps.ai.services.vector_store.manager import QdrantManager
from apps.ai.services.vector_store.schema import (
    DENSE,
    MEMORY,
    NO_TERMS,
    WORDS,
    CategoryHit,
    Collection,
    Entry,
    SparseVector,
    TemplateHit,
)

__all__ = [
    "DENSE",
    "MEMORY",
    "NO_TERMS",
    "WORDS",
    "CategoryHit",
    "Collection",
    "Entry",
    "QdrantManager",
    "SparseVector",
    "TemplateHit",
]
