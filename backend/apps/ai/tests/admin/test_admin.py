from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.ai import catalog
from apps.ai.models import AIModerationQueue, AIProcessingLog, AITemplate, AppliedChange, ServicePause
from apps.ai.models.provider import PauseState
from apps.ai.services.people import moderation
from apps.products.models import Category, Product
from apps.users.models import User

pytestmark = pytest.mark.django_db

admin.autodiscover()  # the admin's pages are registered by the addresses, which nothing has loaded yet


@pytest.fixture
def waiting(product: Product, tree: dict[str, Category]) -> AIProcessingLog:
    run = AIProcessingLog.objects.create(
        product=product,
        status="moderation",
        input_data={
            "title": "<script>alert(1)</script>",
            "original_description": "<img src=x onerror=alert(2)>",
            "parsed_attributes": {"<b>": "<i>x</i>"},
        },
        input_images_urls=["javascript:alert(3)", "https://cdn.example/1.jpg"],
        input_fingerprint=catalog.get().snapshot(product.pk).fingerprint,
        generated_title="Парацетамол 500 мг, 20 таблеток",
        generated_description="<p>Таблетки.</p><script>alert(4)</script>",
        generated_keywords=["парацетамол"],
        suggested_category=tree["pain"],
        category_confidence=0.5,
        reasons=[
            {"code": "low_confidence", "severity": "blocking", "message": "Мало данных <b>", "field": ""}
        ],
    )
    AIModerationQueue.objects.create(log_entry=run, reason="low_confidence")
    return run


@pytest.fixture
def browser(moderator: User) -> Client:
    client = Client()
    client.force_login(moderator)
    return client


def _path(run: AIProcessingLog) -> str:
    return reverse("admin:ai_aiprocessinglog_change", args=[run.pk])


def _button(name: str) -> dict[str, str]:
    return {f"ai_aiprocessinglog_{name}": "1"}


@pytest.mark.parametrize("model", sorted(admin.site._registry, key=str), ids=str)
def test_every_list_opens_for_an_administrator(model: Any, admin_client: Client) -> None:
    path = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    assert admin_client.get(path).status_code == 200


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("key", ["x", "999999999", "9" * 40])
@pytest.mark.parametrize("model", sorted(admin.site._registry, key=str), ids=str)
def test_an_address_that_names_no_row_is_no_error(
    model: Any, key: str, method: str, admin_client: Client
) -> None:
    for act in ("change", "history", "delete"):
        path = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{act}", args=[key])
        assert getattr(admin_client, method)(path).status_code in {302, 403, 404, 405}


@pytest.mark.parametrize("page_name", ["ai_aiprocessinglog_change", "ai_review"])
def test_the_card_stands_beside_its_source_and_nothing_runs(
    browser: Client, waiting: AIProcessingLog, page_name: str
) -> None:
    address = reverse(f"admin:{page_name}", args=[waiting.pk])
    page = browser.get(address).content.decode()
    for hostile in (
        "<script>alert",
        "onerror=alert",
        'href="javascript',
        'src="javascript',
        "<b></b>",
        "<i>x</i>",
    ):
        assert hostile not in page.replace("&lt;", "‹")
    assert 'src="https://cdn.example/1.jpg"' in page


def test_the_queue_leads_to_the_card(browser: Client, waiting: AIProcessingLog, moderator: User) -> None:
    queue = reverse("admin:ai_aimoderationqueue_changelist")
    entry = AIModerationQueue.objects.get()
    assert waiting.product.title[:30] in browser.get(queue).content.decode()
    detail = reverse("admin:ai_aimoderationqueue_change", args=[entry.pk])
    assert browser.get(detail)["Location"] == reverse("admin:ai_review", args=[waiting.pk])
    browser.post(queue, {"action": "take", "_selected_action": [entry.pk]})
    assert AIModerationQueue.objects.get().assigned_to == moderator
    assert waiting.product.title[:30] in browser.get(queue, {"state": "mine"}).content.decode()


def test_one_click_takes_a_card_back(browser: Client, waiting: AIProcessingLog, moderator: User) -> None:
    moderation.approve(waiting, by=moderator)
    change = AppliedChange.objects.get()
    path = reverse("admin:ai_appliedchange_change", args=[change.pk])
    assert "Откатить" in browser.get(path).content.decode()
    browser.post(path, {"ai_appliedchange_roll_back": "1"})
    assert Product.objects.get().title_ru is None
    assert "Откатить" not in browser.get(path).content.decode()


def test_failed_runs_go_back_by_hand(browser: Client, product: Product) -> None:
    run = AIProcessingLog.objects.create(product=product, status="failed", attempts=5, error_code="transient")
    page = browser.get(_path(run)).content.decode()
    assert "Повторить попытку" in page
    browser.post(_path(run), _button("retry"))
    run.refresh_from_db()
    assert (run.status, run.attempts) == ("pending", 0)


def test_templates_are_edited(admin_client: Client) -> None:
    path = reverse("admin:ai_aitemplate_add")
    admin_client.post(
        path,
        {
            "name": "Пример",
            "template_type": "description",
            "content": "<p>Текст</p>",
            "language": "ru",
            "is_active": "on",
        },
    )
    assert AITemplate.objects.get().name == "Пример"


def test_a_pause_is_seen_and_resumed(admin_client: Client) -> None:
    pause = ServicePause.objects.create(
        endpoint="api.openai.com/v1",
        state=PauseState.OPEN,
        reason="quota",
        opened_at=timezone.now(),
        until=timezone.now() + timedelta(minutes=5),
    )
    path = reverse("admin:ai_servicepause_change", args=[pause.pk])
    assert "Снять паузу" in admin_client.get(path).content.decode()
    admin_client.post(path, {"ai_servicepause_resume": "1"})
    pause.refresh_from_db()
    assert pause.state == PauseState.CLOSED
    assert pause.resumed_by is not None
    assert "Снять паузу" not in admin_client.get(path).content.decode()


def test_the_ledger_cannot_be_changed_by_hand(admin_client: Client) -> None:
    for model in ("aicall", "aibudgetperiod"):
        assert admin_client.get(reverse(f"admin:ai_{model}_add")).status_code == 403
