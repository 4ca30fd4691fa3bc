"""One import from start to end: read, parse, save each product, keep a ParserRun about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from django.db import DataError, IntegrityError
from django.utils import timezone

from apps.parsers.models import ParserRun
from apps.parsers.services import feeds
from apps.parsers.services.base_parser import BaseParser
from apps.parsers.services.cleaning import shortened
from apps.parsers.services.fitting import MAX_SOURCE_ID, fit
from apps.parsers.services.journal import Journal
from apps.parsers.services.local_images import LocalImageError
from apps.parsers.services.product_writer import ForeignProduct
from apps.parsers.services.records import (
    Document,
    FeedError,
    ParsedProduct,
    RejectedRecord,
    SaveOutcome,
)
from apps.parsers.services.registry import parser_class
from utils.safe_urls import shown

#: After so many products the run's counts are written, so that the admin shows progress.
_PROGRESS_STEP = 200


def import_feed(
    name: str, *, path: Path | None = None, url: str = "", currency: str = "", source: str = ""
) -> ParserRun:
    """Import a file, a folder or a web address with the parser `name`; returns the finished or failed run.

    The run failed when a file was broken, pictures are owed or not one product was good; its last error of the kind
    "error" says why. Good records are imported even then. `source` keeps apart feeds whose ids are not unique together.
    Raises FeedError for an unknown parser.
    """
    parser = parser_class(name)(currency=currency, source=source)
    origin = shown(url) if url else str(path)
    run = ParserRun.objects.create(parser=name, origin=origin[:1000])
    journal = Journal(url=url)
    try:
        _import(parser, path, url, journal, run)
        failure = journal.failure(origin)
    except FeedError as exc:
        failure = str(exc)
    except BaseException as exc:
        _finish(run, journal, f"The import broke off: {type(exc).__name__}: {exc}")
        raise
    _finish(run, journal, failure)
    return run


def failure_of(run: ParserRun) -> str:
    """The sentence that says why the run failed; empty when it did not."""
    return next((entry["message"] for entry in run.errors if entry["kind"] == "error"), "")


def _import(parser: BaseParser, path: Path | None, url: str, journal: Journal, run: ParserRun) -> None:
    if url:
        items = feeds.read_url(url)
    elif path is not None:
        items = feeds.read_path(path)
    else:
        raise FeedError("Neither a file nor a web address was named.")
    for number, parsed in enumerate(_products(parser, _documents(items, journal), journal), start=1):
        journal.warn(parsed)
        _save(parser, parsed, journal)
        if number % _PROGRESS_STEP == 0:
            _write_counts(run, journal)


def _documents(items: Iterable[feeds.FeedItem], journal: Journal) -> Iterator[Document]:
    for item in items:
        if isinstance(item, Document):
            yield item
        else:
            journal.add(item)


def _products(parser: BaseParser, documents: Iterable[Document], journal: Journal) -> list[ParsedProduct]:
    """All products that may be saved; of several with one id the last, in the place of the first.

    Everything is read before anything is saved.
    """
    products: dict[str, ParsedProduct] = {}
    for item in parser.parse(documents):
        if not isinstance(item, ParsedProduct):
            journal.add(item)
            continue
        parsed = fit(item)
        reason = _refusal(parsed)
        if reason:
            journal.add(RejectedRecord(f"id {shortened(parsed.source_id, 60)!r}", reason))
            continue
        if parsed.source_id in products:
            warning = "the id occurs again in this feed; the last record counts"
            parsed = replace(parsed, warnings=(*parsed.warnings, warning))
        products[parsed.source_id] = parsed
    return list(products.values())


def _refusal(parsed: ParsedProduct) -> str:
    if not parsed.source_id:
        return "has no id"
    if len(parsed.source_id) > MAX_SOURCE_ID:
        return f"the id has more than {MAX_SOURCE_ID} characters"
    return ""


def _save(parser: BaseParser, parsed: ParsedProduct, journal: Journal) -> None:
    try:
        journal.outcomes[parser.save_product(parsed)] += 1
        if parser.owed:
            journal.owe(parsed.source_id, len(parser.owed), parser.owed[0].reason)
    except (DataError, IntegrityError, ForeignProduct, LocalImageError) as exc:
        journal.add(RejectedRecord(f"id {parsed.source_id}", f"could not be saved: {exc}".strip()))


def _finish(run: ParserRun, journal: Journal, failure: str) -> None:
    if failure:
        journal.write("error", "import", failure)
    run.status = ParserRun.Status.FAILED if failure else ParserRun.Status.FINISHED
    run.errors = journal.entries
    run.finished_at = timezone.now()
    _write_counts(run, journal, "status", "errors", "finished_at")


def _write_counts(run: ParserRun, journal: Journal, *more: str) -> None:
    run.created_count = journal.outcomes[SaveOutcome.CREATED]
    run.updated_count = journal.outcomes[SaveOutcome.UPDATED]
    run.unchanged_count = journal.outcomes[SaveOutcome.UNCHANGED]
    run.failed_count = journal.rejected
    run.save(update_fields=["created_count", "updated_count", "unchanged_count", "failed_count", *more])
