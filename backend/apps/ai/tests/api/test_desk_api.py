"""What the desk can do, the API can: history, previews, trials, bulk decisions, pages by keyset."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from rest_framework.test import APIClient

from apps.ai import tasks
from apps.ai.models import AIHouseRules, AIModerationQueue, AIProcessingLog
from apps.ai.services.people import moderation
from apps.ai.tests.support.cards import waiting_card
from apps.products.models import Category, Product
from apps.users.models import User

pytestmark = pytest.mark.django_db
MakeProduct = Callable[..., Product]


@pytest.fixture(autouse=True)
def after_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests run in a transaction: what is due after commit happens at once."""
    monkeypatch.setattr(transaction, "on_commit", lambda step, **kwargs: step())


@pytest.fixture
def client(moderator: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(moderator)
    return client


@pytest.fixture
def root() -> APIClient:
    client = APIClient()
    client.force_authenticate(User.objects.create_superuser("root"))
    return client


def test_pages_by_keyset_neither_count_nor_repeat(
    client: APIClient, make_product: MakeProduct, django_assert_max_num_queries: Any
) -> None:
    runs = [AIProcessingLog.objects.create(product=make_product(), status="failed") for _ in range(7)]
    body = client.get("/api/ai/logs/", {"cursor": "", "limit": 3}).json()
    assert "count" not in body
    seen = [row["id"] for row in body["results"]]
    AIProcessingLog.objects.create(product=make_product(), status="failed")
    while body["next"]:
        with django_assert_max_num_queries(8):
            body = client.get(body["next"]).json()
        seen += [row["id"] for row in body["results"]]
    assert seen == [run.pk for run in reversed(runs)]
    assert client.get("/api/ai/logs/", {"cursor": "nonsense"}).status_code == 404
    assert client.get("/api/ai/logs/", {"cursor": "", "limit": "x"}).status_code == 400
    assert client.get("/api/ai/logs/").json()["count"] == 8


def test_history(client: APIClient, product: Product, tree: dict[str, Category], moderator: User) -> None:
    card = waiting_card(product, tree["pain"])
    moderation.approve(card, by=moderator)
    body = client.get(f"/api/ai/products/{product.pk}/history/").json()
    assert body["title"] == product.title
    kinds = [event["kind"] for event in body["events"]]
    assert kinds.count("person") == 1
    assert kinds.count("live") == 1
    assert next(event for event in body["events"] if event["kind"] == "live")["may_roll_back"] is True
    for wrong in (999_999, 10**30):
        assert client.get(f"/api/ai/products/{wrong}/history/").status_code == 404


def test_a_rejection_has_a_reason(client: APIClient, product: Product, tree: dict[str, Category]) -> None:
    card = waiting_card(product, tree["pain"])
    entry = AIModerationQueue.objects.get()
    path = f"/api/ai/moderation/{entry.pk}/resolve/"
    wrong = client.post(path, {"action": "approve", "reason": "duplicate"}, format="json")
    assert (wrong.status_code, list(wrong.json()["errors"])) == (400, ["reason"])
    assert client.post(path, {"action": "reject", "reason": "whim"}, format="json").status_code == 400
    assert client.post(path, {"action": "reject", "reason": "duplicate"}, format="json").status_code == 200
    card.refresh_from_db()
    assert (card.status, card.reject_reason) == ("rejected", "duplicate")


def test_a_preview_writes_nothing(
    root: APIClient, client: APIClient, scripted: Callable[..., Any], product: Product
) -> None:
    scripted()
    before = (AIProcessingLog.objects.count(), Product.objects.values().get())
    path = f"/api/ai/preview/{product.pk}/"
    assert client.post(path).status_code == 403
    asked = root.post(path, {"mode": "full"}, format="json")
    assert (asked.status_code, asked.json()["state"], asked.json()["rows"]) == (202, "waiting", [])
    tasks.run_trial(asked.json()["id"])
    shown = root.get(f"/api/ai/trials/{asked.json()['id']}/").json()
    assert shown["state"] == "finished"
    assert shown["rows"][0]["cards"][0]["texts"]["generated_title"]
    assert (AIProcessingLog.objects.count(), Product.objects.values().get()) == before
    assert root.post("/api/ai/preview/999999/").status_code == 404


def test_a_trial_compares_two_versions(
    root: APIClient, scripted: Callable[..., Any], product: Product
) -> None:
    scripted()
    rules = AIHouseRules.objects.create(name="x", title_most=3)
    body: dict[str, Any] = {"product_ids": [product.pk], "versions": [None, rules.pk]}
    trial = root.post("/api/ai/trials/", body, format="json").json()
    tasks.run_trial(trial["id"])
    [row] = root.get(f"/api/ai/trials/{trial['id']}/").json()["rows"]
    codes = [{found["code"] for found in card["findings"]} for card in row["cards"]]
    assert ("house_shape" in codes[0], "house_shape" in codes[1]) == (False, True)
    wrong: list[dict[str, Any]] = [
        {"product_ids": []},
        {"product_ids": [999_999]},
        {"product_ids": list(range(1, 30))},
        {**body, "versions": [999]},
        {**body, "versions": []},
        {**body, "versions": [None] * 3},
    ]
    assert {root.post("/api/ai/trials/", one, format="json").status_code for one in wrong} == {400}


def test_many_cards_are_decided_with_progress(
    client: APIClient, make_product: MakeProduct, tree: dict[str, Category]
) -> None:
    cards = [waiting_card(make_product(), tree["pain"]) for _ in range(4)]
    Product.objects.filter(pk=cards[3].product_id).update(title="Совсем другое 900 мг")
    body = {"action": "approve", "filter": {"reason": "low_confidence"}}
    order = client.post("/api/ai/bulk/", body, format="json")
    assert (order.status_code, order.json()["state"], order.json()["total"]) == (201, "draft", 4)
    path = f"/api/ai/bulk/{order.json()['id']}/"
    tasks.decide_bulk(order.json()["id"])
    assert AIProcessingLog.objects.filter(status="approved").count() == 0
    assert client.post(f"{path}confirm/").json()["state"] == "running"
    assert client.post(f"{path}confirm/").status_code == 409
    tasks.decide_bulk(order.json()["id"])
    shown = client.get(path).json()
    assert (shown["state"], shown["done"], shown["left"]) == ("finished", 3, 1)
    assert [left["log_id"] for left in shown["left_cards"]] == [cards[3].pk]
    assert AIProcessingLog.objects.filter(status="approved").count() == 3


def test_what_is_no_order_for_many(
    client: APIClient, make_product: MakeProduct, tree: dict[str, Category]
) -> None:
    waiting_card(make_product(), tree["pain"])
    entry = AIModerationQueue.objects.get().pk
    wrong: list[dict[str, Any]] = [
        {"action": "approve"},
        {"action": "approve", "ids": [entry], "filter": {}},
        {"action": "approve", "ids": []},
        {"action": "approve", "ids": [999_999]},
        {"action": "perhaps", "ids": [entry]},
        {"action": "reject", "filter": {"nonsense": "1"}},
        {"action": "reject", "filter": {"priority": "x"}},
    ]
    for body in wrong:
        assert client.post("/api/ai/bulk/", body, format="json").status_code == 400, body
    at_once = client.post(
        "/api/ai/bulk/", {"action": "reject", "ids": [entry], "confirm": True}, format="json"
    )
    assert at_once.json()["state"] == "running"
    assert client.post(f"/api/ai/bulk/{at_once.json()['id']}/cancel/").json()["state"] == "cancelled"
