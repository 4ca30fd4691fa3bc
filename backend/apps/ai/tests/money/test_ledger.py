"""The till: ledger, budgets, and what holds when 32 threads spend at once."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.db import connection, connections, transaction
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from apps.ai.exceptions import BudgetExceeded, PermanentAIError, TransientAIError
from apps.ai.models.spending import AIBudgetPeriod, AICall, AIPrice, LedgerStatus, nano
from apps.ai.services.money import blame, budgets
from apps.ai.services.money import ledger as spending
from apps.ai.services.money.ledger import run_totals, sweep_lost
from apps.ai.services.money.meter import RunMeter, UnattendedMeter
from apps.ai.services.money.prices import load_prices
from apps.ai.tests.support.llm_door import IN_MEMORY, Serve, client, question, serving
from apps.ai.tests.support.openai_server import Fault
from apps.ai.types import CallOutcome, CallStatus, Operation, PlannedCall, Stage, Usage

MODEL = "gpt-4o-mini"
CALL = PlannedCall(Operation.CHAT, Stage.DRAFT, MODEL, prompt_tokens=4_000, completion_tokens=1_500)
#: What CALL can cost at most: 4000 * 0.15 + 1500 * 0.60 USD per million.
MOST = Decimal("0.0015")
METER = RunMeter(run_id=7, product_id=70, source="test", mode="full")


@pytest.fixture
def serve() -> Iterator[Serve]:
    with serving() as start:
        yield start


@pytest.fixture
def prices(db: None) -> None:
    load_prices()


@pytest.fixture
def config(settings: Settings) -> Callable[..., None]:
    """Changes keys of AI_CONFIG for this test."""

    def change(**values: Any) -> None:
        settings.AI_CONFIG = {**settings.AI_CONFIG, **values}

    return change


Config = Callable[..., None]


def done(usage: Usage | None, status: CallStatus = CallStatus.OK, error: str = "") -> CallOutcome:
    code, _, text = error.partition(": ")
    return CallOutcome(status, usage, duration_ms=12, request_id="req_1", code=code, error=text)


# --- the ledger ---


def test_a_call_is_one_row_with_tokens_and_cost(prices: None) -> None:
    ticket = METER.reserve(CALL)
    row = AICall.objects.get()
    assert (row.status, row.held_nano, row.cost_usd) == (LedgerStatus.SENT, nano(MOST), None)
    METER.record(ticket, CALL, done(Usage(prompt=1_000, completion=200, cached=600, reasoning=50)))
    row = AICall.objects.get()
    assert (row.run_id, row.product_id, row.source, row.mode) == (7, 70, "test", "full")
    assert (row.stage, row.operation, row.model) == ("draft", "chat", MODEL)
    assert (row.prompt_tokens, row.cached_tokens, row.completion_tokens, row.reasoning_tokens) == (
        1_000,
        600,
        200,
        50,
    )
    # 400 * 0.15 + 600 * 0.075 + 200 * 0.60 USD per million; reasoning is a part of the completion.
    assert row.cost_usd == Decimal("0.000225")
    assert (row.status, row.held_nano, row.duration_ms, row.request_id) == (LedgerStatus.OK, 0, 12, "req_1")
    assert row.price is not None
    assert row.price.model == MODEL


def test_a_refused_call_costs_nothing_and_an_unknown_outcome_is_held(prices: None) -> None:
    METER.record(METER.reserve(CALL), CALL, done(None, CallStatus.FAILED, "rate_limited: slower"))
    METER.record(METER.reserve(CALL), CALL, done(None, CallStatus.UNUSABLE, "timeout: nothing"))
    refused, unknown = AICall.objects.order_by("pk")
    assert (refused.status, refused.cost_usd, refused.held_nano) == (LedgerStatus.FAILED, Decimal(0), 0)
    assert (unknown.status, unknown.cost_usd, unknown.held_nano) == (
        LedgerStatus.UNUSABLE,
        None,
        nano(MOST),
    )


def test_an_unknown_model_costs_null_and_one_warning(
    db: None, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spending, "_warned", set())
    call = replace(CALL, model="qwen-of-our-own")
    with caplog.at_level(logging.WARNING, "apps.ai.services.money.ledger"):
        for _ in range(3):
            METER.record(METER.reserve(call), call, done(Usage(prompt=10, completion=5)))
    assert [record.getMessage() for record in caplog.records] == [
        "No price is known for the model qwen-of-our-own: its calls are recorded without a cost."
    ]
    assert list(AICall.objects.values_list("cost_usd", "prompt_tokens")) == [(None, 10)] * 3
    assert run_totals(7).cost_usd is None
    assert run_totals(7).usage == Usage(prompt=30, completion=15)


def test_settling_twice_books_once(prices: None, config: Config) -> None:
    config(BUDGET_DAY_USD="1")
    ticket = METER.reserve(CALL)
    for _ in range(2):
        METER.record(ticket, CALL, done(Usage(prompt=1_000, completion=100)))
    assert AIBudgetPeriod.objects.get().spent_nano == nano(Decimal("0.00021"))


def test_totals_of_a_run_and_of_none(prices: None) -> None:
    for run_id in (7, 7, 8):
        meter = replace(METER, run_id=run_id)
        meter.record(meter.reserve(CALL), CALL, done(Usage(prompt=100, completion=10, cached=20)))
    totals = run_totals(7)
    assert (totals.calls, totals.usage) == (2, Usage(prompt=200, completion=20, cached=40))
    assert totals.cost_usd == Decimal("0.000039")
    assert run_totals(99).cost_usd == Decimal(0)


def test_an_unattended_call_belongs_to_no_run(prices: None, config: Config) -> None:
    config(BUDGET_RUN_USD="0.000001")
    meter = UnattendedMeter("sync")
    meter.record(meter.reserve(CALL), CALL, done(Usage(prompt=1)))
    row = AICall.objects.get()
    assert (row.run_id, row.product_id, row.source, row.periods) == (None, None, "sync", [])


# --- prices ---


def test_loading_prices_twice_changes_nothing_and_keeps_what_was_edited(db: None) -> None:
    AIPrice.objects.all().delete()
    assert load_prices() == AIPrice.objects.count() == 19
    AIPrice.objects.filter(model=MODEL).update(input_usd=Decimal("9"))
    assert load_prices() == 0
    assert AIPrice.objects.get(model=MODEL).input_usd == Decimal("9")
    assert not AIPrice.objects.filter(source="").exists()


def test_the_price_of_the_day_is_the_latest_that_has_begun(db: None) -> None:
    for day, usd in ((1, "1"), (10, "2"), (20, "3")):
        AIPrice.objects.create(model="m", valid_from=date(2026, 11, day), input_usd=Decimal(usd))
    found = {day: AIPrice.objects.in_force("m", on=date(2026, 11, day)) for day in (1, 9, 10, 25)}
    assert {day: price and price.input_usd for day, price in found.items()} == {1: 1, 9: 1, 10: 2, 25: 3}
    assert AIPrice.objects.in_force("m", on=date(2026, 10, 31)) is None
    assert AIPrice.objects.in_force("m-mini", on=date(2026, 11, 25)) is None


def test_the_cheapest_token_is_not_rounded_away(prices: None) -> None:
    price = AIPrice.objects.get(model="gpt-5-nano")
    assert price.cost(prompt=1, cached=1, completion=0) == 5
    assert price.cost(prompt=1, cached=0, completion=1) == 450
    embedding = AIPrice.objects.get(model="text-embedding-3-small")
    assert embedding.cost(prompt=3, cached=3, completion=0) == 60


def test_pictures_are_reserved_by_the_formula(prices: None, config: Config) -> None:
    call = replace(CALL, operation=Operation.VISION, images=2)
    METER.reserve(call)
    assert AICall.objects.latest("pk").held_nano == nano(MOST) + 2 * 2833 * 150
    config(IMAGE_DETAIL="auto")
    METER.reserve(call)
    assert AICall.objects.latest("pk").held_nano == nano(MOST) + 2 * 48169 * 150


# --- budgets ---


def test_reserve_and_book(prices: None, config: Config) -> None:
    config(BUDGET_DAY_USD="1", BUDGET_MONTH_USD="10", BUDGET_RUN_USD="0.5")
    ticket = METER.reserve(CALL)
    today = timezone.localdate()
    assert list(AIBudgetPeriod.objects.order_by("scope").values_list("scope", "key", "limit_nano")) == [
        ("day", f"{today:%Y-%m-%d}", 10**9),
        ("month", f"{today:%Y-%m}", 10**10),
        ("run", "7", 5 * 10**8),
    ]
    assert set(AIBudgetPeriod.objects.values_list("reserved_nano", "spent_nano")) == {(nano(MOST), 0)}
    METER.record(ticket, CALL, done(Usage(prompt=1_000, completion=100)))
    assert set(AIBudgetPeriod.objects.values_list("reserved_nano", "spent_nano")) == {(0, 210_000)}


def test_a_full_budget_refuses_before_anything_is_sent(prices: None, config: Config) -> None:
    config(BUDGET_DAY_USD="0.0014", BUDGET_MONTH_USD="1")
    with pytest.raises(BudgetExceeded, match=r"0.001400|0.0014") as caught:
        METER.reserve(CALL)
    assert caught.value.retry_after is not None
    assert 0 < caught.value.retry_after <= 86_400
    assert AICall.objects.count() == 0
    assert set(AIBudgetPeriod.objects.values_list("reserved_nano", flat=True)) == {0}


def test_reservations_of_others_are_waited_for_shortly(prices: None, config: Config) -> None:
    config(BUDGET_DAY_USD="0.002")
    ticket = METER.reserve(CALL)
    with pytest.raises(BudgetExceeded) as caught:
        METER.reserve(CALL)
    assert caught.value.retry_after == budgets.WAIT_FOR_RESERVATIONS
    METER.record(ticket, CALL, done(Usage(prompt=100)))
    METER.reserve(CALL)


def test_a_run_that_used_up_its_own_budget_fails_for_good(prices: None, config: Config) -> None:
    config(BUDGET_RUN_USD="0.001", BUDGET_DAY_USD="5")
    with pytest.raises(PermanentAIError) as caught:
        METER.reserve(CALL)
    assert caught.value.code == "run_budget"
    assert AIBudgetPeriod.objects.get(scope="day").reserved_nano == 0


def test_without_a_price_a_budget_cannot_hold(db: None, config: Config) -> None:
    config(BUDGET_DAY_USD="1")
    with pytest.raises(BudgetExceeded, match="цена модели own неизвестна"):
        METER.reserve(replace(CALL, model="own"))
    AIPrice.objects.create(model="own", valid_from=date(2020, 1, 1), input_usd=Decimal(0))
    METER.reserve(replace(CALL, model="own"))
    assert AICall.objects.get().held_nano == 0


def test_a_budget_set_later_knows_what_was_spent_before(prices: None, config: Config) -> None:
    METER.record(METER.reserve(CALL), CALL, done(Usage(prompt=1_000, completion=100)))
    METER.record(METER.reserve(CALL), CALL, done(None, CallStatus.UNUSABLE, "timeout: nothing"))
    config(BUDGET_DAY_USD="1")
    METER.record(METER.reserve(CALL), CALL, done(None, CallStatus.FAILED, "x: y"))
    assert AIBudgetPeriod.objects.get().spent_nano == 210_000 + nano(MOST)


def test_a_raised_limit_counts_at_once(prices: None, config: Config) -> None:
    config(BUDGET_DAY_USD="0.001")
    with pytest.raises(BudgetExceeded):
        METER.reserve(CALL)
    config(BUDGET_DAY_USD="0.01")
    METER.reserve(CALL)
    assert AIBudgetPeriod.objects.get().limit_usd == Decimal("0.01")


@pytest.mark.parametrize(
    ("now", "day", "month", "day_ends", "month_ends"),
    [
        ("2026-11-22T20:59:59+00:00", "2026-11-22", "2026-11", "2026-11-23", "2026-12-01"),
        ("2026-11-22T21:00:00+00:00", "2026-11-23", "2026-11", "2026-11-24", "2026-12-01"),
        ("2026-12-31T21:30:00+00:00", "2027-01-01", "2027-01", "2027-01-02", "2027-02-01"),
        ("2026-01-30T10:00:00+00:00", "2026-01-30", "2026-01", "2026-01-31", "2026-02-01"),
    ],
)
def test_periods_follow_the_shops_clock(
    config: Config, now: str, day: str, month: str, day_ends: str, month_ends: str
) -> None:
    config(BUDGET_DAY_USD="1", BUDGET_MONTH_USD="1")
    found = {limit.scope.value: limit for limit in budgets.limits(run_id=1, now=datetime.fromisoformat(now))}
    moscow = ZoneInfo("Europe/Moscow")
    assert django_settings.TIME_ZONE == "Europe/Moscow"
    assert (found["day"].key, found["month"].key) == (day, month)
    assert found["day"].end == datetime.fromisoformat(day_ends).replace(tzinfo=moscow)
    assert found["month"].end == datetime.fromisoformat(month_ends).replace(tzinfo=moscow)


def test_an_empty_budget_is_told_once(
    prices: None,
    config: Config,
    settings: Settings,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    settings.ADMINS = [("Boss", "boss@example.com")]
    config(BUDGET_DAY_USD="0.001")
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(3):
            with pytest.raises(BudgetExceeded):
                METER.reserve(CALL)
    assert len(mail.outbox) == 1
    assert "бюджет исчерпан (день" in mail.outbox[0].subject


# --- workers that die ---


def test_a_lost_call_stays_spent_and_a_late_answer_corrects_it(prices: None, config: Config) -> None:
    config(BUDGET_DAY_USD="1")
    ticket = METER.reserve(CALL)
    assert sweep_lost() == 0
    AICall.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert sweep_lost() == 1
    assert sweep_lost() == 0
    row, period = AICall.objects.get(), AIBudgetPeriod.objects.get()
    assert (row.status, row.cost_usd, row.held_nano) == (LedgerStatus.LOST, None, nano(MOST))
    assert (period.reserved_nano, period.spent_nano) == (0, nano(MOST))
    METER.record(ticket, CALL, done(Usage(prompt=1_000, completion=100)))
    row, period = AICall.objects.get(), AIBudgetPeriod.objects.get()
    assert (row.status, row.cost_usd, row.held_nano) == (LedgerStatus.OK, Decimal("0.00021"), 0)
    assert (period.reserved_nano, period.spent_nano) == (0, 210_000)


UNKNOWN = CallOutcome(CallStatus.UNUSABLE, None, 30_000, code="timeout", error="Нет ответа за 30 с.")


def test_unknown_outcomes_hold_what_comparable_calls_cost(prices: None, config: Config) -> None:
    """The most that a call can cost is many times what it does cost: budgets count the likely amount."""
    config(BUDGET_DAY_USD="1")
    for prompt in (100, 200, 300, 400):
        METER.record(METER.reserve(CALL), CALL, done(Usage(prompt=prompt, completion=50)))
    known = sum(nano(row.cost_usd or Decimal(0)) for row in AICall.objects.all())
    other = replace(CALL, stage=Stage.CATEGORY)
    METER.record(METER.reserve(other), other, UNKNOWN)  # of this stage nothing is known: it keeps its most
    METER.record(METER.reserve(CALL), CALL, UNKNOWN)
    row = AICall.objects.latest("pk")
    assert (row.cost_usd, row.held_nano, row.estimated) == (None, known // 4, True)
    kept = AICall.objects.get(stage="category")
    assert (kept.held_nano, kept.estimated) == (nano(MOST), False)
    period = AIBudgetPeriod.objects.get()
    assert (period.reserved_nano, period.spent_nano) == (0, known + known // 4 + nano(MOST))


def test_what_was_held_is_corrected_once_comparable_calls_are_known(prices: None, config: Config) -> None:
    config(BUDGET_DAY_USD="1")
    for _ in range(3):
        METER.record(METER.reserve(CALL), CALL, UNKNOWN)
    assert {row.held_nano for row in AICall.objects.all()} == {nano(MOST)}
    sweep_lost()
    assert {row.held_nano for row in AICall.objects.all()} == {nano(MOST)}  # nothing to compare with
    for _ in range(3):
        METER.record(METER.reserve(CALL), CALL, done(Usage(prompt=100, completion=50)))
    cost = nano(AICall.objects.latest("pk").cost_usd or Decimal(0))
    for _ in range(2):
        sweep_lost()
        unknown = AICall.objects.filter(cost_usd=None)
        assert [row.held_nano for row in unknown] == [cost] * 3
        assert AIBudgetPeriod.objects.get().spent_nano == 6 * cost


def test_a_late_usage_corrects_an_estimate(prices: None, config: Config) -> None:
    """A worker was lost, its call estimated, and then its answer came after all."""
    config(BUDGET_DAY_USD="1")
    for _ in range(3):
        METER.record(METER.reserve(CALL), CALL, done(Usage(prompt=100, completion=50)))
    ticket = METER.reserve(CALL)
    AICall.objects.filter(pk=ticket.row.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert sweep_lost() == 1
    assert AICall.objects.get(pk=ticket.row.pk).estimated
    METER.record(ticket, CALL, done(Usage(prompt=400, completion=250)))
    row = AICall.objects.get(pk=ticket.row.pk)
    assert (row.status, row.cost_usd, row.held_nano, row.estimated) == ("ok", Decimal("0.00021"), 0, False)
    counted = sum(nano(row.cost_usd or Decimal(0)) for row in AICall.objects.all())
    assert AIBudgetPeriod.objects.get().spent_nano == counted


def _call(run_id: int, status: CallStatus) -> None:
    meter = RunMeter(run_id=run_id, product_id=run_id, source="test", mode="full")
    answered = status is CallStatus.OK
    usage = Usage(prompt=100, completion=50) if answered else None
    meter.record(meter.reserve(CALL), CALL, done(usage, status, "" if answered else "overloaded: 500"))


def test_a_failure_is_the_products_own_only_while_others_are_answered(prices: None, config: Config) -> None:
    config(BREAKER={"threshold": 1_000})
    for _ in range(4):
        _call(2, CallStatus.OK)  # before it: says nothing of now
    _call(1, CallStatus.FAILED)
    assert not blame.is_products_own(1)
    for run_id in (2, 3):
        _call(run_id, CallStatus.OK)
    assert blame.is_products_own(1)
    for run_id in (4, 5):
        _call(run_id, CallStatus.FAILED)
    assert not blame.is_products_own(1)  # half of the others fail as well
    _call(1, CallStatus.OK)
    _call(1, CallStatus.FAILED)
    assert not blame.is_products_own(1)  # counted anew


def test_the_sweep_forgets_the_budgets_of_old_runs_but_not_their_calls(prices: None, config: Config) -> None:
    config(BUDGET_RUN_USD="1", BUDGET_DAY_USD="1")
    METER.record(METER.reserve(CALL), CALL, done(Usage(prompt=1)))
    AIBudgetPeriod.objects.update(created_at=timezone.now() - timedelta(days=31))
    sweep_lost()
    assert list(AIBudgetPeriod.objects.values_list("scope", flat=True)) == ["day"]
    assert AICall.objects.count() == 1


# --- many at once ---


def _in_threads(count: int, work: Callable[[int], None]) -> None:
    failures: list[BaseException] = []

    def guarded(number: int) -> None:
        try:
            work(number)
        except BaseException as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=guarded, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


many_threads = pytest.mark.skipif(
    IN_MEMORY,
    reason="a database in memory has one connection",
)


@many_threads
@pytest.mark.django_db(transaction=True)
def test_32_threads_never_pass_the_limit(config: Config) -> None:
    load_prices()
    config(BUDGET_DAY_USD="0.1", BUDGET_MONTH_USD="0.2")
    highest: list[int] = []
    refused: list[str] = []

    def spend(number: int) -> None:
        for turn in range(10):
            meter = replace(METER, run_id=number)
            try:
                ticket = meter.reserve(CALL)
            except BudgetExceeded as error:
                refused.append(str(error))
                continue
            day = AIBudgetPeriod.objects.get(scope="day")
            highest.append(day.spent_nano + day.reserved_nano)
            used = Usage(prompt=4_000 - turn, completion=1_500 - number)
            meter.record(ticket, CALL, done(used))

    _in_threads(32, spend)
    day, month = AIBudgetPeriod.objects.order_by("scope")
    ledger = sum(nano(cost) for cost in AICall.objects.values_list("cost_usd", flat=True) if cost is not None)
    assert max(highest) <= nano(Decimal("0.1"))
    assert day.spent_nano == month.spent_nano == ledger <= nano(Decimal("0.1"))
    assert day.reserved_nano == month.reserved_nano == 0
    # The limit is used, too: what is left is about what one more call could cost.
    assert nano(Decimal("0.1")) - day.spent_nano < 2 * nano(MOST)
    assert AICall.objects.count() + len(refused) == 320
    assert refused


@pytest.mark.skipif(connection.vendor != "postgresql", reason="asks PostgreSQL who is connected")
@pytest.mark.django_db(transaction=True)
def test_the_database_connection_is_free_while_the_model_thinks(serve: Serve, config: Config) -> None:
    load_prices()
    server = serve(latency=1.5)
    config(BUDGET_DAY_USD="1")
    door = client(server)
    door.ask(question(), meter=METER)
    sampled: list[int] = []

    def ask(number: int) -> None:
        door.ask(question(), meter=replace(METER, run_id=number))

    def sample() -> None:
        for _ in range(12):
            with closing(connection), connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
                sampled.append(cursor.fetchone()[0])
            threading.Event().wait(0.15)

    sampler = threading.Thread(target=sample)
    sampler.start()
    _in_threads(24, ask)
    sampler.join()
    assert len(server.books) == 25
    # The sampler's and the test's own; 24 threads wait without one.
    assert min(sampled) <= 3


@pytest.mark.django_db(transaction=True)
def test_inside_a_transaction_the_connection_stays(config: Config) -> None:
    load_prices()
    with transaction.atomic():
        METER.reserve(CALL)
        assert AICall.objects.count() == 1
        transaction.set_rollback(True)
    assert AICall.objects.count() == 0


@many_threads
@pytest.mark.django_db(transaction=True)
def test_the_ledger_equals_the_servers_books_to_the_token(serve: Serve, config: Config) -> None:
    """Repaired, truncated, refused and failed calls included, with 16 threads and a fifth of faults."""
    load_prices()
    config(BUDGET_DAY_USD="1", BREAKER={"threshold": 1_000})
    percent = {
        "rate_limit": 6,
        "server_error": 3,
        "drop": 2,
        "truncated": 3,
        "broken_json": 3,
        "refusal": 2,
        "wrong_schema": 2,
    }
    server = serve(percent=percent, seed=7, reasoning=11)
    door = client(server)

    def ask(number: int) -> None:
        for turn in range(10):
            meter = replace(METER, run_id=number * 100 + turn)
            with suppress(TransientAIError, PermanentAIError):
                door.ask(question(), meter=meter)

    _in_threads(16, ask)
    rows = AICall.objects.values_list(
        "prompt_tokens", "cached_tokens", "completion_tokens", "reasoning_tokens"
    )
    sums = [sum(column) for column in zip(*rows, strict=True)]
    assert sums == list(server.reported.values())
    assert AICall.objects.count() == len(server.books) >= 160
    assert len({entry.fault for entry in server.books}) == 8
    assert not AICall.objects.open().exists()
    period = AIBudgetPeriod.objects.get()
    counted = sum(nano(row.cost_usd or Decimal(0)) + row.held_nano for row in AICall.objects.all())
    assert (period.reserved_nano, period.spent_nano) == (0, counted)
    assert sum(entry.fault == Fault.DROP for entry in server.books) > 0
    assert not AICall.objects.filter(cost_usd=None).exists()  # whom no byte reached was not answered


@pytest.mark.django_db
def test_a_changed_limit_ends_the_wait_once(prices: None, config: Config) -> None:
    now = timezone.now()
    assert budgets.lifted(now=now) is True  # none is set: nobody needs to wait
    config(BUDGET_DAY_USD="1")
    METER.record(METER.reserve(CALL), CALL, done(Usage(prompt=10, completion=10)))
    assert budgets.lifted(now=now) is False
    config(BUDGET_DAY_USD="2")
    assert [budgets.lifted(now=now), budgets.lifted(now=now)] == [True, False]
