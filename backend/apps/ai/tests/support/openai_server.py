"""A server that speaks OpenAI's wire protocol: answers by schema, faults on command, books of its own.

In a test:

    with OpenAIServer(faults=[Fault.RATE_LIMIT]) as server:
        ...base_url = server.url; server.books...

By hand, for demos and benchmarks (its books: GET /_books; new faults: POST /_faults {"percent": {...}}):

    python -m apps.ai.tests.support.openai_server --port 8089 --latency 0.4 --percent rate_limit=10,server_error=5
"""

from __future__ import annotations

import argparse
import importlib
import json
import random
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from email.utils import formatdate
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

from apps.ai.tests.support.openai_answers import completion, embeddings, error_body, minimal, schema_of
from apps.ai.tests.support.openai_batches import Batches

Body = dict[str, Any]
#: What to answer: from the JSON schema and the whole request to the answer's content.
Script = Callable[[Body, Body], Any]


def _smallest(schema: Body, body: Body) -> Any:
    return minimal(schema)


class Fault(StrEnum):
    NONE = "none"
    RATE_LIMIT = "rate_limit"
    RATE_LIMIT_MS = "rate_limit_ms"
    RATE_LIMIT_DATE = "rate_limit_date"
    RATE_LIMIT_RESET = "rate_limit_reset"
    QUOTA = "quota"
    BAD_KEY = "bad_key"
    FORBIDDEN = "forbidden"
    FLAGGED = "flagged"
    SERVER_ERROR = "server_error"
    OVERLOADED = "overloaded"
    UNAVAILABLE = "unavailable"
    UNKNOWN_MODEL = "unknown_model"
    BAD_REQUEST = "bad_request"
    HTML_PAGE = "html_page"
    EMPTY = "empty"
    BROKEN_OFF = "broken_off"
    TOO_LONG = "too_long"
    HANG = "hang"
    DROP = "drop"
    TRUNCATED = "truncated"
    REFUSAL = "refusal"
    CONTENT_FILTER = "content_filter"
    BROKEN_JSON = "broken_json"
    WRONG_SCHEMA = "wrong_schema"
    NOT_A_COMPLETION = "not_a_completion"
    WRONG_DIMENSION = "wrong_dimension"


@dataclass(frozen=True, slots=True)
class Entry:
    """One request in the server's books. Tokens are those it reported to the client, else 0."""

    path: str
    model: str
    fault: str
    status: int
    prompt: int = 0
    cached: int = 0
    completion: int = 0
    reasoning: int = 0


@dataclass
class OpenAIServer:
    """`faults`: for the first requests, in order. `percent`: for all later ones, by chance that `seed` fixes.

    `refuses`: parameters it answers with 400, as models do that do not know them: "temperature", "logprobs",
    "max_tokens", "max_completion_tokens", "json_schema", "response_format", "dimensions"; and the answer's format
    in words that say less (`_REFUSED_FORMATS`). `refuses_text`: chat requests with it are answered 400. `latency`,
    `hang` and `retry_after` in seconds. `dimensions`: vector length when the request names none.
    """

    script: Script = _smallest
    faults: Iterable[Fault] = ()
    percent: Mapping[str, float] = field(default_factory=dict)
    seed: int = 1
    latency: float = 0.0
    hang: float = 3600.0
    retry_after: float = 2.0
    refuses: frozenset[str] = frozenset()
    refuses_text: str = ""
    dimensions: int = 1536
    models: tuple[str, ...] = ("gpt-4o-mini", "text-embedding-3-small")
    key: str = ""
    reasoning: int = 0
    port: int = 0
    books: list[Entry] = field(default_factory=list)
    requests: list[Body] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._queue = deque(self.faults)
        self.batches = Batches(self.script)
        self._count = 0
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._seen_prefixes: set[str] = set()
        self._http = _Server(("127.0.0.1", self.port), _Handler)
        self._http.owner = self
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}/v1"

    def __enter__(self) -> OpenAIServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join(5)

    def serve(self) -> None:
        """In the foreground, until interrupted."""
        self._http.serve_forever()

    def plan(self, faults: Iterable[Fault] = (), percent: Mapping[str, float] | None = None) -> None:
        """From now on these faults; without arguments: none."""
        with self._lock:
            self._queue = deque(faults)
            self.percent = dict(percent or {})

    @property
    def reported(self) -> dict[str, int]:
        """The sums of its books."""
        names = ("prompt", "cached", "completion", "reasoning")
        return {name: sum(getattr(entry, name) for entry in self.books) for name in names}

    # --- used by the handler ---

    def next_fault(self) -> Fault:
        with self._lock:
            self._count += 1
            if self._queue:
                return self._queue.popleft()
            draw = random.Random(f"{self.seed}:{self._count}").uniform(0, 100)
            for name, percent in self.percent.items():
                draw -= percent
                if draw < 0:
                    return Fault(name)
            return Fault.NONE

    def note(self, entry: Entry, body: Body) -> None:
        with self._lock:
            self.books.append(entry)
            self.requests.append(body)

    def wait(self, seconds: float) -> None:
        self._stopping.wait(seconds)

    def embedded(self, body: Body, dimensions: int) -> Body:
        """The answer to a request for vectors."""
        return embeddings(body, dimensions)

    def count(self, body: Body, answer: Body) -> None:
        """Put into an answer's usage what the prefix cache knew."""
        usage = answer["usage"]
        usage["prompt_tokens_details"]["cached_tokens"] = self.cached_tokens(body, usage["prompt_tokens"])

    def cached_tokens(self, body: Body, prompt: int) -> int:
        """As OpenAI does: a prefix of 1024 tokens or more that was seen before; here the system message."""
        prefix = json.dumps(body["messages"][0], ensure_ascii=False)
        with self._lock:
            seen = prefix in self._seen_prefixes
            self._seen_prefixes.add(prefix)
        tokens = len(prefix.encode()) // 4
        return min(tokens - tokens % 128, prompt) if seen and tokens >= 1024 else 0


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256
    owner: OpenAIServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is part of the test."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # head and body leave as one packet
    server: _Server

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        if self.path == "/_books":
            owner = self.server.owner
            self._answer(200, {"entries": [asdict(entry) for entry in owner.books], "sums": owner.reported})
        elif self.path == "/v1/models" and self._is_refused():
            self._answer(401, error_body("Incorrect API key provided", code="invalid_api_key"))
        elif self.path == "/v1/models":
            models = [{"id": name, "object": "model"} for name in self.server.owner.models]
            self._answer(200, {"object": "list", "data": models})
        elif not self._batched("GET", b""):
            self._answer(404, error_body("Not found"))

    def _is_refused(self) -> bool:
        key = self.server.owner.key
        return bool(key) and self.headers.get("authorization") != f"Bearer {key}"

    def do_POST(self) -> None:
        raw = self._raw_body()
        if self._batched("POST", raw):
            return
        body = json.loads(raw or b"{}")
        owner = self.server.owner
        owner.keys.add(self.headers.get("authorization", ""))
        if self.path == "/_faults":
            owner.plan(map(Fault, body.get("faults", ())), body.get("percent"))
            self._answer(200, {"ok": True})
            return
        refusal = _refusal(owner.refuses, body)
        if refusal is not None:
            status, said = refusal
            self._note("refused", status, body)
            self._answer(status, said)
            return
        if owner.refuses_text and owner.refuses_text in raw.decode() and "messages" in body:
            self._note(Fault.BAD_REQUEST, 400, body)
            self._answer(400, error_body("Bad Request"))
            return
        fault = owner.next_fault()
        if owner.latency:
            owner.wait(owner.latency)
        if not self._misbehave(fault, body):
            self._succeed(fault, body)

    def _raw_body(self) -> bytes:
        if self.headers.get("transfer-encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("content-length", 0)))
        raw = b""
        while size := int(self.rfile.readline(), 16):
            raw += self.rfile.read(size)
            self.rfile.readline()
        return raw

    def _batched(self, method: str, raw: bytes) -> bool:
        """True when it was a request about files or batches."""
        found = self.server.owner.batches.handle(method, self.path, raw)
        if found is None:
            return False
        status, answer = found
        if not status:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
        elif isinstance(answer, bytes):
            self._send(status, answer, {"content-type": "application/octet-stream"})
        else:
            self._answer(status, answer)
        return True

    def _succeed(self, fault: Fault, body: Body) -> None:
        owner = self.server.owner
        if fault is Fault.NOT_A_COMPLETION:
            answer: Body = {"object": "surprise"}
        elif self.path == "/v1/embeddings":
            dimensions = body.get("dimensions") or owner.dimensions
            answer = owner.embedded(body, dimensions + (1 if fault is Fault.WRONG_DIMENSION else 0))
        else:
            content = owner.script(schema_of(body), body)
            answer = completion(body, content, fault.value, reasoning=owner.reasoning)
            owner.count(body, answer)
        self._note(fault, 200, body, answer.get("usage"))
        self._answer(200, answer)

    def _misbehave(self, fault: Fault, body: Body) -> bool:
        """True when the fault was the whole answer."""
        owner = self.server.owner
        if fault is Fault.HANG:
            self._note(fault, 0, body)
            owner.wait(owner.hang)
            self.close_connection = True
            return True
        if fault is Fault.DROP:
            self._note(fault, 0, body)
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return True
        if fault in _PAGES:
            self._note(fault, 0, body)
            announced, sent = _PAGES[fault]
            self._send(200, sent, {"content-type": "text/html"}, length=announced or len(sent))
            self.close_connection = True
            return True
        refused = _ERRORS.get(fault)
        if refused is None:
            return False
        status, error = refused
        self._note(fault, status, body)
        self._answer(status, error, _wait_headers(fault, owner.retry_after))
        return True

    def _note(self, fault: str, status: int, body: Body, usage: Body | None = None) -> None:
        usage = usage or {}
        entry = Entry(
            path=self.path,
            model=str(body.get("model", "")),
            fault=str(fault),
            status=status,
            prompt=usage.get("prompt_tokens", 0),
            cached=usage.get("prompt_tokens_details", {}).get("cached_tokens", 0),
            completion=usage.get("completion_tokens", 0),
            reasoning=usage.get("completion_tokens_details", {}).get("reasoning_tokens", 0),
        )
        self.server.owner.note(entry, body)

    def _answer(self, status: int, body: Body, headers: Mapping[str, str] | None = None) -> None:
        payload = json.dumps(body, ensure_ascii=False).encode()
        self._send(status, payload, {"content-type": "application/json"} | dict(headers or {}))

    def _send(
        self, status: int, payload: bytes, headers: Mapping[str, str], length: int | None = None
    ) -> None:
        self.send_response(status)
        self.send_header("content-length", str(len(payload) if length is None else length))
        self.send_header("x-request-id", f"req_{time.monotonic_ns():x}")
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(payload)


_ERRORS: dict[Fault, tuple[int, Body]] = {
    **{
        fault: (429, error_body("Rate limit reached for requests", "rate_limit_exceeded", "requests"))
        for fault in (Fault.RATE_LIMIT, Fault.RATE_LIMIT_MS, Fault.RATE_LIMIT_DATE, Fault.RATE_LIMIT_RESET)
    },
    Fault.QUOTA: (
        429,
        error_body("You exceeded your current quota", "insufficient_quota", "insufficient_quota"),
    ),
    Fault.BAD_KEY: (401, error_body("Incorrect API key provided: sk-te**alue.", "invalid_api_key")),
    Fault.FORBIDDEN: (403, error_body("Country, region, or territory not supported", "unsupported_country")),
    Fault.FLAGGED: (403, error_body("Your input was flagged by moderation")),
    Fault.SERVER_ERROR: (500, error_body("The server had an error", None, "server_error")),
    Fault.OVERLOADED: (529, error_body("Overloaded", None, "overloaded_error")),
    Fault.UNAVAILABLE: (503, error_body("No backend is available", None, "server_error")),
    Fault.BAD_REQUEST: (400, error_body("Bad Request")),
    Fault.UNKNOWN_MODEL: (404, error_body("The model `x` does not exist", "model_not_found")),
    Fault.TOO_LONG: (
        400,
        error_body("This model's maximum context length is 8192 tokens.", "context_length_exceeded"),
    ),
}

#: Bytes that are announced (0: as many as are sent), and bytes that are sent with status 200 and not paid for.
_PAGES: dict[Fault, tuple[int, bytes]] = {
    Fault.HTML_PAGE: (0, b"<html><body><h1>502 Bad Gateway</h1></body></html>"),
    Fault.EMPTY: (0, b""),
    Fault.BROKEN_OFF: (5000, b'{"id": "chatcmpl-1", "object": "chat.completion", "choi'),
}

_REFUSALS: dict[str, tuple[str, str]] = {
    "temperature": (
        "Unsupported value: 'temperature' does not support 0.2 with this model.",
        "unsupported_value",
    ),
    "max_tokens": (
        "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.",
        "unsupported_parameter",
    ),
    "max_completion_tokens": (
        "Unrecognized request argument supplied: max_completion_tokens",
        "unknown_parameter",
    ),
    "logprobs": ("You are not allowed to request logprobs from this model", ""),
    "json_schema": ("Invalid parameter: 'response_format' of type 'json_schema' is not supported.", ""),
    "response_format": ("response_format is not supported", ""),
    "dimensions": ("This model does not support specifying dimensions.", ""),
}


#: By name: the formats that are refused, the status, and how the server puts it.
_REFUSED_FORMATS: dict[str, tuple[tuple[str, ...], int, str]] = {
    "schema_now": (("json_schema",), 400, "This response_format type is unavailable now"),
    "schema_in_turkish": (("json_schema",), 400, "İstek işlenemedi: geçersiz parametre değeri"),
    "schema_silently": (("json_schema",), 400, ""),
    "schema_with_422": (("json_schema",), 422, "Unprocessable Entity"),
    "format_silently": (("json_schema", "json_object"), 400, "Bad Request"),
}


def _refusal(refuses: frozenset[str], body: Body) -> tuple[int, Body] | None:
    format_type = body.get("response_format", {}).get("type", "")
    if "images" in refuses and any(
        isinstance(message["content"], list) for message in body.get("messages", ())
    ):
        return 500, error_body("image input is not supported")  # llama.cpp's way
    for name in sorted(refuses):
        formats, status, message = _REFUSED_FORMATS.get(name, ((), 0, ""))
        if format_type in formats:
            return status, error_body(message)
        if name in _REFUSALS and (name in body or name == format_type):
            message, code = _REFUSALS[name]
            return 400, error_body(message, code or None, param=name)
    return None


def _wait_headers(fault: Fault, seconds: float) -> dict[str, str]:
    if fault is Fault.RATE_LIMIT:
        return {"retry-after": f"{seconds:g}"}
    if fault is Fault.RATE_LIMIT_MS:
        return {"retry-after-ms": f"{seconds * 1000:g}", "retry-after": f"{seconds + 1:g}"}
    if fault is Fault.RATE_LIMIT_DATE:
        return {"retry-after": formatdate(time.time() + seconds, usegmt=True)}
    if fault is Fault.RATE_LIMIT_RESET:
        return {
            "x-ratelimit-remaining-requests": "12",
            "x-ratelimit-reset-requests": "120ms",
            "x-ratelimit-remaining-tokens": "0",
            "x-ratelimit-reset-tokens": "6m0s",
        }
    return {}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--port", type=int, default=8089)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before every answer")
    parser.add_argument("--hang", type=float, default=3600.0, help="seconds that a hanging request hangs")
    parser.add_argument("--retry-after", type=float, default=2.0, help="seconds that a 429 asks to wait")
    parser.add_argument("--percent", default="", help="faults: rate_limit=10,server_error=5,hang=3")
    parser.add_argument("--refuses", default="", help="parameters to refuse: temperature,logprobs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--script", default="", help="module:function(schema, request) that answers")
    options = parser.parse_args()
    percent = dict(part.split("=", 1) for part in options.percent.split(",") if part)
    server = OpenAIServer(
        script=_load(options.script) if options.script else _smallest,
        percent={name: float(value) for name, value in percent.items()},
        refuses=frozenset(name for name in options.refuses.split(",") if name),
        latency=options.latency,
        hang=options.hang,
        retry_after=options.retry_after,
        seed=options.seed,
        port=options.port,
    )
    print(f"OPENAI_BASE_URL={server.url}", flush=True)
    try:
        server.serve()
    except KeyboardInterrupt:
        print(json.dumps(server.reported))


def _load(path: str) -> Script:
    module, _, name = path.partition(":")
    found: Script = getattr(importlib.import_module(module), name)
    return found


if __name__ == "__main__":
    main()
