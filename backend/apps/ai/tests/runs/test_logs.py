"""A whole run at DEBUG, over the wire: each line is JSON with its ids, and none holds a secret or the prompt."""

from __future__ import annotations

import io
import json
import logging
import logging.config
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from django.conf import settings as django_settings
from django.test import Client

from apps.ai import tasks
from apps.ai.models import AIProcessingLog
from apps.ai.models.processing import Status
from apps.ai.services import composition
from apps.ai.services.llm import learned
from apps.ai.services.money import ledger
from apps.ai.services.money.prices import load_prices
from apps.ai.tests.support.openai_server import OpenAIServer
from apps.ai.tests.support.shop_answers import answer
from apps.products.models import Category
from apps.users.models import User
from config import logs

pytestmark = pytest.mark.django_db
KEY = "sk-canary-of-the-provider"
STORY = "Kanarienvogel-Prosa "


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the process writes with LOG_FORMAT=json and LOG_LEVEL=DEBUG."""
    stream, before = io.StringIO(), logging.getLogger().handlers[:]
    config = logs.configured(form="json", level="DEBUG")
    config["handlers"]["console"]["stream"] = stream
    logging.config.dictConfig(config)
    yield stream
    logging.config.dictConfig(django_settings.LOGGING)
    logging.getLogger().handlers[:] = before


@pytest.fixture
def openai(shop: dict[str, Category], settings: Any) -> Iterator[OpenAIServer]:
    load_prices()
    ledger.forget()
    learned.forget()
    with OpenAIServer(script=answer, key=KEY) as server:
        settings.OPENAI_BASE_URL, settings.OPENAI_API_KEY = server.url, KEY
        settings.AI_CONFIG = {**settings.AI_CONFIG, "ENGINE": "openai"}
        composition.forget()
        yield server
    ledger.forget()
    composition.forget()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_whole_run(openai: OpenAIServer, written: io.StringIO, make_product: Any, settings: Any) -> None:
    settings.QDRANT = {**settings.QDRANT, "API_KEY": "canary-of-qdrant"}
    product = make_product(description=STORY * 40)
    run = AIProcessingLog.objects.create(product=product, status=Status.PENDING)
    tasks.process_product_ai(product.pk, run_id=run.pk)
    assert openai.books, "the model was asked over the wire"
    asked = json.dumps([str(book) for book in openai.books])
    found, text = lines(written), written.getvalue()
    assert len(found) > 3
    of_the_run = [line for line in found if line.get("run_id") == run.pk]
    assert of_the_run
    assert any(line.get("product_id") == product.pk for line in of_the_run)
    assert all({"timestamp", "level", "logger", "event"} <= set(line) for line in found)
    for secret in (KEY, "canary-of-qdrant", STORY * 3):
        assert secret not in text
    assert asked  # the prompt itself did leave: see the server's books


def test_a_library_that_writes_whole_requests_is_cut_and_redacted(
    written: io.StringIO, settings: Any
) -> None:
    settings.OPENAI_API_KEY = KEY
    logging.getLogger("strange.library").debug("POST %s", {"key": KEY, "messages": STORY * 1000})
    try:
        raise RuntimeError(f"401 for http://x/?key={KEY}")
    except RuntimeError:
        logging.getLogger("apps.ai").exception("It failed", extra={"request": object(), "stage": "draft"})
    strange, failed = lines(written)
    assert KEY not in written.getvalue()
    assert len(strange["event"]) < 1100
    assert "characters" in strange["event"]
    assert (failed["stage"], failed["level"]) == ("draft", "error")
    assert failed["exception"].splitlines()[-1] == "RuntimeError: 401 for http://x/?key=••••"
    assert "request" not in failed


def test_what_belongs_to_a_request_has_its_id(written: io.StringIO, client: Client) -> None:
    client.force_login(User.objects.create_user("clerk", is_staff=True))
    client.get("/admin/ai/trouble/doctor/")
    [refused] = [line for line in lines(written) if line["logger"] == "django.request"]
    assert len(refused["request_id"]) == 36
    assert "ip" not in refused
    assert "request_id" not in structlog.contextvars.get_contextvars()


def test_for_eyes_it_is_a_line_with_its_ids(settings: Any) -> None:
    settings.OPENAI_API_KEY = KEY
    record = logging.LogRecord("apps.ai", logging.INFO, "f.py", 1, "Key %s refused", (KEY,), None)
    with structlog.contextvars.bound_contextvars(run_id=7, product_id=3):
        said = logs.formatter("plain").format(record)
    assert said.split(" ", 1)[1] == "info apps.ai Key •••• refused product_id=3 run_id=7"
