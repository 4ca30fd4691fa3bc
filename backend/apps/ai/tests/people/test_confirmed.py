"""What decisions of people leave in the vector store, on real rows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.ai.models import AIProcessingLog
from apps.ai.services import composition
from apps.ai.services.people import confirmed
from apps.ai.services.vector_store import Collection
from apps.ai.types import FreeMeter, Neighbour
from apps.products.models import Category, Product
from apps.users.models import User

pytestmark = pytest.mark.django_db


def learned() -> dict[int, int]:
    """Category by product, as the vector store holds it."""
    return {near.product_id: near.category_id for near in neighbours()}


def neighbours() -> tuple[Neighbour, ...]:
    model, store = composition.language_model(), composition.vector_store()
    [dense] = model.embed(["Парацетамол"], meter=FreeMeter())
    return store.search_neighbours(dense, ([], []), limit=50)


def decided(
    product: Product,
    category: Category | None,
    by: User | None,
    *,
    status: str = "approved",
    mode: str = "full",
    age: int = 0,
) -> AIProcessingLog:
    return AIProcessingLog.objects.create(
        product=product,
        status=status,
        processing_type=mode,
        suggested_category=category,
        processed_by=by,
        moderation_date=timezone.now() - timedelta(hours=age),
    )


def test_an_approval_by_a_person_is_learned(
    shop: dict[str, Category], product: Product, moderator: User
) -> None:
    run = decided(product, shop["pain"], moderator)
    confirmed.learn_decision(run.pk)
    [near] = neighbours()
    assert (near.product_id, near.category_id, near.title) == (product.pk, shop["pain"].pk, product.title)


def test_an_automatic_approval_is_not(shop: dict[str, Category], product: Product) -> None:
    confirmed.learn_decision(decided(product, shop["pain"], None).pk)
    assert learned() == {}


def test_a_rejection_removes_what_was_learned(
    shop: dict[str, Category], product: Product, moderator: User
) -> None:
    run = decided(product, shop["pain"], moderator)
    confirmed.learn_decision(run.pk)
    AIProcessingLog.objects.filter(pk=run.pk).update(status="rejected")
    confirmed.learn_decision(run.pk)
    assert learned() == {}


def test_the_latest_decision_counts_in_whatever_order_the_messages_come(
    shop: dict[str, Category], product: Product, moderator: User
) -> None:
    old = decided(product, shop["vitamins"], moderator, age=5)
    new = decided(product, shop["pain"], moderator)
    confirmed.learn_decision(new.pk)
    confirmed.learn_decision(old.pk)
    assert learned() == {product.pk: shop["pain"].pk}


@pytest.mark.parametrize("mode", ["description_only", "image_analysis"])
def test_a_mode_that_chooses_no_category_teaches_none(
    shop: dict[str, Category], product: Product, moderator: User, mode: str
) -> None:
    confirmed.learn_decision(decided(product, shop["pain"], moderator, mode=mode).pk)
    assert learned() == {}


def test_a_run_or_a_product_that_is_gone_teaches_nothing(
    shop: dict[str, Category], product: Product, moderator: User
) -> None:
    run = decided(product, shop["pain"], moderator)
    confirmed.learn_decision(run.pk)
    run_id = run.pk
    product.delete()
    confirmed.learn_decision(run_id)
    confirmed.learn_decision(999_999)
    confirmed.sync_confirmed(meter=FreeMeter(), prune=True)
    assert learned() == {}


def test_the_next_product_is_decided_by_what_was_learned(
    shop: dict[str, Category], make_product: Any, moderator: User
) -> None:
    for _ in range(3):
        confirmed.learn_decision(decided(make_product(), shop["vitamins"], moderator).pk)
    assert set(learned().values()) == {shop["vitamins"].pk}
    assert [round(near.score, 3) for near in neighbours()] == [round(neighbours()[0].score, 3)] * 3


def test_sync_takes_decisions_and_the_old_catalogue_each_product_once(
    shop: dict[str, Category], product: Product, make_product: Any, moderator: User
) -> None:
    decided(product, shop["pain"], moderator)
    both = Product.objects.create(title="Витамин C", slug="manual", source="manual", category=shop["pain"])
    decided(both, shop["vitamins"], moderator)
    Product.objects.create(title="Платье", slug="manual-2", source="manual", category=shop["dresses"])
    make_product(category=shop["dresses"])
    summary = confirmed.sync_confirmed(meter=FreeMeter())
    assert (summary.written, summary.unchanged) == (3, 0)
    assert sorted(learned().values()) == sorted([shop["pain"].pk, shop["vitamins"].pk, shop["dresses"].pk])
    assert learned()[both.pk] == shop["vitamins"].pk


def test_a_second_sync_writes_nothing_and_a_changed_product_is_written_again(
    shop: dict[str, Category], moderator: User
) -> None:
    manual = Product.objects.create(title="Платье", slug="m", source="manual", category=shop["dresses"])
    confirmed.sync_confirmed(meter=FreeMeter())
    assert confirmed.sync_confirmed(meter=FreeMeter()).written == 0
    Product.objects.filter(pk=manual.pk).update(title="Платье летнее")
    again = confirmed.sync_confirmed(meter=FreeMeter())
    assert (again.written, again.unchanged) == (1, 0)
    assert composition.vector_store().counts()[Collection.PRODUCTS] == 1


def test_prune_keeps_a_decision_whose_run_was_cleaned_away_and_drops_one_that_was_taken_back(
    shop: dict[str, Category], make_product: Any, moderator: User
) -> None:
    cleaned, taken_back = (decided(make_product(), shop["pain"], moderator) for _ in range(2))
    confirmed.sync_confirmed(meter=FreeMeter())
    product_id = cleaned.product_id
    cleaned.delete()
    AIProcessingLog.objects.filter(pk=taken_back.pk).update(status="rejected")
    confirmed.sync_confirmed(meter=FreeMeter(), prune=True)
    assert learned() == {product_id: shop["pain"].pk}


def test_prune_forgets_what_is_confirmed_no_longer(shop: dict[str, Category]) -> None:
    manual = Product.objects.create(title="Платье", slug="m", source="manual", category=shop["dresses"])
    confirmed.sync_confirmed(meter=FreeMeter())
    manual.delete()
    kept = confirmed.sync_confirmed(meter=FreeMeter())
    assert (kept.gone, kept.deleted) == (1, 0)
    assert confirmed.sync_confirmed(meter=FreeMeter(), prune=True, dry_run=True).deleted == 1
    assert composition.vector_store().counts()[Collection.PRODUCTS] == 1
    confirmed.sync_confirmed(meter=FreeMeter(), prune=True)
    assert composition.vector_store().counts()[Collection.PRODUCTS] == 0
