"""Celery tasks of the parsers, on a queue of their own: neither imports nor cards wait for the other."""

from __future__ import annotations

from celery import shared_task
from celery.signals import worker_shutting_down

from apps.parsers.models import ParserRun
from apps.parsers.services import owed_pictures
from apps.parsers.services.runs import control, pulse, sweeping, work


@shared_task
def run_parser(name: str, url: str, currency: str = "", source: str = "") -> int:
    """Import a feed from the web; returns the id of the ParserRun, which says how it went.

    A message delivered twice is harmless: the second import finds everything unchanged.
    """
    run = control.prepare(name, name=source, address=url, currency=currency)
    control.enqueue(run, send=False)
    work.work(run.pk)
    return run.pk


@shared_task
def work_on_run(run_id: int) -> int:
    """Work on a waiting import; one that is not waiting (any more) is left alone. Returns its id."""
    work.work(run_id)
    return run_id


@shared_task
def pause_run(run_id: int) -> bool:
    """Stop an import before its next product; returns whether its state allowed it."""
    return control.pause(ParserRun.objects.get(pk=run_id))


@shared_task
def resume_run(run_id: int) -> bool:
    """Go on with a paused, dead or failed import from its last product."""
    return control.resume(ParserRun.objects.get(pk=run_id))


@shared_task
def cancel_run(run_id: int) -> bool:
    """End an import for good; what it has written stays."""
    return control.cancel(ParserRun.objects.get(pk=run_id))


@shared_task
def accept_run(run_id: int) -> bool:
    """Import a feed that looked wrong."""
    return control.accept(ParserRun.objects.get(pk=run_id))


@shared_task
def tick() -> dict[str, int]:
    """Take up imports whose worker died, send lost messages again, start sources that are due."""
    return sweeping.tick()


@shared_task
def fetch_owed_pictures() -> int:
    """Store pictures that the storage did not take at an import; returns how many are still owed."""
    return owed_pictures.pay().left


@worker_shutting_down.connect(dispatch_uid="parsers.give_back")
def give_back(**kwargs: object) -> None:
    """On SIGTERM: imports stop before their next product and wait for another worker."""
    pulse.stop_all()
