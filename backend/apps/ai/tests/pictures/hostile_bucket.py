"""A bucket that misbehaves as buckets do, over a real socket: `ill` names how, "" is well."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import md5
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import ClassVar

ERRORS = {
    "slow down": (503, "SlowDown"),
    "unavailable": (503, "ServiceUnavailable"),
    "full": (507, "InsufficientStorage"),
    "quota": (403, "QuotaExceeded"),
    "denied": (403, "AccessDenied"),
    "internal": (500, "InternalError"),
    "too many": (429, "TooManyRequests"),
}


class Bucket(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.objects: dict[str, bytes] = {}
        self.ill = ""
        self.asked = 0

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Bucket
    protocol_version = "HTTP/1.1"
    timeout = 60
    cut: ClassVar[int] = 1000

    def do_HEAD(self) -> None:
        self.server.asked += 1
        content = self.server.objects.get(self.path)
        if content is None:
            return self._say(404)
        return self._say(200, length=len(content), etag=md5(content).hexdigest())

    def do_PUT(self) -> None:
        self.server.asked += 1
        ill, size = self.server.ill, int(self.headers["Content-Length"])
        if ill in ERRORS:
            self.rfile.read(size)
            status, code = ERRORS[ill]
            self._say(status, f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode())
            return None
        if ill == "cut":
            self.rfile.read(min(size, self.cut))
            self.close_connection = True
            self.connection.close()
            return None
        if ill == "reads slowly":
            while self.rfile.read(1):
                time.sleep(0.2)
            return None
        content = self.rfile.read(size)
        if ill == "silent":
            time.sleep(30)
        if ill == "trickles":
            self._trickle()
            return None
        if ill == "half":
            self.server.objects[self.path] = content[: size // 2]
        elif ill != "lost":
            self.server.objects[self.path] = content
        return self._say(200, etag=md5(content).hexdigest())

    def do_GET(self) -> None:
        content = self.server.objects.get(self.path)
        if content is None:
            return self._say(404)
        if self.server.ill == "trickles":
            return self._trickle(len(content))
        return self._say(200, content)

    def _trickle(self, length: int = 0) -> None:
        """A byte a fifth of a second: no timeout of a socket ever strikes."""
        self.wfile.write(f"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nX-Slow: ".encode())
        for _ in range(300):
            self.wfile.write(b"x")
            self.wfile.flush()
            time.sleep(0.2)

    def _say(self, status: int, body: bytes = b"", *, length: int | None = None, etag: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        if etag:
            self.send_header("ETag", f'"{etag}"')
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing on the tests' terminal."""

    def handle(self) -> None:
        try:
            super().handle()
        except OSError:
            self.close_connection = True


@contextmanager
def hostile_bucket() -> Iterator[Bucket]:
    bucket = Bucket()
    Thread(target=bucket.serve_forever, daemon=True).start()
    try:
        yield bucket
    finally:
        bucket.shutdown()
        bucket.server_close()
