"""Requests and tokens per minute and model, shared by all workers; who finds them used up goes away at once.

Each limit is a token bucket kept as one number, the time up to which it is paid for ("generic cell rate
algorithm"): a request of cost n moves it on by n intervals, and may do so while it is not further ahead of
the clock than the burst. One guarded UPDATE a bucket does it, in one transaction. The buckets lie in the database,
where the ledger row of the same call is written, and not in Redis: so they work without Redis, survive its flush, and
cost nothing where no limit is set.

Worked example: 60 requests a minute have a burst of 6 and an interval of 60 / 54 = 1.11 s. Six requests pass at once,
the seventh gets a RateLimitReached with retry_after 1.11 s, the eighth with 2.22 s.

Every refused caller gets a time of its own, one interval after the last one that was given away, so that the waiting
come back one by one and not all at once.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, FloatField, Q, Value
from django.db.models.functions import Greatest, Least

from apps.ai import conf
from apps.ai.exceptions import PauseError
from apps.ai.models.provider import AIRateBucket
from apps.ai.types import PlannedCall, Usage

MINUTE = 60.0
#: Share of a minute's limit that may be used at one stroke; the rest flows in evenly.
BURST_SHARE = 0.1
#: The longest retry_after, in seconds.
LONGEST_WAIT = 300.0
#: Tokens that a prompt really has for each of its upper bound (one a byte); corrected when the answer is there.
EXPECTED_SHARE = 0.3


class RateLimitReached(PauseError):
    """Our own limit, before the provider says no; nothing was sent, so no attempt is used up."""

    code = "rate_limit"


@dataclass(frozen=True, slots=True)
class Bucket:
    """`per_minute` is never passed in any sixty seconds: burst and inflow together make it up."""

    key: str
    per_minute: float

    @property
    def burst(self) -> float:
        return max(1.0, self.per_minute * BURST_SHARE)

    @property
    def interval(self) -> float:
        """Seconds that one unit takes to flow in."""
        return MINUTE / (self.per_minute - self.burst if self.per_minute > 1.0 else self.per_minute)

    @property
    def tolerance(self) -> float:
        return self.burst * self.interval


@dataclass(frozen=True, slots=True)
class Charge:
    bucket: Bucket
    amount: float

    @property
    def seconds(self) -> float:
        return self.amount * self.bucket.interval


def expected_tokens(call: PlannedCall, *, image_tokens: int = 0) -> int:
    return math.ceil(call.prompt_tokens * EXPECTED_SHARE) + image_tokens + call.completion_tokens


def take(model: str, tokens: int) -> None:
    """Take one request and `tokens` from the model's buckets; raises RateLimitReached without waiting.

    A call that is larger than the burst is let through when its bucket is full, and owes the difference.
    """
    charges = _charges(model, requests=1, tokens=tokens)
    if not charges:
        return
    wait = _take(charges)
    if wait > 0.0:
        raise RateLimitReached(f"Собственное ограничение частоты для {model} исчерпано.", retry_after=wait)


def correct(model: str, *, expected: int, usage: Usage | None) -> None:
    """After the answer: the tokens that were not used flow back, those used beyond expectation are owed."""
    if usage is not None:
        _shift(_charges(model, requests=0, tokens=usage.total - expected))


def give_back(model: str, tokens: int) -> None:
    """The call was not sent after all."""
    _shift(_charges(model, requests=-1, tokens=-tokens))


def _charges(model: str, *, requests: int, tokens: int) -> list[Charge]:
    """AI_CONFIG["RATE_LIMITS"]: {"gpt-4o-mini": {"rpm": 500, "tpm": 200000}}; "*" is for all others."""
    all_limits = conf.get().rate_limits
    limits = all_limits.get(model) or all_limits.get("*") or {}
    amounts = {"rpm": ("requests", requests), "tpm": ("tokens", tokens)}
    return [
        Charge(Bucket(f"{model}:{name}", float(limits[key])), float(amount))
        for key, (name, amount) in amounts.items()
        if limits.get(key) and amount
    ]


def _shift(charges: Sequence[Charge]) -> None:
    for charge in charges:
        rows = AIRateBucket.objects.filter(key=charge.bucket.key)
        rows.update(paid_until=F("paid_until") + charge.seconds)


class _Refused(Exception):
    pass


def _take(charges: Sequence[Charge]) -> float:
    """Seconds to wait, 0.0 when everything was taken."""
    now = time.time()
    for charge in charges:
        AIRateBucket.objects.get_or_create(key=charge.bucket.key)
    try:
        with transaction.atomic():
            for charge in charges:
                if not _move_on(charge, now):
                    raise _Refused
    except _Refused:
        return max(_promise(charge, now) for charge in charges) - now
    return 0.0


def _paid_until(now: float) -> Greatest:
    return Greatest(F("paid_until"), Value(now), output_field=FloatField())


def _move_on(charge: Charge, now: float) -> bool:
    latest = now + charge.bucket.tolerance - charge.seconds
    room = Q(paid_until__lte=max(latest, now))
    return bool(
        AIRateBucket.objects.filter(room, key=charge.bucket.key).update(
            paid_until=_paid_until(now) + charge.seconds
        )
    )


def _promise(charge: Charge, now: float) -> float:
    """The time at which this caller should come back: when there is room, and after all who wait already."""
    with transaction.atomic():
        rows = AIRateBucket.objects.filter(key=charge.bucket.key)
        free_at = Least(
            _paid_until(now),
            _paid_until(now) + (charge.seconds - charge.bucket.tolerance),
            output_field=FloatField(),
        )
        behind = F("promised") + charge.seconds
        rows.update(
            promised=Least(
                Greatest(free_at, behind, Value(now), output_field=FloatField()),
                Value(now + LONGEST_WAIT),
                output_field=FloatField(),
            )
        )
        return float(rows.values_list("promised", flat=True).get())
