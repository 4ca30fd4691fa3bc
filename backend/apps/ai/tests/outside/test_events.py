"""Signals and webhooks: after the commit, at least once, signed, and never into our own network."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from apps.ai import signals, tasks
from apps.ai.exceptions import BudgetExceeded
from apps.ai.models import AICall, AIProcessingLog, AIWebhook, AIWebhookDelivery, AppliedChange
from apps.ai.services.money import budgets
from apps.ai.services.outside import events, webhooks
from apps.ai.services.people import moderation
from apps.ai.services.runs import pipeline, submission
from apps.ai.tests.support.cards import waiting_card
from apps.products.models import Category, Product
from apps.users.models import User


@pytest.fixture
def heard() -> Iterator[list[signals.Event]]:
    """Every event that a receiver got."""
    seen: list[signals.Event] = []

    def listen(sender: Any, event: signals.Event, **kwargs: Any) -> None:
        assert sender is AIProcessingLog
        seen.append(event)

    for signal in signals.SIGNALS.values():
        signal.connect(listen)
    yield seen
    for signal in signals.SIGNALS.values():
        signal.disconnect(listen)


class Receiver(ThreadingHTTPServer):
    """A real server that keeps what it was sent and answers with `status`."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.status = 200
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/hook?key=1"


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((dict(self.headers), body))
        self.send_response(self.server.status)
        self.send_header("Location", "http://127.0.0.1:9/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Receiver]:
    receiver = Receiver()
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    yield receiver
    receiver.shutdown()
    receiver.server_close()


@pytest.fixture
def allowed(settings: Any) -> None:
    settings.AI_CONFIG = {**settings.AI_CONFIG, "WEBHOOK_HOSTS": ["127.0.0.1"]}


@pytest.mark.django_db
def test_each_decision_is_announced_after_its_commit(
    product: Product,
    tree: dict[str, Category],
    moderator: User,
    heard: list[signals.Event],
    django_capture_on_commit_callbacks: Any,
) -> None:
    card = waiting_card(product, tree["pain"])
    with django_capture_on_commit_callbacks(execute=True):
        moderation.approve(card, by=moderator)
        assert heard == []
    with django_capture_on_commit_callbacks(execute=True):
        moderation.roll_back(AppliedChange.objects.get(), by=moderator)
    other = waiting_card(product, tree["pain"])
    with django_capture_on_commit_callbacks(execute=True):
        moderation.reject(other, by=moderator)
    assert [(event.name, event.data["run_id"], event.data["status"]) for event in heard] == [
        ("card_applied", card.pk, "approved"),
        ("card_rolled_back", card.pk, "rejected"),
        ("card_rejected", other.pk, "rejected"),
    ]
    assert heard[0].data["by"] == moderator.pk
    assert "title" in heard[0].data["fields"]


@pytest.mark.django_db
def test_a_run_announces_what_it_came_to(
    scripted: Callable[..., Any],
    product: Product,
    heard: list[signals.Event],
    django_capture_on_commit_callbacks: Any,
) -> None:
    scripted()
    run = submission.submit(product.pk).run
    with django_capture_on_commit_callbacks(execute=True):
        pipeline.run(run.pk)
    run.refresh_from_db()
    name = {"moderation": "card_ready", "completed": "card_ready", "approved": "card_applied"}[run.status]
    assert [(event.name, event.data["product_id"], event.data["by"]) for event in heard] == [
        (name, product.pk, None)
    ]


@pytest.mark.django_db(transaction=True)
def test_what_is_undone_is_not_announced_and_a_broken_receiver_stops_nobody(
    heard: list[signals.Event],
) -> None:
    def broken(**kwargs: Any) -> None:
        raise ValueError("no")

    signals.budget_spent.connect(broken)
    AIWebhook.objects.create(name="x", url="https://example.com/", events=["budget_spent"])
    try:
        with pytest.raises(KeyError), transaction.atomic():
            events.announce("budget_spent", scope="day")
            raise KeyError
        assert (heard, AIWebhookDelivery.objects.count()) == ([], 0)
        events.announce("budget_spent", scope="day")
    finally:
        signals.budget_spent.disconnect(broken)
    assert [event.name for event in heard] == ["budget_spent"]
    assert AIWebhookDelivery.objects.get().body["data"] == {"scope": "day"}


@pytest.mark.django_db
def test_a_spent_budget_is_announced_once_a_period(
    heard: list[signals.Event], settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.AI_CONFIG = {**settings.AI_CONFIG, "BUDGET_DAY_USD": "0.01"}
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(2):
            with pytest.raises(BudgetExceeded):
                budgets.reserve(
                    AICall(model="x", created_at=timezone.now(), expires_at=timezone.now()), amount=20_000_000
                )
    assert [(event.name, event.data["limit_usd"]) for event in heard] == [("budget_spent", "0.01")]


@pytest.mark.django_db
def test_a_delivery_is_signed_and_says_who_it_is(allowed: None, server: Receiver) -> None:
    webhook = AIWebhook.objects.create(name="x", url=server.url, events=["card_applied"])
    AIWebhook.objects.create(name="deaf", url=server.url, events=["card_ready"])
    AIWebhook.objects.create(name="off", url=server.url, events=["card_applied"], is_active=False)
    events.announce("card_applied", run_id=1, product_id=2)
    assert tasks.deliver_webhooks() == 1
    [(headers, body)] = server.got
    delivery = AIWebhookDelivery.objects.get()
    assert (delivery.state, delivery.attempts, delivery.error) == ("delivered", 1, "")
    sent = json.loads(body)
    assert (sent["id"], sent["name"], sent["data"]) == (
        str(delivery.pk),
        "card_applied",
        {"run_id": 1, "product_id": 2},
    )
    assert headers["X-AI-Delivery"] == str(delivery.pk)
    timestamp = headers["X-AI-Timestamp"]
    assert abs(time.time() - int(timestamp)) < 60
    expected = hmac.new(webhook.secret.reveal().encode(), f"{timestamp}.".encode() + body, hashlib.sha256)
    assert headers["X-AI-Signature"] == f"sha256={expected.hexdigest()}"
    assert tasks.deliver_webhooks() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("status", [301, 302, 404, 500])
def test_what_fails_is_tried_later_then_dead_then_sent_again_by_hand(
    allowed: None, server: Receiver, status: int, admin_client: Client
) -> None:
    AIWebhook.objects.create(name="x", url=server.url, events=["card_applied"])
    server.status = status
    events.announce("card_applied", run_id=1)
    waits = []
    for attempt in range(1, 9):
        before = timezone.now()
        assert tasks.deliver_webhooks() == 1
        delivery = AIWebhookDelivery.objects.get()
        assert (delivery.attempts, delivery.status, str(status) in delivery.error) == (attempt, status, True)
        waits.append((delivery.next_attempt_at - before).total_seconds())
        assert tasks.deliver_webhooks() == 0
        AIWebhookDelivery.objects.update(next_attempt_at=timezone.now())
    assert delivery.state == "dead"
    assert all(later > earlier * 1.9 for earlier, later in pairwise(waits[:7]))
    assert len({headers["X-AI-Delivery"] for headers, _ in server.got}) == 1
    server.status = 204
    path = "/admin/ai/aiwebhookdelivery/"
    admin_client.post(path, {"action": "send_again", "_selected_action": [str(delivery.pk)]})
    assert tasks.deliver_webhooks() == 1
    assert AIWebhookDelivery.objects.get().state == "delivered"


@pytest.mark.django_db
def test_of_two_workers_one_sends_and_a_dead_one_is_followed(allowed: None, server: Receiver) -> None:
    AIWebhook.objects.create(name="x", url=server.url, events=["card_applied"])
    events.announce("card_applied", run_id=1)
    first, second = AIWebhookDelivery.objects.get(), AIWebhookDelivery.objects.get()
    assert first.claim(until=timezone.now() + timedelta(seconds=60))
    assert not webhooks.attempt(second)
    assert tasks.deliver_webhooks() == 0
    AIWebhookDelivery.objects.update(next_attempt_at=timezone.now())
    assert tasks.deliver_webhooks() == 1
    first.settle(state="dead")
    assert AIWebhookDelivery.objects.get().state == "delivered"


@pytest.mark.django_db
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "169.254.169.254", "0x7f.1", "10.0.0.1"])
def test_no_address_of_our_own_network_is_reached(server: Receiver, host: str) -> None:
    port = server.server_address[1]
    AIWebhook.objects.create(name="x", url=f"http://{host}:{port}/", events=["card_applied"])
    AIWebhook.objects.create(name="y", url=f"http://{host}/", events=["card_applied"])
    events.announce("card_applied", run_id=1)
    assert tasks.deliver_webhooks() == 2
    assert server.got == []
    assert set(AIWebhookDelivery.objects.values_list("state", "status")) == {("pending", None)}


@pytest.mark.django_db
def test_the_secret_is_shown_once_and_inner_addresses_are_refused_at_once(admin_client: Client) -> None:
    path = "/admin/ai/aiwebhook/add/"
    form = {"name": "CRM", "url": "https://example.com/h", "events": ["card_applied"], "is_active": "on"}
    page = admin_client.post(path, form, follow=True).content.decode()
    webhook = AIWebhook.objects.get()
    assert page.count(webhook.secret.reveal()) == 1
    change = f"/admin/ai/aiwebhook/{webhook.pk}/change/"
    assert webhook.secret.reveal() not in admin_client.get(change).content.decode()
    assert webhook.secret.reveal() not in admin_client.get("/admin/ai/aiwebhook/").content.decode()
    old = webhook.secret
    admin_client.post("/admin/ai/aiwebhook/", {"action": "renew_secret", "_selected_action": [webhook.pk]})
    webhook.refresh_from_db()
    assert webhook.secret != old
    for url in ("http://127.0.0.1/", "http://localhost/", "ftp://example.com/", "https://example.com:8443/"):
        admin_client.post(path, {**form, "url": url})
    assert AIWebhook.objects.count() == 1


@pytest.mark.django_db
def test_old_deliveries_are_forgotten_and_waiting_ones_kept() -> None:
    webhook = AIWebhook.objects.create(name="x", url="https://example.com/", events=[])
    for state in ("pending", "delivered", "dead"):
        AIWebhookDelivery.objects.create(webhook=webhook, event="card_ready", body={}, state=state)
    AIWebhookDelivery.objects.update(created_at=timezone.now() - timedelta(days=31))
    tasks.cleanup_old_ai_logs()
    assert AIWebhookDelivery.objects.get().state == "pending"


@pytest.mark.django_db
def test_the_secret_lies_encrypted_in_the_database() -> None:
    webhook = AIWebhook.objects.create(name="x", url="https://example.com/", events=[])
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM ai_aiwebhook WHERE id = %s", [webhook.pk])
        [stored] = cursor.fetchone()
    assert len(webhook.secret.reveal()) == 43
    assert webhook.secret.reveal() not in stored
    assert AIWebhook.objects.get(pk=webhook.pk).secret == webhook.secret


@pytest.mark.django_db
def test_with_a_secret_that_no_key_opens_nothing_is_sent(settings: Any) -> None:
    """Signed with an empty secret, anybody could have sent it."""
    webhook = AIWebhook.objects.create(name="x", url="http://127.0.0.1:9/", events=["card_ready"])
    settings.SECRET_KEY = "another-key-" * 6
    delivery = AIWebhookDelivery.objects.create(webhook=webhook, event="card_ready", body={})
    webhooks.deliver_due()
    delivery.refresh_from_db()
    assert "DJANGO_SECRET_KEY_FALLBACKS" in delivery.error
    assert (delivery.state, delivery.status) == ("pending", None)
