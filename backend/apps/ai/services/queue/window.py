"""Which runs workers are notified of: a bounded number of messages, however long the queue is.

The rows are the queue; the broker holds messages for AI_MESSAGE_WINDOW of them at most. Whoever ends a run, and
every sweep, fills the window: by priority, then in turn for every source, then by age. For a person's run a message
is sent at once, whatever the window.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, zip_longest
from typing import Any

from celery import current_app
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import ChannelError, OperationalError

from apps.ai import conf
from apps.ai.exceptions import BudgetExceeded
from apps.ai.models import AIMassRun, AIProcessingLog, AIQueueState
from apps.ai.models.mass import MassState
from apps.ai.models.processing import Priority, RunQuerySet, Status
from apps.ai.services.money import breaker

logger = logging.getLogger(__name__)

QUEUE = "ai"
TASK_NAME = "apps.ai.tasks.process_product_ai"
#: While a budget is spent so many at a time find out whether it still is.
BUDGET_PROBES = 8
#: A message is given up after so many sweep intervals, if the broker does not hold it any more.
SILENT_SWEEPS = 3

#: Runs that had so many attempts are not claimed together with others.
ATTEMPTS_TOGETHER = 2
#: While the broker does not answer, an import does not wait for it at every product, in seconds.
BROKER_REST = 10.0

_ended = 0
_broker_rests_until = 0.0
_counting = threading.Lock()


def fill() -> int:
    """Send messages until the window is full; returns how many. Of two at the same time one does it."""
    picked = _pick()
    return _send(picked, marked_at=picked[0].message_sent_at) if picked else 0


def claim(limit: int, *, owner: str) -> list[AIProcessingLog]:
    """The next runs in their turn, claimed by the caller without any message; none during a pause.

    A run that has failed before comes alone, by message: what kills its worker takes no others along. When every
    waiting run has a message already, claims those with the latest messages; these then arrive to no effect.
    """
    lease = timedelta(seconds=conf.get().lease_seconds)
    with _locked() as lock:
        ids = lock.next_ids(limit)
        if lock.position is not None and not ids and _room(lock.now, limit) == limit:
            notified = (
                AIProcessingLog.objects.with_message().due(now=lock.now).exclude(priority=Priority.PERSON)
            )
            ids = list(notified.order_by("-message_sent_at", "-pk").values_list("pk", flat=True)[:limit])
        claimed = (
            AIProcessingLog.objects.claim_all(ids, owner=owner, lease=lease, attempts_below=ATTEMPTS_TOGETHER)
            if ids
            else []
        )
    return sorted(claimed, key=lambda run: ids.index(run.pk))


def refill() -> int:
    """For whoever has just ended a run: fill the window once it is half empty.

    Looked at after every sixteenth of a window only, so that it costs next to nothing for one run.
    """
    global _ended
    size = conf.get().message_window
    with _counting:
        _ended += 1
        if _ended % max(1, size // 16):
            return 0
    if AIProcessingLog.objects.with_message().count() * 2 > size:
        return 0
    return fill()


def notify(run: AIProcessingLog) -> bool:
    """Send a new run's message if a person waits for it or the window has room; else its turn will come."""
    if run.priority != Priority.PERSON:
        if time.monotonic() < _broker_rests_until:
            return False
        notified = AIProcessingLog.objects.with_message().count()
        if notified >= conf.get().message_window:
            return False
    now = timezone.now()
    if not AIProcessingLog.objects.without_message().filter(pk=run.pk).update(message_sent_at=now):
        return False
    run.message_sent_at = now
    return _send([run], marked_at=now) == 1


def notify_after_commit(run: AIProcessingLog) -> None:
    """`notify` when the surrounding transaction commits."""
    transaction.on_commit(lambda: notify(run), robust=True)


def notify_many() -> int:
    """One call for many new runs: fills the window, unless the broker refused a message a moment ago."""
    return 0 if time.monotonic() < _broker_rests_until else fill()


def forget_messages(runs: RunQuerySet) -> int:
    """Forget that messages were sent: late ones find their run pending or not, and are harmless."""
    return runs.with_message().update(message_sent_at=None)


def forget_lost() -> int:
    """Find messages that the broker lost; their runs take their turn again. Returns how many.

    There are as many of them as notified runs exceed the messages in the broker; the longest silent are taken. So a
    backlog that nobody works on gets no second messages, and a flushed broker is noticed within seconds.
    """
    held = messages_in_broker()
    if held is None:
        return 0
    notified = AIProcessingLog.objects.with_message()
    lost = notified.count() - held
    if lost <= 0:
        return 0
    silent = notified.filter(message_sent_at__lt=timezone.now() - _silence())
    ids = list(silent.order_by("message_sent_at").values_list("pk", flat=True)[:lost])
    return forget_messages(AIProcessingLog.objects.filter(pk__in=ids))


def messages_in_broker() -> int | None:
    """Messages that no worker has taken yet, of all tasks of the queue; None when the broker does not answer."""
    try:
        with current_app.connection_for_write() as connection:
            connection.ensure_connection(max_retries=1)
            channel: Any = connection.default_channel
            return int(channel.queue_declare(queue=QUEUE, passive=True).message_count)
    except ChannelError:
        return 0
    except (OperationalError, OSError) as error:
        logger.warning("The broker does not answer: %s", error)
        return None


def send_task(name: str, *arguments: int) -> bool:
    """Send a short task that goes before all runs; false when the broker does not answer."""
    try:
        current_app.send_task(name, args=arguments, queue=QUEUE, priority=Priority.PERSON)
    except (OperationalError, OSError) as error:
        logger.warning("The broker takes no messages: %s", error)
        return False
    return True


def _silence() -> timedelta:
    return timedelta(seconds=conf.get().sweep_seconds * SILENT_SWEEPS)


@dataclass(frozen=True, slots=True)
class _Lock:
    """The window's row, locked. `position` None: another process has it, or everything is paused."""

    position: int | None
    now: datetime

    def next_ids(self, limit: int | None) -> list[int]:
        """The next runs: `limit`, or what the window has room for."""
        if self.position is None:
            return []
        ids = _in_turn(room=_room(self.now, limit), turn=self.position, now=self.now)
        if ids:
            AIQueueState.objects.filter(name="window").update(position=self.position + len(ids))
        return ids


@contextmanager
def _locked() -> Iterator[_Lock]:
    """One process at a time says who is next, in one transaction."""
    now = timezone.now()
    AIQueueState.objects.get_or_create(name="window")
    with transaction.atomic():
        mine = AIQueueState.objects.select_for_update(skip_locked=True).filter(name="window").first()
        paused = mine is None or AIQueueState.objects.filter(name="queue", paused=True).exists()
        yield _Lock(None if paused or mine is None else mine.position, now)


def _pick() -> list[AIProcessingLog]:
    """The next runs that the window has room for, marked as notified."""
    with _locked() as lock:
        ids = lock.next_ids(None)
        if not ids:
            return []
        AIProcessingLog.objects.without_message().filter(pk__in=ids).update(message_sent_at=lock.now)
        marked = AIProcessingLog.objects.with_message().filter(message_sent_at=lock.now)
        found = marked.only("product_id", "task_id", "priority", "message_sent_at").in_bulk(ids)
    return [found[run_id] for run_id in ids if run_id in found]


def _room(now: datetime, limit: int | None) -> int:
    """How many workers may be notified of now. A provider that is paused gets its probe and nothing else."""
    callers = breaker.callers()
    if callers is not None:
        return callers if limit is None else 0
    room = limit
    if room is None:
        room = conf.get().message_window - AIProcessingLog.objects.with_message().count()
    out_of_money = AIProcessingLog.objects.filter(
        status=Status.PENDING, error_code=BudgetExceeded.code, next_attempt_at__gt=now
    )
    return max(0, min(room, BUDGET_PROBES) if out_of_money.exists() else room)


def _in_turn(*, room: int, turn: int, now: datetime) -> list[int]:
    """Ids of the next `room` runs. `turn`: how many were picked before, so that no source is always the first."""
    picked: list[int] = []
    for priority, sources in _waiting_sources().items():
        if len(picked) >= room:
            break
        queues = [_oldest(priority, source, room - len(picked), now) for source in sources]
        queues = [queue for queue in queues if queue]
        first = turn % len(queues) if queues else 0
        in_turn = chain.from_iterable(zip_longest(*queues[first:], *queues[:first]))
        picked += [run_id for run_id in in_turn if run_id is not None][: room - len(picked)]
    return picked


def _waiting_sources() -> dict[int, list[str]]:
    """By priority, whose runs wait for their turn: one index lookup a source, however many runs those are."""
    waiting = AIProcessingLog.objects.without_message().order_by("priority", "source")
    found: dict[int, list[str]] = {}
    pair = waiting.values_list("priority", "source").first()
    while pair is not None:
        priority, source = pair
        found.setdefault(priority, []).append(source)
        pair = (
            waiting.filter(priority=priority, source__gt=source).values_list("priority", "source").first()
            or waiting.filter(priority__gt=priority).values_list("priority", "source").first()
        )
    return found


def _oldest(priority: int, source: str, limit: int, now: datetime) -> list[int]:
    """Runs of a source that are due, the oldest first; those of halted mass runs wait on."""
    due = AIProcessingLog.objects.without_message().due(now=now).filter(priority=priority, source=source)
    running = AIMassRun.objects.filter(state=MassState.RUNNING, priority=priority, source=source)
    ids: list[int] = []
    for mass_id in (None, *running.values_list("pk", flat=True)):
        lane = due.filter(mass__isnull=True) if mass_id is None else due.filter(mass=mass_id)
        ids += lane.order_by("pk").values_list("pk", flat=True)[:limit]
    return sorted(ids)[:limit]


def _send(runs: Sequence[AIProcessingLog], *, marked_at: datetime | None) -> int:
    """Send messages that are already noted on the rows. Those that the broker refused take their turn again."""
    global _broker_rests_until
    for sent, run in enumerate(runs):
        try:
            current_app.send_task(
                TASK_NAME,
                args=[run.product_id],
                kwargs={"run_id": run.pk},
                task_id=str(run.task_id),
                queue=QUEUE,
                priority=run.priority,
            )
        except (OperationalError, OSError) as error:
            logger.warning("The broker takes no messages: %s", error)
            _broker_rests_until = time.monotonic() + BROKER_REST
            unsent = [run.pk for run in runs[sent:]]
            forget_messages(AIProcessingLog.objects.filter(pk__in=unsent, message_sent_at=marked_at))
            return sent
    return len(runs)
