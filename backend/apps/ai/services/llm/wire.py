"""One request over the wire, reserved before it is sent and recorded after it, whatever happens between.

What comes back is parsed once, and only the fields that are used; servers add many more.

What a request can cost at most is one token per UTF-8 byte. The tokenizers in use are byte-level BPE (or SentencePiece
with byte fall-back): every single byte is a token of its own and merges only make fewer, so no text of n bytes can
become more than n tokens, whatever its language. For Russian that is 4 to 7 times too much, for JSON and English 3 to 4
times; it costs nothing, because the difference is given back when the call is recorded. A tighter guess (bytes / 2)
fails on punctuation, emoji and rare scripts, and then a budget would not hold.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from apps.ai.services.llm.errors import INTERRUPTED, RequestFailed, classify
from apps.ai.types import CallOutcome, CallStatus, Meter, PlannedCall, Usage

ResultT = TypeVar("ResultT")

#: Role marks and separators around each message (4 in the known chat formats), rounded up.
PER_MESSAGE = 16
#: Start of the answer, and what a server adds to describe a schema, beyond its own bytes.
PER_REQUEST = 64


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


@dataclass(frozen=True, slots=True)
class Reading(Generic[ResultT]):
    """What a 2xx answer says. `code` and `problem`: why it was paid for in vain, "" when it was not."""

    result: ResultT
    usage: Usage | None
    code: str = ""
    problem: str = ""


def exchange(
    call: PlannedCall,
    meter: Meter,
    *,
    send: Callable[[], Response],
    read: Callable[[Response], Reading[ResultT]],
) -> Reading[ResultT]:
    """Reserve, send, read and record one request. Raises RequestFailed, or what the meter raises."""
    ticket = meter.reserve(call)
    started = time.monotonic()
    try:
        response = send()
        reading = read(response)
    except RequestFailed as failed:
        meter.record(ticket, call, _failure(failed, _since(started)))
        raise
    except BaseException as error:  # a time limit, a shutdown: nobody knows what the provider did
        name = type(error).__name__
        outcome = CallOutcome(CallStatus.UNUSABLE, None, _since(started), code=INTERRUPTED, error=name)
        meter.record(ticket, call, outcome)
        raise
    outcome = CallOutcome(
        status=CallStatus.UNUSABLE if reading.code else CallStatus.OK,
        usage=reading.usage,
        duration_ms=_since(started),
        request_id=response.request_id,
        code=reading.code,
        error=reading.problem,
    )
    meter.record(ticket, call, outcome)
    return reading


def _failure(failed: RequestFailed, duration_ms: int) -> CallOutcome:
    """FAILED: surely not billed. UNUSABLE without usage: perhaps billed, and nobody will tell."""
    failure = classify(failed)
    billed = failure.may_be_billed or failed.usage is not None
    return CallOutcome(
        status=CallStatus.UNUSABLE if billed else CallStatus.FAILED,
        usage=failed.usage,
        duration_ms=duration_ms,
        request_id=failed.request_id,
        code=failure.code,
        error=str(failure.error),
        http_status=failed.status,
        retry_after=getattr(failure.error, "retry_after", None),
    )


def _since(started: float) -> int:
    return round((time.monotonic() - started) * 1000)


def most_tokens(texts: Iterable[str]) -> int:
    """At most so many tokens for these message texts, without pictures."""
    return PER_REQUEST + sum(PER_MESSAGE + byte_length(text) for text in texts)


def byte_length(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
