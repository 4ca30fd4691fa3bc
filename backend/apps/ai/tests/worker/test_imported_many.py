"""A chunk of an import orders the runs that its products would order one by one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from apps.ai import catalog
from apps.ai.models import AIModerationQueue, AIProcessingLog
from apps.ai.services.runs.imported import submit_imported_many
from apps.ai.tests.support.cards import waiting_card
from apps.ai.types import Mode, SourcePolicy
from apps.products.models import Category, Product

pytestmark = pytest.mark.django_db
MakeProduct = Callable[..., Product]

#: What is known of a product: (status of its latest run, whether that run read the product as it is now).
HISTORIES: dict[str, tuple[str, bool] | None] = {
    "never read": None,
    "read as it is": ("approved", True),
    "read before": ("approved", False),
    "open": ("pending", False),
    "rejected before": ("rejected", False),
}


@pytest.mark.parametrize(
    ("switch", "expected"),
    [
        ("off", []),
        ("new", []),
        ("new_and_changed", ["never read", "read before", "rejected before"]),
    ],
)
def test_of_many_changed_products_those_whose_card_is_stale(
    make_product: MakeProduct, settings: Any, switch: str, expected: list[str]
) -> None:
    settings.AI_CONFIG = {**settings.AI_CONFIG, "AUTO_PROCESS": switch}
    products = {name: make_product() for name in HISTORIES}
    AIProcessingLog.objects.all().delete()
    for name, history in HISTORIES.items():
        if history is not None:
            status, same = history
            now = catalog.get().snapshot(products[name].pk).fingerprint
            fingerprint = now if same else "before"
            AIProcessingLog.objects.create(
                product=products[name], status=status, input_fingerprint=fingerprint
            )
    known = set(AIProcessingLog.objects.values_list("pk", flat=True))
    count = submit_imported_many(origin="test", changed=[one.pk for one in products.values()])
    names = {product.pk: name for name, product in products.items()}
    new = AIProcessingLog.objects.exclude(pk__in=known)
    assert sorted(names[run.product_id] for run in new) == expected
    assert count == len(expected)
    assert {(run.status, run.source, run.processing_type) for run in new} <= {("pending", "parser", "full")}


def test_a_card_that_nobody_could_approve_any_more_is_closed(
    make_product: MakeProduct, tree: dict[str, Category]
) -> None:
    stale, fresh = make_product(), make_product()
    for product in (stale, fresh):
        waiting_card(product, tree["pain"])
    Product.objects.filter(pk=stale.pk).update(title="Иначе")
    submit_imported_many(origin="test", changed=[stale.pk, fresh.pk])
    waiting = AIModerationQueue.objects.waiting().values_list("log_entry__product", flat=True)
    assert list(waiting) == [fresh.pk]


def sources(origin: str) -> SourcePolicy | None:
    """What a host says of its sources."""
    texts_alone = SourcePolicy(auto_process="new", mode=Mode.DESCRIPTION, analyze_images=False)
    return {"silent": SourcePolicy(auto_process="off"), "texts": texts_alone}.get(origin)


def test_the_switch_of_a_source_counts_for_a_chunk_too(make_product: MakeProduct, settings: Any) -> None:
    settings.AI_CONFIG = {**settings.AI_CONFIG, "SOURCE_POLICY": f"{__name__}.sources"}
    silent, texts, plain = (make_product() for _ in range(3))
    AIProcessingLog.objects.all().delete()
    assert submit_imported_many(origin="silent", created=[silent.pk]) == 0
    assert submit_imported_many(origin="texts", created=[texts.pk]) == 1
    assert submit_imported_many(origin="plain", created=[plain.pk]) == 1
    runs = AIProcessingLog.objects.order_by("pk")
    assert [(run.product_id, run.processing_type, run.options["analyze_images"]) for run in runs] == [
        (texts.pk, "description_only", False),
        (plain.pk, "full", True),
    ]
