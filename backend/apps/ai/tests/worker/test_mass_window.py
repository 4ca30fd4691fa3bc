"""Which runs are told about, in which order, and that the broker never holds more than a window of messages."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import redis
from django.utils import timezone

from apps.ai import tasks
from apps.ai.models import AIProcessingLog, AIQueueState, ServicePause
from apps.ai.models.processing import Priority
from apps.ai.services.money import breaker
from apps.ai.services.queue import window as queue_window
from apps.ai.services.runs.submission import submit
from apps.ai.services.worker import control as queue_control
from apps.ai.tests.support.processes import Shop
from apps.products.models import Product
from config.celery import app as celery_app

pytestmark = pytest.mark.django_db
Messages = Callable[[], list[dict[str, Any]]]
MakeProduct = Callable[..., Product]
MASS, IMPORT, PERSON = Priority.MASS, Priority.IMPORT, Priority.PERSON


@pytest.fixture
def window(settings: Any) -> Callable[[int], None]:
    def resize(size: int) -> None:
        settings.AI_CONFIG = {**settings.AI_CONFIG, "MESSAGE_WINDOW": size}

    return resize


@pytest.fixture
def run(make_product: MakeProduct) -> Callable[..., AIProcessingLog]:
    """A pending run without a message."""

    def make(**fields: Any) -> AIProcessingLog:
        return AIProcessingLog.objects.create(product=make_product(), **fields)

    return make


def _told(messages: Messages) -> list[int]:
    return [message["kwargs"]["run_id"] for message in messages()]


def test_a_deep_backlog_never_gets_more_than_a_window(run: Any, window: Any, messages: Messages) -> None:
    window(3)
    runs = [run(priority=MASS) for _ in range(10)]
    for _ in range(5):
        tasks.sweep()
    assert _told(messages) == [one.pk for one in runs[:3]]


def test_a_backlog_without_workers_gets_no_second_messages(run: Any, window: Any, messages: Messages) -> None:
    """The messages lie in the broker still, so they are not lost, however old they are."""
    window(3)
    for _ in range(5):
        run(priority=MASS)
    tasks.sweep()
    AIProcessingLog.objects.filter(message_sent_at__isnull=False).update(
        message_sent_at=timezone.now() - timedelta(hours=5)
    )
    assert tasks.sweep()["woken"] == 0
    assert len(messages()) == 3


def test_a_flushed_broker_is_noticed(run: Any, window: Any, messages: Messages) -> None:
    window(2)
    runs = [run(priority=MASS) for _ in range(3)]
    tasks.sweep()
    assert len(messages()) == 2  # taken out: the broker is empty now
    assert tasks.sweep()["woken"] == 0  # too early to say that they are lost
    AIProcessingLog.objects.filter(message_sent_at__isnull=False).update(
        message_sent_at=timezone.now() - timedelta(minutes=2)
    )
    assert tasks.sweep()["woken"] == 2
    assert _told(messages) == [one.pk for one in runs[:2]]


def test_one_lost_message_among_others_is_sent_again(run: Any, window: Any, messages: Messages) -> None:
    window(3)
    lost = run(message_sent_at=timezone.now() - timedelta(hours=1))
    for _ in range(2):
        run(priority=MASS)
    tasks.sweep()
    assert sorted(_told(messages)) == sorted(AIProcessingLog.objects.values_list("pk", flat=True))
    lost.refresh_from_db()
    assert lost.message_sent_at is not None
    assert lost.message_sent_at > timezone.now() - timedelta(minutes=1)


def test_priorities_then_sources_in_turn_then_age(run: Any, window: Any, messages: Messages) -> None:
    a = [run(priority=MASS, source="a") for _ in range(4)]
    b = [run(priority=MASS, source="b") for _ in range(2)]
    single = run(priority=IMPORT, source="parser")
    waiting_person = run(priority=PERSON, source="api")
    window(6)
    queue_window.fill()
    told = _told(messages)
    assert told[:2] == [waiting_person.pk, single.pk]
    assert told[2:] == [a[0].pk, b[0].pk, a[1].pk, b[1].pk]


def test_no_source_is_always_the_first(run: Any, window: Any, messages: Messages) -> None:
    """One place at a time: each source gets it in turn."""
    window(1)
    for _ in range(3):
        run(priority=MASS, source="a")
        run(priority=MASS, source="b")
    sources = []
    for _ in range(4):
        queue_window.fill()
        (told,) = _told(messages)
        chosen = AIProcessingLog.objects.get(pk=told)
        sources.append(chosen.source)
        AIProcessingLog.objects.filter(pk=told).update(status="approved")
    assert sorted(sources) == ["a", "a", "b", "b"]


def test_runs_that_are_not_due_wait(run: Any, messages: Messages) -> None:
    run(next_attempt_at=timezone.now() + timedelta(minutes=1))
    due = run(next_attempt_at=timezone.now() - timedelta(seconds=1))
    assert queue_window.fill() == 1
    assert _told(messages) == [due.pk]


def test_a_person_does_not_wait_for_room(
    make_product: MakeProduct,
    run: Any,
    window: Any,
    messages: Messages,
    django_capture_on_commit_callbacks: Any,
) -> None:
    window(1)
    run(priority=MASS)
    queue_window.fill()
    messages()
    with django_capture_on_commit_callbacks(execute=True):
        imported = submit(make_product().pk, source="parser").run
        asked = submit(make_product().pk, source="api", priority=PERSON).run
    assert _told(messages) == [asked.pk]
    imported.refresh_from_db()
    assert imported.message_sent_at is None


def test_whoever_ends_a_run_wakes_the_next(
    run: Any, window: Any, messages: Messages, scripted: Callable[..., Any]
) -> None:
    scripted()
    window(2)
    runs = [run(priority=MASS) for _ in range(4)]
    queue_window.fill()
    assert _told(messages) == [runs[0].pk, runs[1].pk]
    for told in runs[:2]:
        tasks.process_product_ai(told.product_id, run_id=told.pk)
    assert _told(messages) == [runs[2].pk, runs[3].pk]


def test_two_fills_at_once_send_once(run: Any, messages: Messages) -> None:
    only = run()
    assert queue_window.fill() == 1
    assert queue_window.fill() == 0
    assert not queue_window.notify(only)
    assert _told(messages) == [only.pk]


def test_a_paused_provider_gets_one_probe(run: Any, messages: Messages) -> None:
    for _ in range(3):
        run(priority=MASS)
    pause = ServicePause.objects.create(
        endpoint=breaker.endpoint(), state="open", until=timezone.now() + timedelta(minutes=5)
    )
    assert queue_window.fill() == 0
    ServicePause.objects.filter(pk=pause.pk).update(until=timezone.now() - timedelta(seconds=1))
    assert queue_window.fill() == 1
    assert len(messages()) == 1


def test_a_spent_budget_lets_only_a_few_try(
    run: Any, window: Any, messages: Messages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue_window, "BUDGET_PROBES", 2)
    window(50)
    run(error_code="budget", next_attempt_at=timezone.now() + timedelta(hours=3))
    for _ in range(5):
        run(priority=MASS)
    assert queue_window.fill() == 2


def test_a_paused_queue_claims_nothing_and_tells_nobody(run: Any, messages: Messages) -> None:
    waiting = run()
    assert queue_control.pause_queue()
    assert not queue_control.pause_queue()
    assert queue_window.fill() == 0
    assert AIProcessingLog.objects.claim(waiting.pk, owner="a", lease=timedelta(minutes=1)) is None
    assert queue_control.resume_queue()
    assert not queue_control.resume_queue()
    assert queue_window.fill() == 1
    assert AIProcessingLog.objects.claim(waiting.pk, owner="a", lease=timedelta(minutes=1)) is not None


def test_a_broker_that_is_down_loses_nothing(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages that could not be sent are not noted as sent."""
    waiting = run()

    def refuse(*args: Any, **kwargs: Any) -> None:
        raise ConnectionRefusedError

    with monkeypatch.context() as broken:
        broken.setattr(celery_app, "send_task", refuse)
        broken.setattr(queue_window, "_broker_rests_until", 0.0)
        assert queue_window.fill() == 0
        assert not queue_window.send_task("apps.ai.tasks.submit_mass_run", 1)
        # It would raise if it were asked again: an import leaves the broker alone for a while.
        broken.setattr(celery_app, "send_task", None)
        assert not queue_window.notify(waiting)
    waiting.refresh_from_db()
    assert waiting.message_sent_at is None
    assert queue_window.fill() == 1


def test_the_broker_is_counted(run: Any, messages: Messages) -> None:
    assert queue_window.messages_in_broker() == 0
    run()
    run()
    queue_window.fill()
    assert queue_window.messages_in_broker() == 2
    assert AIQueueState.objects.get(name="window").position == 2


COUNT = """
from apps.ai.services.queue import window
print([window.messages_in_broker() for _ in range(3)], window.send_task("nobody.knows", 1))
print([window.messages_in_broker() for _ in range(3)])
"""


@pytest.mark.parametrize(
    ("database", "printed"),
    [
        ("8", "[0, 0, 0] True\n[1, 1, 1]"),
        ("nowhere", "[None, None, None] False\n[None, None, None]"),
    ],
)
def test_a_real_broker_is_counted_again_and_again(tmp_path: Path, database: str, printed: str) -> None:
    if not os.environ.get("REDIS_URL"):
        pytest.skip("REDIS_URL names no server")
    url = os.environ["REDIS_URL"].rpartition("/")[0] + "/8"
    redis.Redis.from_url(url).flushdb()
    broker = url if database == "8" else "redis://127.0.0.1:1/0"
    shop = Shop(tmp_path, {"DATABASE_URL": "sqlite:///:memory:", "CELERY_BROKER_URL": broker})
    done = shop.manage("shell", "-c", COUNT)
    redis.Redis.from_url(url).flushdb()
    assert done.stdout.strip().endswith(printed), done.stdout + done.stderr
