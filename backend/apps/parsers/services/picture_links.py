"""Addresses of pages that show a picture, as addresses of the picture itself."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

_DRIVE_FILE = re.compile(r"/file/(?:u/\d+/)?d/([\w-]{10,})")

_FOLDER = re.compile(
    r"drive\.google\.com/drive/.*folders/|disk\.yandex\.[a-z]+/d/|dropbox\.com/(?:sh|scl/fo)/"
)


def direct(url: str) -> str:
    """Google Drive's and Dropbox's pages of one file lead to the file; every other address is returned as it is."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    host = (parts.hostname or "").lower()
    asked = dict(parse_qsl(parts.query))
    if host in ("drive.google.com", "docs.google.com"):
        found = _DRIVE_FILE.search(parts.path)
        name = (
            found[1] if found else asked.get("id", "") if parts.path in ("/open", "/uc", "/thumbnail") else ""
        )
        return f"https://drive.google.com/uc?export=download&id={name}" if name else url
    if host in ("dropbox.com", "www.dropbox.com") and parts.path.startswith(("/s/", "/scl/fi/")):
        return urlunsplit(
            parts._replace(query=urlencode({**{k: v for k, v in asked.items() if k != "dl"}, "raw": "1"}))
        )
    return url


def is_folder(url: str) -> bool:
    """A folder of a file store: it holds pictures, but is none."""
    return bool(
        re.search(
            r"drive\.google\.com/drive/.*folders/|disk\.yandex\.[a-z]+/d/|dropbox\.com/(?:sh|scl/fo)/", url
        )
    )
