"""The way to a source's documents: at its pace, as its robots.txt allows, again when it stumbles.

`utils.safe_fetch` does the fetching itself. Waiting goes on outside of transactions, so call it in none.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from apps.parsers.models import ParserSource
from apps.parsers.services.fetching import answers, robots
from apps.parsers.services.fetching.pace import HostIsBusy, rest, take_turn
from utils.safe_fetch import Asking, Fetched, FetchError, FetchFailed, FetchLimits, FetchTimeout, fetch
from utils.safe_urls import shown
from utils.secret import Secret

LIMITS = FetchLimits(max_bytes=1_000_000_000, read_timeout=30.0, total_timeout=900.0)
ROBOTS_LIMITS = FetchLimits(max_bytes=500_000, total_timeout=20.0)
TRIES = 4
FIRST_WAIT = 1.0
#: The longest that a Retry-After is waited for; a server that asks for more is asked on another day.
LONGEST_WAIT = 120.0
AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Manners:
    """How a source wants to be fetched. `apart`: seconds between two requests to a host."""

    asking: Asking = field(default_factory=lambda: Asking(user_agent=settings.PARSER_USER_AGENT))
    apart: float = 1.0
    obeys_robots: bool = True
    limits: FetchLimits = field(default_factory=lambda: LIMITS)
    sleep: Callable[[float], None] = time.sleep


def manners_of(source: ParserSource | None, url: str) -> Manners:
    """Those of a source; the settings' own for an address that belongs to none.

    Cookies, headers and proxy are for the site of the source's own address alone.
    """
    if source is None or _site(source.address.reveal()) != _site(url):
        return Manners(obeys_robots=settings.PARSER_OBEY_ROBOTS)
    secrets = header_lines(source.headers)
    if source.cookies:
        secrets["Cookie"] = source.cookies
    asking = Asking(
        user_agent=source.user_agent or settings.PARSER_USER_AGENT, secret_headers=secrets, proxy=source.proxy
    )
    return Manners(
        asking, apart=source.pace, obeys_robots=source.obeys_robots and settings.PARSER_OBEY_ROBOTS
    )


def _site(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", ""
    return parts.scheme, parts.netloc.lower()


def header_lines(headers: Secret) -> dict[str, Secret]:
    """Lines of "Name: value" as headers; others are passed over."""
    lines = [line.partition(":") for line in headers.reveal().splitlines() if ":" in line]
    return {name.strip(): Secret(value.strip()) for name, _, value in lines if name.strip()}


def fetch_to(path: Path, url: str, manners: Manners, *, unless: Mapping[str, str] | None = None) -> Fetched:
    """The document at `url`, written to `path`. `unless`: headers that name the version we have.

    Raises FetchError, NotModified among them. Its message names neither keys of the address nor headers.
    """
    with path.open("wb") as file:
        known = answers.kept(url, file)
    if known is not None:
        return known
    apart = manners.apart
    if manners.obeys_robots:
        apart = max(
            apart, robots.delay(url, manners.asking.user_agent, read=lambda site: _robots(site, manners))
        )
    asking = replace(manners.asking, headers={**manners.asking.headers, **(unless or {})})

    def once() -> Fetched:
        with path.open("wb") as file:
            return fetch(url, limits=manners.limits, asking=asking, into=file)

    fetched = _patiently(url, once, apart=apart, sleep=manners.sleep)
    answers.keep(url, fetched, path)
    return fetched


def _robots(url: str, manners: Manners) -> bytes:
    body = BytesIO()
    ports = manners.limits.ports

    def once() -> Fetched:
        body.seek(0)
        body.truncate()
        limits = replace(ROBOTS_LIMITS, ports=ports)
        return fetch(url, limits=limits, asking=manners.asking, into=body)

    _patiently(url, once, apart=0.0, sleep=manners.sleep)
    return body.getvalue()


def _patiently(
    url: str, once: Callable[[], Fetched], *, apart: float, sleep: Callable[[float], None]
) -> Fetched:
    """Waits 1, 2, 4 s plus up to a half at random between tries, or what the server asks for."""
    host = urlsplit(url).netloc.rpartition("@")[2].lower()
    for number in range(1, TRIES + 1):
        try:
            take_turn(host, apart=apart, sleep=sleep)
            return once()
        except HostIsBusy as busy:
            raise FetchFailed(f"{host} asked for a pause; it may be asked again in {busy}.") from busy
        except (FetchFailed, FetchTimeout) as error:
            wait = _wait(error, number)
            if wait is None or number == TRIES:
                raise
            if wait > LONGEST_WAIT:
                rest(host, wait)
                raise FetchFailed(f"{error} It asks for a pause of {wait:.0f} s.", status=429) from error
            rest(host, wait)
    raise FetchError(f"{shown(url)} could not be read.")


def _wait(error: FetchError, number: int) -> float | None:
    """Seconds before the next try; None when another one is of no use."""
    status = error.status if isinstance(error, FetchFailed) else None
    if status is not None and status not in AGAIN:
        return None
    asked = _seconds(error.retry_after) if isinstance(error, FetchFailed) else None
    own = FIRST_WAIT * 2 ** (number - 1)
    return own * random.uniform(1.0, 1.5) if asked is None else max(asked, 0.0)  # noqa: S311


def _seconds(retry_after: str) -> float | None:
    """A number of seconds or a date; None for anything else."""
    if retry_after.isdigit():
        return float(retry_after)
    try:
        date = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp() - datetime.now(UTC).timestamp()
