"""The newest judge as it lies in the database; workers read it once a process."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from apps.ai.briefly import Briefly
from apps.ai.models import AICategoryJudge
from apps.ai.services.category.confidence import WEIGHTS
from apps.ai.services.fitting import classifier
from apps.ai.services.fitting.classifier import Classifier
from apps.ai.services.fitting.model import UNFITTED, Calibration, Judge
from apps.ai.services.fitting.train import Training
from apps.ai.types import MODEL, NEIGHBOURS

#: Raised with every change of what the evidence means.
FORMAT = 100 * classifier.FORMAT + 1
#: Fits that are kept to look back at; of the older ones only the figures, as a classifier may weigh tens of megabytes.
KEEP = 20


def newest(embedding_model: str) -> AICategoryJudge | None:
    """The fit in force, without its classifier's bytes."""
    rows = AICategoryJudge.objects.filter(format=FORMAT, embedding_model=embedding_model)
    return rows.defer("classifier").first()


def current(embedding_model: str) -> Judge:
    """The judge in force, or UNFITTED. One small query each AI_CONFIG["CACHE_SECONDS"]."""
    newest_id = _newest_id.get(embedding_model)
    if newest_id is None:
        return UNFITTED
    with _lock:
        if newest_id not in _loaded:
            judge = _read(newest_id)
            _loaded.clear()
            _loaded[newest_id] = judge
        return _loaded[newest_id]


def save(
    training: Training,
    *,
    embedding_model: str,
    target: float,
    decided: int,
    counted: Mapping[str, int] | None = None,
) -> AICategoryJudge:
    """Keep a fit; it is in force from now on. `counted`: by which the next one sees whether anything changed."""
    judge = training.judge
    if judge.classifier is None:
        raise ValueError("a training always has a classifier")
    calibrations = {NEIGHBOURS: judge.alone, MODEL: judge.asked}
    row = AICategoryJudge.objects.create(
        format=FORMAT,
        embedding_model=embedding_model,
        target_precision=target,
        confirmed=training.confirmed,
        decided=decided,
        judged=training.judged,
        counted=dict(counted or {}),
        weights=dict(judge.weights),
        calibrations={method: asdict(one) for method, one in calibrations.items() if one is not None},
        reliability={method: asdict(one) for method, one in training.reliability.items()},
        classifier=judge.classifier.to_bytes(),
    )
    older = AICategoryJudge.objects.filter(embedding_model=embedding_model).values_list("pk", flat=True)[2:]
    AICategoryJudge.objects.filter(pk__in=list(older)).update(classifier=b"")
    kept = AICategoryJudge.objects.order_by("-pk").values_list("pk", flat=True)[:KEEP]
    AICategoryJudge.objects.exclude(pk__in=list(kept)).delete()
    _newest_id.forget()
    return row


def _find_newest(embedding_model: str) -> int | None:
    rows = AICategoryJudge.objects.filter(format=FORMAT, embedding_model=embedding_model)
    return rows.values_list("pk", flat=True).first()


def _read(pk: int) -> Judge:
    row = AICategoryJudge.objects.get(pk=pk)
    alone, asked = (_calibration(row.calibrations.get(method)) for method in (NEIGHBOURS, MODEL))
    return Judge({**WEIGHTS, **row.weights}, Classifier.from_bytes(bytes(row.classifier)), alone, asked)


def _calibration(stored: Mapping[str, Any] | None) -> Calibration | None:
    if stored is None:
        return None
    branches = {int(branch): threshold for branch, threshold in stored["branches"].items()}
    return Calibration(**{**stored, "branches": branches})


_newest_id = Briefly[str, int | None](_find_newest)
_loaded: dict[int, Judge] = {}
_lock = threading.Lock()
