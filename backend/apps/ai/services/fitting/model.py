"""How sure a category is, as measured on this shop: weights of the evidence, a calibration, and thresholds."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from apps.ai.services.category import confidence
from apps.ai.services.category.confidence import Evidence
from apps.ai.services.fitting.classifier import Classifier
from apps.ai.types import MODEL, NEIGHBOURS, VARIANT, CategoryNode

#: Above every confidence: a person decides.
NEVER = 2.0


@dataclass(frozen=True, slots=True)
class Calibration:
    """From log-odds to a probability (Platt), by the candidate's own odds and its lead over the likeliest
    other.

    `threshold`: confidence from which on a decision may be automatic, NEVER when the data do not show one
    that is
    safe; `branches`: the same for top-level categories that have data enough of their own.
    """

    bias: float
    own: float
    lead: float
    threshold: float = NEVER
    branches: Mapping[int, float] = field(default_factory=dict)

    def confidence(self, own: float, rival: float) -> float:
        return confidence.probability(self.bias + self.own * own + self.lead * (own - rival))

    def threshold_of(self, branch: int | None) -> float:
        return self.branches.get(branch, self.threshold) if branch is not None else self.threshold


@dataclass(frozen=True, slots=True)
class Judge:
    """`alone`: calibration of choices without a model. `asked`: of a model's choices, None until people
    decided enough.

    Without a calibration the weights are the shipped ones and the confidence is an estimate that nobody
    measured.
    """

    weights: Mapping[str, float] = field(default_factory=lambda: confidence.WEIGHTS)
    classifier: Classifier | None = None
    alone: Calibration | None = None
    asked: Calibration | None = None

    def scores(self, text: str) -> dict[int, float]:
        """What the classifier says of a product's text, by category; empty without a classifier."""
        return self.classifier.scores(text) if self.classifier is not None else {}

    def likeness(self, text: str, titles: Sequence[str]) -> list[float]:
        """How like a text is to each title, 0..1; empty without a classifier."""
        return self.classifier.likeness(text, titles) if self.classifier is not None else []

    def confidences(self, evidence: Sequence[Evidence], *, method: str = NEIGHBOURS) -> list[float]:
        """Confidence of each candidate of one product, comparable between candidates and products."""
        calibration = (self.asked if method == MODEL else None) or self.alone
        if calibration is None:
            return [confidence.estimate(one, self.weights) for one in evidence]
        odds = [confidence.odds(one, self.weights) for one in evidence]
        best, second = _best_two(odds)
        return [calibration.confidence(own, second if own == best else best) for own in odds]

    def threshold(self, node: CategoryNode, *, method: str = NEIGHBOURS) -> float:
        """From which confidence on that category may be given without a person.

        A variant needs what its sibling's choice needed. Of any other way to a category nothing was measured.
        """
        measured = {NEIGHBOURS: self.alone, MODEL: self.asked}
        calibration = measured.get(method.removeprefix(VARIANT))
        return NEVER if calibration is None else calibration.threshold_of(branch_of(node))


UNFITTED = Judge()


def branch_of(node: CategoryNode) -> int:
    """The top-level category that the node is or lies under."""
    return node.ancestor_ids[0] if node.ancestor_ids else node.id


def _best_two(values: Sequence[float]) -> tuple[float, float]:
    ordered = sorted(values, reverse=True)
    return ordered[0], ordered[1] if len(ordered) > 1 else -30.0


def safe_threshold(
    outcomes: Sequence[tuple[float, bool]], *, target: float, alpha: float, fewest: int, growth: float
) -> float:
    """The lowest confidence down to which precision is at least `target` with confidence 1 - `alpha`; or NEVER.

    `outcomes`: confidence, and whether the choice was right. The bound is Clopper and Pearson's, one-sided.
    Tried are the `fewest` surest products, then each time `growth` times as many: few tests, so that their number
    does not make the bound much too kind.
    """
    ordered = sorted(outcomes, key=lambda outcome: -outcome[0])
    found, wrong, next_test = NEVER, 0, fewest
    for number, (sure, right) in enumerate(ordered, start=1):
        wrong += not right
        if number >= fewest and (number == next_test or number == len(ordered)):
            next_test = math.ceil(number * growth)
            if _at_least(number, wrong, target=target, alpha=alpha):
                found = sure
    return found


def _at_least(number: int, wrong: int, *, target: float, alpha: float) -> bool:
    """Whether so few mistakes would be rarer than `alpha` if precision were only `target`."""
    if target >= 1.0:
        return False
    tail = math.fsum(
        math.exp(
            math.lgamma(number + 1)
            - math.lgamma(count + 1)
            - math.lgamma(number - count + 1)
            + count * math.log1p(-target)
            + (number - count) * math.log(target)
        )
        for count in range(wrong + 1)
    )
    return tail <= alpha
