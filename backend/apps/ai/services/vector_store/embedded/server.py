"""The engine for other processes of this machine, over HTTP on the loopback interface."""

from __future__ import annotations

import hmac
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from apps.ai.services.vector_store.embedded.engine import Engine
from apps.ai.services.vector_store.embedded.routes import answered, refusal


class EngineServer(ThreadingHTTPServer):
    """One engine for all connections. Without an `api_key` everybody is answered."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, engine: Engine, *, port: int = 0, api_key: str = "") -> None:
        super().__init__(("127.0.0.1", port), EngineHandler)
        self.engine = engine
        self.api_key = api_key

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        return answered(self.engine, method, path, body)


class EngineHandler(BaseHTTPRequestHandler):
    server: EngineServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path == "/readyz":  # as Qdrant does, without a key
            self._send(200, b"{}")
        elif self.server.api_key and not hmac.compare_digest(
            self.headers.get("api-key") or "", self.server.api_key
        ):
            self._send(401, refusal("Wrong key"))
        else:
            self._send(*self.server.answer(self.command, self.path.partition("?")[0], body))

    do_PUT = do_POST = do_DELETE = do_GET

    def log_message(self, format: str, *args: Any) -> None:
        return

    def _send(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
