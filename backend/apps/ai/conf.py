"""Settings of the AI app, read in one place. `checks.py` says at start what is wrong with them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed

#: The host's models that this app's tables point to, as ForeignKey and migrations name them.
PRODUCT_MODEL: str = getattr(settings, "AI_PRODUCT_MODEL", "products.Product")
CATEGORY_MODEL: str = getattr(settings, "AI_CATEGORY_MODEL", "products.Category")


class AutoProcess(StrEnum):
    """What a parser's products get by themselves."""

    OFF = "off"
    NEW = "new"
    NEW_AND_CHANGED = "new_and_changed"


#: In AI_AUTO_PROCESS: parsers that are not named.
EVERY_SOURCE = "*"
#: Seconds between the soft and the hard time limit of a run (`tasks.process_product_ai`).
KILLED_AFTER = 60


@dataclass(frozen=True, slots=True)
class QdrantConfig:
    """`url` empty: the client's local mode in `path` (":memory:" for tests). `timeout` in seconds."""

    url: str
    api_key: str
    path: str
    timeout: int


@dataclass(frozen=True, slots=True)
class MediaConfig:
    """Caps on one picture, and where cleaned ones are stored. `lacking`: keys of R2_CONFIG that its endpoint needs."""

    max_bytes: int
    max_pixels: int
    processed_path: str
    lacking: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BrokerConfig:
    """Seconds. `visibility_timeout`: after which Redis delivers an unacknowledged message again; None: never.

    `soft_shutdown`: how long a worker that was asked to end may go on.
    """

    visibility_timeout: float | None
    soft_shutdown: float


@dataclass(frozen=True, slots=True)
class BreakerSettings:
    """AI_CONFIG["BREAKER"]; times in seconds.

    `threshold` failures in a row, each within `window` of the one before, open it for `first_pause`, doubling up to
    `longest_pause`; so does the same 4xx from `products` different products. Without money or with a refused key one
    probe is sent every `account_pause`. A 429 that asks for `long_wait` or more makes all wait; its pauses grow up to
    `longest_wait` when the provider asks for less.
    """

    threshold: int = 5
    products: int = 3
    window: float = 60.0
    first_pause: float = 30.0
    longest_pause: float = 600.0
    account_pause: float = 300.0
    long_wait: float = 5.0
    longest_wait: float = 60.0


@dataclass(frozen=True, slots=True)
class BatchLimits:
    """AI_CONFIG["BATCH_LIMITS"]: lines and bytes of one file, and tokens that may wait at the provider in all."""

    lines: int = 50_000
    bytes: int = 200_000_000
    tokens: int = 20_000_000


@dataclass(frozen=True, slots=True)
class AISettings:
    """The settings of the app, typed. Timeouts and leases are seconds, budgets USD."""

    engine: str
    api_key: str
    base_url: str
    model: str
    vision_model: str
    embedding_model: str
    embedding_dimensions: int
    structured_output: str
    connect_timeout: float
    read_timeout: float
    engines: dict[str, str]
    attribute_rules: str
    catalog: str
    max_images: int
    image_timeout: float
    language: str
    shop_name: str
    shop_tone: str
    auto_apply: bool
    auto_apply_threshold: float | None
    target_precision: float
    audit_share: float
    max_attempts: int
    lease_seconds: int
    run_seconds: int
    message_window: int
    chain_seconds: float
    budget_day: Decimal | None
    budget_month: Decimal | None
    budget_run: Decimal | None
    field_policy: dict[str, str]
    qdrant: QdrantConfig
    media: MediaConfig
    broker: BrokerConfig
    cache_seconds: float = 0.0
    price_floors: dict[str, Decimal] = field(default_factory=dict)
    notices: dict[str, tuple[str, ...]] = field(default_factory=dict)
    #: Kinds of goods whose cards a second reader sees, too.
    verify: frozenset[str] = frozenset()
    auto_process: dict[str, AutoProcess] = field(default_factory=dict)
    breaker: BreakerSettings = field(default_factory=BreakerSettings)
    batch_limits: BatchLimits = field(default_factory=BatchLimits)
    rate_limits: dict[str, dict[str, float]] = field(default_factory=dict)
    image_detail: str = "low"
    retry_seconds: float = 15.0
    sweep_seconds: float = 10.0
    alert_mute_seconds: float = 3600.0
    alert_webhook: str = ""
    site_url: str = ""
    #: Dotted name of the host's function origin → SourcePolicy | None; empty: AI_AUTO_PROCESS alone counts.
    source_policy: str = ""

    def auto_process_of(self, origin: str) -> AutoProcess:
        """The switch for the products of the parser `origin`."""
        return self.auto_process.get(origin) or self.auto_process.get(
            EVERY_SOURCE, AutoProcess.NEW_AND_CHANGED
        )

    @property
    def in_process(self) -> bool:
        """The engine is one of `engines`: it asks no server, costs nothing, and has no key."""
        return self.engine in self.engines

    @property
    def has_budgets(self) -> bool:
        return any(limit is not None for limit in (self.budget_day, self.budget_month, self.budget_run))


@lru_cache(maxsize=1)
def get() -> AISettings:
    """The settings, built once a process. Raises ImproperlyConfigured that names the key."""
    values = settings.AI_CONFIG
    try:
        return AISettings(
            engine=values["ENGINE"],
            api_key=settings.OPENAI_API_KEY,
            base_url=settings.OPENAI_BASE_URL,
            model=values["MODEL"],
            vision_model=values["VISION_MODEL"],
            embedding_model=values["EMBEDDING_MODEL"],
            embedding_dimensions=values["EMBEDDING_DIMENSIONS"],
            structured_output=values["STRUCTURED_OUTPUT"],
            connect_timeout=values["CONNECT_TIMEOUT"],
            read_timeout=values["READ_TIMEOUT"],
            engines=dict(values.get("ENGINES", {})),
            attribute_rules=str(values.get("ATTRIBUTE_RULES", "")),
            catalog=values["CATALOG"],
            max_images=values["MAX_IMAGES_PER_PRODUCT"],
            image_timeout=values["IMAGE_TIMEOUT"],
            language=values["DEFAULT_LANGUAGE"],
            shop_name=values["SHOP_NAME"],
            shop_tone=values["SHOP_TONE"],
            auto_apply=values["AUTO_APPLY"],
            auto_apply_threshold=values["AUTO_APPLY_THRESHOLD"],
            audit_share=values["AUDIT_SHARE"],
            target_precision=values["TARGET_PRECISION"],
            max_attempts=values["MAX_ATTEMPTS"],
            lease_seconds=values["LEASE_SECONDS"],
            run_seconds=values["RUN_SECONDS"],
            message_window=values["MESSAGE_WINDOW"],
            chain_seconds=values["CHAIN_SECONDS"],
            budget_day=_dollars("BUDGET_DAY_USD"),
            budget_month=_dollars("BUDGET_MONTH_USD"),
            budget_run=_dollars("BUDGET_RUN_USD"),
            field_policy=dict(values.get("FIELD_POLICY", {})),
            qdrant=_qdrant(settings.QDRANT),
            media=_media(values),
            broker=BrokerConfig(
                visibility_timeout=getattr(settings, "CELERY_BROKER_TRANSPORT_OPTIONS", {}).get(
                    "visibility_timeout"
                ),
                soft_shutdown=getattr(settings, "CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT", 0.0),
            ),
            cache_seconds=values["CACHE_SECONDS"],
            price_floors=_floors(values.get("PRICE_FLOORS", {})),
            notices=_notices(values.get("NOTICES", {})),
            verify=frozenset(kind.strip() for kind in values.get("VERIFY", []) if kind.strip()),
            auto_process=_auto_process(values.get("AUTO_PROCESS", "")),
            breaker=BreakerSettings(**values.get("BREAKER", {})),
            batch_limits=BatchLimits(**values.get("BATCH_LIMITS", {})),
            rate_limits=dict(values.get("RATE_LIMITS") or {}),
            image_detail=str(values.get("IMAGE_DETAIL", "low")),
            retry_seconds=float(values.get("RETRY_SECONDS", 15.0)),
            sweep_seconds=float(getattr(settings, "AI_SWEEP_SECONDS", 10.0)),
            alert_mute_seconds=float(values.get("ALERT_MUTE_SECONDS", 3600)),
            alert_webhook=str(values.get("ALERT_WEBHOOK", "")),
            site_url=str(getattr(settings, "SITE_URL", "")),
            source_policy=str(values.get("SOURCE_POLICY", "")),
        )
    except KeyError as missing:
        raise ImproperlyConfigured(f"AI_CONFIG lacks the key {missing}.") from missing


def _auto_process(text: str) -> dict[str, AutoProcess]:
    """`new`, or by parser: `wildberries=off, *=new`."""
    found: dict[str, AutoProcess] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        origin, _, word = part.rpartition("=")
        try:
            found[origin.strip() or EVERY_SOURCE] = AutoProcess(word.strip())
        except ValueError as error:
            raise ImproperlyConfigured(
                f"AI_AUTO_PROCESS says {part!r}; use {', '.join(AutoProcess)}, or by parser: wildberries=off,*=new."
            ) from error
    return found


def task_seconds() -> int:
    """The soft time limit of a task that works on runs. Read when tasks are declared: a wrong setting elsewhere must
    not keep `manage.py check` from naming it.
    """
    return int(settings.AI_CONFIG["RUN_SECONDS"] + settings.AI_CONFIG["CHAIN_SECONDS"])


def _media(values: dict[str, Any]) -> MediaConfig:
    r2 = settings.R2_CONFIG
    needed = ("aws_access_key_id", "aws_secret_access_key", "bucket_name") if r2["endpoint_url"] else ()
    return MediaConfig(
        max_bytes=values.get("IMAGE_MAX_BYTES", 15_000_000),
        max_pixels=values.get("IMAGE_MAX_PIXELS", 40_000_000),
        processed_path=settings.AI_R2_SETTINGS["processed_images_path"],
        lacking=tuple(key for key in needed if not r2[key]),
    )


def _dollars(key: str) -> Decimal | None:
    text = str(settings.AI_CONFIG.get(key) or "").strip()
    if not text:
        return None
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise ImproperlyConfigured(
            f"AI_CONFIG['{key}'] must be an amount such as 5.00, not {text!r}."
        ) from error


def _floors(values: dict[str, Any]) -> dict[str, Decimal]:
    try:
        return {currency.upper(): Decimal(str(amount)) for currency, amount in values.items()}
    except (InvalidOperation, AttributeError) as error:
        raise ImproperlyConfigured(
            f"AI_CONFIG['PRICE_FLOORS'] must be amounts by currency such as {{\"RUB\": 20}}, not {values!r}."
        ) from error


#: The shop's own sentences take the place of these, kind by kind; an empty list asks for none.
NOTICES = Path(__file__).parent / "data" / "notices.json"


def _notices(own: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    shipped = json.loads(NOTICES.read_text(encoding="utf-8"))
    if not isinstance(own, dict) or not all(isinstance(sentences, list) for sentences in own.values()):
        raise ImproperlyConfigured(
            f"AI_CONFIG['NOTICES'] must be lists of sentences by kind of goods, not {own!r}."
        )
    return {kind: tuple(map(str, sentences)) for kind, sentences in {**shipped, **own}.items()}


def _qdrant(values: dict[str, Any]) -> QdrantConfig:
    url = values["URL"]
    if not url and values["HOST"]:
        url = f"http://{values['HOST']}:{values['PORT']}"
    return QdrantConfig(url=url, api_key=values["API_KEY"], path=values["PATH"], timeout=values["TIMEOUT"])


#: Settings that are read here.
_READ = {
    "AI_CONFIG",
    "QDRANT",
    "OPENAI_API_KEY",
    "OPENAI_BASE_URL",
    "R2_CONFIG",
    "AI_R2_SETTINGS",
    "CELERY_BROKER_TRANSPORT_OPTIONS",
    "CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT",
    "AI_SWEEP_SECONDS",
    "SITE_URL",
}


def _forget(*, setting: str, **kwargs: object) -> None:
    if setting in _READ:
        get.cache_clear()


setting_changed.connect(_forget, dispatch_uid="ai.conf.forget")
