"""Cards as a worker leaves them, without the work."""

from __future__ import annotations

from typing import Any

from apps.ai import catalog
from apps.ai.models import AIModerationQueue, AIProcessingLog
from apps.products.models import Category, Product

TITLE, TEXT = "Парацетамол 500 мг, 20 таблеток", "<p>Таблетки парацетамола по 500 мг.</p>"


def waiting_card(product: Product, category: Category, **fields: Any) -> AIProcessingLog:
    """A card in moderation, made from the product as it is now."""
    snapshot = catalog.get().snapshot(product.pk)
    values: dict[str, Any] = {
        "status": "moderation",
        "generated_title": TITLE,
        "generated_description": TEXT,
        "generated_seo_title": "Парацетамол 500 мг",
        "generated_keywords": ["парацетамол"],
        "suggested_category": category,
        "category_confidence": 0.5,
        "input_fingerprint": snapshot.fingerprint,
        "card_fingerprint": snapshot.card_fingerprint,
    }
    run = AIProcessingLog.objects.create(product=product, **(values | fields))
    if run.status == "moderation":
        AIModerationQueue.objects.create(log_entry=run, reason="low_confidence")
    return run
