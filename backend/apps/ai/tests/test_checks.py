from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from apps.ai import conf
from apps.ai.checks import check_ai_settings, check_audit_of_a_live_shop, check_engine_of_a_live_shop


def _codes(settings: Any, **changes: Any) -> list[str | None]:
    settings.AI_CONFIG = {**settings.AI_CONFIG, **changes}
    return [message.id for message in check_ai_settings()]


def test_the_defaults_are_sound(settings: Any) -> None:
    assert _codes(settings) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"ENGINE": "magic"}, "ai.E001"),
        ({"ENGINE": "openai"}, "ai.E002"),
        ({"STRUCTURED_OUTPUT": "xml"}, "ai.E003"),
        ({"AUTO_APPLY_THRESHOLD": 1.5}, "ai.E004"),
        ({"AUDIT_SHARE": 1.5}, "ai.E030"),
        ({"AUDIT_SHARE": -0.1}, "ai.E030"),
        ({"EMBEDDING_DIMENSIONS": 1}, "ai.E005"),
        ({"MAX_ATTEMPTS": 0}, "ai.E006"),
        ({"LEASE_SECONDS": 9}, "ai.E007"),
        ({"MESSAGE_WINDOW": 0}, "ai.E014"),
        ({"RUN_SECONDS": 120}, "ai.E015"),
        ({"BUDGET_DAY_USD": "-1"}, "ai.E008"),
        ({"BUDGET_DAY_USD": "ten"}, "ai.E000"),
        ({"CATALOG": "apps.ai.nothing.Here"}, "ai.E009"),
        ({"PRICE_FLOORS": {"RUB": "many"}}, "ai.E000"),
        ({"NOTICES": {"medicine": "Одна строка."}}, "ai.E000"),
        ({"FIELD_POLICY": {"price": "never"}}, "ai.E010"),
        ({"FIELD_POLICY": {"half.title": "never"}}, "ai.E010"),
        ({"FIELD_POLICY": {"title": "sometimes"}}, "ai.E011"),
    ],
)
def test_each_mistake_has_its_check(settings: Any, changes: dict[str, Any], code: str) -> None:
    assert _codes(settings, **changes) == [code]


def test_a_live_shop_is_warned_of_the_offline_engine(settings: Any) -> None:
    assert [message.id for message in check_engine_of_a_live_shop()] == ["ai.W001"]
    settings.AI_CONFIG = {**settings.AI_CONFIG, "ENGINE": "openai"}
    assert check_engine_of_a_live_shop() == []


def test_a_live_shop_that_applies_unseen_is_asked_to_audit(settings: Any) -> None:
    assert [message.id for message in check_audit_of_a_live_shop()] == ["ai.W030"]
    settings.AI_CONFIG = {**settings.AI_CONFIG, "AUDIT_SHARE": 0.1}
    assert check_audit_of_a_live_shop() == []
    settings.AI_CONFIG = {**settings.AI_CONFIG, "AUDIT_SHARE": 0.0, "AUTO_APPLY": False}
    assert check_audit_of_a_live_shop() == []


def test_a_half_configured_bucket(settings: Any) -> None:
    settings.R2_CONFIG = {**settings.R2_CONFIG, "endpoint_url": "https://r2.example", "bucket_name": ""}
    assert "ai.E012" in _codes(settings)


def test_a_broker_that_repeats_messages_too_soon(settings: Any) -> None:
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 1860}
    assert _codes(settings) == ["ai.E013"]
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 1861}
    assert _codes(settings) == []
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 60}
    assert _codes(settings) == ["ai.E013"] * 3


def test_a_missing_key_is_named(settings: Any) -> None:
    settings.AI_CONFIG = {key: value for key, value in settings.AI_CONFIG.items() if key != "MODEL"}
    with pytest.raises(ImproperlyConfigured, match="MODEL"):
        conf.get()


def test_host_and_port_name_a_server(settings: Any) -> None:
    settings.QDRANT = {**settings.QDRANT, "HOST": "qdrant", "PORT": 6333}
    assert conf.get().qdrant.url == "http://qdrant:6333"


@pytest.mark.parametrize(
    ("values", "code"), [({"URL": "qdrant:6333"}, "ai.E020"), ({"TIMEOUT": 0}, "ai.E021")]
)
def test_a_qdrant_that_cannot_be_reached_by_its_settings(
    settings: Any, values: dict[str, Any], code: str
) -> None:
    settings.QDRANT = {**settings.QDRANT, **values}
    assert _codes(settings) == [code]
