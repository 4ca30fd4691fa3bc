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
from apps.ai.host import admin_page
from apps.ai.models import AIProcessingLog, AIQueueState
from apps.ai.models.processing import CANCELLED

logger = logging.getLogger(__name__)

#: So many runs that end badly within this time are announced, once a mute period.
MANY = 10
SHORT = timedelta(minutes=10)
#: Seconds for the whole exchange with the webhook; a worker waits for it.
_WEBHOOK_TIMEOUT = 5
#: The Bot API's limit for one message.
_TELEGRAM_LETTERS = 4096


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
        f"Посмотрите их: {admin_page('ai_aiprocessinglog_changelist')}",
    )


def send_after_commit(subject: str, text: str) -> None:
    """Outside every transaction; what cannot be delivered is logged and disturbs nobody."""
    transaction.on_commit(partial(send, subject, text), robust=True)


def send(subject: str, text: str) -> None:
    """To every way that is set; one that fails keeps no other from it."""
    logger.error("%s: %s", subject, text)
    try:
        mail_admins(subject, text)
    except OSError as error:
        logger.warning("The alert could not be mailed: %s", error)
    values = conf.get()
    if values.alert_webhook:
        _post("webhook", values.alert_webhook, {"subject": subject, "text": text})
    if values.alert_telegram is not None:
        bot = values.alert_telegram
        message = {"chat_id": bot.chat, "text": f"{subject}\n\n{text}"[:_TELEGRAM_LETTERS]}
        _post("Telegram", f"{bot.url}/bot{bot.token}/sendMessage", message)


def _post(name: str, url: str, body: dict[str, str]) -> None:
    """The error's text may quote the address, and the address holds a token: only its class is logged."""
    try:
        requests.post(url, json=body, timeout=_WEBHOOK_TIMEOUT).raise_for_status()
    except requests.RequestException as error:
        logger.warning("The alert's %s failed: %s", name, type(error).__name__)
