"""The circuit breaker: rows that all workers share, changed by guarded UPDATEs only.

closed ──(no money, key refused, a long 429: at once; failures or the same 4xx: in a row)──→ open
open ──(its time is over; one worker wins)──→ half_open ──success──→ closed
                                                 └──failure──→ open, for longer

The account has a row for the endpoint; what is said of a model (429, 404, 5xx, 400) has one for endpoint and model:
vectors that are answered would otherwise hide that every chat request is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone

from apps.ai import conf
from apps.ai.exceptions import PauseError
from apps.ai.host import admin_page
from apps.ai.models.provider import PauseReason, PauseState, ServicePause
from apps.ai.services.money import alerts
from apps.ai.ttl_cache import TTLCached

#: How long those wait who meet a probe under way, in seconds: it will have an answer soon.
WAIT_FOR_PROBE = 15.0
_HEALTHY: dict[str, Any] = {"failures": 0, "last_failure_at": None, "rejection": "", "rejected_by": []}


@dataclass(frozen=True, slots=True)
class Passage:
    """A call that may go, by the two rows it passed; of which it is the probe, and owes an outcome."""

    endpoint: str
    model: str
    on_endpoint: bool
    on_model: bool


def endpoint() -> str:
    """The configured provider: host and path, without credentials."""
    parts = urlsplit(conf.get().base_url or "https://api.openai.com/v1")
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.hostname}{port}{parts.path.rstrip('/')}"[:150]


def of_model(model: str) -> str:
    return f"{endpoint()} {model}"[:255]


def enter(model: str) -> Passage:
    """Let a call of the model pass, or raise PauseError."""
    name, model_name = endpoint(), of_model(model)
    on_endpoint = pass_row(name)
    try:
        on_model = pass_row(model_name)
    except PauseError:
        if on_endpoint:
            give_back_probe(name)
        raise
    return Passage(name, model_name, on_endpoint=on_endpoint, on_model=on_model)


def give_back(passage: Passage) -> None:
    """The call was not sent after all: the next caller may probe."""
    if passage.on_endpoint:
        give_back_probe(passage.endpoint)
    if passage.on_model:
        give_back_probe(passage.model)


def pass_row(name: str) -> bool:
    """Pass, or raise PauseError. True: the caller is the probe, and owes an outcome."""
    if _is_closed(_known.get(name)):
        return False
    pause = _read(name)
    if pause is None or _is_closed(pause):
        return False
    now, values = timezone.now(), conf.get()
    patience = timedelta(seconds=values.connect_timeout + values.read_timeout + 60)
    if not ServicePause.objects.filter(_time_is_over(now), pk=pause.pk).update(
        state=PauseState.HALF_OPEN, probe_until=now + patience
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


def _paused(pause: ServicePause, now: datetime) -> PauseError:
    wait = WAIT_FOR_PROBE
    if pause.state == PauseState.OPEN and pause.until is not None:
        wait = max(1.0, (pause.until - now).total_seconds())
    reason = PauseReason(pause.reason).label if pause.reason else ""
    return PauseError(f"{pause.endpoint}: {reason}. {pause.message}".strip(), retry_after=wait)


def pauses() -> list[ServicePause]:
    """The configured provider's rows that let nobody or only a probe pass."""
    values = conf.get()
    models = (values.model, values.vision_model, values.embedding_model)
    names = {endpoint(), *map(of_model, models)}
    return list(ServicePause.objects.filter(endpoint__in=names).exclude(state=PauseState.CLOSED))


def callers() -> int | None:
    """How many of those that wait for the configured provider may try now; None: all of them."""
    paused = [pause.pk for pause in pauses()]
    if not paused:
        return None
    ready = ServicePause.objects.filter(_time_is_over(timezone.now()), pk__in=paused)
    return int(ready.count() == len(paused))


def give_back_probe(name: str) -> None:
    ServicePause.objects.filter(endpoint=name, state=PauseState.HALF_OPEN).update(
        state=PauseState.OPEN, until=timezone.now(), probe_until=None
    )


def succeeded(name: str, *, probe: bool) -> None:
    """The provider answered. A probe's answer closes the breaker; any answer ends a row of failures."""
    pause = _known.get(name)
    in_a_row = pause is not None and (pause.failures or pause.rejected_by)
    if not probe and _is_closed(pause) and not in_a_row:
        return
    rows = ServicePause.objects.filter(endpoint=name)
    if probe:
        rows.exclude(state=PauseState.CLOSED).update(
            state=PauseState.CLOSED,
            opens=0,
            until=None,
            probe_until=None,
            resumed_at=timezone.now(),
            resumed_by=None,
            **_HEALTHY,
        )
    else:
        rows.filter(state=PauseState.CLOSED).update(**_HEALTHY)
    _known.clear()


def failed(
    name: str, message: str, *, probe: bool, reason: PauseReason = PauseReason.FAILURES, asked: float = 0.0
) -> None:
    """A timeout, a broken connection, a 5xx, or a 429 that asks for a moment (`asked` seconds)."""
    values = conf.get().breaker
    now = timezone.now()
    pause, _ = ServicePause.objects.get_or_create(endpoint=name)
    _known.clear()
    if probe:
        _open(pause, reason, message, asked=asked, state=PauseState.HALF_OPEN)
        return
    recent = Q(last_failure_at__gte=now - timedelta(seconds=values.window))
    ServicePause.objects.filter(pk=pause.pk, state=PauseState.CLOSED).update(
        failures=Case(When(recent, then=F("failures") + 1), default=Value(1)), last_failure_at=now
    )
    _known.clear()
    row: dict[str, Any] = {"state": PauseState.CLOSED, "failures__gte": values.threshold}
    _open(pause, reason, message, asked=asked, **row)


def asked_to_wait(name: str, message: str, *, seconds: float | None, probe: bool) -> None:
    """A 429. Asked for long enough, or by a probe again, all wait; else it counts as a failure."""
    asked = seconds or 0.0
    if probe or asked < conf.get().breaker.long_wait:
        failed(name, message, probe=probe, reason=PauseReason.BUSY, asked=asked)
        return
    until = timezone.now() + timedelta(seconds=asked)
    pause, _ = ServicePause.objects.get_or_create(endpoint=name)
    _open(pause, PauseReason.BUSY, message, asked=asked, state=PauseState.CLOSED)
    longer = ServicePause.objects.filter(pk=pause.pk, state=PauseState.OPEN, reason=PauseReason.BUSY)
    longer.filter(until__lt=until).update(until=until, message=message)


def rejected(name: str, message: str, *, rejection: str, product_id: int | None, probe: bool) -> None:
    """A 4xx that may be the product's fault or the endpoint's: several products in a row decide.

    `rejection`: what makes two of them the same. One product alone counts as well, once it was refused
    `threshold` times and nobody was answered between.
    """
    values = conf.get().breaker
    pause, _ = ServicePause.objects.get_or_create(endpoint=name)
    if probe:
        _open(pause, PauseReason.REJECTED, message, what=rejection, state=PauseState.HALF_OPEN)
        return
    with transaction.atomic():
        row = ServicePause.objects.select_for_update(of=("self",)).get(pk=pause.pk)
        if row.state != PauseState.CLOSED:
            return
        before = row.rejected_by if row.rejection == rejection else []
        row.rejection, row.rejected_by = rejection, [*before, product_id]
        row.save(update_fields=["rejection", "rejected_by"])
    _known.clear()
    if len(set(row.rejected_by)) >= values.products or len(row.rejected_by) >= values.threshold:
        _open(row, PauseReason.REJECTED, message, what=rejection, state=PauseState.CLOSED)


def account_failed(name: str, reason: PauseReason, message: str) -> None:
    """No money, or the key is refused: every further request would fail the same way."""
    pause, _ = ServicePause.objects.get_or_create(endpoint=name)
    _open(pause, reason, message, state__in=(PauseState.CLOSED, PauseState.HALF_OPEN))


def _open(
    pause: ServicePause,
    reason: PauseReason,
    message: str,
    *,
    what: str = "",
    asked: float = 0.0,
    **guard: Any,
) -> None:
    now = timezone.now()
    length = _length(reason, opens=pause.opens, asked=asked)
    won = ServicePause.objects.filter(pk=pause.pk, **guard).update(
        state=PauseState.OPEN,
        reason=reason,
        message=message,
        opens=F("opens") + 1,
        opened_at=now,
        until=now + timedelta(seconds=length),
        probe_until=None,
        **_HEALTHY,
    )
    _known.clear()
    if won and (reason is not PauseReason.BUSY or length >= conf.get().breaker.longest_pause):
        _alert(pause.endpoint, reason, message, f"{reason.value} {what}".strip())


def _length(reason: PauseReason, *, opens: int, asked: float) -> float:
    """Seconds. `opens`: how often in a row it has opened before.

    Failures: 30, 60, 120 … 600. A 429 that asks for 9: 9, 18, 36, 60, 60 …; never less than it asks for.
    """
    values = conf.get().breaker
    doubled = 2.0 ** min(opens, 20)
    if reason is PauseReason.BUSY:
        return max(asked, min(values.longest_wait, max(asked, values.long_wait) * doubled))
    if reason in (PauseReason.FAILURES, PauseReason.REJECTED):
        return max(asked, min(values.longest_pause, values.first_pause * doubled))
    return values.account_pause


def _alert(name: str, reason: PauseReason, message: str, trouble: str) -> None:
    """Once a trouble of an endpoint, however many of its models have it; `trouble` says which are the same."""
    host, now = name.partition(" ")[0], timezone.now()
    rows = ServicePause.objects.filter(Q(endpoint=host) | Q(endpoint__startswith=f"{host} "))
    with transaction.atomic():
        list(rows.order_by("pk").select_for_update(of=("self",)))
        known = rows.filter(alerted_for=trouble, alerted_at__gt=now - alerts.muted_for())
        if known.exists():
            return
        rows.filter(endpoint=name).update(alerted_at=now, alerted_for=trouble)
    page = admin_page("ai_servicepause_changelist")
    alerts.send_after_commit(
        f"ИИ-карточки на паузе: {reason.label}",
        f"{name}: {message}\nТовары ждут в очереди. Обработка продолжится сама, как только поставщик "
        f"ответит, или после кнопки «Возобновить»: {page}",
    )


def resume(*, by: Any = None, name: str | None = None) -> bool:
    """A person lifts the pause; False when there was none."""
    lifted = (
        ServicePause.objects.filter(endpoint=name or endpoint())
        .exclude(state=PauseState.CLOSED)
        .update(
            state=PauseState.CLOSED,
            opens=0,
            until=None,
            probe_until=None,
            alerted_at=None,
            alerted_for="",
            resumed_at=timezone.now(),
            resumed_by=by,
            **_HEALTHY,
        )
    )
    _known.clear()
    return bool(lifted)
