"""The test server's books, read by product and stage: what was asked, what was answered, what was paid."""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from apps.ai.tests.support.openai_answers import schema_of
from apps.ai.tests.support.openai_server import Entry, Fault, OpenAIServer

_PRODUCT = re.compile(r"<product>\n(.*?)\n</product>", re.DOTALL)
#: As OpenAI documents it: a prefix is cached in steps of 128 tokens, from 1,024 on. The server's token is 4 bytes.
_BLOCK_BYTES = 128 * 4
_LEAST_BLOCKS = 8
TOKENS = ("prompt", "cached", "completion", "reasoning")


@dataclass(frozen=True, slots=True)
class Line:
    """One request. `at`: seconds since 1970 when it was answered."""

    at: float
    entry: Entry
    body: dict[str, Any]

    @property
    def stage(self) -> str:
        """embedding, images, category, draft or repair."""
        if "input" in self.body:
            return "embedding"
        properties = schema_of(self.body)["properties"]
        if "choice" in properties:
            return "category"
        if "description" not in properties:
            return "images"
        return "repair" if "<violations>" in self.user else "draft"

    @property
    def product(self) -> str:
        """The title of the product it was about."""
        if "input" in self.body:
            text: str = self.body["input"][0]
            return text.partition("\n")[0]
        return str(self.data["title"])

    @property
    def data(self) -> dict[str, Any]:
        """What the prompt says of the product."""
        found = _PRODUCT.search(self.user)
        if found is None:
            raise ValueError(f"A prompt without a product: {self.user[:200]}")
        product: dict[str, Any] = json.loads(found[1])
        return product

    @property
    def user(self) -> str:
        content = self.body["messages"][1]["content"]
        return content if isinstance(content, str) else str(content[0]["text"])

    @property
    def usable(self) -> bool:
        """An answer that the client could use; faults of an answer's text do not touch embeddings."""
        answered = self.entry.status == 200
        return answered and (self.entry.fault == Fault.NONE or "input" in self.body)


@dataclass
class TimedServer(OpenAIServer):
    """The test server with a clock beside its books, and a prefix cache that looks at the whole prompt."""

    lines: list[Line] = field(default_factory=list)
    seen: set[bytes] = field(default_factory=set)

    def __enter__(self) -> TimedServer:
        super().__enter__()
        return self

    def note(self, entry: Entry, body: dict[str, Any]) -> None:
        super().note(entry, body)
        self.lines.append(Line(time.time(), entry, body))

    def cached_tokens(self, body: dict[str, Any], prompt: int) -> int:
        """The longest beginning that a former prompt had, in blocks."""
        text = _prompt(body).encode()
        digest = hashlib.sha256()
        marks = []
        for start in range(0, len(text) - _BLOCK_BYTES + 1, _BLOCK_BYTES):
            digest.update(text[start : start + _BLOCK_BYTES])
            marks.append(digest.digest())
        with self._lock:
            known = next((place for place, mark in enumerate(marks) if mark not in self.seen), len(marks))
            self.seen.update(marks)
        return min(known * 128, prompt) if known >= _LEAST_BLOCKS else 0


@dataclass(frozen=True, slots=True)
class Summary:
    """`answers`: usable answers by (product, stage); more than one means that a result was paid for twice."""

    requests: int
    answers: Counter[tuple[str, str]]
    faults: Counter[str]
    tokens: dict[str, int]

    @property
    def needed(self) -> int:
        return len(self.answers)

    @property
    def twice(self) -> list[tuple[str, str]]:
        return [key for key, number in self.answers.items() if number > 1]

    @property
    def requests_per_answer(self) -> float:
        return self.requests / max(1, self.needed)


def summary(lines: list[Line]) -> Summary:
    return Summary(
        requests=len(lines),
        answers=Counter((line.product, line.stage) for line in lines if line.usable),
        faults=Counter(line.entry.fault for line in lines),
        tokens={name: sum(getattr(line.entry, name) for line in lines) for name in TOKENS},
    )


def shared_prefix(lines: list[Line], *, before: str) -> tuple[int, float]:
    """Bytes that the prompts share from their beginning, and their share of what stands before the block `before`.

    A prompt is the answer's schema (which providers put first), the system message and the user message.
    """
    texts = [_prompt(line.body).encode() for line in lines]
    marker = f"<{before}>".encode()
    lengths = [text.rindex(marker + b"\n") for text in texts]
    shared = min(_common(texts[0], text) for text in texts)
    return min(shared, *lengths), sum(min(shared, length) for length in lengths) / sum(lengths)


def _prompt(body: dict[str, Any]) -> str:
    schema = json.dumps(body.get("response_format"), ensure_ascii=False)
    messages = [message["content"] for message in body["messages"]]
    return "\n".join([schema, *(text if isinstance(text, str) else text[0]["text"] for text in messages)])


def _common(first: bytes, second: bytes) -> int:
    for place, (one, other) in enumerate(zip(first, second, strict=False)):
        if one != other:
            return place
    return min(len(first), len(second))
