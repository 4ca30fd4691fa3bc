"""Equal goods and variants in one backlog: one of them is asked about by post, the others take its answer over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.ai import tasks
from apps.ai.models import AIBatch, AICall, AIMassRun, AIProcessingLog
from apps.ai.services.batch import answers, lane
from apps.ai.tests.batch.conftest import Backlog, Killed
from apps.ai.tests.batch.steps import asked, chats, states, through, time_passes, work_off
from apps.ai.tests.support.openai_server import OpenAIServer
from apps.ai.types import Mode

pytestmark = pytest.mark.django_db
DRESS = "Платье летнее {}, размер {}"
COLOURS = (("чёрное", "S"), ("синее", "M"), ("красное", "L"))
GOODS: dict[str, Any] = {
    "title": "Парацетамол 500 мг, 7 таблеток",
    "description": "Таблетки парацетамола 500 мг, в упаковке 7 таблеток.",
}


@pytest.fixture
def dresses(backlog: Backlog) -> list[AIProcessingLog]:
    return [
        backlog(1, title=DRESS.format(*kind), description="Летнее платье из хлопка.", brand="Zarina")[0]
        for kind in COLOURS
    ]


def _to_the_end(server: OpenAIServer) -> None:
    """The lane and a worker in turns, as the beat has them."""
    for _ in range(4):
        lane.submit()
        through(server)
        work_off()


def _lines(run: AIProcessingLog, *stages: str) -> list[str]:
    return [f"{run.pk}:{stage}:1" for stage in stages]


def test_the_same_goods_are_one_line(server: OpenAIServer, backlog: Backlog) -> None:
    first, second, third = (backlog(1, **GOODS, source_name=name)[0] for name in ("north", "south", "east"))
    [other] = backlog(1)
    lane.submit()
    assert set(asked(server.batches)) == {f"{first.pk}:category:1", f"{other.pk}:category:1"}
    _to_the_end(server)
    assert states() == {"approved": 4}
    assert sorted(asked(server.batches)) == sorted(
        [*_lines(first, "category", "draft"), *_lines(other, "category", "draft")]
    )
    assert set(asked(server.batches).values()) == {1}
    assert chats(server) == 0
    first.refresh_from_db()
    for run in (second, third):
        run.refresh_from_db()
        assert run.generated_description == first.generated_description
        assert not AICall.objects.filter(run_id=run.pk).exclude(operation="embedding").exists()


def test_variants_are_one_line_and_each_has_its_own_card(
    server: OpenAIServer, dresses: list[AIProcessingLog]
) -> None:
    _to_the_end(server)
    assert sorted(asked(server.batches)) == _lines(dresses[0], "category", "draft")
    assert chats(server) == 0
    assert states() == {"approved": 3}
    for run, (colour, size) in zip(dresses, COLOURS, strict=True):
        run.refresh_from_db()
        title = run.generated_title or ""
        assert colour[:-1].casefold() in title.casefold()
        assert size in title


def test_one_that_comes_later_waits_as_well(server: OpenAIServer, backlog: Backlog) -> None:
    [first] = backlog(1, **GOODS)
    lane.submit()
    AIProcessingLog.objects.update(updated_at=timezone.now() - timedelta(hours=5))
    [second] = backlog(1, **GOODS, source_name="south")
    assert lane.submit() == []
    _to_the_end(server)
    assert states() == {"approved": 2}
    assert sorted(asked(server.batches)) == _lines(first, "category", "draft")
    first.refresh_from_db()
    second.refresh_from_db()
    assert second.generated_description == first.generated_description


def test_between_the_lane_and_the_worker_it_goes_on_waiting(server: OpenAIServer, backlog: Backlog) -> None:
    """The first one's answers are all there, its card is not yet."""
    first, _ = (backlog(1, **GOODS, source_name=name)[0] for name in ("north", "south"))
    lane.submit()
    through(server)
    first.refresh_from_db()
    assert first.status == "pending"
    assert lane.submit() == []
    work_off()
    lane.submit()
    work_off()
    assert states() == {"approved": 2}
    assert chats(server) == 0
    assert sorted(asked(server.batches)) == _lines(first, "category", "draft")


@pytest.mark.parametrize("how", ["http_error", "invalid", "missing"])
def test_the_first_one_fails_and_the_next_is_asked(
    server: OpenAIServer, dresses: list[AIProcessingLog], how: str
) -> None:
    first = dresses[0]
    server.batches.plan[f"{first.pk}:category:1"] = how
    lane.submit()
    through(server)
    assert states() == {"pending": 1, "processing": 2}
    AIProcessingLog.objects.filter(pk=first.pk).update(status="failed")  # a worker could do no better
    _to_the_end(server)
    assert states() == {"failed": 1, "approved": 2}
    lines = asked(server.batches)
    own, of_second, of_third = (set(_lines(run, "category", "draft")) & set(lines) for run in dresses)
    assert own == set(_lines(first, "category"))
    assert sorted(map(len, (of_second, of_third))) == [0, 2]
    assert set(lines.values()) == {1}


def test_the_first_one_loses_its_product(server: OpenAIServer, dresses: list[AIProcessingLog]) -> None:
    lane.submit()
    dresses[0].product.delete()
    _to_the_end(server)
    assert (
        AIProcessingLog.objects.filter(pk__in=[run.pk for run in dresses[1:]], status="approved").count() == 2
    )
    assert chats(server) == 0


@pytest.mark.parametrize("step", ["built", "uploaded", "creating", "created", "line", "read", "emptied"])
def test_killed_anywhere_each_ends_and_is_asked_once(
    server: OpenAIServer, backlog: Backlog, kill_at: Callable[..., None], step: str
) -> None:
    for name in ("north", "south", "east"):
        backlog(1, **GOODS, source_name=name)
    kill_at(step)
    with pytest.raises(Killed):
        _to_the_end(server)
    time_passes()
    _to_the_end(server)
    assert states() == {"approved": 3}
    assert chats(server) == 0
    assert server.batches.usage["lines"] == 2
    assert not AIBatch.objects.exclude(state__in=("ingested", "discarded")).exists()


def test_a_lane_that_is_switched_off_leaves_nobody_waiting(server: OpenAIServer, backlog: Backlog) -> None:
    for name in ("north", "south"):
        backlog(1, **GOODS, source_name=name)
    lane.submit()
    AIProcessingLog.objects.update(
        lease_expires_at=timezone.now() - timedelta(seconds=1), updated_at=timezone.now() - timedelta(days=2)
    )
    tasks.sweep()
    work_off()
    assert states() == {"approved": 2}


def test_polling_keeps_those_who_wait(server: OpenAIServer, backlog: Backlog) -> None:
    for name in ("north", "south"):
        backlog(1, **GOODS, source_name=name)
    lane.submit()
    soon = timezone.now() + timedelta(minutes=1)
    AIProcessingLog.objects.update(lease_expires_at=soon)
    lane.poll()
    for run in AIProcessingLog.objects.all():
        assert run.lease_expires_at is not None
        assert run.lease_expires_at > timezone.now() + timedelta(hours=24)


def test_a_forced_run_is_asked_about(server: OpenAIServer, backlog: Backlog) -> None:
    runs = [backlog(1, Mode.CATEGORY, **GOODS, source_name=name)[0] for name in ("north", "south")]
    runs[1].options = {**runs[1].options, "force": True}
    runs[1].save()
    lane.submit()
    assert set(asked(server.batches)) == {f"{run.pk}:category:1" for run in runs}


def test_answers_that_came_do_not_make_two_ask(server: OpenAIServer, backlog: Backlog) -> None:
    """Several wait for one that fails: the next round asks about one of them, not about all."""
    runs = [backlog(1, **GOODS, source_name=name)[0] for name in ("a", "b", "c", "d")]
    lane.submit()
    AIProcessingLog.objects.filter(pk=runs[0].pk).update(status="failed", lease_owner="")
    server.batches.finish()
    lane.poll()
    answers.ingest()
    assert (
        sum(run_id != str(runs[0].pk) for run_id in (key.split(":")[0] for key in asked(server.batches))) == 1
    )


@pytest.mark.parametrize("state", ["paused", "cancelled"])
def test_followers_of_a_halted_mass_run_wait_in_the_queue(
    server: OpenAIServer, backlog: Backlog, state: str
) -> None:
    first, second = (backlog(1, **GOODS, source_name=name)[0] for name in ("north", "south"))
    mass = AIMassRun.objects.create(mode="full", priority=6, state="running")
    AIProcessingLog.objects.filter(pk=second.pk).update(mass=mass)
    lane.submit()
    AIMassRun.objects.update(state=state)
    through(server)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (second.status, second.lease_owner, second.stage_results) == ("pending", "", {})
    assert sorted(asked(server.batches)) == _lines(first, "category", "draft")
