"""The shop's stock: products that were there before the app's first run. Only a mass run takes them."""

from __future__ import annotations

from typing import Any

from django.apps import apps as installed
from django.db import router
from django.db.models import Max

from apps.ai.models import AIQueueState

#: The row of AIQueueState whose position is the stock's last product.
FIRST_START = "first_start"


def stock_position() -> int:
    """Products up to this id are the stock."""
    rows = AIQueueState.objects.filter(name=FIRST_START).values_list("position", flat=True)
    return rows.first() or 0


def note_stock(*, using: str, apps: Any = installed, **kwargs: Any) -> None:
    """After each `migrate` until the first run: a host's later migration may number products that it had all along.

    `apps`: the models as the migrations left them; without the app's tables there is nothing to note.
    """
    if not router.allow_migrate_model(using, AIQueueState):
        return
    try:
        state_model, run_model = (apps.get_model("ai", name) for name in ("AIQueueState", "AIProcessingLog"))
    except LookupError:
        return
    if run_model._base_manager.using(using).exists():
        return  # the app works here already
    products = run_model._meta.get_field("product").related_model._base_manager.using(using)
    if last := products.aggregate(last=Max("pk"))["last"]:
        rows = state_model._base_manager.using(using)
        rows.update_or_create(name=FIRST_START, defaults={"position": last})
