"""Thirty cards approved at once in a real browser, on a real server, by a real worker."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from celery.contrib.testing.worker import start_worker
from django.conf import settings
from django.test import Client
from playwright.sync_api import expect

from apps.ai.models import AIBulkDecision, AIModerationQueue, AIProcessingLog
from apps.ai.services.people import bulk
from apps.ai.tests.support.cards import TITLE, waiting_card
from apps.products.models import Category, Product
from apps.users.models import User
from config.celery import app as celery_app

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def page(live_server: Any, moderator: User, chromium: Any) -> Iterator[Any]:
    """A browser in which the moderator is logged in."""
    client = Client()
    client.force_login(moderator)
    cookie = {
        "name": settings.SESSION_COOKIE_NAME,
        "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
    }
    context = chromium.new_context(base_url=live_server.url, viewport={"width": 1440, "height": 900})
    context.add_cookies([{**cookie, "url": live_server.url}])
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    yield opened
    context.close()
    assert faults == []


@pytest.fixture
def cards(make_product: Callable[..., Product], tree: dict[str, Category]) -> list[AIProcessingLog]:
    return [waiting_card(make_product(), tree["pain"]) for _ in range(30)]


def test_thirty_cards_are_approved_with_progress_and_the_stale_one_is_listed(
    cards: list[AIProcessingLog], page: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "CHUNK", 5)
    page.goto("/admin/ai/aimoderationqueue/")
    assert page.locator(".desk-row[data-id]").count() == 30
    page.check("#desk-all")
    expect(page.locator(".desk-picked")).to_have_text("Отмечено: 30")
    page.click("button[value=approve]")
    page.wait_for_selector("#desk-bulk[data-state=draft]")
    assert page.locator(".desk-changes tbody tr").count() == 25
    assert TITLE in page.locator(".desk-changes tbody tr").first.locator("ins").all_inner_texts()
    page.click("a[rel=next]")
    assert page.locator(".desk-changes tbody tr").count() == 5
    assert set(AIProcessingLog.objects.values_list("status", flat=True)) == {"moderation"}

    stale = cards[7]
    Product.objects.filter(pk=stale.product_id).update(description="Другое описание.")
    page.click("button[value=confirm]")
    page.wait_for_selector("#desk-bulk[data-state=running]")
    expect(page.locator("#bulk-done")).to_have_text("0")
    with start_worker(celery_app, pool="solo", queues=["ai"], perform_ping_check=False):
        page.wait_for_selector("#desk-bulk[data-state=finished]", timeout=60_000)
    assert page.locator("#bulk-done").inner_text() == "29"
    assert page.locator("#bulk-left").inner_text() == "1"
    assert page.locator(".desk-changes tbody tr").count() == 1
    order = AIBulkDecision.objects.get()
    assert (order.state, order.items.filter(state="done").count()) == ("finished", 29)
    assert Product.objects.filter(title_ru=TITLE).count() == 29
    assert Product.objects.get(pk=stale.product_id).title_ru is None

    page.goto("/admin/ai/aimoderationqueue/")
    assert page.locator(".desk-row[data-id]").count() == AIModerationQueue.objects.waiting().count()


def test_the_desk_has_no_serious_fault_for_a_screen_reader(cards: list[AIProcessingLog], page: Any) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found = {}
    for name in ("", "ai/aimoderationqueue/", "ai/aimoderationqueue/charts/", "ai/aimoderationqueue/bulk/"):
        page.goto(f"/admin/{name}")
        page.wait_for_selector(".desk")
        answer = axe.run(page, context=".desk").response
        found[name] = [
            (one["id"], one["nodes"][0]["html"][:120])
            for one in answer["violations"]
            if one["impact"] in ("serious", "critical")
        ]
    assert {name: faults for name, faults in found.items() if faults} == {}
