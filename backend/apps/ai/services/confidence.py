"""How likely a candidate is the right category: evidence in, a number in 0..1 out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass

#: Without Qdrant there are no confirmed neighbours to lean on: such a choice never passes for a sure one.
CAP_WITHOUT_STORE = 0.5


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for one candidate. Similarities and shares are in 0..1, leads in -1..1, the rest 0 or 1.

    `vote`: its share of the similarity-weighted votes of confirmed neighbours; `vote_lead`: over the best
    other. `nearest`: cosine of its nearest confirmed product. `support`: confirmed neighbours in it, of
    SUPPORT_ENOUGH. `unvoted`: there are neighbours, and none of them lies here.
    `text`: cosine of the product to the category's own words; `text_lead`: over the best other. `text_rank`:
    1 / place in the category search, 0 when not found there. `source_match`: share of the words of the
    source's category that the path or the synonyms hold.
    `chosen`: the model chose it. `certainty`: how sure its log-probabilities say it was. `passed_over`: the
    certainty with which the model chose another one.
    """

    vote: float = 0.0
    vote_lead: float = 0.0
    nearest: float = 0.0
    support: float = 0.0
    unvoted: float = 0.0
    text: float = 0.0
    text_lead: float = 0.0
    text_rank: float = 0.0
    source_match: float = 0.0
    chosen: float = 0.0
    certainty: float = 0.0
    passed_over: float = 0.0

    def as_dict(self) -> dict[str, float]:
        return {name: round(value, 4) for name, value in asdict(self).items()}


SUPPORT_ENOUGH = 5

#: Log-odds.
WEIGHTS: Mapping[str, float] = {
    "bias": -4.0,
    "vote": 3.0,
    "vote_lead": 2.0,
    "nearest": 1.5,
    "support": 0.5,
    "unvoted": -1.0,
    "text": 2.0,
    "text_lead": 2.0,
    "text_rank": 1.0,
    "source_match": 2.0,
    "chosen": 0.5,
    "certainty": 3.0,
    "passed_over": -3.0,
}


def estimate(evidence: Evidence, weights: Mapping[str, float] = WEIGHTS) -> float:
    """Probability that a person would confirm the candidate; comparable between candidates and products."""
    odds = weights["bias"] + sum(weights[name] * value for name, value in asdict(evidence).items())
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, odds))))
