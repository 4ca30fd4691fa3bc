"""What runs see, noted on them, and answers that are there already: of equal runs, of other colours or sizes."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from apps.ai import catalog, prompts
from apps.ai.exceptions import TransitionError, VariantUnderWay
from apps.ai.models import AIProcessingLog
from apps.ai.models.processing import SUPERSEDED, Status
from apps.ai.services import composition
from apps.ai.services.runs import variant_answers
from apps.ai.types import CategoryChoice, Mode, ProductSnapshot, RunOptions, Stage, fingerprint

#: Seconds that a run waits, and waits again, for the card of a variant that is being written.
VARIANT_WAIT = 20.0
#: A variant of which nothing was heard for so long is waited for no longer: it hangs, or lies in a batch.
SILENT = timedelta(seconds=120)


@dataclass(frozen=True, slots=True)
class _Sight:
    """A run, what it sees, and the keys of the work that is to be done."""

    run: AIProcessingLog
    product: ProductSnapshot
    key: str
    variant_key: str

    @property
    def own(self) -> dict[str, Any]:
        """Answers of an earlier attempt at the same work."""
        return self.run.stage_results if self.run.work_key == self.key else {}

    @property
    def asks(self) -> bool:
        """May answers of others serve?"""
        return not self.own and not RunOptions(**self.run.options).force


def remember(
    products: Mapping[AIProcessingLog, ProductSnapshot], *, model: str
) -> dict[int, VariantUnderWay]:
    """Note on each run what it sees, and take over answers that are there already. One query for all.

    Returns, by run, why one should rather wait: a variant of its product is worked on now. What is noted is written
    with the run's next write, at once where other variants must see it.
    """
    sights = [_sight(run, product, model) for run, product in products.items()]
    asking = [sight for sight in sights if sight.asks]
    variant_keys = {sight.variant_key for sight in asking} - {""}
    keys = {sight.key for sight in asking}
    found = list(AIProcessingLog.objects.with_answers_for(keys, variant_keys)) if asking else []
    waiting: dict[int, VariantUnderWay] = {}
    begun: dict[str, int] = {}
    for sight in sights:
        results = _of_this_tree(sight.own or (_answers(sight, found) if sight.asks else {}))
        _note(sight, results, model)
        if not sight.variant_key or results:
            continue
        if _waits(sight, found, begun.get(sight.variant_key)):
            waiting[sight.run.pk] = VariantUnderWay(
                "Другой цвет или размер этого товара обрабатывается сейчас.", retry_after=VARIANT_WAIT
            )
            continue
        begun[sight.variant_key] = sight.run.pk
        with suppress(TransitionError):  # whose run it is now shows at the next write
            sight.run.write_while_held(owner=sight.run.lease_owner)
    return waiting


def given_category(product: ProductSnapshot) -> CategoryChoice:
    """The category that the product has already: a description never moves it."""
    node = next((node for node in catalog.get().categories() if node.id == product.category_id), None)
    if node is None:
        return CategoryChoice(None, (), "", 0.0, (), method="given")
    return CategoryChoice(node.id, node.path, node.kind, 1.0, (), method="given")


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


def _answers(sight: _Sight, found: list[AIProcessingLog]) -> dict[str, Any]:
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
    return {}


def _of_equal(other: AIProcessingLog) -> dict[str, Any]:
    """Its answers, and whether a person rejected what came of them."""
    results = dict(other.stage_results)
    if results and other.status == Status.REJECTED and other.error_code != SUPERSEDED:
        results[variant_answers.REJECTED] = other.pk
    elif other.status == Status.APPROVED:
        results.pop(variant_answers.REJECTED, None)
    return results


def _of_this_tree(results: dict[str, Any]) -> dict[str, Any]:
    """The answers, less what hangs on a category where no product may lie any more."""
    choice = results.get(Stage.SECOND_LOOK.value) or results.get(Stage.CATEGORY.value)
    chosen = None if choice is None else choice["category_id"]
    if chosen is None or chosen in composition.category_index().choosable:
        return results
    return {stage: result for stage, result in results.items() if stage == Stage.IMAGES.value}


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


def _note(sight: _Sight, results: dict[str, Any], model: str) -> None:
    product = sight.product
    sight.run.remember(
        input_data=_input_data(product),
        input_images_urls=list(product.image_urls),
        input_fingerprint=product.fingerprint,
        card_fingerprint=product.card_fingerprint,
        prompt_version=prompts.version(),
        llm_model=model[:50],
        work_key=sight.key,
        variant_key=sight.variant_key,
        stage_results=results,
    )


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
