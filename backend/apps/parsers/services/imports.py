"""One import from start to end: read, parse, save each product, keep a ParserRun about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from django.db import DataError, IntegrityError, transaction
from django.utils import timezone

from apps.parsers.models import ParserRun, RunState, SupplierMapping
from apps.parsers.services import feeds
from apps.parsers.services.base_parser import BaseParser
from apps.parsers.services.cleaning import shortened
from apps.parsers.services.fitting import MAX_SOURCE_ID, fit
from apps.parsers.services.journal import Journal
from apps.parsers.services.local_images import LocalImageError
from apps.parsers.services.product_writer import Change, ForeignProduct
from apps.parsers.services.records import (
    Document,
    FeedError,
    ParsedProduct,
    RejectedRecord,
    SaveOutcome,
)
from apps.parsers.services.registry import parser_class
from apps.parsers.services.suspicion import alarms
from utils.safe_fetch import Fetched
from utils.safe_urls import shown

#: After so many products the run's counts are written, so that the admin shows progress.
_PROGRESS_STEP = 200
#: Kinds of entries that saving makes and not reading: a run that goes on reads again, but saves only the rest.
OF_SAVING = frozenset({"held", "owed"})


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """`accept`: alarms do not stop the import. `limit`: only so many products. `resume`: go on behind the last
    product of the same feed's latest run that did not end. `dry_run`: everything is rolled back.

    `fetch` brings a web address. `saved` is called with every product and its outcome, `checkpoint` before
    the run's position is written: with it, what was saved so far is behind the run. `should_stop` is asked before
    every product; true ends the import where it is, without a last word about the run's state.
    """

    accept: bool = False
    dry_run: bool = False
    resume: bool = False
    limit: int | None = None
    progress: Callable[[int, int], None] = lambda done, total: None
    changed: Callable[[Change], None] = lambda change: None
    fetch: Callable[[str], Fetched] = feeds.fetch_feed
    saved: Callable[[ParsedProduct, SaveOutcome], None] = lambda parsed, outcome: None
    checkpoint: Callable[[], None] = lambda: None
    should_stop: Callable[[], bool] = lambda: False


def import_feed(
    name: str,
    *,
    path: Path | None = None,
    url: str = "",
    currency: str = "",
    source: str = "",
    options: ImportOptions | None = None,
    run: ParserRun | None = None,
) -> ParserRun:
    """Import a file, a folder or a web address with the parser `name`; returns the run, which says how it went.

    The run failed when a file was broken, pictures are owed or not one product was good; its last error of the kind
    "error" says why. Good records are imported even then. It needs a look when the feed as a whole looks wrong: then
    nothing was written. `source` keeps apart feeds whose ids are not unique together. `run`: go on with this one, from
    its position. Raises FeedError for an unknown parser.
    """
    options = options or ImportOptions()
    parser = parser_class(name)(currency=currency, source=source)
    parser.mapping = _kept_mapping(parser.source_name)
    if run is None:
        origin = shown(url) if url else str(path)
        skip = resumed_position(name, origin) if options.resume else 0
        run = ParserRun.objects.create(
            parser=name, origin=origin[:1000], dry_run=options.dry_run, position=skip
        )
    journal = _journal(run, url)
    try:
        with transaction.atomic() if options.dry_run else nullcontext():
            _import(parser, path, url, journal, run, options)
            if options.dry_run:
                transaction.set_rollback(True)
        failure = journal.failure(run.origin)
    except NeedsLook as exc:
        _finish(run, journal, str(exc), ParserRun.Status.NEEDS_LOOK)
        return run
    except Stopped:
        _write_counts(run, journal, "errors")
        return run
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


class NeedsLook(Exception):
    """The feed looks wrong as a whole; the message lists what. Nothing of it was written."""


class Stopped(Exception):
    """The import was asked to stop; `run.position` says how far it came."""


def _journal(run: ParserRun, url: str) -> Journal:
    """Of a run that goes on: with what its first part did."""
    journal = Journal(url=url)
    if run.position:
        journal.outcomes[SaveOutcome.CREATED] = run.created_count
        journal.outcomes[SaveOutcome.UPDATED] = run.updated_count
        journal.outcomes[SaveOutcome.UNCHANGED] = run.unchanged_count
        journal.owed = run.owed_count
        for entry in run.errors:
            if entry["kind"] in OF_SAVING:
                journal.write(**entry)
    return journal


def _kept_mapping(source_name: str) -> Mapping[str, str]:
    rows = SupplierMapping.objects.filter(source_name=source_name).values_list("mapping", flat=True)
    return next(iter(rows), None) or {}


def resumed_position(name: str, origin: str) -> int:
    """How many products the feed's latest run had behind it when it broke off; 0 when it came to its end."""
    runs = ParserRun.objects.filter(parser=name, origin=origin[:1000], dry_run=False)
    latest = runs.order_by("-pk").first()
    is_over = latest is None or latest.status == ParserRun.Status.FINISHED
    return 0 if latest is None or is_over else latest.position


def _import(
    parser: BaseParser, path: Path | None, url: str, journal: Journal, run: ParserRun, options: ImportOptions
) -> None:
    if url and path is not None:
        items = feeds.read_fetched(path, url)
    elif url:
        items = feeds.read_url(url, fetch=options.fetch)
    elif path is not None:
        items = feeds.read_path(path)
    else:
        raise FeedError("Neither a file nor a web address was named.")
    products, conflicts = _products(parser, _documents(items, journal), journal)
    run.read_count = len(products) + journal.rejected + journal.repeated
    found = (
        []
        if run.position
        else alarms(
            products,
            conflicts=conflicts,
            source_name=parser.source_name,
            run=run,
            complete=options.limit is None,
        )
    )
    for alarm in found:
        journal.write("look", "лента", alarm)
    if found and not options.accept:
        raise NeedsLook(f"Ничего не записано, нужен взгляд: {'; '.join(found)}. Если так и надо: --accept.")
    wanted = products[: options.limit] if options.limit is not None else products
    run.total = len(wanted)
    for number, parsed in enumerate(wanted[run.position :], start=run.position + 1):
        if options.should_stop():
            options.checkpoint()
            raise Stopped
        journal.warn(parsed)
        _save(parser, replace(parsed, images=()) if options.dry_run else parsed, journal, options)
        _report_changes(parser, journal, options)
        options.progress(number, len(wanted))
        run.position = number
        if number % _PROGRESS_STEP == 0 and not options.dry_run:
            options.checkpoint()
            _write_counts(run, journal, "errors")
    options.checkpoint()


def _report_changes(parser: BaseParser, journal: Journal, options: ImportOptions) -> None:
    for change in parser.take_changes():
        options.changed(change)
        if change.held:
            what = f"{change.column}: источник пишет «{str(change.new)[:80]}», но значение исправил человек"
            journal.write("held", f"id {change.source_id}", what)


def _documents(items: Iterable[feeds.FeedItem], journal: Journal) -> Iterator[Document]:
    for item in items:
        if isinstance(item, Document):
            yield item
        else:
            journal.add(item)


def _products(
    parser: BaseParser, documents: Iterable[Document], journal: Journal
) -> tuple[list[ParsedProduct], int]:
    """All products that may be saved, and how many records had another record's id with other contents.

    Of several with one id the last counts, in the place of the first. Everything is read before anything is saved.
    """
    products: dict[str, ParsedProduct] = {}
    conflicts = 0
    for item in parser.parse(documents):
        if not isinstance(item, ParsedProduct):
            journal.add(item)
            continue
        parsed = fit(item)
        reason = _refusal(parsed)
        if reason:
            journal.add(RejectedRecord(f"id {shortened(parsed.source_id, 60)!r}", reason))
            continue
        known = products.get(parsed.source_id)
        if known is not None:
            journal.repeated += 1
            conflicts += replace(known, warnings=()) != replace(parsed, warnings=())
            warning = "the id occurs again in this feed; the last record counts"
            parsed = replace(parsed, warnings=(*parsed.warnings, warning))
        products[parsed.source_id] = parsed
    return list(products.values()), conflicts


def _refusal(parsed: ParsedProduct) -> str:
    if not parsed.source_id:
        return "has no id"
    if len(parsed.source_id) > MAX_SOURCE_ID:
        return f"the id has more than {MAX_SOURCE_ID} characters"
    return ""


def _save(parser: BaseParser, parsed: ParsedProduct, journal: Journal, options: ImportOptions) -> None:
    try:
        outcome = parser.save_product(parsed)
        journal.outcomes[outcome] += 1
        options.saved(parsed, outcome)
        if parser.owed:
            journal.owe(parsed.source_id, len(parser.owed), parser.owed[0].reason)
    except (DataError, IntegrityError, ForeignProduct, LocalImageError) as exc:
        journal.add(RejectedRecord(f"id {parsed.source_id}", f"could not be saved: {exc}".strip()))


def _finish(run: ParserRun, journal: Journal, failure: str, status: RunState = RunState.FAILED) -> None:
    """A run that was paused or cancelled meanwhile stays so."""
    if failure:
        journal.write("error", "import", failure)
    run.finished_at = timezone.now()
    _write_counts(run, journal, "errors", "finished_at")
    run.step(status if failure else RunState.FINISHED, mine=True)


def _write_counts(run: ParserRun, journal: Journal, *more: str) -> None:
    run.created_count = journal.outcomes[SaveOutcome.CREATED]
    run.updated_count = journal.outcomes[SaveOutcome.UPDATED]
    run.unchanged_count = journal.outcomes[SaveOutcome.UNCHANGED]
    run.failed_count = journal.rejected
    run.owed_count = journal.owed
    run.errors = journal.entries
    run.kinds = dict(journal.kinds)
    counts = ("created_count", "updated_count", "unchanged_count", "failed_count", "read_count", "position")
    written = [*counts, "total", "owed_count", "kinds", *more]
    mine = ParserRun.objects.filter(pk=run.pk, token=run.token)
    mine.update(**{name: getattr(run, name) for name in written})
