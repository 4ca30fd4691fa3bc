from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from apps.ai.models import AIProcessingLog
from apps.products.models import Category, Product

pytestmark = pytest.mark.django_db


def test_the_latest_run_of_each_product(
    make_product: Callable[..., Product], tree: dict[str, Category], tmp_path: Path
) -> None:
    done, broken = make_product(), make_product(title="Сломанный")
    AIProcessingLog.objects.create(product=done, status="rejected")
    AIProcessingLog.objects.create(
        product=done,
        status="approved",
        suggested_category=tree["pain"],
        category_confidence=0.93,
        generated_title="Парацетамол",
        generated_description="<p>Описание</p>",
        cost_usd="0.000120",
        processing_time_ms=1500,
        reasons=[
            {
                "code": "no_price",
                "severity": "note",
                "message": "Цена неизвестна.",
                "field": "",
                "quotes": [],
            },
            {"code": "superlative", "severity": "warning", "message": "Хвалебно.", "field": "", "quotes": []},
        ],
    )
    AIProcessingLog.objects.create(
        product=broken, status="failed", error_code="bad_request", error_message="Нет такой модели"
    )
    out, file = io.StringIO(), tmp_path / "out.json"
    call_command("ai_report", json=file, stdout=out)
    report = json.loads(file.read_text(encoding="utf-8"))
    first, second = report["products"]
    assert first == {
        "id": done.pk,
        "title": done.title,
        "category_path": "Аптека > Обезболивающие",
        "confidence": 0.93,
        "is_measured": False,
        "status": "approved",
        "reasons": [{"code": "superlative", "severity": "warning", "message": "Хвалебно."}],
        "generated_title": "Парацетамол",
        "generated_description": "<p>Описание</p>",
        "cost_usd": 0.00012,
        "processing_time_ms": 1500,
        "model": "",
    }
    assert (second["status"], second["reasons"][0]["code"]) == ("failed", "bad_request")
    assert report["totals"] == {
        "products": 2,
        "by_status": {"approved": 1, "failed": 1},
        "ended": 2,
        "applied_automatically": 1,
        "cost_usd": 0.00012,
        "processing_time_ms": 1500,
    }
    assert "2 products: 1 approved, 1 failed; 1 applied without a person; $0.0001" in out.getvalue()


def test_a_stuck_run_is_an_error(product: Product) -> None:
    AIProcessingLog.objects.create(product=product, status="pending")
    with pytest.raises(CommandError, match="1 runs have not ended"):
        call_command("ai_report", wait=0.1, stdout=io.StringIO())


def test_an_empty_shop_is_no_error() -> None:
    out = io.StringIO()
    call_command("ai_report", stdout=out)
    assert "0 products: none" in out.getvalue()
