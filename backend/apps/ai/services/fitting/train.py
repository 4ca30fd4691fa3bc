"""Fits a `Judge` on confirmed products and on people's decisions. Values in, values out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from apps.ai.services.category import confidence
from apps.ai.services.category.candidates import ClosedSet
from apps.ai.services.category.confidence import OPINIONS, WEIGHTS, Evidence
from apps.ai.services.fitting import classifier
from apps.ai.services.fitting.classifier import Fitted
from apps.ai.services.fitting.model import Calibration, Judge, branch_of, safe_threshold
from apps.ai.services.index.indexing import Document
from apps.ai.types import MODEL, NEIGHBOURS, CategoryNode, Meter

Floats = NDArray[np.float64]

#: Fewer confirmed products say too little: then nothing is fitted, and the shipped estimate goes on.
FEWEST_CONFIRMED = 200
#: Confirmed products that are categorised as if they were new; each costs a search.
MOST_JUDGED = 3000
#: Judged choices below which no threshold is computed (150 without a mistake just reach 98 %), and of one
#: branch.
FEWEST_JUDGED = 150
FEWEST_IN_BRANCH = 300
GROWTH = 1.1
#: One-sided confidence of every bound: 95 %.
ALPHA = 0.05
#: No single product is decided with less confidence, however good the average above the threshold is.
LOWEST = 0.9
#: Candidates keep their order by odds, and a choice without a rival leads over this.
FLATTEST, LONE = 0.001, -30.0
FOLDS = 5
BINS = 10
SMALLEST_STEP = 1e-6
#: How strongly fitted weights are held to the shipped ones. With less, pieces of evidence that say nearly the same
#: balance each other with opposite signs, and go wrong on what is unlike the products at hand.
PRIOR = 3.0
FITTED = tuple(field.name for field in fields(Evidence) if field.name not in OPINIONS)


@dataclass(frozen=True, slots=True)
class Judged:
    """A choice of which it is known whether it was right. `rival`: evidence of the likeliest other candidate."""

    evidence: Evidence
    rival: Evidence
    right: bool
    branch: int | None
    method: str


@dataclass(frozen=True, slots=True)
class Reliability:
    """How well confidences held on choices that were not used to fit them.

    `bins`: lower edge, products, mean confidence, share right. `calibration_error`: expected, over those
    bins; `brier`: mean
    squared error of the confidence.
    """

    products: int
    accuracy: float
    calibration_error: float
    brier: float
    bins: tuple[tuple[float, int, float, float], ...]


@dataclass(frozen=True, slots=True)
class Training:
    """`judge`: what was fitted. `reliability` by method."""

    judge: Judge
    confirmed: int
    judged: int
    reliability: Mapping[str, Reliability]


class Stage(Protocol):
    """What a fit asks of the category stage: `AutoCategorizer.look`."""

    def look(
        self, text: str, *, product_id: int, meter: Meter, scores: Mapping[int, float] | None = None
    ) -> ClosedSet: ...


def train(
    documents: Sequence[Document],
    categorizer: Callable[[Judge], Stage],
    *,
    meter: Meter,
    target: float,
    decisions: Sequence[Judged] = (),
    progress: Callable[[int], None] = lambda done: None,
) -> Training | None:
    """Fit on confirmed products, which lie in the store as well; None when there are too few.

    `categorizer`: the stage as it would be with a judge. `target`: the precision of automatic decisions.
    `decisions`: what
    people decided about choices that were made without a model, or by one. Raises what the store and the
    model's door raise.
    """
    documents = [documents[place] for place in classifier.evenly(len(documents), classifier.MOST_EXAMPLES)]
    if len(documents) < FEWEST_CONFIRMED:
        return None
    fitted = classifier.fit([one.text for one in documents], [_categories(one) for one in documents])
    stage = categorizer(Judge(classifier=fitted.classifier))
    seen = list(_look_again(documents, fitted, stage, meter=meter, progress=progress))
    weights = _weights(seen)
    by_method = {
        method: [_outcome(one, weights) for one in decisions if one.method == method]
        for method in (NEIGHBOURS, MODEL)
    }
    by_method[NEIGHBOURS] += _held_out(seen)
    found = {
        method: _calibrate(outcomes, target=target)
        for method, outcomes in by_method.items()
        if len(outcomes) >= FEWEST_JUDGED
    }
    alone, asked = (found[method][0] if method in found else None for method in (NEIGHBOURS, MODEL))
    return Training(
        judge=Judge(weights, fitted.classifier, alone, asked),
        confirmed=len(documents),
        judged=sum(len(outcomes) for outcomes in by_method.values()),
        reliability={method: reliability for method, (_, reliability) in found.items()},
    )


@dataclass(frozen=True, slots=True)
class _Seen:
    """One confirmed product as if it were new: evidence of each candidate (a row each), which are right."""

    rows: Floats
    right: NDArray[np.bool_]
    nodes: tuple[CategoryNode, ...]


@dataclass(frozen=True, slots=True)
class _Outcome:
    """Log-odds of the choice and of the likeliest other, and what became of them; None: nobody knows."""

    own: float
    rival: float
    right: bool
    rival_right: bool | None
    branch: int | None


def _look_again(
    documents: Sequence[Document],
    fitted: Fitted,
    stage: Stage,
    *,
    meter: Meter,
    progress: Callable[[int], None],
) -> Iterator[_Seen]:
    places = classifier.evenly(len(documents), MOST_JUDGED)
    for place, scores in zip(places, fitted.without(places), strict=True):
        document = documents[place]
        offered = stage.look(document.text, product_id=document.id, scores=scores, meter=meter)
        progress(1)
        if offered.candidates:
            right = set(_categories(document))
            yield _Seen(
                np.array([_row(candidate.evidence) for candidate in offered.candidates]),
                np.array([candidate.node.id in right for candidate in offered.candidates]),
                tuple(candidate.node for candidate in offered.candidates),
            )


def _categories(document: Document) -> tuple[int, ...]:
    return (document.payload["category_id"], *document.payload.get("also", ()))


def _row(evidence: Evidence) -> list[float]:
    return [1.0, *(getattr(evidence, name) for name in FITTED)]


def _weights(seen: Sequence[_Seen]) -> dict[str, float]:
    """Logistic regression over all candidates, held to the shipped weights where the data say nothing."""
    prior = np.array([WEIGHTS["bias"], *(WEIGHTS[name] for name in FITTED)])
    rows = np.concatenate([one.rows for one in seen])
    right = np.concatenate([one.right for one in seen]).astype(np.float64)
    names = ("bias", *FITTED)
    fitted = logistic(rows, right, prior=prior, strength=PRIOR)
    return {**WEIGHTS, **{name: float(weight) for name, weight in zip(names, fitted, strict=True)}}


def _held_out(seen: Sequence[_Seen]) -> list[_Outcome]:
    """The best candidate of each product by weights that were fitted on other products."""
    found = []
    for fold in range(FOLDS):
        weights = _weights([one for place, one in enumerate(seen) if place % FOLDS != fold])
        column = np.array([weights["bias"], *(weights[name] for name in FITTED)])
        for one in seen[fold::FOLDS]:
            odds = np.clip(one.rows @ column, -30.0, 30.0)
            order = np.argsort(-odds, kind="stable")
            best, second = int(order[0]), int(order[1]) if len(order) > 1 else None
            found.append(
                _Outcome(
                    own=float(odds[best]),
                    rival=LONE if second is None else float(odds[second]),
                    right=bool(one.right[best]),
                    rival_right=None if second is None else bool(one.right[second]),
                    branch=branch_of(one.nodes[best]),
                )
            )
    return found


def _outcome(judged: Judged, weights: Mapping[str, float]) -> _Outcome:
    own, rival = (confidence.odds(one, weights) for one in (judged.evidence, judged.rival))
    return _Outcome(own, rival, judged.right, False if judged.right else None, judged.branch)


def _calibrate(outcomes: Sequence[_Outcome], *, target: float) -> tuple[Calibration, Reliability]:
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
    found = safe_threshold(outcomes, target=target, alpha=ALPHA, fewest=FEWEST_JUDGED, growth=GROWTH)
    return max(found, LOWEST)


def _platt(outcomes: Sequence[_Outcome]) -> Calibration:
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


def _confidences_held_out(outcomes: Sequence[_Outcome]) -> list[float]:
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
