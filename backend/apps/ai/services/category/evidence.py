"""What speaks for a category, and how likely that makes it: from what was found for a product's text to pieces of
evidence, and from these to a number in 0..1.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter, itemgetter

from apps.ai.services.vector_store import CategoryHit
from apps.ai.text.language.stems import stems
from apps.ai.text.safety import html
from apps.ai.types import CategoryNode, ImageFindings, Neighbour, ProductSnapshot

#: Without Qdrant there are no confirmed neighbours to lean on: such a choice never passes for a sure one.
CAP_WITHOUT_STORE = 0.5


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for one candidate. Similarities and shares are in 0..1, leads in -1..1, the rest 0 or 1.

    `vote`: its share of the similarity-weighted votes of confirmed neighbours; `vote_lead`: over the best
    other. `nearest`: cosine of its nearest confirmed product. `support`: confirmed neighbours in it, of
    SUPPORT_ENOUGH; `backing`: vote × support. `unvoted`: there are neighbours, and none of them lies here.
    `text`: cosine of the product to the category's own words; `text_lead`: over the best other. `text_rank`:
    1 / place in the category search, 0 when not found there. `source_match`: share of the words of the
    source's category that the path or the synonyms hold.
    `chosen`: the model chose it. `certainty`: how sure its log-probabilities say it was. `passed_over`: the
    certainty with which the model chose another one.
    `fit`: what the classifier says (about 1 when right), `fit_lead`: over the best other, `fit_root`: its square
    root, `fit_best`: whether no other has more. `like`: its share of votes of the neighbours by the likeness of
    their titles, `like_lead`: over the best other, `like_nearest`: the largest likeness. All 0 without a classifier.
    """

    vote: float = 0.0
    vote_lead: float = 0.0
    nearest: float = 0.0
    support: float = 0.0
    backing: float = 0.0
    unvoted: float = 0.0
    text: float = 0.0
    text_lead: float = 0.0
    text_rank: float = 0.0
    source_match: float = 0.0
    chosen: float = 0.0
    certainty: float = 0.0
    passed_over: float = 0.0
    fit: float = 0.0
    fit_lead: float = 0.0
    fit_root: float = 0.0
    fit_best: float = 0.0
    like: float = 0.0
    like_lead: float = 0.0
    like_nearest: float = 0.0

    def as_dict(self) -> dict[str, float]:
        return {name: round(getattr(self, name), 4) for name in PIECES}


PIECES = tuple(field.name for field in fields(Evidence))
_pieces_of, _weights_of = attrgetter(*PIECES), itemgetter(*PIECES)

SUPPORT_ENOUGH = 5

#: Log-odds. Fitted by logistic regression over the candidates of 6,000 products of five shops (Russian, Turkish,
#: English; none, a tenth and two thirds of the products confirmed), then the bias lowered by 0.5: at 0.85 the
#: best candidate was right in 98.4 % of the cases, and each shop alone lay between 95 % and 100 %. No shop had
#: source categories or a model's answers: those four are set by hand, and a bare choice counts for nothing
#: until somebody has measured how often it is right.
WEIGHTS: Mapping[str, float] = {
    "bias": -4.5,
    "vote": 1.3,
    "vote_lead": 1.8,
    "nearest": 1.1,
    "support": 1.5,
    "backing": 1.05,
    "unvoted": -0.65,
    "text": 0.35,
    "text_lead": 0.45,
    "text_rank": 1.35,
    "source_match": 1.5,
    "chosen": 0.0,
    "certainty": 3.0,
    "passed_over": -3.0,
    "fit": 2.0,
    "fit_lead": 2.0,
    "fit_root": 1.0,
    "fit_best": 0.5,
    "like": 1.0,
    "like_lead": 1.0,
    "like_nearest": 1.0,
}
#: What the model said. Only people's decisions on its choices could weigh these; until then they are set by hand.
OPINIONS = frozenset({"chosen", "certainty", "passed_over"})


def log_odds(evidence: Evidence, weights: Mapping[str, float] = WEIGHTS) -> float:
    """Log-odds that the candidate is right, in -30..30."""
    pieces = zip(_weights_of(weights), _pieces_of(evidence), strict=True)
    total: float = weights["bias"] + sum(weight * piece for weight, piece in pieces)
    return max(-30.0, min(30.0, total))


def estimate(evidence: Evidence, weights: Mapping[str, float] = WEIGHTS) -> float:
    """Probability that a person would confirm the candidate; comparable between candidates and products."""
    return probability(log_odds(evidence, weights))


def probability(log_odds: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, log_odds))))


#: Of the classifier's categories the first so many become candidates.
FIT_HITS = 20
#: Characters of the source's description that help to find the category; what follows is mostly advertising.
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
    """Evidence for every category that was found by its words, that has a confirmed neighbour, or that the classifier
    has among its first `FIT_HITS`. A neighbour confirmed in several categories votes for each.

    `likeness`: of each neighbour's title; empty without a classifier.
    """
    by_cosine, by_title = (
        _votes(neighbours, _weights(neighbours)),
        _votes(neighbours, likeness, LIKENESS_POWER),
    )
    nearest = _nearest(neighbours, [near.score for near in neighbours])
    alike = _nearest(neighbours, likeness)
    supporters = Counter(category_id for near in neighbours for category_id in near.category_ids)
    texts = {hit.category_id: max(hit.score, 0.0) for hit in hits}
    ranks = {hit.category_id: 1.0 / hit.rank for hit in hits}
    fits = dict(scores or {})
    vote_lead, text_lead, fit_lead, like_lead = map(_Leads.of, (by_cosine, texts, fits, by_title))
    fitting = heapq.nlargest(FIT_HITS, fits, key=lambda one: fits[one])

    def evidence(category_id: int) -> Evidence:
        vote = by_cosine.get(category_id, 0.0)
        support = min(supporters[category_id] / SUPPORT_ENOUGH, 1.0)
        fit = fits.get(category_id, 0.0)
        return Evidence(
            vote=vote,
            vote_lead=vote_lead(category_id),
            nearest=nearest.get(category_id, 0.0),
            support=support,
            backing=vote * support,
            unvoted=float(bool(neighbours) and category_id not in by_cosine),
            text=texts.get(category_id, 0.0),
            text_lead=text_lead(category_id),
            text_rank=ranks.get(category_id, 0.0),
            fit=fit,
            fit_lead=fit_lead(category_id),
            fit_root=max(fit, 0.0) ** 0.5,
            fit_best=float(fitting[:1] == [category_id]),
            like=by_title.get(category_id, 0.0),
            like_lead=like_lead(category_id),
            like_nearest=alike.get(category_id, 0.0),
        )

    return {
        category_id: evidence(category_id) for category_id in {**by_cosine, **texts, **dict.fromkeys(fitting)}
    }


def share_found(source_stems: frozenset[str], node: CategoryNode) -> float:
    if not source_stems:
        return 0.0
    own = set(stems(" ".join([*node.path, *node.synonyms])))
    return len(source_stems & own) / len(source_stems)


def _weights(neighbours: Sequence[Neighbour]) -> list[float]:
    return [
        (max(near.score, 0.0) ** VOTE_POWER + max(near.words, 0.0) ** WORDS_POWER) / 2 for near in neighbours
    ]


def _votes(neighbours: Sequence[Neighbour], weights: Sequence[float], power: float = 1.0) -> dict[int, float]:
    """Shares of the neighbours' votes by category; a vote weighs weight ** power."""
    total = 0.0
    votes: dict[int, float] = {}
    for near, weight in zip(neighbours, weights, strict=False):
        vote = max(weight, 0.0) ** power
        total += vote
        for category_id in near.category_ids:
            votes[category_id] = votes.get(category_id, 0.0) + vote
    return {category_id: vote / (total or 1.0) for category_id, vote in votes.items()}


def _nearest(neighbours: Sequence[Neighbour], values: Sequence[float]) -> dict[int, float]:
    """The largest value of a category's neighbours."""
    found: dict[int, float] = {}
    for near, value in zip(neighbours, values, strict=False):
        for category_id in near.category_ids:
            found[category_id] = max(found.get(category_id, 0.0), value)
    return found


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
