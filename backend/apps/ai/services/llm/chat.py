"""One chat request: its messages, its parameters; its answer, parsed, and how sure the model was of it."""

from __future__ import annotations

import json
import math
import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import accumulate
from typing import Any, Generic

from pydantic import ValidationError

from apps.ai.services.llm.schema import schema_text, strict_schema
from apps.ai.services.llm.wire import Completion, TokenProbability, most_tokens
from apps.ai.types import CHOOSING, AnswerT, Operation, PlannedCall, Question

#: How much of a faulty answer is shown to the model again, and how many of its faults.
_QUOTED_ANSWER = 20_000
_NAMED_VIOLATIONS = 12

#: How thoughts are marked: by tags, by the signs of Kimi and gpt-oss, by Gemma's and Phi's words.
_THOUGHT = r"think(?:ing)?|thoughts?|reason(?:ing)?|reflection|analysis|scratchpad|chain_?of_?thought"
_THOUGHT_ENDS = re.compile(
    rf"</ ?(?:{_THOUGHT}) ?>|◁/think▷|\[/(?:{_THOUGHT})\]|<\|end_of_thought\|>"
    r"|<\|channel\|>final(?: <\|constrain\|>\w+)?<\|message\|>|<\|START_RESPONSE\|>",
    re.IGNORECASE,
)
#: Objects that are tried: more braces than that are no answer but a text about one.
_MOST_TRIED = 60
_DECODER = json.JSONDecoder(strict=False)

JSON_INSTRUCTION = (
    "\n\nAnswer with exactly one JSON object, without Markdown and without any text around it. "
    "The object must satisfy this JSON schema:\n{schema}"
)
REPAIR_INSTRUCTION = (
    "Your previous answer cannot be used. What is wrong with it:\n{violations}\n"
    "Give the whole answer again as one JSON object that satisfies the schema."
)


class Format(StrEnum):
    """How the server is told what to answer. TEXT: by the prompt alone."""

    SCHEMA = "schema"
    JSON = "json"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Dialect:
    """What this server and model understand. `limit`: their name for the room of the answer."""

    format: Format
    limit: str
    temperature: bool = True
    logprobs: bool = True


@dataclass(frozen=True, slots=True)
class ChatRequest(Generic[AnswerT]):
    """A question on its way. `room`: tokens for the answer; `detail`: the pictures' resolution."""

    question: Question[AnswerT]
    model: str
    room: int
    detail: str
    afterwards: tuple[dict[str, str], ...] = ()

    def with_more_room(self) -> ChatRequest[AnswerT]:
        return replace(self, room=self.room * 2)

    def repairing(self, content: str, violations: tuple[str, ...]) -> ChatRequest[AnswerT]:
        named = "\n".join(f"- {violation}" for violation in violations)
        messages = (
            {"role": "assistant", "content": _sendable(content[:_QUOTED_ANSWER]) or "(empty)"},
            {"role": "user", "content": _sendable(REPAIR_INSTRUCTION.format(violations=named))},
        )
        return replace(self, afterwards=messages)

    def body(self, dialect: Dialect) -> dict[str, Any]:
        question = self.question
        body: dict[str, Any] = {
            "model": self.model,
            "messages": self._messages(dialect),
            dialect.limit: self.room,
        }
        if question.temperature is not None and dialect.temperature:
            body["temperature"] = question.temperature
        if question.stage in CHOOSING and dialect.logprobs:
            body |= {"logprobs": True, "top_logprobs": 5}
        if dialect.format is Format.SCHEMA:
            body["response_format"] = {"type": "json_schema", "json_schema": self._json_schema()}
        elif dialect.format is Format.JSON:
            body["response_format"] = {"type": "json_object"}
        return body

    def planned(self, dialect: Dialect) -> PlannedCall:
        fixed = [self._system(dialect)]
        if dialect.format is Format.SCHEMA:
            fixed.append(schema_text(self.question.schema))
        varying = [_sendable(self.question.prompt.user), *(message["content"] for message in self.afterwards)]
        return PlannedCall(
            operation=Operation.VISION if self.question.images else Operation.CHAT,
            stage=self.question.stage,
            model=self.model,
            prompt_tokens=most_tokens([*fixed, *varying]),
            fixed_tokens=most_tokens(fixed),
            completion_tokens=self.room,
            images=len(self.question.images),
            image_sizes=tuple((image.width, image.height) for image in self.question.images),
        )

    def _system(self, dialect: Dialect) -> str:
        if dialect.format is Format.SCHEMA:
            return _sendable(self.question.prompt.system)
        schema = schema_text(self.question.schema)
        return _sendable(self.question.prompt.system) + JSON_INSTRUCTION.format(schema=schema)

    def _messages(self, dialect: Dialect) -> list[dict[str, Any]]:
        user: Any = _sendable(self.question.prompt.user)
        if self.question.images:
            pictures = [
                {"type": "image_url", "image_url": {"url": image.data_url, "detail": self.detail}}
                for image in self.question.images
            ]
            user = [{"type": "text", "text": user}, *pictures]
        return [
            {"role": "system", "content": self._system(dialect)},
            {"role": "user", "content": user},
            *self.afterwards,
        ]

    def _json_schema(self) -> dict[str, Any]:
        name = re.sub(r"\W", "_", self.question.schema.__name__)[:64]
        return {"name": name, "strict": True, "schema": strict_schema(self.question.schema)}


@dataclass(frozen=True, slots=True)
class ParsedAnswer(Generic[AnswerT]):
    """`content` when the answer satisfies the schema; else `code` and `message` say why not."""

    content: AnswerT | None = None
    code: str = ""
    message: str = ""
    violations: tuple[str, ...] = ()


def parse_completion(completion: Completion, schema: type[AnswerT], *, room: int) -> ParsedAnswer[AnswerT]:
    """finish_reason first: what was cut off, refused or filtered is never parsed."""
    choice = completion.choices[0]
    if choice.finish_reason == "length":
        return ParsedAnswer(code="truncated", message=f"Ответ не поместился в {room} токенов.")
    if choice.finish_reason == "content_filter":
        return ParsedAnswer(code="content_filter", message="Фильтр поставщика остановил ответ.")
    if choice.message.refusal:
        return ParsedAnswer(
            code="refused", message=f"Модель отказалась отвечать: {choice.message.refusal[:500]}"
        )
    return parse_answer(choice.message.content or "", schema)


def parse_answer(content: str, schema: type[AnswerT]) -> ParsedAnswer[AnswerT]:
    """The last object of the content that satisfies the schema; the faults of the last one when none does."""
    violations: tuple[str, ...] = ()
    for number, text in enumerate(_possible_answers(content)):
        try:
            return ParsedAnswer(content=schema.model_validate_json(text))
        except ValidationError as error:
            if number < 2:  # the whole content, then its last object: the answer that was meant
                violations = _named(error)
    message = f"Ответ не соответствует схеме: {'; '.join(violations)}"
    return ParsedAnswer(code="invalid_answer", message=message, violations=violations)


def _named(error: ValidationError) -> tuple[str, ...]:
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    return tuple(
        f"{'.'.join(str(part) for part in fault['loc']) or 'answer'}: {fault['msg']}" for fault in faults
    )[:_NAMED_VIOLATIONS]


def _sendable(text: str) -> str:
    """Half a surrogate pair, as cut texts have it, cannot be encoded; a question mark can."""
    return text.encode("utf-8", "replace").decode()


# --- how sure the model was ---


def certainty_of(field: str, content: str, tokens: Sequence[TokenProbability]) -> float | None:
    """Probability (0..1) that the model gave to the string value of `field` in its JSON answer `content`.

    It is the product of the probabilities of the tokens that overlap the value, times the probability that
    the value ends there: the sum over the alternatives of the next token that begin with the closing quote
    (so `"1"` is told apart from `"12"` where digits are single tokens). None when the tokens do not spell the
    content, or the field is not a string. Local servers cut a thought or a code fence off the content, whose tokens
    are told all the same.
    """
    span = _value_span(field, content)
    pieces = [bytes(token.bytes) if token.bytes is not None else token.token.encode() for token in tokens]
    before = b"".join(pieces).rfind(content.encode())
    if span is None or before < 0:
        return None
    start, end = before + span[0], before + span[1]
    ends = list(accumulate(len(piece) for piece in pieces))
    total = 0.0
    for token, token_end, piece in zip(tokens, ends, pieces, strict=True):
        token_start = token_end - len(piece)
        if token_start < end and token_end > start:
            total += token.logprob
        elif token_start == end:
            total += _closing_logprob(token)
            break
    return min(1.0, max(0.0, math.exp(total)))


def _value_span(field: str, content: str) -> tuple[int, int] | None:
    """Byte offsets of the string value, without its quotes; of several, the last: a model may think aloud first."""
    values = re.finditer(rf'{re.escape(json.dumps(field))}\s*:\s*"((?:[^"\\]|\\.)*)"', content)
    found = next(iter(deque(values, maxlen=1)), None)
    if found is None or not found[1]:
        return None
    start = len(content[: found.start(1)].encode())
    return start, start + len(found[1].encode())


def _closing_logprob(token: TokenProbability) -> float:
    closing = sum(
        math.exp(other.logprob) for other in token.top_logprobs or () if other.token.startswith('"')
    )
    return math.log(min(1.0, closing)) if closing > 0 else 0.0


def _possible_answers(content: str) -> Iterator[str]:
    """What may be the answer: the whole content first, then its objects, the last first.

    Local models think first (`<think>…</think>{…}`), chat models wrap the object into a letter or a Markdown block. The
    answer has been paid for, so it is looked for before it is asked for again.
    Objects within a thought are tried only when none stands behind it.
    """
    yield content
    if "{" not in content:
        return
    start = max((end.end() for end in _THOUGHT_ENDS.finditer(content)), default=0)
    found = list(_objects(content, start)) or (list(_objects(content, 0)) if start else [])
    yield from reversed(found)


def _objects(content: str, start: int) -> Iterator[str]:
    """The outermost JSON objects of a text, in order."""
    for _ in range(_MOST_TRIED):
        start = content.find("{", start)
        if start < 0:
            return
        try:
            value, end = _DECODER.raw_decode(content, start)
        except (json.JSONDecodeError, RecursionError):
            start += 1
            continue
        if value:
            yield content[start:end]
        start = end
