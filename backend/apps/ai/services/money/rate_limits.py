"""Requests and tokens per minute and model, shared by all workers; who finds them used up goes away at once.

Each limit is a token bucket kept as one number, the time up to which it is paid for ("generic cell rate
algorithm"): a request of cost n moves it on by n intervals, and may do so while it is not further ahead of
the clock than the burst. In Redis one script moves all buckets of a call or none; in the database one
guarded UPDATE a bucket does, in one transaction.

Fair: whoever is refused is told a time of its own, one interval after the last one that was told, so that the
waiting come back one by one and not all at once.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import redis
from django.conf import settings
from django.db import transaction
from django.db.models import F, FloatField, Q, Value
from django.db.models.functions import Greatest, Least

from apps.ai.exceptions import PauseError
from apps.ai.models.provider import AIRateBucket
from apps.ai.types import PlannedCall, Usage

logger = logging.getLogger(__name__)

MINUTE = 60.0
#: Share of a minute's limit that may be used at one stroke; the rest flows in evenly.
BURST_SHARE = 0.1
#: Nobody is told to stay away longer than this, in seconds.
LONGEST_WAIT = 300.0
#: Tokens that a prompt really has for each of its upper bound (one a byte); corrected when it is settled.
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
    all_limits = settings.AI_CONFIG.get("RATE_LIMITS") or {}
    limits = all_limits.get(model) or all_limits.get("*") or {}
    amounts = {"rpm": ("requests", requests), "tpm": ("tokens", tokens)}
    return [
        Charge(Bucket(f"{model}:{name}", float(limits[key])), float(amount))
        for key, (name, amount) in amounts.items()
        if limits.get(key) and amount
    ]


def _take(charges: Sequence[Charge]) -> float:
    """Seconds to wait, 0.0 when everything was taken."""
    client = _redis(settings.REDIS_URL)
    if client is None:
        return _take_from_database(charges)
    try:
        return _take_from_redis(client, charges)
    except redis.RedisError as error:
        logger.warning("Rate limits are off, Redis fails: %s", error)
        return 0.0  # the provider's own limit still stands


def _shift(charges: Sequence[Charge]) -> None:
    client = _redis(settings.REDIS_URL)
    try:
        for charge in charges:
            if client is None:
                rows = AIRateBucket.objects.filter(key=charge.bucket.key)
                rows.update(paid_until=F("paid_until") + charge.seconds)
            elif client.exists(_redis_key(charge)):
                client.hincrbyfloat(_redis_key(charge), "paid_until", charge.seconds)
    except redis.RedisError as error:
        logger.warning("Rate limits could not be corrected, Redis fails: %s", error)


# --- database ---


class _Refused(Exception):
    pass


def _take_from_database(charges: Sequence[Charge]) -> float:
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


# --- Redis ---

#: KEYS: hashes. ARGV: the longest wait, then seconds and tolerance of each. Returns the wait, "0" if taken.
_SCRIPT = """
local clock = redis.call('TIME')
local now = clock[1] + clock[2] / 1000000
local refused = false
for i, key in ipairs(KEYS) do
  local seconds, tolerance = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
  local paid = math.max(tonumber(redis.call('HGET', key, 'paid_until') or '0'), now)
  if paid > math.max(now + tolerance - seconds, now) then refused = true end
end
local wait = 0
for i, key in ipairs(KEYS) do
  local seconds, tolerance = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
  local paid = math.max(tonumber(redis.call('HGET', key, 'paid_until') or '0'), now)
  if refused then
    local promised = tonumber(redis.call('HGET', key, 'promised') or '0')
    local at = math.max(math.min(paid, paid + seconds - tolerance), promised + seconds, now)
    at = math.min(at, now + tonumber(ARGV[1]))
    redis.call('HSET', key, 'promised', string.format('%.6f', at))
    wait = math.max(wait, at - now)
  else
    redis.call('HSET', key, 'paid_until', string.format('%.6f', paid + seconds))
  end
  redis.call('EXPIRE', key, 86400)
end
if refused then return string.format('%.6f', math.max(wait, 0.001)) end
return '0'
"""


def _take_from_redis(client: redis.Redis, charges: Sequence[Charge]) -> float:
    keys = [_redis_key(charge) for charge in charges]
    numbers = [number for charge in charges for number in (charge.seconds, charge.bucket.tolerance)]
    answer: Any = client.eval(_SCRIPT, len(keys), *keys, LONGEST_WAIT, *numbers)
    return float(answer)


def _redis_key(charge: Charge) -> str:
    return f"ai:rate:{charge.bucket.key}"


@lru_cache(maxsize=4)
def _redis(url: str) -> redis.Redis | None:
    """None without Redis. The pool notices a fork by itself."""
    if not url:
        return None
    return redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2, decode_responses=True)
