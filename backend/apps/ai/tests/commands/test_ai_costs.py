from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from apps.ai.models import AIProcessingLog
from apps.ai.models.processing import Status
from apps.ai.models.spending import AICall, AIPrice
from apps.ai.services.money.meter import RunMeter
from apps.ai.services.money.prices import load_prices
from apps.ai.types import CallOutcome, CallStatus, Operation, PlannedCall, Stage, Usage

CALL = PlannedCall(
    Operation.CHAT,
    Stage.DRAFT,
    "gpt-4o-mini",
    prompt_tokens=4_000,
    completion_tokens=1_500,
    fixed_tokens=3_000,
)
USED = Usage(prompt=1_000, completion=500)


@pytest.fixture
def spend(db: None) -> Callable[..., None]:
    load_prices()

    def one(
        call: PlannedCall = CALL,
        *,
        run_id: int | None = 1,
        days_ago: int = 0,
        source: str = "parser",
        usage: Usage | None = USED,
        status: CallStatus = CallStatus.OK,
    ) -> None:
        meter = RunMeter(run_id=run_id, product_id=1, source=source, mode="full")
        meter.record(meter.reserve(call), call, CallOutcome(status, usage, duration_ms=1, error=""))
        latest = AICall.objects.latest("pk")
        AICall.objects.filter(pk=latest.pk).update(created_at=timezone.now() - timedelta(days=days_ago))

    return one


Spend = Callable[..., None]


def costs(*arguments: str) -> str:
    out = StringIO()
    call_command("ai_costs", *arguments, stdout=out)
    return out.getvalue()


def costs_json(*arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(costs("--json", *arguments))
    return found


@pytest.mark.django_db
def test_nothing_spent_is_said_so() -> None:
    assert "No calls in the last 30 days" in costs()
    assert costs_json()["total"]["calls"] == 0


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("model", [("gpt-4o", 1, 0.0075), ("gpt-4o-mini", 3, 0.00135)]),
        ("stage", [("category", 1, 0.0075), ("draft", 3, 0.00135)]),
        ("source", [("api", 1, 0.0075), ("parser", 3, 0.00135)]),
    ],
)
def test_spending_by_group(spend: Spend, by: str, expected: list[tuple[str, int, float]]) -> None:
    for _ in range(3):
        spend()
    spend(replace(CALL, model="gpt-4o", stage=Stage.CATEGORY), source="api")
    found = costs_json("--by", by)
    assert [(line["name"], line["calls"], line["cost_usd"]) for line in found["lines"]] == expected
    assert found["total"]["cost_usd"] == pytest.approx(0.00885)
    assert (found["total"]["prompt"], found["total"]["completion"]) == (4_000, 2_000)


def test_spending_by_day_keeps_to_the_days_asked_for(spend: Spend) -> None:
    for days_ago in (0, 1, 1, 6, 7):
        spend(days_ago=days_ago)
    today = timezone.localdate()
    found = costs_json("--days", "7")
    assert [(line["name"], line["calls"]) for line in found["lines"]] == [
        (str(today - timedelta(days=6)), 1),
        (str(today - timedelta(days=1)), 2),
        (str(today), 1),
    ]
    table = costs("--days", "7")
    assert str(today) in table
    assert "total" in table
    assert "0.001800" in table


def test_what_is_not_in_the_sums_is_named(spend: Spend, settings: Settings) -> None:
    settings.AI_CONFIG = {**settings.AI_CONFIG, "BUDGET_DAY_USD": "2.50"}
    spend(usage=None, status=CallStatus.UNUSABLE)
    settings.AI_CONFIG = {**settings.AI_CONFIG, "BUDGET_DAY_USD": ""}
    spend(replace(CALL, model="own"))
    settings.AI_CONFIG = {**settings.AI_CONFIG, "BUDGET_DAY_USD": "2.50"}
    text = costs()
    assert "Held: 0.001500 USD" in text
    assert "Without a price: 1 calls" in text
    assert f"Budget {timezone.localdate()}: 0.0015 of 2.50 USD spent, 0.0000 reserved" in text


def test_a_forecast_from_the_last_runs(spend: Spend) -> None:
    for run_id in range(1, 11):
        spend(run_id=run_id)
        spend(run_id=run_id, usage=Usage(prompt=run_id * 1_000))
    spend(run_id=None)
    found = costs_json("--dry-run", "1000", "--mode", "full")
    assert found["basis"] == "the last 10 runs"
    assert found["calls"] == 2.0
    assert found["usd"] == pytest.approx(0.00045 + 0.000825)
    assert found["p90_usd"] == pytest.approx(0.00045 + 0.00135)
    assert found["total_usd"] == pytest.approx(1.275)
    assert "all: 1.27 USD" in costs("--dry-run", "1000") or "all: 1.28 USD" in costs("--dry-run", "1000")


def test_a_forecast_without_runs_says_what_it_is_from(db: None) -> None:
    load_prices()
    found = costs_json("--dry-run", "100")
    assert found["basis"] == "the sizes of the prompts (there are no runs yet), with 3 photos a product"
    assert found["calls"] == 3.0
    assert 0.0005 < found["usd"] < 0.02
    assert found["p90_usd"] is None
    only = costs_json("--dry-run", "100", "--mode", "categorization_only")
    assert only["usd"] < found["usd"]


@pytest.mark.parametrize("arguments", [("--dry-run", "0"), ("--days", "0"), ("--dry-run", "-1")])
@pytest.mark.django_db
def test_nonsense_is_refused(arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError, match="1 or more"):
        costs(*arguments)


def test_a_forecast_needs_the_price(db: None) -> None:
    AIPrice.objects.all().delete()
    with pytest.raises(CommandError, match="price of gpt-4o-mini"):
        costs("--dry-run", "10")


def test_prices_are_loaded_once(db: None) -> None:
    AIPrice.objects.all().delete()
    assert costs("--load-prices") == "Price rows added: 19.\n"
    assert costs("--load-prices") == "Price rows added: 0.\n"
    assert AIPrice.objects.get(model="gpt-4o-mini").input_usd == Decimal("0.15")


@pytest.mark.django_db
def test_a_finished_card_on_average(spend: Spend, make_product: Callable[..., Any]) -> None:
    """Two live cards with three requests together, one by batch, one that needed none, one that failed."""
    runs = [
        AIProcessingLog.objects.create(
            product=make_product(),
            status=Status.FAILED if code else Status.APPROVED,
            completed_at=timezone.now(),
            error_code=code,
        )
        for code in ("", "", "", "", "timeout")
    ]
    live, second, batch, _free, failed = (run.pk for run in runs)
    for run_id in (live, live, second, batch, failed):
        spend(run_id=run_id)
    AICall.objects.filter(run_id=batch).update(price_factor="0.5", cost_usd="0.000225")
    cards = {line["how"]: line for line in costs_json()["cards"]}
    assert cards["live"]["cards"] == 2
    assert cards["live"]["requests"] == 1.5
    assert cards["live"]["prompt"] == 1_500
    assert cards["live"]["completion"] == 750
    assert cards["live"]["usd"] == pytest.approx(0.000675)
    assert cards["batch"] == {
        "how": "batch",
        "cards": 1,
        "requests": 1.0,
        "prompt": 1_000.0,
        "fixed": pytest.approx(715.7),
        "cached": 0.0,
        "completion": 500.0,
        "usd": 0.000225,
    }
    assert cards["free"]["cards"] == 1
    assert (cards["all"]["cards"], cards["all"]["requests"]) == (4, 1.0)
    assert cards["all"]["usd"] == pytest.approx((0.00135 + 0.000225) / 4)
    table = [[cell.strip() for cell in line.split("│")[1:-1]] for line in costs().splitlines()]
    assert ["live", "2", "1.50", "1,500", "1,074", "426", "0", "750", "0.000675"] in table
    assert ["free", "1", "0.00", "0", "0", "0", "0", "0", "0.000000"] in table
    assert ["all", "4", "1.00", "1,000", "716", "284", "0", "500", "0.000394"] in table
