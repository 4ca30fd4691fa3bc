"""The batch lane against a server that speaks the Files and Batches protocol: real sockets, the real SDK."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from PIL import Image

from apps.ai import tasks
from apps.ai.exceptions import AIError, BudgetExceeded
from apps.ai.models import AIBatch, AIBatchItem, AIBudgetPeriod, AICall, AIMassRun, AIProcessingLog
from apps.ai.services.batch import answers, lane
from apps.ai.services.batch import claims as batch_claims
from apps.ai.services.runs import pipeline
from apps.ai.services.runs.submission import submit_bulk
from apps.ai.tests.batch.conftest import Backlog, Killed, MakeProduct
from apps.ai.tests.batch.steps import asked, chats, items, states, through, time_passes, work_off
from apps.ai.tests.support.llm_door import IN_MEMORY
from apps.ai.tests.support.openai_server import OpenAIServer
from apps.ai.types import Mode, RunOptions
from apps.products.models import Category, Product

pytestmark = pytest.mark.django_db


def test_a_backlog_goes_through_two_batches_at_half_price(server: OpenAIServer, backlog: Backlog) -> None:
    runs = backlog(5)
    [batch] = lane.submit()
    assert (batch.stage, batch.state, batch.lines, batch.provider_id) == ("category", "open", 5, "batch_0")
    for run in AIProcessingLog.objects.all():
        assert (run.status, run.lease_owner, run.attempts) == ("processing", batch.owner, 0)
        assert run.lease_expires_at is not None
        assert run.lease_expires_at > timezone.now() + timedelta(hours=24)
    assert sorted(asked(server.batches)) == sorted(f"{run.pk}:category:1" for run in runs)

    assert [one.state for one in lane.poll()] == ["open"]
    assert answers.ingest() == {}
    server.batches.doubled = 2
    server.batches.finish()
    lane.poll()
    assert answers.ingest() == {"done": 5, "double": 2}
    batch.refresh_from_db()
    assert (batch.state, batch.provider_status, batch.completed) == ("ingested", "completed", 7)

    drafts = AIBatch.objects.get(stage="draft")
    assert (drafts.state, drafts.lines) == ("open", 5)
    assert set(AIProcessingLog.objects.values_list("lease_owner", flat=True)) == {drafts.owner}
    server.batches.doubled = 0
    through(server)
    assert states() == {"pending": 5}
    assert items() == {"done": 10}

    work_off()
    assert states() == {"approved": 5}
    assert chats(server) == 0
    for run in AIProcessingLog.objects.all():
        assert set(run.stage_results) == {"category", "draft"}
        assert set(run.raw_llm_response or {}) == {"category", "draft"}
        assert run.suggested_category is not None
        assert run.suggested_category.slug == "pain"
        assert run.generated_title


def test_the_ledger_books_every_line_at_the_batch_price(server: OpenAIServer, backlog: Backlog) -> None:
    backlog(3)
    lane.submit()
    through(server)
    calls = AICall.objects.filter(operation="chat")
    assert calls.count() == 6
    assert {call.status for call in calls} == {"ok"}
    assert {call.price_factor for call in calls} == {Decimal("0.5")}
    assert {call.held_nano for call in calls} == {0}
    used = server.batches.usage
    assert used["lines"] == 6
    assert sum(call.prompt_tokens for call in calls) == used["prompt"]
    assert sum(call.completion_tokens for call in calls) == used["completion"]
    full = (used["prompt"] * Decimal("0.15") + used["completion"] * Decimal("0.60")) / 10**6
    assert sum(call.cost_usd or 0 for call in calls) == full / 2
    work_off()
    run = AIProcessingLog.objects.order_by("pk")[0]
    own = AICall.objects.filter(run_id=run.pk)
    assert run.tokens_used["completion"] == sum(call.completion_tokens for call in own)


def test_the_result_is_what_a_worker_would_have_found(
    server: OpenAIServer, backlog: Backlog, make_product: MakeProduct
) -> None:
    [by_batch] = backlog(1)
    lane.submit()
    through(server)
    work_off()
    by_batch.refresh_from_db()
    by_batch.work_key = ""  # or the twin would take the answers over
    by_batch.save()
    twin = make_product(title=by_batch.product.title, description=by_batch.product.description)
    submit_bulk(
        [twin.pk],
        mode=Mode.FULL,
        options=RunOptions(analyze_images=False, force=True),
        source="mass",
        priority=6,
    )
    work_off()
    by_worker = AIProcessingLog.objects.get(product=twin)
    assert chats(server) == 2
    assert by_worker.stage_results == by_batch.stage_results


def test_only_mass_runs_that_nobody_was_told_of(
    server: OpenAIServer, backlog: Backlog, settings: Any
) -> None:
    told, person, paused, later, free = backlog(5)
    mass = AIMassRun.objects.create(mode="full", priority=6, state="paused")
    for run, values in (
        (told, {"message_sent_at": timezone.now()}),
        (person, {"priority": 0}),
        (paused, {"mass": mass}),
        (later, {"next_attempt_at": timezone.now() + timedelta(hours=1)}),
    ):
        AIProcessingLog.objects.filter(pk=run.pk).update(**values)
    lane.submit()
    taken = AIProcessingLog.objects.filter(status="processing").values_list("pk", flat=True)
    assert list(taken) == [free.pk]


def test_each_mode_takes_the_batches_it_needs(
    server: OpenAIServer, backlog: Backlog, tree: dict[str, Category]
) -> None:
    [described] = backlog(1, Mode.DESCRIPTION, category=tree["vitamins"])
    [categorised] = backlog(1, Mode.CATEGORY)
    lane.submit()
    assert sorted(asked(server.batches)) == sorted(
        [f"{described.pk}:draft:1", f"{categorised.pk}:category:1"]
    )
    through(server)
    work_off()
    described.refresh_from_db()
    categorised.refresh_from_db()
    assert set(described.stage_results) == {"draft"}
    assert set(categorised.stage_results) == {"category"}
    assert states() == {"approved": 2}
    assert (chats(server), AIBatch.objects.count()) == (0, 2)


def test_limits_make_chunks_and_nothing_falls_between(
    server: OpenAIServer, backlog: Backlog, settings: Any
) -> None:
    backlog(5)
    settings.AI_CONFIG = {**settings.AI_CONFIG, "BATCH_LIMITS": {"lines": 2}}
    assert [batch.lines for batch in lane.submit()] == [2, 2, 1]
    assert set(asked(server.batches).values()) == {1}


@pytest.mark.parametrize("looks", [False, True])
def test_a_limit_of_bytes_makes_chunks(
    server: OpenAIServer, backlog: Backlog, settings: Any, looks: bool
) -> None:
    backlog(4, looks=looks)
    lane.submit(limit=1)
    size = len(server.batches.files["file-in0"])
    settings.AI_CONFIG = {**settings.AI_CONFIG, "BATCH_LIMITS": {"bytes": size * 2 + 200}}
    assert [batch.lines for batch in lane.submit()] == [2, 1]
    assert all(len(file) <= size * 2 + 200 for file in server.batches.files.values())


def test_no_more_tokens_wait_than_the_cap_allows(
    server: OpenAIServer, backlog: Backlog, settings: Any
) -> None:
    backlog(3)
    [first] = lane.submit(limit=1)
    settings.AI_CONFIG = {**settings.AI_CONFIG, "BATCH_LIMITS": {"tokens": first.tokens * 2 + 200}}
    assert [batch.lines for batch in lane.submit()] == [1]
    assert lane.submit() == []
    assert states() == {"processing": 2, "pending": 1}
    assert AIProcessingLog.objects.get(status="pending").lease_owner == ""


def test_what_no_file_can_hold_is_left_to_the_workers(
    server: OpenAIServer, backlog: Backlog, settings: Any
) -> None:
    huge, small = backlog(2)
    Product.objects.filter(pk=huge.product_id).update(description="Длинное описание. " * 2000)
    settings.AI_CONFIG = {**settings.AI_CONFIG, "BATCH_LIMITS": {"bytes": 20_000}}
    lane.submit()
    huge.refresh_from_db()
    assert sorted(asked(server.batches)) == [f"{small.pk}:category:1"]
    assert (huge.status, huge.lease_owner) == ("pending", "")


def test_pictures_are_a_batch_of_their_own(
    server: OpenAIServer, backlog: Backlog, settings: Any, tmp_path: Any
) -> None:
    with_picture, _ = backlog(2, looks=True)
    Image.new("RGB", (300, 200), "white").save(tmp_path / "seen.jpg")
    content = (tmp_path / "seen.jpg").read_bytes()
    key = f"{settings.AI_R2_SETTINGS['original_images_path']}seen.jpg"
    stored = settings.MEDIA_ROOT / key
    stored.parent.mkdir(parents=True, exist_ok=True)
    stored.write_bytes(content)
    url = f"{settings.AI_R2_SETTINGS['cdn_url']}/{key}"
    with_picture.product.images.create(url=url, position=0)
    with_picture.product.images.create(url="http://127.0.0.1:9/gone.jpg", position=1)
    assert [(batch.stage, batch.lines) for batch in lane.submit()] == [("images", 1), ("category", 1)]
    [line] = server.batches.lines("batch_0")
    assert line["custom_id"] == f"{with_picture.pk}:images:1"
    assert line["body"]["messages"][1]["content"][1]["image_url"]["url"].startswith("data:image/jpeg;base64,")
    through(server)
    with_picture.refresh_from_db()
    assert set(with_picture.stage_results) == {"images", "category", "draft"}
    assert with_picture.stage_results["images"]["analyzed_urls"] == [url]
    assert with_picture.stage_results["images"]["dominant_colors"] == ["белый"]
    assert with_picture.stage_results["images"]["failures"] == [
        "http://127.0.0.1:9/gone.jpg: Port 9 is not allowed."
    ]
    call = AICall.objects.get(run_id=with_picture.pk, stage="images")
    assert (call.operation, call.images, call.price_factor) == ("vision", 1, Decimal("0.5"))
    work_off()
    assert states() == {"approved": 2}
    assert chats(server) == 0


# --- what goes wrong at the provider ---


def test_half_of_an_expired_batch_is_kept(server: OpenAIServer, backlog: Backlog) -> None:
    backlog(4)
    lane.submit()
    server.batches.finish("expired", share=0.5)
    lane.poll()
    assert answers.ingest() == {"done": 2, "refused": 2}
    assert states() == {"processing": 2, "pending": 2}
    assert AICall.objects.filter(operation="chat", status="failed", cost_usd=0, held_nano=0).count() == 2
    assert [batch.lines for batch in AIBatch.objects.filter(stage="draft")] == [2]
    assert [batch.stage for batch in lane.submit()] == []
    through(server)
    work_off()
    assert states() == {"approved": 4}
    assert chats(server) == 4


def test_a_cancelled_batch_gives_its_runs_back(server: OpenAIServer, backlog: Backlog) -> None:
    backlog(3)
    [batch] = lane.submit()
    call_command("ai_batch", "cancel", str(batch.pk), stdout=StringIO())
    assert server.batches.rows["batch_0"]["status"] == "cancelling"
    server.batches.finish("cancelled", share=0.0)
    lane.poll()
    answers.ingest()
    assert states() == {"pending": 3}
    assert items() == {"refused": 3}


def test_a_batch_that_fails_as_a_whole(server: OpenAIServer, backlog: Backlog) -> None:
    backlog(2)
    [batch] = lane.submit()
    server.batches.finish("failed")
    lane.poll()
    assert answers.ingest() == {"unanswered": 2}
    batch.refresh_from_db()
    assert (batch.state, batch.provider_status) == ("ingested", "failed")
    assert "invalid_json_line" in batch.problem
    assert states() == {"pending": 2}
    assert AICall.objects.filter(operation="chat", status="failed", cost_usd=0).count() == 2


def test_a_batch_that_the_provider_has_forgotten(server: OpenAIServer, backlog: Backlog) -> None:
    backlog(1)
    lane.submit()
    server.batches.rows.clear()
    lane.poll()
    assert answers.ingest() == {"unanswered": 1}
    call = AICall.objects.get(operation="chat")
    assert (call.status, call.cost_usd) == ("unusable", None)
    assert call.held_nano > 0
    assert states() == {"pending": 1}


@pytest.mark.parametrize(
    ("plan", "state", "booked"),
    [
        ("error", "refused", "failed"),
        ("http_error", "refused", "failed"),
        ("invalid", "unusable", "unusable"),
        ("truncated", "unusable", "unusable"),
        ("missing", "unanswered", "unusable"),
    ],
)
def test_a_bad_line_harms_only_its_own_run(
    server: OpenAIServer, backlog: Backlog, plan: str, state: str, booked: str
) -> None:
    bad, _ = backlog(2)
    lane.submit()
    server.batches.plan[f"{bad.pk}:category:1"] = plan
    server.batches.finish()
    lane.poll()
    assert answers.ingest() == {"done": 1, state: 1}
    assert AIBatchItem.objects.get(run=bad).state == state
    assert AICall.objects.get(run_id=bad.pk, operation="chat").status == booked
    bad.refresh_from_db()
    assert (bad.status, bad.stage_results) == ("pending", {})
    assert [batch.stage for batch in lane.submit()] == []
    through(server)
    work_off()
    assert states() == {"approved": 2}
    assert chats(server) == 2


def _with(**changes: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda body: {**body, **changes}


def _content(text: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def change(body: dict[str, Any]) -> dict[str, Any]:
        body["choices"][0]["message"]["content"] = text
        return body

    return change


@pytest.mark.parametrize(
    "hostile",
    [
        _with(choices=[]),
        _with(choices="x", usage={"prompt_tokens": -5, "completion_tokens": 10**30}),
        _with(usage={"prompt_tokens": 10**18, "completion_tokens": 1}, choices=[{"message": {}}]),
        _content("[" * 100_000),
        _content("\x00\ud800"),
        _content('{"choice": "999", "attributes": [], "extra": 1}'),
        lambda body: {"id": "\x00"},
    ],
)
def test_a_hostile_answer_is_no_answer(server: OpenAIServer, backlog: Backlog, hostile: Any) -> None:
    [run] = backlog(1)
    lane.submit()
    server.batches.plan[f"{run.pk}:category:1"] = hostile
    server.batches.finish()
    lane.poll()
    assert answers.ingest() == {"unusable": 1}
    run.refresh_from_db()
    assert (run.status, run.stage_results) == ("pending", {})
    work_off()
    assert states() == {"approved": 1}


def test_nothing_hostile_in_a_draft_reaches_the_card(server: OpenAIServer, backlog: Backlog) -> None:
    [run] = backlog(1)
    lane.submit()
    server.batches.finish()
    lane.poll()
    answers.ingest()

    def poison(body: dict[str, Any]) -> dict[str, Any]:
        message = body["choices"][0]["message"]
        answer = json.loads(message["content"])
        answer["description"] += "<script>alert(1)</script>\x00"
        message["content"] = json.dumps(answer)
        body["note"] = "\x00\ud800"
        return body

    server.batches.plan[f"{run.pk}:draft:1"] = poison
    through(server)
    run.refresh_from_db()
    assert items() == {"done": 2}
    assert "script" not in run.stage_results["draft"]["description"]
    assert "\x00" not in run.stage_results["draft"]["description"]
    assert (run.raw_llm_response or {})["draft"]["note"] == "?"
    work_off()
    assert states() == {"approved": 1}


def test_lines_that_are_not_ours_change_nothing(server: OpenAIServer, backlog: Backlog) -> None:
    [run] = backlog(1)
    lane.submit()
    ok = {"status_code": 200, "request_id": "", "body": {}}
    ids = (
        "999:category:1",
        f"{run.pk}:draft:1",
        "",
        "\x00",
        "x" * 5000,
        f"{run.pk}:category:1\n",
        "-1:category:1",
    )
    server.batches.extra = [
        json.dumps({"custom_id": one, "response": ok, "error": None}).encode() for one in ids
    ]
    server.batches.extra += [b"", b"{", b"[]", b"null", b'{"custom_id": 5}', b"\xff\xfe", b"[" * 50_000]
    server.batches.finish()
    lane.poll()
    assert answers.ingest() == {"done": 1, "unknown": 7, "unreadable": 6}


def test_a_line_of_endless_length_is_passed_over(
    server: OpenAIServer, backlog: Backlog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.ai.services.llm.batch_api.LONGEST_LINE", 100_000)
    backlog(2)
    lane.submit()
    server.batches.extra = [b"x" * 3_000_000, b'{"custom_id": "' + b"y" * 200_000 + b'"}']
    server.batches.finish()
    lane.poll()
    assert answers.ingest() == {"done": 2}


def test_a_product_that_changed_meanwhile_is_asked_about_anew(server: OpenAIServer, backlog: Backlog) -> None:
    [run] = backlog(1)
    lane.submit()
    Product.objects.filter(pk=run.product_id).update(title="Ибупрофен 200 мг, 30 таблеток")
    server.batches.finish()
    lane.poll()
    assert answers.ingest() == {"overtaken": 1}
    run.refresh_from_db()
    assert (run.status, run.stage_results) == ("pending", {})
    assert AICall.objects.get(operation="chat").status == "ok"


def test_a_run_that_somebody_else_took_keeps_what_it_has(server: OpenAIServer, backlog: Backlog) -> None:
    [run] = backlog(1)
    lane.submit()
    server.batches.finish()
    lane.poll()
    AIProcessingLog.objects.filter(pk=run.pk).update(lease_expires_at=timezone.now() - timedelta(seconds=1))
    tasks.sweep()
    work_off()
    before = AIProcessingLog.objects.values().get(pk=run.pk)
    assert answers.ingest() == {"overtaken": 1}
    assert AIProcessingLog.objects.values().get(pk=run.pk) == before
    assert before["status"] == "approved"
    assert AICall.objects.filter(operation="chat", status="ok").count() == 3


def test_sweeper_and_workers_leave_the_lane_alone(server: OpenAIServer, backlog: Backlog) -> None:
    [run] = backlog(1)
    [batch] = lane.submit()
    tasks.sweep()
    pipeline.run(run.pk)
    run.refresh_from_db()
    assert (run.status, run.lease_owner) == ("processing", batch.owner)
    assert AICall.objects.get(operation="chat").status == "sent"
    assert chats(server) == 0


# --- a process dies between two steps ---


@pytest.mark.parametrize("step", ["slice", "built", "uploaded"])
def test_killed_before_the_batch_was_created(
    server: OpenAIServer, backlog: Backlog, kill_at: Callable[..., None], step: str
) -> None:
    backlog(3)
    kill_at(step)
    with pytest.raises(Killed):
        lane.submit()
    assert states() == {"processing": 3}
    assert server.batches.rows == {}
    assert lane.submit() == []  # the first may still live
    time_passes()
    assert [batch.lines for batch in lane.submit()] == [3]
    assert sorted(AIBatch.objects.values_list("state", flat=True)) == ["discarded", "open"]
    assert items() == {"withdrawn": 3, "sent": 3}
    _end_well(server, runs=3)


@pytest.mark.parametrize("step", ["creating", "created"])
def test_killed_around_the_creation(
    server: OpenAIServer, backlog: Backlog, kill_at: Callable[..., None], step: str
) -> None:
    backlog(3)
    kill_at(step)
    with pytest.raises(Killed):
        lane.submit()
    assert len(server.batches.rows) == (step == "created")
    assert AIBatch.objects.get().state == "creating"
    assert lane.poll() == []
    time_passes()
    assert [batch.provider_id for batch in lane.poll()] == ["batch_0"]
    assert len(server.batches.rows) == 1
    _end_well(server, runs=3)


def test_killed_while_it_undoes_a_batch(
    server: OpenAIServer, backlog: Backlog, kill_at: Callable[..., None]
) -> None:
    backlog(2)
    kill_at("built")
    with pytest.raises(Killed):
        lane.submit()
    time_passes()
    kill_at("discarding")
    with pytest.raises(Killed):
        lane.submit()
    time_passes()
    lane.submit()
    _end_well(server, runs=2)


@pytest.mark.parametrize("step", ["line", "read", "emptied"])
@pytest.mark.parametrize("stage", ["category", "draft"])
def test_killed_while_taking_in(
    server: OpenAIServer, backlog: Backlog, kill_at: Callable[..., None], step: str, stage: str
) -> None:
    backlog(3)
    lane.submit()
    if stage == "draft":
        server.batches.finish()
        lane.poll()
        answers.ingest()
    server.batches.finish()
    lane.poll()
    kill_at(step, 2 if step == "line" else 1)
    with pytest.raises(Killed):
        answers.ingest()
    assert AIBatch.objects.get(stage=stage).state == "ended"
    _end_well(server, runs=3)


def test_killed_between_the_two_batches(
    server: OpenAIServer, backlog: Backlog, monkeypatch: pytest.MonkeyPatch
) -> None:
    backlog(2)
    lane.submit()
    server.batches.finish()
    lane.poll()

    def die() -> None:
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(lane, "submit_next", die)
        answers.ingest()
    assert batch_claims.parked().count() == 2
    _end_well(server, runs=2)


def test_a_lane_that_is_switched_off_midway_blocks_nobody(server: OpenAIServer, backlog: Backlog) -> None:
    backlog(2)
    lane.submit()
    server.batches.finish()
    lane.poll()
    answers.ingest()
    AIProcessingLog.objects.update(lease_expires_at=timezone.now() - timedelta(seconds=1))
    tasks.sweep()
    work_off()
    assert states() == {"approved": 2}
    assert chats(server) == 2  # the drafts; the categories were saved


def _end_well(server: OpenAIServer, *, runs: int) -> None:
    """Everything ends; every question was asked once, answered once and booked once."""
    through(server)
    work_off()
    assert states() == {"approved": runs}
    assert chats(server) == 0
    assert set(asked(server.batches).values()) == {1}
    assert server.batches.usage["lines"] == runs * 2
    booked = AICall.objects.filter(operation="chat", status="ok")
    assert booked.count() == runs * 2
    assert sum(call.prompt_tokens for call in booked) == server.batches.usage["prompt"]
    others = AICall.objects.filter(operation="chat").exclude(status="ok")
    assert {(call.status, call.cost_usd, call.held_nano) for call in others} <= {("failed", Decimal(0), 0)}
    assert not AIBatch.objects.exclude(state__in=("ingested", "discarded")).exists()


def test_a_lost_answer_to_the_creation_makes_no_second_batch(server: OpenAIServer, backlog: Backlog) -> None:
    backlog(2)
    server.batches.lose_answer_to_create = True
    with pytest.raises(AIError):
        lane.submit()
    assert AIBatch.objects.get().state == "creating"
    time_passes()
    lane.submit()
    assert len(server.batches.rows) == 1
    _end_well(server, runs=2)


def test_our_batch_is_found_among_hundreds(server: OpenAIServer, backlog: Backlog) -> None:
    backlog(1)
    server.batches.lose_answer_to_create = True
    with pytest.raises(AIError):
        lane.submit()
    for number in range(250):
        server.batches.rows[f"other_{number}"] = {
            "id": f"other_{number}",
            "status": "completed",
            "metadata": None,
        }
    time_passes()
    assert [batch.provider_id for batch in lane.poll()] == ["batch_0"]


def test_a_refused_batch_is_undone(server: OpenAIServer, backlog: Backlog) -> None:
    backlog(2)
    server.batches.refuse_create = {"error": {"message": "Batches are not for you.", "code": "nope"}}
    with pytest.raises(CommandError, match="Batches are not for you"):
        call_command("ai_batch", "submit", stdout=StringIO())
    assert states() == {"pending": 2}
    assert AIBatch.objects.get().state == "discarded"
    assert AICall.objects.filter(operation="chat", status="failed", cost_usd=0).count() == 2


def test_ingest_twice_changes_nothing(server: OpenAIServer, backlog: Backlog) -> None:
    backlog(3)
    lane.submit()
    server.batches.finish()
    lane.poll()
    answers.ingest()
    calls = list(AICall.objects.order_by("pk").values())
    runs = list(AIProcessingLog.objects.order_by("pk").values())
    AIBatch.objects.filter(stage="category").update(state="ended")
    assert answers.ingest() == {"double": 3}
    assert list(AICall.objects.order_by("pk").values()) == calls
    assert list(AIProcessingLog.objects.order_by("pk").values()) == runs


@pytest.mark.skipif(IN_MEMORY, reason="needs a database that several connections share")
@pytest.mark.django_db(transaction=True)
def test_two_that_ingest_at_once_share_the_work(server: OpenAIServer, backlog: Backlog) -> None:
    backlog(12)
    lane.submit()
    server.batches.finish()
    lane.poll()
    start = threading.Barrier(2)
    counts: list[Counter[str]] = []

    def take_in() -> None:
        try:
            start.wait()
            counts.append(answers.ingest())
        finally:
            connection.close()

    threads = [threading.Thread(target=take_in) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sum(one["done"] for one in counts) == 12
    assert sum(one["unanswered"] for one in counts) == 0
    assert sum(batch.lines for batch in AIBatch.objects.filter(stage="draft")) == 12
    _end_well(server, runs=12)


@pytest.mark.skipif(IN_MEMORY, reason="needs a database that several connections share")
@pytest.mark.django_db(transaction=True)
def test_two_that_submit_at_once_share_the_work(server: OpenAIServer, backlog: Backlog) -> None:
    backlog(12)
    start = threading.Barrier(2)

    def send() -> None:
        try:
            start.wait()
            lane.submit()
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    _end_well(server, runs=12)


# --- money, switches, interfaces ---


def test_a_budget_bounds_what_is_sent(server: OpenAIServer, backlog: Backlog, settings: Any) -> None:
    backlog(3)
    settings.AI_CONFIG = {**settings.AI_CONFIG, "BUDGET_DAY_USD": "0.0020"}
    [batch] = lane.submit(limit=2)
    reserved = AIBudgetPeriod.objects.get().reserved_nano
    held = list(AICall.objects.filter(operation="chat").values_list("held_nano", flat=True))
    assert (len(held), sum(held)) == (batch.lines, reserved)
    assert 0 < batch.lines < 3
    with pytest.raises(BudgetExceeded):
        lane.submit()
    assert states() == {"processing": batch.lines, "pending": 3 - batch.lines}
    server.batches.finish()
    lane.poll()
    settings.AI_CONFIG = {**settings.AI_CONFIG, "BUDGET_DAY_USD": "5"}
    answers.ingest()
    AIBatch.objects.filter(stage="draft").update(state="building", locked_until=timezone.now())
    lane.recover()
    period = AIBudgetPeriod.objects.get()
    spent = sum(call.cost_usd or 0 for call in AICall.objects.filter(status="ok"))
    assert period.spent_usd == spent


def test_an_unknown_price_sends_nothing_against_a_budget(
    server: OpenAIServer, backlog: Backlog, settings: Any
) -> None:
    backlog(1)
    settings.AI_CONFIG = {**settings.AI_CONFIG, "BUDGET_DAY_USD": "5", "MODEL": "nobody-knows"}
    with pytest.raises(BudgetExceeded):
        lane.submit()
    assert (states(), server.batches.rows) == ({"pending": 1}, {})


def test_the_offline_engine_has_no_batches(backlog: Backlog) -> None:
    backlog(1)
    with pytest.raises(CommandError, match="AI_ENGINE=openai"):
        call_command("ai_batch", "submit", stdout=StringIO())
    assert states() == {"pending": 1}


def test_the_command_says_what_it_does(server: OpenAIServer, backlog: Backlog) -> None:
    backlog(2)
    out = StringIO()
    call_command("ai_batch", "submit", "--limit", "1", stdout=out)
    call_command("ai_batch", "status", stdout=out)
    server.batches.auto = True
    call_command("ai_batch", "poll", stdout=out)
    call_command("ai_batch", "ingest", stdout=out)
    text = out.getvalue()
    assert "batch_0 in_progress: 0 done, 0 failed of 1" in text
    assert "batch_0 completed: 1 done, 0 failed of 1" in text
    assert "Batches sent: 1." in text
    assert "Batches asked for: 1." in text
    assert "Lines taken in: done 1." in text
    with pytest.raises(CommandError, match="not at the provider"):
        call_command("ai_batch", "cancel", "999999", stdout=out)
    with pytest.raises(CommandError, match="1 or more"):
        call_command("ai_batch", "submit", "--limit", "0", stdout=out)


def test_the_tasks_do_the_same(server: OpenAIServer, backlog: Backlog) -> None:
    backlog(2)
    server.batches.auto = True
    [batch_id] = tasks.batch_submit(limit=2)
    assert tasks.batch_poll() == [batch_id]
    assert tasks.batch_ingest() == {"done": 2}
    assert tasks.batch_poll() != [batch_id]
    assert tasks.batch_ingest() == {"done": 2}
    assert states() == {"pending": 2}


def test_nothing_to_do_is_no_error(server: OpenAIServer) -> None:
    assert (lane.submit(), lane.poll(), dict(answers.ingest())) == ([], [], {})
    assert server.books == []
