"""Fits a `CategoryFit` on confirmed products and on people's decisions. Values in, values out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from apps.ai.services.category.candidates import ClosedSet
from apps.ai.services.category.evidence import OPINIONS, WEIGHTS, Evidence, log_odds
from apps.ai.services.fitting import calibration, classifier
from apps.ai.services.fitting.calibration import FOLDS, Outcome, Reliability
from apps.ai.services.fitting.classifier import Fitted
from apps.ai.services.fitting.model import CategoryFit, branch_of
from apps.ai.services.indexing import Document
from apps.ai.types import MODEL, NEIGHBOURS, CategoryNode, Meter

Floats = NDArray[np.float64]

#: Fewer confirmed products say too little: then nothing is fitted, and the shipped estimate goes on.
FEWEST_CONFIRMED = 200
#: Confirmed products that are categorised as if they were new; each costs a search.
MOST_TESTED = 3000
#: Log-odds over which a choice without a rival leads.
LONE = -30.0
#: How strongly fitted weights are held to the shipped ones. With less, pieces of evidence that say nearly the same
#: balance each other with opposite signs, and go wrong on what is unlike the products at hand.
PRIOR = 3.0
FITTED = tuple(field.name for field in fields(Evidence) if field.name not in OPINIONS)


@dataclass(frozen=True, slots=True)
class KnownChoice:
    """A choice of which it is known whether it was right. `rival`: evidence of the likeliest other candidate."""

    evidence: Evidence
    rival: Evidence
    right: bool
    branch: int | None
    method: str


@dataclass(frozen=True, slots=True)
class Training:
    """`fit`: what was fitted, on so many `confirmed` products. `tested`: choices of known outcome that calibrate it.

    `reliability` by method (NEIGHBOURS, MODEL).
    """

    fit: CategoryFit
    confirmed: int
    tested: int
    reliability: Mapping[str, Reliability]


class Stage(Protocol):
    """What a fit asks of the category stage: `AutoCategorizer.find_by_text`."""

    def find_by_text(
        self, text: str, *, product_id: int, meter: Meter, scores: Mapping[int, float] | None = None
    ) -> ClosedSet: ...


def train(
    documents: Sequence[Document],
    categorizer: Callable[[CategoryFit], Stage],
    *,
    meter: Meter,
    target: float,
    decisions: Sequence[KnownChoice] = (),
    most_tested: int = MOST_TESTED,
    progress: Callable[[int], None] = lambda done: None,
) -> Training | None:
    """Fit on confirmed products, which lie in the store as well; None when there are too few.

    `categorizer`: the stage as it would be with a fit. `target`: the precision of automatic decisions.
    `decisions`: what people decided about choices that were made without a model, or by one. Raises what the store
    and the model's door raise.
    """
    confirmed = len(documents)
    if confirmed < FEWEST_CONFIRMED:
        return None
    documents = [documents[place] for place in classifier.evenly(confirmed, classifier.MOST_EXAMPLES)]
    fitted = classifier.fit([one.text for one in documents], [_categories(one) for one in documents])
    stage = categorizer(CategoryFit(classifier=fitted.classifier))
    places = classifier.evenly(len(documents), most_tested)
    seen = list(_choose_again(documents, fitted, stage, places, meter=meter, progress=progress))
    weights = _weights(seen)
    by_method = {
        method: [_outcome(one, weights) for one in decisions if one.method == method]
        for method in (NEIGHBOURS, MODEL)
    }
    by_method[NEIGHBOURS] += _held_out(seen)
    found = {
        method: calibration.calibrate(outcomes, target=target)
        for method, outcomes in by_method.items()
        if len(outcomes) >= calibration.FEWEST_TESTED
    }
    alone, asked = (found[method][0] if method in found else None for method in (NEIGHBOURS, MODEL))
    return Training(
        fit=CategoryFit(weights, fitted.classifier, alone, asked),
        confirmed=confirmed,
        tested=sum(len(outcomes) for outcomes in by_method.values()),
        reliability={method: reliability for method, (_, reliability) in found.items()},
    )


@dataclass(frozen=True, slots=True)
class _Seen:
    """One confirmed product as if it were new: evidence of each candidate (a row each), which are right."""

    rows: Floats
    right: NDArray[np.bool_]
    nodes: tuple[CategoryNode, ...]


def _choose_again(
    documents: Sequence[Document],
    fitted: Fitted,
    stage: Stage,
    places: Sequence[int],
    *,
    meter: Meter,
    progress: Callable[[int], None],
) -> Iterator[_Seen]:
    for place, scores in zip(places, fitted.without(places), strict=True):
        document = documents[place]
        closed = stage.find_by_text(document.text, product_id=document.id, scores=scores, meter=meter)
        progress(1)
        if closed.candidates:
            right = set(_categories(document))
            yield _Seen(
                np.array([_row(candidate.evidence) for candidate in closed.candidates]),
                np.array([candidate.node.id in right for candidate in closed.candidates]),
                tuple(candidate.node for candidate in closed.candidates),
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
    fitted = calibration.logistic(rows, right, prior=prior, strength=PRIOR)
    return {**WEIGHTS, **{name: float(weight) for name, weight in zip(names, fitted, strict=True)}}


def _held_out(seen: Sequence[_Seen]) -> list[Outcome]:
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
                Outcome(
                    own=float(odds[best]),
                    rival=LONE if second is None else float(odds[second]),
                    right=bool(one.right[best]),
                    rival_right=None if second is None else bool(one.right[second]),
                    branch=branch_of(one.nodes[best]),
                )
            )
    return found


def _outcome(known: KnownChoice, weights: Mapping[str, float]) -> Outcome:
    own, rival = (log_odds(one, weights) for one in (known.evidence, known.rival))
    return Outcome(own, rival, known.right, False if known.right else None, known.branch)
