"""From a page that lists products to their pages, into one file of the run, at the source's pace."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from apps.parsers.services.fetching.polite import Manners, fetch_to
from apps.parsers.services.listings import Listing, listing_of
from apps.parsers.services.reading.pages import read_page
from apps.parsers.services.reading.sniffing import Shape, sniff
from apps.parsers.services.reading.sources import READ_ERRORS, UnreadableFile, file_source
from apps.parsers.services.records import BrokenDocument, Document, DocumentKind
from utils.safe_fetch import FetchError
from utils.safe_urls import shown

#: The ending of the file: one JSON object a line, {"url", "html"} or {"url", "error"}.
SUFFIX = ".pages"
MOST_LISTINGS = 500
MOST_PRODUCTS = 20_000


class CrawlStopped(Exception):
    """The run was paused or cancelled meanwhile, or the process ends."""


def page_text(path: Path) -> str | None:
    """The text of a file that is an HTML page; None for any other."""
    try:
        source = file_source(path, path.name)
        sniffed = sniff(source)
        if sniffed.shape is not Shape.PAGE:
            return None
        [document] = read_page(source, sniffed.encoding)
    except (UnreadableFile, *READ_ERRORS):
        return None
    return str(document.content)


def crawl(
    first: Listing,
    address: str,
    manners: Manners,
    into: Path,
    *,
    limit: int | None,
    should_stop: Callable[[], bool],
) -> None:
    """Write the pages of all products that a listing and those after it lead to, `limit` of them at most.

    A product or a listing that is there twice is read once, so that listings that lead in a circle end. A page that
    cannot be had is a line with its error: the others are read. `should_stop` is asked before every request; raises
    CrawlStopped.
    """
    with into.open("w", encoding="utf-8") as file:
        _Crawl(file, into.with_name("page"), manners, limit, should_stop).go(first, address)


@dataclass
class _Crawl:
    file: TextIO
    scratch: Path
    manners: Manners
    limit: int | None
    should_stop: Callable[[], bool]
    products: set[str] = field(default_factory=set)
    listings: set[str] = field(default_factory=set)

    def go(self, listing: Listing, address: str) -> None:
        self.listings.add(address)
        while self._read_products(listing) and listing.following and listing.following not in self.listings:
            if len(self.listings) >= MOST_LISTINGS:
                self._note(
                    listing.following, error=f"листинг длиннее {MOST_LISTINGS} страниц, дальше не читалось"
                )
                return
            self.listings.add(listing.following)
            page = self._page(listing.following)
            further = listing_of(page["html"], listing.following) if "html" in page else None
            if further is None:
                if "error" in page:
                    self._note(listing.following, **page)
                return
            listing = further

    def _read_products(self, listing: Listing) -> bool:
        """False when there are enough."""
        for url in listing.products:
            if url in self.products:
                continue
            if len(self.products) >= (self.limit or MOST_PRODUCTS):
                if self.limit is None:
                    self._note(url, error=f"листинг длиннее {MOST_PRODUCTS} товаров, дальше не читалось")
                return False
            self.products.add(url)
            self._note(url, **self._page(url))
        return self.limit is None or len(self.products) < self.limit

    def _note(self, url: str, **found: str) -> None:
        self.file.write(json.dumps({"url": url, **found}, ensure_ascii=False) + "\n")

    def _page(self, url: str) -> dict[str, str]:
        """{"html": text} or {"error": sentence}."""
        if self.should_stop():
            raise CrawlStopped
        try:
            fetch_to(self.scratch, url, self.manners)
        except FetchError as error:
            return {"error": str(error)}
        text = page_text(self.scratch)
        return {"error": "это не страница HTML"} if text is None else {"html": text}


def read_crawled(path: Path) -> Iterator[Document | BrokenDocument]:
    """The pages of a file that `crawl` wrote."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            found = json.loads(line)
            name = shown(found["url"])
            if "html" in found:
                yield Document(name, found["html"], url=found["url"], kind=DocumentKind.PAGE)
            else:
                yield BrokenDocument(name, found["error"])
