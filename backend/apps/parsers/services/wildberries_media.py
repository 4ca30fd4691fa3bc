"""Where Wildberries keeps pictures: a host per range of volumes (a volume is article number // 100000)."""

from __future__ import annotations

from bisect import bisect_left

from apps.parsers.services.fitting import MAX_IMAGES

# The last volume of basket-01, basket-02, … Wildberries has no public list: these are the ranges that public
# clients of its CDN agree on (November 2026).
_LAST_VOL = (
    *(143, 287, 431, 719, 1007, 1061, 1115, 1169, 1313, 1601),
    *(1655, 1919, 2045, 2189, 2405, 2621, 2837, 3053, 3269, 3485),
    *(3701, 3917, 4133, 4349, 4565, 4877, 5189, 5501, 5813, 6125),
    *(6437, 6749, 7061, 7373, 7685, 7997, 8309, 8741, 9173, 9605),
    10373,
)
#: Further hosts hold as many volumes as the last known one, if Wildberries goes on as it did: where to ask first.
_NEXT_STEP = 768


def volume(nm: int) -> int:
    return nm // 100_000


def known_basket(nm: int) -> int | None:
    """The number of the host; None beyond the ranges that are known."""
    vol = volume(nm)
    return bisect_left(_LAST_VOL, vol) + 1 if vol <= _LAST_VOL[-1] else None


def likely_basket(vol: int) -> int:
    """Where the search begins: a guess beyond the known ranges, to be asked and never to be stored."""
    if vol <= _LAST_VOL[-1]:
        return bisect_left(_LAST_VOL, vol) + 1
    return len(_LAST_VOL) + -(-(vol - _LAST_VOL[-1]) // _NEXT_STEP)


def picture_url(nm: int, basket: int, index: int) -> str:
    folder = f"https://basket-{basket:02}.wbbasket.ru/vol{volume(nm)}/part{nm // 1_000}/{nm}"
    return f"{folder}/images/big/{index}.webp"


def picture_urls(nm: int, basket: int, count: int) -> tuple[str, ...]:
    """Addresses of the pictures of an article in full size, as many as a product may have."""
    return tuple(picture_url(nm, basket, index) for index in range(1, min(count, MAX_IMAGES) + 1))
