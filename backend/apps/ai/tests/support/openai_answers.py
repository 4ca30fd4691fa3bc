"""What the test server answers: bodies in OpenAI's shapes, and the smallest JSON that satisfies a schema."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import math
import time
from array import array
from typing import Any

from PIL import Image, UnidentifiedImageError

Body = dict[str, Any]


def error_body(
    message: str, code: str | None = None, kind: str = "invalid_request_error", **more: Any
) -> Body:
    return {"error": {"message": message, "type": kind, "param": None, "code": code} | more}


def schema_of(body: Body) -> Body:
    """The schema of a request: of Structured Outputs, or the one that stands in the system message."""
    format_ = body.get("response_format", {})
    if format_.get("type") == "json_schema":
        schema: Body = format_["json_schema"]["schema"]
        return schema
    system = body["messages"][0]["content"]
    try:
        written: Body = json.loads(system[system.rindex("\n{") :])
    except ValueError:
        return {"type": "object", "properties": {}}
    return written


def minimal(schema: Body) -> Any:
    """The smallest value of a strict schema: first of an enum, "x", 0, [], {}."""
    if "enum" in schema:
        return schema["enum"][0]
    if "anyOf" in schema:
        return minimal(schema["anyOf"][0])
    kind = schema.get("type")
    if kind == "object":
        return {name: minimal(child) for name, child in schema.get("properties", {}).items()}
    if kind == "array":
        return [minimal(schema["items"]) for _ in range(schema.get("minItems", 0))]
    return {"string": "x", "number": 0.5, "integer": 1, "boolean": False}.get(str(kind))


def completion(body: Body, content: Any, fault: str, *, reasoning: int = 0) -> Body:
    """A chat completion whose content is `content` as JSON, damaged as `fault` says."""
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    message: Body = {"role": "assistant", "content": text, "refusal": None}
    finish = "stop"
    if fault == "truncated":
        message["content"], finish = text[: len(text) // 2], "length"
    elif fault == "refusal":
        message["content"], message["refusal"] = None, "I cannot help with that."
    elif fault == "content_filter":
        message["content"], finish = "", "content_filter"
    elif fault == "broken_json":
        message["content"] = text[:-1] + ",,"
    elif fault == "wrong_schema":
        message["content"] = json.dumps({"unexpected": "shape"})
    choice = {"index": 0, "message": message, "finish_reason": finish, "logprobs": None}
    if body.get("logprobs"):
        choice["logprobs"] = {"content": logprobs(message["content"] or ""), "refusal": None}
    answered = _tokens(message["content"] or message["refusal"] or "") + reasoning
    asked = sum(_message_tokens(one, body["model"]) for one in body["messages"])
    return {
        "id": f"chatcmpl-{time.monotonic_ns():x}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": body["model"],
        "choices": [choice],
        "usage": {
            "prompt_tokens": asked,
            "completion_tokens": answered,
            "total_tokens": asked + answered,
            "prompt_tokens_details": {"cached_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": reasoning},
        },
    }


def logprobs(text: str) -> list[Body]:
    """Tokens of up to four characters, each with probability 0.9."""
    pieces = [text[start : start + 4] for start in range(0, len(text), 4)]
    likely = math.log(0.9)
    return [
        {"token": piece, "logprob": likely, "bytes": list(piece.encode()), "top_logprobs": []}
        for piece in pieces
    ]


def embeddings(body: Body, dimensions: int) -> Body:
    texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
    base64_wanted = body.get("encoding_format") == "base64"
    vectors = [vector_of(text, dimensions) for text in texts]
    tokens = sum(_tokens(text) for text in texts)
    return {
        "object": "list",
        "model": body["model"],
        "data": [
            {
                "object": "embedding",
                "index": index,
                "embedding": base64.b64encode(vector.tobytes()).decode()
                if base64_wanted
                else vector.tolist(),
            }
            for index, vector in enumerate(vectors)
        ],
        "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
    }


def vector_of(text: str, dimensions: int) -> array[float]:
    """float32 numbers in -1..1 that depend on the text only."""
    numbers: list[float] = []
    block = text.encode("utf-8", "surrogatepass")
    while len(numbers) < dimensions:
        block = hashlib.sha256(block).digest()
        numbers += [(byte - 127.5) / 127.5 for byte in block]
    return array("f", numbers[:dimensions])


def _message_tokens(message: Body, model: str) -> int:
    content = message["content"]
    if isinstance(content, str):
        return 4 + _tokens(content)
    return 4 + sum(
        _tokens(part["text"]) if part["type"] == "text" else picture_tokens(part["image_url"], model)
        for part in content
    )


def picture_tokens(image_url: Body, model: str) -> int:
    """What OpenAI bills for a picture; 85 for bytes that are none."""
    try:
        with Image.open(io.BytesIO(base64.b64decode(image_url["url"].partition(",")[2]))) as image:
            width, height = image.size
    except (UnidentifiedImageError, ValueError):
        return 85
    if model.startswith("gpt-4.1-mini"):
        assert width * height <= 1024 * 1024
        return math.ceil(1.62 * -(-width // 32) * -(-height // 32))
    base, tile = (2833, 5667) if "mini" in model else (85, 170)
    if image_url.get("detail") == "low":
        return base
    shorter = min(width, height)
    assert max(width, height) <= 2048
    scale = min(1.0, 768 / shorter)
    across, down = (math.ceil(round(side * scale, 3) / 512) for side in (width, height))
    return base + tile * across * down


def _tokens(text: str) -> int:
    """Four bytes a token, at least one: below the client's upper bound, above nothing."""
    return max(1, len(text.encode("utf-8", "surrogatepass")) // 4)
