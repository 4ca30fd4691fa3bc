"""Tables of cases for the pure parts of the model's door."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime
from typing import Any, Literal

import pytest
from pydantic import BaseModel

from apps.ai.schemas import DraftAnswer, ImageAnswer, category_answer
from apps.ai.services.llm import tokens, wire
from apps.ai.services.llm.chat import certainty_of
from apps.ai.services.llm.errors import RequestFailed, classify, retry_after
from apps.ai.services.llm.schema import schema_text, strict_schema
from apps.ai.services.llm.wire import TokenAlternative, TokenProbability

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "20"}, 20.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after": "-5"}, 0.0),
        ({"retry-after": "1e999"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "99999999"}, 86400.0),
        ({"retry-after": "Sun, 22 Nov 2026 12:01:30 GMT"}, 90.0),
        ({"retry-after": "Sun, 22 Nov 2026 11:00:00 GMT"}, 0.0),
        ({"retry-after-ms": "1500", "retry-after": "2"}, 1.5),
        ({"retry-after-ms": "x", "retry-after": "2"}, 2.0),
        ({"x-ratelimit-reset-requests": "1s"}, 1.0),
        ({"x-ratelimit-reset-requests": "120ms", "x-ratelimit-reset-tokens": "6m0s"}, 360.0),
        (
            {
                "x-ratelimit-reset-requests": "120ms",
                "x-ratelimit-remaining-requests": "0",
                "x-ratelimit-reset-tokens": "6m0s",
                "x-ratelimit-remaining-tokens": "9",
            },
            0.12,
        ),
        ({"x-ratelimit-reset-tokens": "1h2m3.5s"}, 3723.5),
        ({"x-ratelimit-reset-tokens": "?"}, None),
    ],
)
def test_retry_after(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers, now=NOW) == (None if seconds is None else pytest.approx(seconds))


# --- what servers say ---


@pytest.mark.parametrize(
    ("status", "message", "code"),
    [
        (
            400,
            "request (120538 tokens) exceeds the available context size (32768 tokens), try increasing it",
            "too_long",
        ),
        (
            400,
            "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens.",
            "too_long",
        ),
        (
            400,
            "The input token count (1500000) exceeds the maximum number of tokens allowed (1048576).",
            "too_long",
        ),
        (
            422,
            "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000",
            "too_long",
        ),
        (400, "The input (9000 tokens) is longer than the model's context length (8192 tokens).", "too_long"),
        (413, "Payload Too Large", "too_long"),
        (400, "model 'no-such-model' not found", "unknown_model"),
        (400, "The model `x` does not exist or you do not have access to it.", "unknown_model"),
        (404, "Not Found", "unknown_model"),
        (
            500,
            "image input is not supported - hint: if this is unexpected, you may need to provide the mmproj",
            "no_vision",
        ),
        (
            400,
            "Invalid content type. image_url is only supported by certain models; images are not allowed",
            "no_vision",
        ),
        (404, "No endpoints found that support image input", "no_vision"),
        (400, "qwen2.5-7b is not a multimodal model", "no_vision"),
        (500, "this model is missing data required for image input", "no_vision"),
        (400, "This model does not support image inputs", "no_vision"),
        (400, "prompt is too long: 210000 tokens > 200000 maximum", "too_long"),
        (
            400,
            "Requested token count exceeds the model's maximum context length of 131072 tokens.",
            "too_long",
        ),
        (400, "Invalid model name passed in model=some-model", "unknown_model"),
        (400, "openrouter/x is not a valid model ID", "unknown_model"),
        (400, "Image inputs are not supported by this model.", "no_vision"),
        (400, "this model only accepts text input", "no_vision"),
        (400, "The model does not support vision", "no_vision"),
        (500, "image could not be downloaded: timeout", "transient"),
        (400, "Invalid image: the file is empty", "bad_request"),
        (400, "max_tokens is too large: 100000", "bad_request"),
        (400, "Unknown field in the request", "bad_request"),
    ],
)
def test_a_refusal_is_understood_by_its_words(status: int, message: str, code: str) -> None:
    assert classify(RequestFailed(status, message)).error.code == code


# --- schemas ---


def _objects(node: Any) -> list[dict[str, Any]]:
    if isinstance(node, list):
        return [found for child in node for found in _objects(child)]
    if not isinstance(node, dict):
        return []
    mine = [node] if node.get("type") == "object" else []
    return mine + [found for child in node.values() for found in _objects(child)]


@pytest.mark.parametrize("model", [DraftAnswer, ImageAnswer, category_answer(1), category_answer(30)])
def test_our_schemas_are_strict(model: type[BaseModel]) -> None:
    schema = strict_schema(model)
    for found in _objects(schema):
        assert found["additionalProperties"] is False
        assert found["required"] == list(found["properties"])
    text = schema_text(model)
    assert "$ref" not in text
    assert "$defs" not in text
    assert '"title":"' not in text
    assert json.loads(text) == schema


def test_a_property_named_title_survives() -> None:
    assert "title" in strict_schema(DraftAnswer)["properties"]


def test_the_enum_is_the_offered_numbers() -> None:
    schema = strict_schema(category_answer(2))
    assert schema["properties"]["choice"]["enum"] == ["1", "2", "none"]
    assert schema["properties"]["runners_up"]["items"]["enum"] == ["1", "2", "none"]
    assert schema["properties"]["attributes"]["items"]["required"] == ["name", "value", "evidence"]


def test_schema_bytes_are_the_same_every_time() -> None:
    assert schema_text(category_answer(25)) == schema_text(category_answer(25))
    strict_schema.cache_clear()
    before = schema_text(category_answer(25))
    schema_text.cache_clear()
    assert schema_text(category_answer(25)) == before


class Only(BaseModel):
    kind: Literal["one"] = "one"


class Nested(BaseModel):
    child: Nested | None


def test_a_single_choice_is_an_enum_without_default() -> None:
    assert strict_schema(Only)["properties"]["kind"] == {"type": "string", "enum": ["one"]}


def test_a_schema_that_contains_itself_is_refused() -> None:
    with pytest.raises(ValueError, match="Nested"):
        strict_schema(Nested)


# --- certainty ---


def _token(text: str, probability: float, **top: float) -> TokenProbability:
    alternatives = [TokenAlternative(token=name, logprob=math.log(share)) for name, share in top.items()]
    return TokenProbability(
        token=text, logprob=math.log(probability), bytes=list(text.encode()), top_logprobs=alternatives
    )


def _spelled(*parts: TokenProbability) -> float | None:
    return certainty_of("choice", "".join(part.token for part in parts), parts)


def test_certainty_is_the_product_over_the_value_only() -> None:
    parts = [_token('{"choice":"', 0.2), _token("1", 0.8), _token("2", 0.5), _token('","x":"я"}', 0.3)]
    assert _spelled(*parts) == pytest.approx(0.4)


def test_the_end_of_the_value_counts_with_all_ways_to_close_it() -> None:
    closing = _token('",', 0.5, **{'",': 0.5, '"': 0.2, "0": 0.3})
    assert _spelled(_token('{"choice":"', 1.0), _token("1", 0.9), closing, _token("}", 1.0)) == pytest.approx(
        0.63
    )


def test_a_value_between_other_cyrillic_tokens_is_found_by_bytes() -> None:
    parts = [_token('{"цвет":"синий","choice": "', 0.1), _token("none", 0.7), _token('"}', 1.0)]
    assert _spelled(*parts) == pytest.approx(0.7)


@pytest.mark.parametrize(
    ("content", "pieces"),
    [
        ('{"choice":"1"}', ['{"choice":"1']),
        ('{"other":"1"}', ['{"other":"1"}']),
        ('{"choice":1}', ['{"choice":1}']),
    ],
)
def test_no_certainty_without_evidence(content: str, pieces: list[str]) -> None:
    assert certainty_of("choice", content, [_token(piece, 0.5) for piece in pieces]) is None


# --- tokens ---


@pytest.mark.parametrize("text", ["", "plain", "Таблетки 500 мг", "💊💊", "\ud83d", "}{:,;\n" * 100])
def test_the_bound_is_never_below_the_bytes(text: str) -> None:
    assert wire.most_tokens([text]) >= len(text.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize(
    ("text", "tokens_of_o200k"),
    [
        ("", 0),
        ("Перед применением ознакомьтесь с инструкцией и проконсультируйтесь с врачом.", 19),
        ("Store below 25 °C and keep out of the reach of children.", 15),
        ('[[1,"Одежда > Женщинам > Брюки","Kadın Kumaş Pantolon Yüksek Bel Taba"]]', 28),
    ],
)
def test_an_estimate_is_near_what_a_vocabulary_makes_of_it(text: str, tokens_of_o200k: int) -> None:
    assert tokens.estimate(text) == pytest.approx(tokens_of_o200k, rel=0.2)
