"""Keys of stored files and the public URLs under which they are read. No storage here: see `r2_storage`."""

import re
from urllib.parse import quote, unquote, urlsplit

MAX_KEY_BYTES = 1024  # S3's limit
MAX_SEGMENT_BYTES = 255  # most file systems' limit
# An encoded dot, slash, backslash or percent sign would mean another file to whoever decodes once more.
FORBIDDEN_IN_KEY = re.compile(r"[\x00-\x1f\x7f\\]|%(?:2e|2f|5c|25)", re.IGNORECASE)
FORBIDDEN_IN_URL = re.compile(r"[\x00-\x1f\x7f\\]")
#: A signed link lives as long as a page may stay open.
LINK_SECONDS = 3600
DEFAULT_PORTS = {"http": 80, "https": 443}


class StorageError(Exception):
    """The storage refuses or the key is wrong; trying again cannot help."""


class KeyMissing(StorageError):
    """There is nothing under this key."""


class ObjectTooLarge(StorageError):
    """The object has more bytes than the caller allows."""


class StorageUnavailable(StorageError):
    """The storage does not answer now; it may later."""


def capped(content: bytes, key: str, max_bytes: int) -> bytes:
    if len(content) > max_bytes:
        raise ObjectTooLarge(f"{key} has more than the {max_bytes} bytes allowed.")
    return content


class PublicBase:
    """The public address under which the storage is read, e.g. `https://cdn.pharmaturk.com`."""

    def __init__(self, url: str, prefix: str = "") -> None:
        """`prefix`: of all keys in the storage; an address without it is another environment's."""
        self._prefix = checked_prefix(prefix)
        try:
            self._origin = _origin(url)
        except ValueError as exc:
            raise StorageError(f"The public address of the storage is malformed: {url!r}.") from exc
        scheme, host, _ = self._origin
        parts = urlsplit(url)
        if scheme not in DEFAULT_PORTS or not host or parts.query or parts.fragment:
            raise StorageError(f"The public address of the storage must be a plain http URL, not {url!r}.")
        self._path = unquote(parts.path).rstrip("/") + "/"
        self.url = url.rstrip("/")

    def url_of(self, key: str) -> str:
        return f"{self.url}/{quote(checked_key(self._prefix + checked_key(key)))}"

    def key_of(self, url: str) -> str | None:
        try:
            origin, path = _origin(url), unquote(urlsplit(url).path, errors="strict")
            if origin != self._origin or not path.startswith(self._path):
                return None
            stored = checked_key(path.removeprefix(self._path))
            return checked_key(stored.removeprefix(self._prefix)) if stored.startswith(self._prefix) else None
        except (ValueError, StorageError):
            return None


def _origin(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port, with the port that the scheme implies. Raises ValueError for ambiguous URLs."""
    if FORBIDDEN_IN_URL.search(url):
        raise ValueError("control characters or backslashes")
    parts = urlsplit(url)
    if "@" in parts.netloc:
        raise ValueError("user name")
    port = DEFAULT_PORTS.get(parts.scheme) if parts.port is None else parts.port
    return parts.scheme, (parts.hostname or "").removesuffix("."), port


def checked_prefix(prefix: str) -> str:
    """With one slash at its end, or "". Raises StorageError as for a key."""
    bare = prefix.strip("/")
    return f"{checked_key(bare)}/" if bare else ""


def checked_key(key: str) -> str:
    """The key itself. Raises StorageError when it is empty, absolute, too long or could leave the storage."""
    segments = key.split("/")
    if any(segment in ("", ".", "..") for segment in segments) or FORBIDDEN_IN_KEY.search(key):
        raise StorageError(f"{key[:200]!r} is not a valid storage key.")
    try:
        sizes = [len(segment.encode()) for segment in segments]
    except UnicodeEncodeError as exc:
        raise StorageError("The storage key is not valid Unicode.") from exc
    if sum(sizes) + len(sizes) - 1 > MAX_KEY_BYTES or max(sizes) > MAX_SEGMENT_BYTES:
        raise StorageError(f"The storage key is too long: {key[:200]!r}.")
    return key
