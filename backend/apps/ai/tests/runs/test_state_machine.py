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
#: Written by hand from DESIGN.md section 4: who may take which step. What is not here is forbidden.
ALLOWED = {
    ("worker", "pending", "processing"),
    ("worker", "processing", "pending"),
    ("worker", "processing", "completed"),
    ("worker", "processing", "moderation"),
    ("worker", "processing", "approved"),
    ("worker", "processing", "failed"),
    ("person", "moderation", "approved"),
    ("person", "moderation", "rejected"),
    ("person", "completed", "approved"),
    ("person", "completed", "rejected"),
    ("person", "failed", "pending"),
    ("roll_back", "approved", "rejected"),
    ("queue", "processing", "pending"),
    ("queue", "processing", "failed"),
    ("queue", "pending", "failed"),
    ("queue", "failed", "pending"),
    ("newer_run", "moderation", "rejected"),
    ("newer_run", "completed", "rejected"),
    ("undo", "approved", "moderation"),
    ("undo", "rejected", "moderation"),
    ("undo", "approved", "completed"),
    ("undo", "rejected", "completed"),
}
ACTORS = ("worker", "person", "roll_back", "queue", "newer_run", "undo")
STEPS = [
    (who, before, after) for who in ACTORS for before in AIProcessingStatus for after in AIProcessingStatus
]


def _run(product: Product, status: str = "pending") -> AIProcessingLog:
    return AIProcessingLog.objects.create(product=product, status=status)


def test_every_actor_is_in_the_table() -> None:
    assert {actor.value for actor in Actor} == set(ACTORS)


@pytest.mark.parametrize(("who", "before", "after"), STEPS)
@pytest.mark.parametrize("way", ["one", "many"])
def test_every_step_of_every_actor(product: Product, who: str, before: str, after: str, way: str) -> None:
    run = _run(product, before)
    to, actor = AIProcessingStatus(after), Actor(who)
    allowed = (who, str(before), str(after)) in ALLOWED
    if way == "many":
        assert AIProcessingLog.objects.filter(pk=run.pk).step(to, actor=actor) == int(allowed)
    elif allowed:
        run.advance(to, actor=actor)
    else:
        with pytest.raises(TransitionError):
            run.advance(to, actor=actor)
    stored = AIProcessingLog.objects.get(pk=run.pk)
    assert stored.status == (after if allowed else before)
    assert stored.version == int(allowed and way == "one")


def test_a_run_that_was_read_earlier_steps_from_where_it_is(product: Product) -> None:
    run = _run(product, "moderation")
    old = AIProcessingLog.objects.get()
    run.advance(AIProcessingStatus.APPROVED, actor=Actor.PERSON)
    with pytest.raises(TransitionError):
        old.advance(AIProcessingStatus.REJECTED, actor=Actor.PERSON)
    assert AIProcessingLog.objects.get().status == "approved"


def test_one_waiting_card_per_product_is_a_constraint(product: Product) -> None:
    _run(product, "moderation")
    with pytest.raises(IntegrityError), transaction.atomic():
        _run(product, "moderation")


def test_a_claim_is_won_once(product: Product) -> None:
    run = _run(product)
    first = AIProcessingLog.objects.claim(run.pk, owner="a", lease=LEASE)
    assert first is not None
    assert (first.status, first.attempts, first.lease_owner) == ("processing", 1, "a")
    assert AIProcessingLog.objects.claim(run.pk, owner="b", lease=LEASE) is None


def test_a_run_that_is_not_due_cannot_be_claimed(product: Product) -> None:
    run = _run(product)
    AIProcessingLog.objects.update(next_attempt_at=timezone.now() + timedelta(seconds=30))
    assert AIProcessingLog.objects.claim(run.pk, owner="a", lease=LEASE) is None
    AIProcessingLog.objects.update(next_attempt_at=timezone.now() - timedelta(seconds=1))
    assert AIProcessingLog.objects.claim(run.pk, owner="a", lease=LEASE) is not None


def test_a_worker_that_lost_its_lease_cannot_finish(product: Product) -> None:
    run = _run(product)
    slow = AIProcessingLog.objects.claim(run.pk, owner="slow", lease=LEASE)
    assert slow is not None
    slow.advance(AIProcessingStatus.PENDING, owner="slow")
    quick = AIProcessingLog.objects.claim(run.pk, owner="quick", lease=LEASE)
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
