"""Image stage: from picture addresses to what can be seen on them. A picture that fails is a note, no failure."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass

from apps.ai import prompts
from apps.ai.schemas import ImageAnswer
from apps.ai.services.media_processor import ImageBatch, PreparedImage, R2MediaProcessor
from apps.ai.types import (
    ImageFacts,
    ImageFindings,
    ImagePart,
    LanguageModel,
    Meter,
    ProductSnapshot,
    Question,
    Stage,
)


@dataclass(frozen=True, slots=True)
class ImageAnalyzer:
    llm: LanguageModel
    media: R2MediaProcessor

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
        """Findings over the first `max_images` pictures; nothing is asked when none could be used.

        `pictures`: what `fetch` was told to bring; what has not begun yet is fetched here instead.
        """
        if not product.image_urls:
            return ImageFindings()
        if pictures is None or pictures.cancel():
            batch = self.fetch(product, max_images=max_images)
        else:
            batch = pictures.result()
        failures = tuple(f"{failure.url}: {failure.reason}" for failure in batch.failures)
        if not batch.images:
            return ImageFindings(failures=failures)
        seen = self.llm.ask(_question(product, tuple(batch.images)), meter=meter).content
        return ImageFindings(
            dominant_colors=tuple(seen.dominant_colors),
            color_hex=tuple(seen.color_hex),
            detected_objects=tuple(seen.detected_objects),
            product_type=seen.product_type,
            text_on_package=tuple(seen.text_on_package),
            quality_score=min(1.0, max(0.0, seen.quality_score)),
            analyzed_urls=tuple(image.url for image in batch.images),
            failures=failures,
        )


def _question(product: ProductSnapshot, images: tuple[PreparedImage, ...]) -> Question[ImageAnswer]:
    facts = ImageFacts(product=product, pictures=tuple(image.content for image in images))
    return Question(
        stage=Stage.IMAGES,
        prompt=prompts.images(facts),
        schema=ImageAnswer,
        facts=facts,
        images=tuple(
            ImagePart(image.base64, image.dimensions[0], image.dimensions[1], image.url) for image in images
        ),
        max_output_tokens=600,
    )
