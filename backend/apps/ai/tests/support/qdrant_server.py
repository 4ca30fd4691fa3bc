"""A Qdrant server for tests, benchmarks and the demo: the engine itself behind the REST routes of the client.

    python -m apps.ai.tests.support.qdrant_server [--port N] [--api-key KEY] [--latency SECONDS]

prints its address and serves until it is stopped; what it holds is thrown away. No Django is needed.
"""

from __future__ import annotations

import argparse
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from apps.ai.services.vector_store.embedded.engine import Engine
from apps.ai.services.vector_store.embedded.routes import refusal
from apps.ai.services.vector_store.embedded.server import EngineServer


class QdrantServer(EngineServer):
    """The embedded engine's own server. `requests`: method and path of each request, in order.

    Faults on command: `api_key` is insisted on, `failing` is the status that answers everything, `latency`
    seconds pass before each answer, `upserts_left` writes are taken before all others get 503.
    """

    def __init__(self, folder: Path, *, port: int = 0, api_key: str = "", latency: float = 0.0) -> None:
        super().__init__(Engine(folder, durable=False), port=port, api_key=api_key)
        self.failing = 0
        self.latency = latency
        self.upserts_left: int | None = None
        self.requests: list[str] = []

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        self.requests.append(f"{method} {path}")
        if self.latency:
            time.sleep(self.latency)
        if fault := self._fault(method, path):
            return fault, refusal("Refused on command")
        return super().answer(method, path, body)

    def _fault(self, method: str, path: str) -> int:
        """The status to refuse this request with; 0 to answer it."""
        if self.upserts_left is not None and method == "PUT" and path.endswith("/points"):
            self.upserts_left -= 1
            if self.upserts_left < 0:
                return 503
        return self.failing


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
