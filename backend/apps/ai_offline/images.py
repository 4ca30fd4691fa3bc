"""Image stage of the offline engine: colours and technical quality. It sees no objects and reads no text."""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import dataclass

import numpy as np
from PIL import Image, UnidentifiedImageError

from apps.ai.exceptions import PermanentAIError
from apps.ai.schemas import ImageAnswer
from apps.ai.services.pictures import measures, palette
from apps.ai.types import ImageFacts


@dataclass(frozen=True, slots=True)
class _Seen:
    """One picture: names of its colours with their shares, a hex value for each name, its quality in 0..1."""

    shares: Counter[str]
    hexes: dict[str, str]
    quality: float


def describe(question: ImageFacts) -> ImageAnswer:
    """Dominant colours over all pictures, the most frequent first, and the mean quality.

    A picture that cannot be read is left out; raises PermanentAIError when none can be.
    """
    seen = [found for picture in question.pictures if (found := _look(picture)) is not None]
    if not seen:
        raise PermanentAIError("None of the pictures can be read.", code="images")
    total: Counter[str] = Counter()
    hexes: dict[str, str] = {}
    for found in seen:
        total.update(found.shares)
        for name, value in found.hexes.items():
            hexes.setdefault(name, value)
    leading = palette.leading(total, pictures=len(seen))
    return ImageAnswer(
        dominant_colors=leading,
        color_hex=[hexes[name] for name in leading],
        detected_objects=[],
        product_type="",
        text_on_package=[],
        quality_score=round(sum(found.quality for found in seen) / len(seen), 3),
    )


def _look(picture: bytes) -> _Seen | None:
    try:
        with Image.open(io.BytesIO(picture)) as opened:
            image = opened.convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        return None
    return _Seen(*palette.shares_of(image), quality(image))


def quality(image: Image.Image) -> float:
    """Technical quality in 0..1: 0.4 resolution + 0.35 sharpness + 0.25 exposure (`services.pictures.measures`)."""
    resolution = min(1.0, min(image.size) / measures.ENOUGH_PIXELS)
    grey_image = image.convert("L")
    grey_image.thumbnail(measures.SAMPLE)
    grey = np.asarray(grey_image, dtype=np.float64)
    sharp = min(1.0, float(np.sqrt(measures.sharpness(grey) / measures.SHARP)))
    return round(0.4 * resolution + 0.35 * sharp + 0.25 * measures.exposure(grey), 3)
