"""A real HTTP server on 127.0.0.1 whose answers are raw bytes, so that a test can misbehave at will."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Answer = bytes | Callable[[socket.socket], None]


def http_answer(
    content: bytes, content_type: str = "text/plain", *, status: str = "200 OK", **headers: str
) -> bytes:
    """A whole response; header names are written with underscores."""
    named = {"Content-Type": content_type, "Content-Length": str(len(content))}
    named |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in named.items()), "", ""]
    return "\r\n".join(head).encode("latin-1") + content


def redirect(location: str) -> bytes:
    return http_answer(b"", status="302 Found", Location=location)


class LocalServer:
    """`routes` maps a request path to an answer; `heads` collects the request heads as they came."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.routes: dict[str, Answer] = {}
        self.heads: list[str] = []
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def url(self, path: str, *, host: str = "127.0.0.1", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"

    @property
    def paths(self) -> list[str]:
        return [head.split(" ")[1] for head in self.heads]

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            if self._context is not None:
                connection = self._context.wrap_socket(connection, server_side=True)
            with connection:
                self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            chunk = connection.recv(4096)
            if not chunk:
                return
            head += chunk
        self.heads.append(head.decode("latin-1"))
        answer = self.routes.get(self.paths[-1], http_answer(b"nothing here", status="404 Not Found"))
        if callable(answer):
            answer(connection)
        else:
            connection.sendall(answer)


@contextmanager
def local_server(context: ssl.SSLContext | None = None) -> Iterator[LocalServer]:
    server = LocalServer(context)
    try:
        yield server
    finally:
        server.close()
