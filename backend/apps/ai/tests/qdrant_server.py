"""A Qdrant server for tests: the REST routes that the client uses, over its local mode, on a real socket."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

from pydantic import BaseModel, TypeAdapter, ValidationError
from qdrant_client import QdrantClient
from qdrant_client.http import models

Result = Any
Route = Callable[[QdrantClient, str, dict[str, Any]], Result]
COMPLETED = {"operation_id": 0, "status": "completed"}


def _parsed(kind: Any, body: dict[str, Any]) -> Any:
    return TypeAdapter(kind).validate_python(body)


def _create(client: QdrantClient, name: str, body: dict[str, Any]) -> Result:
    request = _parsed(models.CreateCollection, body)
    return client.create_collection(
        name, vectors_config=request.vectors, sparse_vectors_config=request.sparse_vectors
    )


def _aliases(client: QdrantClient, name: str, body: dict[str, Any]) -> Result:
    return client.update_collection_aliases(_parsed(models.ChangeAliasesOperation, body).actions)


def _upsert(client: QdrantClient, name: str, body: dict[str, Any]) -> Result:
    request = _parsed(models.PointInsertOperations, body)
    return client.upsert(name, request.points if isinstance(request, models.PointsList) else request.batch)


def _delete(client: QdrantClient, name: str, body: dict[str, Any]) -> Result:
    return client.delete(name, _parsed(models.PointsSelector, body))


def _count(client: QdrantClient, name: str, body: dict[str, Any]) -> Result:
    return client.count(name, count_filter=_parsed(models.CountRequest, body).filter)


def _scroll(client: QdrantClient, name: str, body: dict[str, Any]) -> Result:
    request = _parsed(models.ScrollRequest, body)
    points, following = client.scroll(
        name,
        scroll_filter=request.filter,
        limit=request.limit or 10,
        offset=request.offset,
        with_payload=True if request.with_payload is None else request.with_payload,
        with_vectors=request.with_vector or False,
    )
    return {"points": points, "next_page_offset": following}


def _query(client: QdrantClient, name: str, body: dict[str, Any]) -> Result:
    request = _parsed(models.QueryRequest, body)
    return client.query_points(
        name,
        query=request.query,
        using=request.using,
        prefetch=request.prefetch,
        query_filter=request.filter,
        limit=request.limit or 10,
        with_payload=True if request.with_payload is None else request.with_payload,
        with_vectors=request.with_vector or False,
        score_threshold=request.score_threshold,
    )


ROUTES: list[tuple[str, str, Route]] = [
    ("GET", "/aliases", lambda client, name, body: client.get_aliases()),
    ("POST", "/collections/aliases", _aliases),
    (
        "GET",
        "/collections/{name}/exists",
        lambda client, name, body: {"exists": client.collection_exists(name)},
    ),
    ("PUT", "/collections/{name}", _create),
    ("DELETE", "/collections/{name}", lambda client, name, body: client.delete_collection(name)),
    ("PUT", "/collections/{name}/index", lambda client, name, body: COMPLETED),
    ("PUT", "/collections/{name}/points", _upsert),
    ("POST", "/collections/{name}/points/delete", _delete),
    ("POST", "/collections/{name}/points/count", _count),
    ("POST", "/collections/{name}/points/scroll", _scroll),
    ("POST", "/collections/{name}/points/query", _query),
]


class QdrantServer(ThreadingHTTPServer):
    """One store for all connections. `requests`: method and path of each request, in order.

    `api_key`: the key to insist on. `failing`: answer everything with 503.
    """

    daemon_threads = True

    def __init__(self, *, api_key: str = "") -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.store = QdrantClient(":memory:")
        self.turn = threading.Lock()
        self.api_key = api_key
        self.failing = False
        self.requests: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: QdrantServer
    protocol_version = "HTTP/1.1"
    patterns: ClassVar = [
        (method, re.compile(re.escape(path).replace(r"\{name\}", "(?P<name>[^/]+)")), route)
        for method, path, route in ROUTES
    ]

    def do_GET(self) -> None:
        self._answer()

    def do_PUT(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: Any) -> None:
        return

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = self.path.partition("?")[0]
        self.server.requests.append(f"{self.command} {path}")
        if self.server.failing:
            return self._send(503, {"status": {"error": "Service unavailable"}})
        if self.server.api_key and self.headers.get("api-key") != self.server.api_key:
            return self._send(401, {"status": {"error": "Invalid API key"}})
        for method, pattern, route in self.patterns:
            found = pattern.fullmatch(path)
            if found and method == self.command:
                return self._run(route, found.groupdict().get("name", ""), json.loads(body or b"{}"))
        return self._send(404, {"status": {"error": f"No route {self.command} {path}"}})

    def _run(self, route: Route, name: str, body: dict[str, Any]) -> None:
        try:
            with self.server.turn:
                result = route(self.server.store, name, body)
        except (ValidationError, ValueError) as error:
            missing = str(error).startswith("Collection ") and str(error).endswith("not found")
            text = f"Not found: Collection `{name}` doesn't exist!" if missing else str(error)
            return self._send(404 if missing else 400, {"status": {"error": text}})
        return self._send(200, {"result": _plain(result), "status": "ok", "time": 0.0})

    def _send(self, status: int, content: dict[str, Any]) -> None:
        data = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def _plain(result: Result) -> Any:
    if isinstance(result, BaseModel):
        return result.model_dump(mode="json")
    if isinstance(result, dict):
        return {key: _plain(value) for key, value in result.items()}
    return [_plain(item) for item in result] if isinstance(result, list) else result


@contextmanager
def running(*, api_key: str = "") -> Iterator[QdrantServer]:
    """A server on a free port, in a thread, until the block ends."""
    server = QdrantServer(api_key=api_key)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
