"""A model that remembers what it answered, for the run's log."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from apps.ai.types import Answer, AnswerT, LanguageModel, Meter, Question, Stage, Usage


@dataclass(slots=True)
class RecordingModel:
    """Passes every call on to `inner`; `raw` holds the answers by stage, `usage` their tokens."""

    inner: LanguageModel
    raw: dict[str, Any] = field(default_factory=dict)
    usage: Usage = field(default_factory=Usage)

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
        self.usage += answer.usage
        return answer

    def embed(self, texts: list[str], *, meter: Meter) -> list[list[float]]:
        return self.inner.embed(texts, meter=meter)

    def known_vector(self, text: str) -> list[float] | None:
        return self.inner.known_vector(text)
