"""One alert when a trouble lasts, one when it is over; the command, the endpoints and the figures."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from apps.ai.health import views
from apps.ai.models import AIProcessingLog, ProcessSign, Trouble
from apps.ai.models.processing import Status
from apps.ai.services.doctor import watching
from apps.ai.services.doctor.examining import EXAMINATIONS, examine
from apps.ai.services.worker import control, signs
from apps.products.models import Category, Product


def _alive() -> None:
    signs.leave("worker@here", ProcessSign.Kind.WORKER, queues=["ai"])
    signs.leave("beat@here", ProcessSign.Kind.BEAT)
    signs.leave("sweep", ProcessSign.Kind.SWEEP)


@pytest.fixture
def told(settings: Any) -> None:
    settings.ADMINS = [("", "admin@example.com")]


@pytest.mark.django_db(transaction=True)
def test_a_dead_worker_is_announced_once_and_so_is_its_return(shop: dict[str, Category], told: None) -> None:
    _alive()
    ProcessSign.objects.filter(kind="worker").update(at=timezone.now() - timedelta(minutes=2))
    watching.watch()
    assert mail.outbox == []  # a restart is no trouble yet
    Trouble.objects.update(since=timezone.now() - timedelta(minutes=1))
    for _ in range(3):
        watching.watch()
    [message] = mail.outbox
    assert "Нет исполнителя очереди ai" in message.subject
    assert "celery -A config worker" in message.body
    _alive()
    for _ in range(2):
        watching.watch()
    assert len(mail.outbox) == 2
    assert "устранено" in mail.outbox[1].subject
    assert not Trouble.objects.open().exists()


@pytest.mark.django_db(transaction=True)
def test_a_trouble_that_passed_before_it_was_announced_disturbs_nobody(
    shop: dict[str, Category], told: None
) -> None:
    watching.watch()
    assert Trouble.objects.open().count() == 2
    _alive()
    watching.watch()
    assert mail.outbox == []
    assert not Trouble.objects.open().exists()


@pytest.mark.django_db(transaction=True)
def test_the_command_says_everything_and_fails_on_a_fault(shop: dict[str, Category]) -> None:
    output = StringIO()
    with pytest.raises(CommandError) as raised:
        call_command("ai_doctor", "--json", "--offline", stdout=output)
    assert raised.value.returncode == 1
    report = json.loads(output.getvalue())
    assert report["sound"] is False
    assert report["spent_usd"] == "0"
    asked = {part["name"] for part in report["parts"]}
    assert asked == {one.name for one in EXAMINATIONS if not one.outside} | {"pictures"}
    for part in report["parts"]:
        for finding in part["findings"]:
            assert finding["state"] in ("ok", "note") or finding["cure"], finding
    words = StringIO()
    with pytest.raises(CommandError):
        call_command("ai_doctor", "--only", "processes", stdout=words)
    assert "celery -A config worker" in words.getvalue()


@pytest.mark.django_db(transaction=True)
def test_one_broken_examination_hides_no_other(
    shop: dict[str, Category], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(control, "is_paused", lambda: 1 / 0)
    codes = [finding.code for finding in examine(offline=True).findings]
    assert "pauses_broken" in codes
    assert "no_worker" in codes


@pytest.mark.django_db(transaction=True)
def test_readiness_follows_the_worker(shop: dict[str, Category], settings: Any, client: Client) -> None:
    settings.HEALTH_TOKEN = "monitoring"
    views._parts.clear()
    assert client.get("/health/live").status_code == 200
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json() == {"status": "not ready"}  # strangers are told no more
    _alive()
    views._parts.clear()
    answer = client.get("/health/ready", headers={"Authorization": "Bearer monitoring"})
    assert answer.status_code == 200, answer.json()
    parts = answer.json()["parts"]
    assert set(parts) == {"database", "processes", "broker", "vectors", "storage", "pauses"}
    assert all(part["sound"] and part["seconds"] >= 0 for part in parts.values())


@pytest.mark.django_db
def test_metrics_are_for_monitoring_alone(client: Client, settings: Any) -> None:
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 401
    settings.HEALTH_TOKEN = "monitoring"
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 401


@pytest.mark.django_db
def test_metrics_count_what_is_there(client: Client, settings: Any, product: Product) -> None:
    settings.HEALTH_TOKEN = "monitoring"
    now = timezone.now()
    runs = AIProcessingLog.objects
    runs.create(product=product, source="parser")
    runs.create(product=product, source="parser", status=Status.APPROVED, completed_at=now)
    runs.create(product=product, source="api", status=Status.FAILED, completed_at=now, error_code="timeout")
    answer = client.get("/metrics", headers={"Authorization": "Bearer monitoring"})
    samples = {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(answer.content.decode())
        for sample in family.samples
    }
    assert samples["ai_runs_open", "parser", "pending"] == 1
    assert samples["ai_runs_ended_total", "approved", "parser"] == 1
    assert samples["ai_runs_failed_total", "timeout"] == 1
    assert samples["ai_runs_automatic_total",] == 1
    assert samples["parsers_pictures_owed",] == 0
