"""A confidence that nobody measured is no number: the same in queue, card, list, filter, API, report and reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.ai.models import AIModerationQueue, AIProcessingLog
from apps.ai.services import composition
from apps.ai.services.fitting.model import Calibration, CategoryFit
from apps.ai.services.quality import source_rules
from apps.ai.services.quality.card import Card, Policy
from apps.ai.services.runs import pipeline
from apps.ai.services.runs.submission import submit
from apps.ai.tests.support.cards import waiting_card
from apps.ai.tests.support.scripted import ScriptedModel
from apps.ai.types import CategoryChoice, ImageFindings, Mode, ProductSnapshot
from apps.products.models import Category, Product
from apps.users.models import User

Run = Callable[[bool], AIProcessingLog]

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(make_product: Callable[..., Product], tree: dict[str, Category]) -> Run:
    def make(is_measured: bool) -> AIProcessingLog:
        others = [{"category_id": tree["vitamins"].pk, "path": ["Витамины"], "score": 0.21}]
        made = waiting_card(
            make_product(),
            tree["pain"],
            category_confidence=0.63,
            confidence_measured=is_measured,
            category_alternatives=others,
        )
        AIModerationQueue.objects.filter(log_entry=made).update(reason="fact_lost")
        return made

    return make


@pytest.fixture
def browser(moderator: User) -> Client:
    client = Client()
    client.force_login(moderator)
    return client


@pytest.mark.parametrize("is_measured", [True, False])
@pytest.mark.parametrize(
    ("url", "measured", "guessed"),
    [
        ("ai_aimoderationqueue_changelist", "уверенность 0.63", "уверенность не измерена"),
        ("ai_review", "</meter> 63 %", "уверенность не измерена"),
        ("ai_aiprocessinglog_changelist", "0.63", "не измерена"),
        ("ai_aiprocessinglog_change", "0.63", "не измерена"),
    ],
)
def test_pages(run: Run, browser: Client, is_measured: bool, url: str, measured: str, guessed: str) -> None:
    made = run(is_measured)
    page = browser.get(reverse(f"admin:{url}", args=[] if url.endswith("list") else [made.pk]))
    shown = " ".join(page.content.decode().split())
    assert (measured if is_measured else guessed) in shown
    if not is_measured:
        assert not {figure for figure in ("0.63", "0,63", "63 %", "21 %") if figure in shown}


def test_a_guess_lies_in_no_range(run: Run, browser: Client) -> None:
    known, guessed = run(True), run(False)
    url = reverse("admin:ai_aiprocessinglog_changelist")

    def found(bounds: str) -> set[int]:
        return {one.pk for one in browser.get(url + bounds).context["cl"].result_list}

    assert found("") == {known.pk, guessed.pk}
    assert found("?category_confidence_from=0.5&category_confidence_to=0.7") == {known.pk}
    assert found("?category_confidence_from=0") == {known.pk}
    assert found("?category_confidence_from=0.7") == set()
    assert found("?category_confidence_from=&category_confidence_to=") == {known.pk, guessed.pk}


def test_the_api_keeps_the_number_and_says_whether_it_is_one(run: Run, browser: Client) -> None:
    made = {is_measured: run(is_measured) for is_measured in (True, False)}
    for is_measured, one in made.items():
        body = browser.get(f"/api/ai/logs/{one.pk}/").json()
        assert (body["category_confidence"], body["confidence_measured"]) == (0.63, is_measured)
    AIProcessingLog.objects.filter(pk=made[False].pk).update(category_confidence=0.03)
    summary = browser.get("/api/ai/stats/").json()["summary"]
    assert summary["avg_confidence"] == pytest.approx(0.33)
    assert summary["avg_measured_confidence"] == pytest.approx(0.63)


def test_while_audits_are_blind_nobody_learns_which_way_it_was_chosen(
    run: Run, browser: Client, settings: Any
) -> None:
    settings.AI_CONFIG = {**settings.AI_CONFIG, "AUDIT_SHARE": 0.1}
    made = run(True)
    body = browser.get(f"/api/ai/logs/{made.pk}/").json()
    assert (body["category_confidence"], body["confidence_measured"]) == (None, False)
    page = browser.get(reverse("admin:ai_aimoderationqueue_changelist")).content.decode()
    assert "не измерена" not in page
    assert "0.63" not in page
    searched = browser.get(reverse("admin:ai_aiprocessinglog_changelist") + "?confidence_measured__exact=1")
    assert searched.status_code != 200


@pytest.mark.parametrize("is_fitted", [True, False])
def test_a_run_remembers_whether_its_way_was_measured_when_it_was_made(
    scripted: Callable[..., ScriptedModel], product: Product, monkeypatch: pytest.MonkeyPatch, is_fitted: bool
) -> None:
    """A fit of tomorrow does not make yesterday's guess a number."""
    scripted()
    fit = CategoryFit(asked=Calibration(bias=-9.0, own=0.1, lead=0.1) if is_fitted else None)
    monkeypatch.setattr(composition, "category_fit", lambda: fit)
    made = submit(product.pk, mode=Mode.CATEGORY, send=False).run
    pipeline.run(made.pk)
    made.refresh_from_db()
    assert made.category_confidence is not None
    assert made.confidence_measured is is_fitted


@pytest.mark.parametrize(
    ("is_measured", "threshold", "words"),
    [
        (True, 0.8, "Уверенность в категории 0.63 ниже порога 0.80."),
        (True, 2.0, "Уверенность в категории 0.63, но в этой ветке нужен человек при любой."),
        (False, 2.0, "Как часто так выбранная категория верна, в этом магазине ещё не измерено."),
        (
            False,
            0.8,
            "Как часто так выбранная категория верна, в этом магазине ещё не измерено; "
            "оценка ниже порога 0.80 из настроек.",
        ),
    ],
)
def test_the_reason_names_only_what_was_measured(is_measured: bool, threshold: float, words: str) -> None:
    choice = CategoryChoice(1, ("Аптека",), "medicine", 0.63, (), is_measured=is_measured)
    product = ProductSnapshot(product_id=1, title="Парацетамол", description="", brand="")
    card = Card(product, Mode.FULL, choice, None, ImageFindings(), Policy(threshold))
    assert [one.message for one in source_rules.category(card)] == [words]
