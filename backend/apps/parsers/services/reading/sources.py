"""A file's bytes, unpacked: plain, gzip, bzip2, xz, or the only file of a zip archive."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, cast

MAX_UNPACKED = 2_000_000_000
HEAD = 256 * 1024
_MAX_LAYERS = 3

#: First bytes → what the file is, for files that no parser reads.
_FOREIGN = {
    b"%PDF": "PDF",
    b"\xd0\xcf\x11\xe0": "старый Excel (.xls); сохраните его как .xlsx или CSV",
    b"Rar!": "архив RAR; распакуйте его",
    b"7z\xbc\xaf": "архив 7z; распакуйте его",
    b"\x28\xb5\x2f\xfd": "архив zstd; распакуйте его",
    b"\x89PNG": "картинка PNG",
    b"\xff\xd8\xff": "картинка JPEG",
    b"GIF8": "картинка GIF",
    b"SQLite format 3": "база SQLite",
}
READ_ERRORS = (OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, RuntimeError)


class UnreadableFile(Exception):
    """The file as a whole cannot be read. The message says in Russian what it is and what would be read."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file that can be opened again and again; each stream begins at the first unpacked byte."""

    name: str
    open: Callable[[], BinaryIO]

    def head(self) -> bytes:
        with self.open() as stream:
            return stream.read(HEAD)


class _Limited(io.RawIOBase):
    """Ends with an error after MAX_UNPACKED bytes: an archive of some kilobytes may unpack to terabytes."""

    def __init__(self, inner: IO[bytes]) -> None:
        self._inner = inner
        self._left = MAX_UNPACKED

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        chunk = self._inner.read(len(buffer))
        self._left -= len(chunk)
        if self._left < 0:
            raise UnreadableFile(f"файл распаковывается более чем в {MAX_UNPACKED // 10**6} МБ")
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def close(self) -> None:
        self._inner.close()
        super().close()


def file_source(path: Path, name: str) -> Source:
    """Raises UnreadableFile."""
    return _unpacked(Source(name, lambda: path.open("rb")))


def bytes_source(content: bytes, name: str) -> Source:
    """Raises UnreadableFile."""
    return _unpacked(Source(name, lambda: io.BytesIO(content)))


def _unpacked(source: Source) -> Source:
    for _ in range(_MAX_LAYERS):
        try:
            inner = _layer(source)
        except READ_ERRORS as exc:
            raise UnreadableFile(f"файл оборван или испорчен: {exc}") from exc
        if inner is None:
            return source
        source = inner
    raise UnreadableFile(f"архив в архиве глубже {_MAX_LAYERS} уровней")


def _layer(source: Source) -> Source | None:
    """The source without its outer packing; None when it has none."""
    head = source.head()
    for start, what in _FOREIGN.items():
        if head.startswith(start):
            raise UnreadableFile(f"это {what}; читаются JSON, XML (YML), CSV, XLSX и HTML")
    if head.startswith(b"\x1f\x8b"):
        return _by(source, lambda stream: cast(IO[bytes], gzip.GzipFile(fileobj=stream)))
    if head.startswith(b"BZh"):
        return _by(source, bz2.BZ2File)
    if head.startswith(b"\xfd7zXZ"):
        return _by(source, lzma.LZMAFile)
    if head.startswith(b"PK\x03\x04"):
        return _zip_member(source)
    return None


def _by(source: Source, unpack: Callable[[BinaryIO], IO[bytes]]) -> Source:
    return Source(source.name, lambda: io.BufferedReader(_Limited(unpack(source.open()))))


def _zip_member(source: Source) -> Source | None:
    """The only file of the archive; None when the archive is a workbook, which is read as it is."""
    with zipfile.ZipFile(source.open()) as archive:
        names = archive.namelist()
        if "[Content_Types].xml" in names:
            return None
        files = [name for name in names if not name.endswith("/") and not name.startswith("__MACOSX")]
    if len(files) != 1:
        raise UnreadableFile(f"в архиве {len(files)} файлов, нужен один; распакуйте его в папку")
    name = files[0]

    def open_member() -> BinaryIO:
        return io.BufferedReader(_Limited(zipfile.ZipFile(source.open()).open(name)))

    return Source(source.name, open_member)
