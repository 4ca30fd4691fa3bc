"""Requests and tokens per minute, shared by all workers through the database."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest
from django.db import connections
from pytest_django import Settings

from apps.ai.exceptions import BudgetExceeded
from apps.ai.models.provider import AIRateBucket
from apps.ai.models.spending import AICall
from apps.ai.services.money import rate_limits
from apps.ai.services.money.meter import RunMeter
from apps.ai.services.money.prices import load_prices
from apps.ai.services.money.rate_limits import Bucket, RateLimitReached, correct, give_back, take
from apps.ai.tests.support.llm_door import IN_MEMORY, Serve, client, question, serving
from apps.ai.types import Usage

METER = RunMeter(run_id=1, product_id=1, source="test", mode="full")


@pytest.fixture
def limited(settings: Settings) -> Callable[..., str]:
    """Sets limits for a model of this test's own; returns its name."""

    def limit(**limits: float) -> str:
        model = f"model-{uuid.uuid4().hex[:8]}"
        settings.AI_CONFIG = {**settings.AI_CONFIG, "RATE_LIMITS": {model: limits}}
        return model

    return limit


Limited = Callable[..., str]


def taken(model: str, tokens: int = 10, *, tries: int = 50) -> int:
    """How many calls pass before the first is refused."""
    for count in range(tries):
        try:
            take(model, tokens)
        except RateLimitReached:
            return count
    return tries


def test_no_minute_gets_more_than_the_limit() -> None:
    for per_minute in (1.0, 2.0, 3.0, 60.0, 500.0, 200_000.0):
        bucket = Bucket("m:requests", per_minute)
        in_a_minute = bucket.burst + (60.0 - 1e-6) / bucket.interval
        assert per_minute * 0.99 <= in_a_minute <= max(per_minute, 2.0) + 1e-9


@pytest.mark.django_db
def test_without_limits_nothing_is_counted(settings: Settings) -> None:
    settings.REDIS_URL = ""
    useless: list[Any] = [{}, {"other": {"rpm": 1}}, {"m": {}}, None]
    for limits in useless:
        settings.AI_CONFIG = {**settings.AI_CONFIG, "RATE_LIMITS": limits}
        assert taken("m") == 50
    assert AIRateBucket.objects.count() == 0


@pytest.mark.django_db
def test_a_star_is_for_every_other_model(settings: Settings) -> None:
    settings.REDIS_URL = ""
    settings.AI_CONFIG = {**settings.AI_CONFIG, "RATE_LIMITS": {"*": {"rpm": 20}, "free": {"rpm": 400}}}
    assert (taken("one"), taken("two")) == (2, 2)
    assert 40 <= taken("free") < 50


@pytest.mark.django_db
def test_the_burst_passes_and_then_nobody_waits_in_a_worker(limited: Limited) -> None:
    model = limited(rpm=100)
    started = time.monotonic()
    assert 10 <= taken(model) <= 12
    with pytest.raises(RateLimitReached) as caught:
        take(model, 10)
    assert time.monotonic() - started < 1
    assert caught.value.retry_after is not None
    assert 0 < caught.value.retry_after < 3


@pytest.mark.django_db
def test_what_flows_in_may_be_used(limited: Limited) -> None:
    model = limited(rpm=1200)
    assert 120 <= taken(model, tries=400) < 200
    time.sleep(0.3)
    assert 4 <= taken(model) <= 12


@pytest.mark.django_db
def test_tokens_are_limited_too_and_a_refusal_takes_no_request(limited: Limited) -> None:
    model = limited(rpm=1000, tpm=10_000)
    assert taken(model, 500) == 2
    for _ in range(60):
        with pytest.raises(RateLimitReached):
            take(model, 500)
    correct(model, expected=1_000, usage=Usage(prompt=5, completion=5))
    assert taken(model, 10, tries=90) == 90


@pytest.mark.django_db
def test_a_call_larger_than_the_burst_passes_alone_and_is_owed(limited: Limited) -> None:
    model = limited(tpm=60_000)
    take(model, 20_000)
    with pytest.raises(RateLimitReached) as caught:
        take(model, 1)
    assert caught.value.retry_after == pytest.approx(14_000 * 60 / 54_000, rel=0.1)


@pytest.mark.django_db
def test_unused_tokens_flow_back_and_used_ones_are_owed(limited: Limited) -> None:
    model = limited(tpm=10_000)
    take(model, 1_000)
    assert taken(model, 1_000) == 0
    correct(model, expected=1_000, usage=Usage(prompt=90, completion=10))
    assert taken(model, 900) == 1
    correct(model, expected=900, usage=None)
    assert taken(model, 900) == 0
    give_back(model, 900)
    assert taken(model, 900) == 1
    correct(model, expected=900, usage=Usage(prompt=5_000))
    with pytest.raises(RateLimitReached) as caught:
        take(model, 900)
    assert caught.value.retry_after is not None
    assert caught.value.retry_after > 25


@pytest.mark.django_db
def test_the_refused_come_back_one_by_one(limited: Limited) -> None:
    model = limited(rpm=60)
    taken(model)
    waits = []
    for _ in range(20):
        with pytest.raises(RateLimitReached) as caught:
            take(model, 10)
        waits.append(caught.value.retry_after or 0.0)
    gaps = [later - earlier for earlier, later in pairwise(waits)]
    interval = Bucket("", 60).interval
    assert all(gap == pytest.approx(interval, abs=0.5) for gap in gaps)


@pytest.mark.django_db
def test_nobody_is_sent_away_for_longer_than_five_minutes(limited: Limited) -> None:
    model = limited(rpm=2)
    waits = []
    for _ in range(40):
        try:
            take(model, 10)
        except RateLimitReached as refused:
            waits.append(refused.retry_after or 0.0)
    assert max(waits) <= rate_limits.LONGEST_WAIT


@pytest.mark.django_db
def test_limits_hold_without_redis_and_while_it_is_away(settings: Settings) -> None:
    settings.AI_CONFIG = {**settings.AI_CONFIG, "RATE_LIMITS": {"m": {"rpm": 1}}}
    for url in ("", "redis://127.0.0.1:1/0"):
        AIRateBucket.objects.all().delete()
        settings.REDIS_URL = url
        assert taken("m", tries=3) == 1
    give_back("m", 10)


@pytest.mark.skipif(
    IN_MEMORY,
    reason="a database in memory has one connection",
)
@pytest.mark.django_db(transaction=True)
def test_32_workers_together_get_no_more_than_one(limited: Limited) -> None:
    model = limited(rpm=2_000, tpm=60_000)
    passed: list[int] = []
    started = time.monotonic()

    def work() -> None:
        for _ in range(10):
            try:
                take(model, 100)
                passed.append(1)
            except RateLimitReached:
                pass
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed = time.monotonic() - started
    inflow = elapsed * (60_000 * 0.9 / 60) / 100
    assert 60 <= len(passed) <= 60 + inflow + 1


@pytest.fixture
def serve() -> Iterator[Serve]:
    with serving() as start:
        yield start


@pytest.mark.django_db
def test_a_limited_call_is_not_sent_and_the_budget_gives_its_tokens_back(
    serve: Serve, limited: Limited, settings: Settings
) -> None:
    load_prices()
    server = serve()
    door = client(server)
    limited(rpm=10)
    limits: dict[str, Any] = {"gpt-4o-mini": {"rpm": 10, "tpm": 50_000}}
    AIRateBucket.objects.all().delete()
    settings.AI_CONFIG = {**settings.AI_CONFIG, "RATE_LIMITS": limits, "BUDGET_DAY_USD": "0.000001"}
    for _ in range(5):
        with pytest.raises(BudgetExceeded):
            door.ask(question(), meter=METER)
    settings.AI_CONFIG = {**settings.AI_CONFIG, "BUDGET_DAY_USD": ""}
    assert door.ask(question(), meter=METER).content
    with pytest.raises(RateLimitReached):
        door.ask(question(), meter=METER)
    assert len(server.books) == 1
    assert AICall.objects.count() == 1
