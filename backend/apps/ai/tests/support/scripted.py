"""A model for tests: answers from a script, counts what it is asked. No patching: it stands behind the same door."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from apps.ai.tests.support.engines import any_engine
from apps.ai.types import (
    Answer,
    AnswerT,
    CallOutcome,
    CallStatus,
    LanguageModel,
    Meter,
    Operation,
    PlannedCall,
    Question,
    Usage,
)


@dataclass
class ScriptedModel:
    """The engine of the tests, except where `script` has something for the stage: a change of the answer, or an error.

    Every call is metered as if it had cost 100 prompt tokens and 50 completion tokens of `model`.
    """

    script: dict[str, Callable[[Any], Any] | Exception] = field(default_factory=dict)
    model: str = "gpt-4o-mini"
    asked: list[str] = field(default_factory=list)
    inner: LanguageModel = field(default_factory=lambda: any_engine(dimensions=384))

    @property
    def embedding_model(self) -> str:
        return self.inner.embedding_model

    @property
    def dimensions(self) -> int:
        return self.inner.dimensions

    def ask(self, question: Question[AnswerT], *, meter: Meter) -> Answer[AnswerT]:
        self.asked.append(question.stage.value)
        call = PlannedCall(Operation.CHAT, question.stage, self.model, 200, question.max_output_tokens)
        ticket = meter.reserve(call)
        meter.record(
            ticket, call, CallOutcome(CallStatus.OK, Usage(prompt=100, completion=50), duration_ms=5)
        )
        act = self.script.get(question.stage.value)
        if isinstance(act, Exception):
            raise act
        answer = self.inner.ask(question, meter=meter)
        content = answer.content if act is None else act(answer.content)
        return Answer(content, self.model, Usage(prompt=100, completion=50), {"scripted": True})

    def embed(self, texts: list[str], *, meter: Meter) -> list[list[float]]:
        return self.inner.embed(texts, meter=meter)

    def known_vector(self, text: str) -> list[float] | None:
        return self.inner.known_vector(text)
