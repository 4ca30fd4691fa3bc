"""How sure a category is, as measured on this shop: weights of the evidence, a calibration, and thresholds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from apps.ai.services.category.evidence import WEIGHTS, Evidence, estimate, log_odds, probability
from apps.ai.services.fitting.classifier import Classifier
from apps.ai.types import MODEL, NEIGHBOURS, VARIANT, CategoryNode

#: Above every confidence: a person decides.
NEVER = 2.0


@dataclass(frozen=True, slots=True)
class Calibration:
    """From log-odds to a probability (Platt), by the candidate's own odds and its lead over the likeliest other.

    `threshold`: confidence from which on a decision may be automatic, NEVER when the data show none that is safe;
    `branches`: the same for top-level categories that have data enough of their own. With bias 0, own 0.5 and lead
    0.25 a candidate of log-odds 2 before a rival of -2 gets 0.88.
    """

    bias: float
    own: float
    lead: float
    threshold: float = NEVER
    branches: Mapping[int, float] = field(default_factory=dict)

    def confidence(self, own: float, rival: float) -> float:
        return probability(self.bias + self.own * own + self.lead * (own - rival))

    def threshold_of(self, branch: int | None) -> float:
        return self.branches.get(branch, self.threshold) if branch is not None else self.threshold


@dataclass(frozen=True, slots=True)
class CategoryFit:
    """What was fitted on the shop's confirmed products; UNFITTED before that.

    `alone`: calibration of choices without a model. `asked`: of a model's choices, None until people decided enough.
    Without a calibration the weights are the shipped ones and the confidence is an estimate that nobody measured.
    """

    weights: Mapping[str, float] = field(default_factory=lambda: WEIGHTS)
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
            return [estimate(one, self.weights) for one in evidence]
        odds = [log_odds(one, self.weights) for one in evidence]
        best, second = _best_two(odds)
        return [calibration.confidence(own, second if own == best else best) for own in odds]

    def threshold(self, node: CategoryNode, *, method: str = NEIGHBOURS) -> float:
        """From which confidence on that category may be given without a person.

        A variant needs what its sibling's choice needed. Of any other way to a category nothing was measured.
        """
        calibration = self._measured(method)
        return NEVER if calibration is None else calibration.threshold_of(branch_of(node))

    def is_measured(self, method: str) -> bool:
        """How often a choice made that way is right was measured on this shop; otherwise its confidence is a guess."""
        return self._measured(method) is not None

    def _measured(self, method: str) -> Calibration | None:
        return {NEIGHBOURS: self.alone, MODEL: self.asked}.get(method.removeprefix(VARIANT))


UNFITTED = CategoryFit()


def branch_of(node: CategoryNode) -> int:
    """The top-level category that the node is or lies under."""
    return node.ancestor_ids[0] if node.ancestor_ids else node.id


def _best_two(values: Sequence[float]) -> tuple[float, float]:
    ordered = sorted(values, reverse=True)
    return ordered[0], ordered[1] if len(ordered) > 1 else -30.0
