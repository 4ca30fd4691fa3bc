"""kombu's file broker with safe writes: messages and bindings appear whole, or not at all.

kombu opens a file before it writes it, and a worker that looks in between finds it empty and dies of a
JSONDecodeError (kombu 5.7.0).
"""

from __future__ import annotations

import time
import uuid
from pathlib import Path
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]
        folder = Path(self.data_folder_out)
        name = f"{round(time.monotonic() * 1000)}_{uuid.uuid4()}"
        # Readers take what ends in ".<queue>.msg" after the first dot.
        unfinished = folder / f"{name}.unfinished"
        unfinished.write_text(dumps(payload), encoding="utf-8")
        unfinished.replace(folder / f"{name}.{queue}.msg")

    def _queue_bind(
        self, exchange: str, routing_key: str | None, pattern: str | None, queue: str | None
    ) -> None:
        self.control_folder.mkdir(exist_ok=True)
        file: Path = self._exchange_file(exchange)  # type: ignore[attr-defined]
        with (self.control_folder / "lock").open("w") as guard:
            filesystem.lock(guard, filesystem.LOCK_EX)  # type: ignore[attr-defined]
            bindings = self.get_table(exchange)
            binding = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
            if binding not in bindings:
                unfinished = file.with_suffix(".unfinished")
                unfinished.write_text(dumps([binding, *bindings]), encoding="utf-8")
                unfinished.replace(file)


class Transport(filesystem.Transport):
    Channel = Channel


def install() -> None:
    """Let addresses that begin with filesystem:// mean this one."""
    TRANSPORT_ALIASES["filesystem"] = f"{__name__}:Transport"
