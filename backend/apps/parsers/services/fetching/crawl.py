"""A list of products walked through: its further pages, and each product's own page.

Pages are kept in a file as they come, a line of JSON each: a walk that was broken off goes on behind its last page.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO
from urllib.parse import urlsplit

from apps.parsers.services.fetching.polite import Manners, fetch_to
from apps.parsers.services.listings import Listing, listing_of
from apps.parsers.services.reading.pages import MAX_PAGE
from apps.parsers.services.reading.sniffing import Shape, sniff, text_stream
from apps.parsers.services.reading.sources import READ_ERRORS, UnreadableFile, file_source
from apps.parsers.services.records import FeedError
from utils.safe_fetch import FetchError, FetchFailed
from utils.safe_urls import shown

MAX_LISTS = 2_000
MAX_PRODUCTS = 50_000
#: So many pages in a row that cannot be read mean that the site does not want us, or is away.
FAILURES = 5


class Interrupted(Exception):
    """The walk was asked to stop; what it has stays for the next time."""


@dataclass
class Walk:
    """`kept`: the file of pages. `limit`: so many products. `progress` hears of pages read, of those known so far."""

    kept: Path
    manners_of: Callable[[str], Manners]
    limit: int | None = None
    should_stop: Callable[[], bool] = lambda: False
    progress: Callable[[int, int], None] = lambda done, total: None
    _places: dict[str, int] = field(default_factory=dict)
    _failed: int = 0

    def pages(self, start: str, first: str) -> Iterator[dict[str, str]]:
        """Lines for the feed: {"url", "page"}, {"url", "error"} or {"url", "partial"}. `first`: the text at `start`.

        Raises Interrupted, and FeedError when the site stops answering.
        """
        self._remember()
        self._keep(start, first)
        lists, products, partial = self._lists(start)
        wanted = products[: self.limit] if self.limit is not None else products
        for url in wanted or lists:
            yield self._line(url)
            self.progress(len(self._places) - len(lists), len(wanted) or len(lists))
        if partial:
            yield {"url": start, "partial": partial}

    def _lists(self, start: str) -> tuple[list[str], list[str], str]:
        """Addresses of the lists and of all products on them, and what is missing when the walk is cut."""
        lists, products = dict.fromkeys([start]), dict[str, None]()
        url, texts = start, set[int]()
        while True:
            text = self._line(url).get("page", "")
            found = listing_of(text, url, surely=url != start) or Listing()
            fresh = [one for one in found.products if one not in products and one not in lists]
            products.update(dict.fromkeys(fresh))
            is_repeated = hash(text) in texts or (bool(found.products) and not fresh)
            texts.add(hash(text))
            if is_repeated or not text or not found.following or found.following in lists:
                if not text:
                    return list(lists), list(products), f"страница списка не читается: {shown(url)}"
                return list(lists), list(products), ""
            if self.limit is not None and len(products) >= self.limit:
                return list(lists), list(products), ""
            if len(lists) >= MAX_LISTS or len(products) >= MAX_PRODUCTS:
                return list(lists), list(products), f"список длиннее {len(lists)} страниц: дальше не читалось"
            url = found.following
            lists[url] = None

    def _line(self, url: str) -> dict[str, str]:
        """The page as it is kept, or fetched now."""
        if url in self._places:
            with self.kept.open("rb") as file:
                file.seek(self._places[url])
                line: dict[str, str] = json.loads(file.readline())
            return line
        if self.should_stop():
            raise Interrupted
        try:
            text = self._fetch(url)
        except FetchFailed as error:
            self._failed += 1
            if error.status == 429 or self._failed >= FAILURES:
                raise FeedError(f"Сайт перестал отвечать: {shown(url)}: {error}") from error
            return {"url": url, "error": f"страница не читается: {error}"}
        except (FetchError, UnreadableFile) as error:
            return {"url": url, "error": f"страница не читается: {error}"}
        self._failed = 0
        return self._keep(url, text)

    def _fetch(self, url: str) -> str:
        with NamedTemporaryFile(prefix="page-") as file:
            fetched = fetch_to(Path(file.name), url, self.manners_of(url))
            if urlsplit(fetched.url).netloc.lower() != urlsplit(url).netloc.lower():
                raise UnreadableFile(f"ведёт на другой сайт: {urlsplit(fetched.url).hostname}")
            text = page_text(Path(file.name))
        if text is None:
            raise UnreadableFile("это не страница HTML")
        return text

    def _keep(self, url: str, text: str) -> dict[str, str]:
        line = {"url": url, "page": text}
        if url not in self._places:
            with self.kept.open("ab") as file:
                self._places[url] = file.seek(0, 2)
                file.write(_packed(line))
        return line

    def _remember(self) -> None:
        """Whole lines of an earlier walk; one that was cut off by a kill goes."""
        self.kept.parent.mkdir(parents=True, exist_ok=True)
        self.kept.touch()
        with self.kept.open("r+b") as file:
            place = 0
            for line in iter(file.readline, b""):
                try:
                    self._places[json.loads(line)["url"]] = place
                except (ValueError, KeyError, TypeError):
                    break
                place = file.tell()
            file.truncate(place)


def page_text(path: Path) -> str | None:
    """The text of an HTML page; None for any other file."""
    try:
        source = file_source(path, path.name)
        sniffed = sniff(source)
        if sniffed.shape is not Shape.PAGE:
            return None
        with text_stream(source, sniffed.encoding) as stream:
            text = stream.read(MAX_PAGE + 1)
    except (UnreadableFile, *READ_ERRORS):
        return None
    return text if len(text) <= MAX_PAGE else None


def write_lines(into: IO[bytes], lines: Iterator[dict[str, str]]) -> None:
    for line in lines:
        into.write(_packed(line))


def _packed(line: dict[str, str]) -> bytes:
    return json.dumps(line, ensure_ascii=True).encode() + b"\n"
