"""One line an event, as JSON or for eyes, with the run, product, task and request that it belongs to.

Whatever is logged loses the secrets of the settings, and no value is longer than MOST: a library at DEBUG writes whole
requests, and a prompt is a product's text.
"""

from __future__ import annotations

import logging
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from utils.redaction import redacted_tree

#: Characters of one value; a traceback may be longer, and its end matters.
MOST, MOST_OF_TRACEBACK = 1000, 20_000
#: They log whole requests, statements and headers at DEBUG, or a line a request at INFO.
QUIET = {
    "openai": "INFO",
    "httpcore": "INFO",
    "httpx": "WARNING",
    "httpx2": "WARNING",
    "urllib3": "WARNING",  # at DEBUG it writes addresses, and an alert's address may hold a token
    "botocore": "INFO",
    "boto3": "INFO",
    "s3transfer": "INFO",
    "qdrant_client": "INFO",
    "django.db.backends": "INFO",
    "django.template": "INFO",
    "PIL": "INFO",
    "kombu.connection": "ERROR",  # it warns of every file broker
    "pymorphy3": "WARNING",  # two lines when its dictionary is loaded
    "django_structlog": "WARNING",  # it binds ids; servers and workers have their own lines
}


def cut(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    for name, value in event.items():
        if isinstance(value, str):
            most = MOST_OF_TRACEBACK if name == "exception" else MOST
            if len(value) > most:
                half = most // 2
                event[name] = f"{value[:half]} …{len(value) - most} characters… {value[-half:]}"
    return event


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    found: dict[str, Any] = redacted_tree(dict(event))
    return found


def line(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    """For eyes: time, level, logger, what happened, ids; a traceback below."""
    head = " ".join(str(event.pop(name, "")) for name in ("timestamp", "level", "logger", "event"))
    traceback = event.pop("exception", "")
    ids = "".join(f" {name}={value}" for name, value in sorted(event.items()))
    return head + ids + (f"\n{traceback}" if traceback else "")


_BEFORE: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
_FORMATS: dict[str, Processor] = {
    "json": structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
    "plain": line,
}


def formatter(form: str) -> logging.Formatter:
    """`form`: "json", or anything else for "plain"."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_BEFORE,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _without_objects,
            structlog.processors.format_exc_info,
            cut,
            redact,
            _FORMATS.get(form, line),
        ],
    )


def _without_objects(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """What Django and Celery pass along for handlers of their own: requests, and whole tasks with their arguments."""
    plain = (str, int, float, bool, type(None))
    return {name: value for name, value in event.items() if isinstance(value, plain) or name == "exc_info"}


def configured(*, form: str, level: str) -> dict[str, Any]:
    """LOGGING. Loggers of structlog go the same way."""
    structlog.configure(
        processors=[*_BEFORE, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": "config.logs.formatter", "form": form}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "loggers": {name: {"level": quiet} for name, quiet in QUIET.items()},
        "root": {"handlers": ["console"], "level": level},
    }
