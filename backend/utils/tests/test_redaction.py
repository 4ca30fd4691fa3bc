"""No secret of the settings passes, and nothing else is changed."""

from __future__ import annotations

from typing import Any

import pytest

from utils.redaction import redacted, redacted_tree
from utils.secret import MASK


@pytest.fixture
def secrets(settings: Any) -> list[str]:
    settings.SECRET_KEY = "canary-django-key"
    settings.SECRET_KEY_FALLBACKS = ["canary-django-key-older"]
    settings.OPENAI_API_KEY = "canary-openai"
    settings.HEALTH_TOKEN = "canary-health"
    settings.EMAIL_HOST_PASSWORD = "canary-mail"
    settings.REDIS_URL = "redis://:canary%2Fredis@localhost:6379/0"
    settings.R2_CONFIG = {"endpoint_url": "https://r2.example", "aws_secret_access_key": "canary-r2+/"}
    settings.QDRANT = {"URL": "http://localhost:6333", "API_KEY": "canary-qdrant"}
    settings.AI_CONFIG = {
        **settings.AI_CONFIG,
        "ALERT_WEBHOOK": "https://hooks.example/services/canary-hook",
        "ALERT_TELEGRAM": {"url": "https://api.telegram.org", "token": "12345:canary-bot", "chat": "7"},
    }
    return [
        "canary-django-key",
        "canary-django-key-older",
        "canary-openai",
        "canary-health",
        "canary-mail",
        "canary%2Fredis",
        "canary-r2+/",
        "canary-r2%2B%2F",  # as an address shows it
        "canary-qdrant",
        "https://hooks.example/services/canary-hook",
        "12345:canary-bot",
    ]


def test_every_secret_of_the_settings_is_struck_out(secrets: list[str]) -> None:
    for secret in secrets:
        said = redacted(f"connect to x?key={secret}&a=1 failed")
        assert "canary" not in said
        assert said == f"connect to x?key={MASK}&a=1 failed"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("postgres://shop:hunter2@db:5432/shop", f"postgres://shop:{MASK}@db:5432/shop"),
        ("redis://:hunter2@redis/0", f"redis://:{MASK}@redis/0"),
        ("'Authorization': 'Bearer abc.def-1'", f"'Authorization': 'Bearer {MASK}'"),
        ("Incorrect API key: sk-proj-ABCDEFGHIJKLMNOP1234.", f"Incorrect API key: {MASK}."),
        ("POST /bot987:AAf_x/sendMessage", f"POST /bot{MASK}/sendMessage"),
    ],
)
def test_a_credential_that_is_in_no_setting(text: str, said: str) -> None:
    assert redacted(text) == said


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Капли 10 мл, 3 флакона, ISBN 978-5-17-118366-6",
        "http://localhost:6333/collections",
        "2026-11-29 10:00:00 apps.ai.tasks: run 7",
        "Basic",
        "mail shop@example.com",
        "https://example.com/a?token-bucket=1",
    ],
)
def test_what_is_no_secret_stays(secrets: list[str], text: str) -> None:
    assert redacted(text) == text


def test_a_tree_loses_what_its_names_call_secret() -> None:
    tree = {"headers": {"x-api_key": "short", "n": 1}, "list": ["Bearer abcdef", ("x",)], "empty_token": ""}
    assert redacted_tree(tree) == {
        "headers": {"x-api_key": MASK, "n": 1},
        "list": [f"Bearer {MASK}", ("x",)],
        "empty_token": "",
    }
