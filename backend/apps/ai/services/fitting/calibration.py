"""From the log-odds of choices to probabilities that hold, and to the thresholds of automatic decisions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from apps.ai.services.fitting.binomial import at_least
from apps.ai.services.fitting.model import NEVER, Calibration

Floats = NDArray[np.float64]

#: Choices of known outcome below which no threshold is computed (150 without a mistake just reach 98 %), and of one
#: branch.
FEWEST_TESTED = 150
FEWEST_IN_BRANCH = 300
GROWTH = 1.1
#: One-sided confidence of every bound: 95 %.
ALPHA = 0.05
#: No single product is decided with less confidence, however good the average above the threshold is.
LOWEST = 0.9
#: Candidates keep their order by odds.
FLATTEST = 0.001
FOLDS = 5
BINS = 10
SMALLEST_STEP = 1e-6


@dataclass(frozen=True, slots=True)
class Outcome:
    """Log-odds of the choice and of the likeliest other, and what became of them; None: nobody knows."""

    own: float
    rival: float
    right: bool
    rival_right: bool | None
    branch: int | None


@dataclass(frozen=True, slots=True)
class Reliability:
    """How well confidences held on choices that were not used to fit them.

    `bins`: lower edge, products, mean confidence, share right. `calibration_error`: expected, over those bins;
    `brier`: mean squared error of the confidence.
    """

    products: int
    accuracy: float
    calibration_error: float
    brier: float
    bins: tuple[tuple[float, int, float, float], ...]


def calibrate(outcomes: Sequence[Outcome], *, target: float) -> tuple[Calibration, Reliability]:
    """A calibration with thresholds for a precision of `target`, and how well its like held on choices left out."""
    whole = _platt(outcomes)
    sure = [(whole.confidence(one.own, one.rival), one.right) for one in outcomes]
    by_branch: dict[int, list[tuple[float, bool]]] = {}
    for one, outcome in zip(outcomes, sure, strict=True):
        if one.branch is not None:
            by_branch.setdefault(one.branch, []).append(outcome)
    branches = {
        branch: _threshold(inside, target)
        for branch, inside in by_branch.items()
        if len(inside) >= FEWEST_IN_BRANCH
    }
    calibration = Calibration(whole.bias, whole.own, whole.lead, _threshold(sure, target), branches)
    return calibration, _reliability(_confidences_held_out(outcomes), [one.right for one in outcomes])


def _threshold(outcomes: Sequence[tuple[float, bool]], target: float) -> float:
    found = safe_threshold(outcomes, target=target, alpha=ALPHA, fewest=FEWEST_TESTED, growth=GROWTH)
    return max(found, LOWEST)


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
            if target < 1.0 and at_least(number - wrong, number, target) <= alpha:
                found = sure
    return found


def _platt(outcomes: Sequence[Outcome]) -> Calibration:
    """Fitted on choices and on the runners-up, which are mostly wrong: so what is unlike everything seen ends between
    them, even where mistakes among the choices are mere chance.

    More odds or a longer lead never make a choice less sure: a negative slope is left out.
    """
    rivals = [one for one in outcomes if one.rival_right is not None]
    rows = np.array(
        [[1.0, one.own, one.own - one.rival] for one in outcomes]
        + [[1.0, one.rival, one.rival - one.own] for one in rivals]
    )
    right = np.array([one.right for one in outcomes] + [one.rival_right for one in rivals], dtype=np.float64)
    prior = np.array([0.0, 0.5, 0.25])
    used = [0, 1, 2]
    fitted = logistic(rows, right, prior=prior, strength=1.0)
    if min(fitted[1:]) < 0.0:
        used = [0, 1 if fitted[1] > fitted[2] else 2]
        fitted = logistic(rows[:, used], right, prior=prior[used], strength=1.0)
    slopes = dict(zip(used, fitted.tolist(), strict=True))
    return Calibration(slopes[0], max(slopes.get(1, 0.0), FLATTEST), max(slopes.get(2, 0.0), 0.0))


def _confidences_held_out(outcomes: Sequence[Outcome]) -> list[float]:
    found = [0.0] * len(outcomes)
    for fold in range(FOLDS):
        fitted = _platt([one for place, one in enumerate(outcomes) if place % FOLDS != fold])
        for place in range(fold, len(outcomes), FOLDS):
            found[place] = fitted.confidence(outcomes[place].own, outcomes[place].rival)
    return found


def _reliability(confidences: Sequence[float], right: Sequence[bool]) -> Reliability:
    sure, hits = np.array(confidences), np.array(right, dtype=np.float64)
    place = np.minimum((sure * BINS).astype(int), BINS - 1)
    bins = tuple(
        (edge / BINS, int(inside.sum()), float(sure[inside].mean()), float(hits[inside].mean()))
        for edge in range(BINS)
        if (inside := place == edge).any()
    )
    error = sum(count * abs(mean - share) for _, count, mean, share in bins) / len(sure)
    return Reliability(len(sure), float(hits.mean()), error, float(((sure - hits) ** 2).mean()), bins)


def logistic(rows: Floats, right: Floats, *, prior: Floats, strength: float, rounds: int = 50) -> Floats:
    """Weights of a logistic regression, drawn to `prior` by `strength` / 2 × squared distance.

    Newton's method; a step that makes the loss larger is halved.
    """

    def loss(weights: Floats) -> float:
        odds = rows @ weights
        away = weights - prior
        return float((np.logaddexp(0.0, odds) - right * odds).sum() + strength / 2.0 * (away @ away))

    weights = np.zeros(len(prior))
    now = loss(weights)
    for _ in range(rounds):
        expected = 1.0 / (1.0 + np.exp(-np.clip(rows @ weights, -30.0, 30.0)))
        slope = rows.T @ (right - expected) - strength * (weights - prior)
        curve = (rows * (expected * (1.0 - expected))[:, None]).T @ rows + np.eye(len(prior)) * strength
        step = np.linalg.solve(curve, slope)
        before = now
        while (now := loss(weights + step)) > before and float(np.abs(step).max()) > SMALLEST_STEP:
            step = step / 2.0
        if now > before:
            break
        weights = weights + step
        if before - now < SMALLEST_STEP:
            break
    return weights
