"""Every single HTTP request passes the till: admitted before, settled after, whatever happens between."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from apps.ai.services.llm.errors import INTERRUPTED, RequestFailed, judge
from apps.ai.services.llm.wire import Response
from apps.ai.types import CallOutcome, CallStatus, Meter, PlannedCall, Usage

ResultT = TypeVar("ResultT")


@dataclass(frozen=True, slots=True)
class Reading(Generic[ResultT]):
    """What a 2xx answer says. `code` and `problem`: why it was paid for in vain, "" when it was not."""

    result: ResultT
    usage: Usage | None
    code: str = ""
    problem: str = ""


def exchange(
    call: PlannedCall,
    meter: Meter,
    *,
    send: Callable[[], Response],
    read: Callable[[Response], Reading[ResultT]],
) -> Reading[ResultT]:
    """Send one admitted request and settle it. Raises RequestFailed, or what the meter raises."""
    ticket = meter.admit(call)
    started = time.monotonic()
    try:
        response = send()
        reading = read(response)
    except RequestFailed as failed:
        meter.settle(ticket, call, _failure(failed, _since(started)))
        raise
    except BaseException as error:  # a time limit, a shutdown: nobody knows what the provider did
        name = type(error).__name__
        outcome = CallOutcome(CallStatus.UNUSABLE, None, _since(started), code=INTERRUPTED, error=name)
        meter.settle(ticket, call, outcome)
        raise
    outcome = CallOutcome(
        status=CallStatus.UNUSABLE if reading.code else CallStatus.OK,
        usage=reading.usage,
        duration_ms=_since(started),
        request_id=response.request_id,
        code=reading.code,
        error=reading.problem,
    )
    meter.settle(ticket, call, outcome)
    return reading


def _failure(failed: RequestFailed, duration_ms: int) -> CallOutcome:
    """FAILED: surely not billed. UNUSABLE without usage: perhaps billed, and nobody will tell."""
    verdict = judge(failed)
    billed = verdict.may_be_billed or failed.usage is not None
    return CallOutcome(
        status=CallStatus.UNUSABLE if billed else CallStatus.FAILED,
        usage=failed.usage,
        duration_ms=duration_ms,
        request_id=failed.request_id,
        code=verdict.code,
        error=str(verdict.error),
    )


def _since(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
