"""What runs need before they begin, read for many at once: products, answers of equal runs, pictures, vectors."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils import timezone

from apps.ai import catalog, conf, prompts
from apps.ai.exceptions import (
    AIError,
    PauseError,
    ProductMissing,
    TransitionError,
    VariantUnderWay,
)
from apps.ai.models import AIProcessingLog
from apps.ai.models.processing import SUPERSEDED, Status
from apps.ai.services import composition
from apps.ai.services.category.evidence import product_text
from apps.ai.services.media_processor import ImageBatch
from apps.ai.services.money.meter import RunMeter
from apps.ai.services.runs import variant_answers
from apps.ai.services.runs.variant_answers import Answers
from apps.ai.types import CategoryChoice, Mode, ProductSnapshot, RunOptions, Stage, fingerprint

logger = logging.getLogger(__name__)

#: Seconds that a run waits, and waits again, for the card of a variant that is being written.
VARIANT_WAIT = 20.0
#: A variant of which nothing was heard for so long is waited for no longer: it hangs, or lies in a batch.
SILENT = timedelta(seconds=120)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A claimed run and what was read for it.

    `inputs`: the run's fields that say what it saw; they go with its first write. `pictures`: on their way. `at`: when
    it was read, by the monotonic clock.
    """

    run: AIProcessingLog
    owner: str
    product: ProductSnapshot
    inputs: Mapping[str, Any] = field(default_factory=dict)
    pictures: Future[ImageBatch] | None = None
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
    inputs, waiting = take_in(known, model=composition.language_model().model)
    errors: dict[int, AIError] = {**waiting}
    for run in claimed:
        if run not in known:
            errors[run.pk] = ProductMissing(f"Product {run.product_id} does not exist.")
    ready = [run for run in claimed if run.pk not in errors]
    pictures = _fetch(ready, snapshots) if len(claimed) > 1 else {}
    texts = _texts(ready, snapshots) if len(claimed) > 1 else {}
    if texts and (error := _embed(list(texts.values()), like=claimed[0])):
        errors |= dict.fromkeys(texts, error)
    return Preparation(
        [
            Prepared(run, owner, known[run], inputs[run.pk], pictures.get(run.pk))
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

    The fields are set on the run, and written with its next write; at once where other variants must see them. One
    query for all.
    """
    sights = [_sight(run, product, model) for run, product in products.items()]
    asking = [sight for sight in sights if sight.asks]
    variant_keys = {sight.variant_key for sight in asking} - {""}
    keys = {sight.key for sight in asking}
    found = list(AIProcessingLog.objects.with_answers_for(keys, variant_keys)) if asking else []
    inputs: dict[int, dict[str, Any]] = {}
    waiting: dict[int, VariantUnderWay] = {}
    begun: dict[str, int] = {}
    for sight in sights:
        run = sight.run
        answers = _of_this_tree(sight.own or (_answers(sight, found) if sight.asks else Answers()))
        inputs[run.pk] = _inputs(sight, answers, model)
        for name, value in inputs[run.pk].items():
            setattr(run, name, value)
        if not sight.variant_key or answers.stages:
            continue
        if _waits(sight, found, begun.get(sight.variant_key)):
            waiting[run.pk] = VariantUnderWay(
                "Другой цвет или размер этого товара обрабатывается сейчас.", retry_after=VARIANT_WAIT
            )
            continue
        begun[sight.variant_key] = run.pk
        with suppress(TransitionError):  # whose run it is now shows at the next write
            run.write_while_held(owner=run.lease_owner, **inputs[run.pk])
    return inputs, waiting


def given_category(product: ProductSnapshot) -> CategoryChoice:
    """The category that the product has already: a description never moves it."""
    node = next((node for node in catalog.get().categories() if node.id == product.category_id), None)
    if node is None:
        return CategoryChoice(None, (), "", 0.0, (), method="given")
    return CategoryChoice(node.id, node.path, node.kind, 1.0, (), method="given")


# --- pictures and vectors ---


def _looks(run: AIProcessingLog, product: ProductSnapshot) -> bool:
    """Will its pictures be looked at?"""
    saved = Stage.IMAGES.value in run.stage_results
    return RunOptions(**run.options).analyze_images and bool(product.image_urls) and not saved


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
        if chooses and not _looks(run, product) and (text := product_text(product)):
            found[run.pk] = text
    return found


# --- answers that are there already ---


@dataclass(frozen=True, slots=True)
class _Sight:
    """A run, what it sees, and the keys of the work that is to be done."""

    run: AIProcessingLog
    product: ProductSnapshot
    key: str
    variant_key: str

    @property
    def own(self) -> Answers:
        """Of an earlier attempt at the same work; false when there are none."""
        run = self.run
        if run.work_key != self.key:
            return Answers()
        return Answers(run.stage_results, run.template_ids, run.taken_from, run.rejected_run_id)

    @property
    def asks(self) -> bool:
        """May answers of others serve?"""
        return not self.own and not RunOptions(**self.run.options).force


def _sight(run: AIProcessingLog, product: ProductSnapshot, model: str) -> _Sight:
    mode, options = Mode(run.processing_type), RunOptions(**run.options)
    return _Sight(
        run,
        product,
        key=_work_key(product, mode, options, model),
        variant_key=variant_answers.key_of(product, mode=mode, model=model, options=options),
    )


def _work_key(product: ProductSnapshot, mode: Mode, options: RunOptions, model: str) -> str:
    """Equal keys mean that the same questions would be asked: mode, inputs, prompts, model, options."""
    return fingerprint(
        mode.value,
        product.fingerprint,
        prompts.version(),
        model,
        options.language,
        options.analyze_images,
        product.category_id if mode is Mode.DESCRIPTION else None,
    )


def _answers(sight: _Sight, found: list[AIProcessingLog]) -> Answers:
    """Those of an equal run, else those that a variant's card can be turned into."""
    ended = [other for other in found if other.status != Status.PROCESSING]
    for other in ended:
        if other.work_key == sight.key:
            return _of_equal(other)
    for other in ended:
        if sight.variant_key and other.variant_key == sight.variant_key:
            return variant_answers.answers_of(
                sight.run, sight.product, other, given=lambda: given_category(sight.product)
            )
    return Answers()


def _of_equal(other: AIProcessingLog) -> Answers:
    """Its answers, and whether a person rejected what came of them."""
    rejected = other.rejected_run_id
    if other.stage_results and other.status == Status.REJECTED and other.error_code != SUPERSEDED:
        rejected = other.pk
    elif other.status == Status.APPROVED:
        rejected = None
    return Answers(other.stage_results, other.template_ids, other.taken_from, rejected)


def _of_this_tree(answers: Answers) -> Answers:
    """The answers, less what hangs on a category where no product may lie any more."""
    choice = answers.stages.get(Stage.SECOND_LOOK.value) or answers.stages.get(Stage.CATEGORY.value)
    chosen = None if choice is None else choice["category_id"]
    if chosen is None or chosen in composition.category_index().choosable:
        return answers
    return Answers({stage: result for stage, result in answers.stages.items() if stage == Stage.IMAGES.value})


def _waits(sight: _Sight, found: list[AIProcessingLog], begun: int | None) -> bool:
    """Whether a variant's card is on its way. Not when there is one already: it could not serve.

    Who has waited before waits for earlier runs alone, so that no two wait for each other.
    """
    if not sight.asks:
        return False
    others = [one for one in found if one.variant_key == sight.variant_key and one.pk != sight.run.pk]
    if any(one.status != Status.PROCESSING for one in others):
        return False
    heard = timezone.now() - SILENT
    under_way = {one.pk for one in others if one.updated_at > heard} | ({begun} if begun else set())
    again = sight.run.next_attempt_at is not None
    return any(not again or pk < sight.run.pk for pk in under_way)


def _inputs(sight: _Sight, answers: Answers, model: str) -> dict[str, Any]:
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
