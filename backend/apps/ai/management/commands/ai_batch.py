"""The batch lane by hand: submit what waits, ask how far it is, take the answers in."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.ai.exceptions import AIError
from apps.ai.models import AIBatch
from apps.ai.models.batches import BatchState
from apps.ai.services.batch import answers, followers, lane
from apps.ai.services.batch import claims as batch_claims


class Command(BaseCommand):
    help = "Mass runs through the provider's Batch API: submit, poll, ingest, status, cancel."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        submit = actions.add_parser("submit", help="send pending mass runs")
        submit.add_argument("--limit", type=int, help="at most so many runs a stage (all)")
        actions.add_parser("poll", help="ask the provider how far the open batches are")
        actions.add_parser("ingest", help="take in what has come back, and send the questions that follow")
        actions.add_parser("status", help="print what is on its way; asks nobody")
        cancel = actions.add_parser("cancel", help="ask the provider to stop an open batch")
        cancel.add_argument("batch", type=int, help="its number in `status`")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"_{options['action']}")(options)
        except (AIError, ImproperlyConfigured) as error:
            raise CommandError(str(error)) from error

    def _submit(self, options: dict[str, Any]) -> None:
        limit = options["limit"]
        if limit is not None and limit < 1:
            raise CommandError("--limit must be 1 or more.")
        self._print_sent(lane.submit(limit=limit))

    def _poll(self, options: dict[str, Any]) -> None:
        batches = lane.poll()
        for batch in batches:
            self._print(batch)
        self.stdout.write(f"Batches asked for: {len(batches)}.")

    def _ingest(self, options: dict[str, Any]) -> None:
        counts = answers.ingest()
        lines = ", ".join(f"{state} {count}" for state, count in sorted(counts.items()))
        self.stdout.write(f"Lines taken in: {lines or 'none'}.")

    def _status(self, options: dict[str, Any]) -> None:
        for batch in AIBatch.objects.exclude(state__in=(BatchState.INGESTED, BatchState.DISCARDED)):
            self._print(batch)
        self.stdout.write(f"Runs that wait for their next batch: {batch_claims.parked().count()}.")
        same = followers.waiting().count()
        self.stdout.write(f"Runs that wait for the card of the same goods or a variant: {same}.")

    def _cancel(self, options: dict[str, Any]) -> None:
        batch = AIBatch.objects.filter(pk=options["batch"], state=BatchState.OPEN).first()
        if batch is None:
            raise CommandError(f"Batch {options['batch']} is not at the provider.")
        lane.cancel(batch)
        self._print(batch)

    def _print_sent(self, batches: list[AIBatch]) -> None:
        for batch in batches:
            self._print(batch)
        self.stdout.write(f"Batches sent: {len(batches)}.")

    def _print(self, batch: AIBatch) -> None:
        until = timezone.localtime(batch.expires_at).strftime("%d.%m %H:%M") if batch.expires_at else "-"
        self.stdout.write(
            f"#{batch.pk} {batch.stage:<8} {batch.state:<9} {batch.provider_id or '-'} "
            f"{batch.provider_status or '-'}: {batch.completed} done, {batch.failed} failed "
            f"of {batch.lines}, until {until} {batch.problem}".rstrip()
        )
