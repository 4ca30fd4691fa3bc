"""Answers that a run need not pay for: those of the same work, and those of another colour or size."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter

from apps.ai import prompts
from apps.ai.models import AIProcessingLog
from apps.ai.models.processing import Status
from apps.ai.services import quality_checker
from apps.ai.services.texts import variants
from apps.ai.services.texts.variants import Sibling
from apps.ai.types import (
    CategoryChoice,
    Draft,
    ImageFindings,
    Mode,
    ProductSnapshot,
    RunOptions,
    Severity,
    Stage,
)

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


def key_of(product: ProductSnapshot, *, mode: Mode, model: str, options: RunOptions) -> str:
    """Equal for variants whose card would be asked for in the same way; "" where there are none."""
    if not mode.writes_text:
        return ""
    category = product.category_id if mode is Mode.DESCRIPTION else None
    return variants.key(product, mode.value, prompts.version(), model, options.language, category)


def answers_of(
    run: AIProcessingLog,
    product: ProductSnapshot,
    other: AIProcessingLog,
    *,
    given: Callable[[], CategoryChoice],
) -> Answers:
    """The answers for a variant of `other`'s product; none when its card cannot serve.

    `given`: the product's own category, for a run that writes texts only.
    """
    sibling = _sibling(other, given)
    derived = variants.derive(product, sibling) if sibling is not None else None
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


def _sibling(run: AIProcessingLog, given: Callable[[], CategoryChoice]) -> Sibling | None:
    """The card as it stands on the run, a moderator's edits included; None when it cannot serve."""
    saved = run.stage_results.get(Stage.REPAIR.value) or run.stage_results.get(Stage.DRAFT.value)
    if run.rejected_run_id is not None and run.status != Status.APPROVED:
        return None
    if saved is None or not run.generated_title or not run.generated_description:
        return None
    written = _DRAFT.validate_python(saved)
    if written.untranslated:
        return None
    choice = _choice(run, given)
    if choice is None:
        return None
    draft = Draft(
        title=run.generated_title,
        description=run.generated_description,
        seo_title=run.generated_seo_title or "",
        seo_description=run.generated_seo_description or "",
        keywords=tuple(run.generated_keywords),
        key_benefits=written.key_benefits,
        language=written.language,
    )
    source = run.input_data
    return Sibling(
        run_id=run.pk,
        title=source["title"],
        description=source["original_description"],
        attributes=source["parsed_attributes"],
        draft=draft,
        choice=choice,
    )


def _choice(run: AIProcessingLog, given: Callable[[], CategoryChoice]) -> CategoryChoice | None:
    """The sibling's category, unless a person has put it elsewhere."""
    if not Mode(run.processing_type).chooses_category:
        return given()
    saved = run.stage_results.get(Stage.CATEGORY.value)
    choice = None if saved is None else _CHOICE.validate_python(saved)
    return choice if choice is not None and choice.category_id == run.suggested_category_id else None
