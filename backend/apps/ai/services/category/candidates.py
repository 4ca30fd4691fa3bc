"""What may be chosen for a product: the leaves that were found, with all that speaks for each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from apps.ai.prompts import choices
from apps.ai.services.category.evidence import Evidence
from apps.ai.types import CategoryCandidate, CategoryNode, Neighbour

#: Neighbours decide alone only when three of them agree (two may be one mistake, imported twice), hold nine
#: votes in ten, and the nearest shares most of its words with the product.
DECISIVE_SUPPORTERS = 3
DECISIVE_VOTE = 0.9
DECISIVE_NEAREST = 0.6
#: …and the estimate is what an automatic decision needs by default.
DECISIVE_CONFIDENCE = 0.85


@dataclass(frozen=True, slots=True)
class Candidate:
    """A leaf with all that speaks for it. `score`: the estimate before a model was asked."""

    node: CategoryNode
    evidence: Evidence
    score: float
    supporters: int
    examples: tuple[str, ...]

    @classmethod
    def of(
        cls, node: CategoryNode, evidence: Evidence, score: float, neighbours: Sequence[Neighbour]
    ) -> Candidate:
        own = [near for near in neighbours if node.id in near.category_ids]
        titles = _distinct((near.title for near in own), limit=choices.EXAMPLES)
        return cls(node, evidence, score, supporters=len(own), examples=titles)

    def for_the_model(self, titles: tuple[str, ...]) -> CategoryCandidate:
        """As it stands in the question. `titles`: examples when no neighbour is near."""
        node = self.node
        return CategoryCandidate(
            node.id,
            node.path,
            node.kind,
            self.score,
            self.examples or titles,
            node.synonyms,
            node.attributes,
        )

    def with_answer(self, chosen: Candidate | None, certainty: float | None) -> Candidate:
        """Its evidence with what the model said; `none` (no `chosen`) speaks against all alike."""
        mine = chosen is not None and self.node.id == chosen.node.id
        sure = certainty or 0.0
        evidence = replace(
            self.evidence,
            chosen=float(mine),
            certainty=sure if mine else 0.0,
            passed_over=0.0 if mine else sure,
        )
        return replace(self, evidence=evidence)


@dataclass(frozen=True, slots=True)
class ClosedSet:
    """What may be chosen for one product, the likeliest first. `warnings`: what was amiss in finding it."""

    candidates: tuple[Candidate, ...]
    warnings: tuple[str, ...] = ()

    def numbered(self, answer: str) -> Candidate | None:
        """The candidate with that number (from 1); None for `none` and for whatever is not in the set."""
        if not answer.isascii() or not answer.isdecimal() or not 1 <= int(answer) <= len(self.candidates):
            return None
        return self.candidates[int(answer) - 1]


def decisive(candidates: Sequence[Candidate]) -> bool:
    """Whether confirmed neighbours alone decide: many, close and agreeing."""
    best = candidates[0]
    return (
        best.supporters >= DECISIVE_SUPPORTERS
        and best.evidence.vote >= DECISIVE_VOTE
        and best.evidence.nearest >= DECISIVE_NEAREST
        and best.score >= DECISIVE_CONFIDENCE
    )


def _distinct(titles: Iterable[str], *, limit: int) -> tuple[str, ...]:
    return tuple(list(dict.fromkeys(title for title in titles if title))[:limit])
