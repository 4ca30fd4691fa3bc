"""Tell the rest of the monolith, and other systems, what became of a card.

In the caller's transaction a delivery row is written for every webhook that hears of the event, so that neither is
without the other. After the commit the signal is sent and a worker is woken; when that message is lost, the schedule
finds the rows.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from celery import current_app
from django.db import transaction
from django.utils import timezone

from apps.ai.host import person_key
from apps.ai.models import AIProcessingLog, AIWebhook, AIWebhookDelivery, AppliedChange
from apps.ai.signals import SIGNALS, Event
from apps.ai.ttl_cache import TTLCached

logger = logging.getLogger(__name__)
DELIVER_TASK = "apps.ai.tasks.deliver_webhooks"


def card(name: str, run: AIProcessingLog, *, by: Any = None, fields: Collection[str] = ()) -> None:
    """`fields`: the card fields that were written into the shop, or taken back."""
    announce(
        name,
        run_id=run.pk,
        product_id=run.product_id,
        mode=run.processing_type,
        status=run.status,
        source=run.source,
        by=person_key(by),
        fields=list(fields),
    )


def rolled_back(change: AppliedChange, *, by: Any) -> None:
    """Its run may have been deleted since."""
    if change.run is not None:
        card("card_rolled_back", change.run, by=by, fields=change.before)
        return
    announce(
        "card_rolled_back",
        run_id=None,
        product_id=change.product_id,
        by=person_key(by),
        fields=list(change.before),
    )


def budget(*, scope: str, key: str, limit: Decimal, spent: Decimal) -> None:
    announce("budget_spent", scope=scope, key=key, limit_usd=str(limit), spent_usd=str(spent))


def announce(name: str, **data: Any) -> None:
    """Raises KeyError for an event that nobody knows."""
    signal, event = SIGNALS[name], Event(name, timezone.now(), data)
    hearing = [webhook for webhook in _webhooks.get(None) if webhook.hears(name)]
    if hearing:
        body = {**asdict(event), "at": event.at.isoformat()}
        AIWebhookDelivery.objects.bulk_create(
            AIWebhookDelivery(webhook=webhook, event=name, body=body) for webhook in hearing
        )
        wake()
    transaction.on_commit(lambda: _send(signal, event), robust=True)


def wake() -> None:
    """A worker looks for what is due, once the surrounding transaction has committed."""
    transaction.on_commit(lambda: current_app.send_task(DELIVER_TASK, queue="ai"), robust=True)


def forget_webhooks() -> None:
    """A subscription was changed in this process."""
    _webhooks.clear()


def _send(signal: Any, event: Event) -> None:
    for receiver, error in signal.send_robust(sender=AIProcessingLog, event=event):
        if isinstance(error, Exception):
            logger.error("%s failed at %s: %r", receiver, event.name, error)


_webhooks: TTLCached[None, list[AIWebhook]] = TTLCached(
    lambda key: list(AIWebhook.objects.filter(is_active=True))
)
