"""One folder of the embedded engine for all processes of a machine: whoever opens it first keeps it, the others ask.

A worker, the web and a command want the same vectors, and the engine wants its folder for itself. The keeper holds
`owner.lock` (the kernel lets go of it when the process dies, however it dies), answers itself without a detour, and
serves the others on the loopback interface; `owner.json` says where and with which key, and only the folder's user may
read it. When the keeper ends, the next who asks becomes it.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import threading
import time
from pathlib import Path
from typing import IO, Any

import httpx
from pydantic_core import from_json, to_json
from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

from apps.ai.services.vector_store.embedded.engine import Engine
from apps.ai.services.vector_store.embedded.routes import answered
from apps.ai.services.vector_store.embedded.server import EngineServer

#: How long a call waits for a keeper that is just starting or ending, in seconds. 100,000 points open in half a second.
PATIENCE = 20.0
_folders: dict[Path, SharedFolder] = {}
_lock = threading.Lock()
#: What a forked process got from its parent: never closed there, as the engine's threads did not come along.
_inherited: list[object] = []


class SharedFolder:
    """The folder as this process sees it: its own, or another's."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.RLock()
        self._lock_file: IO[str] | None = None
        self._server: EngineServer | None = None
        self._owner: tuple[str, str] | None = None  # address and key
        self._http: httpx.Client | None = None
        self.users = 0

    def answer(self, method: str, path: str, body: bytes, *, timeout: float) -> tuple[int, bytes]:
        """Status and JSON body. Raises OSError when the folder cannot be used, httpx.TimeoutException for a keeper
        that takes longer than `timeout` seconds, httpx.TransportError for one that cannot be reached.
        """
        deadline = time.monotonic() + PATIENCE
        while True:
            engine = self._own()
            if engine is not None:
                return answered(engine, method, path, body)
            try:
                return self._asked(method, path, body, timeout)
            except httpx.TimeoutException:
                raise
            except httpx.TransportError:  # the keeper has ended, or is just beginning
                self._owner = None
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def _own(self) -> Engine | None:
        """The engine when this process keeps the folder, which it tries to become; None while another does."""
        with self._lock:
            if self._server is not None:
                return self._server.engine
            if self._owner is not None:
                return None
            self._folder.mkdir(parents=True, exist_ok=True)
            lock_file = (self._folder / "owner.lock").open("a")
            try:
                fcntl.flock(lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock_file.close()
                return None
            self._lock_file = lock_file
            try:
                return self._serve().engine
            except BaseException as error:
                self._let_go()
                if isinstance(error, (OSError, ValueError)) or not isinstance(error, Exception):
                    raise
                raise OSError(f"the engine does not open {self._folder}: {error}") from error

    def _serve(self) -> EngineServer:
        key = secrets.token_urlsafe(24)
        self._server = EngineServer(Engine(self._folder), api_key=key)
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, name="vectors", daemon=True
        ).start()
        written = self._folder / f"owner.json.{os.getpid()}"
        written.touch(mode=0o600)
        written.write_text(json.dumps({"url": self._server.url, "key": key}))
        written.replace(self._folder / "owner.json")
        return self._server

    def _asked(self, method: str, path: str, body: bytes, timeout: float) -> tuple[int, bytes]:
        with self._lock:
            if self._owner is None:
                self._owner = self._announced()
            if self._http is None:
                self._http = httpx.Client(trust_env=False)
            (url, key), http = self._owner, self._http
        answer = http.request(method, url + path, content=body, headers={"api-key": key}, timeout=timeout)
        if answer.status_code == 401:  # somebody else has got the former keeper's port
            raise httpx.ConnectError("another process answers at the keeper's address")
        return answer.status_code, answer.content

    def _announced(self) -> tuple[str, str]:
        try:
            said = json.loads((self._folder / "owner.json").read_text())
            return said["url"], said["key"]
        except (FileNotFoundError, ValueError, KeyError) as error:
            raise httpx.ConnectError("the keeper of the folder has not said yet where it is") from error

    def close(self) -> None:
        """Let go of the folder: what is written is on disk, and the next process may keep it."""
        with self._lock:
            if self._http is not None:
                self._http.close()
                self._http = None
            self._owner = None
            self._let_go()

    def _let_go(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.shutdown()
            server.server_close()
            server.engine.close()
        if self._lock_file is not None:
            self._lock_file.close()
            self._lock_file = None

    def forked(self) -> None:
        """In a child process: the folder is the parent's."""
        _inherited.extend((self._server, self._http))
        if self._server is not None:
            self._server.socket.close()  # else the port would seem alive when the parent has ended
        if self._lock_file is not None:
            self._lock_file.close()  # the parent's lock stays: it hangs on the parent's descriptor, too
        self.__init__(self._folder)  # type: ignore[misc]


def opened(folder: Path) -> SharedFolder:
    """The folder for one more user in this process; `closed` ends the use."""
    with _lock:
        shared = _folders.setdefault(folder.resolve(), SharedFolder(folder.resolve()))
        shared.users += 1
        return shared


def closed(shared: SharedFolder) -> None:
    """One user less; the last one lets go of the folder."""
    with _lock:
        shared.users = max(0, shared.users - 1)
        if not shared.users:
            shared.close()


def _after_fork() -> None:
    global _lock
    _lock = threading.Lock()
    for shared in _folders.values():
        users = shared.users
        shared.forked()
        shared.users = users


os.register_at_fork(after_in_child=_after_fork)


class EmbeddedTransport(httpx.BaseTransport):
    """What the Qdrant client sends goes to a folder's keeper, which is often this very process."""

    def __init__(self, folder: Path, *, timeout: float) -> None:
        self._shared = opened(folder)
        self._timeout = timeout

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        status, body = self._shared.answer(request.method, path, request.read(), timeout=self._timeout)
        return httpx.Response(status, headers={"Content-Type": "application/json"}, content=body)

    def result(self, path: str, body: dict[str, Any]) -> Any:
        """What is the result of a POST request. Raises what the client does: UnexpectedResponse for a refusal, and
        ResponseHandlingException for a keeper that does not answer.
        """
        try:
            status, answer = self._shared.answer("POST", path, to_json(body), timeout=self._timeout)
        except httpx.TransportError as error:
            raise ResponseHandlingException(error) from error
        if status != 200:
            raise UnexpectedResponse(status, "", answer, httpx.Headers())
        return from_json(answer)["result"]

    def close(self) -> None:
        closed(self._shared)
