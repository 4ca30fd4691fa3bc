"""One import from start to end: read all, look at it as a whole, write it in chunks, keep a ParserRun about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from apps.parsers.models import ParserRun, RunState, SupplierMapping
from apps.parsers.services import feeds, vanished
from apps.parsers.services.base_parser import BaseParser
from apps.parsers.services.cleaning import shortened
from apps.parsers.services.fitting import MAX_SOURCE_ID, fit
from apps.parsers.services.journal import Journal
from apps.parsers.services.records import (
    Document,
    DocumentKind,
    FeedError,
    ParsedProduct,
    RejectedRecord,
    SaveOutcome,
)
from apps.parsers.services.registry import parser_class
from apps.parsers.services.spool import Spool
from apps.parsers.services.suspicion import alarms
from apps.parsers.services.writing.planning import Change
from apps.parsers.services.writing.writer import Saved
from utils.safe_urls import shown

#: Products of one transaction, with whose end the run's counts are written.
CHUNK = 500
#: Kinds of entries that saving makes and not reading: a run that goes on reads again, but saves only the rest.
OF_SAVING = frozenset({"held", "owed"})
NOT_SAVED = "не сохранено"
#: Documents that may hold a supplier's whole catalogue; a page of a shop never does.
_WHOLE_KINDS = frozenset({DocumentKind.JSON, DocumentKind.XML, DocumentKind.TABLE})


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """`accept`: alarms do not stop the import. `limit`: only so many products. `resume`: go on behind the last
    product of the same feed's latest run that did not end. `dry_run`: everything is rolled back.

    `saved` is called with every product and its outcome, `checkpoint` in the transaction that writes the run's position
    with its chunk. `should_stop` is asked before every chunk; true ends the import where it is, without a last word
    about the run's state.
    """

    accept: bool = False
    dry_run: bool = False
    resume: bool = False
    limit: int | None = None
    progress: Callable[[int, int], None] = lambda done, total: None
    changed: Callable[[Change], None] = lambda change: None
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
    nothing was written. `source` keeps apart feeds whose ids are not unique together. `run`: work on this one, from its
    position while the feed is the same. `path` and `url`: the file was fetched from there. Raises FeedError for an
    unknown parser.
    """
    options = options or ImportOptions()
    parser = parser_class(name)(currency=currency, source=source)
    parser.mapping = _kept_mapping(parser.source_name)
    parser.go_online()
    if run is None:
        origin = shown(url) if url else str(path)
        run = ParserRun.objects.create(parser=name, origin=origin[:1000], dry_run=options.dry_run)
    journal = Journal(url=url)
    try:
        with transaction.atomic() if options.dry_run else nullcontext():
            _import(parser, path, url, journal, run, options)
            if options.dry_run:
                transaction.set_rollback(True)
        failure = journal.failure(run.origin)
    except NeedsLook as exc:
        _finish(run, journal, str(exc), RunState.NEEDS_LOOK)
        return run
    except Stopped:
        _write_counts(run, journal)
        return run
    except FeedError as exc:
        failure = str(exc)
    except BaseException as exc:
        _finish(run, journal, f"Импорт оборвался: {type(exc).__name__}: {exc}")
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


def _kept_mapping(source_name: str) -> Mapping[str, str]:
    rows = SupplierMapping.objects.filter(source_name=source_name).values_list("mapping", flat=True)
    return next(iter(rows), None) or {}


def _resumed_position(run: ParserRun) -> int:
    """How many products of this very feed its latest run has written, if that run did not end; 0 for another feed.

    A feed whose contents have changed meanwhile is imported from its start: what is written already is unchanged there.
    """
    runs = ParserRun.objects.filter(parser=run.parser, origin=run.origin, dry_run=False)
    latest = runs.exclude(pk=run.pk).order_by("-pk").first()
    if latest is None or latest.status == ParserRun.Status.FINISHED:
        return 0
    return latest.position if latest.feed_digest == run.feed_digest else 0


def _import(
    parser: BaseParser, path: Path | None, url: str, journal: Journal, run: ParserRun, options: ImportOptions
) -> None:
    if url and path is not None:
        items = feeds.read_fetched(path, url)
    elif url:
        items = feeds.read_url(url)
    elif path is not None:
        items = feeds.read_path(path)
    else:
        raise FeedError("Не назван ни файл, ни адрес.")
    with closing(Spool()) as spool:
        kinds = set[DocumentKind]()
        conflicts = _read(parser, _documents(items, journal, kinds), journal, spool)
        unread = journal.rejected + journal.kinds["partial"]
        run.read_count = len(spool) + journal.rejected + journal.repeated
        _examine(parser, spool, conflicts, journal, run, options)
        _write(parser, spool, journal, run, options)
        if not options.dry_run:
            complete = parser.feeds_are_complete and kinds <= _WHOLE_KINDS and options.limit is None
            vanished.note(
                parser.source_name, spool.source_ids, run, journal, complete=complete, unread=unread
            )


def _examine(
    parser: BaseParser, spool: Spool, conflicts: int, journal: Journal, run: ParserRun, options: ImportOptions
) -> None:
    """Raises NeedsLook when the feed looks wrong as a whole; notes where the writing begins."""
    found = alarms(
        spool.chunks(CHUNK),
        conflicts=conflicts,
        source_name=parser.source_name,
        run=run,
        complete=options.limit is None,
    )
    found += journal.messages("partial")
    goes_on = bool(run.position) and run.feed_digest == spool.digest()
    if goes_on:
        found = []  # looked at when it began
        _take_over(run, journal)
    else:
        run.position = 0
    for alarm in found:
        journal.write("look", "лента", alarm)
    if found and not options.accept:
        raise NeedsLook(f"Ничего не записано, нужен взгляд: {'; '.join(found)}. Если так и надо: --accept.")
    run.feed_digest = spool.digest()
    if options.resume and not goes_on:
        run.position = _resumed_position(run)
        place = (
            f"продолжено с товара {run.position + 1}"
            if run.position
            else "лента другая или новая: начато сначала"
        )
        journal.write("resumed", "лента", place)
    run.total = len(spool) if options.limit is None else min(options.limit, len(spool))
    if not options.dry_run:  # the row would stay locked, and with it the signs of life
        run.save(update_fields=["feed_digest", "position", "read_count", "total"])


def _take_over(run: ParserRun, journal: Journal) -> None:
    """What the run's first part did: its products are not saved again."""
    refused_by_reading = journal.kinds["rejected"]
    journal.outcomes[SaveOutcome.CREATED] = run.created_count
    journal.outcomes[SaveOutcome.UPDATED] = run.updated_count
    journal.outcomes[SaveOutcome.UNCHANGED] = run.unchanged_count
    journal.owed = run.owed_count
    for entry in run.errors:
        if entry["kind"] in OF_SAVING or entry["message"].startswith(NOT_SAVED):
            journal.write(**entry)
    refused_by_saving = run.position - journal.outcomes.total()  # more than the entries, which are cut
    journal.kinds["rejected"] = refused_by_reading + refused_by_saving


def _write(
    parser: BaseParser, spool: Spool, journal: Journal, run: ParserRun, options: ImportOptions
) -> None:
    """Chunk by chunk; the position is written with its chunk, so that a kill leaves neither ahead of the other."""
    for chunk in spool.chunks(CHUNK, start=run.position, stop=options.limit):
        if options.should_stop():
            raise Stopped
        prepared = parser.prepare([replace(one, images=()) for one in chunk] if options.dry_run else chunk)
        with transaction.atomic():
            saved = parser.write(prepared)
            for one in saved:
                _note(one, journal, options)
            run.position += len(chunk)
            options.checkpoint()
            if not options.dry_run:
                _write_counts(run, journal)
        options.progress(run.position, run.total)


def _note(saved: Saved, journal: Journal, options: ImportOptions) -> None:
    source_id = saved.parsed.source_id
    journal.warn(saved.parsed)
    if saved.outcome is None:
        reason = f"{NOT_SAVED}: {saved.error}".strip()
        journal.add(RejectedRecord(f"id {source_id}", reason))
        return
    journal.outcomes[saved.outcome] += 1
    options.saved(saved.parsed, saved.outcome)
    if saved.owed:
        journal.owe(source_id, len(saved.owed), saved.owed[0].reason)
    for change in saved.changes:
        options.changed(change)
        if change.held:
            new = str(change.new)[:80]
            journal.write(
                "held",
                f"id {source_id}",
                f"{change.column}: источник пишет «{new}», осталось решение человека",
            )


def _documents(
    items: Iterable[feeds.FeedItem], journal: Journal, kinds: set[DocumentKind]
) -> Iterator[Document]:
    for item in items:
        if isinstance(item, Document):
            kinds.add(item.kind)
            yield item
        else:
            journal.add(item)


def _read(parser: BaseParser, documents: Iterable[Document], journal: Journal, spool: Spool) -> int:
    """Everything that may be saved into the spool; returns how many records had another one's id with other contents.

    Everything is read before anything is saved.
    """
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
        known = spool.find(parsed.source_id)
        if known is not None:
            journal.repeated += 1
            conflicts += replace(known, warnings=()) != replace(parsed, warnings=())
            warning = "код встречается в ленте ещё раз: взята последняя запись"
            parsed = replace(parsed, warnings=(*parsed.warnings, warning))
        spool.put(parsed)
    return conflicts


def _refusal(parsed: ParsedProduct) -> str:
    if not parsed.source_id:
        return "нет кода товара"
    if len(parsed.source_id) > MAX_SOURCE_ID:
        return f"код товара длиннее {MAX_SOURCE_ID} знаков"
    return ""


def _finish(run: ParserRun, journal: Journal, failure: str, status: RunState = RunState.FAILED) -> None:
    """A run that was paused or cancelled meanwhile stays so."""
    if failure:
        journal.write("error", "import", failure)
    run.finished_at = timezone.now()
    _write_counts(run, journal, "finished_at")
    run.step(status if failure else RunState.FINISHED, mine=True)


def _write_counts(run: ParserRun, journal: Journal, *more: str) -> None:
    """Nothing, when another process has taken the run up meanwhile."""
    run.created_count = journal.outcomes[SaveOutcome.CREATED]
    run.updated_count = journal.outcomes[SaveOutcome.UPDATED]
    run.unchanged_count = journal.outcomes[SaveOutcome.UNCHANGED]
    run.failed_count = journal.rejected
    run.owed_count = journal.owed
    run.errors = journal.entries
    run.kinds = dict(journal.kinds)
    counts = ("created_count", "updated_count", "unchanged_count", "failed_count", "read_count", "position")
    written = [*counts, "total", "owed_count", "kinds", "errors", *more]
    mine = ParserRun.objects.filter(pk=run.pk, token=run.token)
    mine.update(**{name: getattr(run, name) for name in written})
