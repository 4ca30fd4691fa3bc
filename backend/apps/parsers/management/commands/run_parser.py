from __future__ import annotations

import re
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from apps.parsers.models import ParserRun
from apps.parsers.services.imports import failure_of, import_feed
from apps.parsers.services.records import FeedError
from apps.products.models import Currency


def _source(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9-]{1,30}", text):
        raise ArgumentTypeError("use 1 to 30 lower-case letters, digits and hyphens")
    return text


class Command(BaseCommand):
    help = "Import products with a parser from a JSON file, a folder of them, or a web address."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="which parser, for example wildberries or supplier")
        origin = parser.add_mutually_exclusive_group(required=True)
        origin.add_argument("--file", type=Path, help="a .json or .jsonl file, or a folder with such files")
        origin.add_argument("--url", help="a public http(s) address of a feed")
        parser.add_argument(
            "--currency", choices=Currency.values, default="", help="for prices that do not name theirs"
        )
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
        **options: object,
    ) -> None:
        try:
            run = import_feed(name, path=file, url=url or "", currency=currency, source=source or "")
        except FeedError as exc:
            raise CommandError(str(exc)) from exc
        self._report(run)
        if run.status == ParserRun.Status.FAILED:
            raise CommandError(failure_of(run))

    def _report(self, run: ParserRun) -> None:
        for entry in run.errors:
            if entry["kind"] != "error":
                self.stderr.write(f"{entry['kind']}: {entry['record']}: {entry['message']}")
        self.stdout.write(
            f"{run.parser}: {run.created_count} created, {run.updated_count} updated, "
            f"{run.unchanged_count} unchanged, {run.failed_count} rejected."
        )
