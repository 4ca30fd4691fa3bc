"""What a person sees of the queue and does to it: figures, pause, resume, cancel; and the care of mass runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Count, Exists, Min, OuterRef, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.ai import conf
from apps.ai.models import AIMassChunk, AIMassRun, AIProcessingLog, AIQueueState
from apps.ai.models.mass import MassState
from apps.ai.models.processing import CANCELLED, OPEN_STATUSES, Actor, Priority, Status
from apps.ai.services.queue import window as queue_window
from apps.ai.services.worker import mass_runs

#: Runs that one UPDATE closes.
BATCH = 2000
#: A mass run that submits nothing for so long has lost its task.
STALLED = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class OpenGroup:
    """Open runs of one priority and source. `oldest`: when the first of the waiting ones was submitted."""

    priority: int
    source: str
    waiting: int
    processing: int
    oldest: datetime | None

    @property
    def priority_label(self) -> str:
        return str(dict(Priority.choices).get(self.priority, self.priority))


@dataclass(frozen=True, slots=True)
class QueueFigures:
    """`notified`: waiting runs whose message is under way, at most `window` besides those of persons."""

    groups: tuple[OpenGroup, ...]
    notified: int
    window: int
    paused: bool

    @property
    def waiting(self) -> int:
        return sum(group.waiting for group in self.groups)

    @property
    def processing(self) -> int:
        return sum(group.processing for group in self.groups)


@dataclass(frozen=True, slots=True)
class MassProgress:
    """Runs of a mass run by status. `cost_usd`: of those that ended; `ended` counts passed-over products too."""

    total: int
    submitted: int
    skipped: int
    by_status: Mapping[str, int] = field(default_factory=dict)
    cost_usd: Decimal = Decimal(0)

    @property
    def open(self) -> int:
        return sum(self.by_status.get(status, 0) for status in OPEN_STATUSES)

    @property
    def ended(self) -> int:
        return self.skipped + sum(self.by_status.values()) - self.open

    @property
    def percent(self) -> int:
        return 100 * min(self.ended, self.total) // self.total if self.total else 100


def figures() -> QueueFigures:
    """The open runs, by priority and source."""
    runs = AIProcessingLog.objects
    kinds = (runs.without_message(), runs.with_message(), runs.filter(status=Status.PROCESSING))
    grouped = [
        # Ids grow with time, and an index has them.
        kind.order_by()
        .values_list("priority", "source", "status")
        .annotate(count=Count("pk"), first=Min("pk"))
        for kind in kinds
    ]
    waiting: Counter[tuple[int, str]] = Counter()
    processing: Counter[tuple[int, str]] = Counter()
    first: dict[tuple[int, str], int] = {}
    for priority, source, status, count, oldest in grouped[0].union(*grouped[1:], all=True):
        key = (priority, source)
        if status == Status.PROCESSING:
            processing[key] += count
        else:
            waiting[key] += count
            first[key] = min(oldest, first.get(key, oldest))
    since = dict(runs.filter(pk__in=first.values()).values_list("pk", "created_at"))
    groups = tuple(
        OpenGroup(*key, waiting[key], processing[key], since.get(first[key]) if key in first else None)
        for key in sorted({*waiting, *processing})
    )
    return QueueFigures(
        groups=groups,
        notified=AIProcessingLog.objects.with_message().count(),
        window=conf.get().message_window,
        paused=is_paused(),
    )


def progress(masses: Iterable[AIMassRun]) -> dict[int, MassProgress]:
    """How far mass runs are, by id: one query for all of them."""
    masses = list(masses)
    counts: dict[int, dict[str, int]] = {mass.pk: {} for mass in masses}
    costs: dict[int, Decimal] = {mass.pk: Decimal(0) for mass in masses}
    rows = (
        AIProcessingLog.objects.filter(mass__in=counts)
        .order_by()
        .values_list("mass", "status")
        .annotate(count=Count("pk"), cost=Sum("cost_usd"))
    )
    for mass_id, status, count, cost in rows:
        if mass_id is not None:
            counts[mass_id][status] = count
            costs[mass_id] += cost or Decimal(0)
    return {
        mass.pk: MassProgress(mass.total, mass.submitted, mass.skipped, counts[mass.pk], costs[mass.pk])
        for mass in masses
    }


def is_paused() -> bool:
    return AIQueueState.objects.filter(name="queue", paused=True).exists()


def pause_queue() -> bool:
    """Nothing is claimed any more, persons' runs included; what is under way ends. False when paused already."""
    AIQueueState.objects.get_or_create(name="queue")
    return bool(AIQueueState.objects.filter(name="queue", paused=False).update(paused=True))


def resume_queue() -> bool:
    """False when it was not paused. Messages that came during the pause were used up, so all are sent anew."""
    if not AIQueueState.objects.filter(name="queue", paused=True).update(paused=False):
        return False
    queue_window.forget_messages(AIProcessingLog.objects.all())
    transaction.on_commit(queue_window.fill, robust=True)
    return True


def pause(mass: AIMassRun, *, note: str = "") -> bool:
    """None of its runs begins any more; those under way end. False when it was not running."""
    if not mass.step(MassState.PAUSED, note=note):
        return False
    queue_window.forget_messages(AIProcessingLog.objects.filter(mass=mass))
    transaction.on_commit(queue_window.fill, robust=True)
    return True


def resume(mass: AIMassRun) -> bool:
    if not mass.step(MassState.RUNNING, note=""):
        return False
    transaction.on_commit(lambda: mass_runs.send_for_chunks(mass.pk), robust=True)
    transaction.on_commit(queue_window.fill, robust=True)
    return True


def cancel(mass: AIMassRun) -> bool:
    """Submit and begin nothing more; `close_cancelled` ends what waits. False when it has ended already."""
    with transaction.atomic():
        if not mass.step(MassState.CANCELLED):
            return False
        AIMassChunk.objects.filter(mass=mass).delete()
    return True


def close_cancelled() -> int:
    """Fail the waiting runs of cancelled mass runs, in batches; returns how many. Runs under way end by themselves."""
    cancelled = AIMassRun.objects.filter(state=MassState.CANCELLED)
    waiting = AIProcessingLog.objects.filter(mass__in=cancelled.values("pk"), status=Status.PENDING)
    closed = 0
    while ids := list(waiting.values_list("pk", flat=True)[:BATCH]):
        closed += AIProcessingLog.objects.filter(pk__in=ids, status=Status.PENDING).step(
            Status.FAILED,
            actor=Actor.QUEUE,
            completed_at=timezone.now(),
            message_sent_at=None,
            error_code=CANCELLED,
            error_message=_("Массовая обработка отменена."),
        )
    return closed


def tend_mass_runs() -> None:
    """The sweep's part: submission goes on, limits are kept, what is done is finished, what is cancelled is closed."""
    now = timezone.now()
    close_cancelled()
    chunks = AIMassChunk.objects.filter(mass=OuterRef("pk"))
    runs = AIProcessingLog.objects.open().filter(mass=OuterRef("pk"))
    for mass in AIMassRun.objects.unfinished().filter(~Exists(chunks), ~Exists(runs)):
        mass.step(MassState.FINISHED)
    running = AIMassRun.objects.filter(state=MassState.RUNNING)
    for mass in running.filter(Exists(chunks), updated_at__lt=now - STALLED):
        if AIMassRun.objects.filter(pk=mass.pk, updated_at=mass.updated_at).update(updated_at=now):
            mass_runs.send_for_chunks(mass.pk)
    limited = list(running.filter(cost_limit_usd__isnull=False))
    for mass_id, done in progress(limited).items():
        mass = next(one for one in limited if one.pk == mass_id)
        if mass.cost_limit_usd is not None and done.cost_usd >= mass.cost_limit_usd:
            pause(mass, note=_("Предел расходов достигнут: {cost_usd:.6f} $").format(cost_usd=done.cost_usd))
