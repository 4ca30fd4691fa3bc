"""Qdrant is away: the shop goes on, carefully, and says so where people look."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.ai.models import AIProcessingLog
from apps.ai.services import composition
from apps.ai.services.runs import pipeline
from apps.ai.services.runs.submission import submit
from apps.ai.services.worker import store_health
from apps.ai.types import Mode
from apps.products.models import Product
from apps.users.models import User

pytestmark = pytest.mark.django_db


def _status() -> str:
    out = StringIO()
    call_command("ai_queue", "status", stdout=out)
    return " ".join(out.getvalue().split())


def test_an_outage_is_told_to_moderators_and_in_the_queues_status(
    tree: Any, make_product: Callable[..., Product], settings: Any, client: Client, moderator: User
) -> None:
    settings.QDRANT = {**settings.QDRANT, "URL": "http://127.0.0.1:1", "TIMEOUT": 1}
    settings.AI_CONFIG = {**settings.AI_CONFIG, "AUTO_APPLY_THRESHOLD": 0.6}
    assert "Qdrant" not in _status()
    run = submit(make_product().pk, mode=Mode.CATEGORY, send=False).run
    pipeline.run(run.pk)
    composition.forget()
    run.refresh_from_db()
    assert run.status == "moderation"
    assert run.suggested_category is not None
    assert (run.category_confidence or 0.0) <= 0.5
    assert {"low_confidence", "vector_store_unavailable"} <= {reason["code"] for reason in run.reasons}
    assert "Qdrant был недоступен: 1 из 1 последних решений" in _status()
    client.force_login(moderator)
    assert (
        "Qdrant был недоступен"
        in client.get(reverse("admin:ai_aimoderationqueue_changelist")).content.decode()
    )
    card = client.get(reverse("admin:ai_aiprocessinglog_change", args=[run.pk])).content.decode()
    assert "Поиск похожих товаров был недоступен" in card

    AIProcessingLog.objects.update(completed_at=timezone.now() - timedelta(hours=2))
    assert store_health.lately() == store_health.StoreHealth(0, 0)
    assert "Qdrant" not in _status()
