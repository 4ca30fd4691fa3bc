"""The one door through which a product gets a run: idempotent, transactional, after commit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from celery import current_app
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.ai import conf
from apps.ai.models import AIProcessingLog
from apps.ai.models.processing import Priority, Status
from apps.ai.types import Mode, RunOptions

TASK_NAME = "apps.ai.tasks.process_product_ai"


@dataclass(frozen=True, slots=True)
class Submission:
    """`created` is false when the product already had an open run, which is then `run`."""

    run: AIProcessingLog
    created: bool


def submit(
    product_id: int,
    *,
    mode: Mode | str | None = None,
    generate_description: bool = True,
    categorize: bool = True,
    analyze_images: bool = True,
    language: str = "",
    force: bool = False,
    source: str = "api",
    priority: int = Priority.IMPORT,
    send: bool = True,
) -> Submission:
    """Make a pending run for the product and wake a worker after commit; an open run is returned instead.

    `mode` wins over the specification's two switches. `send=False`: the caller works on the run itself.
    Raises ValueError for a request that asks for nothing.
    """
    chosen = Mode(mode) if mode else mode_of(generate_description, categorize, analyze_images)
    options = RunOptions(analyze_images=analyze_images, language=language or conf.get().language, force=force)
    while True:
        run = _insert(product_id, chosen, options, source, priority)
        if run is not None:
            break
        existing = AIProcessingLog.objects.open().filter(product_id=product_id).first()
        if existing is not None:
            return Submission(existing, created=False)
    if send:
        wake_after_commit([run])
    return Submission(run, created=True)


def mode_of(generate_description: bool, categorize: bool, analyze_images: bool) -> Mode:
    """The mode that the specification's switches name; ValueError when all are off."""
    if generate_description and categorize:
        return Mode.FULL
    if generate_description:
        return Mode.DESCRIPTION
    if categorize:
        return Mode.CATEGORY
    if analyze_images:
        return Mode.IMAGES
    raise ValueError("Nothing to do: description, categorisation and image analysis are all switched off.")


def _insert(
    product_id: int, mode: Mode, options: RunOptions, source: str, priority: int
) -> AIProcessingLog | None:
    """A new pending run, or None when the product has an open one."""
    try:
        with transaction.atomic():
            return AIProcessingLog.objects.create(
                product_id=product_id,
                processing_type=mode.value,
                options=asdict(options),
                source=source,
                priority=priority,
            )
    except IntegrityError:
        if not AIProcessingLog.objects.open().filter(product_id=product_id).exists():
            raise
        return None


def wake_after_commit(runs: Iterable[AIProcessingLog]) -> None:
    """Send one message a run when the surrounding transaction commits. A lost message is the sweeper's work."""
    for run in runs:
        transaction.on_commit(lambda run=run: wake(run), robust=True)  # type: ignore[misc]


def wake(run: AIProcessingLog) -> None:
    """Send the message that makes a worker look at the run."""
    current_app.send_task(
        TASK_NAME,
        args=[run.product_id],
        kwargs={"run_id": run.pk},
        task_id=str(run.task_id),
        queue="ai",
        priority=run.priority,
    )
    AIProcessingLog.objects.filter(pk=run.pk, status=Status.PENDING).update(message_sent_at=timezone.now())
