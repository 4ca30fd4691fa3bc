"""What runs need before they begin, read for many at once: products, answers of equal runs, pictures, vectors."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from apps.ai import catalog, conf, prompts
from apps.ai.exceptions import (
    AIError,
    PauseError,
    PicturesOnTheWay,
    ProductMissing,
    TransitionError,
    VariantUnderWay,
)
from apps.ai.models import AIProcessingLog
from apps.ai.services import composition
from apps.ai.services.category.evidence import product_text
from apps.ai.services.keeping import wanting
from apps.ai.services.media_processor import ImageBatch
from apps.ai.services.money import ledger
from apps.ai.services.money.ledger import RunTotals
from apps.ai.services.money.meter import RunMeter
from apps.ai.services.runs.known_answers import (
    VARIANT_WAIT,
    Answers,
    Sight,
    answers_for,
    of_this_tree,
    sight_of,
    waits,
)
from apps.ai.types import Mode, ProductSnapshot, RunOptions, Stage

logger = logging.getLogger(__name__)

#: Seconds after which a run looks again whether its pictures have come.
PICTURE_PAUSE = 5.0


@dataclass(frozen=True, slots=True)
class Prepared:
    """A claimed run and what was read for it.

    `inputs`: the run's fields that say what it saw; they go with its first write. `pictures`: on their way. `spent`: by
    its attempts until now. `at`: when it was read, by the monotonic clock.
    """

    run: AIProcessingLog
    owner: str
    product: ProductSnapshot
    inputs: Mapping[str, Any] = field(default_factory=dict)
    pictures: Future[ImageBatch] | None = None
    spent: RunTotals = field(default_factory=RunTotals)
    at: float = field(default_factory=time.monotonic)


@dataclass(frozen=True, slots=True)
class Preparation:
    """`ready` may begin; each of `held_up` has the error that keeps it from it: a variant's card, a lost product."""

    ready: list[Prepared]
    held_up: list[tuple[AIProcessingLog, Exception]]


def prepare(claimed: Sequence[AIProcessingLog], *, owner: str) -> Preparation:
    """Read the products and answers of all, start fetching their pictures, embed their texts in one request.

    Few statements and a request, however many runs. A single run's text and pictures are left to its stages.
    """
    snapshots = catalog.get().snapshots([run.product_id for run in claimed])
    known = {run: snapshots[run.product_id] for run in claimed if run.product_id in snapshots}
    on_the_way = _on_the_way(known)
    known = {run: product for run, product in known.items() if run.pk not in on_the_way}
    inputs, waiting = take_in(known, model=composition.language_model().model)
    errors: dict[int, AIError] = {**waiting, **on_the_way}
    for run in claimed:
        if run not in known and run.pk not in errors:
            errors[run.pk] = ProductMissing(f"Product {run.product_id} does not exist.")
    ready = [run for run in claimed if run.pk not in errors]
    pictures = _fetch(ready, snapshots) if len(claimed) > 1 else {}
    texts = _texts(ready, snapshots) if len(claimed) > 1 else {}
    spent = ledger.totals_of([run.pk for run in ready])
    if texts and (error := _embed(list(texts.values()), like=claimed[0])):
        errors |= dict.fromkeys(texts, error)
    return Preparation(
        [
            Prepared(
                run, owner, known[run], inputs[run.pk], pictures.get(run.pk), spent.get(run.pk, RunTotals())
            )
            for run in ready
            if run.pk not in errors
        ],
        [(run, errors[run.pk]) for run in claimed if run.pk in errors],
    )


def prepare_one(claimed: AIProcessingLog, *, owner: str) -> Prepared:
    """Raises ProductMissing, or VariantUnderWay."""
    preparation = prepare([claimed], owner=owner)
    for _, error in preparation.held_up:
        raise error
    return preparation.ready[0]


def take_in(
    products: Mapping[AIProcessingLog, ProductSnapshot], *, model: str
) -> tuple[dict[int, dict[str, Any]], dict[int, VariantUnderWay]]:
    """By run: the fields that say what it sees, with answers that are there already; and why it should rather wait.

    The fields are set on the run, and go with its next write; where other variants must see them they are written at
    once, and none are left. One query for all.
    """
    sights = [sight_of(run, product, model) for run, product in products.items()]
    asking = [sight for sight in sights if sight.asks]
    variant_keys = {sight.variant_key for sight in asking} - {""}
    keys = {sight.key for sight in asking}
    fingerprints = {sight.product.fingerprint for sight in asking}
    runs = AIProcessingLog.objects
    found = list(runs.with_answers_for(keys, fingerprints, variant_keys)) if asking else []
    inputs: dict[int, dict[str, Any]] = {}
    waiting: dict[int, VariantUnderWay] = {}
    begun: dict[str, int] = {}
    for sight in sights:
        run = sight.run
        answers = of_this_tree(sight.own or (answers_for(sight, found) if sight.asks else Answers()))
        inputs[run.pk] = _inputs(sight, answers, model)
        for name, value in inputs[run.pk].items():
            setattr(run, name, value)
        if answers.stages or answers.taken_from:
            continue
        if waits(sight, found, begun.get(sight.key) or begun.get(sight.variant_key)):
            waiting[run.pk] = VariantUnderWay(
                "Такой же товар, или в другом цвете или размере, обрабатывается сейчас.",
                retry_after=VARIANT_WAIT,
            )
            continue
        begun[sight.key] = run.pk
        if not sight.variant_key:
            continue
        begun[sight.variant_key] = run.pk
        with suppress(TransitionError):  # whose run it is now shows at the next write
            run.write_while_held(owner=run.lease_owner, **inputs[run.pk])
            inputs[run.pk] = {}
    return inputs, waiting


# --- pictures and vectors ---


def _looks(run: AIProcessingLog, product: ProductSnapshot) -> bool:
    """Will its pictures be looked at?"""
    saved = Stage.IMAGES.value in run.stage_results
    return RunOptions(**run.options).analyze_images and bool(product.image_urls) and not saved


def _on_the_way(
    products: Mapping[AIProcessingLog, ProductSnapshot],
) -> dict[int, PicturesOnTheWay]:
    """By run: why it should wait for its pictures. One query for all; none when nobody looks at pictures."""
    looking = {run: product.image_urls for run, product in products.items() if _looks(run, product)}
    urls = {url for addresses in looking.values() for url in addresses}
    owed = wanting.on_the_way(urls) if urls else frozenset()
    return {
        run.pk: PicturesOnTheWay("Фото товара ещё загружаются в хранилище.", retry_after=PICTURE_PAUSE)
        for run, addresses in looking.items()
        if owed.intersection(addresses)
    }


def _fetch(
    runs: Sequence[AIProcessingLog], snapshots: Mapping[int, ProductSnapshot]
) -> dict[int, Future[ImageBatch]]:
    """Pictures by run: they come while the runs wait for a slot."""
    looking = [run for run in runs if _looks(run, snapshots[run.product_id])]
    if not looking:
        return {}
    analyzer, threads = composition.image_analyzer(composition.language_model()), composition.fetchers()
    most = conf.get().max_images
    return {
        run.pk: threads.submit(analyzer.fetch, snapshots[run.product_id], max_images=most) for run in looking
    }


def _embed(texts: list[str], *, like: AIProcessingLog) -> AIError | None:
    """Fill the cache of vectors; what kept it from that, if it is a pause for all.

    The request belongs to no single run: its ledger row names none, and no run's own cost holds a share of it
    (some 1e-6 USD a product).
    """
    meter = RunMeter(run_id=None, product_id=None, source=like.source, mode=like.processing_type)
    try:
        composition.language_model().embed(texts, meter=meter)
    except PauseError as error:
        return error
    except AIError as error:  # one of them may be at fault: each asks for its own
        logger.info("%s texts were not embedded together: %s", len(texts), error)
    return None


def _texts(runs: Sequence[AIProcessingLog], snapshots: Mapping[int, ProductSnapshot]) -> dict[int, str]:
    """By run, what it will ask for as far as it is known: photos that will be looked at add to it."""
    if conf.get().in_process:
        return {}
    found = {}
    for run in runs:
        product = snapshots[run.product_id]
        chooses = Mode(run.processing_type).chooses_category and Stage.CATEGORY.value not in run.stage_results
        if run.taken_from:  # its answers are there, most likely
            continue
        if chooses and not _looks(run, product) and (text := product_text(product)):
            found[run.pk] = text
    return found


def _inputs(sight: Sight, answers: Answers, model: str) -> dict[str, Any]:
    """The run's fields."""
    product = sight.product
    return {
        "input_data": _input_data(product),
        "input_images_urls": list(product.image_urls),
        "input_fingerprint": product.fingerprint,
        "card_fingerprint": product.card_fingerprint,
        "prompt_version": prompts.version(),
        "llm_model": model[:50],
        "work_key": sight.key,
        "variant_key": sight.variant_key,
        "stage_results": dict(answers.stages),
        "template_ids": list(answers.template_ids),
        "taken_from": dict(answers.taken_from),
        "rejected_run_id": answers.rejected_run_id,
    }


def _input_data(product: ProductSnapshot) -> dict[str, Any]:
    """The snapshot under the specification's names."""
    return {
        "product_id": product.product_id,
        "title": product.title,
        "original_description": product.description,
        "brand": product.brand or None,
        "price": None if product.price is None else str(product.price),
        "currency": product.currency,
        "supplier": product.supplier or None,
        "source_url": product.source_url or None,
        "source_category": product.source_category,
        "barcode": product.barcode,
        "image_urls": list(product.image_urls),
        "parsed_attributes": dict(product.attributes),
        "created_at": product.created_at or None,
    }
