"""Thresholds and calibration as arithmetic, and a fit made on a small shop in memory."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import numpy as np
import pytest

from apps.ai.services import indexing
from apps.ai.services.categorizer import AutoCategorizer
from apps.ai.services.category.evidence import WEIGHTS, Evidence, estimate
from apps.ai.services.category.index import CategoryIndex
from apps.ai.services.fitting import calibration, train
from apps.ai.services.fitting.calibration import safe_threshold
from apps.ai.services.fitting.model import (
    NEVER,
    UNFITTED,
    Calibration,
    CategoryFit,
    branch_of,
)
from apps.ai.services.fitting.train import KnownChoice
from apps.ai.services.indexing import Document
from apps.ai.services.people.confirmed import category_documents, product_document
from apps.ai.services.vector_store.exact import ExactStore
from apps.ai.tests.support.scripted import ScriptedModel
from apps.ai.types import MODEL, NEIGHBOURS, VARIANT, CategoryNode, FreeMeter, ImageFindings, ProductSnapshot

LEAF = CategoryNode(12, "Витамины", ("Аптека", "Витамины"), (1,))


def outcomes(*groups: tuple[int, int, float]) -> list[tuple[float, bool]]:
    """(right, wrong, confidence) of each group; within it the mistakes come last."""
    found = []
    for right, wrong, sure in groups:
        for number in range(right + wrong):
            found.append((sure - number / 100_000, number < right))
    return found


@pytest.mark.parametrize(
    ("groups", "lowest"),
    [
        ([(149, 0, 0.9)], 0.89852),
        ([(148, 0, 0.9)], NEVER),
        ([(148, 1, 0.9)], NEVER),
        ([(235, 1, 0.9)], 0.89765),
        ([(200, 0, 0.9), (0, 100, 0.5)], 0.89801),
        ([(0, 30, 0.9), (1000, 0, 0.5)], NEVER),
        ([], NEVER),
    ],
    ids=["just enough", "too few", "one mistake", "more bear one", "good then bad", "bad then good", "none"],
)
def test_the_threshold_is_the_lowest_that_is_proved(
    groups: list[tuple[int, int, float]], lowest: float
) -> None:
    found = safe_threshold(outcomes(*groups), target=0.98, alpha=0.05, fewest=100, growth=1.001)
    assert found == pytest.approx(lowest)


def test_automatic_precision_holds_on_new_products() -> None:
    """Of 200 fits to chance, at most the promised share ends below the target (here: 10 % with some room)."""
    chance = random.Random(0)
    broken = 0
    for _ in range(200):
        seen = [(sure := chance.random(), chance.random() < sure**0.1) for _ in range(600)]
        lowest = safe_threshold(seen, target=0.95, alpha=0.05, fewest=150, growth=1.1)
        # The mean of x ** 0.1 from `lowest` to 1, in closed form.
        true = (1 - lowest**1.1) / 1.1 / (1 - lowest) if lowest < 1 else 1.0
        broken += true < 0.95
    assert broken <= 20


def test_without_a_fit_nothing_is_safe_and_the_estimate_stands() -> None:
    evidence = Evidence(vote=1.0, vote_lead=1.0, nearest=0.9, support=1.0)
    assert UNFITTED.threshold(LEAF) == UNFITTED.threshold(LEAF, method=MODEL) == NEVER
    assert UNFITTED.confidences([evidence]) == [estimate(evidence)]
    assert UNFITTED.scores("Витамин C") == {}


def test_a_branch_has_its_own_threshold_and_a_models_choice_another() -> None:
    alone = Calibration(0.0, 1.0, 0.0, threshold=0.9, branches={1: 0.8, 2: NEVER})
    fit = CategoryFit(alone=alone)
    assert branch_of(LEAF) == 1
    assert fit.threshold(LEAF) == 0.8
    assert fit.threshold(replace(LEAF, ancestor_ids=(2, 7))) == NEVER
    assert fit.threshold(replace(LEAF, ancestor_ids=())) == 0.9
    assert fit.threshold(LEAF, method=MODEL) == NEVER
    assert replace(fit, asked=replace(alone, branches={})).threshold(LEAF, method=MODEL) == 0.9


def test_a_variant_is_as_sure_as_its_sibling_and_what_nobody_measured_is_never_sure() -> None:
    """A model's choice that a person had to confirm is not applied by itself in another colour."""
    fit = CategoryFit(alone=Calibration(0.0, 1.0, 0.0, threshold=0.4))
    assert fit.threshold(LEAF, method="variant:neighbours") == 0.4
    assert fit.threshold(LEAF, method="variant:model") == NEVER
    assert fit.threshold(LEAF, method="second_look") == NEVER
    assert fit.threshold(LEAF, method="variant:second_look") == NEVER


def test_the_confidence_falls_with_a_near_rival() -> None:
    fit = CategoryFit(alone=Calibration(0.0, 0.5, 0.5))
    best, other = Evidence(vote=0.9, nearest=0.9), Evidence(vote=0.1)
    alone, _ = fit.confidences([best, other])
    beside_a_twin, twin = fit.confidences([best, best])
    assert beside_a_twin == twin < alone


def test_logistic_regression_finds_what_made_the_data() -> None:
    chance = np.random.default_rng(0)
    rows = np.column_stack([np.ones(20_000), chance.normal(size=(20_000, 2))])
    true = np.array([-1.0, 2.0, -0.5])
    right = (chance.random(20_000) < 1 / (1 + np.exp(-rows @ true))).astype(float)
    fitted = calibration.logistic(rows, right, prior=np.zeros(3), strength=1.0)
    assert fitted == pytest.approx(true, abs=0.1)
    held = calibration.logistic(rows, right, prior=np.zeros(3), strength=1e9)
    assert held == pytest.approx(np.zeros(3), abs=0.001)


KINDS = {11: "платье летнее", 12: "шампунь увлажняющий", 13: "роман исторический", 14: "чайник стальной"}
TREE = (
    CategoryNode(1, "Магазин", ("Магазин",), is_leaf=False),
    *(CategoryNode(number, name.title(), ("Магазин", name.title()), (1,)) for number, name in KINDS.items()),
)
BRANDS = ("Лира", "Вега", "Орион", "Сатурн", "Полюс")


def confirmed(per_kind: int) -> list[Document]:
    """Products of four kinds; every seventeenth lies in a wrong category, as in a real shop."""
    found = []
    for number in range(per_kind * len(KINDS)):
        category_id = list(KINDS)[number % len(KINDS)]
        text = f"{KINDS[category_id]} {BRANDS[number % 5]} {number}"
        if number % 17 == 3:
            category_id = 11
        found.append(product_document(1000 + number, text, text, category_id))
    return found


@pytest.fixture(scope="module")
def trained() -> tuple[train.Training, AutoCategorizer, ScriptedModel]:
    model = ScriptedModel()
    documents = confirmed(150)
    categories, products = (
        indexing.embedded(list(some), llm=model, meter=FreeMeter())
        for some in (category_documents(TREE), documents)
    )
    store, index = ExactStore(categories, products), CategoryIndex(TREE)

    def stage(fit: CategoryFit) -> AutoCategorizer:
        return AutoCategorizer(model, store, index, fit)

    training = train.train(documents, stage, meter=FreeMeter(), target=0.9)
    assert training is not None
    return training, stage(training.fit), model


def test_a_fit_knows_how_often_it_is_right(
    trained: tuple[train.Training, AutoCategorizer, ScriptedModel],
) -> None:
    training, _, _ = trained
    found = training.reliability[NEIGHBOURS]
    assert (training.confirmed, training.tested, found.products) == (600, 600, 600)
    assert 0.92 < found.accuracy < 0.96
    assert found.calibration_error < 0.05
    assert sum(count for _, count, _, _ in found.bins) == 600
    assert math.isclose(training.fit.weights["chosen"], WEIGHTS["chosen"])


def test_what_is_sure_enough_is_decided_without_the_model(
    trained: tuple[train.Training, AutoCategorizer, ScriptedModel],
) -> None:
    training, stage, model = trained
    choice = stage.categorize(
        ProductSnapshot(1, "Шампунь увлажняющий Вега 9", ""), ImageFindings(), meter=FreeMeter()
    )
    assert (choice.category_id, choice.method, model.asked) == (12, NEIGHBOURS, [])
    assert training.fit.threshold(TREE[2]) <= choice.confidence <= 1.0
    assert choice.rival


def test_what_is_not_sure_goes_to_the_model_and_is_no_automatic_decision(
    trained: tuple[train.Training, AutoCategorizer, ScriptedModel],
) -> None:
    training, stage, model = trained
    choice = stage.categorize(
        ProductSnapshot(1, "Нечто без примеров", ""), ImageFindings(), meter=FreeMeter()
    )
    assert (choice.method, model.asked) == (MODEL, ["category"])
    assert choice.confidence < training.fit.threshold(TREE[2], method=MODEL) == NEVER
    model.asked.clear()


def test_too_few_products_fit_nothing() -> None:
    def never(fit: CategoryFit) -> AutoCategorizer:
        raise AssertionError("nothing is looked at")

    assert train.train(confirmed(49), never, meter=FreeMeter(), target=0.98) is None


def test_a_models_choices_are_calibrated_by_what_people_decided(
    trained: tuple[train.Training, AutoCategorizer, ScriptedModel],
) -> None:
    _, stage, _ = trained
    documents = confirmed(50)
    good, bad = Evidence(vote=0.9, fit=0.8, chosen=1.0), Evidence(vote=0.1, fit=0.1)
    decisions = [KnownChoice(good, bad, number % 100 != 0, 1, MODEL) for number in range(400)]
    few = train.train(documents, lambda fit: stage, meter=FreeMeter(), target=0.9, decisions=decisions[:100])
    many = train.train(documents, lambda fit: stage, meter=FreeMeter(), target=0.9, decisions=decisions)
    assert few is not None
    assert many is not None
    assert few.fit.asked is None
    assert many.fit.asked is not None
    assert many.fit.asked.threshold < 1.0
    assert many.reliability[MODEL].accuracy == pytest.approx(0.99)


@pytest.mark.parametrize(
    ("method", "measured"),
    [("neighbours", True), ("variant:neighbours", True), ("model", False), ("", False)],
)
def test_a_choice_made_in_a_way_that_nobody_measured_is_no_number(method: str, measured: bool) -> None:
    fit = CategoryFit(alone=Calibration(bias=0.0, own=0.5, lead=0.25))
    assert fit.is_measured(method.replace("variant:", VARIANT)) is measured
