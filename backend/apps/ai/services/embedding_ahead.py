"""Vectors of runs that are about to begin, in one request instead of one each."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence

from apps.ai import catalog, conf
from apps.ai.exceptions import AIError
from apps.ai.models import AIProcessingLog
from apps.ai.services import engines
from apps.ai.services.categorizer import product_text
from apps.ai.services.spending import RunMeter
from apps.ai.types import Mode, ProductSnapshot

logger = logging.getLogger(__name__)


def embed(run_ids: Sequence[int]) -> int:
    """Fill the cache of vectors for those runs that will ask for one; returns how many texts were embedded.

    The request belongs to no single run: its ledger row names none, and no run's own cost holds a share of it
    (some 1e-6 USD a product). What goes wrong is left to the runs themselves, which ask for what is missing.
    """
    if conf.get().engine == "offline":
        return 0
    needed = AIProcessingLog.objects.only("product_id", "processing_type", "options", "source")
    runs = list(needed.filter(pk__in=run_ids))
    snapshots = catalog.get().snapshots([run.product_id for run in runs if _chooses(run)])
    texts = list(_texts(runs, snapshots))
    if not texts:
        return 0
    meter = RunMeter(run_id=None, product_id=None, source=runs[0].source, mode=runs[0].processing_type)
    try:
        engines.language_model().embed(texts, meter=meter)
    except AIError as error:
        logger.info("%s texts were not embedded ahead: %s", len(texts), error)
        return 0
    return len(texts)


def _chooses(run: AIProcessingLog) -> bool:
    return Mode(run.processing_type).chooses_category


def _texts(runs: Sequence[AIProcessingLog], snapshots: dict[int, ProductSnapshot]) -> Iterator[str]:
    """What the runs will ask for, as far as it is known: photos that will be looked at add to it."""
    for run in runs:
        product = snapshots.get(run.product_id)
        if product is None or (run.options.get("analyze_images", True) and product.image_urls):
            continue
        text = product_text(product)
        if text:
            yield text
