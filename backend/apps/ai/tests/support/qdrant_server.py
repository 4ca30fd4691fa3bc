"""A Qdrant server for tests, benchmarks and the demo: the engine itself behind the REST routes of the client.

    python -m apps.ai.tests.support.qdrant_server [--port N] [--api-key KEY] [--latency SECONDS]

prints its address and serves until it is stopped; what it holds is thrown away. No Django is needed.
"""

from __future__ import annotations

import argparse
import json
import re
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

from apps.ai.tests.support import qdrant_engine
from apps.ai.tests.support.qdrant_engine import BadRequestError, ConflictError, Engine, Json, NotFoundError


class QdrantServer(ThreadingHTTPServer):
    """One engine for all connections. `requests`: method and path of each request, in order.

    Faults on command: `api_key` is insisted on, `failing` is the status that answers everything, `latency`
    seconds pass before each answer, `upserts_left` writes are taken before all others get 503.
    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, folder: Path, *, port: int = 0, api_key: str = "", latency: float = 0.0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.engine = Engine(folder)
        self.api_key = api_key
        self.failing = 0
        self.latency = latency
        self.upserts_left: int | None = None
        self.requests: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: QdrantServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    patterns: ClassVar = [
        (method, re.compile(re.escape(path).replace(r"\{name\}", "(?P<name>[^/]+)")), answer)
        for method, path, answer in qdrant_engine.ROUTES
    ]

    def do_GET(self) -> None:
        self._answer()

    do_PUT = do_POST = do_DELETE = do_GET

    def log_message(self, format: str, *args: Any) -> None:
        return

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = self.path.partition("?")[0]
        self.server.requests.append(f"{self.command} {path}")
        if self.server.latency:
            time.sleep(self.server.latency)
        if fault := self._fault(path):
            return self._send(fault, {"status": {"error": "Refused on command"}})
        try:
            status, result = self._result(path, json.loads(body or b"{}"))
        except NotFoundError as error:
            status, result = 404, str(error)
        except ConflictError as error:
            status, result = 409, str(error)
        except (BadRequestError, KeyError, TypeError, ValueError, AttributeError) as error:
            status, result = 400, f"{type(error).__name__}: {error}"
        except Exception as error:  # the engine's own errors are of a class that it does not name
            status, result = 400, str(error)
        if status == 200:
            return self._send(200, {"result": result, "status": "ok", "time": 0.0})
        return self._send(status, {"status": {"error": result}})

    def _fault(self, path: str) -> int:
        """The status to refuse this request with; 0 to answer it."""
        server = self.server
        if server.upserts_left is not None and self.command == "PUT" and path.endswith("/points"):
            server.upserts_left -= 1
            if server.upserts_left < 0:
                return 503
        if server.failing:
            return server.failing
        return 401 if server.api_key and self.headers.get("api-key") != server.api_key else 0

    def _result(self, path: str, body: Json) -> tuple[int, Any]:
        for method, pattern, answer in self.patterns:
            found = pattern.fullmatch(path)
            if found and method == self.command:
                with self.server.engine.turn:
                    return 200, answer(self.server.engine, found.groupdict().get("name", ""), body)
        return 404, f"No route {self.command} {path}"

    def _send(self, status: int, content: Json) -> None:
        data = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


@contextmanager
def running(*, api_key: str = "", port: int = 0, latency: float = 0.0) -> Iterator[QdrantServer]:
    """A server in a thread, on a free port unless one is named, until the block ends."""
    with tempfile.TemporaryDirectory(prefix="qdrant-", ignore_cleanup_errors=True) as folder:
        server = QdrantServer(Path(folder), port=port, api_key=api_key, latency=latency)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            server.server_close()
            thread.join()
            server.engine.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--api-key", default="")
    parser.add_argument("--latency", type=float, default=0.0)
    options = parser.parse_args()
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    with running(api_key=options.api_key, port=options.port, latency=options.latency) as server:
        print(server.url, flush=True)
        stopped.wait()


if __name__ == "__main__":
    main()
