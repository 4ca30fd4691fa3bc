"""Answers that a run need not pay for: of an earlier attempt, of an equal run, of another colour or size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils import timezone
from pydantic import TypeAdapter

from apps.ai import catalog, prompts
from apps.ai.models import AIProcessingLog
from apps.ai.models.processing import SUPERSEDED, Status
from apps.ai.services import composition, quality_checker
from apps.ai.services.templates import house
from apps.ai.services.texts import variant_cards, variants
from apps.ai.services.texts.variant_cards import Sibling
from apps.ai.text.safety import html
from apps.ai.types import (
    CategoryChoice,
    Draft,
    ImageFindings,
    Mode,
    ProductSnapshot,
    RunOptions,
    Severity,
    Stage,
    fingerprint,
)

#: Seconds that a run waits, and waits again, for the card of a variant that is being written.
VARIANT_WAIT = 20.0
#: A variant of which nothing was heard for so long is waited for no longer: it hangs, or lies in a batch.
SILENT = timedelta(seconds=120)
#: What is held against one of these speaks against taking the card over; the rest is the product's own matter.
_ABOUT_TEXTS = frozenset({"title", "description", "seo_title", "seo_description", "keywords"})

_CHOICE = TypeAdapter(CategoryChoice)
_DRAFT = TypeAdapter(Draft)
_FINDINGS = TypeAdapter(ImageFindings)


@dataclass(frozen=True, slots=True)
class Answers:
    """Stage results that need not be paid for, and where they come from; false when there are none.

    `template_ids`: what the draft was written with. `taken_from`: {"run", "replaced"} of a variant whose card was
    turned into this one. `rejected_run_id`: the run with the same answers whose card a person rejected.
    """

    stages: Mapping[str, Any] = field(default_factory=dict)
    template_ids: Sequence[int] = ()
    taken_from: Mapping[str, Any] = field(default_factory=dict)
    rejected_run_id: int | None = None

    def __bool__(self) -> bool:
        return bool(self.stages)


@dataclass(frozen=True, slots=True)
class Sight:
    """A run, what it sees, and the keys of the work that is to be done."""

    run: AIProcessingLog
    product: ProductSnapshot
    key: str
    variant_key: str

    @property
    def own(self) -> Answers:
        """Of an earlier attempt at the same work; false when there are none."""
        run = self.run
        if run.work_key != self.key or run.input_fingerprint != self.product.fingerprint:
            return Answers()
        return Answers(run.stage_results, run.template_ids, run.taken_from, run.rejected_run_id)

    def is_like(self, other: AIProcessingLog) -> bool:
        """Of the same goods, or of another colour or size of them."""
        return other.work_key == self.key or bool(self.variant_key and other.variant_key == self.variant_key)

    @property
    def asks(self) -> bool:
        """May answers of others serve?"""
        return not self.own and not RunOptions(**self.run.options).force


def sight_of(run: AIProcessingLog, product: ProductSnapshot, model: str) -> Sight:
    mode, options = Mode(run.processing_type), RunOptions(**run.options)
    return Sight(
        run,
        product,
        key=_work_key(product, mode, options, model),
        variant_key=variant_key_of(product, mode=mode, model=model, options=options),
    )


def _work_key(product: ProductSnapshot, mode: Mode, options: RunOptions, model: str) -> str:
    """Equal keys mean that the same would be asked of the same words: mode, prompts, model, options.

    Photos, barcode and the supplier's category are not among them: `answers_for` and `twins` look at what differs.
    """
    pictures_alone = not (mode.writes_text or mode.chooses_category)
    return fingerprint(
        mode.value,
        product.fingerprint if pictures_alone else "",
        *map(_words, (product.title, product.description, product.brand)),
        {name: _words(value) for name, value in product.attributes.items()},
        prompts.version() + house.key_for(product),
        model,
        options.language,
        options.analyze_images,
        product.category_id if mode is Mode.DESCRIPTION else None,
        *filter(None, (options.hint,)),
    )


def _words(text: str) -> str:
    """A text without its mark-up and line breaks."""
    return " ".join((html.to_text(text) if "<" in text or "&" in text else text).split())


def answers_for(sight: Sight, found: list[AIProcessingLog]) -> Answers:
    """Those of an equal run; else whose words were the same; else those that a variant's card can be turned into."""
    ended = [other for other in found if other.status != Status.PROCESSING]
    equal = [other for other in ended if other.work_key == sight.key and other.stage_results]
    for other in equal:
        if other.input_fingerprint == sight.product.fingerprint:
            return _of_equal(other)
    if equal:
        twin = max(equal, key=lambda other: other.pk)
        if twin.taken_from.get("replaced") and (answers := _of_variant(sight.run, sight.product, twin)):
            return answers  # no photos were looked at for that card either
        return Answers(taken_from={"run": twin.pk, "replaced": {}}, rejected_run_id=_rejected(twin))
    for other in ended:
        if sight.variant_key and other.variant_key == sight.variant_key:
            return _of_variant(sight.run, sight.product, other)
    return Answers()


def _of_equal(other: AIProcessingLog) -> Answers:
    return Answers(other.stage_results, other.template_ids, other.taken_from, _rejected(other))


def _rejected(other: AIProcessingLog) -> int | None:
    """The run whose card of these answers a person rejected, if that was the last word on it."""
    if other.stage_results and other.status == Status.REJECTED and other.error_code != SUPERSEDED:
        return other.pk
    return None if other.status == Status.APPROVED else other.rejected_run_id


def of_this_tree(answers: Answers) -> Answers:
    """The answers, less what hangs on a category where no product may lie any more."""
    choice = answers.stages.get(Stage.SECOND_LOOK.value) or answers.stages.get(Stage.CATEGORY.value)
    chosen = None if choice is None else choice["category_id"]
    if chosen is None or chosen in composition.category_index().choosable:
        return answers
    return Answers({stage: result for stage, result in answers.stages.items() if stage == Stage.IMAGES.value})


def waits(sight: Sight, found: list[AIProcessingLog], begun: int | None) -> bool:
    """Whether the card of a variant or of the same goods is on its way. Not when there is one already: it could not
    serve.

    Who has waited before waits for earlier runs alone, so that no two wait for each other.
    """
    if not sight.asks:
        return False
    others = [one for one in found if sight.is_like(one) and one.pk != sight.run.pk]
    if any(one.status != Status.PROCESSING for one in others):
        return False
    heard = timezone.now() - SILENT
    under_way = {one.pk for one in others if one.updated_at > heard} | ({begun} if begun else set())
    again = sight.run.next_attempt_at is not None
    return any(not again or pk < sight.run.pk for pk in under_way)


def given_category(product: ProductSnapshot) -> CategoryChoice:
    """The category that the product has already: a description never moves it."""
    node = next((node for node in catalog.get().categories() if node.id == product.category_id), None)
    if node is None:
        return CategoryChoice(None, (), "", 0.0, (), method="given")
    return CategoryChoice(node.id, node.path, node.kind, 1.0, (), method="given")


# --- of another colour or size ---


def variant_key_of(product: ProductSnapshot, *, mode: Mode, model: str, options: RunOptions) -> str:
    """Equal for variants whose card would be asked for in the same way; "" where there are none."""
    if not mode.writes_text:
        return ""
    category = product.category_id if mode is Mode.DESCRIPTION else None
    version = prompts.version() + house.key_for(product)
    return variants.key(product, mode.value, version, model, options.language, category)


def _of_variant(
    run: AIProcessingLog,
    product: ProductSnapshot,
    other: AIProcessingLog,
) -> Answers:
    """The answers for a variant of `other`'s product; none when its card cannot serve."""
    sibling = _sibling(other, product)
    derived = variant_cards.derive(product, sibling) if sibling is not None else None
    if derived is None:
        return Answers()
    mode = Mode(run.processing_type)
    report = quality_checker.check(
        product,
        mode=mode,
        choice=derived.choice,
        draft=derived.draft,
        findings=ImageFindings(),
        threshold=0.0,  # how sure the category is, is looked at when the run is settled
    )
    if any(i.severity is Severity.BLOCKING and i.field in _ABOUT_TEXTS for i in report.issues):
        return Answers()
    results = {
        Stage.IMAGES.value: _FINDINGS.dump_python(ImageFindings(), mode="json"),
        Stage.DRAFT.value: _DRAFT.dump_python(derived.draft, mode="json"),
    }
    if mode.chooses_category:
        results[Stage.CATEGORY.value] = _CHOICE.dump_python(derived.choice, mode="json")
    return Answers(results, taken_from={"run": other.pk, "replaced": dict(derived.replaced)})


def _sibling(run: AIProcessingLog, product: ProductSnapshot) -> Sibling | None:
    """The card as it stands on the run, a moderator's edits included; None when it cannot serve."""
    if run.rejected_run_id is not None and run.status != Status.APPROVED:
        return None
    draft = card_as_it_stands(run)
    if draft is None:
        return None
    choice = _choice(run, product)
    if choice is None:
        return None
    source = run.input_data
    return Sibling(
        run_id=run.pk,
        title=source["title"],
        description=source["original_description"],
        attributes=source["parsed_attributes"],
        draft=draft,
        choice=choice,
    )


def card_as_it_stands(run: AIProcessingLog) -> Draft | None:
    """The run's texts, a moderator's edits included; None when some are missing or words stayed untranslated."""
    saved = run.stage_results.get(Stage.REPAIR.value) or run.stage_results.get(Stage.DRAFT.value)
    if saved is None or not run.generated_title or not run.generated_description:
        return None
    written = _DRAFT.validate_python(saved)
    if written.untranslated:
        return None
    return Draft(
        title=run.generated_title,
        description=run.generated_description,
        seo_title=run.generated_seo_title or "",
        seo_description=run.generated_seo_description or "",
        keywords=tuple(run.generated_keywords),
        key_benefits=written.key_benefits,
        language=written.language,
    )


def _choice(run: AIProcessingLog, product: ProductSnapshot) -> CategoryChoice | None:
    """The sibling's category, unless a person has put it elsewhere."""
    if not Mode(run.processing_type).chooses_category:
        return given_category(product)
    saved = run.stage_results.get(Stage.CATEGORY.value)
    choice = None if saved is None else _CHOICE.validate_python(saved)
    return choice if choice is not None and choice.category_id == run.suggested_category_id else None
