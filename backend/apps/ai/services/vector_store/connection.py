"""One connection to Qdrant: opened late, errors translated, a server that failed left alone for a while."""

from __future__ import annotations

import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from apps.ai.conf import QdrantConfig
from apps.ai.exceptions import AIError, PermanentAIError, VectorStoreUnavailable
from apps.ai.services.vector_store import queries
from apps.ai.services.vector_store.schema import MEMORY, Found

if TYPE_CHECKING:
    from qdrant_client import QdrantClient

    from apps.ai.services.vector_store.embedded.shared import EmbeddedTransport

#: Seconds for which a server that failed is not asked: one dead server costs one time-out, not one a product.
PAUSE_SECONDS = 30.0


class Connection:
    """Typed errors around the client; safe to share between threads."""

    def __init__(self, config: QdrantConfig, *, model: str) -> None:
        """`model` is named in messages. No connection is made here."""
        self._config = config
        self._model = model
        self._client: QdrantClient | None = None
        self._embedded: EmbeddedTransport | None = None
        self._client_lock = threading.Lock()
        self._paused_until = 0.0
        self._reason = ""
        # In memory it is plain Python over lists: one caller at a time.
        self._turn: AbstractContextManager[Any] = nullcontext() if self.is_engine else threading.RLock()

    @property
    def is_server(self) -> bool:
        return bool(self._config.url)

    @property
    def is_engine(self) -> bool:
        """Whether Qdrant's engine answers, on a server or embedded: only it has payload indexes and n-grams."""
        return self.is_server or self._config.path != MEMORY

    @property
    def place(self) -> str:
        """Where the data lies, for messages."""
        if self.is_server:
            return f"the server {self._config.url}"
        return "memory" if self._config.path == MEMORY else f"the folder {self._config.path}"

    def close(self) -> None:
        with self._client_lock, self._turn:
            if self._client is not None:
                self._client.close()
                self._client = self._embedded = None

    @contextmanager
    def calls(self) -> Iterator[QdrantClient]:
        """The client, for one caller at a time in memory; whatever goes wrong becomes an AIError."""
        self._refuse_while_paused()
        try:
            client = self._connected()
            with self._turn:
                yield client
        except _failures() as error:
            raise self._translated(error) from error
        self._paused_until = 0.0

    def searched(self, name: str, searches: list[queries.Json]) -> list[list[Found]]:
        """The answers to a batch of searches in a collection.

        The embedded engine is asked past the client, whose models and requests cost more than its searches.
        """
        with self.calls() as client:
            if self._embedded is None:
                return queries.answers(client, name, searches, rest=self.is_engine)
            answers = self._embedded.result(f"/collections/{name}/points/query/batch", {"searches": searches})
            return [[queries.found(point) for point in answer["points"]] for answer in answers]

    def _refuse_while_paused(self) -> None:
        """Raises VectorStoreUnavailable during the pause; when it is over, one caller tries for all."""
        if not self._paused_until:
            return
        with self._client_lock:
            now = time.monotonic()
            if now < self._paused_until:
                raise VectorStoreUnavailable(f"{self._reason} It is not asked again for some seconds.")
            if self._paused_until:
                self._paused_until = now + PAUSE_SECONDS

    def _connected(self) -> QdrantClient:
        """The one client."""
        with self._client_lock:
            if self._client is None:
                self._client = self._open()
            return self._client

    def _open(self) -> QdrantClient:
        from qdrant_client import QdrantClient  # noqa: PLC0415  (the import costs more than a second)

        if self.is_server:
            with warnings.catch_warnings():  # a key without TLS is usual inside one network
                warnings.filterwarnings("ignore", "Api key is used with an insecure connection")
                return QdrantClient(
                    url=self._config.url,
                    api_key=self._config.api_key or None,
                    timeout=self._config.timeout,
                    check_compatibility=False,
                )
        if self._config.path == MEMORY:
            return QdrantClient(MEMORY)
        from apps.ai.services.vector_store.embedded.shared import EmbeddedTransport  # noqa: PLC0415

        self._embedded = EmbeddedTransport(Path(self._config.path), timeout=self._config.timeout)
        return QdrantClient(
            url="http://embedded",
            transport=self._embedded,
            timeout=self._config.timeout,
            check_compatibility=False,
        )

    def _translated(self, error: Exception) -> AIError:
        """The app's error for one of Qdrant's, its HTTP client's or the folder's."""
        from qdrant_client.http.exceptions import UnexpectedResponse  # noqa: PLC0415

        text = " ".join(str(error).split())[:300]
        status = error.status_code if isinstance(error, UnexpectedResponse) else None
        if _says_collection_missing(text, status):
            return PermanentAIError(
                f"Qdrant has no collection for {self._model} at {self.place}; run: manage.py init_qdrant",
                code="vector_store_empty",
            )
        if not self.is_server:
            return VectorStoreUnavailable(f"Qdrant in {self.place} failed: {type(error).__name__}: {text}")
        if status in (401, 403):
            return self._paused(f"Qdrant at {self.place} refuses the key; check QDRANT_API_KEY.")
        message = (
            f"Qdrant at {self.place} does not answer as it should ({type(error).__name__}: {text}); "
            "check QDRANT_URL and that it runs."
        )
        answered = status is not None and status < 500 and status != 429
        return VectorStoreUnavailable(message) if answered else self._paused(message)

    def _paused(self, reason: str) -> VectorStoreUnavailable:
        with self._client_lock:
            self._reason = reason
            self._paused_until = time.monotonic() + PAUSE_SECONDS
        return VectorStoreUnavailable(reason)


def _failures() -> tuple[type[Exception], ...]:
    """What the client raises: ValueError and RuntimeError come from the mode in memory, OSError from a folder."""
    from qdrant_client.common.client_exceptions import QdrantException  # noqa: PLC0415
    from qdrant_client.http.exceptions import ApiException  # noqa: PLC0415

    return (ApiException, QdrantException, ValueError, RuntimeError, OSError)


def _says_collection_missing(text: str, status: int | None) -> bool:
    if status == 404:
        return "ollection" in text
    return status is None and text.startswith("Collection ") and text.endswith(" not found")
