"""What a failed request means: which of our errors, and whether the provider may have worked for it."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from apps.ai.exceptions import (
    AIError,
    KeyRefused,
    PermanentAIError,
    ProviderBusy,
    ProviderTrouble,
    QuotaExceeded,
    RequestRejected,
)
from apps.ai.types import Usage

#: What `CallOutcome.code` says of a request that failed; the circuit breaker goes by it.
RATE_LIMITED = "rate_limited"
OVERLOADED = "overloaded"
TIMEOUT = "timeout"
CONNECTION = "connection"
QUOTA = "quota"
KEY_REFUSED = "key_refused"
#: About this product alone: too long for the model, or stopped by a filter.
UNSUITABLE = "unsuitable"
#: A 4xx that may be about the model, the address or a feature.
REJECTED = "rejected"
INTERRUPTED = "interrupted"

_NO_MONEY = {"insufficient_quota", "billing_hard_limit_reached", "billing_not_active", "insufficient_balance"}
_FILTERED = {"content_filter", "content_policy_violation", "invalid_prompt", "moderation_blocked"}
_LENGTHS = {"context_length_exceeded", "string_above_max_length", "exceed_context_size_error"}
#: The same in the words of servers that have no code for it: vLLM, llama.cpp, TGI, SGLang, Gemini's door.
_TOO_LONG = re.compile(
    r"\bcontext (?:length|size|window)\b|\b(?:input|prompt|request|message|text)s? (?:is |are )?too (?:long|large)\b|"
    r"\btokens?\b.{0,80}?\b(?:exceeds?|longer than|must be <=)|\bexceeds?\b.{0,80}?\bnumber of tokens\b",
    re.I,
)
_NO_MODEL = re.compile(
    r"\bmodel\b.{0,120}?\b(?:not found|does not exist|is not (?:available|loaded))|"
    r"\b(?:unknown|invalid|no such) model\b|\bnot a valid model\b",
    re.I,
)
_NO_EYES = re.compile(
    r"\bimages?(?:_url)?\b.{0,60}?\bnot (?:supported|allowed|accepted)|"
    r"\bnot (?:support|accept|process)\b.{0,40}?\bimages?\b|"
    r"\b(?:support|required for) image input|\bnot a (?:multimodal|vision) model\b|\bno vision\b|"
    r"\bnot (?:support|have) (?:the )?vision\b|\bonly (?:accepts?|supports?) text\b",
    re.I,
)
_LONGEST_WAIT = 24 * 3600.0


@dataclass(eq=False)
class RequestFailed(Exception):
    """A request without a readable 2xx answer. `status` None: no answer at all.

    `left`: the request had gone out when it failed and nobody said that it was refused. `begun`: an answer had begun
    to come. `headers`: lower-case names. `usage`: reported, but the rest is unreadable.
    """

    status: int | None
    message: str
    code: str = ""
    kind: str = ""
    param: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    timed_out: bool = False
    left: bool = False
    begun: bool = False
    request_id: str = ""
    usage: Usage | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """`code` is one of the constants above; `may_be_billed`: an answer was under way that we never saw."""

    error: AIError
    code: str
    may_be_billed: bool = False


def classify(failed: RequestFailed) -> Failure:
    if failed.status is None:
        return _no_answer(failed)
    if _means_no_money(failed):
        return Failure(QuotaExceeded(f"На счёте у поставщика нет денег: {failed.message}"), QUOTA)
    if _was_filtered(failed):
        text = f"Фильтр поставщика не пропустил запрос: {failed.message}"
        return Failure(PermanentAIError(text, code="content_filter"), UNSUITABLE)
    if failed.status in (401, 403):
        text = f"Поставщик не принимает ключ ({failed.status}): {failed.message}"
        return Failure(KeyRefused(text), KEY_REFUSED)
    if failed.status in (429, 503, 529):
        return _asks_to_wait(failed)
    if _has_no_eyes(failed):
        text = f"Модель не принимает картинок ({failed.status}): {failed.message}"
        return Failure(PermanentAIError(text, code="no_vision"), UNSUITABLE)
    if failed.status >= 500 or failed.status in (408, 409, 425):
        text = f"У поставщика неполадки ({failed.status}): {failed.message}"
        error = ProviderTrouble(text, retry_after=retry_after(failed.headers))
        return Failure(error, OVERLOADED, may_be_billed=failed.begun)
    code = _refusal_code(failed)
    if code == "too_long":
        return Failure(PermanentAIError(_refusal_text(failed), code=code), UNSUITABLE)
    return Failure(RequestRejected(_refusal_text(failed), code=code), REJECTED)


def _asks_to_wait(failed: RequestFailed) -> Failure:
    """429 is about our pace; 503 and 529 say that all are too many, which the breaker counts as trouble."""
    wait = retry_after(failed.headers)
    if failed.status == 429:
        return Failure(
            ProviderBusy(f"Поставщик просит реже: {failed.message}", retry_after=wait), RATE_LIMITED
        )
    text = f"Поставщик перегружен ({failed.status}): {failed.message}"
    return Failure(ProviderBusy(text, retry_after=wait), OVERLOADED)


def _no_answer(failed: RequestFailed) -> Failure:
    """A timeout may be billed, a broken connection only when an answer had begun: providers bill answers."""
    code = TIMEOUT if failed.timed_out else CONNECTION
    billed = failed.left and (failed.timed_out or failed.begun)
    return Failure(ProviderTrouble(failed.message), code, may_be_billed=billed)


def _means_no_money(failed: RequestFailed) -> bool:
    return failed.status == 402 or failed.code in _NO_MONEY or failed.kind in _NO_MONEY


def _was_filtered(failed: RequestFailed) -> bool:
    """Azure and OpenAI answer 400 with a code; gateways answer 403 "flagged". Neither is about the key."""
    if failed.status == 400:
        return failed.code in _FILTERED
    return failed.status == 403 and bool(re.search(r"\bflagged\b|\bmoderation\b", failed.message, re.I))


def _has_no_eyes(failed: RequestFailed) -> bool:
    """Some servers say so with 500."""
    return failed.status not in (408, 409, 425) and bool(_NO_EYES.search(failed.message))


def _refusal_code(failed: RequestFailed) -> str:
    if failed.status == 413 or {failed.code, failed.kind} & _LENGTHS or _TOO_LONG.search(failed.message):
        return "too_long"
    if failed.code == "model_not_found" or failed.status == 404 or _NO_MODEL.search(failed.message):
        return "unknown_model"
    return "bad_request"


def _refusal_text(failed: RequestFailed) -> str:
    sentence = {
        "too_long": "Запрос длиннее, чем модель может прочесть",
        "unknown_model": "Поставщик не знает такой модели или адреса",
        "bad_request": "Поставщик отклонил запрос",
    }[_refusal_code(failed)]
    return f"{sentence} ({failed.status}): {failed.message}"


def retry_after(headers: Mapping[str, str], *, now: datetime | None = None) -> float | None:
    """Seconds to wait as the provider asked, at most a day; None when it did not say.

    Understood, in this order: `retry-after-ms`; `retry-after` in seconds or as an HTTP date;
    `x-ratelimit-reset-requests` / `-tokens` ("1s", "6m0s", "120ms") of what is used up.
    """
    wait = _number(headers.get("retry-after-ms", ""), scale=0.001)
    if wait is None:
        wait = _seconds_or_date(headers.get("retry-after", ""), now or datetime.now(UTC))
    if wait is None:
        wait = _longest_reset(headers)
    return None if wait is None else min(max(wait, 0.0), _LONGEST_WAIT)


def _number(text: str, *, scale: float = 1.0) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value * scale if math.isfinite(value) else None


def _seconds_or_date(text: str, now: datetime) -> float | None:
    seconds = _number(text)
    if seconds is not None or not text:
        return seconds
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - now).total_seconds()


def _longest_reset(headers: Mapping[str, str]) -> float | None:
    kinds = [kind for kind in ("requests", "tokens") if f"x-ratelimit-reset-{kind}" in headers]
    used_up = [kind for kind in kinds if headers.get(f"x-ratelimit-remaining-{kind}") == "0"]
    waits = [_duration(headers[f"x-ratelimit-reset-{kind}"]) for kind in used_up or kinds]
    return max((wait for wait in waits if wait is not None), default=None)


def _duration(text: str) -> float | None:
    """Go's notation: "1h2m3.5s", "120ms"; a bare number is seconds."""
    units = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
    if not re.fullmatch(r"(?:\d+(?:\.\d+)?(?:ms|[smhd]))+", text.strip()):
        return _number(text)
    return sum(float(number) * units[unit] for number, unit in re.findall(r"([\d.]+)(ms|[smhd])", text))
