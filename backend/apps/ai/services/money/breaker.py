"""The circuit breaker: one row per endpoint that all workers share, changed by guarded UPDATEs only.

closed ──(no money, key refused: at once; failures: THRESHOLD since the last success)──→ open
open ──(its time is over; one worker wins)──→ half_open ──success──→ closed
                                                 └──failure──→ open, for longer
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Case, F, Q, Value, When
from django.urls import reverse
from django.utils import timezone

from apps.ai import conf
from apps.ai.exceptions import PauseError
from apps.ai.models.provider import PauseReason, PauseState, ServicePause
from apps.ai.services.money import alerts
from apps.ai.ttl_cache import TTLCached

#: How long those wait who meet a probe under way, in seconds: it will have an answer soon.
WAIT_FOR_PROBE = 15.0


@dataclass(frozen=True, slots=True)
class BreakerSettings:
    """AI_CONFIG["BREAKER"]; times in seconds.

    `threshold` failures within `window` open it for `first_pause`, doubling up to `longest_pause`; without
    money or with a refused key one probe is sent every `account_pause`.
    """

    threshold: int = 5
    window: float = 60.0
    first_pause: float = 30.0
    longest_pause: float = 600.0
    account_pause: float = 300.0


def breaker_settings() -> BreakerSettings:
    return BreakerSettings(**settings.AI_CONFIG.get("BREAKER", {}))


def endpoint() -> str:
    """The name under which the configured provider's pause is kept: host and path, without credentials."""
    parts = urlsplit(conf.get().base_url or "https://api.openai.com/v1")
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.hostname}{port}{parts.path.rstrip('/')}"[:255]


def admit(name: str) -> bool:
    """Pass, or raise PauseError. True: the caller is the probe, and owes an outcome."""
    if _is_closed(_known.get(name)):
        return False
    pause = _read(name)
    if pause is None or _is_closed(pause):
        return False
    now = timezone.now()
    over = _time_is_over(now)
    if not ServicePause.objects.filter(over, pk=pause.pk).update(
        state=PauseState.HALF_OPEN, probe_until=now + _probe_patience()
    ):
        raise _paused(pause, now)
    return True


def _read(name: str) -> ServicePause | None:
    return ServicePause.objects.filter(endpoint=name).first()


#: Believed only while it says that all is well; what this process changes it knows at once.
_known = TTLCached(_read)


def _is_closed(pause: ServicePause | None) -> bool:
    return pause is None or pause.state == PauseState.CLOSED


def _time_is_over(now: datetime) -> Q:
    """Open long enough; or the probe never came back (its worker died)."""
    return Q(state=PauseState.OPEN, until__lte=now) | Q(state=PauseState.HALF_OPEN, probe_until__lte=now)


def _probe_patience() -> timedelta:
    values = conf.get()
    return timedelta(seconds=values.connect_timeout + values.read_timeout + 60)


def _paused(pause: ServicePause, now: datetime) -> PauseError:
    wait = WAIT_FOR_PROBE
    if pause.state == PauseState.OPEN and pause.until is not None:
        wait = max(1.0, (pause.until - now).total_seconds())
    reason = PauseReason(pause.reason).label if pause.reason else ""
    return PauseError(f"{pause.endpoint}: {reason}. {pause.message}".strip(), retry_after=wait)


def callers() -> int | None:
    """How many of those that wait for the configured provider may try now; None: all of them."""
    pause = ServicePause.objects.filter(endpoint=endpoint()).exclude(state=PauseState.CLOSED)
    if not pause.exists():
        return None
    return int(pause.filter(_time_is_over(timezone.now())).exists())


def give_back_probe(name: str) -> None:
    """The probe was not sent after all: the next caller may."""
    ServicePause.objects.filter(endpoint=name, state=PauseState.HALF_OPEN).update(
        state=PauseState.OPEN, until=timezone.now(), probe_until=None
    )


def succeeded(name: str, *, probe: bool) -> None:
    """The provider answered. A probe's answer closes the breaker; any answer ends a row of failures."""
    pause = _known.get(name)
    if not probe and _is_closed(pause) and (pause is None or not pause.failures):
        return
    rows = ServicePause.objects.filter(endpoint=name)
    healthy = {"failures": 0, "first_failure_at": None}
    if probe:
        rows.exclude(state=PauseState.CLOSED).update(
            state=PauseState.CLOSED,
            opens=0,
            until=None,
            probe_until=None,
            resumed_at=timezone.now(),
            resumed_by=None,
            **healthy,
        )
    else:
        rows.filter(state=PauseState.CLOSED, failures__gt=0).update(**healthy)
    _known.clear()


def failed(name: str, message: str, *, probe: bool) -> None:
    """A timeout, a broken connection or a 5xx."""
    values = breaker_settings()
    now = timezone.now()
    pause, _ = ServicePause.objects.get_or_create(endpoint=name)
    _known.clear()
    if probe:
        _open(pause, PauseReason.FAILURES, message, state=PauseState.HALF_OPEN)
        return
    recent = Q(first_failure_at__gte=now - timedelta(seconds=values.window))
    closed = ServicePause.objects.filter(pk=pause.pk, state=PauseState.CLOSED)
    closed.update(
        failures=Case(When(recent, then=F("failures") + 1), default=Value(1)),
        first_failure_at=Case(When(recent, then=F("first_failure_at")), default=Value(now)),
    )
    _known.clear()
    _open(pause, PauseReason.FAILURES, message, state=PauseState.CLOSED, failures__gte=values.threshold)


def account_failed(name: str, reason: PauseReason, message: str) -> None:
    """No money, or the key is refused: every further request would fail the same way."""
    pause, _ = ServicePause.objects.get_or_create(endpoint=name)
    _open(pause, reason, message, state__in=(PauseState.CLOSED, PauseState.HALF_OPEN))


def _open(pause: ServicePause, reason: PauseReason, message: str, **guard: Any) -> None:
    now = timezone.now()
    won = ServicePause.objects.filter(pk=pause.pk, **guard).update(
        state=PauseState.OPEN,
        reason=reason,
        message=message,
        failures=0,
        first_failure_at=None,
        opens=F("opens") + 1,
        opened_at=now,
        until=now + _length(reason, opens=pause.opens),
        probe_until=None,
    )
    _known.clear()
    if won:
        _alert(pause.endpoint, reason, message, now)


def _length(reason: PauseReason, *, opens: int) -> timedelta:
    """`opens`: how often in a row it has opened before."""
    values = breaker_settings()
    if reason is not PauseReason.FAILURES:
        return timedelta(seconds=values.account_pause)
    return timedelta(seconds=min(values.longest_pause, values.first_pause * 2 ** min(opens, 20)))


def _alert(name: str, reason: PauseReason, message: str, now: datetime) -> None:
    due = Q(alerted_at__isnull=True) | Q(alerted_at__lte=now - alerts.muted_for())
    if ServicePause.objects.filter(due, endpoint=name).update(alerted_at=now):
        page = settings.SITE_URL + reverse("admin:ai_servicepause_changelist")
        alerts.send_after_commit(
            f"ИИ-карточки на паузе: {reason.label}",
            f"{name}: {message}\nТовары ждут в очереди. Обработка продолжится сама, как только поставщик "
            f"ответит, или после кнопки «Возобновить»: {page}",
        )


def resume(*, by: Any = None, name: str | None = None) -> bool:
    """A person lifts the pause; False when there was none."""
    return bool(
        ServicePause.objects.filter(endpoint=name or endpoint())
        .exclude(state=PauseState.CLOSED)
        .update(
            state=PauseState.CLOSED,
            failures=0,
            first_failure_at=None,
            opens=0,
            until=None,
            probe_until=None,
            alerted_at=None,
            resumed_at=timezone.now(),
            resumed_by=by,
        )
    )
