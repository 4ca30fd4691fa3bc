"""What a server turned out not to understand, learned from its 400 once per model and process.

OpenAI's own models differ (reasoning models refuse `temperature`, log-probabilities and `max_tokens`), and
compatible servers differ more. Instead of a table of model names, which would be wrong next month, the door
asks for everything and drops what is refused.

A 400 that gives no reason may be about the answer's format. It is tried once a weaker format (schema, JSON mode, the
prompt alone); the one that is answered is kept. When none is, the format was not the reason, and further refusals cost
one request each. What was learned about formats is believed for `FORMAT_SECONDS`: "unavailable now" passes.
"""

from __future__ import annotations

import logging
import re
import time
from enum import StrEnum
from typing import Any

from apps.ai.services.llm.errors import RequestFailed

logger = logging.getLogger(__name__)


class Lesson(StrEnum):
    NO_TEMPERATURE = "no_temperature"
    NO_LOGPROBS = "no_logprobs"
    NO_SCHEMA = "no_schema"
    NO_JSON_MODE = "no_json_mode"
    NO_DIMENSIONS = "no_dimensions"
    OTHER_LIMIT_NAME = "other_limit_name"
    FORMAT_IS_FINE = "format_is_fine"


_ABOUT_FORMAT = frozenset({Lesson.NO_SCHEMA, Lesson.NO_JSON_MODE, Lesson.FORMAT_IS_FINE})
#: Seconds after which a better format is tried again.
FORMAT_SECONDS = 3600.0

#: Statuses with which servers refuse a parameter; OpenAI says 403 for log-probabilities of some models.
_REFUSALS = (400, 403, 404, 422)
_UNSUPPORTED_CODES = {"unsupported_parameter", "unsupported_value", "unknown_parameter", "invalid_parameter"}
_UNSUPPORTED = re.compile(
    r"unsupported|not support|does ?n.t support|not allowed|unknown|unrecogni[sz]ed|unexpected|"
    r"not permitted|not available|unavailable|only the default|must be one of|must be '|not one of|"
    r"extra (inputs|fields)|invalid schema",
    re.IGNORECASE,
)
_WORDS: dict[Lesson, tuple[str, ...]] = {
    Lesson.OTHER_LIMIT_NAME: ("max_tokens", "max_completion_tokens"),
    Lesson.NO_TEMPERATURE: ("temperature",),
    Lesson.NO_LOGPROBS: ("logprobs", "top_logprobs"),
    Lesson.NO_DIMENSIONS: ("dimensions", "matryoshka"),
    Lesson.NO_SCHEMA: ("response_format", "json_schema", "structured output"),
}

#: By endpoint and model: each lesson, and until when it holds by the monotonic clock.
_known: dict[tuple[str, str], dict[Lesson, float]] = {}


def lessons(endpoint: str, model: str) -> frozenset[Lesson]:
    known = _known.get((endpoint, model))
    if known is None:
        return frozenset()
    now = time.monotonic()
    return frozenset(lesson for lesson, until in known.items() if until > now)


def forget() -> None:
    """For tests: a process that has asked nothing yet."""
    _known.clear()


def learn(
    endpoint: str, model: str, failed: RequestFailed, *, sent: dict[str, Any], fixed_format: bool
) -> bool:
    """Note what the refusal teaches about the parameters that were sent; False when it teaches nothing.

    `fixed_format`: a setting names the answer format, so giving it up is not ours to decide. Two threads that
    learn the same at once do no harm; a lesson that is lost is learned again.
    """
    lesson = _lesson(failed, sent)
    if lesson is None or (fixed_format and lesson in _ABOUT_FORMAT):
        return False
    note(endpoint, model, lesson)
    logger.warning("%s at %s: %s, learned from: %s", model, endpoint, lesson.value, failed.message)
    return True


def note(endpoint: str, model: str, lesson: Lesson) -> None:
    until = time.monotonic() + FORMAT_SECONDS if lesson in _ABOUT_FORMAT else float("inf")
    _known[endpoint, model] = {**_known.get((endpoint, model), {}), lesson: until}


def weaker_format(failed: RequestFailed, known: frozenset[Lesson], *, sent: dict[str, Any]) -> Lesson | None:
    """After an unexplained refusal of a request with a format: what to believe for one try, or None."""
    if failed.status not in (400, 422) or Lesson.FORMAT_IS_FINE in known or "response_format" not in sent:
        return None
    return _format_lesson(sent)


def _lesson(failed: RequestFailed, sent: dict[str, Any]) -> Lesson | None:
    if failed.status not in _REFUSALS or not _is_about_support(failed):
        return None
    text = f"{failed.param} {failed.message}".lower()
    for lesson, words in _WORDS.items():
        if any(word in text for word in words) and _was_sent(lesson, sent):
            return _format_lesson(sent) if lesson is Lesson.NO_SCHEMA else lesson
    return None


def _is_about_support(failed: RequestFailed) -> bool:
    return failed.code in _UNSUPPORTED_CODES or bool(_UNSUPPORTED.search(failed.message))


def _was_sent(lesson: Lesson, sent: dict[str, Any]) -> bool:
    names = {
        Lesson.NO_TEMPERATURE: ("temperature",),
        Lesson.NO_LOGPROBS: ("logprobs",),
        Lesson.NO_DIMENSIONS: ("dimensions",),
        Lesson.OTHER_LIMIT_NAME: ("max_tokens", "max_completion_tokens"),
    }.get(lesson, ("response_format",))
    return any(name in sent for name in names)


def _format_lesson(sent: dict[str, Any]) -> Lesson:
    return Lesson.NO_SCHEMA if sent["response_format"]["type"] == "json_schema" else Lesson.NO_JSON_MODE
