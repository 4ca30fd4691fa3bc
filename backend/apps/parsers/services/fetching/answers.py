"""Answers kept on disk, for development: a parser is written without asking the site again and again.

Off unless PARSER_HTTP_CACHE names a folder. File names are hashes: no address, and so no key, is written down.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from utils.safe_fetch import Fetched


def kept(url: str, into: BinaryIO) -> Fetched | None:
    """The answer that was kept, its body written into the file; None when there is none. Its `url` is the one asked."""
    place = _place(url)
    if place is None or not place.with_suffix(".json").is_file():
        return None
    said = json.loads(place.with_suffix(".json").read_text())
    into.write(place.with_suffix(".body").read_bytes())
    return Fetched(url=url, content=b"", **said)


def keep(url: str, fetched: Fetched, body: Path) -> None:
    """The body first: an answer without one is never found."""
    place = _place(url)
    if place is None:
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    place.with_suffix(".body").write_bytes(body.read_bytes())
    said = {"content_type": fetched.content_type, "etag": fetched.etag, "modified": fetched.modified}
    place.with_suffix(".json").write_text(json.dumps(said))


def _place(url: str) -> Path | None:
    if not settings.PARSER_HTTP_CACHE:
        return None
    return Path(settings.PARSER_HTTP_CACHE) / hashlib.sha256(url.encode()).hexdigest()
