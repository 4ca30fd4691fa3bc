"""The switch of a source: which of its products the AI takes by itself, and what it does with them."""

from __future__ import annotations

from typing import Any

import pytest

from apps.ai.models import AIProcessingLog
from apps.ai.services.worker import sweeping
from apps.ai.tasks import submit_imported
from apps.parsers.models import ParserRun, ParserSource
from apps.parsers.services.runs import processing
from apps.products.models import Product

pytestmark = pytest.mark.django_db


def source(**fields: Any) -> ParserSource:
    return ParserSource.objects.create(**{"title": "Базар", "parser": "supplier", "name": "bazaar", **fields})


def product(slug: str = "x") -> Product:
    origin = {"source": Product.Source.PARSER, "source_name": "supplier:bazaar"}
    return Product.objects.create(slug=slug, title="x", source_id=slug, **origin)


@pytest.mark.parametrize(
    ("setting", "switch", "created", "changed"),
    [
        ("new_and_changed", "off", 0, 0),
        ("off", "new", 1, 0),
        ("off", "new_and_changed", 1, 1),
        ("new", "", 1, 0),
        ("off", "", 0, 0),
    ],
)
def test_the_source_s_switch_goes_before_the_setting(
    settings: Any, setting: str, switch: str, created: int, changed: int
) -> None:
    settings.AI_CONFIG = {**settings.AI_CONFIG, "AUTO_PROCESS": setting}
    source(ai=switch)
    made = product()
    assert AIProcessingLog.objects.count() == created
    AIProcessingLog.objects.all().delete()
    AIProcessingLog.objects.create(product=made, status="approved", input_fingerprint="before")
    submit_imported(made.pk, origin="supplier:bazaar")
    assert AIProcessingLog.objects.open().count() == changed


def test_its_options_are_the_runs(settings: Any) -> None:
    source(ai="new", ai_mode="categorization_only", ai_images=False)
    product()
    run = AIProcessingLog.objects.get()
    assert (run.processing_type, run.options["analyze_images"]) == ("categorization_only", False)


def test_the_sweep_keeps_to_the_switch_for_products_without_a_signal() -> None:
    source(ai="off")
    source(title="Другой", name="other", ai="new", ai_mode="description_only", ai_images=False)
    rows = [
        Product(
            slug=f"{name}{n}", title="x", source="parser", source_name=f"supplier:{name}", source_id=str(n)
        )
        for name in ("bazaar", "other", "third")
        for n in range(2)
    ]
    Product.objects.bulk_create(rows)
    sweeping.sweep()
    runs = AIProcessingLog.objects.values_list(
        "product__source_name", "processing_type", "options__analyze_images"
    )
    assert sorted(runs) == [
        ("supplier:other", "description_only", False),
        ("supplier:other", "description_only", False),
        ("supplier:third", "full", True),
        ("supplier:third", "full", True),
    ]


def test_process_these_does_what_the_source_says() -> None:
    run = ParserRun.objects.create(
        parser="supplier",
        origin="x",
        source=source(ai="off", ai_mode="categorization_only"),
        source_name="supplier:bazaar",
    )
    product()
    mass = processing.process(run, processing.Which.NEW)
    assert mass is not None
    assert (mass.mode, mass.total) == ("categorization_only", 1)
