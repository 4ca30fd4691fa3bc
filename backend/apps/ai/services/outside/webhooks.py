"""Send what is due to the subscribers: signed, at least once, later again when it fails."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

from celery import current_app
from django.utils import timezone

from apps.ai import conf
from apps.ai.models import AIWebhookDelivery
from apps.ai.models.webhooks import DeliveryState
from apps.ai.services.outside.events import DELIVER_TASK
from utils.safe_fetch import FetchError, FetchFailed, FetchLimits, Outgoing, fetch

#: Seconds from a failed attempt to the next: after the last a delivery is dead, about a day after the event.
WAITS = (30, 120, 600, 1800, 7200, 21600, 43200)
#: Longer than an attempt can take: a worker that died with it is followed by another.
LEASE = timedelta(seconds=60)
#: How long one task sends before it calls the next, in seconds.
TASK_SECONDS = 20.0
PAGE = 100
LIMITS = FetchLimits(max_bytes=64 * 1024, connect_timeout=5.0, read_timeout=10.0, total_timeout=15.0)


def deliver_due() -> int:
    """Try every delivery that is due; returns how many attempts were made. One slow address does not hold up a day:
    after TASK_SECONDS the rest is left to the next task.
    """
    end, attempts = time.monotonic() + TASK_SECONDS, 0
    while due := list(
        AIWebhookDelivery.objects.due(timezone.now())
        .select_related("webhook")
        .order_by("next_attempt_at")[:PAGE]
    ):
        for delivery in due:
            if time.monotonic() > end:
                current_app.send_task(DELIVER_TASK, queue="ai")
                return attempts
            attempts += attempt(delivery)
    return attempts


def attempt(delivery: AIWebhookDelivery) -> bool:
    """One POST; false when another worker has it."""
    if not delivery.claim(until=timezone.now() + LEASE):
        return False
    status, error = _post(delivery)
    now = timezone.now()
    if not error:
        delivery.settle(state=DeliveryState.DELIVERED, status=status, error="", delivered_at=now)
    elif delivery.attempts > len(WAITS):
        delivery.settle(state=DeliveryState.DEAD, status=status, error=error)
    else:
        wait = timedelta(seconds=WAITS[delivery.attempts - 1])
        delivery.settle(next_attempt_at=now + wait, status=status, error=error)
    return True


def redeliver(delivery: AIWebhookDelivery) -> None:
    """A person sends it once more, whatever became of it; its id stays."""
    AIWebhookDelivery.objects.filter(pk=delivery.pk).update(
        state=DeliveryState.PENDING, attempts=0, next_attempt_at=timezone.now(), delivered_at=None
    )


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """Over "<timestamp>.<body>", so that an old request cannot be sent again with a new time."""
    signed = hmac.new(secret.encode(), b"%d." % timestamp + body, hashlib.sha256)
    return f"sha256={signed.hexdigest()}"


def _post(delivery: AIWebhookDelivery) -> tuple[int | None, str]:
    """The status when there was one, and what went wrong."""
    webhook, now = delivery.webhook, int(time.time())
    if not webhook.secret:  # its key is gone: signed with nothing, anybody could have sent it
        return (
            None,
            "секрет вебхука не читается: верните прежний ключ в DJANGO_SECRET_KEY_FALLBACKS или выпустите новый",
        )
    body = json.dumps({"id": str(delivery.pk), **delivery.body}, ensure_ascii=False).encode()
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "X-AI-Event": delivery.event,
        "X-AI-Delivery": str(delivery.pk),
        "X-AI-Timestamp": str(now),
        "X-AI-Signature": signature(webhook.secret.reveal(), now, body),
    }
    parts = urlsplit(webhook.url)
    inside = (parts.hostname or "") in conf.get().webhook_hosts
    limits = replace(LIMITS, ports=LIMITS.ports | {parts.port or 80}) if inside else LIMITS
    try:
        fetch(webhook.url, limits=limits, send=Outgoing(body, headers), allow_private=inside)
    except FetchError as error:
        return error.status if isinstance(error, FetchFailed) else None, str(error)[:500]
    return 200, ""
