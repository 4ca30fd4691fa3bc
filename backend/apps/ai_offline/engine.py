"""The offline engine: answers by rules from what the question itself holds. No key, no network, no guessing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from apps.ai.exceptions import PermanentAIError
from apps.ai.schemas import VerifyAnswer
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
from apps.ai_offline import category, draft, embedding, images, leaflet

MODEL = "offline-rules-1"
EMBEDDING_MODEL = "offline-hash-1"


def no_doubts(facts: VerifyFacts) -> VerifyAnswer:
    """Rules wrote the card, and the same rules have nothing to add to what the quality check says about it."""
    return VerifyAnswer(doubts=[])


_WRITERS: dict[type[Any], Callable[[Any], BaseModel]] = {
    CategoryFacts: category.choose,
    DraftFacts: draft.write,
    ImageFacts: images.describe,
    LeafletFacts: leaflet.translate,
    VerifyFacts: no_doubts,
}


@dataclass(frozen=True, slots=True)
class OfflineEngine:
    """Implements `types.LanguageModel`. Deterministic; costs nothing, so the meter is never asked."""

    dimensions: int
    model: str = MODEL
    embedding_model: str = EMBEDDING_MODEL

    def ask(self, question: Question[AnswerT], *, meter: Meter) -> Answer[AnswerT]:
        """The answer to a question whose facts it knows how to read; raises PermanentAIError for any other."""
        write = _WRITERS.get(type(question.facts))
        if write is None:
            raise PermanentAIError(f"The offline engine has no rules for {type(question.facts).__name__}.")
        written = write(question.facts).model_dump()
        try:
            content = question.schema.model_validate(written)
        except ValidationError as error:
            schema = question.schema.__name__
            raise PermanentAIError(f"The offline engine cannot answer in {schema}: {error}") from error
        raw = {"engine": self.model, "stage": str(question.stage), "answer": written}
        return Answer(content=content, model=self.model, usage=Usage(), raw=raw)

    def embed(self, texts: list[str], *, meter: Meter) -> list[list[float]]:
        return [embedding.vector(text, self.dimensions) for text in texts]

    def known_vector(self, text: str) -> list[float] | None:
        return embedding.vector(text, self.dimensions)
