"""Which host of Wildberries answers for an article's pictures: asked by HEAD, remembered per volume."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator

from django.core.cache import cache

from apps.parsers.services.wildberries_media import known_basket, likely_basket, picture_url, volume
from utils.safe_fetch import Asking, FetchError, FetchFailed, FetchLimits, fetch

LIMITS = FetchLimits(max_bytes=1, connect_timeout=3.0, read_timeout=3.0, total_timeout=6.0, max_redirects=0)
#: A volume never moves to another host; the entry ends for those that were moved all the same.
REMEMBERED_SECONDS = 30 * 24 * 3600
#: How far around the likeliest host others are asked.
_NEIGHBOURS = 4
#: Articles without pictures of one volume, after which the volume is asked no more in this import.
_MOST_MISSES = 2

#: Of a file that is not there; anything else says that the host is ill or busy.
_NOT_THERE = frozenset({403, 404, 410})
#: Whether there is a file at the address; None when nobody answered.
Ask = Callable[[str], bool | None]


def is_there(url: str) -> bool | None:
    try:
        fetch(url, limits=LIMITS, asking=Asking(only_head=True))
    except FetchFailed as error:
        return False if error.status in _NOT_THERE else None
    except FetchError:
        return None
    return True


class Baskets:
    """For one import. Without a network only the ranges that are known count, and nothing is guessed."""

    def __init__(self, ask: Ask = is_there) -> None:
        self._ask = ask
        self._reached = self._unreachable = False
        self._volumes: list[int] = []  # sorted, beside the hosts that answered for them
        self._hosts: list[int] = []
        self._misses: dict[int, int] = {}

    def __call__(self, nm: int) -> int | None:
        """The number of the host that answers for the article's first picture; None when none does."""
        vol = volume(nm)
        found = self._remembered(vol)
        if found is not None:
            return found
        if self._misses.get(vol, 0) >= _MOST_MISSES:
            return None
        for basket in self._candidates(vol):
            if self._unreachable:
                return known_basket(nm)
            if self._answers(nm, basket):
                self._remember(vol, basket)
                return basket
        if self._unreachable:
            return known_basket(nm)
        self._misses[vol] = self._misses.get(vol, 0) + 1
        return None

    def _answers(self, nm: int, basket: int) -> bool:
        answer = self._ask(picture_url(nm, basket, 1))
        if answer is not None:
            self._reached = True
        elif (
            not self._reached
        ):  # a host that does not exist is silent too, but only after another has answered
            self._unreachable = True
        return bool(answer)

    def _candidates(self, vol: int) -> Iterator[int]:
        """The likeliest first; hosts follow each other as volumes do, so what is known on both sides bounds them."""
        place = bisect_left(self._volumes, vol)
        least = self._hosts[place - 1] if place else 1
        most = self._hosts[place] if place < len(self._hosts) else 10**6
        likely = min(max(likely_basket(vol), least), most)
        around = [likely, *(likely + sign * step for step in range(1, _NEIGHBOURS + 1) for sign in (1, -1))]
        yield from (basket for basket in around if least <= basket <= most)

    def _remembered(self, vol: int) -> int | None:
        """The volume's own host, or that of its neighbours on both sides when it is one."""
        place = bisect_left(self._volumes, vol)
        beside = self._hosts[max(place - 1, 0) : place + 1]
        exact = place < len(self._volumes) and self._volumes[place] == vol
        if exact:
            return self._hosts[place]
        if place and len(beside) == 2 and beside[0] == beside[1]:
            return beside[0]
        kept = cache.get(_key(vol))
        if isinstance(kept, int):
            self._insert(vol, kept)
            return kept
        return None

    def _remember(self, vol: int, basket: int) -> None:
        cache.set(_key(vol), basket, REMEMBERED_SECONDS)
        self._insert(vol, basket)

    def _insert(self, vol: int, basket: int) -> None:
        place = bisect_left(self._volumes, vol)
        self._volumes.insert(place, vol)
        self._hosts.insert(place, basket)


def _key(vol: int) -> str:
    return f"parsers.wildberries.basket.{vol}"
