"""House rules: tried without a trace, switched on for a branch, measured, and taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from apps.ai import catalog, tasks
from apps.ai.exceptions import QuotaExceeded
from apps.ai.models import (
    AICall,
    AIEditMeasure,
    AIHouseRules,
    AIMassRun,
    AIModerationQueue,
    AIProcessingLog,
    AITrial,
    AppliedChange,
)
from apps.ai.services.people import edit_measures, moderation
from apps.ai.services.runs import pipeline, submission
from apps.ai.services.templates import house
from apps.ai.services.trials import runner
from apps.ai.services.worker import mass_runs
from apps.ai.types import CategoryChoice, Draft, Mode
from apps.products.models import Category, Product
from apps.users.models import User

pytestmark = pytest.mark.django_db
Scripted = Callable[..., Any]


@pytest.fixture(autouse=True)
def after_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests run in a transaction: what is due after commit happens at once."""
    monkeypatch.setattr(transaction, "on_commit", lambda step, **kwargs: step())


def traces() -> list[Any]:
    return [
        AIProcessingLog.objects.count(),
        AIModerationQueue.objects.count(),
        AppliedChange.objects.count(),
        list(Product.objects.order_by("pk").values()),
    ]


def test_a_trial_makes_real_cards_and_leaves_nothing_but_the_bill(
    scripted: Scripted, product: Product, make_product: Any, moderator: User
) -> None:
    prompts: list[list[str]] = []
    model = scripted(
        draft=lambda draft: draft.model_copy(update={"title": "Парацетамол 500 мг, 20 таблеток"})
    )
    ask = model.ask

    def listen(question: Any, *, meter: Any) -> Any:
        if question.stage.value == "draft":
            prompts.append(list(question.facts.instructions))
        return ask(question, meter=meter)

    model.ask = listen
    rules = AIHouseRules.objects.create(name="Строго", tone="строгий", words_avoid=["жар"], title_most=10)
    other = make_product(title="Ибупрофен 200 мг, 10 таблеток")
    before = traces()
    trial = runner.start([product.pk, other.pk], versions=[None, rules], by=moderator)
    assert tasks.run_trial(trial.pk)
    trial.refresh_from_db()
    assert traces() == before
    assert (trial.state, [row["product_id"] for row in trial.rows]) == ("finished", [product.pk, other.pk])
    plain, strict = trial.rows[0]["cards"]
    assert plain["texts"]["generated_title"] == "Парацетамол 500 мг, 20 таблеток"
    assert not {found["code"] for found in plain["findings"]} & {"house_word", "house_shape"}
    assert "house_shape" in {found["code"] for found in strict["findings"]}
    assert prompts[0] == []
    assert "Тон: строгий." in prompts[1]
    assert any("жар" in line for line in prompts[1])
    assert trial.rows[0]["changed"] is not None
    calls = AICall.objects.filter(source="trial")
    assert set(calls.values_list("run_id", flat=True)) == {None}
    spent = sum((Decimal(card["cost_usd"]) for row in trial.rows for card in row["cards"]), Decimal(0))
    assert trial.cost_usd == pytest.approx(spent)
    assert sum(call.cost_usd or 0 for call in calls) == pytest.approx(spent)
    assert model.asked.count("category") == 2, "once a product, for both versions"
    assert min(plain["tokens"], strict["tokens"]) > 0
    assert not tasks.run_trial(trial.pk)


def test_a_pause_ends_a_trial_and_a_product_that_is_gone_is_said(
    scripted: Scripted, product: Product, moderator: User
) -> None:
    model = scripted()
    trial = runner.start([product.pk, 999_999], by=moderator)
    tasks.run_trial(trial.pk)
    trial.refresh_from_db()
    assert trial.state == "finished"
    assert trial.rows[1]["cards"][0]["error"] == "Товара больше нет."
    model.script["draft"] = QuotaExceeded("no money")
    trial = runner.start([product.pk], by=moderator)
    tasks.run_trial(trial.pk)
    trial.refresh_from_db()
    assert (trial.state, trial.rows, "no money" in trial.note) == ("failed", [], True)


def test_a_trial_that_was_broken_off_goes_on_where_it_was(
    scripted: Scripted, product: Product, make_product: Any, moderator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = scripted()
    monkeypatch.setattr(runner, "TASK_SECONDS", 0.0)
    trial = runner.start([product.pk, make_product().pk], by=moderator)
    assert tasks.run_trial(trial.pk)
    monkeypatch.setattr(runner, "TASK_SECONDS", 100.0)
    assert tasks.run_trial(trial.pk)
    trial.refresh_from_db()
    assert (trial.state, len(trial.rows), model.asked.count("draft") >= 2) == ("finished", 2, True)


@pytest.mark.parametrize("count", [0, 21])
def test_a_trial_takes_one_to_twenty_products(moderator: User, count: int) -> None:
    with pytest.raises(ValueError, match="20"):
        runner.start(list(range(count)), by=moderator)


def _house(product: Product, category: Category | None, **how: Any) -> house.House:
    choice = CategoryChoice(category.pk if category else None, (), "", 1.0, (), method="given")
    return house.of(catalog.get().snapshot(product.pk), choice, **how)


def test_rules_reach_their_branch_brand_and_source_alone(shop: dict[str, Category], product: Product) -> None:
    def make(**scope: Any) -> AIHouseRules:
        rules = AIHouseRules.objects.create(
            name=str(scope), tone=str(scope), words_avoid=[str(scope)], **scope
        )
        assert rules.activate(by=None)
        return rules

    everywhere, branch = make(), make(category=shop["pharmacy"])
    brand, other_brand = make(brand="ATABAY"), make(brand="Bayer")
    source, leaf, foreign = make(source="test"), make(category=shop["pain"]), make(category=shop["clothes"])
    found = _house(product, shop["pain"])
    assert set(found.versions) == {everywhere, branch, brand, source, leaf}
    assert {other_brand, foreign} & set(_house(product, shop["dresses"]).versions) == {foreign}
    assert len(found.together("words_avoid")) == 5
    draft = AIHouseRules.objects.create(name="x", tone="пробный")
    assert draft in _house(product, shop["pain"], trying=draft).versions
    assert everywhere not in _house(product, shop["pain"], trying=draft).versions


def test_one_version_is_active_and_the_former_comes_back(shop: dict[str, Category], moderator: User) -> None:
    first = AIHouseRules.objects.create(name="1", brand="Atabay")
    other = AIHouseRules.objects.create(name="все")
    for rules in (first, other):
        rules.activate(by=moderator)
    second = first.copy(by=moderator)
    assert (second.state, second.replaces, second.brand) == ("draft", first, "Atabay")
    assert second.activate(by=moderator)
    assert not second.activate(by=moderator)
    states = dict(AIHouseRules.objects.values_list("pk", "state"))
    assert states == {first.pk: "retired", second.pk: "active", other.pk: "active"}
    assert first.activate(by=moderator)
    assert dict(AIHouseRules.objects.values_list("pk", "state"))[second.pk] == "retired"
    assert first.retire()
    assert not first.retire()


@pytest.mark.parametrize(
    ("word", "text", "found"),
    [
        ("волшебный", "Волшебная таблетка", True),
        ("волшебный", "Волшебник", False),
        ("лучшее средство", "Это лучшим средством зовут", True),
        ("лучшее средство", "Лучшее и средство", False),
        ("sale", "SALE!", True),
        ("жар", "Жареный", False),
    ],
)
def test_a_word_to_avoid_is_found_in_every_form(word: str, text: str, found: bool) -> None:
    draft = Draft(text, "<p>Текст.</p>", "", "", (), (), "ru", ())
    rules = house.House((AIHouseRules(name="x", words_avoid=[word]),))
    issues = list(house.findings(rules, draft))
    assert [one.code for one in issues] == (["house_word"] if found else [])
    shifted = replace(draft, title="Ничего", description=f"<p>{text}</p>")
    assert bool(list(house.findings(rules, shifted))) is found


def test_lengths_and_sections_are_checked() -> None:
    rules = house.House(
        (AIHouseRules(name="x", title_most=5, words_least=3, words_most=4, sections=["Состав", "Уход"]),)
    )
    draft = Draft("Шесть букв", "<p><strong>Состав.</strong> А</p>", "", "", (), (), "ru", ())
    messages = [one.message for one in house.findings(rules, draft)]
    assert len(messages) == 3
    assert "Уход" in messages[2]
    assert "Состав" not in messages[2]


def test_active_rules_ask_anew_and_their_cards_are_measured(
    scripted: Scripted, product: Product, moderator: User
) -> None:
    model = scripted()
    first = submission.submit(product.pk, mode=Mode.FULL).run
    pipeline.run(first.pk)
    asked = len(model.asked)
    AIProcessingLog.objects.update(status="rejected")
    second = submission.submit(product.pk, mode=Mode.FULL).run
    pipeline.run(second.pk)
    assert len(model.asked) == asked, "the same question is not paid twice"
    AIProcessingLog.objects.update(status="rejected")
    rules = AIHouseRules.objects.create(name="x", tone="строгий", title_most=3)
    rules.activate(by=moderator)
    third = submission.submit(product.pk, mode=Mode.FULL).run
    pipeline.run(third.pk)
    assert len(model.asked) > asked
    third.refresh_from_db()
    assert third.house_rules == [rules.pk]
    assert "house_shape" in {reason["code"] for reason in third.reasons}
    if third.status != "moderation":
        AIProcessingLog.objects.filter(pk=third.pk).update(status="moderation")
        third.refresh_from_db()
    moderation.reject(third, by=moderator)
    edit_measures.measure(third.pk)
    assert AIEditMeasure.objects.get(run=third).house_rules.get() == rules
    assert edit_measures.of_rules(rules.pk) == {
        "decisions": 1,
        "accepted": 0.0,
        "clean": 0.0,
        "changed": pytest.approx(0.0),
    }


def test_the_admin_tries_switches_on_and_goes_back(
    scripted: Scripted, admin_client: Client, product: Product
) -> None:
    scripted()
    form = {
        "name": "Строго",
        "tone": "строгий",
        "words_avoid": "жар\nлучший\n",
        "words_use": "",
        "sections": "",
    }
    assert admin_client.post("/admin/ai/aihouserules/add/", form).status_code == 302
    rules = AIHouseRules.objects.get()
    assert rules.words_avoid == ["жар", "лучший"]
    path = f"/admin/ai/aihouserules/{rules.pk}/try/"
    assert admin_client.get(path).status_code == 200
    assert "Нет товаров" in admin_client.post(path, {"products": "999999"}).content.decode()
    asked = admin_client.post(path, {"products": str(product.pk), "beside": "on"})
    trial = AITrial.objects.get()
    assert asked["Location"] == f"/admin/ai/aitrial/{trial.pk}/change/"
    assert 'http-equiv="refresh"' in admin_client.get(asked["Location"]).content.decode()
    tasks.run_trial(trial.pk)
    page = admin_client.get(asked["Location"]).content.decode()
    trial.refresh_from_db()
    assert "refresh" not in page.replace("refresh_from", "").split("<main")[0].split("</head>")[0]
    assert trial.rows[0]["cards"][1]["texts"]["generated_title"] in page
    assert "Как сейчас" in page
    admin_client.post(
        "/admin/ai/aihouserules/", {"action": "activate_selected", "_selected_action": [rules.pk]}
    )
    rules.refresh_from_db()
    assert rules.state == "active"
    change = f"/admin/ai/aihouserules/{rules.pk}/change/"
    assert admin_client.get(change).status_code == 200
    assert admin_client.post(change, form).status_code == 403
    admin_client.post("/admin/ai/aihouserules/", {"action": "copy_selected", "_selected_action": [rules.pk]})
    assert AIHouseRules.objects.filter(replaces=rules, state="draft").count() == 1


def test_a_mass_run_waits_for_its_sample(make_product: Any, moderator: User, admin_client: Client) -> None:
    ids = [make_product().pk for _ in range(10)]
    mass = mass_runs.start(ids, sample=3, by=moderator)
    assert isinstance(mass, AIMassRun)
    mass_runs.submit_chunks(mass.pk)
    mass_runs.submit_chunks(mass.pk)
    mass.refresh_from_db()
    assert (mass.submitted, mass.state, mass.awaits_acceptance) == (3, "running", True)
    first = sorted(AIProcessingLog.objects.values_list("product_id", flat=True))
    assert first == [ids[0], ids[3], ids[6]], "spread over all of them"
    path = f"/admin/ai/aimassrun/{mass.pk}/change/"
    assert "accept_sample" in admin_client.get(path).content.decode()
    [button] = [
        line.split('"')[0]
        for line in admin_client.get(path).content.decode().split('name="')
        if "accept_sample" in line.split('"')[0]
    ]
    admin_client.post(path, {button: "1"})
    mass_runs.submit_chunks(mass.pk)
    mass.refresh_from_db()
    assert (mass.submitted, mass.sample_accepted_by is None, mass.awaits_acceptance) == (10, False, False)
    assert not mass_runs.accept_sample(mass, by=moderator)
    with pytest.raises(ValueError, match="sample"):
        mass_runs.start(ids, sample=0)
