"""People whose key is no number, on every page and door where the app writes down or looks up who did it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.ai import signals, tasks
from apps.ai.models import AIDayFigures, AIProcessingLog, AIWebhook, AIWebhookDelivery
from apps.ai.services.desk import rollups
from second_host.members.models import Member
from second_host.warehouse.models import Item

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def card(goods: dict[str, Item], settings: Any) -> AIProcessingLog:
    settings.AI_CONFIG = {**settings.AI_CONFIG, "AUTO_APPLY_THRESHOLD": 1.0}
    run = AIProcessingLog.objects.get(product_id=goods["medicine"].pk)
    tasks.process_product_ai(run.product_id, run_id=run.pk)
    run.refresh_from_db()
    return run


@pytest.fixture
def office(client: Client, moderator: Member) -> Client:
    client.force_login(moderator)
    return client


def _act(office: Client, run: AIProcessingLog, name: str, **body: Any) -> None:
    url = reverse(f"admin:ai_review_{name}", args=[run.pk])
    answer = office.post(url, json.dumps(body), content_type="application/json")
    assert answer.status_code == 200, (name, answer.content.decode())


def test_every_act_on_a_card(card: AIProcessingLog, office: Client, moderator: Member) -> None:
    AIWebhook.objects.create(
        name="all", url="https://hears.example/", events=list(signals.SIGNALS), is_active=True
    )
    acts: list[tuple[str, dict[str, Any]]] = [
        ("take", {}),
        ("save", {"edits": {"generated_title": "Парол 500 мг, 20 таблеток"}}),
        ("release", {}),
        ("approve", {"edits": {}}),
        ("undo", {}),
        ("approve", {"edits": {}}),
        ("rollback", {}),
    ]
    for name, body in acts:
        _act(office, card, name, **body)
    card.refresh_from_db()
    assert {entry["by"] for entry in card.history} == {str(moderator.pk)}
    told = {row.body["data"]["by"] for row in AIWebhookDelivery.objects.exclude(event="card_ready")}
    assert told == {str(moderator.pk)}
    page = office.get(reverse("admin:ai_product_history", args=[card.product_id])).content.decode()
    assert "olga@shop.example" in page


def test_a_card_of_a_colleague(card: AIProcessingLog, office: Client, client: Client) -> None:
    """What she edited meanwhile is said, and hers is not taken for one's own."""
    colleague = Member.objects.create_superuser("vera@shop.example", "secret-word")
    other = Client()
    other.force_login(colleague)
    version = str(card.version)
    _act(other, card, "save", edits={"generated_title": "Парол 500 мг, 20 таблеток"})
    url = reverse("admin:ai_review_approve", args=[card.pk])
    body = {"edits": {}, "version": version}
    answer = office.post(url, json.dumps(body), content_type="application/json")
    assert answer.status_code == 409
    assert "vera@shop.example" in answer.content.decode()


def test_figures_by_person(card: AIProcessingLog, office: Client, moderator: Member) -> None:
    _act(office, card, "reject", notes="Не то", reason="")
    tasks.learn_decision(card.pk)
    rollups.refresh()
    keys = AIDayFigures.objects.filter(group="moderator").values_list("key", flat=True)
    assert str(moderator.pk) in set(keys)
    admin = Client()
    admin.force_login(Member.objects.create_superuser("root@shop.example", "secret-word"))
    charts = admin.get(reverse("admin:ai_charts"), {"by": "moderator"})
    assert (charts.status_code, "olga@shop.example" in charts.content.decode()) == (200, True)
    measured = admin.get(reverse("admin:ai_aieditmeasure_changelist"), {"moderator": str(moderator.pk)})
    assert measured.status_code == 200
