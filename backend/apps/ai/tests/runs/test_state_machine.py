from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.ai.exceptions import TransitionError
from apps.ai.models import AIProcessingLog, AIProcessingStatus
from apps.ai.models.processing import Actor
from apps.products.models import Product

LEASE = timedelta(minutes=1)
PAIRS = [(before, after) for before in AIProcessingStatus for after in AIProcessingStatus]


def _run(product: Product, status: str = "pending") -> AIProcessingLog:
    return AIProcessingLog.objects.create(product=product, status=status)


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_every_pair_of_states(
    product: Product, before: AIProcessingStatus, after: AIProcessingStatus
) -> None:
    run = _run(product, before)
    if before in SOURCES[after]:
        run.advance(after)
        expected = after
    else:
        with pytest.raises(TransitionError):
            run.advance(after)
        expected = before
    assert AIProcessingLog.objects.get(pk=run.pk).status == expected


def test_the_table_is_the_one_of_the_design() -> None:
    steps = {(source.value, to.value) for to, sources in SOURCES.items() for source in sources}
    assert steps == {
        ("pending", "processing"),
        ("pending", "failed"),
        ("processing", "pending"),
        ("processing", "completed"),
        ("processing", "moderation"),
        ("processing", "approved"),
        ("processing", "failed"),
        ("failed", "pending"),
        ("moderation", "approved"),
        ("moderation", "rejected"),
        ("completed", "approved"),
        ("completed", "rejected"),
        ("approved", "rejected"),
    }


def test_a_claim_is_won_once(product: Product) -> None:
    run = _run(product)
    first = AIProcessingLog.claim(run.pk, owner="a", lease=LEASE)
    assert first is not None
    assert (first.status, first.attempts, first.lease_owner) == ("processing", 1, "a")
    assert AIProcessingLog.claim(run.pk, owner="b", lease=LEASE) is None


def test_a_run_that_is_not_due_cannot_be_claimed(product: Product) -> None:
    run = _run(product)
    AIProcessingLog.objects.update(next_attempt_at=timezone.now() + timedelta(seconds=30))
    assert AIProcessingLog.claim(run.pk, owner="a", lease=LEASE) is None
    AIProcessingLog.objects.update(next_attempt_at=timezone.now() - timedelta(seconds=1))
    assert AIProcessingLog.claim(run.pk, owner="a", lease=LEASE) is not None


def test_a_worker_that_lost_its_lease_cannot_finish(product: Product) -> None:
    run = _run(product)
    slow = AIProcessingLog.claim(run.pk, owner="slow", lease=LEASE)
    assert slow is not None
    slow.advance(AIProcessingStatus.PENDING, owner="slow")
    quick = AIProcessingLog.claim(run.pk, owner="quick", lease=LEASE)
    assert quick is not None
    with pytest.raises(TransitionError):
        slow.advance(AIProcessingStatus.APPROVED, owner="slow")
    with pytest.raises(TransitionError):
        slow.write_while_held(owner="slow", generated_title="поздно")
    quick.advance(AIProcessingStatus.COMPLETED, owner="quick")
    stored = AIProcessingLog.objects.get()
    assert (stored.status, stored.generated_title, stored.lease_owner) == ("completed", None, "")


def test_one_open_run_per_product_is_a_constraint(product: Product) -> None:
    _run(product, "processing")
    with pytest.raises(IntegrityError), transaction.atomic():
        _run(product, "pending")
    _run(product, "approved")
    assert AIProcessingLog.objects.count() == 2
