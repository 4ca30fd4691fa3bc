"""The language model's door: strict answers and typed errors. Retries are the run's, not its own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, Generic

from pydantic import ValidationError

from apps.ai.conf import AISettings
from apps.ai.exceptions import PermanentAIError, RequestRejected
from apps.ai.services.llm import embedding, learned
from apps.ai.services.llm.chat import (
    ChatRequest,
    Dialect,
    Format,
    ParsedAnswer,
    certainty_of,
    parse_completion,
)
from apps.ai.services.llm.embedding import VectorMemory, vector_key
from apps.ai.services.llm.errors import RequestFailed, classify
from apps.ai.services.llm.learned import Lesson
from apps.ai.services.llm.transport import Endpoint
from apps.ai.services.llm.wire import Completion, Reading, Response, exchange
from apps.ai.types import CHOOSING, Answer, AnswerT, Meter, PlannedCall, Question, Usage


@dataclass(frozen=True, slots=True)
class Reply(Generic[AnswerT]):
    """A chat answer, parsed. `body`: the JSON as it came."""

    completion: Completion
    parsed: ParsedAnswer[AnswerT]
    body: dict[str, Any]

    @property
    def content(self) -> str:
        return self.completion.choices[0].message.content or ""


class LLMClient:
    """OpenAI or a compatible server, as `types.LanguageModel`."""

    def __init__(self, settings: AISettings) -> None:
        self._settings = settings
        self._vectors = VectorMemory()
        self._endpoint = Endpoint(
            base_url=settings.base_url,
            api_key=settings.api_key,
            connect_timeout=settings.connect_timeout,
            read_timeout=settings.read_timeout,
        )

    @property
    def model(self) -> str:
        return self._settings.model

    @property
    def embedding_model(self) -> str:
        return self._settings.embedding_model

    @property
    def dimensions(self) -> int:
        return self._settings.embedding_dimensions

    def ask(self, question: Question[AnswerT], *, meter: Meter) -> Answer[AnswerT]:
        """The question, and at most once each: with doubled room when cut off, to repair when invalid.

        Raises PermanentAIError with code `truncated`, `refused`, `content_filter`, `invalid_answer`,
        `too_long` or `no_vision`; RequestRejected with code `unknown_model` or `bad_request`;
        ProviderTrouble; PauseError.
        """
        request = self._request(question)
        tried: set[str] = set()
        usage = Usage()
        while True:
            reading = self._chat(request, meter)
            usage += reading.usage or Usage()
            reply, parsed = reading.result, reading.result.parsed
            if parsed.content is not None:
                return _answer(request, reply, parsed.content, usage)
            if parsed.code in tried or parsed.code not in ("truncated", "invalid_answer"):
                raise PermanentAIError(parsed.message, code=parsed.code)
            tried.add(parsed.code)
            if parsed.code == "truncated":
                request = request.with_more_room()
            else:
                request = request.repairing(reply.content, parsed.violations)

    def embed(self, texts: list[str], *, meter: Meter) -> list[list[float]]:
        """A vector a text, in order. Equal texts are sent once, those embedded lately never."""
        by_key = {self._key(text): text for text in map(embedding.fitted, texts)}
        vectors = self._vectors.get(by_key)
        unknown = [text for key, text in by_key.items() if key not in vectors]
        for batch in embedding.batches(unknown):
            fresh = dict(zip(map(self._key, batch), self._embed(batch, meter), strict=True))
            self._vectors.put(fresh)
            vectors |= fresh
        return [vectors[self._key(embedding.fitted(text))] for text in texts]

    def known_vector(self, text: str) -> list[float] | None:
        key = self._key(embedding.fitted(text))
        return self._vectors.get([key]).get(key)

    def prepare(self, question: Question[AnswerT]) -> tuple[dict[str, Any], PlannedCall]:
        """The question as a request that somebody else will send, and what it may cost."""
        request = self._request(question)
        dialect = self._dialect(request.model)
        return request.body(dialect), request.planned(dialect)

    def read(self, question: Question[AnswerT], response: Response) -> Answer[AnswerT]:
        """The answer to a prepared question, by the same rules as `ask`, but with no second try.

        Raises PermanentAIError as `ask` does; RequestFailed when it is no chat completion.
        """
        request = self._request(question)
        reading = _read_chat(response, schema=question.schema, room=request.room)
        parsed = reading.result.parsed
        if parsed.content is None:
            raise PermanentAIError(parsed.message, code=parsed.code)
        return _answer(request, reading.result, parsed.content, reading.usage or Usage())

    def _request(self, question: Question[AnswerT]) -> ChatRequest[AnswerT]:
        return ChatRequest(
            question=question,
            model=self._settings.vision_model if question.images else self._settings.model,
            room=question.max_output_tokens,
            detail=self._settings.image_detail,
        )

    def _chat(self, request: ChatRequest[AnswerT], meter: Meter) -> Reading[Reply[AnswerT]]:
        """One answered request, in the best dialect that the server understands."""
        read = partial(_read_chat, schema=request.question.schema, room=request.room)
        supposed: frozenset[Lesson] = frozenset()
        while True:
            dialect = self._dialect(request.model, supposed)
            body = request.body(dialect)
            send = partial(self._endpoint.chat, body)
            try:
                reading = exchange(request.planned(dialect), meter, send=send, read=read)
            except RequestFailed as failed:
                if self._learn(failed, request.model, body):
                    continue
                weaker = self._weaker_format(failed, request.model, body)
                if weaker is None:
                    if supposed:
                        learned.note(self._endpoint.base_url, request.model, Lesson.FORMAT_IS_FINE)
                    raise classify(failed).error from None
                supposed |= {weaker}
            else:
                for lesson in supposed:
                    learned.note(self._endpoint.base_url, request.model, lesson)
                return reading

    def _embed(self, batch: list[str], meter: Meter) -> list[list[float]]:
        model = self._settings.embedding_model
        read = partial(embedding.read, expected=len(batch), dimensions=self.dimensions)
        while True:
            fixed = Lesson.NO_DIMENSIONS in learned.lessons(self._endpoint.base_url, model)
            body = embedding.body(model, batch, dimensions=None if fixed else self.dimensions)
            send = partial(self._endpoint.embed, body)
            try:
                reading = exchange(embedding.planned(model, batch), meter, send=send, read=read)
            except RequestFailed as failed:
                if not self._learn(failed, model, body):
                    raise classify(failed).error from None
            else:
                return embedding.check_dimension(reading, model=model)

    def _learn(self, failed: RequestFailed, model: str, body: dict[str, Any]) -> bool:
        """True when the same request in another dialect may work."""
        return failed.status is not None and learned.learn(
            self._endpoint.base_url, model, failed, sent=body, fixed_format=self._fixed_format
        )

    def _weaker_format(self, failed: RequestFailed, model: str, body: dict[str, Any]) -> Lesson | None:
        if self._fixed_format or not isinstance(classify(failed).error, RequestRejected):
            return None
        known = learned.lessons(self._endpoint.base_url, model)
        return learned.weaker_format(failed, known, sent=body)

    @property
    def _fixed_format(self) -> bool:
        return self._settings.structured_output != "auto"

    def _dialect(self, model: str, supposed: frozenset[Lesson] = frozenset()) -> Dialect:
        """`supposed`: lessons that are only tried out."""
        known = learned.lessons(self._endpoint.base_url, model) | supposed
        names = ("max_completion_tokens", "max_tokens")
        return Dialect(
            format=_format(self._settings.structured_output, known),
            limit=names[self._endpoint.is_openai == (Lesson.OTHER_LIMIT_NAME in known)],
            temperature=Lesson.NO_TEMPERATURE not in known,
            logprobs=Lesson.NO_LOGPROBS not in known,
        )

    def _key(self, text: str) -> str:
        return vector_key(self.embedding_model, self.dimensions, text)


def _format(setting: str, known: frozenset[Lesson]) -> Format:
    """The best format that the setting allows and the server has not refused."""
    if setting == "schema" or (setting == "auto" and Lesson.NO_SCHEMA not in known):
        return Format.SCHEMA
    return Format.TEXT if Lesson.NO_JSON_MODE in known else Format.JSON


def _read_chat(response: Response, *, schema: type[AnswerT], room: int) -> Reading[Reply[AnswerT]]:
    reported = embedding.reported_usage(response.body)
    usage = reported.usage if reported else None
    try:
        completion = Completion.model_validate(response.body)
    except ValidationError:
        text = "Ответ — не chat completion."
        raise RequestFailed(502, text, begun=True, request_id=response.request_id, usage=usage) from None
    parsed = parse_completion(completion, schema, room=room)
    return Reading(Reply(completion, parsed, response.body), usage, parsed.code, parsed.message)


def _answer(
    request: ChatRequest[AnswerT], reply: Reply[AnswerT], content: AnswerT, usage: Usage
) -> Answer[AnswerT]:
    certainty = None
    logprobs = reply.completion.choices[0].logprobs
    if request.question.stage in CHOOSING and logprobs and logprobs.content:
        field = next(iter(request.question.schema.model_fields))
        certainty = certainty_of(field, reply.content, logprobs.content)
    return Answer(
        content=content,
        model=request.model,
        usage=usage,
        raw=_without_logprobs(reply.body),
        certainty=certainty,
    )


def _without_logprobs(body: dict[str, Any]) -> dict[str, Any]:
    """The answer as it came, for the log; log-probabilities are a hundred times its size."""
    choices = [
        {name: value for name, value in choice.items() if name != "logprobs"} for choice in body["choices"]
    ]
    return {**body, "choices": choices}
