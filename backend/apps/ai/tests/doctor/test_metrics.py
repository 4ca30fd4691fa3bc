"""Every figure of /metrics on real rows, the same from every process; the dashboard names no other."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from apps.ai.health.figures import ShopCollector
from apps.ai.models import (
    AIAudit,
    AICall,
    AIModerationQueue,
    AIProcessingLog,
    ProcessSign,
    Trouble,
)
from apps.ai.models.processing import Status
from apps.ai.services.money import breaker
from apps.ai.tests.doctor.test_alert_rules import SUFFIXES
from apps.parsers.models import OwedPicture
from apps.products.models import Category, Product
from apps.users.models import User

pytestmark = pytest.mark.django_db
TOKEN = {"Authorization": "Bearer monitoring"}
Samples = dict[tuple[str, ...], float]


def samples(text: str) -> Samples:
    return {
        (sample.name, *(f"{key}={value}" for key, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.fixture
def ask(client: Client, settings: Any) -> Callable[[], Samples]:
    settings.HEALTH_TOKEN = "monitoring"
    return lambda: samples(client.get("/metrics", headers=TOKEN).content.decode())


@pytest.fixture
def busy(
    make_product: Callable[..., Product], tree: dict[str, Category], moderator: User, settings: Any
) -> AIProcessingLog:
    """A shop in which each figure has another value."""
    settings.AI_CONFIG = {**settings.AI_CONFIG, "ENGINE": "openai", "BUDGET_DAY_USD": "5"}
    now = timezone.now()

    def run(**columns: Any) -> AIProcessingLog:
        return AIProcessingLog.objects.create(product=make_product(), **columns)

    waiting = run(source="parser", message_sent_at=now)
    AIProcessingLog.objects.filter(pk=waiting.pk).update(created_at=now - timedelta(hours=2))
    run(source="parser", status=Status.PROCESSING)
    chosen = {"suggested_category": tree["pain"], "completed_at": now, "source": "api"}
    run(status=Status.APPROVED, attempts=3, **chosen)  # by neighbours: no model was asked
    asked = run(status=Status.APPROVED, processed_by=moderator, **chosen)
    run(status=Status.APPROVED, taken_from={"run": 1}, **chosen)
    yesterdays = run(status=Status.FAILED, completed_at=now, error_code="timeout", source="mass")
    AIProcessingLog.objects.filter(pk=yesterdays.pk).update(created_at=now - timedelta(days=3))
    for name, hours in (("new", 5), ("decided", 1)):
        card = run(status=Status.MODERATION)
        row = AIModerationQueue.objects.create(log_entry=card, reason=name)
        resolved = now if name == "decided" else None
        AIModerationQueue.objects.filter(pk=row.pk).update(
            created_at=now - timedelta(hours=hours), resolved_at=resolved
        )
    call = {"created_at": now, "expires_at": now, "stage": "category", "operation": "chat", "model": "m-1"}
    AICall.objects.create(
        **call,
        run_id=asked.pk,
        status="ok",
        prompt_tokens=100,
        cached_tokens=40,
        completion_tokens=7,
        cost_usd=Decimal("0.5"),
        duration_ms=3000,
    )
    AICall.objects.create(**call, status="failed")
    AIAudit.objects.create(confidence=0.9, share=0.1, outcome="right", decided_at=now)
    AIAudit.objects.create(confidence=0.9, share=0.1, outcome="wrong", decided_at=now)
    ProcessSign.objects.create(name="w", kind="worker", at=now - timedelta(seconds=30))
    Trouble.objects.create(code="no_beat", text="x")
    OwedPicture.objects.create(product=make_product(), path="a.jpg", position=0)
    return asked


def test_each_figure(busy: AIProcessingLog, ask: Callable[[], Samples]) -> None:
    found = ask()
    expected = {
        ("ai_runs_open", "source=parser", "status=pending"): 1,
        ("ai_runs_open", "source=parser", "status=processing"): 1,  # in flight
        ("ai_queue_messages",): 1,
        ("ai_runs_ended_total", "source=api", "status=approved"): 3,
        ("ai_runs_ended_total", "source=mass", "status=failed"): 1,  # begun three days ago, ended today
        ("ai_runs_failed_total", "code=timeout"): 1,
        ("ai_runs_automatic_total",): 2,
        ("ai_runs_reused_total",): 1,
        ("ai_runs_repeated_total",): 2,
        ("ai_runs_by_neighbours_total",): 1,
        ("ai_moderation_waiting", "reason=new"): 1,
        ("ai_moderation_decided_total",): 1,
        ("ai_audit_precision",): 0.5,
        ("ai_calls_total", "model=m-1", "stage=category", "status=ok"): 1,
        ("ai_calls_total", "model=m-1", "stage=category", "status=failed"): 1,
        ("ai_tokens_total", "kind=prompt", "model=m-1", "stage=category"): 100,
        ("ai_tokens_total", "kind=cached", "model=m-1", "stage=category"): 40,
        ("ai_tokens_total", "kind=completion", "model=m-1", "stage=category"): 7,
        ("ai_cost_usd_total", "model=m-1", "stage=category"): 0.5,
        ("ai_call_seconds_bucket", "le=2.0", "model=m-1", "stage=category"): 0,
        ("ai_call_seconds_bucket", "le=5.0", "model=m-1", "stage=category"): 1,
        ("ai_call_seconds_sum", "model=m-1", "stage=category"): 3,
        ("ai_budget_left_usd", "period=day"): 5,
        ("ai_provider_paused",): 0,
        ("ai_trouble", "code=no_beat"): 1,
        ("parsers_pictures_owed",): 1,
    }
    assert {key: found.get(key) for key in expected} == expected
    ages = {
        ("ai_queue_oldest_seconds", "source=parser"): 7200,
        ("ai_moderation_oldest_seconds",): 18000,
        ("ai_process_last_sign_seconds", "kind=worker", "name=w"): 30,
    }
    assert {key: found[key] for key in ages} == pytest.approx(ages, abs=20)


def test_a_pause_of_the_provider_is_seen(ask: Callable[[], Samples], settings: Any) -> None:
    settings.AI_CONFIG = {**settings.AI_CONFIG, "ENGINE": "openai"}
    before = ask()["ai_provider_paused",]
    breaker.asked_to_wait(breaker.endpoint(), "Too Many Requests", seconds=60.0, probe=False)
    assert (before, ask()["ai_provider_paused",]) == (0, 1)


ASK = """
import sys
from django.test import Client
from django.conf import settings
settings.HEALTH_TOKEN, settings.ALLOWED_HOSTS = "monitoring", ["testserver"]
print(Client().get("/metrics", headers={"Authorization": "Bearer monitoring"}).content.decode())
"""


@pytest.mark.django_db(transaction=True)
def test_another_process_says_the_same(product: Product, ask: Callable[[], Samples]) -> None:
    """Nothing is counted in a process: whichever of several answers, it is the database that speaks."""
    AIProcessingLog.objects.create(
        product=product, source="api", status=Status.FAILED, error_code="x", completed_at=timezone.now()
    )
    name = django_settings.DATABASES["default"]["NAME"]
    code = (
        f"import os, django; from django.conf import settings; settings.DATABASES['default']['NAME'] = {str(name)!r}\n"
        f"django.setup()\n{ASK}"
    )
    other = subprocess.run(
        [sys.executable, "-c", code],
        cwd=django_settings.BACKEND_DIR,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    counted = {key: value for key, value in ask().items() if not key[0].endswith("seconds")}
    elsewhere = {key: value for key, value in samples(other.stdout).items() if not key[0].endswith("seconds")}
    assert elsewhere == counted
    assert counted["ai_runs_failed_total", "code=x"] == 1


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer "}, {"Authorization": "Bearer wrong"}, {"Authorization": "monitoring"}],
)
def test_without_the_token_there_is_no_figure(client: Client, settings: Any, headers: dict[str, str]) -> None:
    settings.HEALTH_TOKEN = "monitoring"
    answer = client.get("/metrics", headers=headers)
    assert answer.status_code == 401
    assert b"ai_" not in answer.content


def test_without_a_token_in_the_settings_nobody_gets_figures(client: Client, settings: Any) -> None:
    settings.HEALTH_TOKEN = ""
    for given in ("Bearer ", "Bearer", ""):
        assert client.get("/metrics", headers={"Authorization": given}).status_code == 401


@pytest.mark.parametrize("path", ["/metrics", "/health/ready", "/health/live"])
def test_a_wrong_host_is_refused(client: Client, settings: Any, path: str) -> None:
    settings.HEALTH_TOKEN, settings.ALLOWED_HOSTS = "monitoring", ["shop.example"]
    assert client.get(path, headers={**TOKEN, "host": "evil.example"}).status_code == 400


def test_every_expression_of_the_dashboard_has_its_metric() -> None:
    file = Path(django_settings.REPOSITORY_DIR) / "ops/grafana/pharmaturk.json"
    board = json.loads(file.read_text("utf-8"))
    given = {family.name + end for family in ShopCollector().collect() for end in SUFFIXES[family.type]}
    given |= {"ai_audit_precision"}  # only once there are audits
    shown: set[str] = set()
    for panel in board["panels"]:
        for target in panel["targets"]:
            named = set(re.findall(r"\b(?:ai|parsers)_[a-z_]+", target["expr"]))
            assert named, panel["title"]
            assert named <= given, panel["title"]
            shown |= named
    families = {name for name in given if not name.endswith(("_sum", "_count"))}
    assert families - shown == set()  # and every figure is shown somewhere
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])
