"""The one door through which a product gets a run: idempotent, transactional, after commit.

What makes a card stale is what orders the next run: the fingerprint of the product's snapshot at the port.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.core.signals import setting_changed
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.module_loading import import_string

from apps.ai import catalog, conf
from apps.ai.conf import AutoProcess
from apps.ai.exceptions import ProductMissing
from apps.ai.models import AIMassRun, AIProcessingLog
from apps.ai.models.processing import OPEN_STATUSES, Priority
from apps.ai.services.queue import window
from apps.ai.services.runs import settling
from apps.ai.services.runs.stock import stock_position
from apps.ai.types import Mode, RunOptions, SourcePolicy

#: Rows of one INSERT.
BULK = 500


class UnknownLanguage(ValueError):
    """The shop has no place for a card in this language: refused before anything is paid."""


@dataclass(frozen=True, slots=True)
class Submission:
    """`created` is false when the product already had an open run, which is then `run`."""

    run: AIProcessingLog
    created: bool


@dataclass(frozen=True, slots=True)
class Again:
    """What a person wants otherwise when a product is worked on once more; what is not said stays as it was."""

    mode: Mode | None = None
    language: str = ""
    analyze_images: bool | None = None
    hint: str = ""


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
    hint: str = "",
    task_id: str | None = None,
) -> Submission:
    """Make a pending run for the product and wake a worker after commit; an open run is returned instead.

    `mode` wins over the specification's two switches. `send=False`: the caller works on the run itself.
    `task_id`: the message that asks for it; the same message a second time finds the first one's run.
    Raises ValueError for a request that asks for nothing, UnknownLanguage for texts that the shop could not show,
    ProductMissing.
    """
    chosen = Mode(mode) if mode else mode_of(generate_description, categorize, analyze_images)
    options = run_options(analyze_images=analyze_images, language=language, force=force, hint=hint)
    new = _new(product_id, chosen, options, source, priority)
    if task_id is not None:
        new.task_id = UUID(task_id)
    while not _insert(new):
        existing = (
            AIProcessingLog.objects.filter(task_id=new.task_id).first()
            or AIProcessingLog.objects.open().filter(product_id=product_id).first()
        )
        if existing is not None:
            return Submission(existing, created=False)
    if send:
        window.notify_after_commit(new)
    return Submission(new, created=True)


@transaction.atomic
def submit_imported(product_id: int, *, origin: str, created: bool = False) -> Submission | None:
    """What a parser asks after every product that it created or changed: a run, when there is reason for one.

    `origin`: the parser's source, whose policy counts (`policy_of`). None: its products are not processed by
    themselves, or nothing that a card is made of has changed. An open run reads the product as it is now. Cards that
    a person could no longer approve are closed in favour of the new run. Call it in the transaction that wrote and
    locked the product: the product is locked here, too, so that no run ends between the look at it and the look at the
    product.
    """
    policy = policy_of(origin)
    switch = AutoProcess(policy.auto_process)
    if switch is AutoProcess.OFF:
        return None
    wanted: dict[str, Any] = {
        "mode": policy.mode,
        "analyze_images": policy.analyze_images,
        "source": "parser",
    }
    if created:
        return submit(product_id, **wanted)
    fingerprint = catalog.get().lock(product_id).fingerprint
    runs = AIProcessingLog.objects.filter(product_id=product_id).order_by("-pk")
    latest = runs.first()
    if latest is None:
        is_stock = product_id <= stock_position()
        return None if is_stock or switch is AutoProcess.NEW else submit(product_id, **wanted)
    if latest.status in OPEN_STATUSES:
        return Submission(latest, created=False)
    read = runs.exclude(input_fingerprint="").first()
    if read is not None and read.input_fingerprint == fingerprint:
        return None
    if switch is AutoProcess.NEW and not runs.undecided().exists():
        return None
    submission = submit(product_id, **wanted)
    settling.close_outdated(submission.run, fingerprint=fingerprint)
    return submission


def submit_again(run: AIProcessingLog, *, force: bool, changes: Again | None = None) -> Submission:
    """Order what `run` did once more, before all others: a person waits for it. `changes`: what to do otherwise."""
    wanted = changes or Again()
    images = wanted.analyze_images
    return submit(
        run.product_id,
        mode=wanted.mode or Mode(run.processing_type),
        analyze_images=run.options.get("analyze_images", True) if images is None else images,
        language=wanted.language or run.options.get("language", ""),
        hint=wanted.hint,
        force=force,
        source="moderator",
        priority=Priority.PERSON,
    )


def submit_bulk(
    product_ids: Iterable[int],
    *,
    mode: Mode,
    options: RunOptions,
    source: str,
    priority: int,
    mass: AIMassRun | None = None,
) -> int:
    """Make pending runs without messages: the window wakes them in their turn. Returns how many are new.

    Products that are gone or have an open run are passed over. Everything goes in, or nothing.
    """
    ids = sorted(set(product_ids))  # two at once over the same products insert in one order: no deadlock
    created = 0
    with transaction.atomic():
        for start in range(0, len(ids), BULK):
            existing = catalog.get().existing(ids[start : start + BULK])
            runs = [_new(product_id, mode, options, source, priority, mass) for product_id in existing]
            AIProcessingLog.objects.bulk_create(runs, ignore_conflicts=True)
            created += AIProcessingLog.objects.filter(task_id__in=[run.task_id for run in runs]).count()
    return created


def run_options(
    *, analyze_images: bool = True, language: str = "", force: bool = False, hint: str = ""
) -> RunOptions:
    """Raises UnknownLanguage."""
    chosen, known = language or conf.get().language, catalog.get().languages()
    if chosen not in known:
        raise UnknownLanguage(f"The shop has no cards in {chosen!r}; it has {', '.join(known)}.")
    return RunOptions(analyze_images=analyze_images, language=chosen, force=force, hint=hint)


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


def _new(
    product_id: int,
    mode: Mode,
    options: RunOptions,
    source: str,
    priority: int,
    mass: AIMassRun | None = None,
) -> AIProcessingLog:
    return AIProcessingLog(
        product_id=product_id,
        processing_type=mode.value,
        options=asdict(options),
        source=source,
        priority=priority,
        mass=mass,
    )


def _insert(run: AIProcessingLog) -> bool:
    """Save a new run; false when its product has an open one, or its message made one before."""
    same = Q(task_id=run.task_id) | Q(product_id=run.product_id, status__in=OPEN_STATUSES)
    try:
        with transaction.atomic():
            run.save(force_insert=True)
    except IntegrityError:
        if not AIProcessingLog.objects.filter(same).exists():
            if not catalog.get().existing([run.product_id]):
                raise ProductMissing(f"Product {run.product_id} does not exist.") from None
            raise
        return False
    return True


def policy_of(origin: str) -> SourcePolicy:
    """What a source's own switch says about its products; without one AI_AUTO_PROCESS counts.

    The host names a function in AI_CONFIG["SOURCE_POLICY"]: origin → SourcePolicy, or None when it says nothing. What
    it leaves open is filled from the settings.
    """
    said = _host_policy()(origin) or SourcePolicy()
    if said.auto_process:
        return said
    return replace(said, auto_process=conf.get().auto_process_of(origin).value)


@lru_cache(maxsize=1)
def _host_policy() -> Callable[[str], SourcePolicy | None]:
    path = conf.get().source_policy
    if not path:
        return lambda origin: None
    found: Callable[[str], SourcePolicy | None] = import_string(path)
    return found


def _forget_policy(*, setting: str, **kwargs: object) -> None:
    if setting == "AI_CONFIG":
        _host_policy.cache_clear()


setting_changed.connect(_forget_policy, dispatch_uid="ai.source_policy")
