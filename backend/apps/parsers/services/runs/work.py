"""One import in a worker or a command: fetch, read, write, and give back what was not finished."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import ParamSpec
from uuid import uuid4

from django.utils import timezone

from apps.parsers.models import ParserRun, ParserSource, RunProducts, RunState
from apps.parsers.services.imports import ImportOptions, import_feed
from apps.parsers.services.records import FeedError, ParsedProduct, SaveOutcome
from apps.parsers.services.registry import parser_class
from apps.parsers.services.runs import control, pulse, turn
from apps.parsers.services.runs.feed_file import Interrupted, NotModified, bring
from apps.parsers.services.runs.pulse import Pulse
from apps.parsers.services.runs.trial import TrialTable

P = ParamSpec("P")


def work(run_id: int) -> ParserRun | None:
    """Work on a waiting run until it ends or is stopped; None when it was not waiting, or another import of its source
    is being worked on: then it goes on waiting, and is sent again when that one has ended.

    A feed that cannot be read, or has not changed, ends the run with a sentence; what is a bug is raised.
    """
    waiting = ParserRun.objects.filter(pk=run_id).only("source_name", "dry_run").first()
    if waiting is None:
        return None
    if waiting.dry_run:
        return _work(run_id)
    with turn.only_import_of(waiting.source_name) as mine:
        if not mine:
            control.wait(run_id)
            return None
        run = _work(run_id)
    control.wake_next(waiting.source_name)
    return run


def _work(run_id: int) -> ParserRun | None:
    run = control.claim(run_id)
    if run is None:
        return None
    with pulse.beating(run) as beat:
        try:
            bring(run, should_stop=beat.should_stop)
            import_run(run, beat)
        except FeedError as error:
            return _ended(run, RunState.FAILED, "error", str(error))
        except NotModified:
            return _ended(run, RunState.FINISHED, "note", "лента не изменилась с прошлого импорта")
        except Interrupted:
            run.refresh_from_db()
    if run.status == RunState.FINISHED:
        _remember_version(run)
    elif run.status == RunState.RUNNING and pulse.stopping():
        control.enqueue(run, send=False)
    return run


def attended(
    name: str,
    *,
    path: Path | None,
    url: str,
    currency: str,
    source: str,
    options: ImportOptions,
    report: Path | None = None,
) -> ParserRun:
    """An import in this process, for whoever waits at the terminal. `report`: a file for the table of changes. Raises
    FeedError for an unknown parser, and when another import of the source is being worked on.

    An address of a known source is fetched with the source's own headers and pace.
    """
    own_name = parser_class(name).name
    source_name = f"{own_name}:{source}" if source else own_name
    with nullcontext(True) if options.dry_run else turn.only_import_of(source_name) as mine:
        if not mine:
            raise FeedError(turn.busy(source_name))
        run = _attended(
            name, path=path, url=url, currency=currency, source=source, options=options, report=report
        )
    control.wake_next(source_name)
    return run


def _attended(
    name: str,
    *,
    path: Path | None,
    url: str,
    currency: str,
    source: str,
    options: ImportOptions,
    report: Path | None,
) -> ParserRun:
    known = ParserSource.objects.filter(parser=name, name=source).first()
    run = control.prepare(
        *(name,),
        name=source,
        source=known,
        path=path,
        address=url,
        currency=currency,
        limit=options.limit,
        dry_run=options.dry_run,
        accepted=options.accept,
    )
    fields = {"status": RunState.RUNNING, "token": uuid4().hex, "beat_at": timezone.now()}
    ParserRun.objects.filter(pk=run.pk).update(**fields)
    run.refresh_from_db()
    with pulse.beating(run) as beat:
        try:
            bring(run, resume=options.resume, should_stop=beat.should_stop, progress=options.progress)
        except FeedError as error:
            return _ended(run, RunState.FAILED, "error", str(error))
        except Interrupted:
            run.refresh_from_db()
            return run
        table = TrialTable() if run.dry_run or report is not None else None
        import_run(run, beat, options, table)
    if table is not None and report is not None:
        table.copy_to(report)
    return run


def import_run(
    run: ParserRun, beat: Pulse, options: ImportOptions | None = None, table: TrialTable | None = None
) -> ParserRun:
    """`table` takes the changes; of a trial it becomes the run's own."""
    options = options or ImportOptions()
    table = TrialTable() if table is None and run.dry_run else table
    changed = _Changed(run)
    wired = replace(
        options,
        accept=run.accepted,
        dry_run=run.dry_run,
        limit=run.limit,
        progress=_both(beat.progress, options.progress),
        changed=options.changed if table is None else _both(table.change, options.changed),
        saved=changed.saved if table is None else _both(table.saved, changed.saved),
        checkpoint=changed.write,
        should_stop=beat.should_stop,
    )
    _, _, name = run.source_name.partition(":")
    where = Path(run.feed.path) if run.feed else Path(run.path) if run.path else None
    import_feed(
        run.parser,
        path=where,
        url=(run.fetched_from or run.address).reveal(),
        currency=run.currency,
        source=name,
        options=wired,
        run=run,
    )
    if table is not None and run.dry_run:
        table.attach(run)
    run.refresh_from_db()
    return run


class _Changed:
    """Known products that were changed, written beside the run's position."""

    def __init__(self, run: ParserRun) -> None:
        self._run = run
        self._ids: list[str] = []

    def saved(self, parsed: ParsedProduct, outcome: SaveOutcome) -> None:
        if outcome is SaveOutcome.UPDATED:
            self._ids.append(parsed.source_id)

    def write(self) -> None:
        ids, self._ids = self._ids, []
        if ids and not self._run.dry_run:
            RunProducts.objects.create(run=self._run, source_ids=ids)


def _both(first: Callable[P, None], second: Callable[P, None]) -> Callable[P, None]:
    def call(*args: P.args, **kwargs: P.kwargs) -> None:
        first(*args, **kwargs)
        second(*args, **kwargs)

    return call


def _ended(run: ParserRun, state: RunState, kind: str, message: str) -> ParserRun:
    entry = {"kind": kind, "record": "import", "message": message}
    run.step(state, mine=True, errors=[entry], kinds={kind: 1})
    return run


def _remember_version(run: ParserRun) -> None:
    if run.source is not None and not run.dry_run and run.limit is None:
        ParserSource.objects.filter(pk=run.source.pk).update(etag=run.etag, modified=run.modified)
