"""Chaos in small: workers killed with -9, a flushed broker, messages delivered twice. scripts/chaos is the full run."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from apps.ai.services.money.prices import load_prices
from apps.ai.tests.support.processes import Shop
from benchmarks.chaos import SETTINGS, Plan, torment
from benchmarks.queue_runs import model_server

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL is shared by processes"),
    pytest.mark.skipif(not os.environ.get("REDIS_URL"), reason="the broker is flushed: it must be Redis"),
]


def test_all_end_once_whatever_happens_to_workers_and_broker(tmp_path: Path, settings: Any) -> None:
    load_prices()
    sample = Path(settings.REPOSITORY_DIR) / "sample"
    call_command("import_categories", str(sample / "categories.jsonl"), verbosity=0)
    redis_url = f"{os.environ['REDIS_URL'].rpartition('/')[0]}/7"
    plan = Plan(products=40, kills=2, flushes=1, every=(1.0, 2.0), slots=4, patience=120.0)
    with model_server(chat=0.3, embedding=0.05) as url:
        shop = Shop(tmp_path, SETTINGS | {"REDIS_URL": redis_url, "OPENAI_BASE_URL": url})
        verdict = torment(shop, plan, sample=sample / "catalogue.jsonl", url=url)
    assert verdict.faults == []
    assert sum(harm.startswith("kill") for harm in verdict.harm) == 2
    assert "flush" in verdict.harm
    # no more paid again than the slots of the killed workers held
    assert verdict.repeated.total() <= 2 * (plan.slots + plan.slots)
