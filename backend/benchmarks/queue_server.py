"""A model server that costs next to nothing: canned answers after a fixed wait, on one asyncio loop.

The tests' server (`apps.ai.tests.support.openai_server`) thinks with the offline engine and keeps a thread a
connection; on two cores it would be the bottleneck of what is measured here. This one speaks the same wire
protocol, picks the first candidate, and writes a card from the product's own words.

    python -m benchmarks.queue_server --chat 1.0 --embedding 0.1

Prints its base URL. GET /_books: requests by stage, usable answers by product and stage, and its own seconds of CPU;
GET /_last: the latest request body of each stage.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import hashlib
import json
import re
import time
from array import array
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

Body = dict[str, Any]
_PRODUCT = re.compile(r"<product>\n(.*?)\n</product>", re.DOTALL)
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
#: Bytes a token: the client's bound is one.
_TOKEN = 4


@dataclass
class Model:
    """`chat` and `embedding`: seconds that an answer takes."""

    chat: float
    embedding: float
    requests: Counter[str] = field(default_factory=Counter)
    answers: Counter[tuple[str, str]] = field(default_factory=Counter)
    last: dict[str, Body] = field(default_factory=dict)

    async def answer(self, path: str, raw: bytes) -> Body:
        if path == "/_books":
            rows = [[product, stage, number] for (product, stage), number in self.answers.items()]
            return {"requests": self.requests, "answers": rows, "cpu": time.process_time()}
        if path == "/_last":
            return self.last
        body: Body = json.loads(raw)
        embedding = path.endswith("/embeddings")
        stage = "embedding" if embedding else _stage(body)
        products = _texts(body) if embedding else [str(_product(body)["title"])]
        self.requests[stage] += 1
        self.last[stage] = body
        await asyncio.sleep(self.embedding if embedding else self.chat)
        self.answers.update((product.partition("\n")[0], stage) for product in products)
        return _embeddings(body) if embedding else _completion(body, stage)


def _stage(body: Body) -> str:
    name = body["response_format"]["json_schema"]["name"]
    if name == "DraftAnswer" and "<violations>" in body["messages"][1]["content"]:
        return "repair"
    return {"CategoryAnswer": "category", "DraftAnswer": "draft"}[name]


def _texts(body: Body) -> list[str]:
    given = body["input"]
    return [given] if isinstance(given, str) else given


def _product(body: Body) -> Body:
    found = _PRODUCT.search(body["messages"][1]["content"])
    if found is None:
        raise ValueError("A prompt without a product.")
    product: Body = json.loads(found[1])
    return product


def _completion(body: Body, stage: str) -> Body:
    content = _CATEGORY if stage == "category" else json.dumps(_draft(_product(body)), ensure_ascii=False)
    logprobs = {"content": _LOGPROBS, "refusal": None} if body.get("logprobs") else None
    asked = sum(len(message["content"]) for message in body["messages"]) // _TOKEN
    answered = len(content) // _TOKEN
    message = {"role": "assistant", "content": content, "refusal": None}
    return {
        "id": f"chatcmpl-{time.monotonic_ns():x}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": body["model"],
        "choices": [{"index": 0, "message": message, "finish_reason": "stop", "logprobs": logprobs}],
        "usage": {
            "prompt_tokens": asked,
            "completion_tokens": answered,
            "total_tokens": asked + answered,
            "prompt_tokens_details": {"cached_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": 0},
        },
    }


def _draft(product: Body) -> Body:
    title, text = str(product["title"]), str(product["description"])
    return {
        "title": title,
        "description": f"<p>{text}</p>",
        "seo_title": title,
        "seo_description": title,
        "keywords": [],
        "key_benefits": [],
        "untranslated": [],
    }


_CATEGORY = '{"choice":"1","runners_up":[],"attributes":[]}'
_LOGPROBS = [
    {
        "token": _CATEGORY[start : start + 4],
        "logprob": -0.1,
        "bytes": list(_CATEGORY[start : start + 4].encode()),
        "top_logprobs": [
            {"token": f"{rank}", "logprob": -0.1 - rank, "bytes": [48 + rank]} for rank in range(5)
        ],
    }
    for start in range(0, len(_CATEGORY), 4)
]


def _embeddings(body: Body) -> Body:
    texts = _texts(body)
    tokens = sum(len(text) for text in texts) // _TOKEN
    rows = [
        {
            "object": "embedding",
            "index": index,
            "embedding": _vector(text, int(body.get("dimensions") or 1536)),
        }
        for index, text in enumerate(texts)
    ]
    usage = {"prompt_tokens": tokens, "total_tokens": tokens}
    return {"object": "list", "model": body["model"], "data": rows, "usage": usage}


def _vector(text: str, dimensions: int) -> str:
    """Base64 of float32 numbers that depend on the text only."""
    digest = hashlib.shake_128(text.encode()).digest(dimensions)
    return base64.b64encode(array("f", [byte / 127.5 - 1.0 for byte in digest]).tobytes()).decode()


async def _serve(model: Model, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            path = head.split(b" ", 2)[1].decode()
            length = _LENGTH.search(head)
            raw = await reader.readexactly(int(length[1])) if length else b""
            payload = json.dumps(await model.answer(path, raw), ensure_ascii=False).encode()
            writer.write(
                b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-request-id: req_%x\r\n"
                b"content-length: %d\r\n\r\n" % (time.monotonic_ns(), len(payload)) + payload
            )
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass  # the client hung up
    finally:
        writer.close()


async def _run(model: Model, port: int) -> None:
    server = await asyncio.start_server(
        lambda reader, writer: _serve(model, reader, writer), "127.0.0.1", port, backlog=1024, limit=2**22
    )
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1", flush=True)  # noqa: T201
    async with server:
        await server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--chat", type=float, default=1.0, help="seconds a chat answer takes")
    parser.add_argument("--embedding", type=float, default=0.1, help="seconds an embedding answer takes")
    options = parser.parse_args()
    asyncio.run(_run(Model(options.chat, options.embedding), options.port))


if __name__ == "__main__":
    main()
