"""What speaks for a category: a product's text as it is compared, and the pieces of evidence from what was found."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from apps.ai.services.category import confidence
from apps.ai.services.category.confidence import Evidence
from apps.ai.services.vector_store import CategoryHit
from apps.ai.text.language.stems import stems
from apps.ai.text.safety import html
from apps.ai.types import CategoryNode, ImageFindings, Neighbour, ProductSnapshot

#: Of the classifier's categories the first so many become candidates.
FIT_HITS = 20
#: Characters of the source's description that help to tell the category; what follows is mostly advertising.
DESCRIPTION_LIMIT = 300
#: Characters of markup that are read to get them.
MARKUP_LIMIT = 3000
#: A vote weighs cosine ** 4: one near-duplicate (0.95) outweighs a dozen vaguely similar products (0.5). Half of it
#: comes from rare words in common (IDF-weighted, squared): docs/qdrant.md has what each is worth.
VOTE_POWER = 4
WORDS_POWER = 2
#: Likeness of titles counts its third power: leave-one-out on three shops, of 2, 3 and 4.
LIKENESS_POWER = 3


def product_text(snapshot: ProductSnapshot, findings: ImageFindings | None = None) -> str:
    """What a product is compared by: its names, the source's category, the description's start, its look."""
    parts = [
        snapshot.title,
        snapshot.source_category,
        snapshot.brand if snapshot.brand.casefold() not in snapshot.title.casefold() else "",
        html.to_text(snapshot.description[:MARKUP_LIMIT])[:DESCRIPTION_LIMIT],
        findings.product_type if findings else "",
    ]
    return "\n".join(part.strip() for part in parts if part.strip())


def gather(
    hits: Sequence[CategoryHit],
    neighbours: Sequence[Neighbour],
    scores: Mapping[int, float] | None = None,
    likeness: Sequence[float] = (),
) -> dict[int, Evidence]:
    """Evidence for every category that was found by its words, holds a confirmed neighbour, or that the classifier
    has among its first `FIT_HITS`. A neighbour confirmed in several categories votes for each.
    `likeness`: of each neighbour's title, when a classifier is there to tell.
    """
    total = 0.0
    votes: dict[int, float] = {}
    nearest: dict[int, float] = {}
    supporters: dict[int, int] = {}
    for near in neighbours:
        weight = (max(near.score, 0.0) ** VOTE_POWER + max(near.words, 0.0) ** WORDS_POWER) / 2
        total += weight
        for category_id in near.category_ids:
            votes[category_id] = votes.get(category_id, 0.0) + weight
            nearest[category_id] = max(nearest.get(category_id, 0.0), near.score)
            supporters[category_id] = supporters.get(category_id, 0) + 1
    shares = {category_id: vote / (total or 1.0) for category_id, vote in votes.items()}
    support = {
        category_id: min(count / confidence.SUPPORT_ENOUGH, 1.0) for category_id, count in supporters.items()
    }
    texts = {hit.category_id: max(hit.score, 0.0) for hit in hits}
    ranks = {hit.category_id: 1.0 / hit.rank for hit in hits}
    fits = dict(scores or {})
    likes, alike = _votes_by_likeness(neighbours, likeness)
    vote_lead, text_lead, fit_lead, like_lead = (_Leads.of(values) for values in (shares, texts, fits, likes))
    fitting = heapq.nlargest(FIT_HITS, fits, key=lambda one: fits[one])
    return {
        category_id: Evidence(
            vote=shares.get(category_id, 0.0),
            vote_lead=vote_lead(category_id),
            nearest=nearest.get(category_id, 0.0),
            support=support.get(category_id, 0.0),
            backing=shares.get(category_id, 0.0) * support.get(category_id, 0.0),
            unvoted=float(bool(neighbours) and category_id not in votes),
            text=texts.get(category_id, 0.0),
            text_lead=text_lead(category_id),
            text_rank=ranks.get(category_id, 0.0),
            fit=fits.get(category_id, 0.0),
            fit_lead=fit_lead(category_id),
            fit_root=max(fits.get(category_id, 0.0), 0.0) ** 0.5,
            fit_best=float(fitting[:1] == [category_id]),
            like=likes.get(category_id, 0.0),
            like_lead=like_lead(category_id),
            like_nearest=alike.get(category_id, 0.0),
        )
        for category_id in {**shares, **texts, **dict.fromkeys(fitting)}
    }


def share_found(source_stems: frozenset[str], node: CategoryNode) -> float:
    if not source_stems:
        return 0.0
    own = set(stems(" ".join([*node.path, *node.synonyms])))
    return len(source_stems & own) / len(source_stems)


def _votes_by_likeness(
    neighbours: Sequence[Neighbour], likeness: Sequence[float]
) -> tuple[dict[int, float], dict[int, float]]:
    """Shares of the votes, and the largest likeness, by category."""
    total = 0.0
    votes: dict[int, float] = {}
    nearest: dict[int, float] = {}
    for near, like in zip(neighbours, likeness, strict=False):
        weight = max(like, 0.0) ** LIKENESS_POWER
        total += weight
        for category_id in near.category_ids:
            votes[category_id] = votes.get(category_id, 0.0) + weight
            nearest[category_id] = max(nearest.get(category_id, 0.0), like)
    return {category_id: vote / (total or 1.0) for category_id, vote in votes.items()}, nearest


@dataclass(frozen=True, slots=True)
class _Leads:
    """Each category's value less the best other's."""

    values: Mapping[int, float]
    best: float
    second: float

    @classmethod
    def of(cls, values: Mapping[int, float]) -> _Leads:
        best, second, *_ = [*heapq.nlargest(2, values.values()), 0.0, 0.0]
        return cls(values, best, second)

    def __call__(self, category_id: int) -> float:
        own = self.values.get(category_id, 0.0)
        return own - (self.second if category_id in self.values and own == self.best else self.best)
