"""The shop's pictures in a folder: the embedded storage, which behaves as the bucket does."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from utils.storage_urls import (
    LINK_SECONDS,
    KeyMissing,
    PublicBase,
    StorageError,
    StorageUnavailable,
    capped,
    checked_key,
    checked_prefix,
)


class LocalStorage:
    """A folder. A file appears whole or not at all; no key leads out of the folder."""

    def __init__(self, root: Path, base_url: str, *, prefix: str = "") -> None:
        self._root = root.resolve() / checked_prefix(prefix)
        self._base = PublicBase(base_url, prefix)

    def put(self, key: str, content: bytes, *, content_type: str) -> None:
        """`content_type` is not kept: a web server derives it from the name."""
        path = self._path(key)
        with _file_errors(key):
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix=".put-", dir=path.parent)
            draft = Path(name)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(content)
                draft.chmod(0o644)
                draft.replace(path)
            except BaseException:
                draft.unlink(missing_ok=True)
                raise

    def get(self, key: str, *, max_bytes: int) -> bytes:
        with _file_errors(key), self._path(key).open("rb") as file:
            return capped(file.read(max_bytes + 1), key, max_bytes)

    def size(self, key: str) -> int | None:
        path = self._path(key)
        with _file_errors(key):
            return path.stat().st_size if path.is_file() else None

    def exists(self, key: str) -> bool:
        return self.size(key) is not None

    def delete(self, key: str) -> None:
        with _file_errors(key):
            self._path(key).unlink(missing_ok=True)

    def keys(self, prefix: str) -> Iterator[str]:
        with _file_errors(prefix):
            found = [path for path in self._path(prefix.rstrip("/")).rglob("*") if path.is_file()]
        return iter(sorted(path.relative_to(self._root).as_posix() for path in found))

    def public_url(self, key: str) -> str:
        return self._base.url_of(key)

    def key_of(self, url: str) -> str | None:
        return self._base.key_of(url)

    def browser_url(self, key: str, *, seconds: int = LINK_SECONDS) -> str:
        return self._base.url_of(key)

    def older_than(self, folder: str, moment: datetime) -> Iterator[str]:
        with _file_errors(folder):
            for path in sorted((self._root / folder).rglob("*")):
                if path.is_file() and datetime.fromtimestamp(path.stat().st_mtime, UTC) < moment:
                    yield path.relative_to(self._root).as_posix()

    def _path(self, key: str) -> Path:
        path = (self._root / checked_key(key)).resolve()
        if not path.is_relative_to(self._root):
            raise StorageError(f"{key!r} leads out of the storage folder.")
        return path


@contextmanager
def _file_errors(key: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as exc:
        raise KeyMissing(f"There is no object {key}.") from exc
    except (IsADirectoryError, NotADirectoryError, FileExistsError) as exc:
        raise StorageError(f"{key} is a folder or lies under a file.") from exc
    except OSError as exc:
        raise StorageUnavailable(f"The storage folder cannot be used: {exc}") from exc
