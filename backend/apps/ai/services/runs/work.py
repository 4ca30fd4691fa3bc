"""One attempt at a run: the stages in their order, each saved as soon as it is finished.

A question that the model does not answer (refused, filtered, invalid twice, too long) ends no run: the stage is left
out, and a person gets the card with what there is.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from pydantic import TypeAdapter

from apps.ai import conf
from apps.ai.exceptions import PermanentAIError, ProviderTrouble, WorkerStops
from apps.ai.issue_codes import issue
from apps.ai.models import AIHouseRules, AIProcessingLog, database
from apps.ai.services import composition, quality_checker
from apps.ai.services.content_generator import ContentGenerator, completed
from apps.ai.services.gallery import sightings
from apps.ai.services.media_processor import ImageBatch
from apps.ai.services.money import blame
from apps.ai.services.money.meter import AttemptMeter
from apps.ai.services.quality import meaning_rules
from apps.ai.services.quality.meaning_rules import SecondReader
from apps.ai.services.queue import leases
from apps.ai.services.runs import known_answers, leaflets
from apps.ai.services.templates import examples, house
from apps.ai.services.texts.leaflets import sections
from apps.ai.services.texts.leaflets.sections import Leaflet
from apps.ai.text.safety import html, notices
from apps.ai.types import (
    Answer,
    AnswerT,
    CategoryChoice,
    Draft,
    DraftFacts,
    ImageFindings,
    Issue,
    LanguageModel,
    Meter,
    Mode,
    ProductSnapshot,
    QualityReport,
    Question,
    RunOptions,
    Stage,
    Verification,
)

T = TypeVar("T")
#: Codes of questions that the model does not answer. Asking again would be refused, and paid, again.
UNANSWERED = frozenset({"truncated", "refused", "content_filter", "invalid_answer", "too_long", "no_vision"})
#: Before a moderator's hint, behind the instructions of the branch.
FOR_THIS_ONE = "Только для этого товара"
NO_CHOICE = CategoryChoice(None, (), "", 0.0, (), method="none")


@dataclass(slots=True)
class RecordingModel:
    """Passes every call on to `inner`; `raw` holds the answers by stage, for the run's log."""

    inner: LanguageModel
    raw: dict[str, Any] = field(default_factory=dict)

    @property
    def model(self) -> str:
        return self.inner.model

    @property
    def embedding_model(self) -> str:
        return self.inner.embedding_model

    @property
    def dimensions(self) -> int:
        return self.inner.dimensions

    def ask(self, question: Question[AnswerT], *, meter: Meter) -> Answer[AnswerT]:
        answer = self.inner.ask(question, meter=meter)
        if question.stage is Stage.LEAFLET:  # one question a section
            self.raw.setdefault(question.stage.value, []).append(dict(answer.raw))
        else:
            self.raw[question.stage.value] = dict(answer.raw)
        return answer

    def embed(self, texts: list[str], *, meter: Meter) -> list[list[float]]:
        return self.inner.embed(texts, meter=meter)

    def known_vector(self, text: str) -> list[float] | None:
        return self.inner.known_vector(text)


@dataclass(slots=True)
class Work:
    """What an attempt read, and whose it is.

    `unanswered`: the code of each stage that was left out, and why.
    """

    run: AIProcessingLog
    owner: str
    product: ProductSnapshot
    llm: RecordingModel
    meter: AttemptMeter
    pictures: Future[ImageBatch] | None = None
    unanswered: dict[str, Issue] = field(default_factory=dict)
    #: House rules that are tried, in the place of the active ones.
    trying: AIHouseRules | None = None
    started: float = field(default_factory=time.monotonic)

    @property
    def unwritten(self) -> dict[str, Any]:
        """The run's fields that were read or decided and go with its next write."""
        return self.meter.unsaved.fields

    @property
    def mode(self) -> Mode:
        return Mode(self.run.processing_type)

    @property
    def options(self) -> RunOptions:
        return RunOptions(**self.run.options)

    def stage(self, stage: str, shape: type[T], think: Callable[[], T]) -> T:
        """The saved result of a stage, or a new one, which is saved before the next call: a retry pays only for what
        lacks.

        `stage`: a `Stage`, or the name of a part of one. A finished stage begins the attempts anew.
        """
        saved = self.run.stage_results.get(str(stage))
        adapter = _adapter(shape)
        if saved is not None:
            return adapter.validate_python(saved)
        if leases.stopping():
            raise WorkerStops
        if stage == Stage.IMAGES:  # fetching is slow; calls of the model release by themselves
            database.release()
        result = think()
        self._keep({**self.run.stage_results, str(stage): adapter.dump_python(result, mode="json")})
        return result

    def stage_or(self, otherwise: T, stage: str, shape: type[T], think: Callable[[], T]) -> T:
        """The same, or `otherwise` when the model does not answer."""
        try:
            return self.stage(stage, shape, think)
        except (PermanentAIError, ProviderTrouble) as error:
            if not self._is_for_a_person(error):
                raise
            self.unanswered[error.code] = issue("unanswered", f"Модель не ответила ({stage}): {error}")
            return otherwise

    def _is_for_a_person(self, error: PermanentAIError | ProviderTrouble) -> bool:
        """Also a request that keeps failing for this product alone, at its last attempt."""
        if isinstance(error, PermanentAIError):
            return error.code in UNANSWERED
        return self.run.attempts >= conf.get().max_attempts and blame.is_products_own(self.run.pk)

    def _keep(self, results: dict[str, Any]) -> None:
        self.run.stage_results = self.unwritten["stage_results"] = results
        self.run.attempts = self.unwritten["attempts"] = min(self.run.attempts, 1)


def look(work: Work) -> ImageFindings:
    if not (work.options.analyze_images and work.product.image_urls):
        return ImageFindings()
    return work.stage_or(ImageFindings(), Stage.IMAGES, ImageFindings, lambda: _seen(work))


def _seen(work: Work) -> ImageFindings:
    plan = composition.vision_plan(work.llm, work.product, work.mode)
    analyzer = composition.image_analyzer(work.llm, plan)
    findings = analyzer.analyze(
        work.product, max_images=conf.get().max_images, meter=work.meter, pictures=work.pictures
    )
    return sightings.noted(work.product.product_id, findings)


def categorize(work: Work, findings: ImageFindings) -> CategoryChoice | None:
    if not work.mode.chooses_category:
        return known_answers.given_category(work.product) if work.mode.writes_text else None
    first = work.stage_or(
        NO_CHOICE,
        Stage.CATEGORY,
        CategoryChoice,
        lambda: composition.categorizer(work.llm).categorize(work.product, findings, meter=work.meter),
    )
    if not first.wants_second_look:
        return first
    return work.stage_or(
        first,
        Stage.SECOND_LOOK,
        CategoryChoice,
        lambda: composition.categorizer(work.llm).look_again(work.product, findings, first, meter=work.meter),
    )


def write(
    work: Work, choice: CategoryChoice | None, findings: ImageFindings
) -> tuple[Draft | None, QualityReport]:
    """The draft and what is to be said about it, after at most one repair."""

    def check(draft: Draft | None) -> QualityReport:
        report = quality_checker.check(
            work.product,
            mode=work.mode,
            choice=choice,
            draft=draft,
            findings=findings,
            threshold=composition.threshold(choice),
        )
        if draft is None or choice is None:
            return report
        rules = house.of(work.product, choice, work.trying)
        return quality_checker.joined(report, house.findings(rules, draft))

    if choice is None or not work.mode.writes_text:
        return None, check(None)
    generator = composition.content_generator(work.llm)
    leaflet = sections.of(work.product.description, kind=choice.kind)
    facts = draft_facts(work, generator, choice, findings, leaflet)
    written = work.stage_or(None, Stage.DRAFT, Draft, lambda: generator.write(facts, meter=work.meter))
    if written is None:
        return None, check(None)
    draft = completed(written, facts)
    doubts = _second_reading(work, choice, draft)
    report = quality_checker.joined(check(draft), meaning_rules.doubted(doubts, draft.description))
    repairable = quality_checker.repairable(report)
    if repairable:
        former = draft
        rewritten = work.stage_or(
            former, Stage.REPAIR, Draft, lambda: generator.repair(facts, former, repairable, meter=work.meter)
        )
        repaired = completed(rewritten, facts)
        better = quality_checker.joined(check(repaired), meaning_rules.doubted(doubts, repaired.description))
        if len(quality_checker.repairable(better)) <= len(repairable):
            draft, report = repaired, better
    if leaflet is None:
        return draft, report
    return leaflets.added(
        leaflet, draft, report, work.product, llm=work.llm, meter=work.meter, stage=work.stage
    )


def _second_reading(work: Work, choice: CategoryChoice, draft: Draft) -> Verification:
    """What a second reader doubts, for the kinds that are read twice; nothing when it does not answer."""
    if choice.kind not in conf.get().verify:
        return Verification()
    required = notices.wanted(conf.get().notices, choice.kind, choice.path, language=draft.language)
    return work.stage_or(
        Verification(),
        Stage.VERIFY,
        Verification,
        lambda: SecondReader(work.llm).verify(
            html.to_text(work.product.source_text), draft.description, notices=required, meter=work.meter
        ),
    )


def draft_facts(
    work: Work,
    generator: ContentGenerator,
    choice: CategoryChoice,
    findings: ImageFindings,
    leaflet: Leaflet | None,
) -> DraftFacts:
    """What the draft is written from. Which templates it was is saved together with it, or was before."""
    language, saved = work.options.language, work.run.template_ids
    if saved:
        chosen = examples.again(saved, language=language)
    else:
        chosen = examples.choose(choice, language=language, product=work.product, findings=findings)
        work.run.template_ids = work.unwritten["template_ids"] = chosen.ids
    product = work.product if leaflet is None else replace(work.product, description=leaflet.summary)
    rules, hint = house.of(work.product, choice, work.trying), work.options.hint
    work.run.house_rules = work.unwritten["house_rules"] = rules.ids
    texts = chosen.texts
    said = [f"{FOR_THIS_ONE}: {hint}"] if hint else []
    texts["instructions"] = [*rules.instructions, *texts["instructions"], *said]
    return generator.facts(product, choice, findings, language=language, **texts)


def _adapter(shape: type[T]) -> TypeAdapter[T]:
    """Building one costs more than using it a hundred times."""
    adapter: TypeAdapter[T] = _adapters.setdefault(shape, _adapters.get(shape) or TypeAdapter(shape))
    return adapter


_adapters: dict[type[Any], TypeAdapter[Any]] = {}
