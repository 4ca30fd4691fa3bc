"""What runs need before they begin, read for many at once: products, answers of equal runs, vectors."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from copy import copy
from dataclasses import dataclass, field

from apps.ai import catalog, conf
from apps.ai.exceptions import AIError, PauseError, ProductMissing, TransientAIError
from apps.ai.models import AIProcessingLog
from apps.ai.services import composition
from apps.ai.services.category.evidence import product_text
from apps.ai.services.media_processor import ImageBatch
from apps.ai.services.money.ledger import RunMeter
from apps.ai.services.runs import reuse
from apps.ai.types import Mode, ProductSnapshot, RunOptions, Stage

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A claimed run and what was read for it.

    `product` None: it is gone. `error`: why it cannot begin: the request that was to bring its vector failed (that was
    the run's attempt), or a variant is worked on. `pictures`: on their way. `at`: when it was read, by the monotonic
    clock.
    """

    run: AIProcessingLog
    owner: str
    product: ProductSnapshot | None
    error: AIError | None = None
    pictures: Future[ImageBatch] | None = None
    at: float = field(default_factory=time.monotonic)


def prepare(claimed: Sequence[AIProcessingLog], *, owner: str) -> list[Prepared]:
    """Read the products, note what each run sees, start fetching pictures, embed the texts of all in one request.

    Few statements and a request, however many runs. A single run's text and pictures are left to its stages.
    """
    snapshots = catalog.get().snapshots([run.product_id for run in claimed])
    errors: dict[int, AIError] = {}
    errors |= reuse.remember(
        {run: snapshots[run.product_id] for run in claimed if run.product_id in snapshots},
        model=composition.language_model().model,
    )
    ready = [run for run in claimed if run.pk not in errors]
    pictures = _fetch(ready, snapshots) if len(claimed) > 1 else {}
    texts = _texts(ready, snapshots) if len(claimed) > 1 else {}
    if texts and (error := _embed(list(texts.values()), like=claimed[0])):
        errors |= dict.fromkeys(texts, error)
    return [
        Prepared(run, owner, snapshots.get(run.product_id), errors.get(run.pk), pictures.get(run.pk))
        for run in claimed
    ]


def read(run: AIProcessingLog, *, model: str) -> ProductSnapshot:
    """The same for one run that somebody else will ask for: its inputs are remembered. Raises ProductMissing."""
    product = catalog.get().snapshot(run.product_id)
    reuse.remember({run: product}, model=model)
    return product


def present(prepared: Prepared) -> ProductSnapshot:
    """The product. Raises ProductMissing, or what keeps the run from beginning."""
    if prepared.error is not None:
        raise copy(prepared.error)  # many runs may share it, and raising changes it
    if prepared.product is None:
        raise ProductMissing(f"Product {prepared.run.product_id} does not exist.")
    return prepared.product


def _looks(run: AIProcessingLog, product: ProductSnapshot) -> bool:
    """Will its pictures be looked at?"""
    saved = Stage.IMAGES.value in run.stage_results
    return RunOptions(**run.options).analyze_images and bool(product.image_urls) and not saved


def _fetch(
    runs: Sequence[AIProcessingLog], snapshots: Mapping[int, ProductSnapshot]
) -> dict[int, Future[ImageBatch]]:
    """Pictures by run: they come while the runs wait in stock."""
    wanted = {run.pk: snapshots[run.product_id] for run in runs if run.product_id in snapshots}
    looking = [run.pk for run in runs if run.pk in wanted and _looks(run, wanted[run.pk])]
    if not looking:
        return {}
    analyzer, threads = composition.image_analyzer(composition.language_model()), composition.fetchers()
    most = conf.get().max_images
    return {run_id: threads.submit(analyzer.fetch, wanted[run_id], max_images=most) for run_id in looking}


def _embed(texts: list[str], *, like: AIProcessingLog) -> AIError | None:
    """Fill the cache of vectors; what kept it from that, if trying again at once would be no use.

    The request belongs to no single run: its ledger row names none, and no run's own cost holds a share of it
    (some 1e-6 USD a product).
    """
    meter = RunMeter(run_id=None, product_id=None, source=like.source, mode=like.processing_type)
    try:
        composition.language_model().embed(texts, meter=meter)
    except (TransientAIError, PauseError) as error:
        return error
    except AIError as error:  # one of them is at fault: each asks for its own
        logger.info("%s texts were not embedded together: %s", len(texts), error)
    return None


def _texts(runs: Sequence[AIProcessingLog], snapshots: Mapping[int, ProductSnapshot]) -> dict[int, str]:
    """By run, what it will ask for as far as it is known: photos that will be looked at add to it."""
    if conf.get().in_process:
        return {}
    found = {}
    for run in runs:
        product = snapshots.get(run.product_id)
        if product is None or Stage.CATEGORY.value in run.stage_results:
            continue
        text = ""
        if Mode(run.processing_type).chooses_category and not _looks(run, product):
            text = product_text(product)
        if text:
            found[run.pk] = text
    return found
