"""The feed of a web address as a file of the run: a run that goes on reads the same, and memory holds none of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from django.conf import settings
from django.core.files import File

from apps.parsers.models import ParserRun
from apps.parsers.services.feeds import PAGES_SUFFIX
from apps.parsers.services.fetching.crawl import Interrupted, Walk, page_text, write_lines
from apps.parsers.services.fetching.polite import fetch_to, manners_of
from apps.parsers.services.listings import listing_of
from apps.parsers.services.records import FeedError
from apps.parsers.services.supplier_parser import SupplierParser
from utils.safe_fetch import FetchError, NotModified
from utils.safe_urls import shown
from utils.secret import Secret

__all__ = ["Interrupted", "NotModified", "bring"]


def bring(
    run: ParserRun,
    *,
    resume: bool = False,
    should_stop: Callable[[], bool] = lambda: False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> None:
    """Fetch the run's address, once; a list of products with the pages that it leads to.

    `resume`: with the pages that the address's latest run has fetched already, if it did not end. Raises FeedError,
    Interrupted, and NotModified when a schedule asked and nothing is newer.
    """
    if not run.address or run.feed:
        return
    url = run.address.reveal()
    if resume:
        _take_over_pages(run)
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
        name = Path(urlsplit(fetched.url).path).name[-100:].removesuffix(PAGES_SUFFIX) or "feed"
        text = page_text(path) if run.parser == SupplierParser.name else None
        if text is not None and listing_of(text, fetched.url) is not None:
            run.etag = run.modified = ""  # of the list, which says nothing about its products' pages
            walk = Walk(
                _pages_of(run),
                lambda page: manners_of(run.source, page),
                limit=run.limit,
                should_stop=should_stop,
                progress=progress,
            )
            with path.open("wb") as pages:
                write_lines(pages, walk.pages(fetched.url, text))
            name += PAGES_SUFFIX
        with path.open("rb") as file:
            run.feed.save(name, File(file), save=False)
    run.save(update_fields=["fetched_from", "etag", "modified", "feed"])
    _pages_of(run).unlink(missing_ok=True)


def _pages_of(run: ParserRun) -> Path:
    return Path(settings.PARSER_FILES_DIR) / "walks" / f"{run.pk}{PAGES_SUFFIX}"


def _take_over_pages(run: ParserRun) -> None:
    same = ParserRun.objects.filter(parser=run.parser, source_name=run.source_name, origin=run.origin)
    latest = same.exclude(pk=run.pk).order_by("-pk").first()
    if latest is not None and latest.status != ParserRun.Status.FINISHED and _pages_of(latest).is_file():
        _pages_of(latest).replace(_pages_of(run))


def _known_version(run: ParserRun) -> dict[str, str]:
    """Only a schedule is content with "nothing new": a person who presses a button wants the feed."""
    if run.source is None or run.started_by_id is not None or run.dry_run or not run.in_worker:
        return {}
    known = {"If-None-Match": run.source.etag, "If-Modified-Since": run.source.modified}
    return {name: value for name, value in known.items() if value}
