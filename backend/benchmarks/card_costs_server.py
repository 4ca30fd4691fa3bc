"""A model server that bills as a provider does: tokens of schema, instructions, data and pictures, and a prefix cache.

It answers by the offline engine, from the prompt alone, and embeds by it, so that a shop's neighbours are near.
"""

from __future__ import annotations

import base64
import hashlib
import json
from array import array
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from apps.ai.services.llm import tokens
from apps.ai.tests.support.engines import any_engine
from apps.ai.tests.support.openai_answers import picture_tokens, schema_of
from apps.ai.tests.support.openai_server import OpenAIServer
from apps.ai.types import FreeMeter

Body = dict[str, Any]
#: As OpenAI documents it: a prefix is cached in steps of 128 tokens, from 1,024 on.
BLOCK, LEAST_BLOCKS = 128, 8


@dataclass
class BillingServer(OpenAIServer):
    """`parts`: tokens in by part: "fixed" is the schema and the instructions, "varying" the data and the pictures."""

    parts: Counter[str] = field(default_factory=Counter)
    seen: set[bytes] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.batches.auto = True
        self.batches.count = self._bill

    def __enter__(self) -> BillingServer:
        super().__enter__()
        return self

    def forget(self) -> None:
        """As if nothing had been asked yet."""
        with self._lock:
            self.parts.clear()
            self.seen.clear()

    def embedded(self, body: Body, dimensions: int) -> Body:
        texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
        vectors = any_engine(dimensions).embed(texts, meter=FreeMeter())
        rows = [
            {"object": "embedding", "index": index, "embedding": _packed(vector)}
            for index, vector in enumerate(vectors)
        ]
        asked = sum(map(tokens.estimate, texts))
        usage = {"prompt_tokens": asked, "total_tokens": asked}
        return {"object": "list", "model": body["model"], "data": rows, "usage": usage}

    def count(self, body: Body, answer: Body) -> None:
        self._bill(body, answer)
        usage = answer["usage"]
        known = self.cached_tokens(body, usage["prompt_tokens"])
        usage["prompt_tokens_details"]["cached_tokens"] = known

    def cached_tokens(self, body: Body, prompt: int) -> int:
        """The longest beginning that a former prompt had, in blocks."""
        marks = _marks(f"{_fixed(body)}\n{_texts(body)}")
        with self._lock:
            known = next((place for place, mark in enumerate(marks) if mark not in self.seen), len(marks))
            self.seen.update(marks)
        return min(known * BLOCK, prompt) if known >= LEAST_BLOCKS else 0

    def _bill(self, body: Body, answer: Body) -> None:
        """The provider's batches have no prefix cache."""
        fixed, varying = _estimate(_fixed(body)), tokens.estimate(_texts(body)) + _pictures(body)
        answered = tokens.estimate(answer["choices"][0]["message"]["content"] or "")
        answer["usage"] |= {
            "prompt_tokens": fixed + varying,
            "completion_tokens": answered,
            "total_tokens": fixed + varying + answered,
        }
        with self._lock:
            self.parts.update(fixed=fixed, varying=varying)


def _fixed(body: Body) -> str:
    """The answer's schema, which providers put first, and the system message."""
    return f"{json.dumps(schema_of(body), ensure_ascii=False)}\n{body['messages'][0]['content']}"


def _texts(body: Body) -> str:
    content = body["messages"][1]["content"]
    if isinstance(content, str):
        return content
    return "\n".join(part["text"] for part in content if part["type"] == "text")


def _pictures(body: Body) -> int:
    content = body["messages"][1]["content"]
    parts = [] if isinstance(content, str) else [part for part in content if part["type"] != "text"]
    return sum(picture_tokens(part["image_url"], body["model"]) for part in parts)


@lru_cache(maxsize=256)
def _estimate(text: str) -> int:
    return tokens.estimate(text)


def _marks(text: str) -> list[bytes]:
    """A digest of everything up to the end of each block."""
    digest, start, total = hashlib.sha256(), 0, 0.0
    marks: list[bytes] = []
    for piece in tokens._PIECE.finditer(text):
        total += tokens._tokens(piece)
        if total >= BLOCK * (len(marks) + 1):
            digest.update(text[start : piece.end()].encode("utf-8", "surrogatepass"))
            marks.append(digest.digest())
            start = piece.end()
    return marks


def _packed(vector: list[float]) -> str:
    return base64.b64encode(array("f", vector).tobytes()).decode()
