"""What may be chosen for a product: the leaves that were found, with all that speaks for each."""

from __future__ import annotations

from dataclasses import dataclass

from apps.ai.services.category.confidence import Evidence
from apps.ai.types import CategoryNode


@dataclass(frozen=True, slots=True)
class Candidate:
    """A leaf with all that speaks for it. `score`: the estimate before a model was asked."""

    node: CategoryNode
    evidence: Evidence
    score: float
    supporters: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClosedSet:
    """What may be chosen for one product, the likeliest first. `warnings`: what was amiss in finding it."""

    candidates: tuple[Candidate, ...]
    warnings: tuple[str, ...] = ()
