"""What a benchmark measures: predictions in, figures out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

#: Bins of equal width for the expected calibration error, as in Guo et al., 2017.
CALIBRATION_BINS = 15
METRICS = (
    "top1",
    "top3",
    "recall@10",
    "recall@20",
    "abstentions",
    "coverage@98",
    "threshold@98",
    "coverage@default",
    "precision@default",
    "calibration_error",
    "model_calls",
    "tokens",
    "cost_usd",
    "ms_per_product",
)
#: Metrics that are better when smaller; all others are better when larger.
SMALLER_IS_BETTER = frozenset(
    {"abstentions", "calibration_error", "model_calls", "tokens", "cost_usd", "ms_per_product"}
)


@dataclass(frozen=True, slots=True)
class Prediction:
    """One tested product. `ranked`: choice, then alternatives; `candidates`: all found, in order."""

    right: frozenset[int]
    choice: int | None
    confidence: float
    ranked: tuple[int, ...]
    candidates: tuple[int, ...]

    @property
    def is_right(self) -> bool:
        return self.choice in self.right


@dataclass(frozen=True, slots=True)
class Automatic:
    """What a confidence threshold would decide without a person. `coverage`: share of all products."""

    threshold: float
    coverage: float
    precision: float


def top(predictions: Sequence[Prediction], count: int) -> float:
    """Share of products whose right category is among the first `count` answers."""
    return _share(bool(one.right.intersection(one.ranked[:count])) for one in predictions)


def recall(predictions: Sequence[Prediction], count: int) -> float:
    """Share of products whose right category is among the first `count` candidates."""
    return _share(bool(one.right.intersection(one.candidates[:count])) for one in predictions)


def abstentions(predictions: Sequence[Prediction]) -> float:
    return _share(one.choice is None for one in predictions)


def at_threshold(predictions: Sequence[Prediction], threshold: float) -> Automatic:
    """What is decided automatically at that confidence; precision 1 when nothing is."""
    decided = [one for one in predictions if one.choice is not None and one.confidence >= threshold]
    precision = _share(one.is_right for one in decided) if decided else 1.0
    return Automatic(threshold, len(decided) / max(len(predictions), 1), precision)


def at_precision(predictions: Sequence[Prediction], target: float) -> Automatic:
    """The widest automatic decision whose precision still reaches `target`; the threshold is one seen."""
    answered = [one for one in predictions if one.choice is not None]
    answered.sort(key=lambda one: one.confidence, reverse=True)
    best = Automatic(1.0, 0.0, 1.0)
    right = 0
    for number, one in enumerate(answered, start=1):
        right += one.is_right
        ends_a_tie = number == len(answered) or answered[number].confidence < one.confidence
        if ends_a_tie and right / number >= target:
            best = Automatic(one.confidence, number / len(predictions), right / number)
    return best


def calibration_error(predictions: Sequence[Prediction], bins: int = CALIBRATION_BINS) -> float:
    """Expected calibration error: mean gap between confidence and accuracy over equal bins of confidence."""
    answered = [one for one in predictions if one.choice is not None]
    error = 0.0
    for number in range(bins):
        inside = [one for one in answered if min(int(one.confidence * bins), bins - 1) == number]
        if inside:
            confidence = sum(one.confidence for one in inside) / len(inside)
            error += abs(confidence - _share(one.is_right for one in inside)) * len(inside) / len(answered)
    return error


def _share(outcomes: Iterable[bool]) -> float:
    values = list(outcomes)
    return sum(values) / len(values) if values else 0.0
