"""The image stage of a run: what is seen, and where else the same pictures are."""

from __future__ import annotations

from apps.ai import conf
from apps.ai.services import composition
from apps.ai.services.gallery import sightings
from apps.ai.services.runs.work import Work
from apps.ai.types import ImageFindings, Stage


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
