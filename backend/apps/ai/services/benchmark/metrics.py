"""What a benchmark measures: predictions in, figures out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

#: Bins of equal width for the expected calibration error, as in Guo et al., 2017.
CALIBRATION_BINS = 15
METRICS = (
    "top1",
    "top3",
    "recall@10",
    "recall@20",
    "recall@30",
    "hierarchical_f1",
    "macro_f1",
    "abstentions",
    "coverage@95",
    "coverage@98",
    "coverage@99",
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
    """One tested product. `ranked`: choice, then alternatives; `candidates`: all found, in order.

    `automatic`: sure enough to be applied without a person.
    """

    right: frozenset[int]
    choice: int | None
    confidence: float
    ranked: tuple[int, ...]
    candidates: tuple[int, ...]
    automatic: bool = False

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


def automatic(predictions: Sequence[Prediction]) -> Automatic:
    """What would be applied without a person; precision 1 when nothing would."""
    decided = [one for one in predictions if one.automatic]
    threshold = min((one.confidence for one in decided), default=1.0)
    precision = _share(one.is_right for one in decided) if decided else 1.0
    return Automatic(threshold, len(decided) / max(len(predictions), 1), precision)


def hierarchical_f1(predictions: Sequence[Prediction], paths: Mapping[int, tuple[int, ...]]) -> float:
    """Mean F1 of the longest common prefix of two paths, against the right category that suits best; 0 without
    an answer.
    """
    return _mean(
        max((_path_f1(paths[one.choice], paths[right]) for right in one.right), default=0.0)
        if one.choice is not None
        else 0.0
        for one in predictions
    )


def macro_f1(predictions: Sequence[Prediction]) -> float:
    """Mean F1 over the categories that are right for some product. A wrong answer misses the first of several
    right ones.
    """
    hits: Counter[int] = Counter()
    false_alarms: Counter[int] = Counter()
    misses: Counter[int] = Counter()
    for one in predictions:
        if one.choice is not None and one.is_right:
            hits[one.choice] += 1
            continue
        misses[min(one.right)] += 1
        if one.choice is not None:
            false_alarms[one.choice] += 1
    return _mean(
        2.0 * hits[category] / (2.0 * hits[category] + false_alarms[category] + misses[category])
        for category in {*hits, *misses}
    )


def _path_f1(answered: Sequence[int], right: Sequence[int]) -> float:
    common = 0
    for one, other in zip(answered, right, strict=False):
        if one != other:
            break
        common += 1
    return 2.0 * common / (len(answered) + len(right))


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


def reliability(
    predictions: Sequence[Prediction], bins: int = CALIBRATION_BINS
) -> list[tuple[int, float, float]]:
    """Products, mean confidence and share right of each of `bins` equal bins of confidence that is not empty."""
    answered = [one for one in predictions if one.choice is not None]
    found = []
    for number in range(bins):
        inside = [one for one in answered if min(int(one.confidence * bins), bins - 1) == number]
        if inside:
            sure = _mean(one.confidence for one in inside)
            found.append((len(inside), sure, _share(one.is_right for one in inside)))
    return found


def calibration_error(predictions: Sequence[Prediction], bins: int = CALIBRATION_BINS) -> float:
    """Expected calibration error: mean gap between confidence and accuracy over equal bins of confidence."""
    found = reliability(predictions, bins)
    total = sum(count for count, _, _ in found)
    return sum(count * abs(sure - right) for count, sure, right in found) / max(total, 1)


def coverage_curve(predictions: Sequence[Prediction]) -> list[tuple[float, float]]:
    """Coverage and precision of the surest product, the two surest, and so on; ties are decided together."""
    answered = sorted((one for one in predictions if one.choice is not None), key=lambda one: -one.confidence)
    found = []
    right = 0
    for number, one in enumerate(answered, start=1):
        right += one.is_right
        if number == len(answered) or answered[number].confidence < one.confidence:
            found.append((number / len(predictions), right / number))
    return found


def _share(outcomes: Iterable[bool]) -> float:
    return _mean(float(outcome) for outcome in outcomes)


def _mean(values: Iterable[float]) -> float:
    every = list(values)
    return sum(every) / len(every) if every else 0.0
