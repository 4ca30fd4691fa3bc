"""Celery tasks of the queue `ai`. Each loads, calls one function and returns ids; policy stands on the decorator."""

from __future__ import annotations

import logging
import socket
from typing import Any

from celery import Task, shared_task
from celery.signals import (
    beat_init,
    before_task_publish,
    heartbeat_sent,
    worker_process_shutdown,
    worker_ready,
    worker_shutdown,
    worker_shutting_down,
)

from apps.ai import conf
from apps.ai.exceptions import ProductMissing, TransientAIError
from apps.ai.models import AIMassRun, ProcessSign
from apps.ai.services.batch import answers, lane
from apps.ai.services.care import retention
from apps.ai.services.desk import rollups
from apps.ai.services.doctor import watching
from apps.ai.services.keeping import wanting
from apps.ai.services.money.meter import UnattendedMeter
from apps.ai.services.outside import webhooks
from apps.ai.services.people import bulk, confirmed, edit_measures, example_learning, lessons, refit
from apps.ai.services.queue import leases
from apps.ai.services.runs import leaflets, ranking, submission
from apps.ai.services.runs.imported import submit_imported_many
from apps.ai.services.runs.submission import submit, submit_imported
from apps.ai.services.taxonomy import sources
from apps.ai.services.templates import library
from apps.ai.services.trials import runner as trials
from apps.ai.services.worker import control as queue_control
from apps.ai.services.worker import mass_runs, prefetch, signs, sweeping

logger = logging.getLogger(__name__)
SOFT_LIMIT = conf.task_seconds()
#: Seconds after which a message about pictures is not worked on any more: `sweep_pictures` has sent another.
PICTURE_MESSAGE = 300

__all__ = [
    "batch_ingest",
    "batch_poll",
    "batch_process_products",
    "batch_submit",
    "check_pictures",
    "cleanup_old_ai_logs",
    "close_cancelled_runs",
    "count_figures",
    "decide_bulk",
    "deliver_webhooks",
    "desk",
    "fit_categories",
    "index_templates",
    "keep_pictures",
    "learn_decision",
    "process_product_ai",
    "process_uncategorized",
    "process_without_description",
    "rank_queue",
    "retry_failed_processing",
    "run_trial",
    "submit",
    "submit_imported",
    "submit_imported_many",
    "submit_mass_run",
    "sweep",
    "sweep_pictures",
    "taxonomy_report",
    "watch",
]


@shared_task(bind=True, soft_time_limit=SOFT_LIMIT, time_limit=SOFT_LIMIT + conf.KILLED_AFTER)
def process_product_ai(
    self: Task[..., int | None], product_id: int, run_id: int | None = None, **options: Any
) -> int | None:
    """Work on one run; without `run_id` a run is submitted with `options` of the specification first.

    Options: generate_description, categorize, analyze_images, language, force. Returns the run's id, None when the
    product is gone. When that run has ended the slot goes on with the next ones for a while.
    """
    if run_id is None:
        try:
            run_id = submission.submit(
                product_id, source="task", send=False, task_id=self.request.id, **options
            ).run.pk
        except ProductMissing as error:
            logger.info("%s Nothing is to be done.", error)
            return None
    prefetch.work(run_id)
    return run_id


@shared_task
def batch_process_products(product_ids: list[int], options: dict[str, Any] | None = None) -> int | None:
    """Order a mass run of these products; returns its id, None when there are no products."""
    return _id(mass_runs.start(product_ids, **(options or {})))


@shared_task
def submit_mass_run(mass_id: int) -> bool:
    """Submit the next chunks of a mass run; returns whether a further task was sent for the rest."""
    return mass_runs.submit_chunks(mass_id)


@shared_task
def close_cancelled_runs() -> int:
    """End the waiting runs of cancelled mass runs; returns how many."""
    return queue_control.close_cancelled()


@shared_task
def decide_bulk(bulk_id: int) -> bool:
    """Decide the next cards of a bulk decision; returns whether a further task was sent for the rest."""
    return bulk.work(bulk_id)


@shared_task
def desk() -> int:
    """Figures of today (returns of how many days), bulk decisions that stand still, new cards ranked."""
    bulk.send_again()
    while ranking.rank_waiting():
        pass
    return rollups.refresh()


@shared_task
def count_figures(days: int = rollups.NIGHTLY) -> int:
    """Count the figures of the last days anew; returns how many days."""
    return rollups.refresh(days=days)


@shared_task
def rank_queue() -> None:
    """Rank all waiting cards anew: what was decided since has changed what they teach."""
    after = 0
    while after := ranking.rank_waiting(again=True, after=after):
        pass


@shared_task
def process_uncategorized(limit: int = 100) -> int | None:
    """Order a mass run of products without an accepted category; returns its id, None when there are none."""
    return _id(mass_runs.submit_uncategorized(limit=limit))


@shared_task
def process_without_description(limit: int = 100) -> int | None:
    """The same for categorised products without an accepted Russian text."""
    return _id(mass_runs.submit_without_description(limit=limit))


@shared_task
def retry_failed_processing(limit: int = 50) -> int:
    """Put failed runs of the last week back into the queue, once per product; returns how many."""
    return mass_runs.retry_failed(limit=limit)


@shared_task
def cleanup_old_ai_logs(days: int | None = None) -> int:
    """Delete what is older than AI_RETENTION allows; `days` in its place for runs. Returns how many runs went."""
    return retention.delete_old(days=days)["runs"]


@shared_task(autoretry_for=(TransientAIError,), retry_backoff=30, retry_backoff_max=600, max_retries=8)
def learn_decision(run_id: int) -> None:
    """Measure what a person changed, keep an approved text as an example, teach the vector store the category."""
    lessons.finish(run_id, _learn)


def _learn(run_id: int) -> None:
    edit_measures.measure(run_id)
    leaflets.forget_corrected(run_id)
    changed = example_learning.learn(run_id)
    confirmed.learn_decision(run_id)
    library.index(changed, meter=UnattendedMeter("learning"))


@shared_task(autoretry_for=(TransientAIError,), retry_backoff=30, retry_backoff_max=600, max_retries=8)
def index_templates(template_ids: list[int]) -> None:
    """Bring the vector store in line with templates that were saved or deleted in the admin."""
    library.index(template_ids, meter=UnattendedMeter("learning"))


@shared_task
def taxonomy_report() -> int:
    """Make and keep a report on the category tree; returns its id."""
    return sources.make().pk


@shared_task(autoretry_for=(TransientAIError,), retry_backoff=60, max_retries=3)
def fit_categories() -> int | None:
    """Fit anew what tells how sure a category is; returns the row's id, None when too little has changed."""
    row = refit.refit(meter=UnattendedMeter("learning")).row
    return None if row is None else row.pk


@shared_task
def sweep() -> dict[str, int]:
    """Bring back what died, wake what is due, submit what no run was ever made for."""
    return sweeping.sweep()


@shared_task
def run_trial(trial_id: int) -> bool:
    """Make the cards of a trial, which nobody will find in the shop; returns whether this task was needed."""
    return trials.go_on(trial_id)


@shared_task
def deliver_webhooks() -> int:
    """Send other systems the events that are due; returns how many attempts were made."""
    return webhooks.deliver_due()


@shared_task
def watch() -> dict[str, int]:
    """Tell people of troubles that last, and when they are over. On the default queue (CELERY_TASK_ROUTES)."""
    return watching.watch()


heartbeat_sent.connect(signs.beat_worker, dispatch_uid="ai.worker_pulse")  # every two seconds


@worker_ready.connect(dispatch_uid="ai.worker_sign")
def leave_worker_sign(*, sender: Any, **kwargs: object) -> None:
    queues = sorted(sender.app.amqp.queues.consume_from)
    signs.begin(str(sender.hostname), ProcessSign.Kind.WORKER, queues=queues)


@beat_init.connect(dispatch_uid="ai.beat_sign")
def leave_beat_sign(**kwargs: object) -> None:
    """Beat's loop sends the sweep's message every AI_SWEEP_SECONDS."""
    pulse = signs.begin(f"beat@{socket.gethostname()}", ProcessSign.Kind.BEAT)
    before_task_publish.connect(pulse.beat, weak=False)


@worker_shutdown.connect(dispatch_uid="ai.worker_sign_ends")
def end_worker_sign(**kwargs: object) -> None:
    signs.end_all()


@worker_shutting_down.connect(dispatch_uid="ai.give_back_soon")
def give_back_soon(**kwargs: object) -> None:
    """On SIGTERM: runs give themselves back before their next stage, and what still lasts then is taken back."""
    leases.stop(patience=conf.get().broker.soft_shutdown)


@worker_process_shutdown.connect(dispatch_uid="ai.give_back_now")
def give_back_now(**kwargs: object) -> None:
    """A child process of a prefork worker ends."""
    leases.give_back_all()


def _id(mass: AIMassRun | None) -> int | None:
    return None if mass is None else mass.pk


@shared_task
def batch_submit(limit: int | None = None) -> list[int]:
    """Send pending mass runs through the Batch API; returns the ids of the batches."""
    return [batch.pk for batch in lane.submit(limit=limit)]


@shared_task
def batch_poll() -> list[int]:
    """Ask how far the open batches are; returns their ids."""
    return [batch.pk for batch in lane.poll()]


@shared_task
def batch_ingest() -> dict[str, int]:
    """Take in the answers of ended batches; returns how many lines ended how."""
    return dict(answers.ingest())


@shared_task(expires=PICTURE_MESSAGE)
def keep_pictures(keys: list[int]) -> int:
    """Bring pictures into the storage, on the queue `media`; how many came. Delivered twice it does nothing."""
    from apps.ai.services.keeping import bringing  # noqa: PLC0415  Pillow and libvips

    return bringing.keep(keys).kept


@shared_task
def check_pictures(keys: list[int]) -> int:
    """Ask the storage for these pictures' files, on the queue `media`; how many are lost and owed again."""
    return wanting.check(keys)


@shared_task
def sweep_pictures() -> int:
    """Send messages again for pictures that are due, delete old temporary files; how many are due."""
    return wanting.sweep(send=keep_pictures.delay)
