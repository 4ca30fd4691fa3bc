"""The doctor's signs for whoever looks at the queue: a line for each thing that is wrong, from the database alone."""

from __future__ import annotations

from apps.ai.models import Trouble
from apps.ai.services.doctor import queue, shop
from apps.ai.services.doctor.findings import State


def signs_in_short() -> list[str]:
    """Missing workers and beat, failures of the last hour, and troubles that the watcher keeps open; no good news."""
    found = [*queue.processes(), *shop.failures()]
    lines = {one.code: one.text for one in found if one.state in (State.WARNING, State.FAULT)}
    for trouble in Trouble.objects.open():
        since = f"{trouble.since:%Y-%m-%d %H:%M} UTC"
        lines[trouble.code] = f"{lines.get(trouble.code, trouble.text)} (с {since})"
    return [f"WARNING: {text}" for text in lines.values()]
