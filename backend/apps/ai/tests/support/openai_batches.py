"""Files and Batches for the test server. A batch waits until the test says how it ends.

server.batches.finish()                    every line answered by the server's script
server.batches.finish("expired", share=0.5) the first half; the rest stands in the error file
server.batches.plan["12:draft:1"] = "error" that line: error, http_error, invalid, truncated, missing, or a
                                           callable from the answer's body to another
"""

from __future__ import annotations

import json
import random
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from apps.ai.tests.support.openai_answers import completion, error_body, schema_of

Body = dict[str, Any]
Answer = tuple[int, Body | bytes]
_FILE = re.compile(rb'name="file"; filename="[^"]*"\r\n(?:[^\r\n]+\r\n)*\r\n(.*?)\r\n--', re.DOTALL)


@dataclass
class Batches:
    """`script` as the server's. `auto`: every batch is finished when it is first asked for. `doubled`: so many
    lines of the output stand there twice. `extra`: raw lines that are put into the output. `count`: counts the tokens
    of a request and its answer into the answer's usage.
    """

    script: Callable[[Body, Body], Any]
    auto: bool = False
    doubled: int = 0
    extra: list[bytes] = field(default_factory=list)
    plan: dict[str, Any] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    rows: dict[str, Body] = field(default_factory=dict)
    refuse_create: Body | None = None
    lose_answer_to_create: bool = False
    count: Callable[[Body, Body], None] = lambda request, answer: None
    usage: dict[str, int] = field(default_factory=lambda: {"prompt": 0, "completion": 0, "lines": 0})

    def __post_init__(self) -> None:
        self._lock = threading.Lock()

    def handle(self, method: str, path: str, raw: bytes) -> Answer | None:
        """Status and body; None for paths of others. Status 0: hang up."""
        path, _, query = path.partition("?")
        parts = path.removeprefix("/v1/").strip("/").split("/")
        with self._lock:
            if parts[0] == "files":
                return self._file(method, parts, raw)
            if parts[0] == "batches":
                return self._batch(method, parts, raw, query)
        return None

    def lines(self, batch_id: str) -> list[Body]:
        """The questions of a batch."""
        text = self.files[self.rows[batch_id]["input_file_id"]]
        return [json.loads(line) for line in text.splitlines()]

    def finish(self, status: str = "completed", *, share: float = 1.0, batch_id: str = "") -> None:
        """End open batches (or that one); `share` of the lines are answered."""
        for row in list(self.rows.values()):
            if batch_id in ("", row["id"]) and row["status"] in ("in_progress", "cancelling"):
                self._finish(row, status, share)

    def _file(self, method: str, parts: list[str], raw: bytes) -> Answer:
        if method == "POST":
            found = _FILE.search(raw)
            if found is None:
                return 400, error_body("no file")
            file_id = f"file-in{len(self.files)}"
            self.files[file_id] = found[1]
            return 200, {"id": file_id, "object": "file", "purpose": "batch", "bytes": len(found[1])}
        content = self.files.get(parts[1])
        if content is None:
            return 404, error_body(f"No such File object: {parts[1]}")
        return 200, content

    def _batch(self, method: str, parts: list[str], raw: bytes, query: str) -> Answer:
        if method == "POST" and len(parts) == 1:
            return self._create(json.loads(raw))
        if len(parts) == 1:
            return self._list(query)
        row = self.rows.get(parts[1])
        if row is None:
            return 404, error_body(f"No batch found with id '{parts[1]}'.")
        if parts[2:] == ["cancel"]:
            row["status"] = "cancelling"
        elif self.auto and row["status"] == "in_progress":
            self._finish(row, "completed", 1.0)
        return 200, row

    def _create(self, body: Body) -> Answer:
        if self.refuse_create is not None:
            return 400, self.refuse_create
        if body["input_file_id"] not in self.files:
            return 400, error_body("no such file")
        now = int(time.time())
        row = {
            "id": f"batch_{len(self.rows)}",
            "object": "batch",
            "endpoint": body["endpoint"],
            "completion_window": body["completion_window"],
            "metadata": body.get("metadata"),
            "input_file_id": body["input_file_id"],
            "status": "in_progress",
            "output_file_id": None,
            "error_file_id": None,
            "errors": None,
            "created_at": now,
            "expires_at": now + 24 * 3600,
            "request_counts": {"total": 0, "completed": 0, "failed": 0},
        }
        self.rows[str(row["id"])] = row
        row["request_counts"]["total"] = len(self.lines(str(row["id"])))
        if self.lose_answer_to_create:
            self.lose_answer_to_create = False
            return 0, {}
        return 200, row

    def _list(self, query: str) -> Answer:
        given = dict(part.split("=", 1) for part in query.split("&") if part)
        ids = list(self.rows)[::-1]
        start = ids.index(given["after"]) + 1 if "after" in given else 0
        page = ids[start : start + int(given.get("limit", 20))]
        more = start + len(page) < len(ids)
        return 200, {"object": "list", "data": [self.rows[one] for one in page], "has_more": more}

    def _finish(self, row: Body, status: str, share: float) -> None:
        if status == "failed":
            row["status"] = status
            row["errors"] = {"object": "list", "data": [{"code": "invalid_json_line", "message": "bad"}]}
            return
        asked = self.lines(row["id"])
        reached = round(len(asked) * share)
        good: list[bytes] = []
        bad: list[bytes] = []
        for line in asked[:reached]:
            self._answer(line, good, bad)
        for line in asked[reached:]:
            error = {"code": f"batch_{status}", "message": "This request could not be executed in time."}
            bad.append(_result(line, response=None, error=error))
        chance = random.Random(row["id"])
        good += good[: self.doubled] + self.extra
        chance.shuffle(good)
        for name, lines in (("output_file_id", good), ("error_file_id", bad)):
            if lines:
                row[name] = f"file-{name[:3]}{len(self.files)}"
                self.files[row[name]] = b"\n".join(lines) + b"\n"
        row["request_counts"] |= {"completed": len(good), "failed": len(bad)}
        row["status"] = status

    def _answer(self, line: Body, good: list[bytes], bad: list[bytes]) -> None:
        plan = self.plan.get(line["custom_id"], "")
        if plan == "missing":
            return
        if plan == "error":
            bad.append(_result(line, response=None, error={"code": "server_error", "message": "Oops \x00."}))
            return
        if plan == "http_error":
            response = {"status_code": 400, "request_id": "req_b", "body": error_body("too long")}
            bad.append(_result(line, response=response, error=None))
            return
        fault = (
            {"invalid": "wrong_schema", "truncated": "truncated"}.get(plan, "")
            if isinstance(plan, str)
            else ""
        )
        body = completion(line["body"], self.script(schema_of(line["body"]), line["body"]), fault)
        self.count(line["body"], body)
        if callable(plan):
            body = plan(body)
        usage = body.get("usage") or {}
        self.usage["prompt"] += usage.get("prompt_tokens", 0)
        self.usage["completion"] += usage.get("completion_tokens", 0)
        self.usage["lines"] += 1
        response = {"status_code": 200, "request_id": "req_b", "body": body}
        good.append(_result(line, response=response, error=None))


def _result(line: Body, *, response: Body | None, error: Body | None) -> bytes:
    row = {"id": "batch_req_1", "custom_id": line["custom_id"], "response": response, "error": error}
    return json.dumps(row).encode()
