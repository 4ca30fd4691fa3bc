"""The only place that imports `openai`: one client per process, one request per call, no retries.

Every thread has connections of its own. With 64 threads on one pool two thirds of the time went into its lock:
httpcore asks every idle connection whether it is still alive while it holds it.
"""

from __future__ import annotations

import importlib
import json
import os
import re
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from apps.ai.services.llm.errors import RequestFailed
from apps.ai.services.llm.wire import Response

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import httpx2
    import openai
    from openai import APIConnectionError, APIStatusError, OpenAI

#: Servers of one's own need no key, but the SDK does.
NO_KEY = "not-needed"
_WRITE_TIMEOUT = 60.0
_LONGEST_MESSAGE = 500

_clients: dict[Endpoint, OpenAI] = {}
_threads = threading.local()
_building = threading.Lock()


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where requests go. `base_url` empty: OpenAI itself. Timeouts in seconds.

    `read_timeout` is for the whole answer: a server that sends a byte now and then does not outlast it.
    """

    base_url: str
    api_key: str = field(repr=False)
    connect_timeout: float
    read_timeout: float

    @property
    def is_openai(self) -> bool:
        return not self.base_url or "//api.openai.com" in self.base_url

    def chat(self, body: dict[str, Any]) -> Response:
        """Raises RequestFailed.

        By the SDK's general `post`: its typed method walks the whole body, answer's schema included, which is half
        of what a call costs.
        """
        import httpx2  # noqa: PLC0415

        return self._send(lambda client: client.post("/chat/completions", cast_to=httpx2.Response, body=body))

    def models(self) -> set[str]:
        """Ids of the models that the endpoint lists. Raises RequestFailed."""
        answer = self._send(lambda client: client.models.with_raw_response.list().http_response)
        return {str(one.get("id")) for one in answer.body.get("data") or () if isinstance(one, dict)}

    def embed(self, body: dict[str, Any]) -> Response:
        """Raises RequestFailed."""
        return self._send(lambda client: client.embeddings.with_raw_response.create(**body).http_response)

    def upload(self, file: Path, purpose: str) -> Response:
        """Raises RequestFailed."""
        return self._send(
            lambda client: (
                client.files.with_raw_response.create(file=file, purpose=cast(Any, purpose)).http_response
            )
        )

    def create_batch(self, body: dict[str, Any]) -> Response:
        """Raises RequestFailed."""
        return self._send(lambda client: client.batches.with_raw_response.create(**body).http_response)

    def batch(self, batch_id: str) -> Response:
        """Raises RequestFailed."""
        return self._send(lambda client: client.batches.with_raw_response.retrieve(batch_id).http_response)

    def cancel_batch(self, batch_id: str) -> Response:
        """Raises RequestFailed."""
        return self._send(lambda client: client.batches.with_raw_response.cancel(batch_id).http_response)

    def batches(self, *, after: str, limit: int) -> Response:
        """One page of the account's batches, the latest first. Raises RequestFailed."""
        more: dict[str, Any] = {"after": after} if after else {}
        return self._send(
            lambda client: client.batches.with_raw_response.list(limit=limit, **more).http_response
        )

    def download(self, file_id: str) -> Iterator[bytes]:
        """A file's bytes as they come. Raises RequestFailed, also in its midst."""
        import openai  # noqa: PLC0415

        try:
            with _client(self).files.with_streaming_response.content(file_id) as answer:
                yield from answer.iter_bytes()
            return
        except openai.APIStatusError as error:
            failed = self._refused(error)
        except openai.APIConnectionError as error:
            failed = self._cut_off(error)
        except _broken_stream() as error:
            failed = RequestFailed(None, f"Файл оборвался ({type(error).__name__}).", left=True)
        raise failed from None

    def _send(self, call: Callable[[OpenAI], Any]) -> Response:
        import openai  # noqa: PLC0415  (a second and 45 MB, which only workers need)

        try:
            answer = call(_client(self))
        except openai.APIStatusError as error:
            failed = self._refused(error)
        except openai.APIConnectionError as error:
            failed = self._cut_off(error)
        else:
            return self._read(answer)
        raise failed from None  # the SDK's own text may quote the key

    def _read(self, http: Any) -> Response:
        request_id = http.headers.get("x-request-id", "")
        try:
            body = http.json()
        except ValueError:
            body = None
        if isinstance(body, dict) and isinstance(body.get("error"), dict) and "usage" not in body:
            raise self._error_in_success(body["error"], request_id)  # some gateways answer errors with 200
        if not isinstance(body, dict):
            text = "Ответ — не объект JSON."
            begun = (
                http.content.lstrip()[:1] == b"{"
            )  # a page of a proxy is no answer that a model was paid for
            raise RequestFailed(status=502, message=text, begun=begun, request_id=request_id)
        return Response(body=body, request_id=request_id)

    def _error_in_success(self, error: dict[str, Any], request_id: str) -> RequestFailed:
        status = error.get("code")
        return RequestFailed(
            status=status if isinstance(status, int) and 400 <= status < 600 else 502,
            message=self._clean(str(error.get("message", ""))),
            code=str(error.get("code", "")),
            request_id=request_id,
        )

    def _refused(self, error: APIStatusError) -> RequestFailed:
        body = error.body if isinstance(error.body, dict) else {}
        text = body.get("message") or error.body or error.response.reason_phrase
        return RequestFailed(
            status=error.status_code,
            message=self._clean(text if isinstance(text, str) else json.dumps(text, ensure_ascii=False)),
            code=str(body.get("code") or ""),
            kind=str(body.get("type") or ""),
            param=str(body.get("param") or ""),
            headers={name.lower(): value for name, value in error.response.headers.items()},
            request_id=error.request_id or "",
        )

    def _cut_off(self, error: APIConnectionError) -> RequestFailed:
        """Nothing readable came back. The class of the cause says whether the request had left the house."""
        import openai  # noqa: PLC0415

        cause = type(error.__cause__).__name__
        unsent = {"ConnectTimeout", "ConnectError", "PoolTimeout", "UnsupportedProtocol", "ProxyError"}
        left, begun = cause not in unsent, "answered" in error.request.extensions
        if isinstance(error, openai.APITimeoutError):
            waited = self.read_timeout if left else self.connect_timeout
            message = f"Нет ответа за {waited:g} с."
            return RequestFailed(status=None, message=message, timed_out=True, left=left, begun=begun)
        message = f"Соединение не удалось ({cause})."
        return RequestFailed(status=None, message=message, left=left, begun=begun)

    def _clean(self, text: str) -> str:
        """One line without the key, nor a part of it as OpenAI prints it ("sk-ab***yz")."""
        if self.api_key:
            text = text.replace(self.api_key, "***")
        return re.sub(r"\bsk-[\w*.-]+", "***", " ".join(text.split()))[:_LONGEST_MESSAGE]


def _broken_stream() -> type[Exception]:
    """What the SDK lets through when a body that it streams breaks off."""
    import httpx2  # noqa: PLC0415

    return httpx2.HTTPError


def _client(endpoint: Endpoint) -> OpenAI:
    """This thread's: the process's client over connections that no other thread waits for."""
    mine: dict[Endpoint, OpenAI] = _threads.__dict__.setdefault("clients", {})
    if endpoint not in mine:
        mine[endpoint] = _shared(endpoint).with_options(http_client=_connections(endpoint))
    return mine[endpoint]


def _shared(endpoint: Endpoint) -> OpenAI:
    """Built once a process."""
    with _building:
        if endpoint not in _clients:
            _clients[endpoint] = _build(endpoint)
        return _clients[endpoint]


def _build(endpoint: Endpoint) -> OpenAI:
    import openai  # noqa: PLC0415

    # Other packages use httpx. The SDK looks into it as soon as it is in sys.modules, where another thread
    # that is just importing it has put it half-made; so it is imported to its end first.
    with suppress(ImportError):
        importlib.import_module("httpx")
    return openai.OpenAI(
        api_key=endpoint.api_key or NO_KEY,
        base_url=endpoint.base_url or "https://api.openai.com/v1",
        timeout=_timeout(endpoint),
        max_retries=0,
        http_client=_connections(endpoint),
    )


def _connections(endpoint: Endpoint) -> httpx2.Client:
    import openai  # noqa: PLC0415

    hooks = _deadline(endpoint.connect_timeout + endpoint.read_timeout)
    return openai.DefaultHttpxClient(timeout=_timeout(endpoint), verify=_tls(), event_hooks=hooks)


def _timeout(endpoint: Endpoint) -> openai.Timeout:
    import openai  # noqa: PLC0415

    return openai.Timeout(
        connect=endpoint.connect_timeout,
        read=endpoint.read_timeout,
        write=_WRITE_TIMEOUT,
        pool=endpoint.connect_timeout,
    )


@cache
def _tls() -> ssl.SSLContext:
    """The SDK's own settings, read once: that costs 80 ms of CPU."""
    import httpx2  # noqa: PLC0415

    return httpx2.create_ssl_context()


def _deadline(seconds: float) -> dict[str, list[Callable[..., None]]]:
    """Event hooks that end a response `seconds` after its request began; the SDK's timeouts are per read."""
    import httpx2  # noqa: PLC0415  (what the SDK speaks HTTP with)

    class Bounded(httpx2.SyncByteStream):
        def __init__(self, inner: httpx2.SyncByteStream, response: httpx2.Response) -> None:
            self._inner = inner
            self._response = response

        def __iter__(self) -> Iterator[bytes]:
            for chunk in self._inner:
                if time.monotonic() > self._response.request.extensions["deadline"]:
                    raise httpx2.ReadTimeout("The answer dripped.", request=self._response.request)
                yield chunk

        def close(self) -> None:
            self._inner.close()

    def start(request: httpx2.Request) -> None:
        request.extensions["deadline"] = time.monotonic() + seconds

    def bound(response: httpx2.Response) -> None:
        response.request.extensions["answered"] = True
        if isinstance(response.stream, httpx2.SyncByteStream):
            response.stream = Bounded(response.stream, response)

    return {"request": [start], "response": [bound]}


def _leave_to_parent() -> None:
    """After a fork: the sockets belong to the parent, and its lock may have been held."""
    global _clients, _threads, _building
    _inherited.append((_clients, _threads))  # kept, so that no destructor closes what the parent uses
    _clients, _threads = {}, threading.local()
    _building = threading.Lock()


_inherited: list[tuple[dict[Endpoint, OpenAI], threading.local]] = []
os.register_at_fork(after_in_child=_leave_to_parent)
