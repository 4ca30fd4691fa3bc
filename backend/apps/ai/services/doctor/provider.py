"""The model's provider: is the key taken, are the models known and priced, does a tiny question get its answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from django.utils.translation import gettext as _
from pydantic import BaseModel

from apps.ai import conf
from apps.ai.exceptions import AIError
from apps.ai.services.doctor.findings import Finding, fault, note, ok, warning
from apps.ai.services.llm import errors
from apps.ai.services.llm.errors import RequestFailed, classify
from apps.ai.services.llm.transport import Endpoint
from apps.ai.services.llm_client import LLMClient
from apps.ai.services.money import breaker, ledger
from apps.ai.services.money.meter import UnattendedMeter
from apps.ai.types import Prompt, Question, Stage

#: Seconds to connect and for an answer: the whole examination may take 15.
CONNECT, ANSWER = 4.0, 8.0
#: What the doctor's questions stand under in the ledger.
SOURCE = "doctor"
#: Servers of one's own need not list their models.
_NO_LIST = {404, 405, 501}


class Word(BaseModel):
    """The smallest structured answer."""

    word: Literal["да"]


QUESTION = Question(
    stage=Stage.CATEGORY,
    prompt=Prompt("doctor", "1", 'Ответь объектом JSON {"word": "да"}.', "Ты слышишь?"),
    schema=Word,
    facts=None,
    max_output_tokens=200,
)


def look() -> Iterator[Finding]:
    values = conf.get()
    if values.in_process:
        yield note(
            "engine_in_process",
            _("Карточки пишет встроенный движок {engine}: поставщика не спрашивали.").format(
                engine=values.engine
            ),
            _("Для живого магазина задайте OPENAI_API_KEY или OPENAI_BASE_URL."),
        )
        return
    yield from _prices(values)
    endpoint = Endpoint(values.base_url, values.api_key, CONNECT, ANSWER)
    try:
        known = endpoint.models()
    except RequestFailed as failed:
        if failed.status not in _NO_LIST:
            yield _refusal(failed)
            return
        known = None
    else:
        yield ok("key_accepted", _("{endpoint}: ключ принят.").format(endpoint=breaker.endpoint()))
    unknown = _unknown_models(values, known)
    for model in unknown:
        yield fault(
            "unknown_model",
            _("{endpoint} не знает модели {model}.").format(endpoint=breaker.endpoint(), model=model),
            _("Назовите в {variable} одну из его моделей: {names}.").format(
                variable=_variable(values, model), names=", ".join(sorted(known or ())[:8])
            ),
        )
    if not unknown:
        yield from _questions(values)


def _prices(values: conf.AISettings) -> Iterator[Finding]:
    for model in _models(values):
        if ledger.price_of(model) is not None:
            continue
        text = _("Цена модели {model} неизвестна: расходы на неё не считаются.").format(model=model)
        cure = _("Добавьте строку в «Цены моделей» (для своего сервера — с нулевыми ценами).")
        if values.has_budgets:
            yield fault(
                "unpriced_model",
                _("{text} При заданном бюджете она не отвечает вовсе.").format(text=text),
                cure,
            )
        else:
            yield warning("unpriced_model", text, cure)


def _questions(values: conf.AISettings) -> Iterator[Finding]:
    """One chat and one embedding, by the same door and the same ledger as the cards."""
    client = LLMClient(replace(values, connect_timeout=CONNECT, read_timeout=ANSWER))
    meter = UnattendedMeter(SOURCE)
    try:
        client.ask(QUESTION, meter=meter)
        yield ok("structured_answer", _("{model} отвечает по схеме.").format(model=values.model))
    except AIError as error:
        yield fault(
            "no_structured_answer",
            _("{model} не ответила на простой вопрос: {error}").format(model=values.model, error=error),
            _(
                "Проверьте AI_MODEL и AI_STRUCTURED_OUTPUT; что именно не понравилось серверу, говорит его ответ."
            ),
        )
    if set(values.vision.values()) - {"never"}:
        yield from _sight(client, meter, model=values.vision_model)
    try:
        client.embed(["Проверка связи"], meter=meter)
        yield ok(
            "embedding",
            _("{embedding_model}: вектор из {embedding_dimensions} чисел.").format(
                embedding_model=values.embedding_model, embedding_dimensions=values.embedding_dimensions
            ),
        )
    except AIError as error:
        yield _embedding_fault(values, error)


def _sight(client: LLMClient, meter: UnattendedMeter, *, model: str) -> Iterator[Finding]:
    """A model that reads texts may have no eyes, which only a picture shows."""
    from PIL import Image  # noqa: PLC0415 - heavy, and seldom needed

    from apps.ai.services.pictures import sheet  # noqa: PLC0415

    picture = sheet.part_of(Image.new("RGB", (64, 64), "white"), url="")
    try:
        client.ask(replace(QUESTION, stage=Stage.IMAGES, images=(picture,)), meter=meter)
        yield ok("sees_pictures", _("{model} принимает картинки.").format(model=model))
    except AIError as error:
        yield fault(
            "no_vision",
            _("{model} не ответила на вопрос с картинкой: {error}").format(model=model, error=error),
            _(
                "Назовите в AI_VISION_MODEL модель, которая видит, или не спрашивайте о картинках: AI_VISION=never."
            ),
        )


def _embedding_fault(values: conf.AISettings, error: AIError) -> Finding:
    if error.code == "dimension":
        return fault(
            "wrong_dimension",
            _("{embedding_model} даёт векторы не той длины: {error}").format(
                embedding_model=values.embedding_model, error=error
            ),
            _(
                "Поставьте AI_EMBEDDING_DIMENSIONS по модели, затем manage.py init_qdrant и manage.py sync_categories."
            ),
        )
    return fault(
        "no_embedding",
        _("{embedding_model} не дала вектора: {error}").format(
            embedding_model=values.embedding_model, error=error
        ),
        _("Проверьте AI_EMBEDDING_MODEL; у своего сервера — загружена ли эта модель."),
    )


def _refusal(failed: RequestFailed) -> Finding:
    failure = classify(failed)
    if failure.code == errors.KEY_REFUSED:
        return fault(
            "key_refused",
            f"{breaker.endpoint()}: {failure.error}",
            _("Впишите в OPENAI_API_KEY действующий ключ этого поставщика и перезапустите процессы."),
        )
    if failure.code == errors.QUOTA:
        return fault(
            "no_money", str(failure.error), _("Пополните счёт у поставщика; очередь продолжит сама.")
        )
    return fault(
        "provider_away",
        _("{endpoint} не отвечает как надо: {error}").format(
            endpoint=breaker.endpoint(), error=failure.error
        ),
        _("Проверьте OPENAI_BASE_URL, сеть и прокси; для своего сервера — что он запущен."),
    )


def _models(values: conf.AISettings) -> tuple[str, ...]:
    return tuple(dict.fromkeys((values.model, values.vision_model, values.embedding_model)))


def _unknown_models(values: conf.AISettings, known: set[str] | None) -> list[str]:
    """Local servers add a tag: `llama3` is there as `llama3:latest`."""
    if known is None:
        return []
    names = known | {name.removesuffix(":latest") for name in known}
    return [model for model in _models(values) if model not in names]


def _variable(values: conf.AISettings, model: str) -> str:
    variables = {
        values.embedding_model: "AI_EMBEDDING_MODEL",
        values.vision_model: "AI_VISION_MODEL",
        values.model: "AI_MODEL",
    }
    return variables[model]
