"""What a site's robots.txt allows (RFC 9309). Asked once an hour and process."""

from __future__ import annotations

import threading
from collections.abc import Callable
from urllib.parse import urlsplit

from cachetools import TTLCache
from protego import Protego

from utils.safe_fetch import FetchError, FetchFailed

SECONDS = 3600
#: A site's own pace is followed up to so many seconds.
LONGEST_DELAY = 60.0
_rules: TTLCache[str, Protego] = TTLCache(maxsize=500, ttl=SECONDS)
_lock = threading.Lock()


class RobotsRefuse(FetchError):
    """robots.txt says that programs stay away from this address, or could not be read."""


def delay(url: str, agent: str, *, read: Callable[[str], bytes]) -> float:
    """Seconds between requests that the site asks for, 0 when it does not. Raises RobotsRefuse.

    `read` fetches robots.txt. A site without one (4xx) allows everything; one that fails allows nothing until it works.
    """
    rules = _of_site(url, read)
    if not rules.can_fetch(url, agent):
        raise RobotsRefuse(f"robots.txt of {urlsplit(url).hostname} forbids this address.")
    return min(float(rules.crawl_delay(agent) or 0.0), LONGEST_DELAY)


def forget() -> None:
    with _lock:
        _rules.clear()


def _of_site(url: str, read: Callable[[str], bytes]) -> Protego:
    parts = urlsplit(url)
    site = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
    with _lock:
        known = _rules.get(site)
    if known is not None:
        return known
    try:
        text = read(f"{site}/robots.txt").decode("utf-8", "replace")
    except FetchFailed as error:
        if error.status is None or not 400 <= error.status < 500 or error.status == 429:
            raise RobotsRefuse(f"robots.txt of {parts.hostname} could not be read: {error}") from error
        text = ""
    rules = Protego.parse(text)
    with _lock:
        _rules[site] = rules
    return rules
