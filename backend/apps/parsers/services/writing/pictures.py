"""Pictures beside a feed, uploaded before the products are written; those that the storage refuses are owed."""

from __future__ import annotations

import time
from collections.abc import Iterable

from apps.parsers.services.local_images import store_image
from apps.parsers.services.owed_pictures import Owed
from apps.parsers.services.records import ParsedProduct
from utils.r2_storage import StorageError

#: Seconds for which a storage that did not answer is not asked again.
STORAGE_REST = 30.0


class Pictures:
    """Remembers that the storage is away: a bucket that does not answer costs 10 s a picture."""

    def __init__(self) -> None:
        self._problem = ""
        self._rests_until = 0.0

    def stored(
        self, parsed: ParsedProduct, known_urls: Iterable[str]
    ) -> tuple[tuple[str, ...], tuple[Owed, ...]]:
        """Addresses of all pictures, and what is owed. Raises LocalImageError."""
        if not parsed.images:
            return parsed.image_urls, ()
        known, stored, owed = frozenset(known_urls), list[str](), list[Owed]()
        for image in parsed.images:
            refusal = self._problem if time.monotonic() < self._rests_until else ""
            try:
                stored.append(store_image(image, known_urls=known, refusal=refusal))
            except StorageError as error:
                self._problem = str(error)
                self._rests_until = max(self._rests_until, time.monotonic() + STORAGE_REST)
                position = len(parsed.image_urls) + len(stored) + len(owed)
                owed.append(Owed(image, position, self._problem))
        return tuple(dict.fromkeys((*parsed.image_urls, *stored))), tuple(owed)
