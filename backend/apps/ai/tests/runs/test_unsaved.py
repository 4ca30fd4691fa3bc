"""What an attempt has paid for is written with its next call or its end, and is not lost when that does not come."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from apps.ai.exceptions import TransientAIError
from apps.ai.models import AIProcessingLog
from apps.ai.models.spending import AICall
from apps.ai.services.money.prices import load_prices
from apps.ai.services.runs import pipeline, twins
from apps.ai.services.runs.submission import submit
from apps.ai.tests.support.scripted import ScriptedModel
from apps.products.models import Category, Product

pytestmark = pytest.mark.django_db(transaction=True)
Scripted = Callable[..., ScriptedModel]


@pytest.fixture(autouse=True)
def _sure(tree: dict[str, Category], settings: Any) -> None:
    settings.AI_CONFIG = {**settings.AI_CONFIG, "AUTO_APPLY_THRESHOLD": 0.0}


def _ledger() -> list[tuple[str, str]]:
    return list(AICall.objects.order_by("pk").values_list("stage", "status"))


def _read(run: AIProcessingLog) -> AIProcessingLog:
    return AIProcessingLog.objects.get(pk=run.pk)


def test_a_kill_while_a_call_lasts_loses_that_call_alone(scripted: Scripted, product: Product) -> None:
    """What another process would find, were this one killed while the draft is under way."""
    found: list[Any] = []

    def look(answer: Any) -> Any:
        row = AIProcessingLog.objects.get()
        found.append((set(row.stage_results), row.input_fingerprint != "", _ledger()))
        return answer

    scripted(draft=look)
    pipeline.run(submit(product.pk, send=False).run.pk)
    assert found == [({"category"}, True, [("category", "ok"), ("draft", "sent")])]
    assert _ledger() == [("category", "ok"), ("draft", "ok")]


def test_a_paid_draft_is_kept_when_the_end_fails(
    scripted: Scripted, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = scripted()
    run = submit(product.pk, send=False).run

    def broken(*given: Any, **named: Any) -> Any:
        raise TransientAIError("a fault at the end")

    with monkeypatch.context() as patch:
        patch.setattr(twins, "near_duplicates", broken)
        pipeline.run(run.pk)
    run = _read(run)
    assert (run.status, set(run.stage_results)) == ("pending", {"category", "draft"})
    assert _ledger() == [("category", "ok"), ("draft", "ok")]

    AIProcessingLog.objects.update(next_attempt_at=timezone.now() - timedelta(seconds=1))
    pipeline.run(run.pk)
    assert _read(run).status == "approved"
    assert model.asked == ["category", "draft"]


@pytest.mark.parametrize("stage", ["category", "draft"])
def test_a_run_that_was_taken_is_not_written_and_its_answers_are_booked(
    scripted: Scripted, product: Product, stage: str
) -> None:
    def taken(answer: Any) -> Any:
        AIProcessingLog.objects.update(lease_owner="another", stage_results={"theirs": 1})
        return answer

    scripted(**{stage: taken})
    run = submit(product.pk, send=False).run
    pipeline.run(run.pk)
    run = _read(run)
    assert (run.status, run.lease_owner, run.stage_results) == ("processing", "another", {"theirs": 1})
    before = [("category", "ok")] if stage == "draft" else []
    assert _ledger() == [*before, (stage, "unusable")]
    late = AICall.objects.latest("pk")
    assert (late.prompt_tokens, late.completion_tokens, late.held_nano) == (100, 50, 0)
    assert late.error == "taken: the run had been taken by another worker"
    product.refresh_from_db()
    assert product.title_ru is None


def test_a_refused_reservation_undoes_nothing_that_was_paid(
    scripted: Scripted, product: Product, settings: Any
) -> None:
    """The run's budget holds its first call and not the second."""
    load_prices()
    settings.AI_CONFIG = {**settings.AI_CONFIG, "BUDGET_RUN_USD": "0.001"}
    scripted()
    run = submit(product.pk, send=False).run
    pipeline.run(run.pk)
    run = _read(run)
    assert (run.status, run.error_code) == ("failed", "run_budget")
    assert set(run.stage_results) == {"category"}
    assert _ledger() == [("category", "ok")]
    assert run.cost_usd == Decimal("0.000045")


def test_a_runs_cost_is_that_of_all_its_attempts(scripted: Scripted, product: Product) -> None:
    load_prices()
    model = scripted(draft=TransientAIError("overloaded"))
    run = submit(product.pk, send=False).run
    pipeline.run(run.pk)
    model.script.clear()
    AIProcessingLog.objects.update(next_attempt_at=timezone.now() - timedelta(seconds=1))
    pipeline.run(run.pk)
    run = _read(run)
    assert (run.status, model.asked) == ("approved", ["category", "draft", "draft"])
    assert run.cost_usd == 3 * Decimal("0.000045")
    assert run.tokens_used["total"] == 450
