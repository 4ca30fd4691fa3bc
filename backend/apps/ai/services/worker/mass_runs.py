"""Work on many products at once, and the care of old runs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from apps.ai import catalog, conf
from apps.ai.exceptions import KeyRefused, PauseError, ProviderBusy, QuotaExceeded, TransitionError
from apps.ai.models import AIMassChunk, AIMassRun, AIProcessingLog
from apps.ai.models.mass import MassState
from apps.ai.models.processing import CANCELLED, Actor, Priority, Status
from apps.ai.services.money import breaker
from apps.ai.services.money.forecast import UnknownPrice, forecast
from apps.ai.services.queue import leases, window
from apps.ai.services.runs.submission import mode_of, run_options, submit_bulk
from apps.ai.types import Mode, RunOptions

CHUNKS_TASK = "apps.ai.tasks.submit_mass_run"
#: Products of one chunk: one transaction.
CHUNK = 500
#: Products that one look-up for work reads.
PAGE = 5000
#: How long one task submits before it sends the next one, in seconds.
CHUNK_SECONDS = 5.0
#: A failure older than this is not tried again by itself.
RETRY_WINDOW = timedelta(days=7)
#: What a run's `error_code` says while it waits for the provider's pause to end.
PAUSE_CODES = (PauseError.code, QuotaExceeded.code, KeyRefused.code)
#: Runs that the provider itself asked to wait: they keep to it, unless a person lifts the pause.
BUSY_CODES = (ProviderBusy.code,)


def start(
    product_ids: Iterable[int],
    *,
    mode: Mode | str | None = None,
    generate_description: bool = True,
    categorize: bool = True,
    analyze_images: bool = True,
    language: str = "",
    force: bool = False,
    source: str = "mass",
    priority: int = Priority.MASS,
    by: Any = None,
    selection: str = "",
    cost_limit: Decimal | str | None = None,
    sample: int | None = None,
) -> AIMassRun | None:
    """Order a run for each product, after all single imports; a task submits them in chunks. None: no products.

    `by`: a user. `cost_limit`: USD; the mass run is paused when its ended runs have cost so much. `sample`: so many
    products, spread over all of them, go first; the others wait until a person has accepted what became of those.
    Raises ValueError for options or ids that make no sense.
    """
    chosen = Mode(mode) if mode else mode_of(generate_description, categorize, analyze_images)
    options = run_options(analyze_images=analyze_images, language=language, force=force)
    mass = AIMassRun(
        source=source[:20],
        priority=Priority(priority),
        mode=chosen.value,
        options=asdict(options),
        started_by=by,
        selection=selection[:200],
        cost_limit_usd=_positive(cost_limit),
        sample=_sample(sample),
    )
    ids = list(dict.fromkeys(int(product_id) for product_id in product_ids))
    if not ids:
        return None
    first, rest = _spread(ids, mass.sample or 0)
    mass.total = len(ids)
    mass.forecast_usd = price(len(ids), chosen)
    with transaction.atomic():
        mass.save()
        AIMassChunk.objects.bulk_create(
            (AIMassChunk(mass=mass, product_ids=chunk) for chunk in (*_chunks(first), *_chunks(rest))),
            batch_size=10,
        )
        transaction.on_commit(lambda: send_for_chunks(mass.pk), robust=True)
    return mass


def submit_uncategorized(*, limit: int) -> AIMassRun | None:
    """Categorise parsed products that lie nowhere, in a dead category or not in a leaf."""
    products = _never_run(catalog.get().without_category, limit=limit)
    return start(products, mode=Mode.CATEGORY, source="uncategorized", selection="Товары без категории")


def submit_without_description(*, limit: int) -> AIMassRun | None:
    """Describe categorised products that have no accepted text in Russian."""
    products = _never_run(catalog.get().without_description, limit=limit)
    return start(products, mode=Mode.DESCRIPTION, source="undescribed", selection="Товары без описания")


def submit_chunks(mass_id: int, *, seconds: float = CHUNK_SECONDS) -> bool:
    """Submit chunk after chunk for about so long; true when a further task was sent for the rest."""
    deadline = time.monotonic() + seconds
    sent = False
    while submit_chunk(mass_id):
        if not sent:
            window.fill()
            sent = True
        if time.monotonic() >= deadline or leases.stopping():
            send_for_chunks(mass_id)
            return True
    return False


def submit_chunk(mass_id: int) -> bool:
    """Submit the next chunk; false when none is left or the mass run is halted.

    The chunk is deleted in the transaction that makes its runs: one that died midway is there again, and of two
    tasks at the same time each has its own.
    """
    with transaction.atomic():
        mass = AIMassRun.objects.filter(pk=mass_id, state=MassState.RUNNING).first()
        chunks = AIMassChunk.objects.select_for_update(skip_locked=True, of=("self",)).order_by("pk")
        chunk = chunks.filter(mass=mass).first() if mass is not None else None
        if mass is None or chunk is None or mass.awaits_acceptance:
            return False
        created = submit_bulk(
            chunk.product_ids,
            mode=Mode(mass.mode),
            options=RunOptions(**mass.options),
            source=mass.source,
            priority=mass.priority,
            mass=mass,
        )
        AIMassRun.objects.filter(pk=mass.pk).update(
            submitted=F("submitted") + created,
            skipped=F("skipped") + len(chunk.product_ids) - created,
            updated_at=timezone.now(),
        )
        chunk.delete()
    return True


def accept_sample(mass: AIMassRun, *, by: Any) -> bool:
    """A person has looked at the sample: the rest follows. False when there is nothing to accept."""
    accepted = mass.accept_sample(by=by)
    if accepted:
        transaction.on_commit(lambda: send_for_chunks(mass.pk), robust=True)
    return accepted


def _sample(sample: int | None) -> int | None:
    """Raises ValueError."""
    if sample is not None and not 0 < sample <= CHUNK:
        raise ValueError(f"A sample has 1 to {CHUNK} products.")
    return sample


def _spread(ids: list[int], sample: int) -> tuple[list[int], list[int]]:
    """`sample` of the ids at even distances, and the others."""
    if not sample or sample >= len(ids):
        return [], ids
    chosen = {ids[place * len(ids) // sample] for place in range(sample)}
    return [one for one in ids if one in chosen], [one for one in ids if one not in chosen]


def _chunks(ids: list[int]) -> list[list[int]]:
    return [ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK)]


def send_for_chunks(mass_id: int) -> None:
    """Send the task that submits; it goes before all runs, and is short. The sweep sends one that got lost."""
    window.send_task(CHUNKS_TASK, mass_id)


def retry_failed(*, limit: int, mass: AIMassRun | None = None) -> int:
    """Put the latest failure of each product back into the queue, in its own mode; returns how many.

    Without `mass` only failures of the last week, and not what a person cancelled.
    """
    newer = AIProcessingLog.objects.filter(product_id=OuterRef("product_id"), pk__gt=OuterRef("pk"))
    wanted = Q(created_at__gte=timezone.now() - RETRY_WINDOW) if mass is None else Q(mass=mass)
    failed = AIProcessingLog.objects.filter(~Exists(newer), wanted, status=Status.FAILED)
    runs = failed.exclude(error_code=CANCELLED).select_related("mass").order_by("pk")
    return sum(retry(run) for run in runs[:limit])


def retry(run: AIProcessingLog, *, actor: Actor = Actor.QUEUE) -> bool:
    """Give a failed run a new set of attempts; false when it is no longer failed or another run is open.

    A finished mass run goes on with it; of a cancelled one it is no part any more.
    """
    mass = run.mass
    try:
        with transaction.atomic():
            run.advance(
                Status.PENDING,
                actor=actor,
                attempts=0,
                next_attempt_at=None,
                message_sent_at=None,
                completed_at=None,
                error_code="",
                error_message=None,
                stack_trace=None,
                mass_id=None if mass is not None and mass.state == MassState.CANCELLED else run.mass_id,
            )
            if mass is not None:
                mass.reopen()
            window.notify_after_commit(run)
    except (TransitionError, IntegrityError):
        return False
    return True


def resume_provider(*, by: Any, endpoint: str) -> int | None:
    """Lift the provider's pause and make the runs that waited for it due at once.

    Returns how many those are, None when there was no pause.
    """
    if not breaker.resume(by=by, name=endpoint):
        return None
    waiting = AIProcessingLog.objects.filter(status=Status.PENDING, error_code__in=PAUSE_CODES + BUSY_CODES)
    return waiting.update(next_attempt_at=None, message_sent_at=None)


def _never_run(found_after: Callable[..., list[int]], *, limit: int) -> list[int]:
    """Those that no run was ever made for: what a person or a failure decided is not asked again."""
    new: list[int] = []
    after = 0
    while len(new) < limit and (page := found_after(after=after, limit=PAGE)):
        known = AIProcessingLog.objects.filter(product_id__in=page).values_list("product_id", flat=True)
        new += sorted(set(page).difference(known))
        after = page[-1]
    return new[:limit]


def _positive(amount: Decimal | str | None) -> Decimal | None:
    if amount is None or amount == "":
        return None
    try:
        limit = Decimal(amount)
    except InvalidOperation as error:
        raise ValueError(f"A cost limit is an amount of US dollars, not {amount!r}.") from error
    if not limit.is_finite() or limit <= 0:
        raise ValueError("A cost limit must be more than zero; leave it out for none.")
    return limit


def price(count: int, mode: Mode) -> Decimal | None:
    """USD that so many runs will cost; 0 where the engine is in the process, None when its price is unknown."""
    if conf.get().in_process:
        return Decimal(0)
    try:
        return forecast(count=count, mode=mode).total_usd
    except UnknownPrice:
        return None
