from __future__ import annotations

import re
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from apps.parsers.models import ParserRun
from apps.parsers.services import remote_pictures
from apps.parsers.services.imports import ImportOptions, failure_of
from apps.parsers.services.records import FeedError
from apps.parsers.services.remote_pictures import Remote
from apps.parsers.services.runs import trial
from apps.parsers.services.runs.work import attended
from apps.products.models import Currency

_TABLE_ROWS = 40


def _cell(value: str) -> str:
    return " ".join(value.split())[:60]


def _source(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9-]{1,30}", text):
        raise ArgumentTypeError("use 1 to 30 lower-case letters, digits and hyphens")
    return text


class Command(BaseCommand):
    help = "Import products with a parser from a file of any shape, a folder of them, or a web address."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="which parser, for example wildberries or supplier")
        origin = parser.add_mutually_exclusive_group(required=True)
        origin.add_argument(
            "--file", type=Path, help="a file (JSON, YML, CSV, XLSX, HTML; packed or not) or a folder"
        )
        origin.add_argument("--url", help="a public http(s) address of a feed")
        parser.add_argument(
            "--currency", choices=Currency.values, default="", help="for prices that do not name theirs"
        )
        parser.add_argument("--limit", type=int, help="only the first products")
        parser.add_argument("--dry-run", action="store_true", help="say what would change, write nothing")
        parser.add_argument("--report", type=Path, help="write the changes into this CSV file")
        parser.add_argument("--resume", action="store_true", help="go on where the feed's last run broke off")
        parser.add_argument("--accept", action="store_true", help="import although the feed looks wrong")
        parser.add_argument(
            "--source", type=_source, help="a name for this feed, when ids of several collide"
        )

    def handle(
        self,
        *args: object,
        name: str,
        file: Path | None,
        url: str | None,
        currency: str,
        source: str | None,
        limit: int | None,
        dry_run: bool,
        report: Path | None,
        resume: bool,
        accept: bool,
        **others: object,
    ) -> None:
        options = ImportOptions(
            accept=accept,
            dry_run=dry_run,
            resume=resume,
            limit=limit,
            progress=self._progress,
        )
        try:
            run = attended(
                name,
                path=file,
                url=url or "",
                currency=currency,
                source=source or "",
                options=options,
                report=report,
            )
        except FeedError as exc:
            raise CommandError(str(exc)) from exc
        remote = Remote() if dry_run else remote_pictures.after_import(run.source_name)
        self._report(run, remote)
        if dry_run:
            self._table(run)
        if run.status != ParserRun.Status.FINISHED:
            raise CommandError(failure_of(run))
        if remote.problem:
            raise CommandError(remote_pictures.failure(remote))

    def _progress(self, done: int, total: int) -> None:
        if self.stdout.isatty() and (done % 50 == 0 or done == total):
            filled = done * 30 // max(total, 1)
            self.stdout.write(f"\r[{'#' * filled:<30}] {done}/{total}", ending="\n" if done == total else "")
            self.stdout.flush()

    def _table(self, run: ParserRun) -> None:
        rows, total = trial.first_rows(run, _TABLE_ROWS)
        for source_id, column, old, new, held in rows:
            mark = " (осталось бы: исправил человек)" if held else ""
            self.stdout.write(f"{source_id} | {column} | {_cell(old)} → {_cell(new)}{mark}")
        if total > len(rows):
            self.stdout.write(f"… и ещё {total - len(rows)}; все — с --report FILE")
        self.stdout.write("Проба: ничего не записано.")

    def _report(self, run: ParserRun, remote: Remote) -> None:
        for entry in run.errors:
            if entry["kind"] != "error":
                self.stderr.write(f"{entry['kind']}: {entry['record']}: {entry['message']}")
        self.stdout.write(
            f"{run.parser}: {run.created_count} created, {run.updated_count} updated, "
            f"{run.unchanged_count} unchanged, {run.failed_count} rejected."
        )
        if remote.owed:
            self.stdout.write(f"{run.parser}: {remote.owed} pictures still to come into the storage.")
