"""The feed of a web address as a file of the run: a run that goes on reads the same, and memory holds none of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from django.core.files import File

from apps.parsers.models import ParserRun
from apps.parsers.services.fetching import crawling
from apps.parsers.services.fetching.crawling import CrawlStopped
from apps.parsers.services.fetching.polite import fetch_to, manners_of
from apps.parsers.services.listings import listing_of
from apps.parsers.services.records import FeedError
from utils.safe_fetch import FetchError, NotModified
from utils.safe_urls import shown
from utils.secret import Secret

__all__ = ["CrawlStopped", "NotModified", "bring"]


def bring(run: ParserRun, *, should_stop: Callable[[], bool]) -> None:
    """Fetch the run's address, once; of a page that lists products, the pages of all of them.

    Raises FeedError, NotModified when a schedule asked and nothing is newer, and CrawlStopped.
    """
    if not run.address or run.feed:
        return
    url = run.address.reveal()
    with TemporaryDirectory(prefix="feed-") as folder:
        path = Path(folder) / "feed"
        try:
            fetched = fetch_to(path, url, manners_of(run.source, url), unless=_known_version(run))
        except NotModified:
            raise
        except FetchError as error:
            raise FeedError(f"{shown(url)} не читается: {error}") from error
        run.fetched_from = Secret(fetched.url)
        run.etag, run.modified = fetched.etag[:300], fetched.modified[:100]
        name = Path(urlsplit(fetched.url).path).name[-100:] or "feed"
        text = crawling.page_text(path)
        listing = listing_of(text, fetched.url) if text is not None else None
        if listing is not None:
            pages, name = path.with_suffix(crawling.SUFFIX), f"listing{crawling.SUFFIX}"
            crawling.crawl(
                listing,
                fetched.url,
                manners_of(run.source, url),
                pages,
                limit=run.limit,
                should_stop=should_stop,
            )
            path = pages
        with path.open("rb") as file:
            run.feed.save(name, File(file), save=False)
    run.save(update_fields=["fetched_from", "etag", "modified", "feed"])


def _known_version(run: ParserRun) -> dict[str, str]:
    """Only a schedule is content with "nothing new": a person who presses a button wants the feed."""
    if run.source is None or run.started_by_id is not None or run.dry_run or not run.in_worker:
        return {}
    known = {"If-None-Match": run.source.etag, "If-Modified-Since": run.source.modified}
    return {name: value for name, value in known.items() if value}
