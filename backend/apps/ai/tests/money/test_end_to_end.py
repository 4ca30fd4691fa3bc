"""The door and the money in real processes, in small; scripts/bench_llm.sh measures the same at full size."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from apps.ai.models import AICall, AIProcessingLog
from apps.ai.models.processing import Status
from apps.ai.models.provider import ServicePause
from apps.ai.models.spending import AIBudgetPeriod, AIPrice
from apps.ai.services import composition
from apps.ai.services.money.prices import load_prices
from apps.ai.services.runs.submission import submit
from apps.ai.services.worker import mass_runs
from apps.ai.tests.support.openai_server import Fault
from apps.ai.tests.support.shop_answers import answer
from apps.products.models import Category, Product
from apps.users.models import User
from benchmarks.bad_hour import Trouble, probes
from benchmarks.books import TimedServer, shared_prefix, summary
from benchmarks.stand import Stand, all_ended, ledger_tokens

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL is shared by processes"),
]

MakeProduct = Callable[..., Product]
#: Retries and sweeps in a second instead of half a minute.
QUICK = {
    "AI_EMBEDDING_DIMENSIONS": "64",
    "AI_RETRY_SECONDS": "0.5",
    "AI_SWEEP_SECONDS": "0.5",
}
Start = Callable[..., Any]


@pytest.fixture
def start(tree: dict[str, Category], tmp_path: Path, settings: Any) -> Iterator[Start]:
    """Starts a stand: a server with the given faults, a worker with the given settings, a filled vector store."""
    load_prices()
    broker = os.environ.get("REDIS_URL", "")
    redis_url = f"{broker.rpartition('/')[0]}/8" if broker else ""

    @contextmanager
    def run(environment: dict[str, str], *, concurrency: int, **server: Any) -> Iterator[Stand]:
        with TimedServer(script=answer, **server) as running:
            settings.OPENAI_BASE_URL = running.url
            settings.AI_CONFIG = {**settings.AI_CONFIG, "ENGINE": "openai", "EMBEDDING_DIMENSIONS": 64}
            settings.QDRANT = {**settings.QDRANT, "PATH": str(tmp_path / "qdrant")}
            wanted, running.percent = running.percent, {}
            call_command("init_qdrant", verbosity=0)
            call_command("sync_categories", verbosity=0)
            composition.forget()  # the folder is the worker's now
            AICall.objects.all().delete()
            running.lines.clear()
            running.percent = wanted
            stand = Stand(tmp_path, running, concurrency, QUICK | {"REDIS_URL": redis_url} | environment)
            with stand.working():
                yield stand

    yield run
    composition.forget()


def _submit(make_product: MakeProduct, number: int) -> list[int]:
    """Runs without a message: the sweeper finds them, as after a lost broker."""
    return [
        submit(
            make_product(
                title=f"Парацетамол {index * 10} мг, 20 таблеток",
                description=f"Таблетки парацетамола {index * 10} мг, в упаковке 20 таблеток. От головной боли.",
            ).pk,
            source="test",
            send=False,
        ).run.pk
        for index in range(1, number + 1)
    ]


def _books_agree(stand: Stand) -> None:
    books = summary(stand.lines)
    assert ledger_tokens() == books.tokens
    assert AICall.objects.count() == books.requests
    assert books.twice == []


def test_faults_cost_requests_but_no_answer_twice(start: Start, make_product: MakeProduct) -> None:
    percent = {"rate_limit": 10, "server_error": 5, "hang": 3, "truncated": 3, "broken_json": 2}
    with start({}, concurrency=8, percent=percent, hang=1, retry_after=0.5, seed=29) as stand:
        _submit(make_product, 8)
        stand.wait(all_ended, seconds=60)
        books = summary(stand.lines)
        assert books.requests > books.needed
        assert books.requests_per_answer <= 1.5
        assert {stage for _, stage in books.answers} >= {"embedding", "category", "draft"}
        _books_agree(stand)
        assert not AIProcessingLog.objects.filter(error_code="internal").exists()


def test_a_429_costs_no_attempt_and_no_slot(start: Start, make_product: MakeProduct) -> None:
    environment = {"AI_MAX_ATTEMPTS": "1", "AI_CHAIN_SECONDS": "0", "AI_BREAKER": '{"long_wait": 1}'}
    with start(environment, concurrency=4, percent={"rate_limit": 100}, retry_after=3) as stand:
        _submit(make_product, 8)
        idle: list[float] = []  # on busy cores the last run may begin long after the first has its answer
        stand.wait(lambda: _is_idle(stand, idle, seconds=1.5), seconds=30)
        assert len(stand.lines) <= 4
        assert set(AIProcessingLog.objects.values_list("status", "attempts")) == {("pending", 0)}
        status = json.loads(stand.shop.manage("ai_queue", "status", "--json").stdout)
        assert [one["reason"] for one in status["provider_pauses"]] == ["busy"]
        stand.server.plan()
        stand.wait(all_ended, seconds=30)
        assert not AIProcessingLog.objects.filter(status="failed").exists()
        _books_agree(stand)


def test_a_bad_hour_costs_no_product(start: Start, make_product: MakeProduct) -> None:
    """Ninety times faster than the benchmark `bad-hour`: 429, then no such model, then no schemas, then all is well."""
    trouble = Trouble(speed=90)
    environment = {**trouble.settings, "AI_READ_TIMEOUT": "5", "AI_BUDGET_DAY_USD": "5"}
    with start(
        environment, concurrency=4, percent={"rate_limit": 100}, retry_after=trouble.retry_after, latency=0.1
    ) as stand:
        _submit(make_product, 20)
        stand.wait(lambda: bool(stand.lines), seconds=20)
        trouble.happen(stand)
        stand.wait(all_ended, seconds=60)
        states = set(AIProcessingLog.objects.values_list("status", flat=True))
        assert states <= {"approved", "moderation"}
        assert not AIProcessingLog.objects.filter(generated_title=None).exists()
        books = summary(stand.lines)
        wasted = books.requests - len(probes(stand.lines)) - books.needed
        assert wasted <= 3 * 4  # what the four slots had under way when each trouble began
        _books_agree(stand)
        assert stand.shop.log.count("ИИ-карточки на паузе") <= 2
        held = AICall.objects.filter(held_nano__gt=0)
        assert all(call.estimated for call in held)


def test_a_poisonous_product_goes_to_a_person_and_others_go_on(
    start: Start, make_product: MakeProduct
) -> None:
    """One product whose request is always refused, among others that are answered."""
    poison = "Парацетамол 30 мг, 20 таблеток"
    environment = {"AI_MAX_ATTEMPTS": "3", "AI_STRUCTURED_OUTPUT": "json"}
    with start(environment, concurrency=2, refuses_text=poison) as stand:
        _submit(make_product, 10)
        stand.wait(
            lambda: AIProcessingLog.objects.filter(status__in=("approved", "moderation")).count() >= 9,
            seconds=40,
        )
        for dose in range(500, 540):
            submit(make_product(title=f"Аспирин {dose} мг, 10 таблеток").pk, source="test", send=False)
            time.sleep(0.1)
        stand.wait(all_ended, seconds=40)
        bad = AIProcessingLog.objects.get(product__title=poison)
        assert (bad.status, bad.error_code) == ("moderation", "bad_request")
        assert bad.reasons[0]["code"] == "unanswered"
        assert not ServicePause.objects.exclude(state="closed").exists()


def test_without_money_all_wait_until_a_person_resumes(
    start: Start, make_product: MakeProduct, moderator: User
) -> None:
    with start({}, concurrency=4, percent={"quota": 100}, latency=0.1) as stand:
        _submit(make_product, 12)
        stand.wait(lambda: ServicePause.objects.filter(state="open").exists() and not _busy(), seconds=20)
        time.sleep(1.5)
        assert 1 <= len(stand.lines) <= 4
        assert set(AIProcessingLog.objects.values_list("status", "attempts")) == {("pending", 0)}
        assert AIProcessingLog.objects.filter(error_code="quota").exists()

        stand.server.plan()
        pause = ServicePause.objects.get()
        assert mass_runs.resume_provider(by=moderator, endpoint=pause.endpoint) is not None
        stand.wait(all_ended, seconds=30)
        _books_agree(stand)
        pause.refresh_from_db()
        assert (pause.state, pause.resumed_by) == ("closed", moderator)

        answered = [line for line in stand.lines if line.usable]
        for stage, before in (("category", "candidates"), ("draft", "product")):
            of_stage = [line for line in answered if line.stage == stage]
            assert len(of_stage) == 12
            _, share = shared_prefix(of_stage, before=before)
            assert share >= 0.8


def test_one_probe_an_interval_finds_out_that_there_is_money(start: Start, make_product: MakeProduct) -> None:
    environment = {"AI_BREAKER": json.dumps({"account_pause": 1.5})}
    with start(environment, concurrency=4, percent={"quota": 100}, latency=0.1) as stand:
        _submit(make_product, 8)
        stand.wait(lambda: bool(stand.lines), seconds=20)
        time.sleep(5)
        moments = [line.at for line in stand.lines]
        probes = [at for at in moments if at > moments[0] + 1]
        assert len(moments) - len(probes) <= 4
        assert 1 <= len(probes) <= 4
        stand.server.plan(faults=[Fault.NONE])
        stand.wait(all_ended, seconds=20)
        assert set(AIProcessingLog.objects.values_list("attempts", flat=True)) == {1}
        _books_agree(stand)


def test_a_budget_is_never_passed(start: Start, make_product: MakeProduct) -> None:
    AIPrice.objects.create(model="dear-model", valid_from=timezone.localdate(), input_usd=10, output_usd=40)
    limit = Decimal("0.50")
    environment = {"AI_MODEL": "dear-model", "AI_BUDGET_DAY_USD": str(limit)}
    with start(environment, concurrency=16, latency=0.1) as stand:
        _submit(make_product, 30)
        # Before that they wait for what others have reserved, and go on.
        stand.wait(AIBudgetPeriod.objects.exclude(alerted_at=None).exists, seconds=60)
        stand.wait(lambda: not _busy() and _others_than("budget") == 0, seconds=30)
        ledger = sum(cost for cost in AICall.objects.values_list("cost_usd", flat=True) if cost)
        assert limit / 4 < ledger <= limit
        assert max(look.taken_usd for look in stand.watch.looks) <= float(limit)
        _books_agree(stand)


def _busy() -> int:
    return AIProcessingLog.objects.filter(status=Status.PROCESSING).count()


def _is_idle(stand: Stand, since: list[float], *, seconds: float) -> bool:
    """Whether the provider was asked and no slot has been held for so long. `since`: kept between the questions."""
    if _busy() or not stand.lines:
        since.clear()
        return False
    since.append(time.monotonic())
    return since[-1] - since[0] >= seconds


def _others_than(code: str) -> int:
    """Open runs that wait for something else."""
    return AIProcessingLog.objects.open().exclude(error_code=code).count()
