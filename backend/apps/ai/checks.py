"""System checks: what is wrong with the settings, and how to mend it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from apps.ai import conf
from apps.ai.services.runs.applying import POLICIES
from apps.ai.types import CARD_FIELDS, Mode

MODES = {mode.value for mode in Mode}


@register(Tags.compatibility)
def check_ai_settings(app_configs: Sequence[AppConfig] | None = None, **kwargs: Any) -> list[CheckMessage]:
    try:
        values = conf.get()
    except ImproperlyConfigured as error:
        return [Error(str(error), hint="See .env.example.", id="ai.E000")]
    return [
        *_engine(values),
        *_limits(values),
        *_catalog(values),
        *_auto_process(values),
        *_policy(values),
        *_media(values),
        *_qdrant(values),
        *_broker(values),
    ]


def _engine(values: conf.AISettings) -> list[CheckMessage]:
    known = ("openai", *values.engines)
    if values.engine not in known:
        hint = f"Use one of: {', '.join(sorted(known))}."
        return [Error(f"AI_ENGINE is {values.engine!r}.", hint=hint, id="ai.E001")]
    if values.engine == "openai" and not values.api_key and not values.base_url:
        return [
            Error(
                "OPENAI_API_KEY is empty.",
                hint="Set it, name an own server in OPENAI_BASE_URL, or set AI_ENGINE to one that needs no key.",
                id="ai.E002",
            )
        ]
    if values.structured_output not in ("auto", "schema", "json"):
        return [Error("AI_STRUCTURED_OUTPUT must be auto, schema or json.", id="ai.E003")]
    return []


@register(deploy=True)
def check_audit_of_a_live_shop(
    app_configs: Sequence[AppConfig] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Who applies cards unseen should measure what they are worth."""
    values = _read()
    if values is None or not values.auto_apply or values.audit_share > 0.0:
        return []
    return [
        Warning(
            "Cards are applied by themselves, and nobody measures whether they are right.",
            hint="Set AI_AUDIT_SHARE, for example 0.1; see docs/taxonomy.md.",
            id="ai.W030",
        )
    ]


@register(deploy=True)
def check_engine_of_a_live_shop(
    app_configs: Sequence[AppConfig] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """`manage.py check --deploy` asks; the demo and the tests do not."""
    values = _read()
    if values is None or not values.in_process:
        return []
    return [
        Warning(
            f"The engine {values.engine!r} writes the cards: it is for trying out.",
            hint="Set OPENAI_API_KEY or OPENAI_BASE_URL.",
            id="ai.W001",
        )
    ]


def _read() -> conf.AISettings | None:
    """None where `check_ai_settings` says what is wrong."""
    try:
        return conf.get()
    except ImproperlyConfigured:
        return None


def _limits(values: conf.AISettings) -> list[CheckMessage]:
    threshold = values.auto_apply_threshold
    budgets = (values.budget_day, values.budget_month, values.budget_run)
    rules = (
        (
            threshold is None or 0.0 <= threshold <= 1.0,
            "AI_AUTO_APPLY_THRESHOLD must lie between 0 and 1.",
            "Leave it empty: the threshold is then computed from AI_TARGET_PRECISION.",
            "ai.E004",
        ),
        (
            0.5 <= values.target_precision < 1.0,
            "AI_TARGET_PRECISION must be at least 0.5 and below 1, such as 0.98.",
            None,
            "ai.E017",
        ),
        (
            0.0 <= values.audit_share <= 1.0,
            "AI_AUDIT_SHARE must lie between 0 and 1.",
            "0.1 sends every tenth automatic decision to a person; 0 none.",
            "ai.E030",
        ),
        (values.embedding_dimensions >= 8, "AI_EMBEDDING_DIMENSIONS must be 8 or more.", None, "ai.E005"),
        (values.max_attempts >= 1, "AI_MAX_ATTEMPTS must be 1 or more.", None, "ai.E006"),
        (
            values.lease_seconds >= 10,
            "AI_LEASE_SECONDS must be 10 or more.",
            "A living worker renews its leases three times in that time, and may be busy for a while.",
            "ai.E007",
        ),
        (values.message_window >= 1, "AI_MESSAGE_WINDOW must be 1 or more.", None, "ai.E014"),
        (
            values.run_seconds > values.read_timeout,
            "AI_RUN_SECONDS must be longer than AI_READ_TIMEOUT.",
            "A run asks the model several times.",
            "ai.E015",
        ),
        (
            all(budget is None or budget > Decimal(0) for budget in budgets),
            "A budget must be more than zero; leave it empty for none.",
            None,
            "ai.E008",
        ),
    )
    return [Error(message, hint=hint, id=code) for holds, message, hint, code in rules if not holds]


def _catalog(values: conf.AISettings) -> list[CheckMessage]:
    try:
        languages = import_string(values.catalog)().languages()
    except ImportError as error:
        return [Error(f"AI_CONFIG['CATALOG'] cannot be imported: {error}", id="ai.E009")]
    if values.language in languages:
        return []
    return [
        Error(
            f"AI_DEFAULT_LANGUAGE is {values.language!r}, which the catalogue cannot store.",
            hint=f"It knows: {', '.join(languages)}.",
            id="ai.E032",
        )
    ]


def _auto_process(values: conf.AISettings) -> list[CheckMessage]:
    """The question of the first start in a shop that has products already."""
    if values.auto_process:
        return []
    return [
        Warning(
            "AI_AUTO_PROCESS does not say which products are processed by themselves.",
            hint="off: none; new: those that a parser creates; new_and_changed (in force now): also those whose data a "
            "parser changes. By parser: wildberries=off,*=new. Products that were there before the first start are "
            "left alone: a mass run takes them, and says beforehand what it will cost.",
            id="ai.W031",
        )
    ]


def _policy(values: conf.AISettings) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    for name, policy in values.field_policy.items():
        mode, _, field = name.rpartition(".")
        if field not in CARD_FIELDS or (mode and mode not in MODES):
            found.append(
                Error(
                    f"AI_CONFIG['FIELD_POLICY'] names the field {name!r}.",
                    hint=f"Fields: {', '.join(CARD_FIELDS)}; with a mode in front: 'full.title'.",
                    id="ai.E010",
                )
            )
        if policy not in POLICIES:
            found.append(
                Error(
                    f"Field policy {policy!r} of {name!r}.", hint=f"Use {', '.join(POLICIES)}.", id="ai.E011"
                )
            )
    return found


def _media(values: conf.AISettings) -> list[CheckMessage]:
    if not values.media.lacking:
        return []
    lacking = ", ".join(values.media.lacking)
    return [Error(f"R2_ENDPOINT_URL is set, but not {lacking}.", hint="See .env.example.", id="ai.E012")]


def _qdrant(values: conf.AISettings) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if values.qdrant.url and not values.qdrant.url.startswith(("http://", "https://")):
        found.append(
            Error(
                f"QDRANT_URL is {values.qdrant.url!r}.",
                hint="It starts with http:// or https://; leave it empty for the embedded engine.",
                id="ai.E020",
            )
        )
    if values.qdrant.timeout < 1:
        found.append(Error("QDRANT_TIMEOUT must be 1 or more (seconds).", id="ai.E021"))
    return found


def _broker(values: conf.AISettings) -> list[CheckMessage]:
    """Redis delivers a message again that nobody has acknowledged within `visibility_timeout`."""
    visibility = values.broker.visibility_timeout
    if visibility is None:
        return []
    limits = {
        "AI_LEASE_SECONDS": values.lease_seconds,
        "AI_RUN_SECONDS": values.run_seconds + values.chain_seconds + conf.KILLED_AFTER,
        "CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT": values.broker.soft_shutdown,
    }
    return [
        Error(
            f"The broker's visibility_timeout ({visibility:g} s) is not longer than {name} ({seconds:g} s).",
            hint="Redis would deliver a message a second time while its run is being worked on.",
            id="ai.E013",
        )
        for name, seconds in limits.items()
        if visibility <= seconds
    ]
