"""Faults to Sentry and traces to OpenTelemetry, when the settings name where. Nothing of either is imported otherwise.

What leaves is redacted as logs are, and holds no request bodies, cookies, local variables or prompts.
"""

from __future__ import annotations

import os
from typing import Any

import structlog

from utils.redaction import redacted_tree

#: Ids by which a fault is found again.
TAGS = ("run_id", "product_id", "task_id", "request_id")
MISSING = (
    "{variable} is set, but its packages are missing: pip install -r backend/requirements/monitoring.txt"
)


def start_sentry(dsn: str, *, environment: str, release: str) -> None:
    """Does nothing without `dsn`. Raises RuntimeError with the cure when the package is missing."""
    if not dsn:
        return
    try:
        import sentry_sdk  # noqa: PLC0415  only for those who use it
        from sentry_sdk.integrations.celery import CeleryIntegration  # noqa: PLC0415
        from sentry_sdk.integrations.django import DjangoIntegration  # noqa: PLC0415
    except ImportError as error:
        raise RuntimeError(MISSING.format(variable="SENTRY_DSN")) from error
    sentry_sdk.init(
        dsn=dsn,
        environment=environment,
        release=release or None,
        integrations=[DjangoIntegration(), CeleryIntegration()],
        auto_enabling_integrations=False,  # that of openai would send prompts
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        before_send=scrubbed,
        before_breadcrumb=lambda crumb, hint: redacted_tree(crumb),
    )


def scrubbed(event: Any, hint: dict[str, Any]) -> Any:
    """The event without secrets, headers, cookies and bodies, and with the ids of what was being done."""
    for name in ("cookies", "data", "headers", "env", "query_string"):
        event.get("request", {}).pop(name, None)
    context = structlog.contextvars.get_contextvars()
    event["tags"] = {
        **event.get("tags", {}),
        **{name: str(context[name]) for name in TAGS if name in context},
    }
    return redacted_tree(event)


def start_traces() -> None:
    """In every process that works, after a fork. Reads OTEL_EXPORTER_OTLP_ENDPOINT and the other OTEL_* variables."""
    if not os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
        return
    try:
        from opentelemetry import trace  # noqa: PLC0415  only for those who use it
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
        from opentelemetry.instrumentation.celery import CeleryInstrumentor  # noqa: PLC0415
        from opentelemetry.instrumentation.django import DjangoInstrumentor  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    except ImportError as error:
        raise RuntimeError(MISSING.format(variable="OTEL_EXPORTER_OTLP_ENDPOINT")) from error
    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    DjangoInstrumentor().instrument()
    CeleryInstrumentor().instrument()  # type: ignore[no-untyped-call]
