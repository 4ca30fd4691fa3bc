"""Settings of the AI app, read in one place. `checks.py` says at start what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed

from apps.ai import setting_forms

#: The host's models that this app's tables point to, as ForeignKey and migrations name them.
PRODUCT_MODEL: str = getattr(settings, "AI_PRODUCT_MODEL", "products.Product")
CATEGORY_MODEL: str = getattr(settings, "AI_CATEGORY_MODEL", "products.Category")
#: Names of variables as the plugged-in ai_settings found them; None in a project with settings of its own.
ENVIRONMENT: frozenset[str] | None = getattr(settings, "AI_ENVIRONMENT", None)


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
    """`url` empty: the embedded engine in the folder `path` (":memory:" for tests). `timeout` in seconds."""

    url: str
    api_key: str
    path: str
    timeout: int


@dataclass(frozen=True, slots=True)
class MediaConfig:
    """Caps on one picture, and where cleaned ones are stored. `lacking`: keys of R2_CONFIG that its endpoint needs."""

    max_bytes: int
    max_pixels: int
    decode_budget: int
    processed_path: str
    original_path: str
    thumbs_path: str
    temp_path: str
    lacking: tuple[str, ...]
    #: Are pictures of products brought into the storage? A card waits `picture_wait` seconds for its own.
    keep: bool
    picture_wait: float
    temp_hours: float


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
class Retention:
    """AI_CONFIG["RETENTION"]: days for which rows are kept, runs by their state; what is still open stays."""

    approved: float = 90
    rejected: float = 90
    completed: float = 90
    failed: float = 90
    leaflets: float = 90
    picture_answers: float = 365
    events: float = 30
    trials: float = 365
    troubles: float = 365
    ledger: float = 1826


@dataclass(frozen=True, slots=True)
class TelegramChat:
    """Where a bot writes alerts. `url`: of the Bot API or of a server that speaks like it."""

    url: str
    token: str = field(repr=False)
    chat: str


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
    qdrant: QdrantConfig
    media: MediaConfig
    broker: BrokerConfig
    cache_seconds: float = 0.0
    engines: dict[str, str] = field(default_factory=dict)
    attribute_rules: str = ""
    field_policy: dict[str, str] = field(default_factory=dict)
    price_floors: dict[str, Decimal] = field(default_factory=dict)
    notices: dict[str, tuple[str, ...]] = field(default_factory=dict)
    #: Kinds of goods whose cards a second reader sees, too.
    verify: frozenset[str] = frozenset()
    auto_process: dict[str, AutoProcess] = field(default_factory=dict)
    breaker: BreakerSettings = field(default_factory=BreakerSettings)
    batch_limits: BatchLimits = field(default_factory=BatchLimits)
    retention: Retention = field(default_factory=Retention)
    rate_limits: dict[str, dict[str, float]] = field(default_factory=dict)
    image_detail: str = "low"
    #: By kind of goods: never, poor or always; "*" is every other kind. See `services.pictures.asking`.
    vision: dict[str, str] = field(default_factory=dict)
    #: Pixels a side of what a vision model is shown, and whether all pictures lie on one sheet of that size.
    vision_pixels: int = 512
    vision_sheet: bool = True
    retry_seconds: float = 15.0
    sweep_seconds: float = 10.0
    alert_mute_seconds: float = 3600.0
    alert_webhook: str = ""
    alert_telegram: TelegramChat | None = None
    #: Requests of one user to the API, as "600/min"; empty: not counted.
    api_rate: str = ""
    #: Hosts of our own network that a webhook may call all the same.
    webhook_hosts: frozenset[str] = frozenset()
    site_url: str = ""
    #: Dotted paths of Prometheus collectors that they bring.
    collectors: tuple[str, ...] = ()
    #: Dotted name of the host's function origin → SourcePolicy | None; empty: AI_AUTO_PROCESS alone counts.
    source_policy: str = ""

    def auto_process_of(self, origin: str) -> AutoProcess:
        """The switch for the products of the parser `origin`."""
        words = self.auto_process
        return words.get(origin) or words.get(EVERY_SOURCE, AutoProcess.NEW_AND_CHANGED)

    @property
    def in_process(self) -> bool:
        """The engine is one of `engines`: it asks no server, costs nothing, and has no key."""
        return self.engine in self.engines

    @property
    def has_budgets(self) -> bool:
        return any(limit is not None for limit in (self.budget_day, self.budget_month, self.budget_run))


#: Fields that are keys of AI_CONFIG in capitals, as they stand there; the optional ones have a default above.
_NEEDED = """
engine model vision_model embedding_model embedding_dimensions structured_output connect_timeout read_timeout catalog
image_timeout shop_name shop_tone auto_apply auto_apply_threshold audit_share target_precision max_attempts
lease_seconds run_seconds message_window chain_seconds cache_seconds
""".split()
_OPTIONAL = """
engines attribute_rules field_policy image_detail retry_seconds alert_mute_seconds vision_pixels vision_sheet
""".split()


@lru_cache(maxsize=1)
def get() -> AISettings:
    """The settings, built once a process. Raises ImproperlyConfigured that names the key."""
    values = settings.AI_CONFIG
    try:
        return AISettings(
            **{name: values[name.upper()] for name in _NEEDED},
            **{name: values[name.upper()] for name in _OPTIONAL if name.upper() in values},
            api_key=settings.OPENAI_API_KEY,
            base_url=settings.OPENAI_BASE_URL,
            max_images=values["MAX_IMAGES_PER_PRODUCT"],
            language=values["DEFAULT_LANGUAGE"],
            budget_day=setting_forms.dollars("BUDGET_DAY_USD"),
            budget_month=setting_forms.dollars("BUDGET_MONTH_USD"),
            budget_run=setting_forms.dollars("BUDGET_RUN_USD"),
            qdrant=_qdrant(settings.QDRANT),
            media=_media(values),
            broker=_broker(),
            price_floors=setting_forms.floors(values.get("PRICE_FLOORS", {})),
            notices=setting_forms.notices(values.get("NOTICES", {})),
            verify=frozenset(kind.strip() for kind in values.get("VERIFY", []) if kind.strip()),
            vision=setting_forms.looks(values.get("VISION", "")),
            auto_process=_auto_process(values.get("AUTO_PROCESS", "")),
            breaker=setting_forms.structured(BreakerSettings, values.get("BREAKER", {}), "AI_BREAKER"),
            batch_limits=setting_forms.structured(
                BatchLimits, values.get("BATCH_LIMITS", {}), "AI_BATCH_LIMITS"
            ),
            retention=setting_forms.structured(Retention, values.get("RETENTION", {}), "AI_RETENTION"),
            rate_limits=setting_forms.rate_limits(values.get("RATE_LIMITS") or {}),
            sweep_seconds=float(getattr(settings, "AI_SWEEP_SECONDS", 10.0)),
            alert_webhook=str(values.get("ALERT_WEBHOOK", "")),
            alert_telegram=_telegram(values.get("ALERT_TELEGRAM") or {}),
            api_rate=str(values.get("API_RATE", "")),
            webhook_hosts=frozenset(
                host.strip().lower() for host in values.get("WEBHOOK_HOSTS", []) if host.strip()
            ),
            site_url=str(getattr(settings, "SITE_URL", "")),
            collectors=tuple(values.get("COLLECTORS", ())),
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


def _broker() -> BrokerConfig:
    options = getattr(settings, "CELERY_BROKER_TRANSPORT_OPTIONS", {})
    return BrokerConfig(
        visibility_timeout=options.get("visibility_timeout"),
        soft_shutdown=getattr(settings, "CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT", 0.0),
    )


def task_seconds() -> int:
    """The soft time limit of a task that works on runs. Read when tasks are declared: a wrong setting elsewhere must
    not keep `manage.py check` from naming it.
    """
    return int(settings.AI_CONFIG["RUN_SECONDS"] + settings.AI_CONFIG["CHAIN_SECONDS"])


def longest_task() -> float:
    """Seconds for which a message may be worked on: lease, run with its chain, or a soft shutdown."""
    values = get()
    run = values.run_seconds + values.chain_seconds + KILLED_AFTER
    return max(values.lease_seconds, run, values.broker.soft_shutdown)


def _media(values: dict[str, Any]) -> MediaConfig:
    r2 = settings.R2_CONFIG
    needed = ("aws_access_key_id", "aws_secret_access_key", "bucket_name") if r2["endpoint_url"] else ()
    return MediaConfig(
        max_bytes=values.get("IMAGE_MAX_BYTES", 15_000_000),
        max_pixels=values.get("IMAGE_MAX_PIXELS", 64_000_000),
        decode_budget=values.get("IMAGE_DECODE_BUDGET", 300_000_000),
        processed_path=settings.AI_R2_SETTINGS["processed_images_path"],
        original_path=settings.AI_R2_SETTINGS.get("original_images_path", "products/original/"),
        thumbs_path=settings.AI_R2_SETTINGS.get("thumbnails_path", "products/thumbs/"),
        keep=values.get("KEEP_PICTURES", True),
        picture_wait=values.get("PICTURE_WAIT", 30.0),
        temp_hours=values.get("TEMP_HOURS", 24.0),
        temp_path=settings.AI_R2_SETTINGS.get("temp_processing_path", "temp/ai_processing/"),
        lacking=tuple(key for key in needed if not r2[key]),
    )


def _telegram(values: dict[str, str]) -> TelegramChat | None:
    token, chat = values.get("token", ""), values.get("chat", "")
    if bool(token) != bool(chat):
        raise ImproperlyConfigured("AI_ALERT_TELEGRAM_TOKEN and AI_ALERT_TELEGRAM_CHAT belong together.")
    return TelegramChat(values["url"].rstrip("/"), token, chat) if token else None


def _qdrant(values: dict[str, Any]) -> QdrantConfig:
    url = values["URL"]
    if not url and values["HOST"]:
        url = f"http://{values['HOST']}:{values['PORT']}"
    return QdrantConfig(url=url, api_key=values["API_KEY"], path=values["PATH"], timeout=values["TIMEOUT"])


#: Settings that are read here.
_READ = frozenset(
    "AI_CONFIG QDRANT OPENAI_API_KEY OPENAI_BASE_URL R2_CONFIG AI_R2_SETTINGS CELERY_BROKER_TRANSPORT_OPTIONS "
    "CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT AI_SWEEP_SECONDS SITE_URL".split()
)


def _forget(*, setting: str, **kwargs: object) -> None:
    if setting in _READ:
        get.cache_clear()


setting_changed.connect(_forget, dispatch_uid="ai.conf.forget")
