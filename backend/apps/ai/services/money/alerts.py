"""Tells people that the model's provider needs them: by mail to ADMINS, to a webhook, and in the log."""

from __future__ import annotations

import logging
from datetime import timedelta
from functools import partial

import requests
from django.conf import settings
from django.core.mail import mail_admins
from django.db import transaction

logger = logging.getLogger(__name__)

#: Seconds for the whole exchange with the webhook; a worker waits for it.
_WEBHOOK_TIMEOUT = 5


def muted_for() -> timedelta:
    """AI_CONFIG["ALERT_MUTE_SECONDS"]: the same alert is not sent again before this has passed."""
    return timedelta(seconds=float(settings.AI_CONFIG.get("ALERT_MUTE_SECONDS", 3600)))


def send_after_commit(subject: str, text: str) -> None:
    """Outside every transaction; what cannot be delivered is logged and disturbs nobody."""
    transaction.on_commit(partial(send, subject, text), robust=True)


def send(subject: str, text: str) -> None:
    logger.error("%s: %s", subject, text)
    try:
        mail_admins(subject, text)
    except OSError as error:
        logger.warning("The alert could not be mailed: %s", error)
    url = str(settings.AI_CONFIG.get("ALERT_WEBHOOK", ""))
    if not url:
        return
    try:
        answer = requests.post(url, json={"subject": subject, "text": text}, timeout=_WEBHOOK_TIMEOUT)
        answer.raise_for_status()
    except requests.RequestException as error:
        logger.warning("The alert's webhook failed: %s", type(error).__name__)
