"""An engine without knowledge, for tests that need any answer, not a good one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any

from apps.ai.text.language import dense
from apps.ai.types import (
    Answer,
    AnswerT,
    CategoryFacts,
    DraftFacts,
    ImageFacts,
    LeafletFacts,
    Meter,
    Question,
    Usage,
    VerifyFacts,
)


def _choose(facts: CategoryFacts) -> dict[str, Any]:
    return {"choice": "1" if facts.candidates else "none", "runners_up": [], "attributes": []}


def _write(facts: DraftFacts) -> dict[str, Any]:
    """The source's own words."""
    product = facts.product
    return {
        "title": product.title,
        "description": "".join(f"<p>{escape(line)}</p>" for line in product.source_text.splitlines()),
        "seo_title": product.title,
        "seo_description": product.description,
        "keywords": [product.title],
        "key_benefits": [],
        "untranslated": [],
    }


def _describe(facts: ImageFacts) -> dict[str, Any]:
    return {
        "dominant_colors": ["белый"],
        "color_hex": ["#FFFFFF"],
        "detected_objects": ["упаковка"],
        "product_type": "",
        "text_on_package": [],
        "quality_score": 0.8,
    }


def _translate(facts: LeafletFacts) -> dict[str, Any]:
    return {"heading": facts.heading, "text": facts.text, "untranslated": []}


def _doubt(facts: VerifyFacts) -> dict[str, Any]:
    return {"doubts": []}


_WRITERS: dict[type[Any], Callable[[Any], dict[str, Any]]] = {
    CategoryFacts: _choose,
    DraftFacts: _write,
    ImageFacts: _describe,
    LeafletFacts: _translate,
    VerifyFacts: _doubt,
}


@dataclass(frozen=True, slots=True)
class PlainEngine:
    """Implements `types.LanguageModel`: the first candidate, the source's words, hashed stems as vectors."""

    dimensions: int
    model: str = "plain-1"
    embedding_model: str = "plain-hash-1"

    def ask(self, question: Question[AnswerT], *, meter: Meter) -> Answer[AnswerT]:
        written = _WRITERS[type(question.facts)](question.facts)
        return Answer(question.schema.model_validate(written), self.model, Usage(), {"answer": written})

    def embed(self, texts: list[str], *, meter: Meter) -> list[list[float]]:
        return [dense.dense_vector(text, self.dimensions) for text in texts]

    def known_vector(self, text: str) -> list[float] | None:
        return dense.dense_vector(text, self.dimensions)
