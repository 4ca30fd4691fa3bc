"""Tells people that the model's provider needs them: by mail to ADMINS, to a webhook, and in the log."""

from __future__ import annotations

import logging
from datetime import timedelta
from functools import partial

import requests
from django.core.mail import mail_admins
from django.db import transaction
from django.utils import timezone

from apps.ai import conf
from apps.ai.models import AIProcessingLog, AIQueueState
from apps.ai.models.processing import CANCELLED

logger = logging.getLogger(__name__)

#: So many runs that end badly within this time are announced, once a mute period.
MANY = 10
SHORT = timedelta(minutes=10)
#: Seconds for the whole exchange with the webhook; a worker waits for it.
_WEBHOOK_TIMEOUT = 5


def muted_for() -> timedelta:
    """The same alert is not sent again before this has passed."""
    return timedelta(seconds=conf.get().alert_mute_seconds)


def many_failures() -> None:
    """For whoever has just ended a run badly: are there many lately? Tells people once."""
    since = timezone.now() - SHORT
    lately = AIProcessingLog.objects.filter(completed_at__gte=since).exclude(error_code="").order_by()
    codes = list(lately.exclude(error_code=CANCELLED).values_list("error_code", flat=True)[:MANY])
    if len(codes) < MANY or AIQueueState.take_turn("failures", lasting=muted_for()) is None:
        return
    minutes = int(SHORT.total_seconds() // 60)
    send_after_commit(
        "ИИ-карточки: много неудач подряд",
        f"За {minutes} минут не меньше {MANY} карточек остались без результата ({', '.join(sorted(set(codes)))}). "
        f"Посмотрите их: {conf.get().site_url}/admin/ai/aiprocessinglog/",
    )


def send_after_commit(subject: str, text: str) -> None:
    """Outside every transaction; what cannot be delivered is logged and disturbs nobody."""
    transaction.on_commit(partial(send, subject, text), robust=True)


def send(subject: str, text: str) -> None:
    logger.error("%s: %s", subject, text)
    try:
        mail_admins(subject, text)
    except OSError as error:
        logger.warning("The alert could not be mailed: %s", error)
    url = conf.get().alert_webhook
    if not url:
        return
    try:
        answer = requests.post(url, json={"subject": subject, "text": text}, timeout=_WEBHOOK_TIMEOUT)
        answer.raise_for_status()
    except requests.RequestException as error:
        logger.warning("The alert's webhook failed: %s", type(error).__name__)
