"""The newest fit as it lies in the database; workers read it once a process."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from apps.ai.models import AICategoryFit
from apps.ai.services.category.evidence import WEIGHTS
from apps.ai.services.fitting import classifier
from apps.ai.services.fitting.classifier import Classifier
from apps.ai.services.fitting.model import UNFITTED, Calibration, CategoryFit
from apps.ai.services.fitting.train import Training
from apps.ai.ttl_cache import TTLCached
from apps.ai.types import MODEL, NEIGHBOURS

#: Raised with every change of what the evidence means.
FORMAT = 100 * classifier.FORMAT + 1
#: Fits that are kept to look back at; of the older ones only the figures, as a classifier may weigh tens of megabytes.
KEEP = 20


def newest(embedding_model: str) -> AICategoryFit | None:
    """The fit in force, without its classifier's bytes."""
    rows = AICategoryFit.objects.filter(format=FORMAT, embedding_model=embedding_model)
    return rows.defer("classifier").first()


def current(embedding_model: str) -> CategoryFit:
    """The fit in force, or UNFITTED. One small query each AI_CONFIG["CACHE_SECONDS"]."""
    newest_id = _newest_id.get(embedding_model)
    if newest_id is None:
        return UNFITTED
    with _lock:
        if newest_id not in _loaded:
            fit = _read(newest_id)
            _loaded.clear()
            _loaded[newest_id] = fit
        return _loaded[newest_id]


def save(
    training: Training,
    *,
    embedding_model: str,
    target: float,
    decided: int,
    counted: Mapping[str, int] | None = None,
) -> AICategoryFit:
    """Keep a fit; it is in force from now on. `counted`: by which the next one sees whether anything changed."""
    fit = training.fit
    if fit.classifier is None:
        raise ValueError("a training always has a classifier")
    calibrations = {NEIGHBOURS: fit.alone, MODEL: fit.asked}
    row = AICategoryFit.objects.create(
        format=FORMAT,
        embedding_model=embedding_model,
        target_precision=target,
        confirmed=training.confirmed,
        decided=decided,
        tested=training.tested,
        counted=dict(counted or {}),
        weights=dict(fit.weights),
        calibrations={method: asdict(one) for method, one in calibrations.items() if one is not None},
        reliability={method: asdict(one) for method, one in training.reliability.items()},
        classifier=fit.classifier.to_bytes(),
    )
    older = AICategoryFit.objects.filter(embedding_model=embedding_model).values_list("pk", flat=True)[2:]
    AICategoryFit.objects.filter(pk__in=list(older)).update(classifier=b"")
    kept = AICategoryFit.objects.order_by("-pk").values_list("pk", flat=True)[:KEEP]
    AICategoryFit.objects.exclude(pk__in=list(kept)).delete()
    _newest_id.clear()
    return row


def _find_newest(embedding_model: str) -> int | None:
    rows = AICategoryFit.objects.filter(format=FORMAT, embedding_model=embedding_model)
    return rows.values_list("pk", flat=True).first()


def _read(pk: int) -> CategoryFit:
    row = AICategoryFit.objects.get(pk=pk)
    alone, asked = (_calibration(row.calibrations.get(method)) for method in (NEIGHBOURS, MODEL))
    return CategoryFit({**WEIGHTS, **row.weights}, Classifier.from_bytes(bytes(row.classifier)), alone, asked)


def _calibration(stored: Mapping[str, Any] | None) -> Calibration | None:
    if stored is None:
        return None
    branches = {int(branch): threshold for branch, threshold in stored["branches"].items()}
    return Calibration(**{**stored, "branches": branches})


_newest_id = TTLCached[str, int | None](_find_newest)
_loaded: dict[int, CategoryFit] = {}
_lock = threading.Lock()
