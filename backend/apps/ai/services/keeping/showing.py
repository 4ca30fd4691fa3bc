"""The address under which a page shows a picture: our own copy's as soon as there is one.

Asked for when a page is made, not written into products: links to a private bucket live an hour, and whatever writes
products next would have to be told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from apps.ai.models import StoredPicture
from utils.r2_storage import ObjectStorage, get_storage

#: Asked for in one query.
CHUNK = 1000


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """`original`: the address as the product has it. `src`, `thumb`: what a browser loads, "" when there is nothing
    to load. `srcset`: for an `<img>`, "" without a copy of ours. `width`, `height`: of `src` in pixels, 0 when unknown.
    """

    original: str
    src: str = ""
    thumb: str = ""
    srcset: str = ""
    width: int = 0
    height: int = 0
    is_ours: bool = False


def shown(urls: Iterable[str], *, broken: bool = False) -> dict[str, ShownPicture]:
    """What to show for each address, by one query, without asking the storage.

    An owed picture is shown from its supplier: a product without a photo sells nothing for as long as a bucket is away.
    One that never was a picture is not shown, but for those who must judge it (`broken`).
    """
    wanted = list(dict.fromkeys(url for url in urls if url))
    storage = get_storage()
    rows = _rows(wanted)
    return {url: _shown(url, rows.get(url), storage, broken=broken) for url in wanted}


def _rows(urls: list[str]) -> Mapping[str, StoredPicture]:
    columns = ("url", "status", "processed_key", "thumb_key", "width", "height")
    return {
        row.url: row
        for first in range(0, len(urls), CHUNK)
        for row in StoredPicture.objects.of(urls[first : first + CHUNK]).only(*columns)
    }


def _shown(url: str, row: StoredPicture | None, storage: ObjectStorage, *, broken: bool) -> ShownPicture:
    if row is not None and row.processed_key and row.status == StoredPicture.Status.KEPT:
        return _copy(row, storage)
    if row is not None and row.status == StoredPicture.Status.BROKEN and not broken:
        return ShownPicture(url)
    key = storage.key_of(url)
    if key is not None:
        own = storage.browser_url(key)
        return ShownPicture(url, own, own, is_ours=True)
    src = url if url.startswith(("https://", "http://")) else ""
    return ShownPicture(url, src, src)


def _copy(row: StoredPicture, storage: ObjectStorage) -> ShownPicture:
    src, thumb = storage.browser_url(row.processed_key), storage.browser_url(row.thumb_key)
    width, height = _within(row, StoredPicture.PROCESSED_SIZE)
    small, _ = _within(row, StoredPicture.THUMB_SIZE)
    srcset = f"{thumb} {small}w, {src} {width}w" if small < width else ""
    return ShownPicture(row.url, src, thumb, srcset, width, height, is_ours=True)


def _within(row: StoredPicture, longest: int) -> tuple[int, int]:
    scale = min(1.0, longest / max(row.width, row.height, 1))
    return max(1, round(row.width * scale)), max(1, round(row.height * scale))
