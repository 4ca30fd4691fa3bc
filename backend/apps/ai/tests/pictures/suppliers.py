"""A supplier's server for tests of keeping; it lies in our own network, which is else refused."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from apps.ai.services import composition
from apps.ai.services.media_processor import R2MediaProcessor
from utils import safe_fetch
from utils.tests.local_server import LocalServer, local_server


@contextmanager
def supplier_server(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalServer]:
    """Pictures are kept, and this server's may be fetched."""
    settings.AI_CONFIG = {**settings.AI_CONFIG, "KEEP_PICTURES": True, "PICTURE_WAIT": 30.0}
    with local_server() as server:
        ports = frozenset({server.port})

        def fetch(url: str, *, limits: safe_fetch.FetchLimits) -> safe_fetch.Fetched:
            return safe_fetch.fetch(url, limits=replace(limits, ports=ports), allow_private=True)

        defaults = {**(R2MediaProcessor.__init__.__kwdefaults__ or {}), "fetch": fetch}
        monkeypatch.setattr(R2MediaProcessor.__init__, "__kwdefaults__", defaults)
        composition._built.pop("media_processor", None)
        yield server
        composition._built.pop("media_processor", None)
