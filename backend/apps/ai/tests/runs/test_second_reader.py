"""The second reader: off by default, one question more for its kinds, its doubts repaired once, its money booked."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from apps.ai.models import AICall
from apps.ai.schemas import VerifyAnswer, VerifyClaim
from apps.ai.services.runs import pipeline
from apps.ai.services.runs.submission import submit
from apps.ai.tests.support.scripted import ScriptedModel
from apps.products.models import Product

pytestmark = pytest.mark.django_db


def _process(product: Product) -> Any:
    run = submit(product.pk, send=False).run
    pipeline.run(run.pk)
    run.refresh_from_db()
    return run


def _doubts(*sentences: int) -> Callable[[Any], VerifyAnswer]:
    claims = [VerifyClaim(card_sentence=n, source_sentence=1, problem="contradicts") for n in sentences]
    return lambda answer: VerifyAnswer(doubts=claims)


def test_nobody_reads_twice_unless_asked_to(scripted: Callable[..., ScriptedModel], product: Product) -> None:
    model = scripted()
    _process(product)
    assert "verify" not in model.asked


def _doubted(run: Any) -> list[dict[str, Any]]:
    return [reason for reason in run.reasons if reason["code"] == "meaning_doubted"]


def test_a_doubted_sentence_that_the_repair_leaves_out_is_no_finding(
    scripted: Callable[..., ScriptedModel], product: Product, settings: Any
) -> None:
    settings.AI_CONFIG = {**settings.AI_CONFIG, "VERIFY": ["medicine"]}
    model = scripted(verify=_doubts(1, 999))
    run = _process(product)
    assert [stage for stage in model.asked if stage != "category"] == ["draft", "verify", "repair"]
    assert AICall.objects.filter(run_id=run.pk, stage="verify").count() == 1
    assert "товар бренда" not in run.generated_description
    assert _doubted(run) == []


def test_a_doubted_sentence_that_stays_keeps_the_card_from_going_live(
    scripted: Callable[..., ScriptedModel], product: Product, settings: Any
) -> None:
    """The repair answers with the same text: the sentence that contradicts the source still stands."""
    settings.AI_CONFIG = {**settings.AI_CONFIG, "VERIFY": ["medicine"]}
    drafts: list[Any] = []

    def drafted(answer: Any) -> Any:
        drafts.append(answer)
        return answer

    scripted(
        draft=drafted,
        verify=_doubts(2),
        repair=lambda answer: drafts[0],
    )
    run = _process(product)
    [doubted] = _doubted(run)
    assert doubted["severity"] == "blocking"
    assert doubted["quotes"] == ["Таблетки парацетамола 500 мг, в упаковке 20 таблеток."]
    assert run.status == "moderation"


def test_only_the_kinds_that_are_listed_are_read_again(
    scripted: Callable[..., ScriptedModel], product: Product, settings: Any
) -> None:
    settings.AI_CONFIG = {**settings.AI_CONFIG, "VERIFY": ["supplement"]}
    model = scripted(verify=_doubts(1))
    _process(product)
    assert "verify" not in model.asked


def test_a_reader_who_doubts_nothing_takes_no_finding_back(
    scripted: Callable[..., ScriptedModel], product: Product, settings: Any
) -> None:
    settings.AI_CONFIG = {**settings.AI_CONFIG, "VERIFY": ["medicine"]}

    def invented(answer: Any) -> Any:
        text = answer.description + "<p>Избавляет от грибка и псориаза.</p>"
        return answer.model_copy(update={"description": text})

    model = scripted(draft=invented, repair=invented, verify=_doubts())
    run = _process(product)
    assert "verify" in model.asked
    codes = {reason["code"] for reason in run.reasons if reason["severity"] == "blocking"}
    assert codes & {"meaning_claim_unproved", "claim"}
    assert run.status == "moderation"


def test_the_second_reading_is_paid_from_the_budget_of_the_run(
    scripted: Callable[..., ScriptedModel], product: Product, settings: Any
) -> None:
    settings.AI_CONFIG = {**settings.AI_CONFIG, "VERIFY": ["medicine"]}
    scripted(verify=_doubts())
    run = _process(product)
    calls = list(AICall.objects.filter(run_id=run.pk))
    [verify] = [call for call in calls if call.stage == "verify"]
    assert (verify.prompt_tokens, verify.completion_tokens) == (100, 50)
    assert verify.cost_usd == Decimal("0.000045")  # 100 × $0.15 and 50 × $0.60 a million
    assert run.cost_usd == sum((call.cost_usd or Decimal(0) for call in calls), Decimal(0))


def test_the_alignment_is_kept_on_the_run(scripted: Callable[..., ScriptedModel], product: Product) -> None:
    scripted()
    run = _process(product)
    assert run.alignment
    assert all(row[0] < row[1] and 0 <= row[2] <= 100 and len(row) % 2 == 1 for row in run.alignment)
