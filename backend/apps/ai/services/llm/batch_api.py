"""The provider's Files and Batches: send a file of questions, ask for its state, read the files that come back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from apps.ai.services.llm.errors import RequestFailed
from apps.ai.services.llm.transport import Endpoint
from apps.ai.services.llm.wire import Response, WireModel

#: The path that every line names.
CHAT_PATH = "/v1/chat/completions"
#: What the provider may take; it offers no other.
WINDOW = "24h"
#: Key of the metadata that holds our token.
TOKEN = "ai_batch"  # noqa: S105
ENDED = frozenset({"completed", "expired", "cancelled", "failed"})
#: Bytes of one line of an answer file; a longer one is passed over, whatever it says.
LONGEST_LINE = 8_000_000
#: Batches of the account that are looked through for one of ours: 20 pages.
_PAGE = 100
_PAGES = 20


class Counts(WireModel):
    total: int = 0
    completed: int = 0
    failed: int = 0


class RemoteBatch(WireModel):
    """A batch as the provider describes it. Times are seconds since 1970."""

    id: str = Field(min_length=1, max_length=100)
    status: str = Field(max_length=30)
    input_file_id: str | None = None
    output_file_id: str | None = None
    error_file_id: str | None = None
    expires_at: int | None = None
    request_counts: Counts | None = None
    metadata: dict[str, Any] | None = None
    errors: dict[str, Any] | None = None

    @property
    def ended(self) -> bool:
        return self.status in ENDED

    @property
    def expires(self) -> datetime | None:
        return None if self.expires_at is None else datetime.fromtimestamp(self.expires_at, UTC)


class LineError(WireModel):
    code: str | None = None
    message: str | None = None


class LineResponse(WireModel):
    status_code: int
    request_id: str | None = None
    body: dict[str, Any]


class ResultLine(WireModel):
    """One line of an output or an error file."""

    custom_id: str
    response: LineResponse | None = None
    error: LineError | None = None


@dataclass(frozen=True, slots=True)
class BatchApi:
    """All methods raise RequestFailed."""

    endpoint: Endpoint

    def upload(self, file: Path) -> str:
        """Returns the file's id at the provider."""
        response = self.endpoint.upload(file, "batch")
        file_id = response.body.get("id")
        if not isinstance(file_id, str) or not file_id:
            raise _unreadable(response)
        return file_id

    def create(self, file_id: str, *, token: str) -> RemoteBatch:
        return _batch(
            self.endpoint.create_batch(
                {
                    "input_file_id": file_id,
                    "endpoint": CHAT_PATH,
                    "completion_window": WINDOW,
                    "metadata": {TOKEN: token},
                }
            )
        )

    def retrieve(self, batch_id: str) -> RemoteBatch:
        return _batch(self.endpoint.batch(batch_id))

    def cancel(self, batch_id: str) -> RemoteBatch:
        return _batch(self.endpoint.cancel_batch(batch_id))

    def find(self, *, token: str) -> RemoteBatch | None:
        """The batch that was created with this token, among the account's latest."""
        after = ""
        for _ in range(_PAGES):
            response = self.endpoint.batches(after=after, limit=_PAGE)
            rows = response.body.get("data")
            if not isinstance(rows, list):
                raise _unreadable(response)
            for row in rows:
                if isinstance(row, dict) and (row.get("metadata") or {}).get(TOKEN) == token:
                    return _batch(Response(row, response.request_id))
            if not response.body.get("has_more") or not rows:
                return None
            after = str(rows[-1].get("id", ""))
        return None

    def lines(self, file_id: str) -> Iterator[bytes]:
        """The lines of a file as they come in, empty and overlong ones left out."""
        rest = b""
        for chunk in self.endpoint.download(file_id):
            *whole, rest = (rest + chunk).split(b"\n")
            yield from (line for line in whole if line.strip() and len(line) <= LONGEST_LINE)
            rest = rest[: LONGEST_LINE + 1]
        if rest.strip() and len(rest) <= LONGEST_LINE:
            yield rest


def parse_line(line: bytes) -> ResultLine | None:
    """None for what is no result line. Half a surrogate pair, which pydantic's parser refuses, may stand in it."""
    try:
        return ResultLine.model_validate(json.loads(line))
    except (ValueError, RecursionError):
        return None


def _batch(response: Response) -> RemoteBatch:
    try:
        return RemoteBatch.model_validate(response.body)
    except ValidationError:
        raise _unreadable(response) from None


def _unreadable(response: Response) -> RequestFailed:
    return RequestFailed(502, "Ответ не по протоколу.", left=True, request_id=response.request_id)
