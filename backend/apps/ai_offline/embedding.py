"""Embeddings of the offline engine: hashed stems and character n-grams of a text and of its Russian translation."""

from __future__ import annotations

from apps.ai.text.language import dense, glossary

#: What follows says little about what goods are and would drown it.
LONGEST = 4000


def vector(text: str, dimensions: int) -> list[float]:
    """A unit vector. Turkish and English words are hashed beside their Russian, so that they meet Russian names."""
    head = text[:LONGEST]
    return dense.dense_vector(f"{head}\n{glossary.translate(head).text}", dimensions)
