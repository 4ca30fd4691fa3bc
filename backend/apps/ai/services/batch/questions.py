"""The stages, asked by post: the same stage code is stopped at its question, and later given the answer.

So what a batch finds out is what a worker would have found out: closed set, confidence, cleaning and all.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import asdict, astuple, dataclass
from typing import Any

from pydantic import TypeAdapter

from apps.ai import catalog, conf
from apps.ai.exceptions import ProductMissing, VariantUnderWay
from apps.ai.models import AIProcessingLog
from apps.ai.services import composition
from apps.ai.services.batch import followers
from apps.ai.services.category.candidates import Candidate, ClosedSet
from apps.ai.services.category.evidence import Evidence, product_text
from apps.ai.services.gallery import sightings
from apps.ai.services.image_analyzer import Look, VisionPlan, question_about
from apps.ai.services.llm.wire import Response
from apps.ai.services.llm_client import LLMClient
from apps.ai.services.money.meter import AttemptMeter, UnattendedMeter
from apps.ai.services.runs import known_answers, reading, twins
from apps.ai.services.runs.work import RecordingModel, Work, draft_facts
from apps.ai.services.texts.leaflets import sections
from apps.ai.types import (
    Answer,
    AnswerT,
    CategoryChoice,
    Draft,
    FreeMeter,
    ImageFacts,
    ImageFindings,
    Meter,
    Mode,
    ProductSnapshot,
    Question,
    RunOptions,
    Stage,
)

#: How each stage is saved on the run. Building one costs milliseconds.
_FINDINGS = TypeAdapter(ImageFindings)
_CHOICE = TypeAdapter(CategoryChoice)
_DRAFT = TypeAdapter(Draft)
NO_CATEGORY = CategoryChoice(None, (), "", 0.0, (), method="none")


@dataclass(frozen=True, slots=True)
class Line:
    """A question for the file. `context`: what the stage needs to understand the answer; JSON."""

    question: Question[Any]
    context: dict[str, Any]


class _Asked(Exception):
    def __init__(self, question: Question[Any]) -> None:
        super().__init__()
        self.question = question


@dataclass(frozen=True, slots=True)
class StoppingModel:
    """Embeds as `inner` does, but a question ends the stage."""

    inner: LLMClient

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
        raise _Asked(question)

    def embed(self, texts: list[str], *, meter: Meter) -> list[list[float]]:
        return self.inner.embed(texts, meter=meter)

    def known_vector(self, text: str) -> list[float] | None:
        return self.inner.known_vector(text)


@dataclass(frozen=True, slots=True)
class ReplayModel(StoppingModel):
    """Answers a question with what came back for it; raises what `LLMClient.read` raises."""

    response: Response

    def ask(self, question: Question[AnswerT], *, meter: Meter) -> Answer[AnswerT]:
        return self.inner.read(question, self.response)


def embed_all(runs: list[AIProcessingLog], llm: LLMClient) -> None:
    """Pay for the vectors of many products in few requests; the stages then find them in the cache."""
    texts = [_text(run) for run in runs]
    llm.embed([text for text in texts if text], meter=UnattendedMeter("batch"))


def plan(run: AIProcessingLog, *, owner: str, stage: Stage, llm: LLMClient) -> Line | None:
    """The stage's question, or None when there is nothing to ask: the stage is saved, or is not the lane's.

    Writes on the run what it saw; saves a category that confirmed neighbours settle alone. Raises
    ProductMissing, PermanentAIError, TransientAIError, PauseError, TransitionError; VariantUnderWay when another run's
    answers will do.
    """
    product = catalog.get().snapshot(run.product_id)
    inputs, _ = reading.take_in({run: product}, model=llm.model)
    run.write_while_held(owner=owner, **inputs[run.pk])
    if followers.follows(run):
        raise VariantUnderWay("Такой же товар, или в другом цвете или размере, спрашивается сейчас.")
    meter = AttemptMeter(run.pk, run.product_id, run.source, run.processing_type)
    work = Work(run, owner, product, RecordingModel(llm), meter)
    _take_over(work)
    if next_stage(run) is not stage:
        return None
    return _STAGES[stage](work, llm)


def _take_over(work: Work) -> None:
    """What is known of the same goods, as soon as their photos are seen."""
    run = work.run
    if next_stage(run) is Stage.IMAGES:
        return
    twin = twins.twin_of(work, _findings(run))
    twins.take_category(work, twin)
    if not work.mode.chooses_category or Stage.CATEGORY in run.stage_results:
        twins.take_texts(work, twin, _chosen(work))
    if work.unwritten:
        run.write_while_held(owner=work.owner, **work.unwritten)
        work.unwritten.clear()


def next_stage(run: AIProcessingLog) -> Stage | None:
    """What the pipeline would ask next, of a run whose inputs were read; None: nothing that the lane asks.

    A second look at the category is a worker's: a third day in a batch would be dearer than its full price.
    """
    mode, saved = Mode(run.processing_type), run.stage_results
    if mode.chooses_category and _wants_second_look(saved):
        return None
    wanted = {
        Stage.IMAGES: RunOptions(**run.options).analyze_images and bool(run.input_images_urls),
        Stage.CATEGORY: mode.chooses_category,
        Stage.DRAFT: mode.writes_text,
    }
    return next((stage for stage, asked in wanted.items() if asked and stage.value not in saved), None)


def replay(
    run: AIProcessingLog,
    product: ProductSnapshot,
    *,
    stage: Stage,
    context: Mapping[str, Any],
    response: Response,
    llm: LLMClient,
) -> tuple[Any, dict[str, Any]]:
    """What the stage makes of the answer, as it is saved on the run, and the raw answer.

    Raises PermanentAIError and RequestFailed for an answer that cannot be used, LookupError when a category
    that was offered is gone.
    """
    model = RecordingModel(ReplayModel(llm, response))
    result: ImageFindings | CategoryChoice | Draft
    if stage is Stage.IMAGES:
        plan = VisionPlan(**context["plan"])
        shown = ImageFacts(product=product, pictures=(), kind=plan.kind)
        answer = model.ask(question_about(shown, ()), meter=FreeMeter())
        result = composition.image_analyzer(model, plan).read(_looked(context), answer.content)
        return _FINDINGS.dump_python(result, mode="json"), model.raw
    if stage is Stage.CATEGORY:
        result = composition.categorizer(model).choose(
            product, _findings(run), _offered(context), meter=FreeMeter()
        )
        return _CHOICE.dump_python(result, mode="json"), model.raw
    generator = composition.content_generator(model)
    language = RunOptions(**run.options).language  # all that the cleaning of an answer goes by
    facts = generator.facts(product, NO_CATEGORY, ImageFindings(), language=language)
    result = generator.write(facts, meter=FreeMeter())
    return _DRAFT.dump_python(result, mode="json"), model.raw


def _images(work: Work, llm: LLMClient) -> Line | None:
    """The pictures are fetched now and travel in the line."""
    plan = composition.vision_plan(llm, work.product, work.mode)
    look = composition.image_analyzer(llm, plan).look(work.product, max_images=conf.get().max_images)
    noted = sightings.noted(work.product.product_id, look.findings)
    findings = _FINDINGS.dump_python(noted, mode="json")
    if look.question is None:
        _save(work, Stage.IMAGES, findings)
        return None
    kept = {"key": look.key, "signature": base64.b64encode(look.signature).decode("ascii")}
    return Line(look.question, {"plan": asdict(plan), "findings": findings, **kept})


def _category(work: Work, llm: LLMClient) -> Line | None:
    categorizer = composition.categorizer(StoppingModel(llm))
    findings = _findings(work.run)
    offered = categorizer.find(work.product, findings, meter=work.meter)
    try:
        choice = categorizer.choose(work.product, findings, offered, meter=work.meter)
    except _Asked as asked:
        return Line(asked.question, _context(offered))
    choice = categorizer.with_attributes(work.product, choice)
    _save(work, Stage.CATEGORY, _CHOICE.dump_python(choice, mode="json"))
    return None


def _draft(work: Work, llm: LLMClient) -> Line:
    choice = _chosen(work)
    generator = composition.content_generator(StoppingModel(llm))
    leaflet = sections.of(work.product.description, kind=choice.kind)
    facts = draft_facts(work, generator, choice, _findings(work.run), leaflet)
    if work.run.template_ids:  # the answer comes to another process
        work.run.write_while_held(owner=work.owner, template_ids=work.run.template_ids)
    try:
        generator.write(facts, meter=work.meter)
    except _Asked as asked:
        return Line(asked.question, {})
    raise AssertionError("A draft is always asked for.")


def _chosen(work: Work) -> CategoryChoice:
    results = work.run.stage_results
    saved = results.get(Stage.SECOND_LOOK.value) or results.get(Stage.CATEGORY.value)
    if saved is None:
        return known_answers.given_category(work.product)
    return _CHOICE.validate_python(saved)


def _wants_second_look(results: Mapping[str, Any]) -> bool:
    first = results.get(Stage.CATEGORY.value)
    if first is None or Stage.SECOND_LOOK.value in results:
        return False
    return _CHOICE.validate_python(first).wants_second_look


#: In the order in which the lane asks them.
_STAGES = {Stage.IMAGES: _images, Stage.CATEGORY: _category, Stage.DRAFT: _draft}


def _save(work: Work, stage: Stage, result: Any) -> None:
    results = {**work.run.stage_results, stage.value: result}
    work.run.write_while_held(owner=work.owner, stage_results=results)


def _looked(context: Mapping[str, Any]) -> Look:
    """What was measured when the line was written; the pictures themselves travelled in it."""
    return Look(
        _FINDINGS.validate_python(context["findings"]),
        key=context["key"],
        signature=base64.b64decode(context["signature"]),
    )


def _text(run: AIProcessingLog) -> str:
    try:
        return product_text(catalog.get().snapshot(run.product_id), _findings(run))
    except ProductMissing:
        return ""


def _findings(run: AIProcessingLog) -> ImageFindings:
    saved = run.stage_results.get(Stage.IMAGES.value)
    return ImageFindings() if saved is None else _FINDINGS.validate_python(saved)


def _context(offered: ClosedSet) -> dict[str, Any]:
    """The closed set in short: its order is what the answer's number means."""
    rows = [
        [one.node.id, one.score, one.supporters, list(astuple(one.evidence))] for one in offered.candidates
    ]
    return {"warnings": list(offered.warnings), "candidates": rows}


def _offered(context: Mapping[str, Any]) -> ClosedSet:
    choosable = composition.category_index().choosable
    candidates = tuple(
        Candidate(choosable[category_id], Evidence(*evidence), score, supporters, ())
        for category_id, score, supporters, evidence in context["candidates"]
    )
    return ClosedSet(candidates, tuple(context["warnings"]))
