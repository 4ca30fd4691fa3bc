"""What comes back over the wire, parsed once. Only the fields that are used; servers add many more."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from apps.ai.types import Usage


class WireModel(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class PromptDetails(WireModel):
    cached_tokens: int | None = None


class CompletionDetails(WireModel):
    reasoning_tokens: int | None = None


class WireUsage(WireModel):
    prompt_tokens: int = 0
    completion_tokens: int | None = None
    prompt_tokens_details: PromptDetails | None = None
    completion_tokens_details: CompletionDetails | None = None

    @property
    def usage(self) -> Usage:
        prompt, completion = self.prompt_tokens_details, self.completion_tokens_details
        return Usage(
            prompt=self.prompt_tokens,
            completion=self.completion_tokens or 0,
            cached=(prompt and prompt.cached_tokens) or 0,
            reasoning=(completion and completion.reasoning_tokens) or 0,
        )


class TokenAlternative(WireModel):
    token: str
    logprob: float


class TokenProbability(WireModel):
    token: str
    logprob: float
    bytes: list[int] | None = None
    top_logprobs: list[TokenAlternative] | None = None


class Logprobs(WireModel):
    content: list[TokenProbability] | None = None


class Message(WireModel):
    content: str | None = None
    refusal: str | None = None


class Choice(WireModel):
    message: Message
    finish_reason: str | None = None
    logprobs: Logprobs | None = None


class Completion(WireModel):
    choices: list[Choice] = Field(min_length=1)
    usage: WireUsage | None = None


class EmbeddingItem(WireModel):
    index: int
    embedding: str | list[float]

    @property
    def vector(self) -> list[float]:
        """Servers may answer base64 of little-endian float32 or, not knowing the format, plain numbers."""
        if isinstance(self.embedding, str):
            numbers: list[float] = np.frombuffer(base64.b64decode(self.embedding), dtype="<f4").tolist()
            return numbers
        return self.embedding


class Embeddings(WireModel):
    data: list[EmbeddingItem]
    usage: WireUsage | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """A 2xx answer: its JSON and the number that the provider's support asks for."""

    body: dict[str, Any]
    request_id: str
