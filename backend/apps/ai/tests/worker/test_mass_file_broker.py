"""The file broker of the demo: many write, one reads, and nobody meets half a message."""

from __future__ import annotations

import threading
import time
import uuid
from pathlib import Path
from queue import Empty

from kombu import Connection

from config.celery import app

MESSAGES = 400


def _connect(folder: Path) -> Connection:
    options = {
        "data_folder_in": str(folder),
        "data_folder_out": str(folder),
        "control_folder": str(folder / "control"),
    }
    return Connection("filesystem://", transport_options=options)


def test_the_application_uses_it(tmp_path: Path) -> None:
    assert app.main == "pharmaturk"
    with _connect(tmp_path) as connection:
        assert type(connection.transport).__module__ == "config.file_broker"


def test_a_reader_never_meets_half_a_message(tmp_path: Path) -> None:
    name = f"queue-{uuid.uuid4()}"  # kombu remembers bindings for the whole process
    with _connect(tmp_path) as connection:
        connection.SimpleQueue(name).close()

    def write(number: int) -> None:
        with _connect(tmp_path) as connection, connection.SimpleQueue(name) as queue:
            for count in range(MESSAGES // 4):
                queue.put({"writer": number, "count": count, "filler": "x" * 2000})

    writers = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for writer in writers:
        writer.start()
    seen: set[tuple[int, int]] = set()
    deadline = time.monotonic() + 30
    with _connect(tmp_path) as connection, connection.SimpleQueue(name) as queue:
        while len(seen) < MESSAGES and time.monotonic() < deadline:
            try:
                message = queue.get_nowait()
            except Empty:
                continue
            seen.add((message.payload["writer"], message.payload["count"]))
            message.ack()
    for writer in writers:
        writer.join()
    assert len(seen) == MESSAGES
    assert [path.name for path in tmp_path.iterdir()] == ["control"]
