"""Where Wildberries keeps pictures: a host per range of article numbers."""

from __future__ import annotations

from bisect import bisect_left

MAX_PICTURES = 10

# The last `vol` (article number // 100000) of basket-01, basket-02, … Wildberries has no public list: these
# are the ranges that public clients of its CDN agree on (November 2026); those after basket-41 stand in few.
_LAST_VOL = (
    *(143, 287, 431, 719, 1007, 1061, 1115, 1169, 1313, 1601),
    *(1655, 1919, 2045, 2189, 2405, 2621, 2837, 3053, 3269, 3485),
    *(3701, 3917, 4133, 4349, 4565, 4877, 5189, 5501, 5813, 6125),
    *(6437, 6749, 7061, 7373, 7685, 7997, 8309, 8741, 9173, 9605),
    *(10373, 11141, 11909, 12677, 13445, 14213),
)
# Beyond the list each further host is taken to hold as many as the last known ones do.
_NEXT_STEP = 768


def basket_number(vol: int) -> int:
    if vol <= _LAST_VOL[-1]:
        return bisect_left(_LAST_VOL, vol) + 1
    return len(_LAST_VOL) + -(-(vol - _LAST_VOL[-1]) // _NEXT_STEP)


def picture_urls(nm: int, count: int) -> tuple[str, ...]:
    """Addresses of the first pictures of an article in full size, at most MAX_PICTURES."""
    vol, part = nm // 100_000, nm // 1_000
    folder = f"https://basket-{basket_number(vol):02}.wbbasket.ru/vol{vol}/part{part}/{nm}/images/big"
    return tuple(f"{folder}/{index}.webp" for index in range(1, min(count, MAX_PICTURES) + 1))
