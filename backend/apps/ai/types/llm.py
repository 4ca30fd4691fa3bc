"""A call to a model: the question, the answer, and what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar

from pydantic import BaseModel

from apps.ai.types.run import Stage

AnswerT = TypeVar("AnswerT", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as the provider reported them. `cached` is a part of `prompt`, `reasoning` a part of `completion`."""

    prompt: int = 0
    completion: int = 0
    cached: int = 0
    reasoning: int = 0

    @property
    def total(self) -> int:
        return self.prompt + self.completion

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.prompt + other.prompt,
            self.completion + other.completion,
            self.cached + other.cached,
            self.reasoning + other.reasoning,
        )


class Operation(StrEnum):
    CHAT = "chat"
    VISION = "vision"
    EMBEDDING = "embedding"


class CallStatus(StrEnum):
    OK = "ok"
    UNUSABLE = "unusable"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """One request that is about to be sent. Token figures are upper estimates for the reservation.

    `prompt_tokens`: without its pictures. `fixed_tokens`: those of them that are the same in every such question, its
    instructions and schema. `image_sizes`: (width, height) of the pictures, in pixels.
    """

    operation: Operation
    stage: Stage
    model: str
    prompt_tokens: int
    completion_tokens: int
    images: int = 0
    image_sizes: tuple[tuple[int, int], ...] = ()
    fixed_tokens: int = 0


@dataclass(frozen=True, slots=True)
class CallOutcome:
    """What became of a request. `usage` None: the provider reported none (an error, a timeout).

    `code`: what went wrong in a word (`services.llm.errors`, or an answer's fault), "" when nothing did.
    `http_status` and `retry_after` (seconds): of a refusal, as far as there were any.
    """

    status: CallStatus
    usage: Usage | None
    duration_ms: int
    request_id: str = ""
    code: str = ""
    error: str = ""
    http_status: int | None = None
    retry_after: float | None = None


class Meter(Protocol):
    """Asked before every request whether it may be paid, and given what it cost. Implemented by `services.money`."""

    def reserve(self, call: PlannedCall) -> Any:
        """Reserve money for the call and return a ticket; raises PauseError or TransientAIError if it may not go."""

    def record(self, ticket: Any, call: PlannedCall, outcome: CallOutcome) -> None:
        """Book what the call really cost and give back the rest of the reservation."""


class FreeMeter:
    """For what costs nothing and belongs to no run: benchmarks and tests."""

    def reserve(self, call: PlannedCall) -> None:
        return None

    def record(self, ticket: Any, call: PlannedCall, outcome: CallOutcome) -> None:
        return None


@dataclass(frozen=True, slots=True)
class Prompt:
    """A rendered prompt. `system` is the same bytes for all products of a mode; `user` holds the data."""

    name: str
    version: str
    system: str
    user: str


@dataclass(frozen=True, slots=True)
class ImagePart:
    """A picture for a vision model: a data URL, its pixels, and the URL it came from."""

    data_url: str
    width: int
    height: int
    source_url: str


@dataclass(frozen=True, slots=True)
class Question(Generic[AnswerT]):
    """One thing to ask a language model.

    `facts` is the value that the prompt's data part was rendered from: the offline engine reads it, a real
    model reads the prompt.
    """

    stage: Stage
    prompt: Prompt
    schema: type[AnswerT]
    facts: Any
    images: tuple[ImagePart, ...] = ()
    max_output_tokens: int = 1500
    temperature: float | None = 0.2


@dataclass(frozen=True, slots=True)
class Answer(Generic[AnswerT]):
    """`content` satisfies the question's schema. `certainty` in 0..1 from log-probabilities, None without."""

    content: AnswerT
    model: str
    usage: Usage
    raw: Mapping[str, Any]
    certainty: float | None = None


class LanguageModel(Protocol):
    """The model's door. `model` is what stands in the log; both methods may raise any `AIError`."""

    @property
    def model(self) -> str: ...

    @property
    def embedding_model(self) -> str: ...

    @property
    def dimensions(self) -> int:
        """Length of every dense vector."""

    def ask(self, question: Question[AnswerT], *, meter: Meter) -> Answer[AnswerT]: ...

    def embed(self, texts: list[str], *, meter: Meter) -> list[list[float]]:
        """One vector of `dimensions` floats a text, in the same order; an empty list for an empty list."""

    def known_vector(self, text: str) -> list[float] | None:
        """The vector of a text that this process embedded lately; None rather than a request or a query."""
