"""The figures of a day are what a count over the rows would say, also after late changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from apps.ai.models import (
    AIAudit,
    AICall,
    AIDayFigures,
    AIEditMeasure,
    AIModerationQueue,
    AIProcessingLog,
    AppliedChange,
)
from apps.ai.services.desk import rollups
from apps.ai.services.money import ledger
from apps.ai.services.people import edit_measures, moderation
from apps.ai.tests.support.cards import waiting_card
from apps.ai.types import CallOutcome, CallStatus
from apps.products.models import Category, Product
from apps.users.models import User

pytestmark = pytest.mark.django_db


def _noon(days_ago: int) -> datetime:
    return timezone.localtime().replace(hour=12, minute=0) - timedelta(days=days_ago)


def _day(days_ago: int) -> date:
    return _noon(days_ago).date()


def _row(days_ago: int, group: str = "all", key: str = "") -> AIDayFigures:
    return AIDayFigures.objects.get(day=_day(days_ago), group=group, key=key)


def _call(days_ago: int, **fields: Any) -> AICall:
    at = _noon(days_ago)
    values = {"model": "m1", "stage": "draft", "operation": "chat", "expires_at": at} | fields
    return AICall.objects.create(created_at=at, **values)


def test_each_thing_counts_on_the_day_on_which_it_happened(
    product: Product, make_product: Callable[..., Product], tree: dict[str, Category], moderator: User
) -> None:
    run = waiting_card(product, tree["pain"], prompt_version="p7", llm_model="m1", completed_at=_noon(3))
    AIModerationQueue.objects.update(created_at=_noon(3))
    failed = waiting_card(make_product(), tree["pain"], status="failed", completed_at=_noon(3))
    AIEditMeasure.objects.create(
        run=run, moderator=moderator, category=tree["pain"], prompt_version="p7", llm_model="m1",
        outcome="edited", share=0.25, words=40, decided_at=_noon(2),
    )  # fmt: skip
    change = AppliedChange.objects.create(
        run=failed, product=product, before={}, after={}, reverted_at=_noon(1)
    )
    AppliedChange.objects.filter(pk=change.pk).update(applied_at=_noon(3))
    AIAudit.objects.create(
        category=tree["pain"], confidence=0.9, share=0.1, outcome="wrong", decided_at=_noon(2)
    )
    _call(3, cost_usd=Decimal("0.5"))
    _call(3, cost_usd=Decimal("0.25"), held_nano=5)
    rollups.refresh(days=5)
    old, decided = _row(3), _row(2)
    assert (old.ended, old.failed, old.queued, old.automatic, old.calls) == (2, 1, 1, 1, 2)
    assert old.cost_nano == 750_000_005
    assert (old.kept, old.edited, decided.edited, decided.words, decided.changed_words) == (
        0,
        0,
        1,
        40,
        10.0,
    )
    assert (decided.right, decided.wrong, _row(1).rolled_back) == (0, 1, 1)
    assert _row(3, "reason", "low_confidence").queued == 1
    keys = {"category": str(tree["pain"].pk), "prompt": "p7", "model": "m1", "moderator": str(moderator.pk)}
    assert all(_row(2, group, key).edited == 1 for group, key in keys.items())
    assert _row(3, "model", "m1").cost_nano == 750_000_005
    # It was approved with its own category at a confidence of 0.5.
    assert (_row(2, "confidence", "5").right, _row(2, "confidence", "5").wrong) == (1, 0)


def test_counting_twice_changes_nothing_and_what_is_gone_leaves_no_row(
    product: Product, tree: dict[str, Category]
) -> None:
    waiting_card(product, tree["pain"], completed_at=timezone.now())
    rollups.refresh()
    before = list(AIDayFigures.objects.order_by("pk").values("day", "group", "key", "ended", "queued"))
    rollups.refresh()
    assert (
        list(AIDayFigures.objects.order_by("pk").values("day", "group", "key", "ended", "queued")) == before
    )
    AIModerationQueue.objects.all().delete()
    rollups.refresh()
    assert not AIDayFigures.objects.filter(group="reason").exists()
    assert _row(0).queued == 0


def test_a_decision_that_is_taken_back_weeks_later_corrects_its_day(
    product: Product, tree: dict[str, Category], moderator: User
) -> None:
    run = waiting_card(product, tree["pain"])
    moderation.approve(run, by=moderator)
    AIProcessingLog.objects.update(moderation_date=_noon(20))
    edit_measures.measure(run.pk)
    rollups.refresh(days=30)
    assert _row(20).kept == 1
    moderation.roll_back(AppliedChange.objects.get(), by=moderator)
    edit_measures.measure(run.pk)
    assert _row(20).stale
    rollups.refresh()
    assert (_row(20).kept, _row(20).stale, _row(0).rejected, _row(0).rolled_back) == (0, False, 1, 1)


def test_money_that_is_known_days_later_counts_on_the_day_of_the_call(tree: dict[str, Category]) -> None:
    call = _call(4, held_nano=10**9)
    rollups.refresh(days=6)
    assert _row(4).cost_nano == 10**9
    ledger.record_late(call.pk, CallOutcome(CallStatus.FAILED, None, 10))
    rollups.refresh()
    assert _row(4).cost_nano == 0
