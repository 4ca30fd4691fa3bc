"""Faults and traces arrive at a server of the protocol, without a secret; with nothing set, nothing is imported."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests_ops.repository import BACKEND, env_example

CANARY = "canary-of-the-provider"


class Receiver:
    """Notes (path, body) of every POST."""

    def __init__(self) -> None:
        self.received: list[tuple[str, bytes]] = []
        noted = self.received

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                packed = self.headers.get("Content-Encoding") == "gzip"
                noted.append((self.path, gzip.decompress(body) if packed else body))
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *args: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self.server.server_port}"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    threading.Thread(target=receiver.server.serve_forever, daemon=True).start()
    yield receiver
    receiver.server.shutdown()
    receiver.server.server_close()


def run(code: str, state: Path, **variables: str) -> str:
    inherited = {name: value for name, value in os.environ.items() if name not in env_example()}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=BACKEND,
        env={
            **inherited,
            "ENV_FILE": str(state / "none"),
            "LOCAL_STATE_DIR": str(state),
            "DJANGO_SETTINGS_MODULE": "config.settings.local",
            "OPENAI_API_KEY": CANARY,
            **variables,
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


FAULT = f"""
import logging
import django; django.setup()
import sentry_sdk, structlog
from django.test import RequestFactory

def deeper(key, prompt):
    raise RuntimeError("401 for http://x/?key=" + key)

with structlog.contextvars.bound_contextvars(run_id=7, product_id=3):
    logging.getLogger("apps.ai").info("asked with {CANARY}")  # becomes a breadcrumb
    try:
        deeper("{CANARY}", "canary-prompt")
    except RuntimeError:
        logging.getLogger("apps.ai.pipeline").exception("Run failed with %s", "{CANARY}")
sentry_sdk.flush(10)
"""


def test_a_fault_arrives_at_sentry_without_a_secret(receiver: Receiver, tmp_path: Path) -> None:
    run(FAULT, tmp_path, SENTRY_DSN=f"http://public@{receiver.address}/1", SENTRY_ENVIRONMENT="trial")
    whole = b"".join(body for _, body in receiver.received).decode()
    assert CANARY not in whole
    assert "canary-prompt" not in whole  # a local variable
    lines = [json.loads(line) for line in whole.splitlines() if line.startswith("{")]
    [event] = [line for line in lines if "exception" in line]
    assert event["environment"] == "trial"
    assert event["exception"]["values"][0]["value"] == "401 for http://x/?key=••••"
    assert event["tags"]["run_id"] == "7"
    assert event["tags"]["product_id"] == "3"


REQUEST = """
import os
from config.wsgi import application
from opentelemetry import trace
from django.test import Client
Client().get("/health/live")
trace.get_tracer_provider().force_flush()
"""


def test_a_request_leaves_a_trace(receiver: Receiver, tmp_path: Path) -> None:
    run(
        REQUEST,
        tmp_path,
        OTEL_EXPORTER_OTLP_ENDPOINT=f"http://{receiver.address}",
        OTEL_SERVICE_NAME="shop-under-test",
        DJANGO_ALLOWED_HOSTS="testserver",
    )
    traces = [body for path, body in receiver.received if path == "/v1/traces"]
    assert any(b"health/live" in body and b"shop-under-test" in body for body in traces)
    assert CANARY.encode() not in b"".join(traces)


OFF = """
import sys
from config.wsgi import application
import config.celery
print([name for name in ("sentry_sdk", "opentelemetry") if name in sys.modules])
"""


def test_with_nothing_set_nothing_is_imported(tmp_path: Path) -> None:
    assert run(OFF, tmp_path).strip() == "[]"


def test_a_missing_package_is_named_with_its_cure(tmp_path: Path) -> None:
    hide = "import sys; sys.modules['sentry_sdk'] = None\nfrom config import monitoring\n"
    code = hide + (
        "try:\n    monitoring.start_sentry('http://k@h/1', environment='', release='')\n"
        "except RuntimeError as error:\n    print(error)"
    )
    assert "pip install -r backend/requirements/monitoring.txt" in run(code, tmp_path)
