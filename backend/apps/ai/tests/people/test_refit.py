"""The shop's fitted on real rows: what it is fitted on, when, and what it then lets through."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.ai import tasks
from apps.ai.models import AICategoryFit, AIProcessingLog
from apps.ai.services import composition
from apps.ai.services.fitting import calibration, store, train
from apps.ai.services.fitting.model import NEVER, UNFITTED, Calibration
from apps.ai.services.people import confirmed, refit
from apps.ai.types import MODEL, NEIGHBOURS, CategoryChoice, FreeMeter
from apps.products.models import Category, Product
from apps.users.models import User

pytestmark = pytest.mark.django_db

KINDS = {"pain": "Обезболивающее средство", "dresses": "Платье летнее"}


@pytest.fixture
def catalogue(
    shop: dict[str, Category], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> dict[str, Category]:
    """60 products that lay in the shop before, half medicines and half dresses; here they are enough."""
    monkeypatch.setattr(train, "FEWEST_CONFIRMED", 50)
    monkeypatch.setattr(calibration, "FEWEST_TESTED", 40)
    settings.AI_CONFIG = {**settings.AI_CONFIG, "TARGET_PRECISION": 0.9}
    Product.objects.bulk_create(
        Product(
            title=f"{KINDS[('pain', 'dresses')[number % 2]]} {number}",
            slug=f"old-{number}",
            source="manual",
            category=shop[("pain", "dresses")[number % 2]],
        )
        for number in range(60)
    )
    call_command("sync_categories", verbosity=0)
    return shop


def fit(*args: str) -> str:
    out = StringIO()
    call_command("fit_categories", *args, stdout=out)
    return out.getvalue()


def choice(category: Category, *, method: str = NEIGHBOURS, sure: float = 0.9) -> CategoryChoice:
    return CategoryChoice(category.pk, (), "", sure, (), method=method)


def test_the_command_fits_and_every_process_uses_the_newest(catalogue: dict[str, Category]) -> None:
    assert composition.category_fit() is UNFITTED
    shown = fit()
    row = AICategoryFit.objects.get()
    assert "Confirmed products: 60, decisions of people: 0." in shown
    assert (row.confirmed, row.tested, row.decided, row.target_precision) == (60, 60, 0, 0.9)
    found = row.reliability[NEIGHBOURS]
    assert found["accuracy"] == 1.0
    assert found["calibration_error"] < 0.05
    fitted = composition.category_fit()
    assert fitted is composition.category_fit()
    scores = fitted.scores("Платье")
    assert max(scores, key=lambda one: scores[one]) == catalogue["dresses"].pk
    assert composition.threshold(choice(catalogue["dresses"])) < 1.0
    fit("--force")
    assert composition.category_fit() is not fitted


def test_a_fit_is_repeated_only_when_enough_has_changed(
    catalogue: dict[str, Category], moderator: User
) -> None:
    fit()
    assert "Too little has changed" in fit()
    assert tasks.fit_categories() is None
    for number in range(5):
        Product.objects.create(
            title=f"Платье {number}", slug=f"new-{number}", source="manual", category=catalogue["dresses"]
        )
    call_command("sync_categories", verbosity=0)
    assert tasks.fit_categories() == AICategoryFit.objects.latest("pk").pk
    assert AICategoryFit.objects.count() == 2


def test_too_few_products_fit_nothing_and_nothing_is_safe(shop: dict[str, Category]) -> None:
    assert "Nothing fitted: 200 confirmed products are needed" in fit()
    assert not AICategoryFit.objects.exists()
    assert composition.threshold(choice(shop["pain"], sure=1.0)) == NEVER


def test_a_threshold_in_the_settings_stands_in_for_what_was_measured(
    shop: dict[str, Category], settings: Any
) -> None:
    settings.AI_CONFIG = {**settings.AI_CONFIG, "AUTO_APPLY_THRESHOLD": 0.7}
    assert composition.threshold(choice(shop["pain"])) == 0.7
    assert composition.threshold(choice(shop["pain"], method=MODEL)) == 0.7


def test_a_models_choice_and_no_choice_are_never_safe_until_measured(catalogue: dict[str, Category]) -> None:
    fit()
    assert composition.threshold(choice(catalogue["pain"], method=MODEL)) == NEVER
    assert composition.threshold(None) == NEVER
    assert composition.threshold(replace(choice(catalogue["pain"]), category_id=None)) == NEVER


def decided(
    number: int, said: Category, final: Category, by: User | None, *, method: str = MODEL
) -> AIProcessingLog:
    product = Product.objects.create(title=f"Новинка {number}", slug=f"n-{number}", source="parser")
    evidence = {"vote": 0.8, "fit": 0.7, "chosen": 1.0}
    saved = {
        "category_id": said.pk,
        "method": method,
        "evidence": evidence,
        "rival": {"fit": 0.1, "old": 1.0},
    }
    return AIProcessingLog.objects.create(
        product=product,
        status="approved",
        processing_type="full",
        suggested_category=final,
        processed_by=by,
        moderation_date=timezone.now(),
        stage_results={"category": saved},
    )


def test_decisions_of_people_are_learned_from_and_automatic_ones_never(
    catalogue: dict[str, Category], moderator: User
) -> None:
    pain, dresses = catalogue["pain"], catalogue["dresses"]
    decided(1, pain, pain, moderator)
    decided(2, pain, dresses, moderator)
    decided(3, pain, pain, moderator, method=NEIGHBOURS)
    decided(4, pain, pain, None)
    found = sorted((one.method, one.right) for one in refit._decisions())
    assert found == [(MODEL, False), (MODEL, True), (NEIGHBOURS, True)]
    outcome = refit.refit(meter=FreeMeter(), force=True)
    assert (outcome.confirmed, outcome.decided) == (63, 3)


def test_enough_decisions_make_a_models_choice_measurable(
    catalogue: dict[str, Category], moderator: User
) -> None:
    for number in range(45):
        decided(number, catalogue["pain"], catalogue["pain"], moderator)
    call_command("sync_categories", verbosity=0)
    fit()
    row = AICategoryFit.objects.get()
    assert row.reliability[MODEL]["products"] == 45
    assert composition.threshold(choice(catalogue["pain"], method=MODEL)) < 1.0


def test_a_fit_of_another_embedding_model_or_format_is_not_used(catalogue: dict[str, Category]) -> None:
    fit()
    AICategoryFit.objects.update(embedding_model="another")
    assert composition.category_fit() is UNFITTED
    AICategoryFit.objects.update(embedding_model=composition.language_model().embedding_model, format=0)
    assert composition.category_fit() is UNFITTED


def test_what_is_stored_comes_back(catalogue: dict[str, Category]) -> None:
    fit()
    row = AICategoryFit.objects.get()
    row.calibrations[NEIGHBOURS]["branches"] = {str(catalogue["pain"].pk): 0.5}
    row.save()
    alone = store._read(row.pk).alone
    assert alone == Calibration(**{**row.calibrations[NEIGHBOURS], "branches": {catalogue["pain"].pk: 0.5}})
    assert alone.threshold_of(catalogue["pain"].pk) == 0.5


def test_old_fits_go(catalogue: dict[str, Category], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "KEEP", 2)
    for _ in range(3):
        fit("--force")
    assert AICategoryFit.objects.count() == 2


def _approved(catalogue: dict[str, Category], moderator: User, number: int) -> None:
    for index in range(number):
        product = Product.objects.create(
            title=f"Платье вечернее {index}", slug=f"evening-{index}", source="manual"
        )
        AIProcessingLog.objects.create(
            product=product,
            status="approved",
            processed_by=moderator,
            moderation_date=timezone.now(),
            processing_type="full",
            suggested_category=catalogue["dresses"],
        )


def test_whether_anything_changed_is_asked_before_anything_is_read(
    catalogue: dict[str, Category], moderator: User
) -> None:
    """Every night, in a shop where nothing happened: the number of statements does not grow with the products."""
    _approved(catalogue, moderator, 30)
    call_command("sync_categories", verbosity=0)
    fit()
    with CaptureQueriesContext(connection) as captured:
        assert tasks.fit_categories() is None
    assert len(captured) <= 5, [query["sql"][:100] for query in captured]


def test_what_people_confirmed_is_read_in_slices(
    catalogue: dict[str, Category], moderator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confirmed, "SLICE", 10)
    _approved(catalogue, moderator, 25)
    with CaptureQueriesContext(connection) as captured:
        documents = [one for one in confirmed.confirmed_documents() if "вечернее" in one.payload["title"]]
    assert len({one.id for one in documents}) == len(documents) == 25
    assert len(captured) <= 25
