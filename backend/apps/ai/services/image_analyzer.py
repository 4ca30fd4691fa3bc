"""Image stage: from picture addresses to what can be seen on them. A picture that fails is a note, no failure.

What costs nothing is always measured. A model is asked when the source lacks what pictures may show, once about all
pictures, and never twice about the same ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from apps.ai import prompts
from apps.ai.schemas import ImageAnswer, image_answer
from apps.ai.services.llm.schema import schema_text
from apps.ai.services.media_processor import ImageBatch, R2MediaProcessor
from apps.ai.services.pictures import looking
from apps.ai.types import (
    ImageFacts,
    ImageFindings,
    ImagePart,
    LanguageModel,
    Meter,
    ProductSnapshot,
    Question,
    Remembered,
    Stage,
    fingerprint,
)

#: Room of the answer, in tokens.
ROOM = 600
UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class VisionPlan:
    """How pictures are shown: `side` in pixels, all on one sheet or each by itself; `detail` and `model` as asked.

    `reason`: why to ask, in words; "" asks nothing. `kind`: of the goods, "" when unknown.
    """

    kind: str = ""
    reason: str = ""
    side: int = 512
    on_one_sheet: bool = True
    detail: str = "low"
    model: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """The pictures as they were seen; what is left to ask. `question` None: nothing."""

    findings: ImageFindings
    question: Question[ImageAnswer] | None = None
    key: str = ""
    signature: bytes = b""


@dataclass(frozen=True, slots=True)
class ImageAnalyzer:
    llm: LanguageModel
    media: R2MediaProcessor
    plan: VisionPlan
    memory: Remembered | None = None

    def fetch(self, product: ProductSnapshot, *, max_images: int) -> ImageBatch:
        """The pictures that `analyze` would look at; never raises for one of them. Safe in any thread."""
        return self.media.get_product_images_batch(list(product.image_urls), max_images=max_images)

    def analyze(
        self,
        product: ProductSnapshot,
        *,
        max_images: int,
        meter: Meter,
        pictures: Future[ImageBatch] | None = None,
    ) -> ImageFindings:
        """Findings over the first `max_images` pictures. What was answered once is not asked again."""
        look = self.look(product, max_images=max_images, pictures=pictures)
        if look.question is None:
            return look.findings
        answer = self.llm.ask(look.question, meter=meter)
        return self.read(look, answer.content)

    def look(
        self, product: ProductSnapshot, *, max_images: int, pictures: Future[ImageBatch] | None = None
    ) -> Look:
        """What is known without a model, and the question, unless it was answered before.

        `pictures`: what `fetch` was told to bring; what has not begun yet is fetched here instead.
        """
        if not product.image_urls:
            return Look(ImageFindings())
        if pictures is None or pictures.cancel():
            batch = self.fetch(product, max_images=max_images)
        else:
            batch = pictures.result()
        failures = tuple(f"{failure.url}: {failure.reason}" for failure in batch.failures)
        if not batch.images:
            return Look(ImageFindings(failures=failures))
        look = self._opened(product, batch)
        look = replace(look, findings=replace(look.findings, failures=failures))
        if look.question is None or self.memory is None:
            return look
        kept = self.memory.find(look.key, look.signature)
        known = None if kept is None else _parsed(look.question.schema, kept)
        return look if known is None else Look(_with_answer(look.findings, known))

    def read(self, look: Look, answer: ImageAnswer) -> ImageFindings:
        """The findings with what the model saw; the answer is kept for the next who asks the same."""
        if self.memory is not None and look.key:
            self.memory.keep(look.key, look.signature, answer.model_dump(), model=self.plan.model)
        return _with_answer(look.findings, answer)

    def _opened(self, product: ProductSnapshot, batch: ImageBatch) -> Look:
        plan = self.plan
        opened = looking.open_all([(image.url, image.image) for image in batch.images])
        measured = _measured(opened)
        if not plan.reason:
            return Look(measured)
        facts = ImageFacts(
            product=product, pictures=tuple(image.content for image in batch.images), kind=plan.kind
        )
        question = question_about(facts, opened.parts(side=plan.side, on_one_sheet=plan.on_one_sheet))
        key = fingerprint(
            sorted(one.phash for one in opened.facts),
            question.prompt.system,
            question.prompt.user,
            schema_text(question.schema),
            *(plan.model, plan.detail, plan.side, plan.on_one_sheet),
        )
        findings = replace(
            measured, asked=plan.reason, analyzed_urls=tuple(image.url for image in batch.images)
        )
        return Look(findings, question, key, opened.signature)


def question_about(facts: ImageFacts, parts: tuple[ImagePart, ...]) -> Question[ImageAnswer]:
    """No `parts`: the pictures were sent before, and only the answer is to be read."""
    return Question(
        stage=Stage.IMAGES,
        prompt=prompts.images(facts),
        schema=image_answer(facts.kind),
        facts=facts,
        images=parts,
        max_output_tokens=ROOM,
    )


def _measured(opened: looking.Opened) -> ImageFindings:
    """Colours and quality of the pictures as they were measured."""
    colours: dict[str, str] = {}
    for one in opened.facts:
        for name, value in zip(one.colours, one.hexes, strict=True):
            colours.setdefault(name, value)
    return ImageFindings(
        quality_score=round(sum(one.score for one in opened.facts) / len(opened.facts), 3),
        pictures=opened.facts,
    )


def _parsed(schema: type[ImageAnswer], kept: Mapping[str, Any]) -> ImageAnswer | None:
    try:
        return schema.model_validate(kept)
    except ValidationError:
        return None


def _with_answer(findings: ImageFindings, seen: ImageAnswer) -> ImageFindings:
    told = seen.model_dump()
    kind = told.get("kind", "")
    return replace(
        findings,
        dominant_colors=tuple(seen.dominant_colors),
        color_hex=tuple(seen.color_hex),
        detected_objects=tuple(seen.detected_objects),
        product_type=seen.product_type,
        text_on_package=tuple(seen.text_on_package),
        quality_score=min(1.0, max(0.0, seen.quality_score)),
        brand=told.get("brand", ""),
        kind="" if kind == UNCLEAR else kind,
        doses=tuple(told.get("doses", ())),
        substances=tuple(told.get("substances", ())),
        pack_size=told.get("pack_size", ""),
    )
