"""Alerts by Telegram's wire protocol: they arrive whole, and the bot's token gets into no log."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest

from apps.ai import conf
from apps.ai.services.money import alerts
from apps.ai.tests.support.inbox import Inbox, inbox

TOKEN = "123456:AA-secret-of-the-bot"
pytestmark = pytest.mark.django_db


@pytest.fixture
def telegram(settings: Any) -> Iterator[Inbox]:
    with inbox() as server:
        bot = {"url": server.url, "token": TOKEN, "chat": "-100500"}
        settings.AI_CONFIG = {**settings.AI_CONFIG, "ALERT_TELEGRAM": bot}
        yield server


def test_an_alert_reaches_the_chat(telegram: Inbox, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="apps")
    alerts.send("Нет исполнителя", "Запустите его.")
    [(path, body)] = telegram.received
    assert path == f"/bot{TOKEN}/sendMessage"
    assert body == {"chat_id": "-100500", "text": "Нет исполнителя\n\nЗапустите его."}
    assert TOKEN not in caplog.text


def test_a_long_alert_fits_into_one_message(telegram: Inbox) -> None:
    alerts.send("Тема", "я" * 10_000)
    [(_, body)] = telegram.received
    assert len(body["text"]) == 4096


@pytest.mark.parametrize("status", [401, 404, 502])
def test_a_refusal_is_logged_without_the_token(
    telegram: Inbox, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    telegram.status = status
    caplog.set_level(logging.DEBUG)
    alerts.send("Тема", "Текст")
    assert "Telegram failed" in caplog.text
    assert TOKEN not in "".join(record.getMessage() for record in caplog.records)


def test_a_server_that_is_away(settings: Any, caplog: pytest.LogCaptureFixture) -> None:
    bot = {"url": "http://127.0.0.1:9", "token": TOKEN, "chat": "1"}
    settings.AI_CONFIG = {**settings.AI_CONFIG, "ALERT_TELEGRAM": bot}
    caplog.set_level(logging.INFO)
    alerts.send("Тема", "Текст")
    assert "ConnectionError" in caplog.text
    assert TOKEN not in caplog.text


def test_the_settings_do_not_show_the_token(telegram: Inbox) -> None:
    assert TOKEN not in repr(conf.get())
