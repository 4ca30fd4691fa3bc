"""The queue of the AI runs: how it stands, and the levers."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import IO, Any, cast

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from rich.console import Console
from rich.table import Table

from apps.ai.management.progress import progress_bar
from apps.ai.models import AIMassRun, AIProcessingLog, Trouble
from apps.ai.models.mass import MassState
from apps.ai.services.doctor.in_short import signs_in_short
from apps.ai.services.money import breaker
from apps.ai.services.worker import control as queue_control
from apps.ai.services.worker import mass_runs
from apps.ai.services.worker.control import MassProgress, QueueFigures

ACTIONS = ("status", "pause", "resume", "drain", "retry", "cancel")
#: Mass runs that `status` lists: those that are not over, and so many others.
RECENT = 5
#: Seconds between two looks of `drain`.
LOOK = 1.0


class Command(BaseCommand):
    help = (
        "status: open runs and mass runs. pause, resume: everything, or one mass run. drain: wait until nothing is "
        "open. retry: put failures back. cancel: end the waiting runs of a mass run. Exit code 1 when refused."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=ACTIONS)
        parser.add_argument("--mass", type=int, metavar="ID", help="only this mass run")
        parser.add_argument("--json", action="store_true", help="status: one JSON object instead of tables")
        parser.add_argument("--limit", type=int, default=1000, help="retry: at most so many (1000)")
        parser.add_argument("--timeout", type=float, metavar="S", help="drain: give up after S seconds")

    def handle(self, *args: Any, **options: Any) -> None:
        mass = self._mass(options["mass"])
        steps: dict[str, Callable[[], None]] = {
            "status": lambda: self._status(mass, as_json=options["json"]),
            "pause": lambda: self._pause(mass),
            "resume": lambda: self._resume(mass),
            "drain": lambda: self._drain(mass, options["timeout"]),
            "retry": lambda: self._retry(mass, options["limit"]),
            "cancel": lambda: self._cancel(mass),
        }
        steps[options["action"]]()

    def _mass(self, mass_id: int | None) -> AIMassRun | None:
        if mass_id is None:
            return None
        try:
            return AIMassRun.objects.get(pk=mass_id)
        except AIMassRun.DoesNotExist as error:
            raise CommandError(f"There is no mass run {mass_id}.") from error

    def _status(self, mass: AIMassRun | None, *, as_json: bool) -> None:
        figures = queue_control.figures()
        masses = [mass] if mass is not None else _listed()
        done = queue_control.progress(masses)
        if as_json:
            self.stdout.write(json.dumps(_as_dict(figures, masses, done), ensure_ascii=False, default=str))
            return
        console = self._console()
        console.print(
            f"waiting {figures.waiting}, in work {figures.processing}, "
            f"messages {figures.notified} of {figures.window}" + (", PAUSED" if figures.paused else "")
        )
        for pause in breaker.pauses():
            console.print(f"WAITING: {pause.sentence}")
        for line in signs_in_short():
            console.print(line)
        if figures.groups:
            console.print(_groups_table(figures))
        if masses:
            console.print(_masses_table(masses, done))

    def _pause(self, mass: AIMassRun | None) -> None:
        if not (queue_control.pause_queue() if mass is None else queue_control.pause(mass)):
            raise CommandError("It is not running.")
        self.stdout.write("Paused. Runs that are under way end.")

    def _resume(self, mass: AIMassRun | None) -> None:
        if not (queue_control.resume_queue() if mass is None else queue_control.resume(mass)):
            raise CommandError("It is not paused.")
        self.stdout.write("Resumed.")

    def _retry(self, mass: AIMassRun | None, limit: int) -> None:
        if limit < 1:
            raise CommandError("--limit must be 1 or more.")
        count = mass_runs.retry_failed(limit=limit, mass=mass)
        self.stdout.write(f"Put back: {count}.")

    def _cancel(self, mass: AIMassRun | None) -> None:
        if mass is None:
            raise CommandError("Name the mass run: --mass ID.")
        if not queue_control.cancel(mass):
            raise CommandError(f"Mass run {mass.pk} is {mass.state} already.")
        self.stdout.write(f"Cancelled. Runs taken out of the queue: {queue_control.close_cancelled()}.")

    def _drain(self, mass: AIMassRun | None, timeout: float | None) -> None:
        """Waits until nothing is open. What fails meanwhile counts as ended; the summary says how many."""
        started = timezone.now()
        deadline = None if timeout is None else time.monotonic() + timeout
        left = _left(mass)
        with progress_bar("open runs", left) as advance:
            while left:
                if queue_control.is_paused() or (mass is not None and _halted(mass)):
                    raise CommandError(f"Paused, {left} are open. Resume first.")
                if deadline is not None and time.monotonic() >= deadline:
                    raise CommandError(f"{left} are still open after {timeout:g} s.")
                time.sleep(LOOK)
                now_left = _left(mass)
                advance(left - now_left)
                left = now_left
        failed = AIProcessingLog.objects.filter(status="failed", completed_at__gte=started)
        if mass is not None:
            failed = failed.filter(mass=mass)
        self.stdout.write(f"Nothing is open. Failed meanwhile: {failed.count()}.")

    def _console(self) -> Console:
        file = cast(IO[str], self.stdout)
        return Console(file=file, width=None if self.stdout.isatty() else 110, highlight=False)


def _listed() -> list[AIMassRun]:
    unfinished = list(AIMassRun.objects.unfinished()[:50])
    ended = AIMassRun.objects.filter(state__in=(MassState.FINISHED, MassState.CANCELLED))
    return [*unfinished, *ended[:RECENT]]


def _left(mass: AIMassRun | None) -> int:
    """Open runs, and products of mass runs that are not submitted yet."""
    masses = AIMassRun.objects.unfinished() if mass is None else AIMassRun.objects.filter(pk=mass.pk)
    unsubmitted = sum(
        max(0, one.total - one.submitted - one.skipped) for one in masses.exclude(state=MassState.CANCELLED)
    )
    runs = AIProcessingLog.objects.open()
    return unsubmitted + (runs if mass is None else runs.filter(mass=mass)).count()


def _halted(mass: AIMassRun) -> bool:
    return AIMassRun.objects.halted().filter(pk=mass.pk).exists()


def _groups_table(figures: QueueFigures) -> Table:
    table = Table("priority", "source", "waiting", "in work", "oldest waits for")
    now = timezone.now()
    for group in figures.groups:
        age = "" if group.oldest is None else str(now - group.oldest).partition(".")[0]
        table.add_row(str(group.priority), group.source, str(group.waiting), str(group.processing), age)
    return table


def _masses_table(masses: list[AIMassRun], done: dict[int, MassProgress]) -> Table:
    table = Table("mass run", "what", "state", "ended", "total", "%", "USD", "forecast", "limit")
    for mass in masses:
        one = done[mass.pk]
        table.add_row(
            str(mass.pk),
            mass.selection or mass.source,
            mass.state,
            str(one.ended),
            str(one.total),
            str(one.percent),
            f"{one.cost_usd:.4f}",
            "" if mass.forecast_usd is None else f"{mass.forecast_usd:.4f}",
            "" if mass.cost_limit_usd is None else f"{mass.cost_limit_usd:.4f}",
        )
    return table


def _as_dict(figures: QueueFigures, masses: list[AIMassRun], done: dict[int, MassProgress]) -> dict[str, Any]:
    return {
        **asdict(figures),
        "waiting": figures.waiting,
        "processing": figures.processing,
        "provider_pauses": [
            {"endpoint": one.endpoint, "reason": one.reason, "until": one.until, "message": one.message}
            for one in breaker.pauses()
        ],
        "troubles": [
            {"code": one.code, "text": one.text, "cure": one.cure, "since": one.since}
            for one in Trouble.objects.open()
        ],
        "mass_runs": [
            {
                "id": mass.pk,
                "state": mass.state,
                "note": mass.note,
                **asdict(done[mass.pk]),
                "ended": done[mass.pk].ended,
                "forecast_usd": mass.forecast_usd,
                "cost_limit_usd": mass.cost_limit_usd,
            }
            for mass in masses
        ],
    }
